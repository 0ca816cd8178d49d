//! `pgvalidate sweep`

use super::progress::Shown;
use super::run::{listen, options_of};
use super::sets::{exit_code, show, text};
use super::tell;
use crate::cli::file::Refusal;
use crate::cli::sweep::{LoadError, SweepError};
use crate::cli::{SweepArgs, exit};
use crate::engine::signals::Stop;
use crate::engine::sweep::{self, SweepOptions};
use crate::engine::{EngineError, RunOptions};
use crate::judge::compare::Metric;
use crate::judge::compare::metrics::Unusable;
use crate::message::label::Label;
use crate::message::{Lang, Localized};

/// Runs the command.
///
/// # Errors
/// Where there was no sweep to show.
pub async fn run(args: &SweepArgs, lang: Lang) -> Result<u8, EngineError> {
    let Wanted { names, against, metric, load } = match asked(args) {
        Ok(asked) => asked,
        Err(error) => return Ok(refuse(error, lang)),
    };
    let options = SweepOptions {
        base: on_private_servers(args, load?),
        against,
        configs: names.into_iter().zip(args.configs.iter().cloned()).collect(),
        repeat: args.repeat,
        metric,
        allow_unsafe: args.allow_unsafe,
        resume: args.set.resume.clone(),
    };
    let stop = Stop::default();
    listen(&stop, lang);
    let finished = match sweep::run(&options, &Shown::new(lang), &stop).await {
        // Before the first run, so that there is nothing to continue.
        Err(EngineError::Stopped) => {
            return Ok(stop.signal().map_or(exit::COULD_NOT_RUN, |signal| signal.exit_code()));
        }
        finished => finished?,
    };
    let printed = show(&finished, &text(&finished, args.format, lang), lang);
    Ok(match exit_code(&finished, &stop) {
        exit::PASS if !printed => exit::COULD_NOT_RUN,
        code => code,
    })
}

/// What the command line asks for.
struct Wanted {
    names: Vec<String>,
    against: String,
    metric: Option<Metric>,
    load: Result<RunOptions, EngineError>,
}

/// Reads the command line, where it is one.
fn asked(args: &SweepArgs) -> Result<Wanted, LoadError> {
    let names = args.names().map_err(LoadError::Own)?;
    let against = args.against(&names).map_err(LoadError::Own)?;
    args.check_files().map_err(LoadError::Own)?;
    let metric = args.metric.as_deref().map(metric).transpose().map_err(LoadError::Own)?;
    let command = args.load()?;
    let no_load = || LoadError::Own(SweepError::NoLoad { scenario: args.scenario.clone() });
    let load = options_of(&command).ok_or_else(no_load)?;
    Ok(Wanted { names, against, metric, load })
}

fn metric(path: &str) -> Result<Metric, SweepError> {
    let metric = path.to_owned();
    Metric::at(path).map_err(|why| match why {
        Unusable::Unknown => SweepError::UnknownMetric { metric },
        Unusable::NoDirection => SweepError::NoDirection { metric },
    })
}

/// The load without what each configuration has of its own. Whatever
/// PGVALIDATE_URL says, a sweep is never on a target.
fn on_private_servers(args: &SweepArgs, load: RunOptions) -> RunOptions {
    // The baseline takes time in each run, and only a criterion can ask for it.
    let baseline = load.baseline && load.criteria.iter().any(|c| c.metric.starts_with("gain."));
    RunOptions {
        url: None,
        config: None,
        pg_bin: args.pg_bin.clone(),
        results: args.results.clone(),
        baseline,
        ..load
    }
}

fn refuse(error: LoadError, lang: Lang) -> u8 {
    let text = match error {
        LoadError::Own(error) => error.text(lang),
        LoadError::Scenario(Refusal::File(error)) => error.text(lang),
        LoadError::Scenario(Refusal::Typed(error)) => error.to_string(),
    };
    tell(&Label::ErrorLine { text }.text(lang));
    exit::USAGE
}
