//! Two groups of runs beside each other: what changed, how sure that is, and
//! whether they may be compared at all. Pure functions of the records.
//!
//! A difference needs a p below 1% and an interval that lies beyond the
//! practical threshold, "the same" one that lies within it. Everything else is
//! inconclusive, with what would decide it.

pub mod conditions;
pub mod metrics;
mod outcome;
mod verdict;

pub use conditions::{Comparable, comparable};
pub use metrics::Metric;
pub use verdict::judge;

use crate::model::RunRecord;
use crate::model::comparison::Compared;
use serde_json::Value;

/// The practical threshold where nothing else is asked for: 5%.
pub const THRESHOLD: f64 = 0.05;

/// What the two groups are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Roles<'a> {
    /// The base.
    pub base: &'a str,
    /// What is compared with it.
    pub other: &'a str,
}

/// Compares each metric that a run of either group has, the rate first.
/// `threshold` is the change, as a share, that makes a practical difference.
/// Whether the runs may be compared is [`comparable`]'s to say.
pub fn compare(
    base: &[&RunRecord],
    other: &[&RunRecord],
    roles: Roles<'_>,
    threshold: f64,
) -> Vec<Compared> {
    let (base, other) = (Group::of(base), Group::of(other));
    let all =
        metrics::ALL.iter().map(|metric| compare_groups(metric, &base, &other, roles, threshold));
    all.filter(|compared| compared.base_runs + compared.other_runs > 0).collect()
}

/// Compares one metric, also where no run has it.
pub fn compare_one(
    metric: &Metric,
    base: &[&RunRecord],
    other: &[&RunRecord],
    roles: Roles<'_>,
    threshold: f64,
) -> Compared {
    compare_groups(metric, &Group::of(base), &Group::of(other), roles, threshold)
}

/// What was seen of a metric in these runs.
pub fn values(metric: &Metric, records: &[&RunRecord]) -> Vec<f64> {
    Group::of(records).seen(metric)
}

/// Records with their values: a path is looked up in those.
struct Group<'a>(Vec<(&'a RunRecord, Value)>);

impl<'a> Group<'a> {
    fn of(records: &[&'a RunRecord]) -> Group<'a> {
        // A record serializes: its numbers are finite and its keys are strings.
        let value = |record: &&'a RunRecord| serde_json::to_value(record).unwrap_or(Value::Null);
        Group(records.iter().map(|record| (*record, value(record))).collect())
    }

    /// What was seen of a metric.
    fn seen(&self, metric: &Metric) -> Vec<f64> {
        self.0.iter().filter_map(|(record, value)| metric.of(record, value)).collect()
    }
}

fn compare_groups(
    metric: &Metric,
    base: &Group<'_>,
    other: &Group<'_>,
    roles: Roles<'_>,
    threshold: f64,
) -> Compared {
    let mut compared =
        outcome::compared(metric, &base.seen(metric), &other.seen(metric), roles, threshold);
    let runs = (base.0.len() + other.0.len()) as u32;
    outcome::note_missing(&mut compared, runs);
    compared
}
