//! What is compared of runs, and what is better.

use crate::judge::metric;
use crate::judge::set::table::server_cpu_us_per_row;
use crate::model::RunRecord;
use serde_json::Value;
use std::borrow::Cow;

/// The metric that decides where none is asked for.
pub const RATE: &str = "load.rows_per_s";

/// What the server's processors did a row: derived, so no number of the record.
pub const SERVER_CPU: &str = "server_cpu_us_per_row";

/// A number of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metric {
    /// Its path in the record, as in `load.rows_per_s`, or [`SERVER_CPU`].
    pub path: Cow<'static, str>,
    /// Whether more is better; None where neither is.
    pub more_is_better: Option<bool>,
}

const fn more(path: &'static str) -> Metric {
    Metric { path: Cow::Borrowed(path), more_is_better: Some(true) }
}

const fn less(path: &'static str) -> Metric {
    Metric { path: Cow::Borrowed(path), more_is_better: Some(false) }
}

/// What is compared where a run has it.
pub static ALL: [Metric; 18] = [
    more(RATE),
    less("load.elapsed_s"),
    more("load.offered_share"),
    less("latency.batch.response_ms.mean"),
    less("latency.batch.response_ms.p99"),
    less("latency.batch.service_ms.mean"),
    less("latency.batch.service_ms.p99"),
    less("latency.submit.response_ms.p99"),
    less("latency.scan.response_ms.p99"),
    less("latency.read.response_ms.p99"),
    more("reads.reads_per_s"),
    less("database.wal.bytes_per_row"),
    less("database.wal.full_page_share_at_most"),
    less("harness.client_cpu_us_per_row"),
    less(SERVER_CPU),
    less("database.checkpoints.requested"),
    // From requested to timed is an improvement; more timed ones are none in themselves.
    Metric { path: Cow::Borrowed("database.checkpoints.timed"), more_is_better: None },
    more("database.cache.index_hit_ratio"),
];

/// Numbers of which less is better, by how their paths end.
const LESS: [&str; 9] =
    ["_ms", "_us", "_s", "_bytes", "_us_per_row", "bytes_per_row", "failed", "timeouts", "retried"];

impl Metric {
    /// The metric at a path that the record's schema has, if it is known what
    /// of it is better: by the list, else by its unit.
    ///
    /// # Errors
    /// Says which of the two is not so.
    pub fn at(path: &str) -> Result<Metric, Unusable> {
        if let Some(known) = ALL.iter().find(|metric| metric.path == path) {
            return known.more_is_better.map(|_| known.clone()).ok_or(Unusable::NoDirection);
        }
        if !metric::exists(path) {
            return Err(Unusable::Unknown);
        }
        let is_of_distribution = path.contains("_ms.") && !path.ends_with(".count");
        let more_is_better = if path.ends_with("_per_s") {
            Some(true)
        } else {
            let is_less = is_of_distribution || LESS.iter().any(|ending| path.ends_with(ending));
            is_less.then_some(false)
        };
        let path = Cow::Owned(path.to_owned());
        more_is_better
            .map(|better| Metric { path, more_is_better: Some(better) })
            .ok_or(Unusable::NoDirection)
    }

    /// The numbers of the records that have it.
    pub(super) fn seen_in(&self, records: &[&RunRecord]) -> Vec<f64> {
        super::Group::of(records).seen(self)
    }

    /// The number of a record, which is given as its value too; None where it wasn't seen.
    pub(super) fn of(&self, record: &RunRecord, value: &Value) -> Option<f64> {
        match &*self.path {
            SERVER_CPU => server_cpu_us_per_row(record),
            path => metric::value(value, path),
        }
    }
}

/// Why a path is no metric that runs are compared by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unusable {
    /// The record has no such number.
    Unknown,
    /// Neither more nor less of it is known to be better.
    NoDirection,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_metric_of_the_list_is_a_number_of_the_record() {
        for metric in ALL.iter().filter(|metric| metric.path != SERVER_CPU) {
            assert!(metric::exists(&metric.path), "{}", metric.path);
        }
    }

    #[test]
    fn others_are_better_by_their_unit() {
        let better = |path| Metric::at(path).map(|metric| metric.more_is_better);
        assert_eq!(better(RATE), Ok(Some(true)));
        assert_eq!(better("latency.batch.acquire_ms.p95"), Ok(Some(false)));
        assert_eq!(better("gain.serial.rows_per_s"), Ok(Some(true)));
        assert_eq!(better("database.checkpoints.sync_ms"), Ok(Some(false)));
        assert_eq!(better("load.batches.retried"), Ok(Some(false)));
        assert_eq!(better("latency.batch.acquire_ms.count"), Err(Unusable::NoDirection));
        assert_eq!(better("scenario.size"), Err(Unusable::NoDirection));
        assert_eq!(better("database.checkpoints.timed"), Err(Unusable::NoDirection));
        assert_eq!(better("load.rows"), Err(Unusable::Unknown));
    }
}
