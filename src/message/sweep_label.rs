//! The lines of a sweep's text.

use super::catalogue;

catalogue! {
    /// A line or label of a sweep's text.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum SweepLabel {
        SweepTitle { configs: usize, runs: usize, scenario: String }
            => "pgvalidate sweep: {configs} configurations, {runs} runs of {scenario}, interleaved",
               "pgvalidate sweep: {configs} cấu hình, {runs} lần chạy {scenario} xen kẽ";
        FreshServers { version: String }
            => "PostgreSQL {version}, a fresh private server for each run",
               "PostgreSQL {version}, mỗi lần chạy một máy chủ riêng mới";
        MostFirst { metric: String }
            => "ordered by {metric}, the most first", "xếp theo {metric}, lớn nhất trước";
        LeastFirst { metric: String }
            => "ordered by {metric}, the least first", "xếp theo {metric}, nhỏ nhất trước";
        ConfigHead {} => "configuration", "cấu hình";
        RunsHead {} => "runs", "lần";
        MedianHead {} => "median", "trung vị";
        IntervalHead {} => "95% interval", "khoảng 95%";
        ChangeHead {} => "change", "đổi";
        PHead {} => "p", "p";
        OutcomeHead {} => "outcome", "kết quả";
        Better {} => "better", "tốt hơn";
        Worse {} => "worse", "kém hơn";
        Same {} => "same", "như nhau";
        CantTell {} => "can't tell", "chưa rõ";
        Base {} => "(base)", "(gốc)";
        NotRun {} => "not run", "không chạy";
        P99Head {} => "p99 ms", "p99 ms";
        WalHead {} => "WAL B", "WAL B";
        TimedHead {} => "timed", "theo giờ";
        RequestedHead {} => "requested", "yêu cầu";
        CriteriaHead {} => "criteria", "tiêu chí";
        DurableHead {} => "gives up", "đánh đổi";
        Kept {} => "pass", "đạt";
        Broken { runs: u32, of: u32 } => "fail {runs}/{of}", "hỏng {runs}/{of}";
        ClientsLimit {} => "client", "máy khách";
        Undecided {} => "open", "chưa rõ";
        Durability {} => "durability", "độ bền";
        Nothing {} => "nothing", "không";
        SweepLegend { base: String }
            => "median and its 95% interval (bootstrap) over the runs; change, p (Mann-Whitney) and outcome against {base}: better and worse need p < 0.01 and an interval beyond 5%, same an interval within it",
               "trung vị và khoảng 95% của nó (bootstrap) qua các lần chạy; đổi, p (Mann-Whitney) và kết quả so với {base}: tốt hơn, kém hơn cần p < 0,01 và khoảng nằm ngoài 5%, như nhau cần khoảng nằm trong đó";
        CostLegend { of: String }
            => "p99: of a batch's {of}; WAL: bytes a row; timed, requested: checkpoints in all runs",
               "p99: {of} của một lô; WAL: byte mỗi dòng; theo giờ, yêu cầu: số checkpoint trong mọi lần chạy";
        Service {} => "service", "thời gian xử lý";
        Response {} => "response", "thời gian phản hồi";
        BestConfig { role: String }
            => "* best: {role}, surely better than each other that keeps all criteria and gives nothing up",
               "* tốt nhất: {role}, chắc chắn tốt hơn mọi cấu hình khác đạt đủ tiêu chí và không đánh đổi gì";
    }
}
