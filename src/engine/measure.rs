//! The measure phase: the writers, whoever watches them, and the load itself.

use super::harness::{self, Watch};
use super::place::Place;
use super::run::{Run, WRITE, unless_stopped};
use super::soak::{Entering, Registrar};
use super::writers::{self, Writers};
use super::{EngineError, live, load, soak};
use crate::message::label::Label;
use crate::model::{RunRecord, Scenario, scenario};
use crate::table::Tenant;
use crate::table::tenant::Origin;
use crate::work::soak::Numbers;
use crate::work::{Batch, Observer, Tally, Timeline, WriteContext};
use std::sync::Arc;
use std::time::{Duration, Instant};

impl Run<'_, '_> {
    /// Writes the load, watched, and enters what came of it.
    pub(super) async fn measure(
        &mut self,
        record: &mut RunRecord,
        place: &Place,
        origin: Origin,
        tenants: Arc<Vec<Tenant>>,
        batches: &[Batch],
        ceiling_rows_per_s: f64,
    ) -> Result<(), EngineError> {
        let name = self.name(WRITE);
        let timeline = Arc::new(Timeline::default());
        let writers = Writers {
            method: record.scenario.method,
            tenants,
            application_name: &name,
            pool_size: record.scenario.write_pool,
            acquire_timeout: self.options.acquire_timeout,
            observers: self.observers(&timeline),
            seams: self.options.seams.clone(),
        };
        let context = self.writers(record, place, origin, writers).await?;
        live::watch(self.metrics.as_deref(), &context);
        let live = live::on_second(self.metrics.as_ref());
        let sampler = harness::sampler(record, place, self.run_id, &name);
        let Scenario { soak, scans, mixed, .. } = record.scenario.clone();
        let (watch, released) = match (&soak, &scans, &mixed) {
            (None, None, Some(mixed)) => {
                self.mix(record, place, mixed, &context, sampler, live, &timeline).await?
            }
            (None, Some(scans), _) => {
                let readers = self.readers(record, place).await?;
                self.phases.begin("measure", &Label::Writing {});
                let watch = Watch::start(sampler, live, Instant::now(), &context).await;
                timeline.begin(watch.began());
                let released = self.scan(record, scans, &context, readers, &watch).await;
                (watch, released)
            }
            (None, None, None) => {
                self.phases.begin("measure", &Label::Writing {});
                let watch = Watch::start(sampler, live, Instant::now(), &context).await;
                timeline.begin(watch.began());
                (watch, load::release(self.phases, record, &context, batches, &self.before).await)
            }
            (Some(soak), ..) => {
                let registrar =
                    self.registrar(record, place, soak, &context, Numbers::default()).await?;
                let warm_up = Duration::from_secs_f64(soak.warm_up_s);
                self.phases.begin("warm-up", &Label::WarmUpWriting {});
                let watch = Watch::start(sampler, live, Instant::now() + warm_up, &context).await;
                timeline.begin(watch.began());
                let released = self.soak(record, soak, &context, watch.began(), registrar).await;
                (watch, released)
            }
        };
        live::unwatch(self.metrics.as_deref());
        writers::close(context).await;
        let seen = watch.finish().await;
        harness::enter(record, seen, &released?, &timeline, ceiling_rows_per_s);
        Ok(())
    }

    /// Who is told of every batch of the load.
    fn observers(&self, timeline: &Arc<Timeline>) -> Vec<Arc<dyn Observer>> {
        let mut observers: Vec<Arc<dyn Observer>> = vec![timeline.clone()];
        observers.extend(self.metrics.clone().map(|metrics| metrics as Arc<dyn Observer>));
        observers
    }

    /// Enters the first batches of a soak into the ledger.
    pub(super) async fn registrar(
        &self,
        record: &RunRecord,
        place: &Place,
        soak: &scenario::Soak,
        context: &Arc<WriteContext>,
        numbers: Numbers,
    ) -> Result<(Registrar, Arc<Numbers>), EngineError> {
        let numbers = Arc::new(numbers);
        let plan = soak::plan(&record.scenario, soak, Instant::now());
        let entering = async {
            let entering = Entering { target: place.target.clone(), name: self.name("register") };
            let stop = context.stop.clone();
            Ok(Registrar::start(entering, self.run_id, plan, numbers.clone(), stop).await?)
        };
        Ok((unless_stopped(self.stop, entering).await?, numbers))
    }

    async fn soak(
        &mut self,
        record: &mut RunRecord,
        soak: &scenario::Soak,
        context: &Arc<WriteContext>,
        measured_from: Instant,
        (registrar, numbers): (Registrar, Arc<Numbers>),
    ) -> Result<Tally, EngineError> {
        let plan = soak::plan(&record.scenario, soak, measured_from);
        let tally =
            soak::carry_out(self.phases, record, context, &plan, &numbers, &self.before).await;
        let registered = registrar.finish().await;
        let tally = tally?;
        registered?;
        Ok(tally)
    }
}
