//! A run from options to a judged record.

use super::phases::{Phases, Progress};
use super::results::{ResultFolder, utc};
use super::run::Run as Steps;
use super::signals::Stop;
use super::{EngineError, RunOptions, harness, live};
use crate::judge::verdict::{Interruption, judge};
use crate::judge::{advise, explain, troubleshoot};
use crate::message::{Lang, Localized};
use crate::model::record::SCHEMA_VERSION;
use crate::model::{Reason, RunRecord, Scenario, Unavailable};
use crate::sample::process;
use crate::server::Kept;
use crate::session::Target;
use crate::table::processing_activities;
use crate::work::Tally;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;
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

/// Carries a run through. The record is written also where the run fails or is stopped.
///
/// # Errors
/// Where there is no run to record: options that contradict each other, or
/// results that can't be written.
pub async fn run(
    options: &RunOptions,
    progress: &dyn Progress,
    stop: &Stop,
) -> Result<Finished, EngineError> {
    let table = Arc::new(processing_activities::table(options.key));
    let scenario = options.scenario(&table)?;
    if let Some(url) = &options.url {
        Target::parse(url)?;
    }
    let ceiling_rows_per_s = harness::ceiling_rows_per_s(&table, scenario.seed);
    options.work.check_rate(scenario.size, ceiling_rows_per_s)?;
    let endpoint = live::bind(options.metrics).await?;
    let run_id = Uuid::new_v4();
    let folder = ResultFolder::create(&options.results, &scenario.name, run_id)?;
    let mut phases = Phases::new(progress);
    let mut record = new_record(options, scenario, run_id);
    record.findings.extend(live::warning(options.metrics).map(Into::into));
    let (metrics, serving) = live::serve(endpoint).unzip();
    let mut steps = Steps {
        options,
        stop,
        table,
        run_id,
        folder: &folder,
        phases: &mut phases,
        ceiling_rows_per_s,
        before: Tally::default(),
        metrics,
        load_is: options.isolation.then(Arc::default),
    };
    let (kept, error) = Box::pin(steps.carry_out(&mut record)).await;
    drop(serving);
    record.phases = phases.into_record();
    record.finished_at = Some(utc(SystemTime::now()));
    let interruption = match (stop.reason(), &error) {
        (Some(reason), _) => Some(Interruption::Stopped(reason)),
        (None, Some(error)) => Some(Interruption::Failed(Reason::RunFailed {
            en: error.text(Lang::En),
            vi: error.text(Lang::Vi),
        })),
        (None, None) => None,
    };
    name_what_is_missing(&mut record, options);
    explain::enter(&mut record);
    troubleshoot::enter(&mut record);
    if !options.isolation {
        // A load of a few seconds, beside which probes run, asks for no settings.
        advise::enter(&mut record);
    }
    let judgement = judge(&record, &options.criteria, interruption);
    record.criteria = judgement.criteria;
    record.verdict = Some(judgement.verdict);
    record.reasons = judgement.reasons;
    folder.write(&record)?;
    Ok(Finished { record, path: folder.path().to_owned(), kept, error })
}

fn new_record(options: &RunOptions, scenario: Scenario, run_id: Uuid) -> RunRecord {
    RunRecord {
        schema_version: SCHEMA_VERSION.to_owned(),
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        run_id: run_id.to_string(),
        started_at: utc(SystemTime::now()),
        finished_at: None,
        argv: options.argv.clone(),
        from_file: options.from_file.clone(),
        scenario,
        server: None,
        preflight: Vec::new(),
        host: process::host(),
        phases: Vec::new(),
        load: None,
        latency: None,
        pools: None,
        queue: None,
        reads: None,
        tenants: None,
        regions: None,
        stages: Vec::new(),
        preload: None,
        faults: Vec::new(),
        recovery: None,
        storage: None,
        gain: None,
        verification: None,
        isolation: None,
        database: None,
        tuning: None,
        recommendations: Vec::new(),
        series: Vec::new(),
        stalls: Vec::new(),
        stall_summary: None,
        harness: Default::default(),
        criteria: Vec::new(),
        watched: None,
        verdict: None,
        reasons: Vec::new(),
        findings: Vec::new(),
        unavailable: Vec::new(),
    }
}

/// What a run that ended early, or never began to write, has not measured.
fn name_what_is_missing(record: &mut RunRecord, options: &RunOptions) {
    let sections = [
        ("scenario.log_slow_ms", record.scenario.log_slow_ms.is_none()),
        ("server", record.server.is_none()),
        ("load", record.load.is_none()),
        ("latency", record.latency.is_none()),
        ("pools", record.pools.is_none()),
        ("tenants", record.tenants.is_none()),
        ("regions", record.regions.is_none()),
        ("queue", record.queue.is_none() && record.scenario.scans.is_some()),
        ("preload", record.preload.is_none() && record.scenario.preload > 0),
        ("storage", record.storage.is_none()),
        ("gain", record.gain.is_none()),
        ("verification", record.verification.is_none()),
        ("isolation", record.isolation.is_none() && options.isolation),
        ("database", record.database.is_none()),
        ("tuning", record.tuning.is_none()),
        ("watched", record.watched.is_none() && !record.scenario.limits.is_none()),
        ("harness.ceiling_rows_per_s", record.harness.ceiling_rows_per_s.is_none()),
    ];
    for (path, missing) in sections {
        if missing && !record.unavailable.iter().any(|u| u.path == path) {
            let reason = Reason::NotReached {}.into();
            record.unavailable.push(Unavailable { path: path.to_owned(), reason });
        }
    }
}
