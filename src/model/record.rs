//! The run record, `run.json`: everything that was measured, and nothing else.
//!
//! Units are last in a key (`_s`, `_ms`, `_bytes`; shares are 0 to 1); ids are
//! strings, and every number is exact in a double. What wasn't seen is null and named in
//! `unavailable`. A reader ignores unknown keys and refuses an unknown major
//! of `schema_version`.

use super::advice::Recommendation;
use super::database::Database;
use super::isolation::Isolation;
use super::series::Point;
use super::share::{Contention, Queue, Reads, Regions, Stage, Tenants};
use super::stall::{Stall, StallSummary};
use super::tuning::Tuning;
use super::{Check, CriterionResult, Note, PoolEngine, Scenario, Unavailable, Verdict};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The version of the record's schema: the major changes when a reader of the
/// old one would misread the new one.
pub const SCHEMA_VERSION: &str = "1.5";

/// One run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunRecord {
    /// [`SCHEMA_VERSION`] of the writer.
    pub schema_version: String,
    /// The tool's version.
    pub tool_version: String,
    /// The run's id, a UUID; the ledger and the rows carry it.
    pub run_id: String,
    /// When the run began, RFC 3339, UTC.
    pub started_at: String,
    /// When the record was closed, RFC 3339, UTC.
    pub finished_at: Option<String>,
    /// The command line, without secrets.
    pub argv: Vec<String>,
    /// The command line that a scenario file stood for, with what was typed
    /// after it; empty where none was read (from 1.3 on).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub from_file: Vec<String>,
    /// What was run.
    pub scenario: Scenario,
    /// The server that was written to.
    pub server: Option<Server>,
    /// What was asked before the first write; empty where the run didn't come so far (from 1.1 on).
    #[serde(default)]
    pub preflight: Vec<Check>,
    /// The machine that the tool ran on.
    pub host: Host,
    /// How long each phase took.
    pub phases: Vec<Phase>,
    /// What was written, and how fast.
    pub load: Option<Load>,
    /// Latencies by what was done.
    pub latency: Option<Latencies>,
    /// The connection pools.
    pub pools: Option<Pools>,
    /// The durable queue; null where there is none (from 1.3 on).
    #[serde(default)]
    pub queue: Option<Queue>,
    /// What dashboards read; null where there are none (from 1.3 on).
    #[serde(default)]
    pub reads: Option<Reads>,
    /// The tenants beside each other (from 1.3 on).
    #[serde(default)]
    pub tenants: Option<Tenants>,
    /// The regions beside each other (from 1.3 on).
    #[serde(default)]
    pub regions: Option<Regions>,
    /// The stages of a gradual rollout (from 1.3 on).
    #[serde(default)]
    pub stages: Vec<Stage>,
    /// What was written before anything was measured; null without `--preload`.
    #[serde(default)]
    pub preload: Option<Preload>,
    /// How large the tenants' tables are after the load.
    #[serde(default)]
    pub storage: Option<Storage>,
    /// The row-at-a-time baseline and the gain over it.
    pub gain: Option<Gain>,
    /// What the ledger and the read-back prove.
    pub verification: Option<Verification>,
    /// What tenants tried to get at of each other's; null where that wasn't
    /// asked (from 1.5 on).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub isolation: Option<Isolation>,
    /// What the server said of itself while the load ran (from 1.2 on).
    #[serde(default)]
    pub database: Option<Database>,
    /// What the tuning rules need besides the statistics (from 1.4 on).
    #[serde(default)]
    pub tuning: Option<Tuning>,
    /// What the tuning rules say (from 1.4 on).
    #[serde(default)]
    pub recommendations: Vec<Recommendation>,
    /// One point a second of the measure phase.
    #[serde(default)]
    pub series: Vec<Point>,
    /// Seconds that stand out, with their causes.
    #[serde(default)]
    pub stalls: Vec<Stall>,
    /// How they were found; null where there are too few seconds for it.
    #[serde(default)]
    pub stall_summary: Option<StallSummary>,
    /// What the tool itself cost, and whether it was the limit.
    pub harness: Harness,
    /// The criteria, judged.
    pub criteria: Vec<CriterionResult>,
    /// The one verdict; null while the run isn't judged.
    pub verdict: Option<Verdict>,
    /// Why the verdict is not a plain pass or fail by the criteria.
    pub reasons: Vec<Note>,
    /// What a reader should know besides.
    pub findings: Vec<Note>,
    /// What could not be seen.
    pub unavailable: Vec<Unavailable>,
}

/// A phase of the run: open, setup, warm-up, baseline, measure, verify, teardown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Phase {
    /// Its name.
    pub name: String,
    /// How long it took.
    pub elapsed_s: f64,
}

/// The server, as it described itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Server {
    /// `version()`.
    pub version: String,
    /// `server_version_num`.
    pub version_num: u32,
    /// Whether the tool started it for this run.
    pub private: bool,
    /// Where it is: host, port, database and role, without a password.
    pub address: String,
    /// Whether an acknowledged commit survives a crash, by its settings.
    pub durable: bool,
    /// The settings that differ from the built-in default, and those that decide durability.
    pub settings: Vec<Setting>,
}

