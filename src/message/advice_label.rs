//! The lines about what the tuning rules say: in the summary, of `tune`, and
//! in the files that a recommendation can be applied with.

use super::{Lang, catalogue};

catalogue! {
    /// A line or label about recommendations.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum AdviceLabel {
        Head {} => "settings:", "tham số:";
        ChangeLine { changes: String, applies: String, evidence: String }
            => "{changes} ({applies}): {evidence}", "{changes} ({applies}): {evidence}";
        ChangeLineBare { changes: String, applies: String }
            => "{changes} ({applies})", "{changes} ({applies})";
        CriticalLine { changes: String, why: String }
            => "CRITICAL: {changes}: {why}", "NGHIÊM TRỌNG: {changes}: {why}";
        Change { name: String, current: String, proposed: String }
            => "{name} {current} -> {proposed}", "{name} {current} -> {proposed}";
        NothingProposed {} => "no change is proposed", "không đề xuất thay đổi nào";
        MoreChanges { count: usize } => "and {count} more", "và {count} đề xuất khác";
        MoreLine { count: usize }
            => "{count} more to know of, or to try: pgvalidate tune on this run's folder",
               "{count} điều khác nên biết hoặc nên thử: chạy pgvalidate tune với thư mục của lần chạy này";
        LackingLine { count: usize, all: usize, soak: String }
            => "{count} of {all} rules had not enough evidence; this gives more: pgvalidate soak --duration {soak}",
               "{count}/{all} quy tắc chưa đủ bằng chứng; để có thêm: pgvalidate soak --duration {soak}";
        LackingLineBare { count: usize, all: usize }
            => "{count} of {all} rules had not enough evidence: pgvalidate tune says what lacks",
               "{count}/{all} quy tắc chưa đủ bằng chứng: pgvalidate tune cho biết thiếu gì";
        FilesLine { files: String } => "written: {files}", "đã ghi: {files}";
        FilesUnwritten { path: String, detail: String }
            => "{path} can't be written: {detail}; the recommendations are in the record all the same",
               "không ghi được {path}: {detail}; các đề xuất vẫn có trong bản ghi";
        TuneTitle { scenario: String, seconds: String, started: String }
            => "pgvalidate tune: {scenario} of {started}, {seconds} s",
               "pgvalidate tune: {scenario} lúc {started}, {seconds} giây";
        TuneTitleBare { scenario: String, started: String }
            => "pgvalidate tune: {scenario} of {started}", "pgvalidate tune: {scenario} lúc {started}";
        AtRate { rate: String }
            => "for a load of {rate} rows a second", "cho tải {rate} dòng mỗi giây";
        NoTuning { version: String }
            => "this record (schema {version}) doesn't hold the settings that rules go by, the server's machine, or what came close to a limit: run it again with sampling, and with this version of the tool",
               "bản ghi này (schema {version}) không có các tham số mà quy tắc cần, thông tin máy chủ hay những gì gần chạm giới hạn: hãy chạy lại với lấy mẫu bằng phiên bản này";
        Managed { role: String }
            => "a managed service ({role}): set these in its parameter group, ALTER SYSTEM is not for it",
               "dịch vụ được quản lý ({role}): hãy đặt trong nhóm tham số của dịch vụ, không dùng ALTER SYSTEM";
        NoAlterSystem {}
            => "this role may not use ALTER SYSTEM: have them set where the server's settings are kept",
               "vai trò này không được dùng ALTER SYSTEM: hãy đặt ở nơi quản lý tham số của máy chủ";
        RuleLine { outcome: String, changes: String } => "{outcome}: {changes}", "{outcome}: {changes}";
        AsItIs { name: String, current: String } => "{name} {current}", "{name} {current}";
        From { source: String } => "now from: {source}", "hiện lấy từ: {source}";
        WhyLine { text: String } => "- {text}", "- {text}";
        EvidenceLine { evidence: String } => "evidence: {evidence}", "bằng chứng: {evidence}";
        Holds { name: String, value: String, sign: String, threshold: String }
            => "{name} {value} ({sign} {threshold})", "{name} {value} ({sign} {threshold})";
        HoldsNot { name: String, value: String, sign: String, threshold: String }
            => "{name} {value} (not {sign} {threshold})", "{name} {value} (không {sign} {threshold})";
        GoesIn { name: String, value: String } => "{name} {value}", "{name} {value}";
        FormulaLine { name: String, raw: String }
            => "{name} by the formula: {raw}", "{name} theo công thức: {raw}";
        CappedLine { name: String, raw: String, why: String }
            => "{name} by the formula: {raw}; {why}", "{name} theo công thức: {raw}; {why}";
        TermsLine { applies: String, risk: String, confidence: String }
            => "takes effect: {applies}; risk: {risk}; confidence: {confidence}",
               "có hiệu lực: {applies}; rủi ro: {risk}; độ tin cậy: {confidence}";
        SourceLine { source: String } => "source: {source}", "nguồn: {source}";
        SettledHead {} => "asks for nothing", "không cần thay đổi";
        LackingHead {} => "not enough evidence", "chưa đủ bằng chứng";
        SettingHead {} => "setting", "tham số";
        NowHead {} => "now", "hiện tại";
        SettingUnseen {}
            => "a setting that it goes by was not seen", "không thấy được tham số mà quy tắc dựa vào";
        LackLine { rules: String, text: String } => "{rules}: {text}", "{rules}: {text}";
        ConfHead { run: String }
            => "What pgvalidate recommends after run {run}. Append it to postgresql.conf or include it there; a later line for the same setting wins.",
               "Những gì pgvalidate đề xuất sau lần chạy {run}. Nối vào postgresql.conf hoặc include tại đó; dòng sau của cùng tham số sẽ thắng.";
        SqlHead { run: String }
            => "What pgvalidate recommends after run {run}, for psql without --single-transaction: ALTER SYSTEM can't run in a transaction. undo-recommended.sql takes it back.",
               "Những gì pgvalidate đề xuất sau lần chạy {run}, dùng psql không có --single-transaction: ALTER SYSTEM không chạy được trong giao dịch. undo-recommended.sql để hoàn tác.";
        UndoHead { run: String }
            => "Takes back what recommended.sql of run {run} sets, to the values that postgresql.auto.conf had when the run read them. If somebody has changed one since, leave its line out.",
               "Hoàn tác những gì recommended.sql của lần chạy {run} đặt, về giá trị trong postgresql.auto.conf lúc lần chạy đọc. Nếu có người đã đổi tham số nào từ đó, hãy bỏ dòng ấy.";
        UnseenBack { name: String }
            => "where {name} stood wasn't seen (a role with pg_read_all_settings sees it); if postgresql.auto.conf had it, set that value again instead:",
               "không thấy {name} nằm ở tệp nào (vai trò có pg_read_all_settings mới thấy); nếu có trong postgresql.auto.conf thì hãy đặt lại giá trị đó thay vì:";
        ParametersHead { run: String }
            => "What pgvalidate recommends after run {run}, as parameters of a managed service: the value is in the unit that the parameter has there.",
               "Những gì pgvalidate đề xuất sau lần chạy {run}, dưới dạng tham số của dịch vụ được quản lý: giá trị theo đơn vị của tham số.";
        NowIs { current: String, applies: String }
            => "now {current}; takes effect: {applies}", "hiện tại {current}; có hiệu lực: {applies}";
        NotDoneUnlessChosen { outcome: String, risk: String }
            => "{outcome}, so not switched on here; risk: {risk}",
               "{outcome}, nên không bật ở đây; rủi ro: {risk}";
        NeedsRestart { settings: String }
            => "takes effect with a restart of the server: {settings}",
               "chỉ có hiệu lực sau khi khởi động lại máy chủ: {settings}";
        NoUnit {} => "no unit", "không có đơn vị";
    }
}

