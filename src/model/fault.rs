//! Faults: what was done to the run, and how it came back.

use super::record::{Batches, ErrorCount};
use super::{Note, Verdict};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A fault that was injected while the load ran. Times are seconds since the
/// measure phase began, as in `series`; null where it didn't come to that.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Fault {
    /// Which, as `--only` names it.
    pub name: String,
    /// When it was injected.
    pub injected_at_s: Option<f64>,
    /// When it was healed.
    pub healed_at_s: Option<f64>,
    /// Connections, backends, locks or whatever else it met; null where it meets the server as a whole.
    pub hit: Option<u64>,
    /// Rows a second that were acknowledged just before.
    pub before_rows_per_s: Option<f64>,
    /// The same between injection and healing.
    pub during_rows_per_s: Option<f64>,
    /// From the healing to the first batch acknowledged after it, in seconds.
    pub first_commit_s: Option<f64>,
    /// From the healing to the beginning of the first second with at least 80%
    /// of the rows of before, in seconds.
    pub recovered_s: Option<f64>,
    /// Whether all was undone; null where there was nothing to undo.
    #[serde(default)]
    pub is_healed: Option<bool>,
    /// Whether the load was as before in time; null where that couldn't be seen.
    #[serde(default)]
    pub is_recovered: Option<bool>,
    /// Why it wasn't injected, what went wrong, and what it can't show.
    pub notes: Vec<Note>,
}

/// How the run came back from its faults: the worst of them.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Recovery {
    /// The longest `first_commit_s`; null where a fault has none.
    pub first_commit_s: Option<f64>,
    /// The longest `recovered_s`; null where a fault has none.
    pub recovered_s: Option<f64>,
    /// Faults after which the load was watched for as long as it may take, and
    /// wasn't as before; null where one couldn't be watched so long.
    pub not_recovered: Option<u64>,
    /// Faults that couldn't be undone.
    #[serde(default)]
    pub not_healed: u64,
    /// Sessions of the run that the server still had when its pools were
    /// closed, beyond a grace of some seconds.
    pub orphaned_sessions: Option<u64>,
    /// Locks on tables that these sessions held.
    pub orphaned_locks: Option<u64>,
}

/// What faults come into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum FaultLoad {
    /// Writers that go on until the load has recovered
    Soak,
    /// Batches that all come at once
    Burst,
    /// Scans through the queue
    Scans,
}

/// A fault of a set, and what the ledger proves of its run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FaultRow {
    /// What was done, and how the load came back.
    pub fault: Fault,
    /// The batches of the run; null where none was begun.
    pub batches: Option<Batches>,
    /// Every error on the way, by SQLSTATE or the driver's word.
    pub errors: Vec<ErrorCount>,
    /// Rows acknowledged and not there at the end; null where that couldn't be looked at.
    pub lost: Option<u64>,
    /// Rows that are there more than once.
    pub duplicated: Option<u64>,
    /// Rows that differ from what was sent.
    pub corrupted: Option<u64>,
    /// Rows that are another tenant's.
    pub misplaced: Option<u64>,
    /// Batches that were acknowledged, and of which the ledger knew nothing when it was next asked.
    pub acknowledged_lost: Option<u64>,
    /// What was left in the server.
    pub recovery: Option<Recovery>,
    /// The run's verdict; null where it wasn't run.
    pub verdict: Option<Verdict>,
}
