//! `pgvalidate burst`, `soak`, `scans` and `mixed`

use super::progress::Shown;
use super::{isolation, print, recommended, report, tell};
use crate::cli::{
    BurstArgs, Command, Format, LoadArgs, MixedArgs, ScansArgs, SoakArgs, UseArgs, exit,
};
use crate::engine::signals::{Signal, Stop};
use crate::engine::workload::{MixedWork, ScanWork, SoakWork};
use crate::engine::{self, EngineError, Finished, RunOptions, Work};
use crate::judge::criteria;
use crate::message::label::Label;
use crate::message::{Lang, Localized};
use crate::model::{Criterion, Verdict};
use crate::report::text;

/// Runs a burst.
///
/// # Errors
/// Where there was no run to show.
pub async fn burst(args: &BurstArgs, lang: Lang) -> Result<u8, EngineError> {
    run(&burst_options(args)?, args.load.on.format, lang).await
}

/// A burst's options.
fn burst_options(args: &BurstArgs) -> Result<RunOptions, EngineError> {
    let work = Work::burst(args.batches);
    let mut criteria = criteria::load(args.load.criteria.as_deref(), work.name())?;
    criteria.extend(args.expect_gain.map(criteria::expected_gain));
    Ok(RunOptions {
        writers_per_tenant: args.writers_per_tenant,
        baseline: !args.no_baseline,
        baseline_time: args.baseline_time,
        ..options(&args.load, work, args.size, criteria)
    })
}

/// Runs a soak.
///
/// # Errors
/// Where there was no run to show.
pub async fn soak(args: &SoakArgs, lang: Lang) -> Result<u8, EngineError> {
    run(&soak_options(args)?, args.load.on.format, lang).await
}

/// A soak's options.
fn soak_options(args: &SoakArgs) -> Result<RunOptions, EngineError> {
    let work = Work::Soak(SoakWork {
        duration: args.duration,
        warm_up: args.warm_up,
        rate: args.rate,
        writers: args.writers,
        skew: args.skew,
        ramp: args.ramp,
        stages: args.stages.clone(),
        pattern: args.pattern,
    });
    let criteria = criteria::load(args.load.criteria.as_deref(), work.name())?;
    Ok(RunOptions { baseline: false, ..options(&args.load, work, args.size, criteria) })
}

/// The options of a command that is one run; None of another.
pub(super) fn options_of(command: &Command) -> Option<Result<RunOptions, EngineError>> {
    Some(match command {
        Command::Burst(args) => burst_options(args),
        Command::Soak(args) => soak_options(args),
        Command::Scans(args) => scans_options(args),
        Command::Mixed(args) => mixed_options(args),
        Command::Isolation(args) => isolation::options(args),
        _ => return None,
    })
}

/// Runs a mixed load.
///
/// # Errors
/// Where there was no run to show.
pub async fn mixed(args: &MixedArgs, lang: Lang) -> Result<u8, EngineError> {
    run(&mixed_options(args)?, args.load.on.format, lang).await
}

/// The options of a mixed load.
fn mixed_options(args: &MixedArgs) -> Result<RunOptions, EngineError> {
    let work = Work::Mixed(MixedWork {
        duration: args.duration,
        warm_up: args.warm_up,
        reads: args.reads,
        writes: args.writes,
        users: args.users,
        rate: args.rate,
        think: args.think,
        records: args.records,
        workers: args.workers,
        poll: args.poll,
        heartbeat: args.heartbeat,
        one_pool: args.one_pool,
    });
    let criteria = criteria::load(args.load.criteria.as_deref(), work.name())?;
    Ok(RunOptions { baseline: false, ..options(&args.load, work, args.size, criteria) })
}

/// Runs scans.
///
/// # Errors
/// Where there was no run to show.
pub async fn scans(args: &ScansArgs, lang: Lang) -> Result<u8, EngineError> {
    run(&scans_options(args)?, args.load.on.format, lang).await
}

/// The options of scans.
fn scans_options(args: &ScansArgs) -> Result<RunOptions, EngineError> {
    let work = Work::Scans(ScanWork {
        records: args.records,
        arrival: args.arrival,
        concurrent: args.concurrent,
        workers: args.workers,
        poll: args.poll,
        heartbeat: args.heartbeat,
    });
    let criteria = criteria::load(args.load.criteria.as_deref(), work.name())?;
    Ok(RunOptions {
        baseline: args.baseline,
        baseline_time: args.baseline_time,
        ..options(&args.load, work, args.size, criteria)
    })
}

pub(super) async fn run(
    options: &RunOptions,
    format: Format,
    lang: Lang,
) -> Result<u8, EngineError> {
    super::target::warn(options.url.as_deref(), lang);
    if let Some(warning) = engine::live::warning(options.metrics) {
        tell(&Label::WarningLine { text: warning.text(lang) }.text(lang));
    }
    let stop = Stop::default();
    listen(&stop, lang);
    let finished = engine::run(options, &Shown::new(lang), &stop).await?;
    let printed = show(&finished, format, lang);
    Ok(match exit_code(&finished, &stop) {
        exit::PASS if !printed => exit::COULD_NOT_RUN,
        code => code,
    })
}

