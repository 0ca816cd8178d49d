//! `pgvalidate results`: what lies in a folder of results, and a page of it.

use super::report::{PAGE, write};
use super::{print, tell};
use crate::cli::{Format, ResultsArgs, exit};
use crate::engine::EngineError;
use crate::engine::records::{self, RecordsError};
use crate::engine::set::SET_FILE;
use crate::message::label::Label;
use crate::message::report_label::ReportLabel;
use crate::message::{Lang, Localized};
use crate::report::html;
use crate::report::listed::{self, Listed};
use std::path::{Path, PathBuf};

/// The page of all results.
const INDEX: &str = "index.html";

/// Lists the results and writes their page. What can't be read is named.
///
/// # Errors
/// Where the folder itself can't be read.
pub fn run(args: &ResultsArgs, lang: Lang) -> Result<u8, EngineError> {
    let mut all = Vec::new();
    for folder in folders(&args.dir)? {
        match read(&folder) {
            Ok(Some(one)) => all.push(one),
            Ok(None) => {
                let path = folder.display().to_string();
                warn(&ReportLabel::NoRecord { path }, lang);
            }
            Err(error) => warn(&error, lang),
        }
    }
    all.sort_by(|a, b| (&a.started_at, &a.folder).cmp(&(&b.started_at, &b.folder)));
    let path = args.dir.join(INDEX);
    let (line, error) = match all.is_empty() {
        true => (ReportLabel::NoResults {}, None),
        false => {
            let written = ours(&path).and_then(|()| write(&path, &html::index(&all, lang)));
            (ReportLabel::Written { path: path.display().to_string() }, written.err())
        }
    };
    let printed = match args.format {
        Format::Json => print(&serde_json::to_string_pretty(&all).unwrap_or_default()),
        Format::Text => {
            let line = if error.is_none() { line.text(lang) } else { String::new() };
            print(&format!("{}{line}", listed::list(&all, super::terminal(lang))))
        }
    };
    if let Some(error) = &error {
        tell(&Label::ErrorLine { text: error.text(lang) }.text(lang));
    }
    Ok(if printed && error.is_none() { exit::PASS } else { exit::COULD_NOT_RUN })
}

/// Refuses to write over a page of somebody else's.
fn ours(path: &Path) -> Result<(), ReportLabel> {
    let name = path.display().to_string();
    match std::fs::read_to_string(path) {
        Ok(text) if html::is_ours(&text) => Ok(()),
        Ok(_) => Err(ReportLabel::ForeignPage { path: name }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(ReportLabel::Unwritten { path: name, detail: error.to_string() }),
    }
}

/// The folders of a folder, in the order of their names.
fn folders(dir: &Path) -> Result<Vec<PathBuf>, RecordsError> {
    let unreadable = |error: std::io::Error| RecordsError::Unreadable {
        path: dir.display().to_string(),
        detail: error.to_string(),
    };
    let entries = std::fs::read_dir(dir).map_err(unreadable)?;
    let mut all: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    all.retain(|path| path.is_dir());
    all.sort_unstable();
    Ok(all)
}

/// The result in a folder; None where there is no record.
fn read(folder: &Path) -> Result<Option<Listed>, RecordsError> {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let has_page = folder.join(PAGE).is_file();
    let [set, run] = [SET_FILE, "run.json"].map(|file| folder.join(file));
    // One that is there and can't be read is an error, and not absent.
    if set.symlink_metadata().is_ok() {
        return Ok(Some(Listed::set(&name, &records::set(&set)?, has_page)));
    }
    match run.symlink_metadata() {
        Ok(_) => Ok(Some(Listed::run(&name, &records::run(&run)?.record, has_page))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(RecordsError::Unreadable {
            path: run.display().to_string(),
            detail: error.to_string(),
        }),
    }
}

fn warn(text: &impl Localized, lang: Lang) {
    tell(&Label::WarningLine { text: text.text(lang) }.text(lang));
}
