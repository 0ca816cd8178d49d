//! A burst from options to a judged record.

use super::gain::{self, BaselinePhase};
use super::harness::{self, Watch};
use super::phases::{Phases, Progress};
use super::place::{CONNECTIONS_BESIDES, Place};
use super::results::{ResultFolder, utc};
use super::settle_up;
use super::signals::Stop;
use super::{BurstOptions, EngineError};
use crate::judge::verdict::{Interruption, judge};
use crate::ledger::verify::Question;
use crate::ledger::{AcknowledgementFile, BatchKey, schema, tenants};
use crate::message::label::Label;
use crate::model::record::{Latencies, Pool, Pools, SCHEMA_VERSION};
use crate::model::{Reason, RunRecord, Scenario, Unavailable};
use crate::probes::preflight::{self, Needs};
use crate::sample::process;
use crate::server::Kept;
use crate::session::{Target, WritePool};
use crate::table::tenant::{BASELINE_TENANT_NO, Origin};
use crate::table::{Table, Tenant, processing_activities};
use crate::work::{Batch, Tally, WriteContext, burst as work};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Instant, SystemTime};
use uuid::Uuid;

/// A run that came to its end, whatever that was.
pub struct Finished {
    /// The judged record, as it was written.
    pub record: RunRecord,
    /// Where it is.
    pub path: PathBuf,
    /// The private server that was left running.
    pub kept: Option<Kept>,
    /// What kept the run from being carried through.
    pub error: Option<EngineError>,
}

/// Runs a burst. The record is written also where the run fails or is stopped.
///
/// # Errors
/// Where there is no run to record: options that contradict each other, or
/// results that can't be written.
pub async fn burst(
    options: &BurstOptions,
    progress: &dyn Progress,
    stop: &Stop,
) -> Result<Finished, EngineError> {
    let table = Arc::new(processing_activities::table());
    let scenario = options.scenario(&table)?;
    if let Some(url) = &options.url {
        Target::parse(url)?;
    }
    let run_id = Uuid::new_v4();
    let folder = ResultFolder::create(&options.results, &scenario.name, run_id)?;
    let mut phases = Phases::new(progress);
    let mut record = new_record(options, scenario, run_id);
    let (kept, error) = {
        let mut run = Run { options, stop, table, run_id, folder: &folder, phases: &mut phases };
        match run.carry_out(&mut record).await {
            Ok(kept) => (kept, None),
            Err(error) => (None, Some(error)),
        }
    };
    record.phases = phases.into_record();
    record.finished_at = Some(utc(SystemTime::now()));
    let interruption = match (stop.reason(), &error) {
        (Some(reason), _) => Some(Interruption::Stopped(reason)),
        (None, Some(error)) => {
            Some(Interruption::Failed(Reason::RunFailed { error: error.to_string() }))
        }
        (None, None) => None,
    };
    let judgement = judge(&record, &options.criteria, interruption);
    record.criteria = judgement.criteria;
    record.verdict = Some(judgement.verdict);
    record.reasons = judgement.reasons;
    folder.write(&record)?;
    Ok(Finished { record, path: folder.path().to_owned(), kept, error })
}

fn new_record(options: &BurstOptions, scenario: Scenario, run_id: Uuid) -> RunRecord {
    RunRecord {
        schema_version: SCHEMA_VERSION.to_owned(),
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        run_id: run_id.to_string(),
        started_at: utc(SystemTime::now()),
        finished_at: None,
        argv: options.argv.clone(),
        scenario,
        server: None,
        host: process::host(),
        phases: Vec::new(),
        load: None,
        latency: None,
        pools: None,
        gain: None,
        verification: None,
        harness: Default::default(),
        criteria: Vec::new(),
        verdict: None,
        reasons: Vec::new(),
        findings: Vec::new(),
        unavailable: Vec::new(),
    }
}

/// What the steps of a run share.
struct Run<'a, 'p> {
    options: &'a BurstOptions,
    stop: &'a Stop,
    table: Arc<Table>,
    run_id: Uuid,
    folder: &'a ResultFolder,
    phases: &'a mut Phases<'p>,
}

impl Run<'_, '_> {
    /// Opens the place, runs in it, and leaves it.
    async fn carry_out(&mut self, record: &mut RunRecord) -> Result<Option<Kept>, EngineError> {
        let private = self.options.url.is_none();
        self.phases
            .begin("open", &if private { Label::StartingServer {} } else { Label::Connecting {} });
        let opening = Place::open(self.options, record.scenario.write_pool);
        let place = unless_stopped(self.stop, opening).await?;
        let result = self.in_place(record, &place).await;
        let kept = match place.private {
            Some(server) if self.options.keep && !self.stop.is_stopped() => {
                Some(server.keep().await?)
            }
            Some(server) => {
                server.stop().await?;
                None
            }
            None => None,
        };
        result.map(|()| kept)
    }

