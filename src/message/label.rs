//! The lines and labels of the summary.

use super::{Lang, catalogue};

pub use super::time_left::{AtLeast, TimeLeft};

catalogue! {
    /// A line or label of the summary.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum Label {
        Title { scenario: String, batches: String, size: String, tenants: String, method: String }
            => "pgvalidate {scenario}: {batches} batches of {size} rows at once, {tenants} tenants, {method}",
               "pgvalidate {scenario}: {batches} lô x {size} dòng cùng lúc, {tenants} khách thuê, {method}";
        OpenSoakTitle { duration: String, rate: String, size: String, tenants: String, method: String }
            => "pgvalidate soak: {duration} s, {rate} rows/s, batches of {size}, {tenants} tenants, {method}",
               "pgvalidate soak: {duration} giây, {rate} dòng/giây, lô {size} dòng, {tenants} khách thuê, {method}";
        ClosedSoakTitle { duration: String, writers: u32, size: String, tenants: String, method: String }
            => "pgvalidate soak: {duration} s, {writers} writers, batches of {size}, {tenants} tenants, {method}",
               "pgvalidate soak: {duration} giây, {writers} luồng ghi, lô {size} dòng, {tenants} khách thuê, {method}";
        FarAway { north: String, central: String, south: String }
            => "round trips: north + {north} ms, central + {central} ms, south + {south} ms",
               "khứ hồi: bắc + {north} ms, trung + {central} ms, nam + {south} ms";
        SharedTable { method: String }
            => "{method}, rls", "{method}, rls";
        WarmUpLine { rows: String, batches: String, failed: u64 }
            => "warm-up, not measured: {rows} rows in {batches} batches, {failed} failed",
               "làm nóng, không đo: {rows} dòng trong {batches} lô, {failed} thất bại";
        LagLine { p50: String, p99: String, max: String }
            => "schedule lag, ms: p50 {p50}, p99 {p99}, max {max}",
               "trễ lịch, ms: p50 {p50}, p99 {p99}, lớn nhất {max}";
        PrivateServer { version: String }
            => "PostgreSQL {version}, private server", "PostgreSQL {version}, máy chủ riêng";
        TargetServer { version: String, address: String }
            => "PostgreSQL {version} at {address}", "PostgreSQL {version} tại {address}";
        NotDurable {}
            => "THIS SERVER IS NOT DURABLE: acknowledged commits can be lost in a crash",
               "MÁY CHỦ NÀY KHÔNG BỀN VỮNG: giao dịch đã xác nhận có thể mất khi sự cố";
        RowsLine { rows: String, seconds: String, rate: String }
            => "{rows} rows in {seconds} s = {rate} rows/s",
               "{rows} dòng trong {seconds} giây = {rate} dòng/giây";
        RowsOfLine { rows: String, all: String, seconds: String }
            => "{rows} of {all} rows acknowledged in {seconds} s",
               "{rows} trên {all} dòng được xác nhận trong {seconds} giây";
        GainLine { ratio: String, rate: String, commit: String }
            => "{ratio}x  ({rate} rows/s, commit p50 {commit} ms)",
               "{ratio}x  ({rate} dòng/giây, commit p50 {commit} ms)";
        GainHead { round_trip: String }
            => "gain over one row a transaction (round trip {round_trip} ms)",
               "mức tăng so với mỗi giao dịch một dòng (khứ hồi {round_trip} ms)";
        OnConnections { connections: u32 } => "{connections} connections", "{connections} kết nối";
        OnOneConnection {} => "1 connection", "1 kết nối";
        LatencyHead {} => "batch latency, ms", "độ trễ lô, ms";
        Response {} => "response", "phản hồi";
        Service {} => "service", "xử lý";
        Acquire {} => "acquire", "chờ kết nối";
        Mean {} => "mean", "tr.bình";
        Max {} => "max", "lớn nhất";
        PoolLine { in_use: u32, size: u32, peak: String, mean: String, timeouts: u64 }
            => "write pool: {in_use} of {size} connections in use, peak {peak}, mean {mean}, {timeouts} time-outs",
               "pool ghi: dùng {in_use}/{size} kết nối, đỉnh {peak}, trung bình {mean}, {timeouts} lần quá hạn";
        FromFlags {} => "(follows from the flags)", "(do tham số quyết định)";
        BatchesLine { succeeded: String, total: String, failed: u64, stopped: u64, retried: u64, in_doubt: u64 }
            => "batches: {succeeded} of {total} stored, {failed} failed, {stopped} stopped, {retried} retried, {in_doubt} in doubt",
               "lô: {succeeded}/{total} đã lưu, {failed} thất bại, {stopped} bị dừng, {retried} thử lại, {in_doubt} chưa rõ";
        VerifiedLine { found: String, lost: u64, duplicated: u64, corrupted: u64 }
            => "verified: {found} rows found; {lost} lost, {duplicated} duplicated, {corrupted} corrupted,",
               "kiểm chứng: tìm thấy {found} dòng; {lost} mất, {duplicated} trùng, {corrupted} hỏng,";
        VerifiedMore { misplaced: u64, unexpected: u64, acknowledged_lost: u64 }
            => "{misplaced} misplaced, {unexpected} unexpected; {acknowledged_lost} acknowledged batches lost",
               "{misplaced} sai chỗ, {unexpected} ngoài dự kiến; {acknowledged_lost} lô đã xác nhận bị mất";
        TablesLine { key: String, preload: String }
            => "tables: key {key}, {preload} rows a tenant beforehand;",
               "bảng: khóa {key}, {preload} dòng có sẵn mỗi khách thuê;";
        IndexesLine { index: String, ratio: String }
            => "indexes {index} MiB = {ratio} x shared_buffers",
               "chỉ mục {index} MiB = {ratio} x shared_buffers";
        ReadPoolLine { in_use: u32, size: u32 }
            => "read pool: {in_use} of {size} connections in use",
               "pool đọc: dùng {in_use}/{size} kết nối";
        ClientLine { cpu: String, memory: String, busiest: String }
            => "client: {cpu} us CPU a row, {memory} MiB peak, busiest thread {busiest};",
               "máy khách: {cpu} us CPU/dòng, đỉnh {memory} MiB, luồng bận nhất {busiest};";
        CeilingLine { ceiling: String }
            => "alone it could make {ceiling} rows/s", "nếu chạy một mình, tạo được {ceiling} dòng/giây";
        CriterionHead {} => "criterion", "tiêu chí";
        ObservedHead {} => "observed", "đo được";
        LimitHead {} => "limit", "giới hạn";
        VerdictHead {} => "verdict", "kết luận";
        NotSeen {} => "not seen", "không có số liệu";
        FailedLine { names: String } => "failed: {names}", "không đạt: {names}";
        InconclusiveLine { names: String }
            => "inconclusive: {names}", "chưa kết luận: {names}";
        NotApplicableLine { names: String }
            => "not applicable: {names}", "không áp dụng: {names}";
        VerdictLine { verdict: String } => "verdict: {verdict}", "kết luận: {verdict}";
        ResultLine { path: String } => "result: {path}", "kết quả: {path}";
        NoteLine { text: String } => "note: {text}", "ghi chú: {text}";
        UnavailableLine { path: String, text: String }
            => "not available: {path}: {text}", "không có: {path}: {text}";
        ErrorsLine { code: String, count: u64, example: String }
            => "error {code}, {count} times: {example}", "lỗi {code}, {count} lần: {example}";
        Kept { dsn: String, stop: String }
            => "the server is still running: {dsn}\nstop it and remove its data with: {stop}",
               "máy chủ vẫn đang chạy: {dsn}\ndừng và xóa dữ liệu bằng: {stop}";
        Phase { name: String } => "{name}", "{name}";
        StepOf { no: usize, of: usize, label: String, left: TimeLeft }
            => "{no} of {of}: {label}{left}", "{no}/{of}: {label}{left:#}";
        TryingConfiguration { name: String }
            => "trying whether a server starts with {name}", "đang thử khởi động máy chủ với {name}";
        SweepPlan { configs: usize, repeat: u32, runs: usize, start: String, least: AtLeast }
            => "{configs} configurations x {repeat} = {runs} runs, each on a fresh private server, which takes {start} s to start and end: {least} in all",
               "{configs} cấu hình x {repeat} = {runs} lần chạy, mỗi lần trên một máy chủ riêng mới, mất {start} giây để khởi động và dừng: tổng cộng {least:#}";
        SignoffPlan { runs: usize, faults: usize, probed: usize, least: AtLeast }
            => "{runs} runs, of which {faults} with a fault and {probed} with probes of isolation: {least} in all",
               "{runs} lần chạy, trong đó {faults} lần có sự cố thử và {probed} lần thử cách ly: tổng cộng {least:#}";
        LongerEvidence { needed_s: u64 }
            => "the first run shows too little for some rules: one more, of {needed_s} s, comes before anything is recommended",
               "lần chạy đầu chưa đủ bằng chứng cho một số quy tắc: sẽ chạy thêm một lần {needed_s} giây trước khi khuyến nghị";
        Step { no: usize, label: String } => "step {no}: {label}", "bước {no}: {label}";
        StartingServer {} => "starting a private server", "đang khởi động máy chủ riêng";
        Connecting {} => "connecting", "đang kết nối";
        Preparing {} => "creating tenants and opening connections", "đang tạo khách thuê và mở kết nối";
        Probing {} => "trying to get from tenant to tenant", "đang thử truy cập chéo giữa các khách thuê";
        Preloading {} => "writing the rows that are to be there beforehand", "đang ghi dữ liệu có sẵn";
        WarmUpWriting {} => "writing, not measured yet", "đang ghi, chưa đo";
        RowsSoFar { done: u64, all: u64, rows: String }
            => "{done} of {all} s, {rows} rows", "{done}/{all} giây, {rows} dòng";
        WarmingUp {} => "warming up", "đang làm nóng";
        MeasuringBaseline {} => "measuring the row-at-a-time baseline", "đang đo mức nền (ghi từng dòng)";
        Draining {} => "waiting for what is under way", "đang chờ phần còn dang dở";
        ReadingAndWriting {} => "reading and writing", "đang đọc và ghi";
        Writing {} => "writing", "đang ghi";
        WritingStage { percent: u32 } => "writing, stage of {percent}%", "đang ghi, giai đoạn {percent}%";
        Verifying {} => "reading back and comparing", "đang đọc lại và so sánh";
        CleaningUp {} => "removing what was made", "đang dọn dẹp";
        Stopping { signal: String }
            => "{signal}: settling what is in flight, then cleaning up; once more to leave at once",
               "{signal}: đang hoàn tất phần dở dang rồi dọn dẹp; nhấn lần nữa để thoát ngay";
        LeftAtOnce {}
            => "left at once; a target may still hold what the run made: `pgvalidate clean` removes it",
               "đã thoát ngay; đích có thể còn dữ liệu của lần chạy: dùng `pgvalidate clean` để xóa";
        NoSignals { detail: String }
            => "signals can't be handled ({detail}): Ctrl-C ends the run at once, and a target may then still hold what it made; `pgvalidate clean` removes it",
               "không xử lý được tín hiệu ({detail}): Ctrl-C sẽ dừng ngay và đích có thể còn dữ liệu của lần chạy; dùng `pgvalidate clean` để xóa";
        CheckLine { outcome: String, text: String } => "{outcome}: {text}", "{outcome}: {text}";
        SamplerBlind { checks: String }
            => "fewer statistics than there could be ({checks}): see `pgvalidate preflight`",
               "ít số liệu thống kê hơn mức có thể ({checks}): xem `pgvalidate preflight`";
        CheckCounts { blocking: usize, warning: usize, unknown: usize, ok: usize }
            => "{blocking} blocking, {warning} warnings, {unknown} unknown, {ok} ok",
               "{blocking} chặn, {warning} cảnh báo, {unknown} không rõ, {ok} ổn";
        MayBegin {} => "a run may begin", "có thể bắt đầu chạy";
        MayNotBegin {} => "a run may not begin", "không thể bắt đầu chạy";
        ErrorLine { text: String } => "error: {text}", "lỗi: {text}";
        WarningLine { text: String } => "warning: {text}", "cảnh báo: {text}";
        Worked { batches: String, rows: String }
            => "batches stored: {batches}, rows: {rows}", "số lô đã ghi: {batches}, số dòng: {rows}";
        MayJoin { run_id: String, results: String }
            => "others may join: pgvalidate work --run {run_id} --results {results}",
               "tiến trình khác có thể tham gia: pgvalidate work --run {run_id} --results {results}";
        NothingToClean {} => "nothing of ours was found", "không tìm thấy gì do công cụ tạo";
        Cleaned { schemas: usize, roles: usize }
            => "removed the ledger, {schemas} tenant schemas and {roles} tenant roles; their catalog entries leave dead rows that autovacuum will reuse",
               "đã xóa sổ cái, {schemas} schema và {roles} vai trò của khách thuê; các dòng trong system catalog thành dòng chết, autovacuum sẽ thu hồi";
    }
}

