//! The first screen: what was run, the verdict and why, five numbers, the criteria.

use super::table::{Table, cell};
use super::words::{Both, number, say, seen};
use crate::message::label::{Label, criterion_name};
use crate::message::page_label::PageLabel;
use crate::message::{Lang, Localized};
use crate::model::record::RunRecord;
use crate::model::{CriterionResult, Verdict};
use crate::report::lines::address;
use crate::report::number::{Numbers, percent};
use crate::report::text;
use maud::{Markup, html};

/// The title line of the summary, which says what was run.
pub(super) fn title(record: &RunRecord) -> Both {
    Both::of(|lang| text::title(record, lang))
}

/// Title, server, time.
pub(super) fn head(record: &RunRecord) -> Markup {
    html! {
        header {
            h1 { (title(record)) }
            p.where {
                @if let Some(server) = &record.server {
                    @let version = server.version.clone();
                    (match server.private {
                        true => say(&Label::PrivateServer { version }),
                        false => Both::of(|lang| {
                            let address = address(&server.address, lang);
                            Label::TargetServer { version: version.clone(), address }.text(lang)
                        }),
                    })
                    " · "
                }
                time datetime=(record.started_at) { (record.started_at) }
                " · " (say(&PageLabel::RunId {})) " " code { (record.run_id) }
            }
        }
    }
}

/// The verdict with what it comes from.
pub(super) fn verdict(record: &RunRecord) -> Markup {
    let class = class(record.verdict);
    let word = record.verdict.map_or_else(|| say(&PageLabel::NotJudged {}), |v| say(&v));
    let named = |verdict: Verdict| {
        let of_it: Vec<_> = record.criteria.iter().filter(|c| c.verdict == verdict).collect();
        let names =
            |lang| of_it.iter().map(|c| criterion_name(&c.id, lang)).collect::<Vec<_>>().join("; ");
        (!of_it.is_empty()).then(|| match verdict {
            Verdict::Fail => Both::of(|lang| Label::FailedLine { names: names(lang) }.text(lang)),
            _ => Both::of(|lang| Label::InconclusiveLine { names: names(lang) }.text(lang)),
        })
    };
    let held = record.criteria.iter().filter(|c| c.verdict == Verdict::Pass).count();
    let judged = record.criteria.iter().filter(|c| c.verdict != Verdict::NotApplicable).count();
    let is_unsafe = record.server.as_ref().is_some_and(|server| !server.durable);
    html! {
        section id="verdict" aria-labelledby="verdict-head" {
            div class={"verdict " (class)} {
                h2 id="verdict-head" {
                    span.what { (say(&PageLabel::Verdict {})) } " " strong { (word) }
                }
                ul {
                    @if judged > 0 { li { (say(&PageLabel::CriteriaHeld { held, judged })) } }
                    @if is_unsafe { li { (say(&Label::NotDurable {})) } }
                    @for line in [named(Verdict::Fail), named(Verdict::Inconclusive)].iter().flatten() {
                        li { (line) }
                    }
                    @for note in &record.reasons { li { (say(note)) } }
                }
            }
            (numbers(record))
            (criteria(record))
        }
    }
}