/// The options that every load has.
pub(super) fn options(
    args: &LoadArgs,
    work: Work,
    size: u32,
    criteria: Vec<Criterion>,
) -> RunOptions {
    let options = RunOptions::new(work, size, criteria, args.results.clone());
    RunOptions {
        method: args.method.unwrap_or(args.on.tenancy.default_method()),
        regions: args.regions,
        rtt_ms: args.rtt,
        key: args.key,
        preload: args.preload.unwrap_or(options.preload),
        pool: args.pool,
        read_pool: args.read_pool.unwrap_or(options.read_pool),
        seed: args.seed,
        pg_bin: args.pg_bin.clone(),
        config: args.config.clone(),
        keep: args.keep,
        keep_data: args.keep_data,
        attempts_max: args.attempts,
        acquire_timeout: args.acquire_timeout,
        statement_timeout: args.statement_timeout,
        sampling: !args.no_sampling,
        log_slow: args.log_slow,
        metrics: args.metrics,
        argv: crate::cli::argv_without_secrets(
            std::env::args_os().map(|word| word.to_string_lossy().into_owned()),
        ),
        from_file: args.from_file.clone(),
        ..on_target(&args.on, options)
    }
}

/// `options` with what is made of the target, and what is allowed there.
pub(super) fn on_target(args: &UseArgs, options: RunOptions) -> RunOptions {
    RunOptions {
        url: args.target.url(),
        tenants: args.tenants,
        write_pool: args.write_pool,
        tenancy: args.tenancy,
        writer_role: args.writer_role.clone(),
        method: args.tenancy.default_method(),
        tenant_prefix: args.tenant_prefix.clone(),
        replace: args.replace,
        allow_unsafe: args.allow_unsafe,
        allow_publication: args.allow_publication,
        allow_event_triggers: args.allow_event_triggers,
        yes: args.yes,
        limits: args.limits.limits(),
        ..options
    }
}

pub(super) fn listen(stop: &Stop, lang: Lang) {
    let first = move |signal: Signal| {
        let label = Label::Stopping { signal: signal.name().to_owned() };
        tell(&label.text(lang));
    };
    let second = move |signal: Signal| {
        tell(&Label::LeftAtOnce {}.text(lang));
        std::process::exit(signal.exit_code().into());
    };
    let ended = stop.clone();
    tokio::spawn(async move {
        // A limit says at once what it was; a signal is known to who sent it.
        ended.token().cancelled().await;
        if let Some(note) = ended.limit() {
            tell(&Label::ErrorLine { text: note.text(lang) }.text(lang));
        }
    });
    if let Err(error) = stop.listen(first, second) {
        // Without handlers a signal ends the process, and the guard cleans up.
        let text = Label::NoSignals { detail: error.to_string() }.text(lang);
        tell(&Label::WarningLine { text }.text(lang));
    }
}

/// Shows the outcome. False where stdout can't be written.
fn show(finished: &Finished, format: Format, lang: Lang) -> bool {
    let record = &finished.record;
    let path = finished.path.join("run.json").display().to_string();
    let text = match format {
        Format::Json => serde_json::to_string_pretty(record).unwrap_or_default(),
        // Refused before anything was measured: the error below says it all.
        Format::Text
            if finished.error.is_some() && record.load.is_none() && record.isolation.is_none() =>
        {
            Label::ResultLine { path }.text(lang)
        }
        Format::Text => {
            let text = text::summary(record, super::terminal(lang));
            format!("{text}{}", Label::ResultLine { path }.text(lang))
        }
    };
    let said = &record.recommendations;
    let files = recommended::write(&finished.path, record, said, lang);
    report::beside(&finished.path, record, lang);
    let text = match files.filter(|_| format == Format::Text) {
        Some(files) => format!("{text}\n{files}"),
        None => text,
    };
    let printed = print(&text);
    if let Some(error) = finished.error.as_ref().filter(|e| !matches!(e, EngineError::Stopped)) {
        tell(&Label::ErrorLine { text: error.text(lang) }.text(lang));
    }
    if let Some(kept) = &finished.kept {
        let stop = format!("kill {}", kept.guard_pid);
        tell(&Label::Kept { dsn: kept.dsn.clone(), stop }.text(lang));
    }
    printed
}

fn exit_code(finished: &Finished, stop: &Stop) -> u8 {
    match (finished.record.verdict, stop.signal()) {
        // Proved, whatever came afterwards.
        (Some(Verdict::Fail), _) => exit::FAIL,
        (_, Some(signal)) => signal.exit_code(),
        _ if finished.error.is_some() || stop.is_stopped() => exit::COULD_NOT_RUN,
        (Some(Verdict::Pass), _) => exit::PASS,
        _ => exit::UNDECIDED,
    }
}
