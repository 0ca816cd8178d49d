//! A scenario: what is run, with every default filled in.

use super::{Key, Method, PoolEngine};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Connections in the read pool where nothing is said: a reader is as busy as
/// the backend that it reads from, so two fill two processors.
pub const DEFAULT_READ_POOL: u32 = 2;

/// Everything that decides what a run does. Two runs with equal scenarios
/// differ only in the server, the machine and the run's id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Scenario {
    /// `burst` or `soak`.
    pub name: String,
    /// The seed of the rows.
    pub seed: u64,
    /// How many tenant schemas.
    pub tenants: u32,
    /// How a batch's rows are written.
    pub method: Method,
    /// The primary key of the tenants' tables.
    #[serde(default)]
    pub key: Key,
    /// The table that is written.
    pub table: String,
    /// How many batches, all released at once; null in a soak, which is as long as it is.
    pub batches: Option<u32>,
    /// Rows in a batch.
    pub size: u32,
    /// Rows in all batches: batches × size; null in a soak.
    pub rows: Option<u64>,
    /// What a soak is asked for; null in a burst.
    #[serde(default)]
    pub soak: Option<Soak>,
    /// Whether the server is sampled.
    #[serde(default)]
    pub sampling: bool,
    /// Statements of ours that take longer are logged by the server, in
    /// milliseconds; null where the role may not ask for it.
    #[serde(default)]
    pub log_slow_ms: Option<u64>,
    /// The most batches that are written to one table at once:
    /// ⌈min(batches, write_pool) / tenants⌉.
    #[serde(default)]
    pub writers_per_tenant: u32,
    /// Rows that each tenant's table is given before anything is measured.
    #[serde(default)]
    pub preload: u64,
    /// Rows that the tenants' tables hold in the end: rows + tenants × preload; null in a soak.
    #[serde(default)]
    pub rows_stored: Option<u64>,
    /// The library behind the pools.
    #[serde(default)]
    pub pool: PoolEngine,
    /// Connections in the write pool.
    pub write_pool: u32,
    /// Connections in the read pool.
    #[serde(default)]
    pub read_pool: u32,
    /// Whether the row-at-a-time baseline is measured.
    pub baseline: bool,
    /// How long each half of the baseline takes, in seconds.
    pub baseline_s: f64,
    /// How often a batch is attempted at most.
    pub attempts_max: u32,
    /// How long a batch may wait for a connection, in seconds.
    pub acquire_timeout_s: f64,
    /// How long a batch's statements, or its COMMIT, may take, in seconds.
    pub statement_timeout_s: f64,
    /// Whether the run goes on where the server isn't durable.
    pub allow_unsafe: bool,
    /// How the tenants' schemas begin.
    pub tenant_prefix: String,
}

/// A load that goes on for a time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Soak {
    /// How long it is measured, in seconds, after the warm-up.
    pub duration_s: f64,
    /// How long it runs before that, in seconds.
    pub warm_up_s: f64,
    /// Rows a second that are due, whatever the server does (open loop); null
    /// where each writer sends the next batch when the last is stored (closed loop).
    pub rate_rows_per_s: Option<f64>,
    /// Writers of a closed loop; null in an open one.
    pub writers: Option<u32>,
}
