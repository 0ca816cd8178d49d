//! A configuration of a sweep: what its row of the table has besides.

use super::Verdict;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A configuration that was measured, or that couldn't be.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Arm {
    /// The file, as it was named.
    pub config: String,
    /// The path of the number that the rows are ordered by, as in `load.rows_per_s`.
    pub metric: String,
    /// Its median over the runs that count; null where none has it.
    pub median: Option<f64>,
    /// The lower end of the median's 95% bootstrap interval; null of fewer than two runs.
    pub low: Option<f64>,
    /// The upper end.
    pub high: Option<f64>,
    /// Checkpoints by checkpoint_timeout in all its runs; null where they weren't seen.
    pub checkpoints_timed: Option<u64>,
    /// Checkpoints by max_wal_size in all its runs (nobody else asks for one there).
    pub checkpoints_requested: Option<u64>,
    /// Runs that broke a criterion.
    pub broke_runs: u32,
    /// By the criteria: fail where a run broke one, inconclusive where a run
    /// couldn't be judged; null without a run.
    pub verdict: Option<Verdict>,
    /// Settings that give something up which the others keep, as in `synchronous_commit = off`.
    pub gives_up: Vec<String>,
    /// Runs that couldn't be carried through.
    pub failed_runs: u32,
    /// Runs that were left out, since it failed too often or doesn't start.
    pub left_out: u32,
}
