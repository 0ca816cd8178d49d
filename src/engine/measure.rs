//! The measure phase: the writers, whoever watches them, and the load itself.

use super::faults::{self, Commits, Injection};
use super::harness::{self, Watch};
use super::place::Place;
use super::rollout::Rollout;
use super::run::{Run, WRITE};
use super::writers::{self, Writers};
use super::{EngineError, live, load, shares, tenancy};
use crate::message::label::Label;
use crate::model::{RunRecord, Scenario};
use crate::sample::options::SamplerOptions;
use crate::sample::sampler::OnSecond;
use crate::table::Tenant;
use crate::table::tenant::Origin;
use crate::work::{Batch, ByTenant, Observer, Tally, Timeline, WriteContext};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Who sees every batch, and whose they are.
#[derive(Clone, Copy)]
struct Seen<'a> {
    timeline: &'a Timeline,
    by_tenant: &'a ByTenant,
    tenants: &'a Arc<Vec<Tenant>>,
    batches: &'a [Batch],
}

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
        let commits = Arc::new(Commits::default());
        let writers = Writers {
            method: record.scenario.method,
            tenants: tenants.clone(),
            application_name: &name,
            pool_size: record.scenario.write_pool,
            acquire_timeout: self.options.acquire_timeout,
            observers: self.observers(&timeline, &by_tenant, &commits),
            rtt_ms: record.scenario.rtt_ms,
            seams: self.options.seams.clone(),
        };
        let context = self.writers(record, place, origin, writers).await?;
        live::watch(self.metrics.as_deref(), &context);
        let live = live::on_second(self.metrics.as_ref());
        let role = tenancy::writer(self.options).map(str::to_owned);
        let sampler = harness::sampler(record, place, self.run_id, &name, role);
        let seen = Seen { timeline: &timeline, by_tenant: &by_tenant, tenants: &tenants, batches };
        let (loaded, fault) = match self.options.fault {
            None => (self.load(record, place, &context, (sampler, live), seen).await, None),
            Some(plan) => {
                let scene = self.scene(place, record, &tenants);
                let over = self.stop.token().child_token();
                let injection = Injection {
                    plan,
                    scene: &scene,
                    commits: commits.clone(),
                    over: over.clone(),
                    enough: context.enough.clone(),
                };
                let load = async {
                    let loaded = self.load(record, place, &context, (sampler, live), seen).await;
                    over.cancel();
                    loaded
                };
                let (loaded, fault) = tokio::join!(load, injection.carry_out(|| timeline.began()));
                (loaded, Some(fault))
            }
        };
        let (watch, released) = loaded?;
        live::unwatch(self.metrics.as_deref());
        writers::close(context).await;
        if let Some(fault) = fault {
            faults::enter(record, fault, &place.target, &name).await;
        }
        let seen = watch.finish().await;
        harness::enter(record, seen, &released?, &timeline, self.ceiling_rows_per_s);
        shares::enter(record, &by_tenant.tenants(), &tenants);
        Ok(())
    }

    /// Writes the load and watches: what was seen, and what came of the batches.
    async fn load(
        &mut self,
        record: &mut RunRecord,
        place: &Place,
        context: &Arc<WriteContext>,
        (sampler, live): (Option<SamplerOptions>, Option<OnSecond>),
        seen: Seen<'_>,
    ) -> Result<(Watch, Result<Tally, EngineError>), EngineError> {
        let Seen { timeline, by_tenant, tenants, batches } = seen;
        let Scenario { soak, scans, mixed, .. } = record.scenario.clone();
        Ok(match (&soak, &scans, &mixed) {
            (None, None, Some(mixed)) => {
                let seen = (timeline, by_tenant);
                Box::pin(self.mix(record, place, mixed, context, sampler, live, seen)).await?
            }
            (None, Some(scans), _) => {
                let readers = self.readers(record, place).await?;
                self.phases.begin("measure", &Label::Writing {});
                let watch = Watch::start(sampler, live, Instant::now(), context).await;
                timeline.begin(watch.began());
                by_tenant.begin(watch.began());
                let released = self.scan(record, scans, context, readers, &watch).await;
                (watch, released)
            }
            (None, None, None) => {
                self.phases.begin("measure", &Label::Writing {});
                let watch = Watch::start(sampler, live, Instant::now(), context).await;
                timeline.begin(watch.began());
                by_tenant.begin(watch.began());
                (watch, load::release(self.phases, record, context, batches, &self.before).await)
            }
            (Some(soak), ..) => {
                let rollout = Rollout::begin(self, record, place, soak, context).await?;
                let warm_up = Duration::from_secs_f64(soak.warm_up_s);
                self.phases.begin("warm-up", &Label::WarmUpWriting {});
                let watch = Watch::start(sampler, live, Instant::now() + warm_up, context).await;
                timeline.begin(watch.began());
                by_tenant.begin(watch.began());
                let beside = || shares::beside_each_other(&by_tenant.tenants(), tenants);
                let carried = rollout.carry_out(self, record, watch.began(), &beside);
                let released = Box::pin(carried).await;
                (watch, released)
            }
        })
    }

    /// Who is told of every batch of the load.
    fn observers(
        &self,
        timeline: &Arc<Timeline>,
        by_tenant: &Arc<ByTenant>,
        commits: &Arc<Commits>,
    ) -> Vec<Arc<dyn Observer>> {
        let mut observers: Vec<Arc<dyn Observer>> = vec![timeline.clone(), by_tenant.clone()];
        if self.options.fault.is_some() {
            observers.push(commits.clone());
        }
        observers.extend(self.load_is.clone().map(|load_is| load_is as Arc<dyn Observer>));
        observers.extend(self.metrics.clone().map(|metrics| metrics as Arc<dyn Observer>));
        observers
    }
}
