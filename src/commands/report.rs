//! `pgvalidate report`, and the page that each run leaves beside its record.

use super::{print, tell};
use crate::cli::{ReportArgs, ReportFormat, exit};
use crate::engine::EngineError;
use crate::engine::records;
use crate::engine::set::{FinishedSet, SET_FILE};
use crate::message::label::Label;
use crate::message::report_label::ReportLabel;
use crate::message::{Lang, Localized};
use crate::model::RunRecord;
use crate::report::html;
use std::path::{Path, PathBuf};

/// The page beside a run's record.
const PAGE: &str = "report.html";

/// The kind of set that has a page of its own.
const SIGNOFF: &str = "signoff";

/// Renders a finished run, or a sign-off.
///
/// # Errors
/// Where it can't be read.
pub fn run(args: &ReportArgs, lang: Lang) -> Result<u8, EngineError> {
    let file = record_of(&args.run);
    let text = match (args.format, file.file_name().is_some_and(|name| name == SET_FILE)) {
        (ReportFormat::Html, false) => html::run(&records::run(&file)?.record, lang),
        (ReportFormat::Html, true) => match records::set(&file)? {
            set if set.kind == SIGNOFF => html::signoff(&set, lang),
            set => {
                let text = ReportLabel::NoPage { kind: set.kind }.text(lang);
                tell(&Label::ErrorLine { text }.text(lang));
                return Ok(exit::USAGE);
            }
        },
    };
    let beside = || file.with_file_name(PAGE);
    let path = args.output.clone().unwrap_or_else(beside);
    let printed = match path.as_os_str() == "-" {
        true => print(&text),
        false => match write(&path, &text) {
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
    Ok(if printed { exit::PASS } else { exit::COULD_NOT_RUN })
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

/// Writes the pages of a set's runs, and its own where it has one.
pub(super) fn beside_set(finished: &FinishedSet, lang: Lang) {
    for member in &finished.set.members {
        let done = finished.done.iter().find(|done| done.record.run_id == member.run_id);
        let file = finished.path.join(&member.path);
        if let (Some(done), Some(folder)) = (done, file.parent()) {
            beside(folder, &done.record, lang);
        }
    }
    if finished.set.kind == SIGNOFF {
        warn(write(&finished.path.join(PAGE), &html::signoff(&finished.set, lang)), lang);
    }
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

/// Writes a file whole or not at all: a reader may have the old one open.
fn write(path: &Path, text: &str) -> Result<(), ReportLabel> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".tmp");
    let temporary = path.with_file_name(name);
    let written = std::fs::write(&temporary, text).and_then(|()| std::fs::rename(&temporary, path));
    written.map_err(|error| {
        let (path, detail) = (path.display().to_string(), error.to_string());
        ReportLabel::Unwritten { path, detail }
    })
}