/// What a number of a rule's evidence is; one that isn't known is shown by its id.
pub fn evidence_name(id: &str, lang: Lang) -> String {
    let (en, vi) = match id {
        "active_for_each_cpu" => ("active sessions a processor", "phiên hoạt động mỗi bộ xử lý"),
        "autovacuum_full_share" => ("all workers busy", "mọi tiến trình autovacuum bận"),
        "autovacuum_max_workers" => ("autovacuum workers", "tiến trình autovacuum"),
        "backend_write_share" => ("writes by backends", "lần ghi do backend"),
        "backends" => ("backends", "số backend"),
        "bgwriter_stopped_share" => {
            ("rounds that stopped at bgwriter_lru_maxpages", "lượt dừng ở bgwriter_lru_maxpages")
        }
        "buffers_allocated_per_s" => ("buffers allocated a second", "bộ đệm cấp phát mỗi giây"),
        "checkpoint_sync_share" => ("checkpoint time in flushes", "thời gian checkpoint để flush"),
        "checkpoint_timeout_s" => ("checkpoint_timeout, s", "checkpoint_timeout, giây"),
        "checkpoints_by_wal" => {
            ("checkpoints since max_wal_size was used up", "checkpoint do hết max_wal_size")
        }
        "checkpoints_requested" => ("checkpoints requested", "checkpoint theo yêu cầu"),
        "commits_per_sync" => ("commits a flush", "commit mỗi lần flush"),
        "connections_peak" => ("connections, most", "số kết nối, lớn nhất"),
        "connections_refused" => ("sessions refused", "phiên bị từ chối"),
        "connections_share" => ("connection slots in use", "chỗ kết nối đã dùng"),
        "cpu_share" => ("processors busy", "bộ xử lý bận"),
        "cpus" => ("processors", "số bộ xử lý"),
        "evictions" => ("pages put out", "trang bị đẩy ra"),
        "flush_wait_share" => {
            ("writers waiting for flushes", "thời gian chờ flush của kết nối ghi")
        }
        "full_page_share_at_most" => {
            ("full-page images in the WAL, at most", "ảnh trang đầy đủ trong WAL, nhiều nhất")
        }
        "hit_share" => ("pages found in shared_buffers", "trang có sẵn trong shared_buffers"),
        "inserted_since_vacuum" => {
            ("rows inserted since the last vacuum", "dòng chèn từ lần vacuum trước")
        }
        "jit_functions" => ("functions compiled", "hàm được biên dịch"),
        "leading_wait_share" => {
            ("the writers' leading wait", "loại chờ nhiều nhất của kết nối ghi")
        }
        "lock_capacity" => ("room in the lock table", "sức chứa bảng khóa"),
        "lock_share" => ("lock table in use", "bảng khóa đã dùng"),
        "locks_peak" => ("locks, most", "số khóa, lớn nhất"),
        "out_of_shared_memory" => ("out of shared memory", "hết bộ nhớ chung"),
        "ram_bytes" => ("memory", "bộ nhớ"),
        "read_wait_share" => ("writers waiting for reads", "thời gian chờ đọc của kết nối ghi"),
        "service_p99_ms" => ("service time, p99, ms", "thời gian xử lý, p99, ms"),
        "table_rows" => ("rows of the table", "số dòng của bảng"),
        "tables_and_indexes_bytes" => ("tables and indexes", "bảng và chỉ mục"),
        "temp_bytes" => ("temporary files", "tệp tạm"),
        "toast_blocks" => ("TOAST blocks", "khối TOAST"),
        "vacuum_at_work_share" => {
            ("seconds with a worker at work", "số giây có tiến trình autovacuum chạy")
        }
        "vacuum_backlog_grown" => ("rows not vacuumed, growth", "dòng chưa vacuum, mức tăng"),
        "vacuum_cost_limit" => ("cost limit", "giới hạn chi phí"),
        "vacuum_delay_share" => {
            ("workers waiting for their delay", "tiến trình autovacuum chờ độ trễ")
        }
        "vacuum_index_passes" => ("passes over the indexes", "lượt duyệt chỉ mục"),
        "wal_buffers_full" => ("times wal_buffers were full", "số lần wal_buffers đầy"),
        "wal_buffers_full_share" => ("of the writes of WAL", "trên tổng số lần ghi WAL"),
        "wal_disk_bytes" => ("space for WAL", "dung lượng cho WAL"),
        "wal_files_made" => ("writes to new WAL files", "lần ghi vào tệp WAL mới"),
        "wal_init_wait_share" => {
            ("writers waiting for new WAL files", "thời gian chờ tệp WAL mới của kết nối ghi")
        }
        "wal_rate_p95_bytes_per_s" => ("WAL, p95 of 10 s", "WAL, p95 của 10 giây"),
        "wal_sync_ms" => ("a flush of WAL, ms", "một lần flush WAL, ms"),
        "wal_writes" => ("writes of WAL", "lần ghi WAL"),
        "writers_at_once" => ("writers at once", "số luồng ghi cùng lúc"),
        // A setting's own value is called as it is.
        other => return other.trim_end_matches("_bytes").to_owned(),
    };
    match lang {
        Lang::En => en,
        Lang::Vi => vi,
    }
    .to_owned()
}
