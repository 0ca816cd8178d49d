//! All results as a page: how runs of the same load on the same server came out
//! one after the other, and a list that leads to the page of each.

use super::chart::{Axis, Chart, Series, Upright};
use super::first::class;
use super::page::{Page, Section};
use super::table::{Table, cell};
use super::words::{Both, say};
use crate::message::label::Label;
use crate::message::page_label::PageLabel;
use crate::message::report_label::ReportLabel;
use crate::message::{Lang, Localized};
use crate::report::listed::Listed;
use crate::report::number::Numbers;
use crate::report::shown::shown;
use maud::{Markup, html};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// At most so many places of the level axis are labelled.
const TICKS: usize = 8;

/// The page of all results, which are in the order of their times; it opens in `lang`.
pub fn index(all: &[Listed], lang: Lang) -> String {
    let mut groups: BTreeMap<(&[String; 2], &[String; 2]), Vec<&Listed>> = BTreeMap::new();
    for one in all {
        if let (Some(what), Some(server)) = (&one.what, &one.server) {
            groups.entry((what, server)).or_default().push(one);
        }
    }
    // A single run has no trend.
    groups.retain(|_, runs| runs.len() > 1);
    let groups: Vec<_> = groups.iter().enumerate().map(Group::new).collect();
    let trends = html! {
        @for group in &groups {
            h3 { (both(group.what)) }
            p.dim { (both(group.server)) }
            @for chart in &group.charts { (chart.figure(&[])) }
        }
    };
    let charts = groups.iter().flat_map(|group| &group.charts);
    let data: Map<String, Value> = charts.filter_map(Chart::data).collect();
    let title = say(&ReportLabel::IndexTitle {});
    let page = Page {
        header: html! { header { h1 { (title) } } },
        title,
        first: html! {},
        sections: vec![
            Section::new("trends", PageLabel::TrendsHead {}, trends),
            Section::new("all", PageLabel::AllResultsHead {}, table(all)),
        ],
        closing: html! { p.dim { (say(&ReportLabel::IndexClosing {})) } },
        data: Value::Object(data),
    };
    page.html(lang)
}

/// Runs of the same load on the same server.
struct Group<'a> {
    what: &'a [String; 2],
    server: &'a [String; 2],
    charts: [Chart; 2],
}

type Same<'a> = (&'a [String; 2], &'a [String; 2]);

impl<'a> Group<'a> {
    fn new((no, (of, runs)): (usize, (&Same<'a>, &Vec<&Listed>))) -> Group<'a> {
        let (rows, p99) = (PageLabel::RowsPerSecond {}, PageLabel::ResponseP99Ms {});
        let charts = [
            chart(format!("rows-{no}"), no, rows, runs, |run| run.rows_per_s),
            chart(format!("p99-{no}"), no, p99, runs, |run| run.p99_ms),
        ];
        Group { what: of.0, server: of.1, charts }
    }
}

/// One number of the runs of group number `no`, run by run.
fn chart(
    id: String,
    no: usize,
    name: PageLabel,
    runs: &[&Listed],
    pick: impl Fn(&Listed) -> Option<f64>,
) -> Chart {
    let values: Vec<Option<f64>> = runs.iter().map(|run| pick(run)).collect();
    let seen: Vec<f64> = values.iter().copied().flatten().collect();
    let least = seen.iter().copied().fold(f64::INFINITY, f64::min);
    let most = seen.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let summary = Both::of(|lang| {
        let n = Numbers(lang);
        let (first, last) = match (seen.first(), seen.last()) {
            (Some(first), Some(last)) => (n.plain(*first), n.plain(*last)),
            _ => return String::new(),
        };
        let (least, most, runs) = (n.plain(least), n.plain(most), seen.len());
        ReportLabel::TrendSummary { runs, first, last, least, most }.text(lang)
    });
    let step = runs.len().div_ceil(TICKS);
    let day = |run: &Listed| run.started_at.chars().take(10).collect::<String>();
    let ticks = runs.iter().enumerate().step_by(step);
    Chart {
        id: id.into(),
        caption: say(&name),
        summary,
        x: Axis {
            // Those of a group share a cursor, and no others.
            kind: format!("runs-{no}").into(),
            // With room for the labels of the first and the last.
            range: -0.5..runs.len() as f64 - 0.5,
            at: (0..runs.len()).map(|at| at as f64).collect(),
            names: runs.iter().map(|run| shown(&run.folder)).collect(),
            ticks: ticks.map(|(at, run)| (at as f64, Both::same(&day(run)))).collect(),
        },
        y: Upright::FromZero,
        series: vec![Series::line(say(&name), values)],
        is_stacked: false,
        spans: Vec::new(),
        x_name: say(&ReportLabel::RunByRun {}),
    }
}

fn table(all: &[Listed]) -> Markup {
    let mut table = Table::new(&PageLabel::AllResultsHead {}, &ReportLabel::FolderHead {});
    table.text(ReportLabel::BeganHead {}).text(ReportLabel::KindHead {});
    table.text(Label::VerdictHead {}).number(PageLabel::RowsPerSecond {});
    table.number(PageLabel::ResponseP99Ms {});
    for one in all.iter().rev() {
        let number = |at: usize| cell(&Both::of(|lang| one.numbers(lang)[at].clone()));
        let verdict = Both::of(|lang| one.verdict_text(lang));
        let first = html! {
            @if one.has_page { a href=(link(&one.folder)) { (one.folder) } } @else { (one.folder) }
        };
        table.row(
            first,
            [
                cell(&Both::same(&one.started_at)),
                cell(&Both::same(&one.kind)),
                html! { span class={"badge " (class(one.verdict))} { (verdict) } },
                number(0),
                number(1),
            ],
        );
    }
    table.markup()
}

/// The page in a folder beside this one. Whatever the folder is called, it is
/// no scheme and no other place.
fn link(folder: &str) -> String {
    let mut link = String::from("./");
    for byte in folder.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                link.push(char::from(byte));
            }
            _ => link.push_str(&format!("%{byte:02X}")),
        }
    }
    link + "/report.html"
}

fn both([en, vi]: &[String; 2]) -> Both {
    Both { en: en.clone(), vi: vi.clone() }
}

#[cfg(test)]
mod tests {
    use super::link;

    #[test]
    fn a_folder_is_a_folder_whatever_it_is_called() {
        assert_eq!(link("20260101T090000Z-soak-1b"), "./20260101T090000Z-soak-1b/report.html");
        assert_eq!(link("javascript:x"), "./javascript%3Ax/report.html");
        assert_eq!(link("a b/\"é"), "./a%20b%2F%22%C3%A9/report.html");
    }
}
