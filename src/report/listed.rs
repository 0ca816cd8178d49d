//! A result as one of many: what a list of them says of a run or a set.

use super::lines::{Summary, address, align_right, bare};
use super::number::Numbers;
use super::terminal::Terminal;
use super::text::title;
use crate::message::label::Label;
use crate::message::page_label::PageLabel;
use crate::message::report_label::ReportLabel;
use crate::message::{Lang, Localized};
use crate::model::set::Set;
use crate::model::{RunRecord, Verdict};
use serde::Serialize;

/// What stands where a set has no such number.
const NONE: &str = "-";

/// A result.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Listed {
    /// Its folder, within that of the results.
    pub folder: String,
    /// When it began, RFC 3339, UTC.
    pub started_at: String,
    /// The scenario of a run, the kind of a set.
    pub kind: String,
    /// What was run, with its load, in English and in Vietnamese; None for a set.
    #[serde(skip)]
    pub what: Option<[String; 2]>,
    /// Where it was run, in English and in Vietnamese. A private server is new
    /// each time, and the same one as long as its version is.
    #[serde(skip)]
    pub server: Option<[String; 2]>,
    /// What came of it.
    pub verdict: Option<Verdict>,
    /// `load.rows_per_s`
    pub rows_per_s: Option<f64>,
    /// `latency.batch.response_ms.p99`
    pub p99_ms: Option<f64>,
    /// Whether a page lies beside its record.
    #[serde(skip)]
    pub has_page: bool,
}

impl Listed {
    /// A run.
    pub fn run(folder: &str, record: &RunRecord, has_page: bool) -> Listed {
        let batch = record.latency.as_ref().and_then(|latencies| latencies.batch.as_ref());
        let server = record.server.as_ref().map(|server| {
            [Lang::En, Lang::Vi].map(|lang| {
                let version = server.version.clone();
                match server.private {
                    true => Label::PrivateServer { version }.text(lang),
                    false => {
                        let address = address(&server.address, lang);
                        Label::TargetServer { version, address }.text(lang)
                    }
                }
            })
        });
        Listed {
            folder: folder.to_owned(),
            started_at: record.started_at.clone(),
            kind: record.scenario.name.clone(),
            what: Some([Lang::En, Lang::Vi].map(|lang| title(record, lang))),
            server,
            verdict: record.verdict,
            rows_per_s: record.load.as_ref().map(|load| load.rows_per_s),
            p99_ms: batch.map(|batch| batch.response_ms.p99),
            has_page,
        }
    }

    /// A set: its runs are what has numbers.
    pub fn set(folder: &str, set: &Set, has_page: bool) -> Listed {
        Listed {
            folder: folder.to_owned(),
            started_at: set.started_at.clone(),
            kind: set.kind.clone(),
            what: None,
            server: None,
            verdict: set.verdict,
            rows_per_s: None,
            p99_ms: None,
            has_page,
        }
    }

    /// The verdict in words.
    pub fn verdict_text(&self, lang: Lang) -> String {
        self.verdict.text(lang)
    }

    /// Rows a second, and the p99 in milliseconds.
    pub fn numbers(&self, lang: Lang) -> [String; 2] {
        let n = Numbers(lang);
        let seen = |value: Option<f64>, write: &dyn Fn(f64) -> String| match value {
            Some(value) => write(value),
            None if self.what.is_none() => NONE.to_owned(),
            None => Label::NotSeen {}.text(lang),
        };
        [seen(self.rows_per_s, &|v| n.whole(v.round() as u64)), seen(self.p99_ms, &|v| n.short(v))]
    }
}

/// A list of results for a terminal. When one began stands in the name of
/// its folder.
pub fn list(all: &[Listed], on: impl Into<Terminal>) -> String {
    let mut out = Summary::new(on.into());
    let mut table = bare();
    table.set_header([
        ReportLabel::FolderHead {}.text(out.lang),
        ReportLabel::KindHead {}.text(out.lang),
        Label::VerdictHead {}.text(out.lang),
        PageLabel::RowsPerSecond {}.text(out.lang),
        "p99, ms".to_owned(),
    ]);
    for one in all {
        let [rows, p99] = one.numbers(out.lang);
        // A line end in a name would look like another result.
        let row = [one.folder.clone(), one.kind.clone(), one.verdict_text(out.lang), rows, p99];
        table.add_row(row.map(|cell| cell.split_whitespace().collect::<Vec<_>>().join(" ")));
    }
    align_right(&mut table, 3..5);
    out.table(&table);
    out.text
}
