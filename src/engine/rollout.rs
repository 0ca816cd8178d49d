//! A soak, stretch by stretch: one, or the stages of a gradual rollout, of which
//! the next begins only if the criteria hold that can be judged by then.

use super::phases::Goal;
use super::place::Place;
use super::run::Run;
use super::shape::{Stretch, stretches};
use super::soak::{self, Registrar};
use super::{EngineError, load};
use crate::judge::judge;
use crate::message::label::Label;
use crate::model::record::{Backlog, WarmUp};
use crate::model::share::{Stage, Tenants};
use crate::model::{Reason, RunRecord, Verdict, scenario};
use crate::work::soak::{Held, Numbers, Soaked};
use crate::work::{Tally, WriteContext};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A soak that is carried out.
pub(super) struct Rollout<'a> {
    place: &'a Place,
    soak: &'a scenario::Soak,
    context: &'a Arc<WriteContext>,
    stretches: Vec<Stretch>,
    /// Keeps the ledger ahead of the first stretch, which is entered before
    /// anything is watched.
    first: Option<(Registrar, Arc<Numbers>)>,
}

/// What came of it so far.
#[derive(Default)]
struct SoFar {
    warm_up: Tally,
    measured: Tally,
    elapsed: Duration,
    held: Option<Held>,
    /// Batches that were due, and in how many seconds.
    due: u64,
    due_s: f64,
}