/// One setting of the server, as a session of the run saw it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Setting {
    /// Its name.
    pub name: String,
    /// Its value with unit, as `current_setting` gives it.
    pub value: String,
    /// Where it comes from, as in `pg_settings.source`.
    pub source: String,
}

impl Server {
    /// Whether commits wait for a standby.
    pub fn waits_for_standby(&self) -> bool {
        self.settings.iter().any(|s| s.name == "synchronous_standby_names" && !s.value.is_empty())
    }
}

impl Setting {
    /// Whether it lets an acknowledged commit be lost in a crash.
    pub fn is_unsafe(&self) -> bool {
        let decides = ["fsync", "full_page_writes", "synchronous_commit"];
        decides.contains(&self.name.as_str()) && self.value == "off"
    }
}

/// The machine that the tool ran on.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Host {
    /// The operating system and its kernel.
    pub os: String,
    /// Processors that the tool may use.
    pub cpus: u32,
    /// Memory.
    pub memory_bytes: Option<u64>,
}

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

/// Rows that were written before anything was measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Preload {
    /// How many, in all tables, that of the baseline too.
    pub rows: u64,
    /// How long it took.
    pub elapsed_s: f64,
}

/// The tenants' tables after the load, as `pg_table_size` and `pg_indexes_size` see them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Storage {
    /// Rows, with TOAST, free space map and visibility map.
    pub table_bytes: u64,
    /// All indexes.
    pub index_bytes: u64,
    /// The server's shared_buffers.
    pub shared_buffers_bytes: u64,
    /// index_bytes / shared_buffers_bytes: beyond 1, random keys read pages back before they change them.
    pub index_over_shared_buffers: f64,
}

/// What the ledger and the read-back prove. Counts are of rows unless said otherwise.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Verification {
    /// Rows of all batches that the ledger holds as done.
    pub rows_expected: u64,
    /// Rows found in the tenants' tables.
    pub rows_found: u64,
    /// Expected, and not found in their tenant's table.
    pub lost: u64,
    /// Found more often than once.
    pub duplicated: u64,
    /// Found at their place with other content.
    pub corrupted: u64,
    /// Found in a table, with the id of another tenant.
    pub misplaced: u64,
    /// Found, and of no batch that the ledger holds as done.
    pub unexpected: u64,
    /// Batches acknowledged to us that the ledger doesn't hold as done with the
    /// digest that was acknowledged.
    pub acknowledged_lost: u64,
    /// Batches whose rows, as read back, have another digest than the ledger holds.
    pub batches_differing: u64,
    /// Batches that were compared.
    pub batches_compared: u64,
    /// How long it took.
    pub elapsed_s: f64,
    /// WAL that the server wrote during the read-back (hint bits); null where it couldn't be read.
    pub first_read_wal_bytes: Option<u64>,
}

/// What the tool itself cost.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Harness {
    /// Rows a second that the generator and the encoder make with nothing behind them, all threads together.
    pub ceiling_rows_per_s: Option<f64>,
    /// Processor time of the tool in the measure phase.
    pub client_cpu_s: Option<f64>,
    /// client_cpu_s a row attempted.
    pub client_cpu_us_per_row: Option<f64>,
    /// The busiest second of any thread.
    pub busiest_thread: Option<BusyThread>,
    /// The greatest resident memory of the tool.
    pub peak_rss_bytes: Option<u64>,
    /// What our COPYs waited for.
    pub copy_waits: Vec<WaitCount>,
    /// How much later than due batches were begun.
    pub schedule_lag_ms: Option<Distribution>,
    /// What an open loop held back since as many batches were open as the tool
    /// keeps in memory; null in a closed one (from 1.3 on).
    #[serde(default)]
    pub backlog: Option<Backlog>,
    /// What the sampler cost; null where it was switched off.
    #[serde(default)]
    pub sampler_cost: Option<SamplerCost>,
}

/// What an open loop held back.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Backlog {
    /// How long the schedule waited for an open batch to be finished with, in
    /// seconds; schedule_lag_ms has these waits.
    pub held_s: f64,
    /// Batches, of a mixed load operations, that were due and never released.
    pub unreleased: u64,
}

/// What watching the server cost it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct SamplerCost {
    /// Statements that the sampler sent during the measure phase.
    pub queries: u64,
    /// Their time, as the tool waited for them.
    pub elapsed_s: f64,
    /// elapsed_s over the length of the measure phase: the most that one
    /// processor of the server was busy with it.
    pub share_of_time: f64,
    /// Execution time of the sampler's statements over that of all statements of
    /// this role in this database; null where pg_stat_statements isn't there or
    /// has a part of them alone.
    pub share_of_statements: Option<f64>,
    /// Ticks that were left out because an answer came too late.
    pub ticks_missed: u64,
}

/// A thread's busiest second.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BusyThread {
    /// The thread's name.
    pub name: String,
    /// Processor time over the second.
    pub busy: f64,
}

/// How often our COPYs were seen waiting for something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WaitCount {
    /// `wait_event_type:wait_event`; `CPU` where the backend waited for nothing.
    pub event: String,
    /// How many samples of a backend.
    pub samples: u64,
}
