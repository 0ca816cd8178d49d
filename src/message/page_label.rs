//! The words of the report's page: heads, captions, names of numbers.

use super::{Lang, catalogue};

catalogue! {
    /// A text of the page.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum PageLabel {
        ThisLanguage {} => "English", "Tiếng Việt";
        DocumentTitle { scenario: String, started: String, verdict: String }
            => "pgvalidate {scenario}, {started}: {verdict}",
               "pgvalidate {scenario}, {started}: kết luận {verdict}";
        SkipToContent {} => "Skip to the verdict", "Đến phần kết luận";
        RunId {} => "run", "lần chạy";
        Closing { version: String, schema: String }
            => "Made by pgvalidate {version} from run.json (schema {schema}) alone. Times are in UTC; those in charts count from the beginning of the measure phase.",
               "Do pgvalidate {version} tạo, chỉ từ run.json (schema {schema}). Thời điểm theo UTC; trong biểu đồ tính từ lúc bắt đầu giai đoạn đo.";

        // The first screen.
        Verdict {} => "Verdict:", "Kết luận:";
        NotJudged {} => "not judged", "chưa đánh giá";
        CriteriaHeld { held: usize, judged: usize }
            => "{held} of {judged} criteria hold", "{held}/{judged} tiêu chí đạt";
        BatchesStored {} => "batches stored", "số lô đã lưu";
        OfBatches { total: String, failed: u64 }
            => "of {total}; {failed} failed", "trên {total}; {failed} thất bại";
        RowsInSeconds { rows: String, seconds: String }
            => "{rows} rows in {seconds} s", "{rows} dòng trong {seconds} giây";
        ResponseP99Ms {} => "response p99, ms", "phản hồi p99, ms";
        ResponseP50Ms {} => "response p50, ms", "phản hồi p50, ms";
        MedianMs { p50: String } => "median {p50} ms", "trung vị {p50} ms";
        LostOrDoubled {} => "rows lost or duplicated", "dòng mất hoặc trùng";
        OfRowsRead { rows: String } => "of {rows} read back", "trên {rows} dòng đọc lại";
        WalBytesPerRow {} => "WAL, bytes a row", "WAL, byte mỗi dòng";
        FullPagesAtMost { share: String }
            => "full-page images at most {share}", "ảnh trang đầy đủ nhiều nhất {share}";
        CriteriaTable {} => "Criteria", "Tiêu chí";

        TrendsHead {} => "Trends", "Xu hướng";
        AllResultsHead {} => "All results, the newest first", "Mọi kết quả, mới nhất trước";

        // Over time.
        OverTimeHead {} => "Over time", "Diễn biến theo thời gian";
        RowsPerSecond {} => "rows a second", "dòng mỗi giây";
        RowsCaption {} => "Rows stored a second", "Số dòng lưu mỗi giây";
        ResponseCaption {}
            => "Response time of the batches that ended in a second, ms",
               "Thời gian phản hồi của các lô kết thúc trong từng giây, ms";
        P50 {} => "p50 (median)", "p50 (trung vị)";
        P99 {} => "p99 (slowest 1%)", "p99 (1% chậm nhất)";
        CheckpointWrites {} => "checkpoint, writing", "checkpoint đang ghi";
        CheckpointSyncs {} => "checkpoint, syncing", "checkpoint đang đồng bộ";
        StallWithNumber {} => "stall, by its number below", "lần khựng, theo số ở bảng dưới";
        PhaseOrEvent {} => "stage, end of the ramp, or R: restart", "giai đoạn, hết tăng dần, hoặc R: khởi động lại";
        AlwaysTheSame { name: String, value: String }
            => "{name}: {value} throughout.", "{name}: luôn là {value}.";
        SeriesSummary { name: String, median: String, min: String, max: String, at: String }
            => "{name}: median {median}, least {min}, most {max} at {at}.",
               "{name}: trung vị {median}, thấp nhất {min}, cao nhất {max} lúc {at}.";
        StallsTable {} => "Stalls", "Các lần khựng";
        NumberHead {} => "no.", "số";
        WhenHead {} => "when", "khi nào";
        WorstMs {} => "worst, ms", "nặng nhất, ms";
        CauseHead {} => "likeliest cause", "nguyên nhân khả dĩ nhất";
        EvidenceHead {} => "evidence", "bằng chứng";

        // Latency.
        LatencyHead {} => "Latency", "Độ trễ";
        PercentilesCaption {} => "Latency of batches by percentile, ms", "Độ trễ của lô theo phân vị, ms";
        PercentilesAxis {}
            => "Each step to the right is the slowest tenth of what was left.",
               "Mỗi bước sang phải là một phần mười chậm nhất của phần còn lại.";
        PercentilesSummary { count: String, p50: String, p99: String, max: String }
            => "Response of {count} batches: half within {p50} ms, 99% within {p99} ms, the slowest {max} ms.",
               "Phản hồi của {count} lô: một nửa trong {p50} ms, 99% trong {p99} ms, chậm nhất {max} ms.";
        LatencyTable {} => "Latencies, ms", "Độ trễ, ms";
        WhatHead {} => "what", "nội dung";
        Batch {} => "batch", "lô";
        AllReads {} => "dashboards, all reads", "dashboard, mọi lượt đọc";
        ScheduleLag {} => "schedule lag of the tool", "độ trễ lịch của công cụ";
        GainTable {} => "Gain over one row a transaction", "Mức tăng so với mỗi giao dịch một dòng";
        ConnectionsHead {} => "connections", "số kết nối";
        CommitP50 {} => "commit p50 of a row, ms", "commit p50 của một dòng, ms";
        GainHead {} => "gain of the run", "mức tăng của lần chạy";

        // Pools.
        PoolsHead {} => "Pool and queue", "Pool và hàng đợi";
        PoolCaption {} => "Connections of the write pool", "Kết nối của pool ghi";
        InUse {} => "in use", "đang dùng";
        WaitingForOne {} => "batches waiting for one", "lô đang chờ kết nối";
        PoolSize {} => "size of the pool", "kích thước pool";
        DepthCaption {} => "Batches that were due and not finished", "Số lô đến hạn mà chưa xong";
        DueAndUnfinished {} => "batches", "số lô";

        // Server.
        ServerHead {} => "The server meanwhile", "Máy chủ trong lúc đó";
        WaitsCaption {}
            => "What writers were seen doing or waiting for, samples a second",
               "Các kết nối ghi đang làm hoặc chờ gì, số mẫu mỗi giây";
        WaitsSummary { samples: String, shares: String }
            => "Of {samples} samples: {shares}.", "Trong {samples} mẫu: {shares}.";
        OtherWaits {} => "others", "loại khác";
        WalCaption {} => "WAL, MB a second", "WAL, MB mỗi giây";
        Wal {} => "WAL", "lượng WAL";
        FullPagesCaption {}
            => "Full-page images in the WAL, at most, %", "Ảnh trang đầy đủ trong WAL, nhiều nhất, %";
        FullPages {} => "full-page images", "ảnh trang đầy đủ";
        CountersTable { seconds: String }
            => "Counters, over {seconds} s", "Bộ đếm, trong {seconds} giây";
        WalWritten {} => "WAL written", "WAL đã ghi";
        WalRecords {} => "WAL records", "bản ghi WAL";
        FullPageImages {} => "full-page images", "ảnh trang đầy đủ";
        WalBuffersFull {} => "times wal_buffers were full", "số lần wal_buffers đầy";
        WalFlushes {} => "flushes of WAL", "số lần đẩy WAL xuống đĩa";
        WalFlushMs {} => "time of these flushes, ms", "thời gian đẩy WAL, ms";
        IndexBlocksFound {} => "index blocks found in cache", "khối chỉ mục có sẵn trong cache";
        HeapBlocksFound {}
            => "heap blocks found in cache (not judged)", "khối bảng có sẵn trong cache (không xét)";
        ByCheckpointer {} => "buffers written by the checkpointer", "bộ đệm do checkpointer ghi";
        ByBackgroundWriter {}
            => "buffers written by the background writer", "bộ đệm do background writer ghi";
        ByBackends {} => "buffers written by backends", "bộ đệm do backend tự ghi";
        TablesSize {} => "tables after the load", "bảng sau khi tải";
        IndexesSize {} => "indexes after the load", "chỉ mục sau khi tải";
        Autovacuums {} => "autovacuums of the tables", "số lần autovacuum các bảng";
        Deadlocks {} => "deadlocks", "số lần deadlock";
        OfOthers {} => "transactions of other databases", "giao dịch của cơ sở dữ liệu khác";
        SamplerShare {}
            => "cost of sampling, of one processor, at most", "chi phí lấy mẫu, so với một bộ xử lý, nhiều nhất";
        StandbysTable {} => "Standbys", "Máy dự phòng";
        StandbyHead {} => "standby", "máy dự phòng";
        StateHead {} => "state", "trạng thái";
        SyncHead {} => "sync_state", "sync_state (đồng bộ)";
        ReplayLag {} => "farthest behind", "chậm nhiều nhất";

        // Checkpoints and statements.
        CheckpointsHead {} => "Checkpoints", "Các checkpoint";
        CheckpointsTable {} => "Each checkpoint", "Từng checkpoint";
        BeganHead {} => "began", "bắt đầu";
        KindHead {} => "why", "lý do";
        KindTimed {} => "checkpoint_timeout", "checkpoint_timeout (theo giờ)";
        KindWal {} => "max_wal_size was used up", "hết max_wal_size";
        KindRequested {} => "requested", "theo yêu cầu";
        TookSeconds {} => "took, s", "kéo dài, giây";
        SyncSeconds {} => "of that sync, s", "trong đó đồng bộ, giây";
        NotEnded {} => "not ended", "chưa kết thúc";
        BeforeMeasuring {} => "before", "trước đó";
        BuffersWritten {} => "buffers", "bộ đệm";
        WalSinceLast {} => "WAL since the last", "WAL từ lần trước";
        PhaseTable {}
            => "Response by what the checkpointer was doing", "Phản hồi theo việc checkpointer đang làm";
        PhaseHead {} => "checkpoint phase", "pha của checkpoint";
        SecondsHead {} => "seconds", "giây";
        MeanResponseMs {} => "mean response, ms", "phản hồi trung bình, ms";
        OverNoneHead {} => "over that with none", "so với khi không có";
        StatementsHead {} => "Statements", "Câu lệnh";
        StatementsTable {}
            => "Statements with the most time in all", "Các câu lệnh tốn nhiều thời gian nhất";
        PartialStatementsTable {}
            => "Statements with the most time in all (some are missing)",
               "Các câu lệnh tốn nhiều thời gian nhất (thiếu một số)";
        StatementHead {} => "statement", "câu lệnh";
        TotalMs {} => "total ms", "tổng ms";

        // Tenants and regions.
        SharesHead {} => "Tenants and regions", "Khách thuê và vùng";
        SpreadTable { tenants: u32 }
            => "Spread over {tenants} tenants", "Độ phân tán trên {tenants} khách thuê";
        OfEachTenant {} => "of each tenant", "của từng khách thuê";
        Least {} => "least", "thấp nhất";
        Median {} => "median", "trung vị";
        Most {} => "most", "cao nhất";
        MostOverMedian {} => "most over median", "cao nhất so với trung vị";
        BusiestTenant { share: String }
            => "The busiest tenant has {share} of all rows.", "Khách thuê bận nhất có {share} tổng số dòng.";
        SlowestTable {} => "Slowest tenants", "Các khách thuê chậm nhất";
        TenantHead {} => "tenant", "khách thuê";
        RegionHead {} => "region", "vùng";
        Rows {} => "rows", "số dòng";
        Batches {} => "batches", "số lô";
        Tenants {} => "tenants", "khách thuê";
        RegionsTable {} => "Regions", "Các vùng";
        StagesTable {} => "Stages of the rollout", "Các giai đoạn triển khai";
        StageHead {} => "stage", "giai đoạn";
        BrokenHead {} => "criteria broken", "tiêu chí bị vi phạm";
        NoneBroken {} => "none", "không có";
        QueueTable {} => "The durable queue", "Hàng đợi bền vững";
        ValueHead {} => "value", "giá trị";
        DepthMost {} => "batches waiting, most", "lô đang chờ, nhiều nhất";
        DepthP95 {} => "batches waiting, p95", "lô đang chờ, p95";
        ScansSubmitted {} => "scans submitted", "scan đã gửi";
        ScansStored {} => "scans stored", "scan đã lưu";
        DrainSeconds {} => "drained after the last arrival, s", "hết sau lượt đến cuối, giây";
        HoldersEnded {} => "silent holders ended", "luồng giữ lô im lặng bị kết thúc";
        BatchesGivenUp {} => "batches given up", "lô bị bỏ";

        // Recommendations.
        AdviceHead {} => "Recommendations", "Đề xuất";
        NoRulesAsked {}
            => "The tuning rules had nothing to go by in this run: it was not sampled, or is of an older version.",
               "Các quy tắc tham số không có dữ liệu từ lần chạy này: không lấy mẫu, hoặc từ phiên bản cũ.";
        ChangesTable {} => "Changes that are proposed", "Các thay đổi được đề xuất";
        ProposedHead {} => "proposed", "đề xuất";
        AppliesHead {} => "takes effect", "có hiệu lực";
        RiskHead {} => "risk", "rủi ro";
        NumberOfRun {} => "number of this run", "số liệu của lần chạy";
        ThresholdHead {} => "threshold", "ngưỡng";
        MeasuredTable {} => "Measured before and after", "Đo trước và sau";
        BeforeHead {} => "before", "trước khi đổi";
        AfterHead {} => "after", "sau khi đổi";
        SettledSummary { count: usize }
            => "Rules that ask for nothing: {count}", "Quy tắc không cần thay đổi gì: {count}";
        LackingSummary { count: usize }
            => "Rules without enough evidence: {count}", "Quy tắc chưa đủ bằng chứng: {count}";
        RulesTable {} => "Rules", "Quy tắc";
        RuleHead {} => "rule", "quy tắc";
        NowHead {} => "now", "hiện tại";
        WhyHead {} => "why", "vì sao";

        // Proof.
        VerificationHead {} => "Verification", "Kiểm chứng";
        NotReadBack {} => "The rows were not read back.", "Chưa đọc lại các dòng.";
        ReadBack { expected: String, found: String, batches: String, seconds: String }
            => "{expected} rows were expected by the ledger and {found} found; {batches} batches were read back and compared in {seconds} s.",
               "Sổ cái cho biết phải có {expected} dòng, tìm thấy {found}; {batches} lô được đọc lại và so sánh trong {seconds} giây.";
        ProofTable {} => "What the ledger and the read-back prove", "Sổ cái và việc đọc lại chứng minh";
        CountHead {} => "count", "số lượng";
        MeaningHead {} => "meaning", "ý nghĩa";
        Lost {} => "lost", "mất";
        LostMeans {}
            => "rows expected, and not in their tenant's table", "dòng phải có nhưng không nằm trong bảng của khách thuê";
        Duplicated {} => "duplicated", "trùng";
        DuplicatedMeans {} => "rows found more often than once", "dòng xuất hiện nhiều hơn một lần";
        Corrupted {} => "corrupted", "hỏng";
        CorruptedMeans {} => "rows at their place with other content", "dòng đúng chỗ nhưng khác nội dung";
        Misplaced {} => "misplaced", "sai chỗ";
        MisplacedMeans {} => "rows with the id of another tenant", "dòng mang mã của khách thuê khác";
        Unexpected {} => "unexpected", "ngoài dự kiến";
        UnexpectedMeans {}
            => "rows of no batch that the ledger holds as done", "dòng không thuộc lô nào mà sổ cái ghi là xong";
        AcknowledgedLost {} => "acknowledged, lost", "đã xác nhận, bị mất";
        AcknowledgedLostMeans {}
            => "batches acknowledged to the tool that the ledger doesn't hold", "lô đã xác nhận với công cụ nhưng sổ cái không có";
        Differing {} => "differing", "khác mã băm";
        DifferingMeans {}
            => "batches whose rows have another digest than the ledger", "lô có mã băm của các dòng khác với sổ cái";
        IsolationHead {} => "Isolation of tenants", "Cách ly khách thuê";
        BySchema {}
            => "Tenants were kept apart by a schema and a table each.",
               "Mỗi khách thuê có schema và bảng riêng.";
        ByRowSecurity {}
            => "Tenants shared a table with row-level security.",
               "Các khách thuê dùng chung một bảng có bảo mật cấp dòng.";
        MisplacedLine { rows: u64 }
            => "Rows found in another tenant's place: {rows}. This is about what was written; it proves nothing about who can read it.",
               "Số dòng nằm ở chỗ của khách thuê khác: {rows}. Điều này chỉ nói về dữ liệu đã ghi, không chứng minh ai đọc được.";
        NotProbed {}
            => "Whether one tenant can read or change another's rows was not tried in this run; pgvalidate isolation does.",
               "Lần chạy này chưa thử khách thuê có đọc hay sửa được dữ liệu của nhau không; pgvalidate isolation làm việc đó.";
        ProbeHead {} => "probe", "phép thử";
        FromToHead {} => "tenant to tenant", "từ khách thuê sang";
        ExpectedHead {} => "expected", "mong đợi";
        AnsweredHead {} => "answered", "trả lời nhận được";
        AttemptsTable {} => "Attempts", "Các phép thử";
        FaultsHead {} => "Faults, errors and doubtful commits", "Sự cố, lỗi và commit chưa rõ kết quả";
        FaultsTable {} => "Faults that were injected", "Sự cố được tạo";
        FaultHead {} => "fault", "sự cố";
        InjectedHead {} => "injected", "lúc tạo";
        HealedHead {} => "healed", "lúc khắc phục";
        HitHead {} => "met", "số bị ảnh hưởng";
        RateBeforeHead {} => "rows/s before", "dòng/giây trước đó";
        RateDuringHead {} => "rows/s meanwhile", "dòng/giây trong lúc đó";
        FirstCommitHead {} => "first commit after, s", "commit đầu tiên sau đó, giây";
        RecoveredHead {} => "80% again after, s", "đạt lại 80% sau, giây";
        FaultSpan {} => "fault, from injection to healing", "sự cố, từ lúc tạo đến lúc khắc phục";
        OrphansLine { sessions: String, locks: String }
            => "Left in the server at the end: sessions {sessions}, locks on tables {locks}.",
               "Còn lại trên máy chủ lúc kết thúc: phiên {sessions}, khóa bảng {locks}.";
        TroubleTable {} => "What went wrong, and how it was settled", "Những gì trục trặc và cách phân xử";
        Retried {} => "batches that took more than one attempt", "lô phải thử hơn một lần";
        TimedOut {} => "time-outs", "lần quá hạn";
        InDoubt {} => "commits in doubt at first", "commit ban đầu chưa rõ kết quả";
        InDoubtCommitted {} => "of these, found to be committed", "trong đó, xác định đã commit";
        InDoubtRolledBack {} => "of these, found not to be", "trong đó, xác định chưa commit";
        AcknowledgedLocal {} => "commits without the standby", "commit thiếu máy dự phòng";
        ErrorsTable {} => "Errors", "Các lỗi";
        CodeHead {} => "SQLSTATE, or kind", "SQLSTATE hoặc loại";
        FirstHead {} => "the first one's text", "nội dung lỗi đầu tiên";
        NoErrors {} => "No error was seen while writing.", "Không thấy lỗi nào khi ghi.";

        // Surroundings.
        SettingsHead {} => "Settings of the server", "Tham số của máy chủ";
        ChangedTable {} => "Not as built in", "Khác giá trị mặc định";
        OtherSettingsTable {} => "Others that decide something here", "Các tham số khác có liên quan";
        MoreSettings {} => "Other settings that were read", "Các tham số khác đã đọc";
        SettingHead {} => "setting", "tham số";
        SourceHead {} => "from", "nguồn";
        MachineHead {} => "Machine and tool", "Máy và công cụ";
        MachineTable {} => "Where it was run", "Nơi chạy";
        OperatingSystem {} => "operating system of the tool", "hệ điều hành của công cụ";
        Processors {} => "its processors", "số bộ xử lý của nó";
        Memory {} => "its memory", "bộ nhớ của nó";
        ServerProcessors {} => "processors of the server", "số bộ xử lý của máy chủ";
        ServerMemory {} => "memory of the server", "bộ nhớ của máy chủ";
        WalSpace {} => "free for WAL on the server", "dung lượng trống cho WAL trên máy chủ";
        ClientCpu {} => "processor time of the tool, us a row", "thời gian bộ xử lý của công cụ, us mỗi dòng";
        ClientMemory {} => "memory of the tool, most", "bộ nhớ của công cụ, cao nhất";
        BusiestThread {} => "busiest thread of the tool", "luồng bận nhất của công cụ";
        Ceiling {} => "rows/s that the tool makes alone", "dòng/giây khi công cụ chạy một mình";
        PhasesTable {} => "Phases of the run", "Các giai đoạn của lần chạy";
        PhaseNameHead {} => "phase", "giai đoạn";
        RepeatHead {} => "How to repeat this run", "Cách chạy lại";
        AddressHidden {}
            => "The address in brackets stands for a connection string, which is not recorded.",
               "Địa chỉ trong ngoặc thay cho chuỗi kết nối, vốn không được ghi lại.";
        FileStoodFor {} => "The scenario file stood for:", "Tệp kịch bản tương đương:";
        SeedLine { seed: u64, version: String, schema: String }
            => "Seed {seed}: the same seed gives the same data. Written by pgvalidate {version}, schema {schema}.",
               "Seed {seed}: cùng seed cho cùng dữ liệu. Ghi bởi pgvalidate {version}, schema {schema}.";
        ConfigLine { name: String, sha256: String }
            => "Configuration of the private server: {name}, SHA-256 {sha256}.",
               "Cấu hình của máy chủ riêng: {name}, SHA-256 {sha256}.";

        // A sign-off.
        ChecklistHead {} => "Checklist", "Danh mục kiểm tra";
        ForPersonsHead {} => "For a person to answer", "Dành cho người phụ trách trả lời";
        SignatureHead {} => "Signed off by", "Người ký duyệt";
        RunsTable {} => "Runs of this sign-off", "Các lần chạy của đợt ký duyệt";
        NotesHead {} => "notes", "ghi chú";
        ItemHead {} => "item", "mục";
        AnswerHead {} => "answer", "trả lời";
        NameHead {} => "name", "họ tên";
        RoleHead {} => "role", "chức vụ";
        DateHead {} => "date", "ngày";
        SignatureField {} => "signature", "chữ ký";
        SetClosing { version: String, schema: String }
            => "Made by pgvalidate {version} from set.json (schema {schema}) alone; the linked pages are made from the records of the runs. Times are in UTC.",
               "Do pgvalidate {version} tạo, chỉ từ set.json (schema {schema}); các trang liên kết được tạo từ bản ghi của từng lần chạy. Thời điểm theo UTC.";

        // At the end.
        MissingHead {} => "Notes, and what could not be seen", "Ghi chú và những gì không thấy được";
        MissingTable {} => "Not available", "Không có số liệu";
        PathHead {} => "in run.json", "vị trí trong run.json";
    }
}

/// The name of a phase of the run; one that isn't known is shown by its id.
pub fn phase_name(id: &str, lang: Lang) -> String {
    let (en, vi) = match id {
        "open" => ("opening", "mở kết nối"),
        "setup" => ("setup", "chuẩn bị"),
        "warm-up" => ("warm-up", "làm nóng"),
        "baseline" => ("baseline", "đo mức nền"),
        "measure" => ("measuring", "đo"),
        "verify" => ("verification", "kiểm chứng"),
        "teardown" => ("teardown", "dọn dẹp"),
        other => (other, other),
    };
    match lang {
        Lang::En => en,
        Lang::Vi => vi,
    }
    .to_owned()
}