impl<'a> Rollout<'a> {
    /// Enters the first batches into the ledger.
    pub(super) async fn begin(
        run: &Run<'_, '_>,
        record: &RunRecord,
        place: &'a Place,
        soak: &'a scenario::Soak,
        context: &'a Arc<WriteContext>,
    ) -> Result<Rollout<'a>, EngineError> {
        let stretches = stretches(soak);
        let mut rollout = Rollout { place, soak, context, stretches, first: None };
        let first = rollout.registrar(run, record, 0, 0).await?;
        rollout.first = Some(first);
        Ok(rollout)
    }

    /// Keeps the ledger ahead of a stretch, whose batches are numbered after `number`.
    async fn registrar(
        &self,
        run: &Run<'_, '_>,
        record: &RunRecord,
        index: usize,
        number: i32,
    ) -> Result<(Registrar, Arc<Numbers>), EngineError> {
        let (context, soak, stretch) = (self.context, self.soak, &self.stretches[index]);
        let plan = soak::plan(&record.scenario, soak, stretch, Instant::now(), &context.seams);
        run.registrar(self.place, context, plan, Numbers::after(number)).await
    }

    /// Carries all stretches out, or as many as the criteria allow, and enters
    /// what came of them. `tenants` tells how they stand beside each other.
    pub(super) async fn carry_out(
        mut self,
        run: &mut Run<'_, '_>,
        record: &mut RunRecord,
        measured_from: Instant,
        tenants: &(dyn Fn() -> Option<Tenants> + Sync),
    ) -> Result<Tally, EngineError> {
        let until = measured_from + Duration::from_secs_f64(self.soak.duration_s);
        let bar = run.phases.progress().rows(load::rows_done(self.context), Goal::Until(until));
        let turn = tokio::spawn(self.context.clone().measure_from(measured_from));
        let all = self.all(run, record, measured_from, tenants).await;
        // Where the run ended before, it would keep the pool from being closed.
        turn.abort();
        let _ = turn.await;
        let all = all?;
        drop(bar);
        run.phases.end();
        Ok(self.enter(record, all, &run.before))
    }

    async fn all(
        &mut self,
        run: &mut Run<'_, '_>,
        record: &mut RunRecord,
        measured_from: Instant,
        tenants: &(dyn Fn() -> Option<Tenants> + Sync),
    ) -> Result<SoFar, EngineError> {
        let mut so_far = SoFar::default();
        let mut last = 0;
        for (index, stretch) in self.stretches.clone().iter().enumerate() {
            let (registrar, numbers) = match self.first.take() {
                Some(first) => first,
                None => self.registrar(run, record, index, last).await?,
            };
            let from = if index == 0 { measured_from } else { Instant::now() };
            let (context, size) = (self.context, record.scenario.size);
            let plan = soak::plan(&record.scenario, self.soak, stretch, from, &context.seams);
            let label = self.label(stretch);
            let soaked = soak::write(run.phases, context, &plan, &numbers, &label).await;
            let registered = registrar.finish().await;
            let soaked = soaked?;
            registered?;
            last = numbers.registered();
            let is_over = !context.stop.is_cancelled();
            if is_over && !self.soak.stages.is_empty() {
                let stage = self.judge(run, record, stretch, &soaked, tenants());
                record.stages.push(stage);
            }
            so_far.add(soaked, from.saturating_duration_since(measured_from));
            if let Some((_, due)) = stretch.due(self.soak, size) {
                so_far.due += due;
                so_far.due_s += stretch.duration_s;
            }
            let is_broken = record.stages.last().is_some_and(|stage| !stage.broken.is_empty());
            if is_broken || !is_over {
                break;
            }
        }
        Ok(so_far)
    }

    fn label(&self, stretch: &Stretch) -> Label {
        let percent = (stretch.share * 100.0).round() as u32;
        if self.soak.stages.is_empty() {
            Label::Writing {}
        } else {
            Label::WritingStage { percent }
        }
    }

    /// A stage by what is known at its end: its own load and latency, and what
    /// pool and tenants saw since the first one began. What can't be known yet
    /// breaks nothing.
    fn judge(
        &self,
        run: &Run<'_, '_>,
        record: &RunRecord,
        stretch: &Stretch,
        soaked: &Soaked,
        tenants: Option<Tenants>,
    ) -> Stage {
        let mut seen = RunRecord { tenants, ..record.clone() };
        load::enter(&mut seen, self.context, &soaked.measured, soaked.elapsed);
        let criteria = judge(&seen, &run.options.criteria, None).criteria;
        let broken = criteria.into_iter().filter(|c| c.verdict == Verdict::Fail);
        let load = seen.load.unwrap_or_default();
        Stage {
            share: stretch.share,
            tenants: stretch.part_of(record.scenario.tenants),
            rate_rows_per_s: stretch.rate(self.soak),
            elapsed_s: soaked.elapsed.as_secs_f64(),
            rows: load.rows_acknowledged,
            rows_per_s: load.rows_per_s,
            response_p99_ms: seen.latency.and_then(|l| l.batch).map(|batch| batch.response_ms.p99),
            broken: broken.map(|criterion| criterion.id).collect(),
        }
    }

    /// Enters load, latencies, pools, warm-up, and what was held back.
    fn enter(&self, record: &mut RunRecord, all: SoFar, before: &Tally) -> Tally {
        let SoFar { warm_up: early, mut measured, elapsed, held, due, due_s } = all;
        measured.answer_for(before);
        load::enter(record, self.context, &measured, elapsed);
        let warm_up = early.load(Duration::ZERO, 0);
        record.findings.extend(early.commonest_failure().map(|error| {
            let (batches, error) = (warm_up.batches.failed, error.to_owned());
            Reason::WarmUpFailed { batches, error }.into()
        }));
        if let Some(load) = &mut record.load {
            load.warm_up = Some(WarmUp {
                rows_acknowledged: warm_up.rows_acknowledged,
                batches: warm_up.batches.total,
                failed: warm_up.batches.failed,
            });
        }
        if let (Some(held), Some(pools)) = (held, &mut record.pools) {
            pools.write.offered_per_s = Some(due as f64 / due_s);
            record.harness.backlog =
                Some(Backlog { held_s: held.waited.as_secs_f64(), unreleased: held.unreleased });
        }
        measured
    }
}

impl SoFar {
    /// Adds a stretch whose measuring began so long `after` the first one's.
    fn add(&mut self, soaked: Soaked, after: Duration) {
        let Soaked { warm_up, mut measured, elapsed, held } = soaked;
        measured.answer_for(&warm_up);
        self.warm_up.merge(&warm_up);
        self.measured.merge(&measured);
        self.elapsed = after + elapsed;
        if let Some(held) = held {
            let sum = self.held.get_or_insert_default();
            sum.waited += held.waited;
            sum.unreleased += held.unreleased;
        }
    }
}
