//! `pgvalidate report`, and the page that each run leaves beside its record.

use super::{print, sets, tell};
use crate::cli::{ReportArgs, ReportFormat, exit};
use crate::engine::EngineError;
use crate::engine::records;
use crate::engine::set::{FinishedSet, SET_FILE};
use crate::judge::{criteria, judged_again};
use crate::message::label::Label;
use crate::message::report_label::ReportLabel;
use crate::message::{Lang, Localized};
use crate::model::RunRecord;
use crate::model::set::Set;
use crate::report::terminal::Terminal;
use crate::report::{html, junit, markdown, series_csv, text};
use serde::Serialize;
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// The page beside a run's record.
pub(super) const PAGE: &str = "report.html";

/// Renders a finished run, or a set.
///
/// # Errors
/// Where it can't be read.
pub fn run(args: &ReportArgs, lang: Lang) -> Result<u8, EngineError> {
    let file = record_of(&args.run);
    let is_set = file.file_name().is_some_and(|name| name == SET_FILE);
    let made = if is_set { of_set(args, &file, lang)? } else { of_run(args, &file, lang)? };
    let (text, code) = match made {
        Ok(made) => made,
        Err(refused) => {
            tell(&Label::ErrorLine { text: refused.text(lang) }.text(lang));
            return Ok(exit::USAGE);
        }
    };
    let beside = (args.format == ReportFormat::Html).then(|| file.with_file_name(PAGE));
    let path = args.output.clone().or(beside).filter(|path| path.as_os_str() != "-");
    let printed = match path {
        None => print(&text),
        Some(path) => match write(&path, &text) {
            Ok(()) => {
                let path = path.display().to_string();
                print(&ReportLabel::Written { path }.text(lang))
            }
            Err(text) => {
                tell(&Label::ErrorLine { text: text.text(lang) }.text(lang));
                false
            }
        },
    };
    Ok(if printed { code } else { exit::COULD_NOT_RUN })
}

/// A report with the exit code that it stands for, or why there is none.
type Made = Result<(String, u8), ReportLabel>;

fn of_run(args: &ReportArgs, file: &Path, lang: Lang) -> Result<Made, EngineError> {
    let mut record = records::run(file)?.record;
    let mut code = exit::PASS;
    if let Some(path) = &args.criteria {
        let criteria = criteria::load(Some(path), &record.scenario.name)?;
        record = judged_again(record, &criteria, &path.display().to_string());
        code = exit::of(record.verdict);
    }
    let text = match args.format {
        ReportFormat::Html => html::run(&record, lang),
        ReportFormat::Text => text::summary(&record, on(args, lang)) + &result_line(file, lang),
        ReportFormat::Json => json(&record),
        ReportFormat::Markdown => markdown::run(&record, lang),
        ReportFormat::Junit => junit::run(&record, lang),
        ReportFormat::Csv => series_csv::series(&record),
    };
    Ok(Ok((text, code)))
}

fn of_set(args: &ReportArgs, file: &Path, lang: Lang) -> Result<Made, EngineError> {
    let set = records::set(file)?;
    let what = match (&args.criteria, args.format) {
        (Some(_), _) => Some("--criteria".to_owned()),
        (_, ReportFormat::Csv) => Some(["--format", "csv"].join(" ")),
        _ => None,
    };
    if let Some(what) = what {
        return Ok(Err(ReportLabel::RunsOnly { what }));
    }
    let text = match args.format {
        ReportFormat::Json => json(&set),
        ReportFormat::Text => {
            // Only the server is taken of it, which the text can do without.
            let folder = file.parent().unwrap_or(Path::new(""));
            let first = set.members.iter().find_map(|m| records::run(&folder.join(&m.path)).ok());
            let first = first.as_ref().map(|read| &read.record);
            sets::summary(&set, first, on(args, lang)) + &result_line(file, lang)
        }
        ReportFormat::Markdown => markdown::set(&set, lang),
        ReportFormat::Junit => junit::set(&set, lang),
        ReportFormat::Html | ReportFormat::Csv => html::set(&set, lang),
    };
    Ok(Ok((text, exit::PASS)))
}

/// What the text is written for: a file is as wide as any terminal.
fn on(args: &ReportArgs, lang: Lang) -> Terminal {
    if args.output.is_none() { super::terminal(lang) } else { lang.into() }
}

/// A record as it is read. What is in a record can be written.
fn json(record: &impl Serialize) -> String {
    serde_json::to_string_pretty(record).unwrap_or_default() + "\n"
}

/// The last line of what a command prints.
fn result_line(file: &Path, lang: Lang) -> String {
    Label::ResultLine { path: file.display().to_string() }.text(lang) + "\n"
}

/// The record that is meant: a file, or what lies in a folder.
fn record_of(given: &Path) -> PathBuf {
    let set = given.join(SET_FILE);
    match given.is_dir() {
        true if set.is_file() => set,
        true => given.join("run.json"),
        false => given.to_owned(),
    }
}

/// Writes the pages of a set's runs, and its own.
pub(super) fn beside_set(finished: &FinishedSet, lang: Lang) {
    for member in &finished.set.members {
        let done = finished.done.iter().find(|done| done.record.run_id == member.run_id);
        let file = finished.path.join(&member.path);
        if let (Some(done), Some(folder)) = (done, file.parent()) {
            beside(folder, &done.record, lang);
        }
    }
    of_set_beside(&finished.path, &finished.set, lang);
}

/// Writes the page of a set alone into its folder.
pub(super) fn of_set_beside(folder: &Path, set: &Set, lang: Lang) {
    warn(write(&folder.join(PAGE), &html::set(set, lang)), lang);
}

/// Writes the page of a run into its folder. A run isn't worth less without
/// it, so that it can't be written is only told.
pub(super) fn beside(folder: &Path, record: &RunRecord, lang: Lang) {
    warn(write(&folder.join(PAGE), &html::run(record, lang)), lang);
}

fn warn(written: Result<(), ReportLabel>, lang: Lang) {
    if let Err(text) = written {
        tell(&Label::WarningLine { text: text.text(lang) }.text(lang));
    }
}

/// Writes a file whole or not at all, since a reader may have the old one
/// open; for its owner alone, as the record is.
pub(super) fn write(path: &Path, text: &str) -> Result<(), ReportLabel> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".tmp");
    let temporary = path.with_file_name(name);
    let write = || -> std::io::Result<()> {
        let mut options = OpenOptions::new();
        let mut file =
            options.write(true).create(true).truncate(true).mode(0o600).open(&temporary)?;
        file.write_all(text.as_bytes())?;
        std::fs::rename(&temporary, path)
    };
    let written = write();
    written.map_err(|error| {
        let (path, detail) = (path.display().to_string(), error.to_string());
        ReportLabel::Unwritten { path, detail }
    })
}
