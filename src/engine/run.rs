//! The steps of a run: open the place, prepare it, load it, prove it, leave it.

use super::gain::{self, BaselinePhase};
use super::harness::{self, Watch};
use super::phases::Phases;
use super::place::Place;
use super::preflight::needs;
use super::results::ResultFolder;
use super::signals::Stop;
use super::{BurstOptions, EngineError, load, settle_up};
use crate::ledger::verify::Question;
use crate::ledger::{AcknowledgementFile, BatchKey, Presence, schema, tenants};
use crate::message::label::Label;
use crate::model::record::Server;
use crate::model::{Reason, RunRecord, Scenario, Unavailable};
use crate::probes::preflight;
use crate::server::Kept;
use crate::session::{Session, Target, WritePool};
use crate::table::tenant::{BASELINE_TENANT_NO, Origin};
use crate::table::{Table, Tenant};
use crate::work::{Batch, WriteContext};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use uuid::Uuid;

/// What the steps of a run share.
pub(super) struct Run<'a, 'p> {
    pub(super) options: &'a BurstOptions,
    pub(super) stop: &'a Stop,
    pub(super) table: Arc<Table>,
    pub(super) run_id: Uuid,
    pub(super) folder: &'a ResultFolder,
    pub(super) phases: &'a mut Phases<'p>,
}

impl Run<'_, '_> {
    /// Opens the place, runs in it, and leaves it: the server that is kept, and
    /// what kept the run from being carried through.
    pub(super) async fn carry_out(
        &mut self,
        record: &mut RunRecord,
    ) -> (Option<Kept>, Option<EngineError>) {
        let private = self.options.url.is_none();
        self.phases
            .begin("open", &if private { Label::StartingServer {} } else { Label::Connecting {} });
        let opening = Place::open(self.options, record.scenario.write_pool);
        let place = match unless_stopped(self.stop, opening).await {
            Ok(place) => place,
            Err(error) => return (None, Some(error)),
        };
        let error = self.in_place(record, &place).await.err();
        let Some(server) = place.private else { return (None, error) };
        if self.options.keep && !self.stop.is_stopped() {
            return match server.keep().await {
                Ok(kept) => (Some(kept), error),
                Err(refusal) => (None, error.or(Some(refusal.into()))),
            };
        }
        // What went wrong in the run matters more than a folder that is left.
        let stopped = server.stop().await.err().map(EngineError::from);
        (None, error.or(stopped))
    }

    async fn in_place(&mut self, record: &mut RunRecord, place: &Place) -> Result<(), EngineError> {
        let needs = needs(self.options, &record.scenario, &self.table);
        let found =
            unless_stopped(self.stop, async { Ok(preflight::look(&place.target, &needs).await?) })
                .await?;
        record.server = found.server.clone();
        record.preflight = found.checks.clone();
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
        let result = self.with_tenants(record, place).await;
        // A private server goes with everything in it, unless it is kept.
        let keep_server = place.private.is_some() && !self.options.keep;
        if self.options.keep_data || keep_server {
            return result;
        }
        self.phases.begin("teardown", &Label::CleaningUp {});
        if let Err(error) = settle_up::remove(&place.target, &self.name("setup"), self.run_id).await
        {
            let command = "pgvalidate clean --url …".to_owned();
            record.findings.push(Reason::ObjectsLeft { command }.into());
            return result.and(Err(error));
        }
        result
    }

