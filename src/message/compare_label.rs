//! The words of a comparison's text: its lines, and the names of its metrics.

use super::{Lang, catalogue};

catalogue! {
    /// A line or label of a comparison's text.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum CompareLabel {
        Title { base: String, other: String }
            => "pgvalidate compare: {other} against {base}",
               "pgvalidate compare: {other} so với {base}";
        OneRun { role: String, first: String } => "{role}: {first}", "{role}: {first}";
        Runs { role: String, runs: usize, first: String }
            => "{role}: {runs} runs, {first} and on",
               "{role}: {runs} lần chạy, từ {first}";
        MetricHead {} => "metric", "chỉ số";
        ChangeHead {} => "change", "đổi";
        IntervalHead {} => "95% interval", "khoảng 95%";
        OutcomeHead {} => "outcome", "kết quả";
        Legend { threshold: String }
            => "* decides; medians of the runs; times in ms, CPU in us; better or worse: p < 0.01 and an interval beyond {threshold}; same: an interval within it",
               "* quyết định; trung vị các lần chạy; thời gian tính bằng ms, CPU bằng us; tốt hơn hay kém hơn: p < 0,01 và khoảng nằm ngoài {threshold}; như nhau: khoảng nằm trong đó";
        MetricNote { metric: String, text: String } => "note: {metric}: {text}", "ghi chú: {metric}: {text}";
    }
}

/// The name of a metric that is compared, short enough for a table; another is
/// shown by the end of its path.
pub fn metric_name(path: &str, lang: Lang) -> String {
    let (en, vi) = match path {
        "load.rows_per_s" => ("rows/s", "dòng/giây"),
        "load.checkpointed_rows_per_s" => ("rows/s, closed", "dòng/giây, ck."),
        "load.elapsed_s" => ("elapsed, s", "thời gian, giây"),
        "load.offered_share" => ("stored of due", "lưu/đến hạn"),
        "latency.batch.response_ms.mean" => ("response mean", "phản hồi t.b."),
        "latency.batch.response_ms.p99" => ("response p99", "phản hồi p99"),
        "latency.batch.service_ms.mean" => ("service mean", "xử lý t.b."),
        "latency.batch.service_ms.p99" => ("service p99", "xử lý p99"),
        "latency.submit.response_ms.p99" => ("submission p99", "gửi scan p99"),
        "latency.scan.response_ms.p99" => ("scan p99", "lượt scan p99"),
        "latency.read.response_ms.p99" => ("read p99", "đọc p99"),
        "reads.reads_per_s" => ("reads/s", "lượt đọc/giây"),
        "database.wal.bytes_per_row" => ("WAL bytes/row", "byte WAL/dòng"),
        "database.wal.full_page_share_at_most" => ("full-page share", "tỉ lệ ảnh trang"),
        "harness.client_cpu_us_per_row" => ("client CPU/row", "CPU khách/dòng"),
        "server_cpu_us_per_row" => ("server CPU/row", "CPU chủ/dòng"),
        "database.checkpoints.requested" => ("ckpts requested", "ckpt yêu cầu"),
        "database.checkpoints.timed" => ("ckpts timed", "ckpt định kỳ"),
        "database.cache.index_hit_ratio" => ("index hit ratio", "tỉ lệ hit index"),
        other => return short(other),
    };
    match lang {
        Lang::En => en,
        Lang::Vi => vi,
    }
    .to_owned()
}

/// The last two names of a path.
fn short(path: &str) -> String {
    let from = path.rmatch_indices('.').nth(1).map_or(0, |(at, _)| at + 1);
    path[from..].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_metric_has_its_name_or_the_end_of_its_path() {
        assert_eq!(metric_name("load.rows_per_s", Lang::Vi), "dòng/giây");
        assert_eq!(metric_name("latency.batch.acquire_ms.p95", Lang::En), "acquire_ms.p95");
        assert_eq!(metric_name("rows", Lang::En), "rows");
    }
}
