//! What a statement of ours was for, as an error says it.

use super::Words;

/// Warming up.
pub const WARMING_UP: Words = Words { en: "warming up", vi: "làm nóng" };
/// Making a checkpoint.
pub const CHECKPOINTING: Words =
    Words { en: "making a checkpoint", vi: "thực hiện checkpoint" };
/// Looking for backends of the run.
pub const LOOKING_FOR_BACKENDS: Words = Words {
    en: "looking for backends of the run",
    vi: "tìm tiến trình backend của lần chạy",
};
/// Reading the WAL position.
pub const READING_WAL_POSITION: Words =
    Words { en: "reading the WAL position", vi: "đọc vị trí WAL" };
/// Looking for runs under way.
pub const LOOKING_FOR_RUNS: Words =
    Words { en: "looking for runs under way", vi: "tìm lần chạy đang diễn ra" };
/// Timing a round trip.
pub const TIMING_ROUND_TRIP: Words =
    Words { en: "timing a round trip", vi: "đo thời gian khứ hồi" };
/// Sampling the server.
pub const SAMPLING: Words = Words {
    en: "sampling the server's statistics",
    vi: "lấy mẫu thống kê của máy chủ",
};
/// Reading the tables' statistics.
pub const READING_TABLES: Words = Words {
    en: "reading the statistics of the tables",
    vi: "đọc thống kê của các bảng",
};
/// Reading pg_stat_statements.
pub const READING_STATEMENTS: Words =
    Words { en: "reading pg_stat_statements", vi: "đọc pg_stat_statements" };
/// Looking for the data directory.
pub const LOCATING_DATA: Words =
    Words { en: "looking for the data directory", vi: "tìm thư mục dữ liệu" };
/// Watching limits.
pub const WATCHING: Words = Words { en: "watching the limits", vi: "theo dõi các giới hạn" };
/// Preflight.
pub const PREFLIGHT: Words = Words { en: "preflight", vi: "kiểm tra trước khi chạy" };
/// Reading the ledger.
pub const READING_LEDGER: Words = Words { en: "reading the ledger", vi: "đọc sổ cái" };
/// Reading the rows back.
pub const READING_BACK: Words =
    Words { en: "reading the rows back", vi: "đọc lại các dòng" };
/// Settling a commit in doubt.
pub const SETTLING: Words =
    Words { en: "settling a commit in doubt", vi: "phân xử commit chưa rõ kết quả" };
/// Creating the ledger.
pub const CREATING_LEDGER: Words = Words { en: "creating the ledger", vi: "tạo sổ cái" };
/// Entering the run into the ledger.
pub const ENTERING_RUN: Words =
    Words { en: "entering the run into the ledger", vi: "ghi lần chạy vào sổ cái" };
/// Removing the run from the ledger.
pub const FORGETTING_RUN: Words =
    Words { en: "removing the run from the ledger", vi: "xóa lần chạy khỏi sổ cái" };
/// Removing the ledger.
pub const REMOVING_LEDGER: Words = Words { en: "removing the ledger", vi: "xóa sổ cái" };
/// Looking for the ledger.
pub const LOOKING_FOR_LEDGER: Words = Words { en: "looking for the ledger", vi: "tìm sổ cái" };
/// Taking the ledger's lock.
pub const LOCKING_LEDGER: Words = Words { en: "taking the ledger's lock", vi: "khóa sổ cái" };
/// Looking for tenant schemas.
pub const LOOKING_FOR_TENANTS: Words =
    Words { en: "looking for tenant schemas", vi: "tìm schema khách thuê" };
/// Creating a tenant's schema.
pub const CREATING_TENANT: Words =
    Words { en: "creating a tenant's schema", vi: "tạo schema khách thuê" };
/// Granting the writers' role what it needs.
pub const GRANTING: Words =
    Words { en: "granting the writers' role what it needs", vi: "cấp quyền cho vai trò ghi" };
/// Checking row-level security.
pub const CHECKING_ROW_SECURITY: Words = Words {
    en: "checking row-level security as the writers' role",
    vi: "kiểm tra bảo mật cấp dòng với vai trò ghi",
};
/// Making the writers' role.
pub const CREATING_WRITER: Words =
    Words { en: "making the writers' role", vi: "tạo vai trò ghi" };
