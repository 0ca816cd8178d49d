//! The measure phase: releases the batches and enters what came of it.

use super::EngineError;
use super::phases::Phases;
use crate::model::record::{self, Latencies, Pools};
use crate::model::{PoolEngine, Reason, RunRecord};
use crate::session::Pool;
use crate::work::{Batch, Tally, WriteContext, burst as work};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

/// Releases the batches at once, waits for all of them, and enters load,
/// latencies and pool.
pub(super) async fn release(
    phases: &mut Phases<'_>,
    record: &mut RunRecord,
    context: &Arc<WriteContext>,
    batches: &[Batch],
) -> Result<Tally, EngineError> {
    let counted = Arc::downgrade(context);
    let rows_done =
        move || counted.upgrade().map_or(0, |c| c.rows_acknowledged.load(Ordering::Relaxed));
    let bar = phases.progress().rows(Arc::new(rows_done), record.scenario.rows);
    let (tally, elapsed) = work::release(context, batches).await?;
    let write = pool_entry(&context.pool, record.scenario.pool);
    drop(bar);
    phases.end();
    let load = tally.load(elapsed, context.sent_bytes.load(Ordering::Relaxed));
    let (in_use_max, size) = (write.in_use_max, write.size);
    record.pools = Some(Pools { write, read: None });
    let notes = [
        Some(Reason::UtilizationFollowsFromFlags { in_use_max, pool_size: size }),
        (load.batches.acknowledged_local > 0)
            .then_some(Reason::AcknowledgedLocal { batches: load.batches.acknowledged_local }),
        tally.commonest_failure().map(|error| Reason::BatchesFailed {
            batches: load.batches.failed,
            error: error.to_owned(),
        }),
    ];
    record.findings.extend(notes.into_iter().flatten().map(Into::into));
    record.latency = tally.latency().map(|batch| Latencies { batch });
    record.load = Some(load);
    Ok(tally)
}

/// What was measured of a pool until now.
pub(super) fn pool_entry(pool: &Pool, engine: PoolEngine) -> record::Pool {
    let usage = pool.meter().usage(Instant::now());
    let size = pool.size();
    let share = |in_use: f64| in_use / f64::from(size);
    record::Pool {
        engine,
        size,
        in_use_max: usage.in_use_max,
        utilization_peak: share(usage.in_use_peak),
        utilization_mean: share(usage.in_use_mean),
        timeouts: usage.timeouts,
        discarded: usage.discarded,
    }
}
