//! The measure phase: the writers, whoever watches them, and the load itself.

use super::harness::{self, Watch};
use super::place::Place;
use super::rollout::Rollout;
use super::run::{Run, WRITE};
use super::writers::{self, Writers};
use super::{EngineError, live, load, shares, tenancy};
use crate::message::label::Label;
use crate::model::{RunRecord, Scenario};
use crate::table::Tenant;
use crate::table::tenant::Origin;
use crate::work::{Batch, ByTenant, Observer, Timeline};
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
    ) -> Result<(), EngineError> {
        let name = self.name(WRITE);
        let timeline = Arc::new(Timeline::default());
        let by_tenant = Arc::new(ByTenant::default());
        let writers = Writers {
            method: record.scenario.method,
            tenants: tenants.clone(),
            application_name: &name,
            pool_size: record.scenario.write_pool,
            acquire_timeout: self.options.acquire_timeout,
            observers: self.observers(&timeline, &by_tenant),
            rtt_ms: record.scenario.rtt_ms,
            seams: self.options.seams.clone(),
        };
        let context = self.writers(record, place, origin, writers).await?;
        live::watch(self.metrics.as_deref(), &context);
        let live = live::on_second(self.metrics.as_ref());
        let role = tenancy::writer(self.options).map(str::to_owned);
        let sampler = harness::sampler(record, place, self.run_id, &name, role);
        let Scenario { soak, scans, mixed, .. } = record.scenario.clone();
        let (watch, released) = match (&soak, &scans, &mixed) {
            (None, None, Some(mixed)) => {
                let seen = (timeline.as_ref(), by_tenant.as_ref());
                Box::pin(self.mix(record, place, mixed, &context, sampler, live, seen)).await?
            }
            (None, Some(scans), _) => {
                let readers = self.readers(record, place).await?;
                self.phases.begin("measure", &Label::Writing {});
                let watch = Watch::start(sampler, live, Instant::now(), &context).await;
                timeline.begin(watch.began());
                by_tenant.begin(watch.began());
                let released = self.scan(record, scans, &context, readers, &watch).await;
                (watch, released)
            }
            (None, None, None) => {
                self.phases.begin("measure", &Label::Writing {});
                let watch = Watch::start(sampler, live, Instant::now(), &context).await;
                timeline.begin(watch.began());
                by_tenant.begin(watch.began());
                (watch, load::release(self.phases, record, &context, batches, &self.before).await)
            }
            (Some(soak), ..) => {
                let rollout = Rollout::begin(self, record, place, soak, &context).await?;
                let warm_up = Duration::from_secs_f64(soak.warm_up_s);
                self.phases.begin("warm-up", &Label::WarmUpWriting {});
                let watch = Watch::start(sampler, live, Instant::now() + warm_up, &context).await;
                timeline.begin(watch.began());
                by_tenant.begin(watch.began());
                let beside = || shares::beside_each_other(&by_tenant.tenants(), &tenants);
                let carried = rollout.carry_out(self, record, watch.began(), &beside);
                let released = Box::pin(carried).await;
                (watch, released)
            }
        };
        live::unwatch(self.metrics.as_deref());
        writers::close(context).await;
        let seen = watch.finish().await;
        harness::enter(record, seen, &released?, &timeline, self.ceiling_rows_per_s);
        shares::enter(record, &by_tenant.tenants(), &tenants);
        Ok(())
    }

    /// Who is told of every batch of the load.
    fn observers(
        &self,
        timeline: &Arc<Timeline>,
        by_tenant: &Arc<ByTenant>,
    ) -> Vec<Arc<dyn Observer>> {
        let mut observers: Vec<Arc<dyn Observer>> = vec![timeline.clone(), by_tenant.clone()];
        observers.extend(self.load_is.clone().map(|load_is| load_is as Arc<dyn Observer>));
        observers.extend(self.metrics.clone().map(|metrics| metrics as Arc<dyn Observer>));
        observers
    }
}
