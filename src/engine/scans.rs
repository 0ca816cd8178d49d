//! The measure phase of scans: tenants arrive, workers write, readers look,
//! the queue is drained.

use super::harness::Watch;
use super::phases::Goal;
use super::place::Place;
use super::run::{Run, unless_stopped};
use super::{EngineError, load, settle_up};
use crate::message::label::Label;
use crate::model::record::{Backlog, Pools};
use crate::model::{Reason, RunRecord, Unavailable, scenario};
use crate::session::Pool;
use crate::work::queue::{Queue, QueueOptions};
use crate::work::scans::{Arrival, Scanned, Scans};
use crate::work::{Tally, WriteContext};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Workers are taken for always busy where so much of them was, in the mean.
const ALWAYS_BUSY: f64 = 0.9;

impl Run<'_, '_> {
    /// The pool of those who look at a scan's status, with every connection in it.
    pub(super) async fn readers(
        &self,
        record: &RunRecord,
        place: &Place,
    ) -> Result<Arc<Pool>, EngineError> {
        let readers = settle_up::readers(&place.target, &record.scenario, &self.name("read"))?;
        let refused = || EngineError::pool("--read-pool", record.scenario.read_pool);
        unless_stopped(self.stop, async { readers.warm().await.map_err(refused()) }).await?;
        Ok(Arc::new(readers))
    }

    /// Carries the scans out and enters what came of them.
    pub(super) async fn scan(
        &mut self,
        record: &mut RunRecord,
        scans: &scenario::Scans,
        context: &Arc<WriteContext>,
        readers: Arc<Pool>,
        watch: &Watch,
    ) -> Result<Tally, EngineError> {
        let began = watch.began();
        let options = QueueOptions {
            size: record.scenario.size,
            heartbeat: Duration::from_secs_f64(scans.heartbeat_s),
            measured_from: began,
            name: self.name("queue"),
            first_worker: 1,
            submits: true,
        };
        let queue = Queue::open(context.clone(), options).await?;
        let workers = queue.start(scans.workers);
        let rows = record.scenario.rows.unwrap_or_default();
        if record.server.as_ref().is_some_and(|server| !server.private) {
            let results = self.folder.path().display().to_string();
            self.phases
                .progress()
                .phase(&Label::MayJoin { run_id: record.run_id.clone(), results });
        }
        let bar = self.phases.progress().rows(load::rows_done(context), Goal::Rows(rows));
        let plan = plan(record, scans, began);
        let arrived = plan.arrive(context, &queue, &readers).await;
        self.phases.begin("drain", &Label::Draining {});
        let scanned = arrived.finish(workers).await;
        drop(bar);
        self.phases.end();
        drop(queue);
        let tally = enter(record, scans, context, &readers, began, &self.before, scanned?);
        if let Some(readers) = Arc::into_inner(readers) {
            readers.close().await;
        }
        Ok(tally)
    }
}

fn plan(record: &RunRecord, scans: &scenario::Scans, began: Instant) -> Scans {
    Scans {
        arrival: match scans.arrival_per_s {
            Some(rate) => Arrival::Open { rate },
            None => Arrival::Closed { concurrent: scans.concurrent.unwrap_or(1) },
        },
        began,
        tenants: record.scenario.tenants,
        records: scans.records,
        poll: Duration::from_secs_f64(scans.poll_s),
    }
}

fn enter(
    record: &mut RunRecord,
    scans: &scenario::Scans,
    context: &WriteContext,
    readers: &Pool,
    began: Instant,
    before: &Tally,
    scanned: Scanned,
) -> Tally {
    let Scanned { drained, submissions, polls, scans: whole, write, read } = scanned;
    let mut tally = drained.measured;
    tally.answer_for(before);
    tally.answer_for(&submissions);
    tally.answer_for(&polls);
    tally.add_timeouts_of(&submissions);
    tally.add_timeouts_of(&polls);
    // Where nothing was stored, until the queue was given up.
    let last = drained.last_done.unwrap_or_else(Instant::now);
    let elapsed = last.saturating_duration_since(began);
    load::enter(record, context, &tally, elapsed);
    let mut write = load::entry(&write, context.pool.size(), record.scenario.pool);
    let read = load::entry(&read, readers.size(), record.scenario.pool);
    if scans.arrival_per_s.is_some() {
        // However many tenants wait, each that is due arrives.
        record.harness.backlog = Some(Backlog::default());
    }
    write.offered_per_s = scans.writes_due_per_s(record.scenario.size);
    let busy = f64::from(write.size) * write.utilization_mean;
    if busy >= ALWAYS_BUSY * f64::from(scans.workers) {
        let (in_use_max, pool_size) = (write.in_use_max, write.size);
        let reason = Reason::UtilizationFollowsFromFlags { in_use_max, pool_size };
        record.findings.push(reason.into());
    }
    record.pools = Some(Pools { write, read: Some(read), contention: None });
    record.queue = Some(drained.queue);
    let Some(latency) = &mut record.latency else { return tally };
    (latency.submit, latency.poll) = (submissions.latency(), polls.latency());
    latency.scan = whole.latency();
    for (path, missing) in [
        ("latency.submit", latency.submit.is_none()),
        ("latency.poll", latency.poll.is_none()),
        ("latency.scan", latency.scan.is_none()),
    ] {
        if missing {
            let reason = Reason::NoneSucceeded {}.into();
            record.unavailable.push(Unavailable { path: path.to_owned(), reason });
        }
    }
    tally
}
