//! What stands behind the figures: how large the tables were, what the ledger and
//! the read-back prove, and what the tool itself cost.

use super::load::Distribution;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
