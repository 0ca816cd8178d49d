//! The measure phase of a mixed load: the readers' pool beside the writers',
//! and what came of the reads.

use super::harness::Watch;
use super::phases::Goal;
use super::place::Place;
use super::run::{Run, unless_stopped};
use super::shape::stretches;
use super::{EngineError, contention, load, soak, tenancy};
use crate::message::label::Label;
use crate::model::due::BATCHES_OF_WRITES;
use crate::model::record::{Backlog, Latencies, WarmUp};
use crate::model::scenario::{Mixed as Plan, Soak};
use crate::model::share::Reads;
use crate::model::{Method, Reason, RunRecord, Scenario, Unavailable};
use crate::sample::options::SamplerOptions;
use crate::sample::sampler::OnSecond;
use crate::session::{Pool, PoolOptions};
use crate::work::choice::is_reader;
use crate::work::mixed::{Mixed, Parties, Source};
use crate::work::mixing::Mixing;
use crate::work::queue::{LAST_BATCH, Queue, QueueOptions, Workers};
use crate::work::reads::ReadContext;
use crate::work::soak::{Numbers, Soak as Singles};
use crate::work::{ByTenant, Tally, Timeline, WriteContext};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The first number of a batch that is written at once, beyond those of scans.
const FIRST_SINGLE: i32 = LAST_BATCH + 1;

/// What the session of the queue's attempts and heartbeats is called.
const QUEUE: &str = "queue";

/// What the readers' sessions are called, after the run.
const READ: &str = "read";

impl Run<'_, '_> {
    /// Carries a mixed load out, watched, and enters what came of it.
    #[allow(clippy::too_many_arguments)]
    pub(super) async fn mix(
        &mut self,
        record: &mut RunRecord,
        place: &Place,
        plan: &Plan,
        writes: &Arc<WriteContext>,
        sampler: Option<SamplerOptions>,
        live: Option<OnSecond>,
        (timeline, by_tenant): (&Timeline, &ByTenant),
    ) -> Result<(Watch, Result<Tally, EngineError>), EngineError> {
        let reads = self.read_context(record, place, plan, writes).await?;
        let planned = singles(&record.scenario, plan, Instant::now(), writes);
        let before = Numbers::after(FIRST_SINGLE - 1);
        let (registrar, numbers) = self.registrar(place, writes, planned, before).await?;
        self.phases.begin("warm-up", &Label::WarmUpWriting {});
        let warm_up = Duration::from_secs_f64(plan.warm_up_s);
        let watch = Watch::start(sampler, live, Instant::now() + warm_up, writes).await;
        timeline.begin(watch.began());
        by_tenant.begin(watch.began());
        let opening = Queue::open(writes.clone(), self.queue(record, plan, watch.began())).await;
        let queue = match opening {
            Ok(queue) => queue,
            Err(error) => {
                registrar.finish().await?;
                return Err(error.into());
            }
        };
        let workers = queue.start(plan.workers);
        let parties = Arc::new(Parties { reads, writes: writes.clone(), numbers, queue });
        let mixed = Mixed {
            source: match plan.rate_per_s {
                Some(rate) => Source::Rate(rate),
                None => Source::Users { users: plan.users.unwrap_or(1), think: plan.think },
            },
            reads: plan.reads,
            seed: record.scenario.seed,
            records: plan.records,
            poll: Duration::from_secs_f64(plan.poll_s),
            singles: singles(&record.scenario, plan, watch.began(), writes),
        };
        let mixing = Box::pin(self.carry_mixed(&mixed, &parties, workers)).await;
        let registered = registrar.finish().await;
        let released = match mixing {
            Ok(mut mixing) => {
                mixing.measured.answer_for(&mixing.warm_up);
                mixing.measured.answer_for(&self.before);
                enter(record, plan, &parties, &mixing);
                registered.map(|()| mixing.measured).map_err(EngineError::from)
            }
            Err(error) => Err(error),
        };
        if let Some(reads) = Arc::into_inner(parties).and_then(|p| Arc::into_inner(p.reads)) {
            reads.pool.close().await;
        }
        Ok((watch, released))
    }

    fn queue(&self, record: &RunRecord, plan: &Plan, measured_from: Instant) -> QueueOptions {
        QueueOptions {
            size: record.scenario.size,
            heartbeat: Duration::from_secs_f64(plan.heartbeat_s),
            measured_from,
            name: self.name(QUEUE),
            first_worker: 1,
            submits: true,
        }
    }

    /// Opens the readers' pool, with every connection in it, or shares the writers'.
    async fn read_context(
        &self,
        record: &RunRecord,
        place: &Place,
        plan: &Plan,
        writes: &WriteContext,
    ) -> Result<Arc<ReadContext>, EngineError> {
        let scenario = &record.scenario;
        let pool = if plan.one_pool {
            writes.pool.share()
        } else {
            let size = scenario.read_pool;
            let refused = || EngineError::pool("--read-pool", size);
            let pool = Pool::of_readers(&PoolOptions {
                engine: scenario.pool,
                target: &place.target,
                control: &place.target,
                application_name: &self.name(READ),
                size,
                acquire_timeout: self.options.acquire_timeout,
                log_slow_ms: scenario.log_slow_ms,
                // Dashboards see their tenant's rows alone.
                first: tenancy::begin_as(self.options, Method::Unnest).as_deref(),
                delayed: false,
            })
            .map_err(refused())?;
            unless_stopped(self.stop, async { pool.warm().await.map_err(refused()) }).await?;
            pool
        };
        contention::watch(&pool, &writes.pool, plan.one_pool);
        Ok(Arc::new(ReadContext {
            pool,
            tenants: writes.tenants.clone(),
            statement_timeout: self.options.statement_timeout,
            stop: writes.stop.clone(),
        }))
    }

