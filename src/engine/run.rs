//! The steps of a run: open the place, prepare it, load it, prove it, leave it.

use super::gain::{self, BaselinePhase};
use super::isolation::{self, LoadIs};
use super::phases::Phases;
use super::place::Place;
use super::preflight::{besides, needs};
use super::results::ResultFolder;
use super::signals::Stop;
use super::watchdog::{Order, Watchdog};
use super::{EngineError, RunOptions, faults, live, options, preload, settle_up, storage, tenancy};
use crate::ledger::verify::Question;
use crate::ledger::{BatchKey, Presence, schema, shared, tenants};
use crate::message::label::Label;
use crate::metrics::Metrics;
use crate::model::{Method, Reason, RunRecord, Scenario, Unavailable};
use crate::probes::preflight;
use crate::server::{Kept, PrivateServer, complaint_about};
use crate::session::{Pooler, Session};
use crate::table::tenant::{BASELINE_TENANT_NO, Origin};
use crate::table::{Table, Tenant};
use crate::work::baseline::Baseline;
use crate::work::{Batch, Tally};
use std::sync::Arc;
use uuid::Uuid;

/// What the writers' sessions are called, after the run.
pub(super) const WRITE: &str = "write";

/// What the steps of a run share.
pub(super) struct Run<'a, 'p> {
    pub(super) options: &'a RunOptions,
    pub(super) stop: &'a Stop,
    pub(super) table: Arc<Table>,
    pub(super) run_id: Uuid,
    pub(super) folder: &'a ResultFolder,
    pub(super) phases: &'a mut Phases<'p>,
    /// Rows a second that the tool makes with no server behind it.
    pub(super) ceiling_rows_per_s: f64,
    /// What came of the batches of the preload.
    pub(super) before: Tally,
    /// Told of all that happens, where metrics are served.
    pub(super) metrics: Option<Arc<Metrics>>,
    /// Where the load is, for the probes of isolation; None where there are none.
    pub(super) load_is: Option<Arc<LoadIs>>,
}

impl Run<'_, '_> {
    /// Opens the place, runs in it, and leaves it: the server that is kept, and
    /// what kept the run from being carried through.
    pub(super) async fn carry_out(
        &mut self,
        record: &mut RunRecord,
    ) -> (Option<Kept>, Option<EngineError>) {
        if let Some(shared) = &self.options.place {
            return (None, Box::pin(self.in_place(record, shared)).await.err());
        }
        let private = self.options.url.is_none();
        self.phases
            .begin("open", &if private { Label::StartingServer {} } else { Label::Connecting {} });
        let connections = record.scenario.write_pool + record.scenario.read_pool;
        let opening = Place::open(self.options, connections);
        let place = match unless_stopped(self.stop, opening).await {
            Ok(place) => place,
            Err(error) => {
                let said = match &error {
                    EngineError::Server(error) => error
                        .log()
                        .and_then(|log| complaint_about(log, self.options.config.as_deref())),
                    _ => None,
                };
                enter_complaint(record, said);
                return (None, Some(error));
            }
        };
        let error = Box::pin(self.in_place(record, &place)).await.err();
        if error.as_ref().is_some_and(|error| !matches!(error, EngineError::Stopped)) {
            enter_complaint(record, place.private.as_ref().and_then(PrivateServer::complaint));
        }
        let (kept, left) = place.leave(self.options.keep && !self.stop.is_stopped()).await;
        // What went wrong in the run matters more than a folder that is left.
        (kept, error.or(left))
    }

