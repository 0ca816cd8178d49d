//! The figures of the load: what was written, how fast, how long it took, through
//! which pools, and what was gained over writing a row at a time.

use super::PoolEngine;
use super::share::Contention;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What was written.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Load {
    /// Rows of all batches that were begun.
    pub rows_attempted: u64,
    /// Rows of all batches whose commit is known.
    pub rows_acknowledged: u64,
    /// From the release of the batches, or the end of the warm-up, to the last one's end.
    pub elapsed_s: f64,
    /// rows_acknowledged / elapsed_s.
    pub rows_per_s: f64,
    /// Bytes of row data sent, for all attempts, as the method sends them; in
    /// a soak from the beginning of the measure phase on.
    pub sent_bytes: u64,
    /// The batches.
    pub batches: Batches,
    /// What was stored of what was due, in the time in which it was due: 1 where
    /// the server kept up, less where batches failed or a backlog was left. Of the
    /// time after the end as much is left out as a batch takes once it has a
    /// connection (the p99 of service): what is due last is no backlog. Null in a
    /// closed loop (from 1.3 on).
    #[serde(default)]
    pub offered_share: Option<f64>,
    /// A CHECKPOINT after the load, which writes out what it left; null where
    /// it isn't part of the run (from 1.4 on).
    #[serde(default)]
    pub closing_checkpoint_s: Option<f64>,
    /// rows_acknowledged / (elapsed_s + closing_checkpoint_s) (from 1.4 on).
    #[serde(default)]
    pub checkpointed_rows_per_s: Option<f64>,
    /// What was written before anything was measured; null in a burst.
    #[serde(default)]
    pub warm_up: Option<WarmUp>,
    /// Errors by SQLSTATE, or by `connection`, `timeout` where there is none.
    pub errors: Vec<ErrorCount>,
}

/// The warm-up of a soak: batches that were due before the measure phase.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct WarmUp {
    /// Rows of the batches whose commit is known.
    pub rows_acknowledged: u64,
    /// Batches.
    pub batches: u64,
    /// Those that were given up.
    pub failed: u64,
}

/// How the batches came out.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Batches {
    /// All of the scenario's.
    pub total: u64,
    /// Those whose commit is known.
    pub succeeded: u64,
    /// Those that were given up.
    pub failed: u64,
    /// Those rolled back or never begun because the run was stopped.
    pub stopped: u64,
    /// Those that took more than one attempt.
    pub retried: u64,
    /// Commits whose outcome was unknown at first; those of warm-up and
    /// preload count here and in the next four, since nothing excuses them.
    pub in_doubt: u64,
    /// Commits in doubt that had happened.
    pub in_doubt_committed: u64,
    /// Commits in doubt that had not.
    pub in_doubt_rolled_back: u64,
    /// Retries which found that the commit had happened after all, though it
    /// was settled as not: 0, or the settling is broken.
    pub in_doubt_contradicted: u64,
    /// Commits acknowledged with a warning.
    pub acknowledged_local: u64,
    /// Waits for a connection, statements and commits that took too long.
    pub timeouts: u64,
}

/// How often an error was seen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ErrorCount {
    /// A SQLSTATE; where there is none, `connection`, `timeout` or `in doubt`
    /// (a commit that could not be settled).
    pub code: String,
    /// How often.
    pub count: u64,
    /// The first one's text.
    pub example: String,
}

/// Latencies by what was done.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Latencies {
    /// Batches that succeeded; null where none did (before 1.3 all of it was null then).
    #[serde(default)]
    pub batch: Option<Latency>,
    /// Submissions of scans: one transaction that enters all its batches (from 1.3 on).
    #[serde(default)]
    pub submit: Option<Latency>,
    /// Looks at a scan's status (from 1.3 on).
    #[serde(default)]
    pub poll: Option<Latency>,
    /// Scans, from the moment that their tenant was due to their last batch's end (from 1.3 on).
    #[serde(default)]
    pub scan: Option<Latency>,
    /// Dashboards' reads, of every kind (from 1.3 on).
    #[serde(default)]
    pub read: Option<Latency>,
    /// Of these, compliance summaries.
    #[serde(default)]
    pub summary: Option<Latency>,
    /// Of these, pages of activities.
    #[serde(default)]
    pub page: Option<Latency>,
    /// Of these, looks at the connections' health.
    #[serde(default)]
    pub health: Option<Latency>,
}

/// The parts of a latency.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Latency {
    /// From due to acknowledged: what a user would have waited.
    pub response_ms: Distribution,
    /// From the first connection in hand to acknowledged, retries included.
    pub service_ms: Distribution,
    /// Waiting for a connection, all attempts together.
    pub acquire_ms: Distribution,
}

/// A distribution of durations.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Distribution {
    /// How many values.
    pub count: u64,
    /// The mean.
    pub mean: f64,
    /// The median.
    pub p50: f64,
    /// The 95th percentile.
    pub p95: f64,
    /// The 99th percentile.
    pub p99: f64,
    /// The greatest.
    pub max: f64,
    /// All values: an HDR histogram in microseconds (V2 + DEFLATE, base64), which merges exactly.
    pub histogram: String,
}

/// The pools.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Pools {
    /// The pool of the writers, during the measure phase.
    pub write: Pool,
    /// The pool of the readers: of dashboards and polls during the measure
    /// phase, where there are any, else of the read-back; null where nothing was read.
    #[serde(default)]
    pub read: Option<Pool>,
    /// Who waited in one pool while the other was full (from 1.3 on).
    #[serde(default)]
    pub contention: Option<Contention>,
}

/// A connection pool while it was at work.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Pool {
    /// Which library.
    pub engine: PoolEngine,
    /// Its greatest number of connections.
    pub size: u32,
    /// The most connections in use at one moment.
    pub in_use_max: u32,
    /// The highest one-second time-weighted mean of in-use over size (of the
    /// whole time where that was shorter).
    pub utilization_peak: f64,
    /// The time-weighted mean of in-use over size.
    pub utilization_mean: f64,
    /// Waits for a connection that took too long.
    pub timeouts: u64,
    /// Connections thrown away because their state wasn't known to be clean.
    pub discarded: u64,
    /// Operations a second that were due on it, each of which takes one of its
    /// connections once: batches, submissions, reads; null where none are due at
    /// a rate of their own (in a closed loop, whose utilization says nothing, and
    /// of looks at a scan's status, which come as long as it is under way) (from
    /// 1.3 on).
    #[serde(default)]
    pub offered_per_s: Option<f64>,
}

/// The gain over writing a row at a time on the same server just before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Gain {
    /// On one connection.
    pub serial: Option<Baseline>,
    /// On as many connections as the burst has at once.
    pub concurrent: Option<Baseline>,
    /// The median round trip of an empty query on an idle connection.
    pub round_trip_ms: Option<f64>,
}

/// A row-at-a-time baseline: one INSERT a transaction, autocommit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Baseline {
    /// How many connections wrote.
    pub connections: u32,
    /// Rows acknowledged.
    pub rows: u64,
    /// How long.
    pub elapsed_s: f64,
    /// rows / elapsed_s.
    pub rows_per_s: f64,
    /// load.rows_per_s / rows_per_s; null where the load has no rate.
    pub ratio: Option<f64>,
    /// A row's latency, which is one round trip with a commit in it.
    pub commit_ms: Distribution,
}