    /// Through warm-up, measuring and draining.
    async fn carry_mixed(
        &mut self,
        mixed: &Mixed,
        parties: &Arc<Parties>,
        workers: Workers,
    ) -> Result<Mixing, EngineError> {
        let goal = Goal::Until(mixed.singles.until);
        let bar = self.phases.progress().rows(load::rows_done(&parties.writes), goal);
        let work = mixed.carry_out(parties, workers);
        tokio::pin!(work);
        let stages = [
            ("measure", Label::ReadingAndWriting {}, mixed.singles.measured_from),
            ("drain", Label::Draining {}, mixed.singles.until),
        ];
        let mut mixing = None;
        for (name, label, at) in stages {
            tokio::select! {
                ended = &mut work => {
                    mixing = Some(ended);
                    break;
                }
                () = tokio::time::sleep_until(at.into()) => self.phases.begin(name, &label),
            }
        }
        let mixing = match mixing {
            Some(mixing) => mixing?,
            None => work.await?,
        };
        drop(bar);
        self.phases.end();
        Ok(mixing)
    }
}

/// The single batches, measured from `from` on; the ledger is kept ahead of
/// them as in a soak.
fn singles(scenario: &Scenario, plan: &Plan, from: Instant, writes: &WriteContext) -> Singles {
    let batches = plan.rate_per_s.map(|rate| rate * plan.writes * BATCHES_OF_WRITES);
    let users = plan.users.unwrap_or_default();
    let writers = (0..users).filter(|user| !is_reader(*user, plan.reads)).count() as u32;
    let soak = Soak {
        duration_s: plan.duration_s,
        warm_up_s: plan.warm_up_s,
        rate_rows_per_s: batches.map(|batches| batches * f64::from(scenario.size)),
        writers: plan.users.map(|_| writers),
        ..Soak::default()
    };
    soak::plan(scenario, &soak, &stretches(&soak)[0], from, &writes.seams)
}

/// Enters all that is not of batches alone.
fn enter(record: &mut RunRecord, plan: &Plan, parties: &Parties, mixing: &Mixing) {
    load::enter(record, &parties.writes, &mixing.measured, mixing.elapsed);
    let early = mixing.warm_up.load(Duration::ZERO, 0);
    if let Some(load) = &mut record.load {
        load.warm_up = Some(WarmUp {
            rows_acknowledged: early.rows_acknowledged,
            batches: early.batches.total,
            failed: early.batches.failed,
        });
    }
    record.findings.extend(mixing.warm_up.commonest_failure().map(|error| {
        let (batches, error) = (early.batches.failed, error.to_owned());
        Reason::WarmUpFailed { batches, error }.into()
    }));
    contention::enter(record, plan.one_pool, &parties.reads.pool, &parties.writes.pool);
    enter_reads(record, mixing);
    offered(record, plan);
    record.harness.backlog = mixing
        .held
        .map(|held| Backlog { held_s: held.waited.as_secs_f64(), unreleased: held.unreleased });
}

fn enter_reads(record: &mut RunRecord, mixing: &Mixing) {
    let reads = &mixing.reads;
    let early = &mixing.reads_warm_up;
    record.findings.extend(early.errors().first().map(|error| {
        let (reads, error) = (early.failed(), error.example.clone());
        Reason::WarmUpReadsFailed { reads, error }.into()
    }));
    let (elapsed_s, all) = (mixing.reads_elapsed.as_secs_f64(), reads.total + mixing.writes);
    let over = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 0.0 };
    record.reads = Some(Reads {
        total: reads.total,
        succeeded: reads.succeeded,
        failed: reads.failed(),
        timeouts: reads.timeouts,
        reads_per_s: over(reads.succeeded as f64, elapsed_s),
        share: over(reads.total as f64, all as f64),
        rows: reads.rows,
        errors: reads.errors(),
    });
    record.queue = Some(mixing.queue.clone());
    if let Some(latencies) = &mut record.latency {
        mixing.enter(latencies);
    }
    name_missing_latencies(record);
}

/// What nothing was done of has no latency.
fn name_missing_latencies(record: &mut RunRecord) {
    let Some(latencies) = &record.latency else { return };
    let Latencies { submit, poll, scan, read, summary, page, health, .. } = latencies;
    let kinds = [
        ("read", read),
        ("summary", summary),
        ("page", page),
        ("health", health),
        ("submit", submit),
        ("poll", poll),
        ("scan", scan),
    ];
    for (name, _) in kinds.into_iter().filter(|(_, latency)| latency.is_none()) {
        let reason = Reason::NoneDone { what: name.to_owned() }.into();
        record.unavailable.push(Unavailable { path: format!("latency.{name}"), reason });
    }
}

/// How many operations a second were due for each pool, where they come at a
/// rate of their own: what is asked of it without looking at it.
fn offered(record: &mut RunRecord, plan: &Plan) {
    let Some(pools) = &mut record.pools else { return };
    let (reads, writes) = (plan.reads_due_per_s(), plan.writes_due_per_s(record.scenario.size));
    match &mut pools.read {
        Some(read) => (read.offered_per_s, pools.write.offered_per_s) = (reads, writes),
        // Both are due on one pool.
        None => pools.write.offered_per_s = reads.zip(writes).map(|(r, w)| r + w),
    }
}
