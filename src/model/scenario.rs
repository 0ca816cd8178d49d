//! A scenario: what is run, with every default filled in.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Everything that decides what a run does. Two runs with equal scenarios
/// differ only in the server, the machine and the run's id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Scenario {
    /// `burst`.
    pub name: String,
    /// The seed of the rows.
    pub seed: u64,
    /// How many tenant schemas.
    pub tenants: u32,
    /// How a batch's rows are written: `copy-binary`.
    pub method: String,
    /// The table that is written.
    pub table: String,
    /// How many batches, all released at once.
    pub batches: u32,
    /// Rows in a batch.
    pub size: u32,
    /// Rows in all: batches × size.
    pub rows: u64,
    /// Connections in the write pool.
    pub write_pool: u32,
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
