//! The lines of a set's text.

use super::catalogue;

catalogue! {
    /// A line or label of a set's text.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum SetLabel {
        MethodsTitle { runs: usize }
            => "pgvalidate methods: {runs} runs, interleaved, at equal durability",
               "pgvalidate methods: {runs} lần chạy xen kẽ, cùng độ bền vững";
        MethodHead {} => "method, batch", "phương thức, lô";
        RateHead {} => "rows/s", "dòng/giây";
        SpreadHead {} => "min - max", "min - max";
        GainHead {} => "gain", "mức tăng";
        WalHead {} => "WAL B/row", "WAL B/dòng";
        ClientCpuHead {} => "client us", "khách us";
        ServerCpuHead {} => "server us", "chủ us";
        P99Head {} => "p99 ms", "p99 ms";
        Legend {}
            => "rows/s: median of the runs; gain: over autocommit; us: CPU a row; p99: service of a batch",
               "dòng/giây: trung vị các lần chạy; mức tăng: so với autocommit; us: CPU mỗi dòng; p99: thời gian xử lý lô";
        Durability { settings: String } => "durability: {settings}", "độ bền vững: {settings}";
        BestLine { role: String }
            => "* best: {role}, in each of its runs faster than all the others",
               "* tốt nhất: {role}, trong mọi lần chạy đều nhanh hơn các phương án khác";
        RowNote { role: String, text: String } => "note: {role}: {text}", "ghi chú: {role}: {text}";
        BrokeNote { role: String, criteria: String }
            => "note: {role} broke: {criteria}", "ghi chú: {role} không đạt: {criteria}";
        StoppedAfter { runs: usize, folder: String }
            => "{runs} runs are done; go on with the same options and --resume {folder}",
               "đã xong {runs} lần chạy; tiếp tục với các tham số cũ và --resume {folder}";
    }
}
