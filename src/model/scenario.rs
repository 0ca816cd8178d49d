//! A scenario: what is run, with every default filled in.

use super::limits::Limits;
use super::{Key, Method, PoolEngine, Tenancy};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Connections in the read pool where nothing is said: a reader is as busy as
/// the backend that it reads from, so two fill two processors.
pub const DEFAULT_READ_POOL: u32 = 2;

/// What a scenario can be called.
pub const NAMES: [&str; 5] = ["burst", "soak", "scans", "mixed", ISOLATION];

/// A soak beside which tenants try to get at each other's.
pub const ISOLATION: &str = "isolation";

/// Everything that decides what a run does. Two runs with equal scenarios
/// differ only in the server, the machine and the run's id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Scenario {
    /// One of [`NAMES`].
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
    /// What scans are asked for; null in the others (from 1.3 on).
    #[serde(default)]
    pub scans: Option<Scans>,
    /// What a mixed load is asked for; null in the others (from 1.3 on).
    #[serde(default)]
    pub mixed: Option<Mixed>,
    /// How tenants are kept apart (from 1.3 on).
    #[serde(default)]
    pub tenancy: Tenancy,
    /// The tenants' shares of the regions (from 1.3 on).
    #[serde(default)]
    pub regions: ByRegion,
    /// Time that is added to each round trip of a tenant's, by its region, in
    /// milliseconds; null where nothing is added (from 1.3 on).
    #[serde(default)]
    pub rtt_ms: Option<ByRegion>,
    /// Whether a CHECKPOINT goes before the load, and one after it whose time
    /// counts (from 1.4 on).
    #[serde(default)]
    pub closing_checkpoint: bool,
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
    /// What ends the run while it goes on (from 1.4 on).
    #[serde(default, skip_serializing_if = "Limits::is_none")]
    pub limits: Limits,
    /// How the tenants' schemas begin.
    pub tenant_prefix: String,
    /// The private server's `--config` file; null where there was none (from 1.4 on).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config: Option<ConfigFile>,
    /// Further settings that the private server was given, by name, which go
    /// before those of the file (from 1.4 on).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub settings: BTreeMap<String, String>,
}

/// Which text a file had.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConfigFile {
    /// Its name, without the folder.
    pub name: String,
    /// The SHA-256 of its text, in hexadecimal.
    pub sha256: String,
}

/// A load that goes on for a time.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
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
    /// How unevenly the batches fall on the tenants (from 1.3 on).
    #[serde(default)]
    pub skew: Skew,
    /// How long the rate takes to rise to what it is to be, in seconds (from 1.3 on).
    #[serde(default)]
    pub ramp_s: f64,
    /// Shares of rate and tenants that are rolled out one after the other, each
    /// only if the criteria held until then; empty for all at once (from 1.3 on).
    #[serde(default)]
    pub stages: Vec<f64>,
    /// How the rate goes up and down (from 1.3 on).
    #[serde(default)]
    pub pattern: Pattern,
}

/// How unevenly batches fall on the tenants.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Skew {
    /// In turn.
    #[default]
    Even,
    /// The tenant of rank k is drawn with a weight of 1/k^s.
    Zipf(f64),
    /// Tenant 1 gets this share, the others the rest in equal parts.
    Noisy(f64),
}

/// How a rate goes up and down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Pattern {
    /// It stays the same.
    #[default]
    Constant,
    /// A business day of 24 hours, pressed into the duration; the rate asked
    /// for is that of its busiest hour.
    BusinessHours,
}

/// A number for each region: shares, or milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ByRegion {
    /// The north.
    pub north: f64,
    /// The centre.
    pub central: f64,
    /// The south.
    pub south: f64,
}

impl Default for ByRegion {
    /// Equal shares.
    fn default() -> ByRegion {
        ByRegion { north: 1.0, central: 1.0, south: 1.0 }
    }
}

/// Tenants that arrive and submit a scan each.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Scans {
    /// Rows of a scan; its batches have `size` rows, the last one perhaps fewer.
    pub records: u32,
    /// Scans a second that arrive, whatever the server does (open loop); null
    /// where each of `concurrent` submits the next when its last is done.
    pub arrival_per_s: Option<f64>,
    /// Scans under way at once in a closed loop; null in an open one.
    pub concurrent: Option<u32>,
    /// Workers that take batches from the queue.
    pub workers: u32,
    /// How long a reader waits between two looks at a scan's status, in seconds.
    pub poll_s: f64,
    /// How old a worker's heartbeat may become before its backend is ended, in seconds.
    pub heartbeat_s: f64,
}

/// Dashboards that read while scans write.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Mixed {
    /// How long it is measured, in seconds, after the warm-up.
    pub duration_s: f64,
    /// How long it runs before that, in seconds.
    pub warm_up_s: f64,
    /// The share of operations, or of users, that read.
    pub reads: f64,
    /// The share that write; reads + writes is 1.
    pub writes: f64,
    /// Users with think times (closed loop); null where operations are due at a rate.
    pub users: Option<u32>,
    /// Operations a second that are due, whatever the server does; null where users think.
    pub rate_per_s: Option<f64>,
    /// What think times are multiplied by: 1 is 10 to 30 s before a read and 30 to 60 s before a write.
    pub think: f64,
    /// Rows of a scan.
    pub records: u32,
    /// Workers that take batches from the queue.
    pub workers: u32,
    /// How long a reader waits between two looks at a scan's status, in seconds.
    pub poll_s: f64,
    /// How old a worker's heartbeat may become before its backend is ended, in seconds.
    pub heartbeat_s: f64,
    /// Whether reads go through the write pool, so that it can be compared
    /// with pools that are apart.
    #[serde(default)]
    pub one_pool: bool,
}
