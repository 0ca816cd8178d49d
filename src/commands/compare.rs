//! `pgvalidate compare`

use super::report;
use crate::cli::{CompareArgs, Format, argv_without_secrets, exit};
use crate::engine::EngineError;
use crate::engine::compare::{self, CompareOptions};
use crate::engine::set::SET_FILE;
use crate::message::label::Label;
use crate::message::{Lang, Localized};
use crate::model::Verdict;
use crate::report::compare_text;

/// Runs the command. Exit code 1 on a regression of the metric that decides.
///
/// # Errors
/// Where nothing was compared.
pub fn run(args: &CompareArgs, lang: Lang) -> Result<u8, EngineError> {
    let options = CompareOptions {
        base: args.base.clone(),
        other: args.other.clone(),
        metric: args.metric.clone(),
        threshold: args.threshold,
        force: args.force,
        results: args.results.clone(),
        argv: argv_without_secrets(
            std::env::args_os().map(|word| word.to_string_lossy().into_owned()),
        ),
    };
    let (set, folder) = compare::run(&options)?;
    report::of_set_beside(&folder, &set, lang);
    let text = match args.format {
        Format::Json => serde_json::to_string_pretty(&set).unwrap_or_default(),
        Format::Text => {
            let path = folder.join(SET_FILE).display().to_string();
            let text = compare_text::summary(&set, args.threshold, super::terminal(lang));
            format!("{text}{}", Label::ResultLine { path }.text(lang))
        }
    };
    let printed = super::print(&text);
    Ok(match set.verdict {
        Some(Verdict::Fail) => exit::FAIL,
        _ if !printed => exit::COULD_NOT_RUN,
        Some(Verdict::Pass) => exit::PASS,
        _ => exit::UNDECIDED,
    })
}
