//! How a load was shared out: queue, reads, tenants, regions, stages.

use super::record::{Distribution, ErrorCount};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The durable queue in the target.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Queue {
    /// The most batches that were pending and in nobody's hands, of all samples.
    /// Null without a sample.
    pub depth_max: Option<u64>,
    /// The 95th percentile of the samples.
    pub depth_p95: Option<f64>,
    /// Samples.
    pub samples: u64,
    /// Scans that were submitted.
    pub scans: u64,
    /// Of these, those whose batches are all done.
    pub scans_completed: u64,
    /// From the last arrival to the last batch's end, in seconds; null where that wasn't reached.
    pub drain_s: Option<f64>,
    /// Claims that found nothing to take.
    pub claims_empty: u64,
    /// Workers whose heartbeat was too old and whose backend was ended.
    pub holders_ended: u64,
    /// Batches that were taken out of the queue after too many attempts.
    pub given_up: u64,
}

/// What dashboards read.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Reads {
    /// Reads that were due.
    pub total: u64,
    /// Those that were answered.
    pub succeeded: u64,
    /// Those that weren't.
    pub failed: u64,
    /// Waits for a connection and statements that took too long.
    pub timeouts: u64,
    /// Answered reads a second.
    pub reads_per_s: f64,
    /// Reads over all operations that were done: reads, scans submitted, batches written at once.
    pub share: f64,
    /// Rows of all answers.
    #[serde(default)]
    pub rows: u64,
    /// Errors by SQLSTATE, or by `connection`, `timeout` where there is none.
    #[serde(default)]
    pub errors: Vec<ErrorCount>,
}

/// Waiting in one pool because of the other.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Contention {
    /// Reads that waited for a connection while the write pool had none free.
    pub reads_waited: u64,
    /// Writes that waited for a connection while the read pool had none free.
    pub writes_waited: u64,
    /// reads_waited + writes_waited.
    pub waited: u64,
}

/// A figure of each tenant, from the least to the greatest.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Spread {
    /// The least.
    pub min: f64,
    /// The median.
    pub p50: f64,
    /// The greatest.
    pub max: f64,
    /// max / p50: 1 where all are alike; null where the median is 0.
    pub max_over_p50: Option<f64>,
}

/// The tenants beside each other. Only those with a batch in the measure phase count.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Tenants {
    /// How many.
    pub count: u32,
    /// Each tenant's p99 of batch response.
    pub response_p99_ms: Spread,
    /// Each tenant's rows.
    pub rows: Spread,
    /// The share of all rows that the busiest tenant has.
    pub busiest_share: f64,
    /// Those with the highest p99, at most five, the slowest first.
    pub slowest: Vec<TenantFigures>,
}

/// One tenant.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct TenantFigures {
    /// Its number.
    pub no: i32,
    /// Its region.
    pub region: String,
    /// Rows acknowledged.
    pub rows: u64,
    /// Batches acknowledged.
    pub batches: u64,
    /// The p99 of its batches' response.
    pub response_p99_ms: f64,
}

/// The regions beside each other.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Regions {
    /// The north; null without a batch there.
    pub north: Option<RegionFigures>,
    /// The centre.
    pub central: Option<RegionFigures>,
    /// The south.
    pub south: Option<RegionFigures>,
}

/// One region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RegionFigures {
    /// Tenants with a batch in the measure phase.
    pub tenants: u32,
    /// Rows acknowledged.
    pub rows: u64,
    /// Batches acknowledged.
    pub batches: u64,
    /// Their response.
    pub response_ms: Distribution,
    /// Scans, from due to done; null where there are none.
    pub scan_ms: Option<Distribution>,
}

/// A stage of a gradual rollout.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Stage {
    /// The share of rate and tenants.
    pub share: f64,
    /// Tenants.
    pub tenants: u32,
    /// Rows a second that were due; null in a closed loop.
    pub rate_rows_per_s: Option<f64>,
    /// How long it took.
    pub elapsed_s: f64,
    /// Rows acknowledged.
    pub rows: u64,
    /// rows / elapsed_s.
    pub rows_per_s: f64,
    /// The p99 of its batches' response; null without a batch.
    pub response_p99_ms: Option<f64>,
    /// The criteria that it broke; the next stage doesn't begin then.
    pub broken: Vec<String>,
}