    async fn in_place(&mut self, record: &mut RunRecord, place: &Place) -> Result<(), EngineError> {
        let needs = needs(self.options, &record.scenario, &self.table);
        let found =
            unless_stopped(self.stop, async { Ok(preflight::look(&place.target, &needs).await?) })
                .await?;
        record.server = found.server.clone();
        record.preflight = found.checks.clone();
        live::run_is(self.metrics.as_deref(), record);
        self.log_slow(record, &found.log_slow);
        self.without_sessions(record, found.pooler);
        self.fit_pool(record, found.free_connections);
        found.permit()?;
        if let Some(server) = place.private.as_ref().filter(|s| s.on_tmpfs()) {
            let path = server.dir().display().to_string();
            record.findings.push(Reason::DataOnTmpfs { path }.into());
        }
        if place.target.is_plain_network() {
            record.findings.push(Reason::PlainNetwork {}.into());
        }
        if found.blocks() {
            // Not durable, and nobody allowed that: the judge says invalid.
            record.findings.push(Reason::NothingWritten {}.into());
            return Ok(());
        }
        let watchdog = Watchdog::start(self.watched(record, place), self.stop).await;
        let result = Box::pin(self.with_tenants(record, place)).await;
        if let Some(watchdog) = watchdog {
            record.watched = watchdog.finish().await;
        }
        // A private server goes with everything in it, unless it is kept or shared.
        let is_shared = self.options.place.is_some();
        let goes = place.private.is_some() && !self.options.keep && !is_shared;
        let probed = self.options.isolation && !goes;
        let left = match probed {
            true => isolation::clear(&place.target, &self.name_of_all(), self.run_id).await,
            false => Ok(None),
        };
        if self.options.keep_data || goes {
            let cleared = left.and_then(|left| isolation::enter_left(record, left));
            return result.and(cleared);
        }
        self.phases.begin("teardown", &Label::CleaningUp {});
        if let Err(error) = settle_up::remove(&place.target, &self.name("setup"), self.run_id).await
        {
            let command = "pgvalidate clean --url …".to_owned();
            record.findings.push(Reason::ObjectsLeft { command }.into());
            let cleared = left.and_then(|left| isolation::enter_left(record, left));
            return result.and(cleared).and(Err(error));
        }
        // Once more: what kept a role may be gone with the schemas.
        let left = match left {
            Ok(_) if probed => {
                isolation::clear(&place.target, &self.name_of_all(), self.run_id).await
            }
            left => left,
        };
        let cleared = left.and_then(|left| isolation::enter_left(record, left));
        result.and(cleared)
    }

    /// What is watched while it goes on.
    fn watched(&self, record: &RunRecord, place: &Place) -> Order {
        Order {
            target: place.target.clone(),
            limits: record.scenario.limits,
            run_id: self.run_id,
            yes: self.options.yes,
            free_bytes: self.options.free_bytes.clone(),
        }
    }

    /// Has statements of ours that take long logged where the role may ask for it.
    fn log_slow(&self, record: &mut RunRecord, may: &Result<(), Reason>) {
        match may {
            Ok(()) => {
                let ms = u64::try_from(self.options.log_slow.as_millis()).unwrap_or(u64::MAX);
                record.scenario.log_slow_ms = Some(ms);
            }
            Err(reason) => record.unavailable.push(Unavailable {
                path: "scenario.log_slow_ms".to_owned(),
                reason: reason.clone().into(),
            }),
        }
    }

    /// Leaves out what needs sessions that keep what they prepare: the baseline.
    fn without_sessions(&self, record: &mut RunRecord, pooler: Pooler) {
        if record.scenario.baseline && !pooler.keeps_state() {
            record.scenario.baseline = false;
            let reason = Reason::PoolerKeepsNothing {}.into();
            record.unavailable.push(Unavailable { path: "gain".to_owned(), reason });
        }
    }

    /// Makes a write pool that nobody asked for smaller where it doesn't fit,
    /// and says so. One that was asked for is the preflight's to refuse.
    fn fit_pool(&self, record: &mut RunRecord, free: Option<u32>) {
        let Some(free) = free else { return };
        let scenario = &mut record.scenario;
        let wanted = scenario.write_pool;
        let fits = free.saturating_sub(besides(self.options, scenario));
        if self.options.write_pool.is_some() || wanted <= fits || fits == 0 {
            return;
        }
        scenario.write_pool = fits;
        scenario.writers_per_tenant =
            options::writers_per_tenant(self.options.work.at_once(), fits, scenario.tenants);
        record.findings.push(Reason::PoolShrunk { wanted, size: fits, free }.into());
    }

