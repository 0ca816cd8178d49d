//! The server itself, and what the role may do there.

use crate::message::catalogue;
use serde::{Deserialize, Serialize};

catalogue! {
    /// What the server is, and what the role may do there.
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    #[serde(tag = "id", content = "args", rename_all = "snake_case")]
    pub enum Serving {
        VersionSupported { version: String }
            => "PostgreSQL {version}", "PostgreSQL {version}";
        VersionUnsupported { version: String }
            => "PostgreSQL {version} is not supported; 14 to 18 are",
               "PostgreSQL {version} không được hỗ trợ; chỉ hỗ trợ 14 đến 18";
        NoPooler {}
            => "each session has a server process of its own",
               "mỗi phiên có tiến trình máy chủ riêng";
        PoolerSession {}
            => "between here and the server is a pooler that gives each session a backend (PgBouncer in session mode): no backend is cancelled or ended by us, a commit in doubt waits for its row's lock, and the server's machine can't be watched",
               "giữa đây và máy chủ có pooler cấp cho mỗi phiên một tiến trình (PgBouncer ở chế độ session): công cụ không hủy hay kết thúc tiến trình nào, commit chưa rõ kết quả sẽ chờ khóa của hàng, và không theo dõi được máy của máy chủ";
        PoolerTransaction {}
            => "between here and the server is a pooler that shares backends between sessions (PgBouncer in transaction mode): settings are SET LOCAL, a lock that keeps one server connection stands for the run, no backend is cancelled or ended by us, a commit in doubt waits for its row's lock, and the read-back begins when no backend of the run is at work; what is measured is pooler and server together",
               "giữa đây và máy chủ có pooler chia sẻ tiến trình giữa các phiên (PgBouncer ở chế độ transaction): thiết lập dùng SET LOCAL, một khóa giữ một kết nối máy chủ trong suốt lần chạy, công cụ không hủy hay kết thúc tiến trình nào, commit chưa rõ kết quả sẽ chờ khóa của hàng, và việc đọc lại bắt đầu khi không còn tiến trình nào của lần chạy đang làm việc; kết quả đo là của cả pooler lẫn máy chủ";
        PoolerUnfit { what: String }
            => "between here and the server is a pooler that shares backends between sessions (PgBouncer in transaction mode), and {what} needs sessions that keep what they set, lock and prepare; point --url at the server itself, or leave that out",
               "giữa đây và máy chủ có pooler chia sẻ tiến trình giữa các phiên (PgBouncer ở chế độ transaction), còn {what} cần phiên giữ được thiết lập, khóa và câu lệnh đã chuẩn bị; hãy trỏ --url thẳng tới máy chủ hoặc không dùng mục đó";
        Primary {} => "the server is a primary", "máy chủ là máy chủ chính";
        Standby {}
            => "the server is a standby (in recovery) and takes no writes; point --url at the primary",
               "máy chủ là bản dự phòng (đang phục hồi) và không nhận ghi; hãy trỏ --url tới máy chủ chính";
        SyncStandbyNone {}
            => "commits wait for no standby", "commit không chờ máy dự phòng nào";
        SyncStandbyThere { names: String }
            => "commits wait for a standby of synchronous_standby_names = {names}, and one is connected",
               "commit chờ máy dự phòng trong synchronous_standby_names = {names}, và có máy đang kết nối";
        SyncStandbyMissing {}
            => "synchronous_standby_names is set and none of its standbys is connected, so every commit would wait for ever; connect the standby, or empty the setting",
               "synchronous_standby_names được đặt nhưng không có máy dự phòng nào trong đó kết nối nên mọi commit sẽ chờ mãi; hãy kết nối máy dự phòng hoặc xóa thiết lập này";
        SyncStandbyUnseen { names: String }
            => "commits wait for a standby of synchronous_standby_names = {names}, and whether the one that is connected is synchronous can't be seen; GRANT pg_monitor, or every commit may wait for ever",
               "commit chờ máy dự phòng trong synchronous_standby_names = {names}, nhưng không thấy được máy đang kết nối có đồng bộ hay không; hãy GRANT pg_monitor, nếu không mọi commit có thể chờ mãi";
        Writable { role: String }
            => "transactions of {role} may write", "giao dịch của {role} được ghi";
        ReadOnly { role: String }
            => "transactions of {role} are read-only (default_transaction_read_only); use a role that may write",
               "giao dịch của {role} chỉ đọc (default_transaction_read_only); hãy dùng vai trò được ghi";
        EncodingFits {} => "the database's encoding is UTF8", "mã ký tự của cơ sở dữ liệu là UTF8";
        EncodingUnfit { encoding: String }
            => "the database's encoding is {encoding}, and Vietnamese rows need UTF8; create one with: createdb --encoding=UTF8 --template=template0 NAME",
               "mã ký tự của cơ sở dữ liệu là {encoding} nhưng dữ liệu tiếng Việt cần UTF8; hãy tạo: createdb --encoding=UTF8 --template=template0 NAME";
        MayCreate { role: String, database: String }
            => "{role} may create schemas in {database}", "{role} được tạo schema trong {database}";
        MayNotCreate { role: String, database: String }
            => "{role} may not create schemas in {database}; run: GRANT CREATE ON DATABASE \"{database}\" TO \"{role}\"",
               "{role} không có quyền tạo schema trong {database}; hãy chạy: GRANT CREATE ON DATABASE \"{database}\" TO \"{role}\"";
        ConnectionsFree { free: u32, needed: u32 }
            => "the run needs {needed} connections, {free} are free",
               "lần chạy cần {needed} kết nối, còn {free} kết nối trống";
        ConnectionsTight { free: u32, needed: u32 }
            => "the server has {free} connections free, so the write pool will be made smaller than the {needed} that the run would have; raise max_connections, or set --write-pool",
               "máy chủ còn {free} kết nối nên pool ghi sẽ được thu nhỏ so với {needed} kết nối dự định; hãy tăng max_connections hoặc đặt --write-pool";
        ConnectionsShort { free: u32, needed: u32, flag: String }
            => "the run needs {needed} connections and the server has {free} free; lower {flag} or raise max_connections",
               "lần chạy cần {needed} kết nối nhưng máy chủ còn {free}; hãy giảm {flag} hoặc tăng max_connections";
        Durable {}
            => "fsync, full_page_writes and synchronous_commit are on",
               "fsync, full_page_writes và synchronous_commit đều bật";
        Undurable { settings: String }
            => "acknowledged commits can be lost in a crash ({settings}), so the verdict is invalid; turn on what is off, or write all the same with --allow-unsafe",
               "giao dịch đã xác nhận có thể mất khi sự cố ({settings}) nên kết luận là không hợp lệ; hãy bật lại, hoặc vẫn ghi bằng --allow-unsafe";
        UndurableAllowed { settings: String }
            => "acknowledged commits can be lost in a crash ({settings}), so the verdict is invalid (--allow-unsafe)",
               "giao dịch đã xác nhận có thể mất khi sự cố ({settings}) nên kết luận là không hợp lệ (--allow-unsafe)";
    }
}
