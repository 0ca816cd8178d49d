//! A sweep: the same load on private servers with different configurations,
//! each tried once before anything is measured.

use super::phases::Progress;
use super::set::arms::{Arm, Arms, planned_s};
use super::set::trial::{Tried, trial};
use super::set::{self, FinishedSet, SetError, SetOptions};
use super::signals::Stop;
use super::{EngineError, RunOptions, Work};
use crate::judge::compare::{Metric, metrics};
use crate::judge::set::sweep::{self, Asked, Candidate};
use crate::message::label::{AtLeast, Label};
use crate::model::observed::SweepNote;
use crate::model::record::{Server, Setting};
use std::borrow::Cow;
use std::path::PathBuf;
use std::time::Duration;

/// What a sweep is asked for.
pub struct SweepOptions {
    /// The load, without a configuration.
    pub base: RunOptions,
    /// What each configuration is called, and its file.
    pub configs: Vec<(String, PathBuf)>,
    /// The name of the configuration that the others are compared with.
    pub against: String,
    /// How often each is measured.
    pub repeat: u32,
    /// What they are ordered by; None to go by the load.
    pub metric: Option<Metric>,
    /// Measures what a crash destroys, and lets what gives durability up be the best.
    pub allow_unsafe: bool,
    /// The folder of a sweep that is to be continued.
    pub resume: Option<PathBuf>,
}

/// Carries a sweep out.
///
/// # Errors
/// Where no configuration can be measured, and as [`set::run`].
pub async fn run(
    options: &SweepOptions,
    progress: &dyn Progress,
    stop: &Stop,
) -> Result<FinishedSet, EngineError> {
    let metric = options.metric.clone().unwrap_or_else(|| default_metric(&options.base.work));
    let mut plan = Arms { all: Vec::new(), repeat: options.repeat, seed: options.base.seed };
    let mut asked = Asked {
        candidates: Vec::new(),
        against: options.against.clone(),
        metric,
        repeat: options.repeat,
        allow_unsafe: options.allow_unsafe,
        has_own_rate: has_own_rate(&options.base.work),
    };
    let mut starts = Vec::new();
    for (name, path) in &options.configs {
        progress.phase(&Label::TryingConfiguration { name: name.clone() });
        let mut arm = RunOptions { config: Some(path.clone()), ..options.base.clone() };
        let refused = match trial(&arm, stop).await? {
            Tried::Not { said } => Some(SweepNote::DoesNotStart { said }),
            Tried::Starts { server, took } => {
                starts.push(took);
                arm.allow_unsafe = !server.durable;
                (!options.allow_unsafe).then(|| destroyed_by_crash(&server)).flatten()
            }
        };
        if refused.is_none() {
            plan.all.push(Arm { name: name.clone(), options: arm });
        }
        let config = path.display().to_string();
        asked.candidates.push(Candidate { name: name.clone(), config, refused });
    }
    if plan.all.is_empty() {
        return Err(SetError::NoneUsable { all: all_refused(&asked) }.into());
    }
    progress.phase(&announcement(&plan, &options.base, &starts)?);
    let base = RunOptions { config: None, ..options.base.clone() };
    let set = SetOptions { kind: "sweep", base, resume: options.resume.clone() };
    set::run(&set, &plan, |set, done| sweep::judge(set, done, &asked), progress, stop).await
}

/// What says most about a load: how fast it was, or where its rate is its own
/// how long it took.
fn default_metric(work: &Work) -> Metric {
    let (path, is_rate) = match has_own_rate(work) {
        true => ("latency.batch.response_ms.p99", false),
        false => (metrics::RATE, true),
    };
    Metric { path: Cow::Borrowed(path), more_is_better: Some(is_rate) }
}

/// Whether the load comes at a rate that the server has no say in.
fn has_own_rate(work: &Work) -> bool {
    match work {
        Work::Burst(_) => false,
        Work::Soak(soak) => soak.rate().is_some(),
        // Users think, and scans arrive, whatever the server does.
        Work::Mixed(_) => true,
        Work::Scans(scans) => scans.concurrent.is_none(),
    }
}

/// The settings with which a crash leaves more than the last commits behind.
fn destroyed_by_crash(server: &Server) -> Option<SweepNote> {
    let destroys = |s: &&Setting| s.is_unsafe() && s.name != "synchronous_commit";
    let settings: Vec<String> = server
        .settings
        .iter()
        .filter(destroys)
        .map(|s| format!("{} = {}", s.name, s.value))
        .collect();
    let settings = settings.join(", ");
    (!settings.is_empty()).then_some(SweepNote::DestroyedByCrash { settings })
}

fn all_refused(asked: &Asked) -> String {
    let of = |c: &Candidate| Some(format!("{}: {}", c.config, c.refused.as_ref()?));
    asked.candidates.iter().filter_map(of).collect::<Vec<_>>().join("; ")
}

/// How many runs there will be, and the least time that they take: as long as
/// their servers took to start and end, and as long as the load is asked to last.
fn announcement(plan: &Arms, base: &RunOptions, starts: &[Duration]) -> Result<Label, EngineError> {
    let (configs, repeat) = (plan.all.len(), plan.repeat);
    let runs = configs * repeat as usize;
    let start_s =
        starts.iter().map(Duration::as_secs_f64).sum::<f64>() / starts.len().max(1) as f64;
    let least_s = runs as f64 * (start_s + planned_s(base)?.unwrap_or(0.0));
    let least = AtLeast(Duration::from_secs_f64(least_s));
    let start = format!("{start_s:.1}");
    Ok(Label::SweepPlan { configs, repeat, runs, start, least })
}
