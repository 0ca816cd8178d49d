//! The lines of a set's text.

use super::catalogue;

catalogue! {
    /// A line or label of a set's text.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum SetLabel {
        MethodsTitle { runs: usize }
            => "pgvalidate methods: {runs} runs, interleaved, at equal durability",
               "pgvalidate methods: {runs} lần chạy xen kẽ, cùng độ bền vững";
        CapacityTitle { runs: usize }
            => "pgvalidate capacity: {runs} runs: more and more writers, then stepped rates",
               "pgvalidate capacity: {runs} lần chạy: tăng dần luồng ghi, rồi từng mức tốc độ";
        SetTitle { kind: String, runs: usize }
            => "pgvalidate {kind}: {runs} runs", "pgvalidate {kind}: {runs} lần chạy";
        WritersHead {} => "writers", "luồng ghi";
        RatesHead {} => "due/s", "đến hạn/giây";
        RunsHead {} => "runs", "lần";
        ResponseHead {} => "p99 ms", "p99 ms";
        OutcomeHead {} => "outcome", "kết quả";
        Held {} => "held", "đạt";
        HeldMostly {} => "held in most of its runs", "đạt trong phần lớn lần chạy";
        Broke { criterion: String } => "broke: {criterion}", "không đạt: {criterion}";
        BrokeAndMore { criterion: String, more: usize }
            => "broke: {criterion}, and {more} more", "không đạt: {criterion} và {more} tiêu chí khác";
        ClientWasLimit {} => "the client was the limit", "máy khách là điểm nghẽn";
        BestWriters { writers: u32 }
            => "best write concurrency: {writers}; more writers bring nothing beyond noise",
               "mức ghi đồng thời tốt nhất: {writers}; nhiều hơn không nhanh hơn vượt mức nhiễu";
        BestWritersTried { writers: u32 }
            => "best write concurrency: {writers}, the most that were tried",
               "mức ghi đồng thời tốt nhất: {writers}, mức cao nhất đã thử";
        Sustained { rate: String }
            => "highest rate at which all criteria held: {rate} rows/s",
               "tốc độ cao nhất mà mọi tiêu chí đều đạt: {rate} dòng/giây";
        FirstBroken { rate: String, criterion: String }
            => "first to break, at {rate} rows/s: {criterion}",
               "tiêu chí không đạt đầu tiên, ở {rate} dòng/giây: {criterion}";
        Headroom { need: String, headroom: String }
            => "needed: {need} rows/s; headroom {headroom}x",
               "cần: {need} dòng/giây; dư địa {headroom}x";
        MethodHead {} => "method, batch", "phương thức, lô";
        RateHead {} => "rows/s", "dòng/giây";
        SpreadHead {} => "min-max, k", "min-max, k";
        GainHead {} => "gain", "mức tăng";
        WalHead {} => "WAL B", "WAL B";
        ClientCpuHead {} => "client", "khách";
        ServerCpuHead {} => "server", "chủ";
        P99Head {} => "p99 ms", "p99 ms";
        Legend {}
            => "rows/s: the median of the runs; min-max: their range, in thousands; gain: over autocommit; WAL: bytes a row; client, server: us of CPU a row; p99: service of a batch",
               "dòng/giây: trung vị các lần chạy; min-max: khoảng của chúng, nghìn; mức tăng: so với autocommit; WAL: byte mỗi dòng; khách, chủ: us CPU mỗi dòng; p99: thời gian xử lý một lô";
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