/// The five numbers.
fn numbers(record: &RunRecord) -> Markup {
    let load = record.load.as_ref();
    let batch = record.latency.as_ref().and_then(|latencies| latencies.batch.as_ref());
    let wal = record.database.as_ref().and_then(|database| database.wal.as_ref());
    let damaged = record.verification.as_ref().map(|v| (v.lost + v.duplicated) as f64);
    let of_batches = load.map(|load| {
        let b = &load.batches;
        let (total, failed) = (b.total, b.failed);
        Both::of(|lang| {
            let total = Numbers(lang).whole(total);
            PageLabel::OfBatches { total, failed }.text(lang)
        })
    });
    let rows_found = record.verification.as_ref().map(|v| {
        Both::of(|lang| {
            let rows = Numbers(lang).whole(v.rows_found);
            PageLabel::OfRowsRead { rows }.text(lang)
        })
    });
    let in_seconds = load.map(|load| {
        Both::of(|lang| {
            let n = Numbers(lang);
            let (rows, seconds) = (n.whole(load.rows_acknowledged), n.short(load.elapsed_s));
            PageLabel::RowsInSeconds { rows, seconds }.text(lang)
        })
    });
    let p50 = batch.map(|batch| {
        Both::of(|lang| {
            let p50 = Numbers(lang).short(batch.response_ms.p50);
            PageLabel::MedianMs { p50 }.text(lang)
        })
    });
    let full_pages = wal
        .and_then(|wal| wal.full_page_share_at_most)
        .map(|share| say(&PageLabel::FullPagesAtMost { share: percent(share) }));
    let five = [
        (
            PageLabel::RowsPerSecond {},
            seen(load.map(|load| load.rows_per_s), |n, v| n.whole(v.round() as u64)),
            in_seconds,
        ),
        (
            PageLabel::BatchesStored {},
            seen(load.map(|load| load.batches.succeeded as f64), |n, v| n.plain(v)),
            of_batches,
        ),
        (
            PageLabel::ResponseP99Ms {},
            seen(batch.map(|batch| batch.response_ms.p99), |n, v| n.short(v)),
            p50,
        ),
        (PageLabel::LostOrDoubled {}, seen(damaged, |n, v| n.plain(v)), rows_found),
        (
            PageLabel::WalBytesPerRow {},
            seen(wal.and_then(|wal| wal.bytes_per_row), |n, v| n.whole(v.round() as u64)),
            full_pages,
        ),
    ];
    html! {
        dl.five {
            @for (name, value, more) in &five {
                div {
                    dt { (say(name)) }
                    dd.big { (value) }
                    @if let Some(more) = more { dd.more { (more) } }
                }
            }
        }
    }
}

/// The criteria that have a say, what is broken first; then the others by name.
fn criteria(record: &RunRecord) -> Markup {
    let mut table = Table::new(&PageLabel::CriteriaTable {}, &Label::CriterionHead {});
    table.text(Label::VerdictHead {}).number(Label::ObservedHead {}).number(Label::LimitHead {});
    let (mut judged, others): (Vec<&CriterionResult>, Vec<_>) =
        record.criteria.iter().partition(|c| c.verdict != Verdict::NotApplicable);
    judged.sort_by_key(|c| match c.verdict {
        Verdict::Fail => 0,
        Verdict::Pass => 2,
        _ => 1,
    });
    for c in judged {
        let limit = match c.limit {
            Some(limit) => number(|n| format!("{} {}", c.is.sign(), n.plain(limit))),
            None => say(&Label::NotSeen {}),
        };
        let name = Both::of(|lang| criterion_name(&c.id, lang));
        let why = matches!(c.verdict, Verdict::Inconclusive | Verdict::Invalid);
        let first = html! {
            (name) @if name.en != c.id { " " code.dim { (c.id) } }
            @if why { div.dim { (say(&c.reason)) } }
        };
        table.row(
            first,
            [
                html! { span class={"badge " (class(Some(c.verdict)))} { (say(&c.verdict)) } },
                cell(&seen(c.observed, |n, v| n.plain(v))),
                cell(&limit),
            ],
        );
    }
    let names = |lang: Lang| {
        others.iter().map(|c| criterion_name(&c.id, lang)).collect::<Vec<_>>().join("; ")
    };
    html! {
        div.criteria { (table.markup()) }
        @if !others.is_empty() {
            p.dim { (Both::of(|lang| Label::NotApplicableLine { names: names(lang) }.text(lang))) }
        }
    }
}

/// The class of a verdict.
pub(super) fn class(verdict: Option<Verdict>) -> &'static str {
    match verdict {
        Some(Verdict::Pass) => "good",
        Some(Verdict::Fail) => "bad",
        Some(Verdict::NotApplicable) => "none",
        _ => "open",
    }
}