/// The name of a shipped criterion; a criterion of the user's own is shown by its id.
pub fn criterion_name(id: &str, lang: Lang) -> String {
    let (en, vi) = match id {
        "rows_stored" => ("all rows stored", "mọi dòng đã được lưu"),
        "elapsed" => ("elapsed, s", "thời gian, giây"),
        "batch_response_mean" => ("mean batch response, ms", "phản hồi lô trung bình, ms"),
        "batch_response_p99" => ("batch response, p99, ms", "phản hồi lô, p99, ms"),
        "index_cache_hit" => ("index blocks found in cache", "khối chỉ mục trong cache"),
        "tenant_sla" => ("slowest tenant, p99, ms", "khách thuê chậm nhất, p99, ms"),
        "rows_as_in_ledger" => ("rows found as in the ledger", "số dòng khớp sổ cái"),
        "write_pool_utilization" => ("write pool utilization, peak", "mức dùng pool ghi, đỉnh"),
        "submit_response_mean" => ("mean submission of a scan, ms", "gửi scan trung bình, ms"),
        "read_pool_utilization" => ("read pool utilization, peak", "mức dùng pool đọc, đỉnh"),
        "queue_depth" => ("queue depth, most", "độ sâu hàng đợi, lớn nhất"),
        "read_response_mean" => {
            ("mean dashboard response, ms", "phản hồi dashboard trung bình, ms")
        }
        "contention" => ("waits because of the other pool", "lần chờ do pool kia"),
        "failed_reads" => ("failed reads", "lượt đọc thất bại"),
        "read_timeouts" => ("time-outs of reads", "lần quá hạn khi đọc"),
        "failed_batches" => ("failed batches", "lô thất bại"),
        "offered_share" => ("stored of what was due", "phần đã lưu so với phần đến hạn"),
        "timeouts" => ("time-outs", "lần quá hạn"),
        "leaks" => ("ways from tenant to tenant", "lối sang khách thuê khác"),
        "probed_beside_load" => ("attempts beside the load", "phép thử trong khi ghi"),
        "lost" => ("rows lost", "dòng bị mất"),
        "duplicated" => ("rows duplicated", "dòng bị trùng"),
        "corrupted" => ("rows corrupted", "dòng bị hỏng"),
        "misplaced" => ("rows misplaced", "dòng sai chỗ"),
        "unexpected" => ("rows unexpected", "dòng ngoài dự kiến"),
        "acknowledged_lost" => ("acknowledged batches lost", "lô đã xác nhận bị mất"),
        "batches_differing" => ("batches with another digest", "lô có mã băm khác"),
        "acknowledged_local" => ("commits without the standby", "commit thiếu bản dự phòng"),
        "settled_wrongly" => ("commits settled wrongly", "commit bị kết luận sai"),
        "seed_baseline" => ("rows/s, 30 x 93 of the old API", "dòng/giây, 30 x 93 của API cũ"),
        "checkpoints_on_schedule" => ("checkpoints ahead of schedule", "checkpoint sớm hơn lịch"),
        "no_checkpoint_stall" => ("stalls by checkpoints", "lần khựng do checkpoint"),
        "recovered" => ("recovered, s after healing", "phục hồi sau khắc phục, giây"),
        "came_back" => ("faults without recovery in time", "lỗi không hồi phục kịp"),
        "healed" => ("faults not healed", "lỗi chưa khắc phục được"),
        "orphaned_sessions" => ("sessions left in the server", "phiên còn lại trên máy chủ"),
        "orphaned_locks" => ("locks left on tables", "khóa bảng còn lại"),
        "gain" => ("gain over 1 connection, row at a time", "mức tăng so với 1 kết nối, từng dòng"),
        other => (other, other),
    };
    match lang {
        Lang::En => en,
        Lang::Vi => vi,
    }
    .to_owned()
}
