//! `pgvalidate tune`

use super::run::options;
use super::sets::{carry_out_as, refuse, result_line};
use super::{print, recommended};
use crate::cli::{Format, TuneArgs, exit};
use crate::engine::given::check_set_so;
use crate::engine::records::{self, Read};
use crate::engine::set::tune::TunePlan;
use crate::engine::set::{FinishedSet, Plan, SetOptions};
use crate::engine::settings_from::settings_of;
use crate::engine::{EngineError, RunOptions, SetupError, Work};
use crate::journal;
use crate::judge::advise::{self, Given, advise};
use crate::judge::criteria;
use crate::judge::set::trials::{Asked, evidence};
use crate::judge::set::tune::{self, kept};
use crate::message::Lang;
use crate::model::RunRecord;
use crate::model::scenario::Pattern;
use crate::report::{advice_text, tune_text};
use crate::session::Target;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long a soak for evidence is: the least that the rules take.
const EVIDENCE: Duration = Duration::from_secs(120);

/// Writers that go as fast as they can.
const WRITERS: u32 = 8;

/// Rows in all tables beforehand: on empty tables random keys cost nothing.
const PRELOADED: u64 = 1_000_000;

/// Advises on a finished run, or makes one first; and measures what is advised
/// where that is asked for.
///
/// # Errors
/// Where there was nothing to show.
pub async fn run(args: &TuneArgs, lang: Lang) -> Result<u8, EngineError> {
    let given = args.run.as_deref().map(read).transpose()?;
    match given {
        Some(run) if !args.verify => Ok(advise_on(args, &run, lang)),
        given => Box::pin(measure(args, given, lang)).await,
    }
}

/// A finished run by its folder or its record.
fn read(path: &Path) -> Result<Read, EngineError> {
    let file = if path.is_dir() { path.join("run.json") } else { path.to_owned() };
    Ok(records::run(&file)?)
}

fn advise_on(args: &TuneArgs, run: &Read, lang: Lang) -> u8 {
    let said = advise(&run.record, &machine(args));
    let folder = run.path.parent().map_or_else(PathBuf::new, Path::to_owned);
    let files = recommended::write(&folder, &run.record, &said, lang);
    let text = match args.load.on.format {
        Format::Json => serde_json::to_string_pretty(&said).unwrap_or_default(),
        Format::Text => {
            let text = advice_text::full(&run.record, &said, super::terminal(lang));
            format!("{text}{}", files.unwrap_or_default())
        }
    };
    if print(&text) { exit::PASS } else { exit::COULD_NOT_RUN }
}

fn machine(args: &TuneArgs) -> Given {
    Given {
        ram_bytes: args.ram.map(|size| size.0),
        wal_disk_bytes: args.wal_disk.map(|size| size.0),
        recovery_s: args.recovery.map(|time| time.as_secs_f64()),
    }
}

async fn measure(args: &TuneArgs, given: Option<Read>, lang: Lang) -> Result<u8, EngineError> {
    let base = base(args, given.as_ref().and_then(|run| rate_of(&run.record))).await?;
    let is_private = base.url.is_none();
    let mut asked = args.verify.then(|| asked(args, is_private));
    if let Some(url) = base.url.as_deref().filter(|_| args.verify) {
        if !args.allow_alter_system {
            return Err(SetupError::VerifyAlters {}.into());
        }
        let denied = journal::check(&Target::parse(url)?, &advise::settings_of(&args.only)).await?;
        asked = asked.map(|asked| Asked { denied, ..asked });
    }
    let plan = TunePlan {
        given: given.map(|run| run.record),
        machine: machine(args),
        lengthens: args.duration.is_none(),
        verify: asked.clone(),
        checkpoints: is_private || args.allow_checkpoint,
        base: base.clone(),
    };
    // Before anything is started.
    plan.connections()?;
    if let Some(run) = plan.given.as_ref().filter(|_| args.verify) {
        check_set_so(run, &base).await?;
    }
    let options = SetOptions { kind: "tune", base, resume: args.set.resume.clone() };
    let judge = |set: &mut _, done: &[_]| {
        tune::judge(set, done, plan.given.as_ref(), &plan.machine, asked.as_ref());
    };
    let format = args.load.on.format;
    carry_out_as(&options, &plan, judge, |finished| text(finished, &plan, format, lang), lang).await
}

/// The steady rate of a finished soak, in rows a second.
fn rate_of(run: &RunRecord) -> Option<f64> {
    let soak = run.scenario.soak.as_ref()?;
    soak.rate_rows_per_s.filter(|_| soak.pattern == Pattern::Constant)
}

/// The soak that gives the evidence; the runs that measure what it leads to are
/// like it. `rate` is that of a finished run.
async fn base(args: &TuneArgs, rate: Option<f64>) -> Result<RunOptions, EngineError> {
    let kind = "tune";
    refuse("--keep-data", args.load.keep_data, kind)?;
    refuse("--keep", args.load.keep, kind)?;
    refuse("--no-sampling", args.load.no_sampling, kind)?;
    if let Some(rule) = args.only.iter().find(|rule| !advise::ids().any(|id| id == **rule)) {
        let known = advise::ids().collect::<Vec<_>>().join(", ");
        return Err(SetupError::NoRule { rule: rule.clone(), known }.into());
    }
    let duration = args.duration.unwrap_or(EVIDENCE);
    let rate = args.rate.or(rate.filter(|_| args.writers.is_none()));
    let work = Work::soak(duration, args.warm_up, rate, args.writers.unwrap_or(WRITERS));
    let criteria = criteria::load(args.load.criteria.as_deref(), work.name())?;
    let mut base = options(&args.load, work, args.size, criteria);
    base.baseline = false;
    if args.load.preload.is_none() {
        base.preload = PRELOADED / u64::from(base.tenants().max(1));
    }
    if let Some(url) = &args.settings_from {
        // Whatever PGVALIDATE_URL says: that server's settings, on one of our own.
        base.url = None;
        base.settings = settings_of(url).await?;
    }
    Ok(base)
}

fn asked(args: &TuneArgs, is_private: bool) -> Asked {
    Asked {
        repeat: args.repeat,
        arm_s: args.arm.map(|time| time.as_secs_f64()),
        time_s: args.time.map(|time| time.as_secs_f64()),
        only: args.only.clone(),
        is_private,
        denied: Vec::new(),
    }
}

/// What stdout gets; the files of what held are written beside the set's record.
fn text(finished: &FinishedSet, plan: &TunePlan, format: Format, lang: Lang) -> String {
    let set = &finished.set;
    let record = evidence(&finished.done, plan.given.as_ref());
    let held = kept(&set.recommendations);
    let files = record.and_then(|r| recommended::write(&finished.path, r, &held, lang));
    match format {
        Format::Json => serde_json::to_string_pretty(set).unwrap_or_default(),
        Format::Text => {
            let text = tune_text::summary(set, record, super::terminal(lang));
            let result = result_line(finished, lang);
            files.into_iter().fold(text, |text, files| format!("{text}{files}\n")) + &result
        }
    }
}
