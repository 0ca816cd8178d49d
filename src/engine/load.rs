//! The measure phase: releases the load and enters what came of it.

use super::EngineError;
use super::phases::{Goal, Phases};
use crate::model::record::{self, Latencies, Load, Pools};
use crate::model::{PoolEngine, Reason, RunRecord, Scenario, Unavailable};
use crate::session::Pool;
use crate::session::meter::Usage;
use crate::work::{Batch, Tally, WriteContext, burst};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// Releases the batches at once, waits for all of them, and enters what came of it.
pub(super) async fn release(
    phases: &mut Phases<'_>,
    record: &mut RunRecord,
    context: &Arc<WriteContext>,
    batches: &[Batch],
    before: &Tally,
) -> Result<Tally, EngineError> {
    let rows = record.scenario.rows.unwrap_or_default();
    let bar = phases.progress().rows(rows_done(context), Goal::Rows(rows));
    let (mut tally, elapsed) = burst::release(context, batches).await?;
    tally.answer_for(before);
    drop(bar);
    phases.end();
    enter(record, context, &tally, elapsed);
    Ok(tally)
}

/// Counts the rows for whoever watches, as long as there are writers.
pub(super) fn rows_done(context: &Arc<WriteContext>) -> Arc<dyn Fn() -> u64 + Send + Sync> {
    let counted = Arc::downgrade(context);
    Arc::new(move || counted.upgrade().map_or(0, |c| c.rows_acknowledged.load(Ordering::Relaxed)))
}

/// Enters load, latencies and pool.
pub(super) fn enter(
    record: &mut RunRecord,
    context: &WriteContext,
    tally: &Tally,
    elapsed: Duration,
) {
    let write = pool_entry(&context.pool, record.scenario.pool);
    let (in_use_max, size) = (write.in_use_max, write.size);
    record.pools = Some(Pools { write, read: None, contention: None });
    // A queue that nothing was entered in, or nothing taken from, was there all
    // the same; of the others nothing was due before the run ended.
    let has_queue = record.scenario.scans.is_some() || record.scenario.mixed.is_some();
    if tally.is_empty() && (!has_queue || elapsed.is_zero()) {
        return;
    }
    let early_bytes = context.sent_early_bytes.load(Ordering::Relaxed);
    let sent_bytes = context.sent_bytes.load(Ordering::Relaxed).saturating_sub(early_bytes);
    let mut load = tally.load(elapsed, sent_bytes);
    let batch = tally.latency();
    if batch.is_none() {
        let reason = match tally.is_empty() {
            true => Reason::NoneDone { what: "batch".to_owned() },
            false => Reason::NoneSucceeded {},
        };
        let (path, reason) = ("latency.batch".to_owned(), reason.into());
        record.unavailable.push(Unavailable { path, reason });
    }
    record.latency = Some(Latencies { batch, ..Latencies::default() });
    load.offered_share = offered_share(record, &load);
    let notes = [
        utilization_follows(record, in_use_max, size),
        (load.batches.acknowledged_local > 0)
            .then_some(Reason::AcknowledgedLocal { batches: load.batches.acknowledged_local }),
        tally.commonest_failure().map(|error| Reason::BatchesFailed {
            batches: load.batches.failed,
            error: error.to_owned(),
        }),
    ];
    record.findings.extend(notes.into_iter().flatten().map(Into::into));
    record.load = Some(load);
}

/// What a pool's utilization follows from; None where the load comes at a rate
/// of its own: then it says something. Of scans it is told by how busy their
/// workers were.
fn utilization_follows(record: &RunRecord, in_use_max: u32, pool_size: u32) -> Option<Reason> {
    let Scenario { soak, scans, mixed, .. } = &record.scenario;
    if let Some(mixed) = mixed {
        let (users, think) = (mixed.users?, mixed.think.to_string());
        return Some(Reason::UtilizationFollowsFromUsers { users, think });
    }
    let is_open = soak.as_ref().is_some_and(|soak| soak.rate_rows_per_s.is_some());
    let from_flags = !is_open && scans.is_none();
    from_flags.then_some(Reason::UtilizationFollowsFromFlags { in_use_max, pool_size })
}

/// rows_acknowledged / rows_attempted × duration / (elapsed − the p99 of service),
/// of an open loop. What is due at the end takes as long as any batch takes once
/// it has a connection: that is no backlog, and the shorter the run, the more of
/// it that would be.
fn offered_share(record: &RunRecord, load: &Load) -> Option<f64> {
    let soak = record.scenario.soak.as_ref().filter(|soak| soak.rate_rows_per_s.is_some())?;
    let stored = load.rows_acknowledged as f64 / load.rows_attempted as f64;
    let last = record.latency.as_ref().and_then(|latency| latency.batch.as_ref());
    let last = last.map_or(0.0, |batch| batch.service_ms.p99);
    let last_s = last / 1_000.0;
    let in_time = (soak.duration_s / (load.elapsed_s - last_s).max(soak.duration_s)).min(1.0);
    Some(stored * in_time).filter(|share| share.is_finite())
}

/// What was measured of a pool until now.
pub(super) fn pool_entry(pool: &Pool, engine: PoolEngine) -> record::Pool {
    entry(&pool.meter().usage(Instant::now()), pool.size(), engine)
}

/// What was measured of a pool of this size.
pub(super) fn entry(usage: &Usage, size: u32, engine: PoolEngine) -> record::Pool {
    let share = |in_use: f64| in_use / f64::from(size);
    record::Pool {
        engine,
        size,
        in_use_max: usage.in_use_max,
        utilization_peak: share(usage.in_use_peak),
        utilization_mean: share(usage.in_use_mean),
        timeouts: usage.timeouts,
        discarded: usage.discarded,
        offered_per_s: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example as an open loop of a second, which ended so late.
    fn share(elapsed_s: f64, service_p99_ms: f64, stored: u64) -> f64 {
        let example = include_str!("../../results/example/run.json");
        let mut record: RunRecord = serde_json::from_str(example).unwrap();
        record.scenario.soak = serde_json::from_value(serde_json::json!({
            "duration_s": 1.0, "warm_up_s": 0.0, "rate_rows_per_s": 1000.0, "writers": null
        }))
        .unwrap();
        record.latency.as_mut().unwrap().batch.as_mut().unwrap().service_ms.p99 = service_p99_ms;
        let mut load = record.load.clone().unwrap();
        (load.elapsed_s, load.rows_attempted, load.rows_acknowledged) = (elapsed_s, 1_000, stored);
        offered_share(&record, &load).unwrap()
    }

    #[test]
    fn the_last_batches_of_a_short_step_are_no_backlog_and_what_waits_is() {
        assert_eq!(share(1.05, 60.0, 1_000), 1.0);
        assert_eq!(share(0.99, 60.0, 1_000), 1.0);
        assert_eq!(share(1.05, 60.0, 970), 0.97);
        assert!((share(1.30, 50.0, 1_000) - 0.8).abs() < 1e-9);
    }
}
