//! The run record, `run.json`: everything that was measured, and nothing else.
//!
//! Units are last in a key (`_s`, `_ms`, `_bytes`; shares are 0 to 1); ids are
//! strings, and every number is exact in a double. What wasn't seen is null and named in
//! `unavailable`. A reader ignores unknown keys and refuses an unknown major
//! of `schema_version`.

use super::advice::Recommendation;
use super::database::Database;
use super::fault::{Fault, Recovery};
use super::isolation::Isolation;
use super::limits::Watched;
use super::series::Point;
use super::share::{Queue, Reads, Regions, Stage, Tenants};
use super::stall::{Stall, StallSummary};
use super::tuning::Tuning;
use super::{Check, CriterionResult, Note, Scenario, Unavailable, Verdict};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use super::load::{
    Baseline, Batches, Distribution, ErrorCount, Gain, Latencies, Latency, Load, Pool, Pools,
    WarmUp,
};
pub use super::proof::{
    Backlog, BusyThread, Harness, Preload, SamplerCost, Storage, Verification, WaitCount,
};

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
    /// What was done to the run on purpose (from 1.5 on).
    #[serde(default)]
    pub faults: Vec<Fault>,
    /// How it came back from that; null where nothing was injected (from 1.5 on).
    #[serde(default)]
    pub recovery: Option<Recovery>,
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
    /// What was seen of what `scenario.limits` limits; null without limits (from 1.4 on).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub watched: Option<Watched>,
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
