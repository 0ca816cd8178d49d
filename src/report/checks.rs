//! The preflight's checks for people: all of them as a list, and for a run's
//! summary those that its reader must know of.

use super::lines::address;
use super::terminal::Terminal;
use super::wrap::wrapped;
use crate::message::label::Label;
use crate::message::{Lang, Localized};
use crate::model::record::Server;
use crate::model::{Check, Outcome};
use std::fmt::Write;

/// What only decides which statistics there are; folded into one line of a summary.
const OF_THE_SAMPLER: [&str; 9] = [
    "monitor_privilege",
    "track_io_timing",
    "track_wal_io_timing",
    "track_counts",
    "track_activities",
    "log_checkpoints",
    "compute_query_id",
    "pg_stat_statements",
    "sampler_settings",
];

/// The list: the gravest first, each check's sentence within the width.
pub fn list(checks: &[Check], server: Option<&Server>, on: impl Into<Terminal>) -> String {
    let Terminal { lang, columns } = on.into();
    let mut text = String::new();
    // Writing to a String can't fail.
    if let Some(server) = server {
        let (version, address) = (server.version.clone(), address(&server.address, lang));
        for line in wrapped(&Label::TargetServer { version, address }.text(lang), columns, 0) {
            let _ = writeln!(text, "{line}");
        }
    }
    let indent = checks.iter().map(|check| check.id.len()).max().unwrap_or(0) + 4;
    for outcome in Outcome::ALL {
        let mut of_it = checks.iter().filter(|check| check.outcome == outcome).peekable();
        if of_it.peek().is_some() {
            let _ = writeln!(text, "\n{}", outcome.text(lang));
        }
        for check in of_it {
            let mut head = format!("  {}", check.id);
            for line in wrapped(&check.note.text(lang), columns - indent, 0) {
                let _ = writeln!(text, "{head:indent$}{line}");
                head.clear();
            }
        }
    }
    let count = |outcome| checks.iter().filter(|check| check.outcome == outcome).count();
    let counts = Label::CheckCounts {
        blocking: count(Outcome::Blocking),
        warning: count(Outcome::Warning),
        unknown: count(Outcome::Unknown),
        ok: count(Outcome::Ok),
    };
    let end = match count(Outcome::Blocking) {
        0 => Label::MayBegin {},
        _ => Label::MayNotBegin {},
    };
    let _ = writeln!(text, "\n{}: {}", end.text(lang), counts.text(lang));
    text
}

/// The lines of a run's summary: warnings, and what could not be seen.
pub(super) fn lines(checks: &[Check], is_private: bool, lang: Lang) -> Vec<String> {
    let is_told = |check: &&Check| matches!(check.outcome, Outcome::Warning | Outcome::Unknown);
    let (blind, others): (Vec<_>, Vec<_>) = checks
        .iter()
        .filter(is_told)
        .partition(|check| OF_THE_SAMPLER.contains(&check.id.as_str()));
    let mut lines: Vec<String> = others
        .into_iter()
        .map(|check| {
            let (outcome, text) = (check.outcome.text(lang), check.note.text(lang));
            Label::CheckLine { outcome, text }.text(lang)
        })
        .collect();
    // The private server's settings are the stock ones, on purpose.
    if !blind.is_empty() && !is_private {
        let ids: Vec<&str> = blind.iter().map(|check| check.id.as_str()).collect();
        let text = Label::SamplerBlind { checks: ids.join(", ") }.text(lang);
        lines.push(Label::NoteLine { text }.text(lang));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::observed::{Sampler, Serving, Storage};
    use crate::model::size::Bytes;

    fn checks() -> Vec<Check> {
        let slot =
            Storage::SlotAbandoned { slot: "cdc".into(), kept_bytes: Bytes(3 << 30), abandoned: 1 };
        vec![
            Check::ok("recovery", Serving::Primary {}),
            Check::blocking(
                "create_privilege",
                Serving::MayNotCreate { role: "app".into(), database: "shop".into() },
            ),
            Check::warning("replication_slots", slot),
            Check::warning("track_io_timing", Sampler::IoTimesMissing {}),
            Check::unknown("disk", Storage::DiskUnseen { write_bytes: Bytes(200 << 20) }),
        ]
    }

    #[test]
    fn the_list_begins_with_what_blocks_and_fits_eighty_columns() {
        for (lang, first, last) in [
            (Lang::En, "blocking", "a run may not begin: 1 blocking, 2 warnings, 1 unknown, 1 ok"),
            (Lang::Vi, "chặn", "không thể bắt đầu chạy: 1 chặn, 2 cảnh báo, 1 không rõ, 1 ổn"),
        ] {
            let text = list(&checks(), None, lang);
            assert_eq!(text.trim_start().lines().next(), Some(first));
            assert_eq!(text.lines().last(), Some(last));
            let widest = text.lines().map(|line| line.chars().count()).max();
            assert!(widest <= Some(80), "{text}");
        }
        let good = list(&checks()[..1], None, Lang::En);
        assert!(good.ends_with("a run may begin: 0 blocking, 0 warnings, 0 unknown, 1 ok\n"));
    }

    #[test]
    fn a_summary_has_the_warnings_and_folds_the_samplers() {
        let lines = lines(&checks(), false, Lang::En);
        assert_eq!(lines.len(), 3, "{lines:?}");
        assert!(lines[0].starts_with("warning: replication slots without a consumer: 1; \"cdc\""));
        assert!(lines[1].starts_with("unknown: the server's disk"));
        assert!(lines[2].contains("(track_io_timing)"));
        assert_eq!(super::lines(&checks(), true, Lang::En).len(), 2);
    }
}
