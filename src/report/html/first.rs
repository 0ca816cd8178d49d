//! The first screen: what was run, the verdict and why, five numbers, the criteria.

use super::table::{Table, cell};
use super::words::{Both, number, say, seen};
use crate::message::label::{Label, criterion_name};
use crate::message::page_label::PageLabel;
use crate::message::{Lang, Localized};
use crate::model::record::RunRecord;
use crate::model::{CriterionResult, Verdict};
use crate::report::five::five;
use crate::report::lines::address;
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
    let word = say(&record.verdict);
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
    let each = five(record, Lang::En).into_iter().zip(five(record, Lang::Vi));
    html! {
        dl.five {
            @for (en, vi) in each {
                div {
                    dt { (say(&en.name)) }
                    dd.big { (match (en.value, vi.value) {
                        (Some(en), Some(vi)) => Both { en, vi },
                        _ => say(&Label::NotSeen {}),
                    }) }
                    @if let (Some(en), Some(vi)) = (en.more, vi.more) {
                        dd.more { (Both { en, vi }) }
                    }
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
