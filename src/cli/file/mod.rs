//! Scenario files: a TOML table as the command line that it stands for.
//!
//! A key is a flag of the scenario's command without its dashes, and clap
//! judges the values, so that a file can't mean anything that flags can't. What
//! this room adds is the place: file, line and column of whatever is wrong.

mod error;
mod source;
mod words;

pub(super) use error::TABLE;
pub use error::{FileError, Refusal};
pub use source::{Place, Source};
pub use words::Flag;

use super::{Cli, argv_without_secrets};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory, FromArgMatches};
use std::ffi::OsString;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

/// The commands that a file can stand for, as far as there are such commands.
const SCENARIOS: [&str; 8] =
    ["burst", "soak", "scans", "mixed", "methods", "capacity", "isolation", "faults"];

/// The names of the scenarios that a file can name.
pub fn scenarios() -> Vec<&'static str> {
    let cli = Cli::command();
    SCENARIOS.into_iter().filter(|name| cli.find_subcommand(name).is_some()).collect()
}

/// The flags that `table` gives to the command `scenario`, in the file's order.
/// A key `scenario` is left out.
///
/// # Errors
/// At the first key that is no flag of it, and the first value that it refuses.
pub fn flags(source: &Source, scenario: &str, table: &DeTable<'_>) -> Result<Vec<Flag>, FileError> {
    let command = built(scenario);
    let mut entries: Vec<_> = table.iter().filter(|(key, _)| key.get_ref() != "scenario").collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    let mut flags = Vec::new();
    for (key, value) in entries {
        let flag = words::flag(source, &command, key, value)?;
        words::check(source, scenario, &flag)?;
        flags.push(flag);
    }
    Ok(flags)
}

/// The command line that `table` and what was `typed` after it stand for. A
/// flag that was typed, or that can't go with one, is left out of the file's.
///
/// # Errors
/// Where the file is wrong, or clap refuses what was typed.
pub fn parse(
    source: &Source,
    scenario: &str,
    table: &DeTable<'_>,
    typed: &[OsString],
) -> Result<Cli, Refusal> {
    let flags = flags(source, scenario, table)?;
    together(source, scenario, &flags)?;
    let command = built(scenario);
    let left = flags.iter().filter(|flag| !words::is_overridden(&command, flag, typed));
    let words = left.flat_map(|flag| &flag.words).map(OsString::from);
    let words: Vec<_> = words.chain(typed.iter().cloned()).collect();
    let mut cli = read(scenario, words.iter().cloned())?;
    if let Some(from_file) = cli.command.as_from_file_mut() {
        let stands_for = argv_without_secrets(words.iter().map(|w| w.to_string_lossy().into()));
        *from_file = std::iter::once(scenario.to_owned()).chain(stands_for).collect();
    }
    Ok(cli)
}

/// A key of the reader's own whose value is no string.
pub(super) fn no_text(
    source: &Source,
    key: &Spanned<DeString<'_>>,
    value: &Spanned<DeValue<'_>>,
) -> FileError {
    let (place, key) = (source.place(&value.span()), key.get_ref().to_string());
    FileError::WrongType { place, key, wanted: error::TEXT }
}

/// Flags that are good one by one and can't go together, or not without others.
fn together(source: &Source, scenario: &str, flags: &[Flag]) -> Result<(), FileError> {
    let words = flags.iter().flat_map(|flag| &flag.words).map(OsString::from);
    let Err(error) = read(scenario, words) else { return Ok(()) };
    let named = |kind| match error.get(kind) {
        Some(ContextValue::String(one)) => vec![one.clone()],
        Some(ContextValue::Strings(many)) => many.clone(),
        _ => Vec::new(),
    };
    let both = [named(ContextKind::InvalidArg), named(ContextKind::PriorArg)].concat();
    let mut found: Vec<&Flag> = both
        .iter()
        .filter_map(|shown| shown.split_whitespace().next()?.strip_prefix("--"))
        .filter_map(|long| flags.iter().find(|flag| flag.key == long))
        .collect();
    found.sort_by_key(|flag| flag.key_span.start);
    match (error.kind(), found.as_slice()) {
        (ErrorKind::ArgumentConflict, [first, .., last]) => Err(FileError::Conflict {
            place: source.place(&last.key_span),
            key: last.key.clone(),
            other: first.key.clone(),
        }),
        // What is missing can still be typed.
        (ErrorKind::MissingRequiredArgument, _) => Ok(()),
        _ => Err(FileError::Refused {
            place: source.place(&found.last().map_or(0..0, |flag| flag.key_span.clone())),
            detail: words::said(&error),
        }),
    }
}

/// The command of a scenario with everything that it inherits.
fn built(scenario: &str) -> Command {
    let mut cli = Cli::command();
    cli.build();
    cli.find_subcommand(scenario).cloned().unwrap_or_default()
}

/// The command line `scenario` with `words`.
fn read(scenario: &str, words: impl Iterator<Item = OsString>) -> Result<Cli, clap::Error> {
    let head = ["pgvalidate", scenario].map(OsString::from);
    let matches = Cli::command().try_get_matches_from(head.into_iter().chain(words))?;
    Cli::from_arg_matches(&matches)
}

#[cfg(test)]
mod tests;