    /// Tenants, baseline, load, proof.
    async fn with_tenants(
        &mut self,
        record: &mut RunRecord,
        place: &Place,
    ) -> Result<(), EngineError> {
        let scenario = record.scenario.clone();
        let origin = Origin { seed: scenario.seed, run_id: self.run_id };
        let tenant = |no| Tenant::new(&origin, &scenario.tenant_prefix, no);
        let all: Arc<Vec<_>> = Arc::new((1..=scenario.tenants as i32).map(tenant).collect());
        let batches = self.batches(&scenario);
        let _presence = Presence::hold(&place.target, &self.name("run"), self.run_id).await?;
        self.phases.begin("setup", &Label::Preparing {});
        unless_stopped(self.stop, self.make_tenants(place, &scenario, &batches, &all)).await?;
        self.phases.begin("warm-up", &Label::WarmingUp {});
        unless_stopped(self.stop, async { Ok(place.warm_up().await?) }).await?;
        let ceiling = harness::ceiling_rows_per_s(&self.table, &origin, &all[0]);
        let baseline = self.baseline(record, place, origin, &tenant(BASELINE_TENANT_NO)).await?;

        let writers = self.name("write");
        let context = self.context(record, place, origin, &all, &writers).await?;
        self.phases.begin("measure", &Label::Writing {});
        let watch = Watch::start(&place.target, &writers).await;
        let released = load::release(self.phases, record, &context, &batches).await;
        let seen = watch.finish().await;
        let acknowledgements = context.acknowledgements.path().to_owned();
        if let Some(context) = Arc::into_inner(context) {
            context.pool.close().await;
        }
        harness::enter(record, seen, &released?, ceiling);
        if let Some(phase) = baseline {
            gain::enter(record, &phase);
        }
        if self.stop.is_stopped() {
            return Err(EngineError::Stopped);
        }
        self.phases.begin("verify", &Label::Verifying {});
        let acknowledged = AcknowledgementFile::read(&acknowledgements)?;
        let table = self.table.clone();
        let question = Question { origin, table, tenants: all, acknowledged };
        let proof = settle_up::prove(record, &place.target, &writers, question);
        unless_stopped(self.stop, proof).await
    }

    /// What sessions of this run call themselves.
    fn name(&self, role: &str) -> String {
        format!("pgvalidate {} {role}", &self.run_id.simple().to_string()[..8])
    }

    /// The batches, dealt out to the tenants in turn.
    fn batches(&self, scenario: &Scenario) -> Vec<Batch> {
        (0..scenario.batches as i32)
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
        all: &Arc<Vec<Tenant>>,
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
        let mut everyone = all.to_vec();
        if scenario.baseline {
            let origin = Origin { seed: scenario.seed, run_id: self.run_id };
            everyone.push(Tenant::new(&origin, &scenario.tenant_prefix, BASELINE_TENANT_NO));
        }
        let keys = !self.options.seams.no_primary_key;
        let everyone = Arc::new(everyone);
        let (name, table) = (self.name("setup"), &self.table);
        Ok(tenants::create(&place.target, &name, self.run_id, table, &everyone, keys).await?)
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
            let reason = Reason::SwitchedOff { flag: "--no-baseline".to_owned() }.into();
            record.unavailable.push(Unavailable { path: "gain".to_owned(), reason });
            return Ok(None);
        }
        self.phases.begin("baseline", &Label::MeasuringBaseline {});
        let at_once = scenario.batches.min(scenario.write_pool);
        let time = self.options.baseline_time;
        let (target, table) = (&place.target, &self.table);
        let phase = gain::measure(target, table, origin, tenant, at_once, time, self.stop).await?;
        if self.stop.is_stopped() {
            return Err(EngineError::Stopped);
        }
        Ok(Some(phase))
    }

    async fn context(
        &self,
        record: &RunRecord,
        place: &Place,
        origin: Origin,
        all: &Arc<Vec<Tenant>>,
        writers: &str,
    ) -> Result<Arc<WriteContext>, EngineError> {
        let scenario = &record.scenario;
        let waits_for_standby = record.server.as_ref().is_some_and(Server::waits_for_standby);
        let seams = self.options.seams.clone();
        let through = match &seams.write_url {
            Some(url) => Target::parse(url)?,
            None => place.target.clone(),
        };
        let (size, timeout) = (scenario.write_pool, self.options.acquire_timeout);
        let pool = WritePool::new(&through, &place.target, writers, size, timeout)?;
        unless_stopped(self.stop, async { pool.warm().await.map_err(EngineError::pool(size)) })
            .await?;
        Ok(Arc::new(WriteContext {
            pool,
            control: place.target.clone(),
            table: self.table.clone(),
            origin,
            tenants: all.clone(),
            acknowledgements: AcknowledgementFile::open(&self.folder.acknowledgements())?,
            waits_for_standby,
            attempts_max: scenario.attempts_max,
            statement_timeout: self.options.statement_timeout,
            stop: self.stop.token().child_token(),
            seams,
            rows_acknowledged: AtomicU64::new(0),
            sent_bytes: AtomicU64::new(0),
        }))
    }
}

/// Does a step, unless the run is to end first. What the step had begun on the
/// server ends with its connections.
async fn unless_stopped<T>(
    stop: &Stop,
    step: impl Future<Output = Result<T, EngineError>>,
) -> Result<T, EngineError> {
    tokio::select! {
        biased;
        () = stop.token().cancelled() => Err(EngineError::Stopped),
        result = step => result,
    }
}
