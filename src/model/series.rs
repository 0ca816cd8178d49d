//! The series: one point a second of the measure phase.

use super::database::CheckpointPhase;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One second of the measure phase.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Point {
    /// Which second, from 0.
    pub second: u32,
    /// Rows whose commit was acknowledged in it.
    pub rows: u64,
    /// Batches of which that is so.
    pub batches: u64,
    /// Batches that were given up in it.
    pub failed: u64,
    /// Response times of the batches that succeeded in it; null where none did.
    pub response_ms: Option<PointLatency>,
    /// Connections of the write pool in use, the mean of ten samples.
    pub in_use: Option<f64>,
    /// Batches waiting for a connection, the mean of ten samples.
    pub waiting: Option<f64>,
    /// Batches that were due and not finished, the most of ten samples.
    pub queue_depth: Option<u64>,
    /// Processors that the tool kept busy.
    pub client_cpu: Option<f64>,
    /// The server; null where it wasn't sampled.
    pub server: Option<ServerPoint>,
}

/// Response times of a second.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PointLatency {
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
    /// All values, in microseconds with two digits, as in the distributions.
    pub histogram: String,
}

/// What the server was seen to do in a second. Null: not seen, or a difference
/// that means nothing, named in `database.dropped`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct ServerPoint {
    /// WAL inserted.
    pub wal_bytes: Option<u64>,
    /// Full page images. A transaction's count appears when it ends.
    pub full_page_images: Option<u64>,
    /// Times that WAL was written because wal_buffers were full.
    pub wal_buffers_full: Option<u64>,
    /// Buffers written by the checkpointer.
    pub checkpointer_buffers: Option<u64>,
    /// Buffers written by backends.
    pub backend_buffers: Option<u64>,
    /// What our writers were seen waiting for: samples by `type:event`, `CPU`
    /// where they waited for nothing.
    pub waits: BTreeMap<String, u32>,
    /// What the checkpointer was doing, as it was seen most often.
    pub checkpoint: Option<CheckpointPhase>,
    /// Autovacuum workers, the most of the samples; null where they can't be seen.
    pub autovacuum_workers: Option<u32>,
    /// Rows that COPYs under way had taken in, as they were seen last.
    pub copying_rows: Option<u64>,
    /// WAL that the farthest standby has yet to replay.
    pub replay_lag_bytes: Option<u64>,
    /// Processors of the server's machine that were busy; null where it isn't this machine.
    pub cpu: Option<f64>,
    /// Written to the disk that the data is on; null where it isn't on this machine.
    pub disk_written_bytes: Option<u64>,
    /// The share of the second in which that disk was busy.
    pub disk_busy: Option<f64>,
}