    /// Tenants, baseline, load, proof.
    async fn with_tenants(
        &mut self,
        record: &mut RunRecord,
        place: &Place,
    ) -> Result<(), EngineError> {
        let scenario = record.scenario.clone();
        let origin = Origin { seed: scenario.seed, run_id: self.run_id };
        let (tenancy, prefix) = (scenario.tenancy, &scenario.tenant_prefix);
        let tenant = |no| {
            let placed = Tenant::placed(&origin, prefix, no, &scenario.regions);
            placed.kept_apart_by(tenancy, prefix)
        };
        let all: Arc<Vec<_>> = Arc::new((1..=scenario.tenants as i32).map(tenant).collect());
        let mut everyone = all.to_vec();
        if scenario.baseline {
            everyone.insert(0, tenant(BASELINE_TENANT_NO));
        }
        let everyone = Arc::new(everyone);
        let batches = self.batches(&scenario);
        let before = preload::batches(self.run_id, &everyone, scenario.preload);
        let _presence = Presence::hold(&place.target, &self.name("run"), self.run_id).await?;
        self.phases.begin("setup", &Label::Preparing {});
        let entered = [&batches[..], &before].concat();
        let made = self.make_tenants(place, &scenario, &entered, &everyone);
        unless_stopped(self.stop, made).await?;
        self.preload(record, place, origin, everyone, &before).await?;
        if place.private.is_some() {
            self.phases.begin("warm-up", &Label::WarmingUp {});
            unless_stopped(self.stop, place.warm_up()).await?;
        }
        let baseline = self.baseline(record, place, origin, &tenant(BASELINE_TENANT_NO)).await?;

        let probing = self.probe_at_rest(record, place, &all).await?;
        if self.load_is.is_some() && probing.is_none() {
            // Nothing can be tried, and so nothing beside a load.
            return Ok(());
        }
        self.opening_checkpoint(place).await?;
        let load_is = self.load_is.clone();
        let measured = Box::pin(self.measure(record, place, origin, all.clone(), &batches));
        match probing.zip(load_is) {
            None => measured.await?,
            Some((probing, load_is)) => {
                let (measured, tried) = Box::pin(probing.beside(&load_is, measured)).await;
                isolation::enter_beside(record, tried);
                measured?;
            }
        }
        self.closing_checkpoint(record, place).await;
        if let Some(phase) = baseline {
            gain::enter(record, &phase);
        }
        if self.stop.is_stopped() {
            return Err(EngineError::Stopped);
        }
        storage::enter(record, &place.target, self.run_id).await;
        self.phases.begin("verify", &Label::Verifying {});
        let acknowledged = self.folder.acknowledged()?;
        let table = self.table.clone();
        let question = Question { origin, table, tenants: all, acknowledged };
        let writers = self.name(WRITE);
        let proof = settle_up::prove(record, &place.target, &writers, question);
        unless_stopped(self.stop, proof).await?;
        if place.standby.is_some() {
            faults::enter_takeover(record);
        }
        Ok(())
    }

    /// What sessions of this run call themselves.
    pub(super) fn name(&self, role: &str) -> String {
        format!("{} {role}", self.name_of_all())
    }

    /// How the names of this run's sessions begin.
    fn name_of_all(&self) -> String {
        format!("pgvalidate {}", &self.run_id.simple().to_string()[..8])
    }

    /// The batches, dealt out to the tenants in turn.
    fn batches(&self, scenario: &Scenario) -> Vec<Batch> {
        (0..scenario.batches.unwrap_or_default() as i32)
            .map(|index| Batch {
                key: BatchKey {
                    run_id: self.run_id,
                    tenant_no: index % scenario.tenants as i32 + 1,
                    batch_no: index + 1,
                },
                rows: scenario.size,
            })
            .collect()
    }

