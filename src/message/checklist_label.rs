//! The words of a sign-off's text: its lines, and the names of the checklist's items.

use super::{Lang, catalogue};

catalogue! {
    /// A line or label of a sign-off's text.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum ChecklistLabel {
        Title {} => "pgvalidate signoff", "pgvalidate signoff: biên bản ký duyệt";
        RehearsalTitle {}
            => "pgvalidate signoff: REHEARSAL, nothing is signed off",
               "pgvalidate signoff: DIỄN TẬP, không ký duyệt gì";
        Dates { began: String, ended: String }
            => "from {began} until {ended}", "từ {began} đến {ended}";
        BeganAt { began: String } => "from {began}, not finished", "từ {began}, chưa hoàn tất";
        RunsHead {} => "run", "lần chạy";
        RowsHead {} => "rows/s", "dòng/giây";
        CountsLine { yes: usize, no: usize, warning: usize, inconclusive: usize, not_run: usize, open: usize }
            => "{yes} yes, {no} no, {warning} warnings, {inconclusive} inconclusive, {not_run} not run, {open} open",
               "{yes} đạt, {no} không đạt, {warning} cảnh báo, {inconclusive} chưa kết luận, {not_run} chưa chạy, {open} để ngỏ";
        PersonHead {}
            => "for a person to answer, and to put a name to",
               "dành cho người phụ trách trả lời và ghi tên";
        PersonLine {}
            => "answer ____________________ name ____________________ date ____________",
               "trả lời ___________________ họ tên __________________ ngày ____________";
        SignatureHead {} => "signed off by", "người ký duyệt";
        SignatureLine {}
            => "name ______________________________ date ____________________________",
               "họ tên ____________________________ ngày ____________________________";
        SignatureSign {}
            => "role ______________________________ signature _______________________",
               "chức vụ ___________________________ chữ ký __________________________";
        NoSignature {}
            => "no place for a signature: this was a rehearsal",
               "không có chỗ ký: đây chỉ là diễn tập";
        NothingToSign {}
            => "no place for a signature: only a pass is signed",
               "không có chỗ ký: chỉ ký khi kết luận là đạt";
        RehearsalVerdict { verdict: String }
            => "verdict: {verdict} (REHEARSAL, not a sign-off)",
               "kết luận: {verdict} (DIỄN TẬP, không phải ký duyệt)";
        NoVerdict {} => "verdict: none, since it isn't finished", "kết luận: chưa có vì chưa hoàn tất";
    }
}

/// The name of a section.
pub fn section_name(id: &str, lang: Lang) -> String {
    let (en, vi) = match id {
        "load" => ("load test", "thử tải"),
        "server" => ("server", "máy chủ"),
        "security" => ("security", "bảo mật"),
        "operations" => ("operations", "vận hành"),
        "compliance" => ("compliance", "tuân thủ"),
        _ => (id, id),
    };
    said(en, vi, lang)
}

/// The name of an item.
pub fn item_name(id: &str, lang: Lang) -> String {
    let (en, vi) = match id {
        "load_test" => ("load test passed", "thử tải đạt"),
        "gain" => ("gain over the baseline", "mức tăng so với mức nền"),
        "time_limits" => ("time limits kept", "giữ đúng giới hạn thời gian"),
        "zero_timeouts" => ("no time-outs", "không có lần quá hạn"),
        "queue_depth" => ("queue depth", "độ sâu hàng đợi"),
        "pools" => ("connection pools", "pool kết nối"),
        "response_times" => ("response times", "thời gian phản hồi"),
        "cache_hit" => ("cache hit ratio", "tỷ lệ trúng cache"),
        "checkpoints_on_schedule" => ("checkpoints on schedule", "checkpoint đúng lịch"),
        "no_checkpoint_stall" => ("no stall from a checkpoint", "không bị khựng do checkpoint"),
        "nothing_lost" => ("nothing lost", "không mất dữ liệu"),
        "faults" => ("faults survived", "chịu được sự cố"),
        "durability" => ("durability", "độ bền vững"),
        "settings_expected" => ("settings as expected", "thiết lập như mong đợi"),
        "pending_restart" => {
            ("no setting waits for a restart", "không thiết lập nào chờ khởi động lại")
        }
        "config_files" => ("configuration files are sound", "tệp cấu hình hợp lệ"),
        "statistics" => ("statistics collected", "thu thập thống kê"),
        "logging" => ("logging configured", "cấu hình ghi log"),
        "tls" => ("TLS in use", "dùng TLS"),
        "password_method" => ("passwords by SCRAM", "mật khẩu theo SCRAM"),
        "hba_trust" => ("no trust in pg_hba.conf", "không có trust trong pg_hba.conf"),
        "role" => ("role is no superuser", "role không phải superuser"),
        "tenant_isolation" => ("tenants isolated", "cách ly khách thuê"),
        "credentials" => ("credentials kept safely", "thông tin đăng nhập được giữ an toàn"),
        "endpoints" => ("endpoints restricted", "giới hạn truy cập điểm số liệu"),
        "backups" => ("backups: WAL is archived", "sao lưu: WAL được lưu trữ"),
        "restore" => ("a restore was tried", "đã thử phục hồi"),
        "replication" => ("standbys keep up", "máy dự phòng theo kịp"),
        "rollback_plan" => {
            ("rollback: what is needed is kept", "quay lui: đã giữ những gì cần thiết")
        }
        "rollback_tried" => ("rollback: plan", "quay lui: phương án"),
        "rollout" => ("gradual rollout measured", "đã đo triển khai dần"),
        "rollout_plan" => ("gradual rollout: plan", "triển khai dần: phương án"),
        "monitoring" => ("monitoring", "giám sát"),
        "alerts" => ("alerts", "cảnh báo"),
        "regional_metrics" => ("regional metrics", "số liệu theo miền"),
        "audit_trail" => ("audit trail", "nhật ký kiểm toán"),
        "tenant_sla" => ("tenants' SLA", "SLA của khách thuê"),
        "retention" => ("retention", "thời hạn lưu giữ"),
        "bilingual" => ("bilingual logs", "log song ngữ"),
        _ => (id, id),
    };
    said(en, vi, lang)
}

fn said(en: &str, vi: &str, lang: Lang) -> String {
    match lang {
        Lang::En => en,
        Lang::Vi => vi,
    }
    .to_owned()
}