    async fn in_place(&mut self, record: &mut RunRecord, place: &Place) -> Result<(), EngineError> {
        let facts = unless_stopped(self.stop, async {
            Ok(preflight::ask(&place.target, place.private.is_some()).await?)
        })
        .await?;
        record.server = Some(facts.server.clone());
        facts.check(&self.needs(&record.scenario))?;
        if let Some(server) = place.private.as_ref().filter(|s| s.on_tmpfs()) {
            let path = server.dir().display().to_string();
            record.findings.push(Reason::DataOnTmpfs { path }.into());
        }
        if !facts.server.durable && !self.options.allow_unsafe {
            // The judge says invalid; nothing is written to such a server.
            return Ok(());
        }
        let result = self.with_tenants(record, place).await;
        // A private server goes with everything in it, unless it is kept.
        let keep_server = place.private.is_some() && !self.options.keep;
        if self.options.keep_data || keep_server {
            return result;
        }
        self.phases.begin("teardown", &Label::CleaningUp {});
        if let Err(error) = settle_up::remove(&place.target, self.run_id).await {
            let command = "pgvalidate clean --url …".to_owned();
            record.findings.push(Reason::ObjectsLeft { command }.into());
            return result.and(Err(error));
        }
        result
    }

    fn needs(&self, scenario: &Scenario) -> Needs {
        Needs {
            connections: scenario.write_pool + CONNECTIONS_BESIDES,
            connections_flag: "--write-pool",
            tenants: scenario.tenants,
            allow_publication: self.options.allow_publication,
            allow_event_triggers: self.options.allow_event_triggers,
            yes: self.options.yes,
        }
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
        self.phases.begin("setup", &Label::Preparing {});
        unless_stopped(self.stop, self.make_tenants(place, &scenario, &batches, &all)).await?;
        self.phases.begin("warm-up", &Label::WarmingUp {});
        unless_stopped(self.stop, async { Ok(place.warm_up().await?) }).await?;
        let ceiling = harness::ceiling_rows_per_s(&self.table, &origin, &all[0]);
        let baseline = self.baseline(record, place, origin, &tenant(BASELINE_TENANT_NO)).await?;

        let writers = format!("pgvalidate {}", &self.run_id.simple().to_string()[..8]);
        let context = self.context(place, &scenario, origin, &all, &writers).await?;
        self.phases.begin("measure", &Label::Writing {});
        let watch = Watch::start(&place.target, &writers).await;
        let tally = self.release(record, &context, &batches).await?;
        harness::enter(record, watch.finish().await, &tally, ceiling);
        if let Some(phase) = baseline {
            gain::enter(record, &phase);
        }
        let acknowledgements = context.acknowledgements.path().to_owned();
        if let Some(context) = Arc::into_inner(context) {
            context.pool.close().await;
        }
        if self.stop.is_stopped() {
            return Err(self.not_reached(record, "verification"));
        }
        self.phases.begin("verify", &Label::Verifying {});
        let acknowledged = AcknowledgementFile::read(&acknowledgements)?;
        let table = self.table.clone();
        let question = Question { origin, table, tenants: all, acknowledged };
        settle_up::prove(record, &place.target, &writers, question).await
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
        let session = crate::session::Session::open(&place.target, "pgvalidate setup").await?;
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
        schema::prepare(&session, &registration, self.options.replace).await?;
        let mut everyone = all.to_vec();
        if scenario.baseline {
            let origin = Origin { seed: scenario.seed, run_id: self.run_id };
            everyone.push(Tenant::new(&origin, &scenario.tenant_prefix, BASELINE_TENANT_NO));
        }
        let keys = !self.options.seams.no_primary_key;
        let everyone = Arc::new(everyone);
        Ok(tenants::create(&place.target, self.run_id, &self.table, &everyone, keys).await?)
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
            return Err(self.not_reached(record, "load"));
        }
        Ok(Some(phase))
    }

    async fn context(
        &self,
        place: &Place,
        scenario: &Scenario,
        origin: Origin,
        all: &Arc<Vec<Tenant>>,
        writers: &str,
    ) -> Result<Arc<WriteContext>, EngineError> {
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
            attempts_max: scenario.attempts_max,
            statement_timeout: self.options.statement_timeout,
            stop: self.stop.token().clone(),
            seams,
            rows_acknowledged: AtomicU64::new(0),
            sent_bytes: AtomicU64::new(0),
        }))
    }

    /// The measure phase.
    async fn release(
        &mut self,
        record: &mut RunRecord,
        context: &Arc<WriteContext>,
        batches: &[Batch],
    ) -> Result<Tally, EngineError> {
        let counted = Arc::downgrade(context);
        let rows_done =
            move || counted.upgrade().map_or(0, |c| c.rows_acknowledged.load(Ordering::Relaxed));
        let bar = self.phases.progress().rows(Arc::new(rows_done), record.scenario.rows);
        let (tally, elapsed) = work::release(context, batches).await?;
        let usage = context.pool.meter().usage(Instant::now());
        drop(bar);
        self.phases.end();
        let load = tally.load(elapsed, context.sent_bytes.load(Ordering::Relaxed));
        let size = context.pool.size();
        let share = |in_use: f64| in_use / f64::from(size);
        record.pools = Some(Pools {
            write: Pool {
                engine: "deadpool".to_owned(),
                size,
                in_use_max: usage.in_use_max,
                utilization_peak: share(usage.in_use_peak),
                utilization_mean: share(usage.in_use_mean),
                timeouts: usage.timeouts,
                discarded: usage.discarded,
            },
        });
        let in_use_max = usage.in_use_max;
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

    /// The run was stopped before `path` was measured.
    fn not_reached(&self, record: &mut RunRecord, path: &str) -> EngineError {
        let reason = Reason::NotReached {}.into();
        record.unavailable.push(Unavailable { path: path.to_owned(), reason });
        EngineError::Stopped
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