    async fn make_tenants(
        &self,
        place: &Place,
        scenario: &Scenario,
        batches: &[Batch],
        everyone: &Arc<Vec<Tenant>>,
    ) -> Result<(), EngineError> {
        let session = Session::open(&place.target, &self.name("setup")).await?;
        let entries: Vec<_> =
            batches.iter().map(|b| (b.key.tenant_no, b.key.batch_no, b.rows)).collect();
        let registration = schema::Registration {
            run_id: self.run_id,
            scenario: &scenario.name,
            seed: scenario.seed,
            table: &self.table,
            tenant_prefix: &scenario.tenant_prefix,
            batches: &entries,
        };
        let prefix = &scenario.tenant_prefix;
        schema::owner(&session.client).await?;
        let replaced = tenants::make_room(&session, prefix, self.options.replace).await?;
        schema::enter(&session, &registration, &replaced).await?;
        let keys = !self.options.seams.no_primary_key;
        let (name, table) = (self.name("setup"), &self.table);
        if let Some(role) = tenancy::writer(self.options) {
            tenancy::prepare(place, role).await?;
            let uses_queue = scenario.scans.is_some() || scenario.mixed.is_some();
            let writer = &shared::Writer { role, uses_queue };
            let target = &place.target;
            let made = shared::create(target, &name, self.run_id, table, everyone, writer, keys);
            return Ok(made.await?);
        }
        Ok(tenants::create(&place.target, &name, self.run_id, table, everyone, keys).await?)
    }

    async fn baseline(
        &mut self,
        record: &mut RunRecord,
        place: &Place,
        origin: Origin,
        tenant: &Tenant,
    ) -> Result<Option<BaselinePhase>, EngineError> {
        let scenario = &record.scenario;
        if !scenario.baseline {
            let reason = match (&scenario.soak, &scenario.scans, &scenario.mixed) {
                (Some(_), ..) => Reason::NoBaselineInSoak {}.into(),
                (_, Some(_), _) => Reason::NotAskedFor { flag: "--baseline".to_owned() }.into(),
                (.., Some(_)) => Reason::NoBaselineIn { scenario: scenario.name.clone() }.into(),
                _ if scenario.rtt_ms.is_some() => {
                    Reason::SwitchedOff { flag: "--rtt".to_owned() }.into()
                }
                _ => Reason::SwitchedOff { flag: "--no-baseline".to_owned() }.into(),
            };
            if !record.unavailable.iter().any(|known| known.path == "gain") {
                record.unavailable.push(Unavailable { path: "gain".to_owned(), reason });
            }
            return Ok(None);
        }
        self.phases.begin("baseline", &Label::MeasuringBaseline {});
        let at_once = self.options.work.at_once().min(scenario.write_pool);
        let serial = Baseline {
            target: place.target.clone(),
            application_name: "pgvalidate baseline".to_owned(),
            table: self.table.clone(),
            origin,
            tenant: tenant.clone(),
            first: tenancy::begin_as(self.options, Method::Autocommit),
            connections: 1,
            first_batch: 1,
            duration: self.options.baseline_time,
            stop: self.stop.token().clone(),
        };
        let phase = gain::measure(serial, at_once).await?;
        if self.stop.is_stopped() {
            return Err(EngineError::Stopped);
        }
        Ok(Some(phase))
    }
}

/// The server's own words, which go with its directory.
fn enter_complaint(record: &mut RunRecord, said: Option<String>) {
    record.findings.extend(said.map(|line| Reason::ServerSaid { line }.into()));
}

/// Does a step, unless the run is to end first. What the step had begun on the
/// server ends with its connections.
pub(super) async fn unless_stopped<T>(
    stop: &Stop,
    step: impl Future<Output = Result<T, EngineError>>,
) -> Result<T, EngineError> {
    tokio::select! {
        biased;
        () = stop.token().cancelled() => Err(EngineError::Stopped),
        result = step => result,
    }
}
