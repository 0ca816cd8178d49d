//! `pgvalidate tune`

use super::{print, recommended, tell};
use crate::cli::{Format, TuneArgs, exit};
use crate::engine::finished::{self, RecordError};
use crate::judge::advise::{Given, advise};
use crate::message::label::Label;
use crate::message::{Lang, Localized};
use crate::report::advice_text;

/// Advises on a finished run. The exit code.
pub fn run(args: &TuneArgs, lang: Lang) -> u8 {
    match finished::read(&args.run) {
        Ok(run) => show(args, &run, lang),
        Err(error) => refuse(&error, lang),
    }
}

fn show(args: &TuneArgs, run: &finished::FinishedRun, lang: Lang) -> u8 {
    let said = advise(&run.record, &given(args));
    let files = recommended::write(&run.folder, &run.record, &said, lang);
    let text = match args.format {
        Format::Json => serde_json::to_string_pretty(&said).unwrap_or_default(),
        Format::Text => {
            let text = advice_text::full(&run.record, &said, lang);
            format!("{text}{}", files.unwrap_or_default())
        }
    };
    if print(&text) { exit::PASS } else { exit::COULD_NOT_RUN }
}

fn given(args: &TuneArgs) -> Given {
    Given {
        ram_bytes: args.ram.map(|size| size.0),
        wal_disk_bytes: args.wal_disk.map(|size| size.0),
        recovery_s: args.recovery.map(|time| time.as_secs_f64()),
    }
}

fn refuse(error: &RecordError, lang: Lang) -> u8 {
    tell(&Label::ErrorLine { text: error.text(lang) }.text(lang));
    exit::USAGE
}
