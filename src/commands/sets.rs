//! `pgvalidate methods` and `pgvalidate capacity`: commands that make several runs.

use super::progress::Shown;
use super::run::{listen, options};
use super::{print, report, tell};
use crate::cli::sets::Choice;
use crate::cli::{CapacityArgs, CompareArgs, Format, MethodsArgs, exit};
use crate::engine::set::capacity::CapacityPlan;
use crate::engine::set::methods::Methods;
use crate::engine::set::{self, Done, FinishedSet, Plan, SetOptions};
use crate::engine::signals::Stop;
use crate::engine::{EngineError, SetupError, Work};
use crate::judge::{self, criteria};
use crate::message::label::Label;
use crate::message::set_label::SetLabel;
use crate::message::{Lang, Localized};
use crate::model::set::Set;
use crate::model::{RunRecord, Tenancy, Verdict};
use crate::report::terminal::Terminal;
use crate::report::{compare_text, faults_text, set_text, signoff_text, sweep_text, tune_text};

/// Compares methods.
///
/// # Errors
/// Where there was no set to show.
pub async fn methods(args: &MethodsArgs, lang: Lang) -> Result<u8, EngineError> {
    let kind = "methods";
    refuse("--keep-data", args.load.keep_data, kind)?;
    // COPY and the row-at-a-time baseline, which it compares, can't be had there.
    refuse("--tenancy rls", args.load.on.tenancy == Tenancy::Rls, kind)?;
    refuse("--write-pool", args.load.on.write_pool.is_some(), "--writers")?;
    let criteria = criteria::load(args.load.criteria.as_deref(), kind)?;
    // Work and size are each step's own.
    let base = options(&args.load, Work::burst(args.writers), 1, criteria);
    let mut sizes = args.sizes.clone();
    sizes.sort_unstable();
    sizes.dedup();
    let plan = Methods {
        base: base.clone(),
        methods: Choice::methods(&args.methods),
        sizes,
        rounds: args.rounds,
        rows: args.rows,
        writers: args.writers,
    };
    let options = SetOptions { kind, base, resume: args.set.resume.clone() };
    carry_out(&options, &plan, judge::set::methods::judge, args.load.on.format, lang).await
}

/// Looks for the highest rate at which all criteria hold.
///
/// # Errors
/// Where there was no set to show.
pub async fn capacity(args: &CapacityArgs, lang: Lang) -> Result<u8, EngineError> {
    let kind = "capacity";
    refuse("--keep-data", args.load.keep_data, kind)?;
    let criteria = criteria::load(args.load.criteria.as_deref(), kind)?;
    // The work is each step's own.
    let base = options(&args.load, Work::burst(1), args.size, criteria);
    let plan = CapacityPlan {
        base: base.clone(),
        step_time: args.step_time,
        start: args.start,
        precision: args.precision,
        max_writers: args.max_writers,
    };
    let options = SetOptions { kind, base, resume: args.set.resume.clone() };
    let judge = |set: &mut Set, done: &[Done]| {
        judge::set::capacity::judge(set, done, plan.bounds(done).as_ref(), args.need);
    };
    carry_out(&options, &plan, judge, args.load.on.format, lang).await
}

/// Refuses a flag of a single run that a set has no use for.
pub(super) fn refuse(flag: &str, given: bool, other: &str) -> Result<(), SetupError> {
    let (flag, other) = (flag.to_owned(), other.to_owned());
    if given { Err(SetupError::Conflict { flag, other }) } else { Ok(()) }
}

/// Carries a set out and shows it.
pub(super) async fn carry_out(
    options: &SetOptions,
    plan: &dyn Plan,
    judge: impl FnOnce(&mut Set, &[Done]),
    format: Format,
    lang: Lang,
) -> Result<u8, EngineError> {
    let render = |finished: &FinishedSet| text(finished, format, lang);
    carry_out_as(options, plan, judge, render, lang).await
}

/// As [`carry_out`], with a text of the command's own.
pub(super) async fn carry_out_as(
    options: &SetOptions,
    plan: &dyn Plan,
    judge: impl FnOnce(&mut Set, &[Done]),
    render: impl FnOnce(&FinishedSet) -> String,
    lang: Lang,
) -> Result<u8, EngineError> {
    super::target::warn(options.base.url.as_deref(), lang);
    let stop = Stop::default();
    listen(&stop, lang);
    let progress = Shown::new(lang);
    let finished = Box::pin(set::run(options, plan, judge, &progress, &stop)).await?;
    let printed = show(&finished, &render(&finished), lang);
    Ok(match exit_code(&finished, &stop) {
        exit::PASS if !printed => exit::COULD_NOT_RUN,
        code => code,
    })
}

/// What stdout gets of a set.
pub(super) fn text(finished: &FinishedSet, format: Format, lang: Lang) -> String {
    match format {
        Format::Json => serde_json::to_string_pretty(&finished.set).unwrap_or_default(),
        Format::Text => {
            let first = finished.done.first().map(|done| &done.record);
            let text = summary(&finished.set, first, super::terminal(lang));
            text + &result_line(finished, lang)
        }
    }
}

/// The text of a set; `first` is the record of its first run.
pub(super) fn summary(set: &Set, first: Option<&RunRecord>, on: Terminal) -> String {
    match set.kind.as_str() {
        "faults" => faults_text::summary(set, first, on),
        "sweep" => sweep_text::summary(set, first, on),
        "signoff" => signoff_text::summary(set, on),
        "compare" => compare_text::summary(set, CompareArgs::threshold_of(&set.argv), on),
        "tune" => tune_text::summary(set, first, on),
        _ => set_text::summary(set, first, on),
    }
}

/// Where the set's record is.
pub(super) fn result_line(finished: &FinishedSet, lang: Lang) -> String {
    let path = finished.path.join(set::SET_FILE).display().to_string();
    Label::ResultLine { path }.text(lang)
}

/// Shows the outcome. False where stdout can't be written.
pub(super) fn show(finished: &FinishedSet, text: &str, lang: Lang) -> bool {
    report::beside_set(finished, lang);
    let printed = print(text);
    if let Some(error) = finished.error.as_ref().filter(|e| !matches!(e, EngineError::Stopped)) {
        tell(&Label::ErrorLine { text: error.text(lang) }.text(lang));
    }
    if finished.set.finished_at.is_none() {
        let (runs, folder) = (finished.done.len(), finished.path.display().to_string());
        tell(&SetLabel::StoppedAfter { runs, folder }.text(lang));
    }
    if let Some(kept) = &finished.kept {
        let stop = format!("kill {}", kept.guard_pid);
        tell(&Label::Kept { dsn: kept.dsn.clone(), stop }.text(lang));
    }
    printed
}

/// The exit code, as that of a run.
pub(super) fn exit_code(finished: &FinishedSet, stop: &Stop) -> u8 {
    match (finished.set.verdict, stop.signal()) {
        // Proved, whatever came afterwards.
        (Some(Verdict::Fail), _) => exit::FAIL,
        (_, Some(signal)) => signal.exit_code(),
        _ if finished.error.is_some() || stop.is_stopped() => exit::COULD_NOT_RUN,
        (Some(Verdict::Pass), _) => exit::PASS,
        _ => exit::UNDECIDED,
    }
}
