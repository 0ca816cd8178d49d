//! `pgvalidate report`, and the page that each run leaves beside its record.

use super::{print, tell};
use crate::cli::{ReportArgs, ReportFormat, exit};
use crate::engine::EngineError;
use crate::engine::records;
use crate::message::label::Label;
use crate::message::report_label::ReportLabel;
use crate::message::{Lang, Localized};
use crate::model::RunRecord;
use crate::report::html;
use std::path::Path;

/// The page beside a run's record.
const PAGE: &str = "report.html";

/// Renders a finished run.
///
/// # Errors
/// Where it can't be read.
pub fn run(args: &ReportArgs, lang: Lang) -> Result<u8, EngineError> {
    let is_folder = args.run.is_dir();
    let file = if is_folder { args.run.join("run.json") } else { args.run.clone() };
    let read = records::run(&file)?;
    let text = match args.format {
        ReportFormat::Html => html::run(&read.record, lang),
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

/// Writes the page of a run into its folder. A run isn't worth less without
/// it, so that it can't be written is only told.
pub(super) fn beside(folder: &Path, record: &RunRecord, lang: Lang) {
    if let Err(text) = write(&folder.join(PAGE), &html::run(record, lang)) {
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