/// Entering a tenant into the ledger.
pub const ENTERING_TENANT: Words =
    Words { en: "entering a tenant into the ledger", vi: "ghi khách thuê vào sổ cái" };
/// Dropping a primary key.
pub const DROPPING_KEY: Words = Words { en: "dropping a primary key", vi: "xóa khóa chính" };
/// Removing a tenant's schema.
pub const REMOVING_TENANT: Words =
    Words { en: "removing a tenant's schema", vi: "xóa schema khách thuê" };
/// The row-at-a-time baseline.
pub const MEASURING_BASELINE: Words =
    Words { en: "the row-at-a-time baseline", vi: "đo phép đo nền ghi từng dòng" };

/// Waiting for a connection of a pool.
pub const WAITING_FOR_CONNECTION: Words =
    Words { en: "waiting for a connection", vi: "chờ kết nối" };
/// Measuring the tables.
pub const MEASURING_TABLES: Words =
    Words { en: "measuring the tables and their indexes", vi: "đo bảng và chỉ mục" };
/// The queue.
pub const USING_QUEUE: Words = Words { en: "using the queue", vi: "dùng hàng đợi" };
/// Asking what the sign-off's checklist needs.
pub const SIGNING_OFF: Words = Words {
    en: "asking for what the checklist needs",
    vi: "hỏi thông tin cho danh mục kiểm tra",
};
/// Probing the tenants' isolation.
pub const PROBING_ISOLATION: Words =
    Words { en: "probing the tenants' isolation", vi: "thăm dò cách ly khách thuê" };
/// Removing what isolation made.
pub const REMOVING_PROPS: Words = Words {
    en: "removing what a run of isolation made (only the role that made it, or a superuser, may)",
    vi: "xóa những gì lần chạy isolation đã tạo (chỉ vai trò đã tạo hoặc superuser được phép)",
};
/// Asking about settings.
pub const READING_SETTINGS: Words =
    Words { en: "reading the server's settings", vi: "đọc thiết lập của máy chủ" };
/// Changing settings.
pub const CHANGING_SETTINGS: Words =
    Words { en: "changing the server's settings", vi: "đổi thiết lập của máy chủ" };
/// Putting settings back.
pub const RESTORING_SETTINGS: Words = Words {
    en: "putting the server's settings back",
    vi: "khôi phục thiết lập của máy chủ",
};
/// Loading the configuration.
pub const LOADING_SETTINGS: Words = Words {
    en: "having the server load its configuration",
    vi: "yêu cầu máy chủ nạp lại cấu hình",
};
/// A fault.
pub const INJECTING: Words = Words { en: "injecting a fault", vi: "tạo lỗi" };
/// Looking for what a fault left.
pub const LOOKING_FOR_ORPHANS: Words = Words {
    en: "looking for sessions that a fault left",
    vi: "tìm phiên còn sót lại sau lỗi",
};
/// What a fault is to hit.
pub const BACKEND: Words = Words { en: "busy backend", vi: "tiến trình backend đang bận" };
/// What a fault is to hit.
pub const BATCH: Words = Words { en: "batch under way", vi: "lô đang được ghi" };
/// What a fault is to hit.
pub const WORKER: Words = Words {
    en: "worker of another process in the middle of a batch",
    vi: "tiến trình làm việc khác đang ghi dở một lô",
};
/// What a fault is to hit.
pub const TABLE: Words = Words { en: "table of a tenant", vi: "bảng của khách thuê" };
/// What a fault is to hit.
pub const PRIVATE_SERVER: Words = Words { en: "private server", vi: "máy chủ riêng" };
/// What a fault is to let take over.
pub const STANDBY: Words = Words { en: "standby", vi: "máy chủ dự phòng" };
/// What a fault is to meet.
pub const NEED_OF_SPACE: Words = Words { en: "need of space", vi: "nhu cầu về dung lượng" };
/// What a fault of the network is to hit.
pub const CONNECTION: Words = Words {
    en: "connection of the writers that the fault can reach",
    vi: "kết nối của bộ ghi mà lỗi có thể tác động",
};
/// What a fault of the connections is to take.
pub const FREE_SLOT: Words =
    Words { en: "free connection slot", vi: "chỗ kết nối còn trống" };
/// Looking for what a fault may take.
pub const LOOKING_FOR_SLOTS: Words = Words {
    en: "counting the free connection slots",
    vi: "đếm số chỗ kết nối còn trống",
};
