//! Recommendations: what to change, the numbers that say so, and what came of
//! measuring it again.

use super::comparison::metrics;
use super::table::{Table, cell};
use super::words::{Both, say};
use crate::message::Localized;
use crate::message::advice_label::{AdviceLabel, evidence_name};
use crate::message::label::Label;
use crate::message::page_label::PageLabel;
use crate::model::advice::{Advice, Evidence, Recommendation, Verified};
use crate::report::advice_text::{changes, quantity};
use maud::{Markup, html};

/// What is told in full, in this order.
const IN_FULL: [Advice; 5] =
    [Advice::Critical, Advice::Proposed, Advice::Trial, Advice::Option, Advice::Report];

/// All that the rules say; a line where they weren't asked.
pub(super) fn section(said: &[Recommendation]) -> Markup {
    if said.is_empty() {
        return html! { p { (say(&PageLabel::NoRulesAsked {})) } };
    }
    let of = |outcome: Advice| said.iter().filter(move |one| one.outcome == outcome);
    let proposes = of(Advice::Critical).chain(of(Advice::Proposed)).next().is_some();
    html! {
        @if !proposes { p { (say(&AdviceLabel::NothingProposed {})) } }
        (overview(of(Advice::Critical).chain(of(Advice::Proposed))))
        @for one in IN_FULL.into_iter().flat_map(of) { (in_full(one)) }
        (rest(&PageLabel::SettledSummary { count: of(Advice::Settled).count() }, of(Advice::Settled)))
        (rest(
            &PageLabel::LackingSummary { count: of(Advice::NotEnoughEvidence).count() },
            of(Advice::NotEnoughEvidence),
        ))
    }
}

/// What is to be changed, at a glance.
fn overview<'a>(all: impl Iterator<Item = &'a Recommendation>) -> Markup {
    let mut table = Table::new(&PageLabel::ChangesTable {}, &PageLabel::SettingHead {});
    table.text(PageLabel::NowHead {}).text(PageLabel::ProposedHead {});
    table.text(PageLabel::AppliesHead {}).text(PageLabel::RiskHead {});
    for (one, proposal) in all.flat_map(|one| one.settings.iter().map(move |p| (one, p))) {
        let Some(proposed) = &proposal.proposed else { continue };
        let now = match &proposal.current {
            Some(current) => html! { code { (current) } },
            None => cell(&say(&Label::NotSeen {})),
        };
        let cells = [
            now,
            html! { strong { code { (proposed) } } },
            cell(&say(&one.applies)),
            cell(&say(&one.risk)),
        ];
        table.row(html! { code { (proposal.name) } }, cells);
    }
    table.markup()
}

fn in_full(one: &Recommendation) -> Markup {
    let class = match one.outcome {
        Advice::Critical => "bad",
        Advice::Proposed => "change",
        _ => "none",
    };
    html! {
        article class={"advice " (class)} {
            h3 {
                span class={"badge " (class)} { (say(&one.outcome)) } ": "
                (Both::of(|lang| changes(one, lang).replace(" -> ", " \u{2192} ")))
            }
            @if !one.notes.is_empty() {
                ul { @for note in &one.notes { li { (say(note)) } } }
            }
            (evidence(&one.evidence))
            @if one.outcome != Advice::Report {
                p.dim { (Both::of(|lang| {
                    let (applies, risk) = (one.applies.text(lang), one.risk.text(lang));
                    let confidence = one.confidence.text(lang);
                    AdviceLabel::TermsLine { applies, risk, confidence }.text(lang)
                })) }
            }
            @if let Some(verified) = &one.verified { (measured(verified)) }
            p.dim { (say(&AdviceLabel::SourceLine { source: one.source.clone() })) }
        }
    }
}

fn evidence(all: &[Evidence]) -> Markup {
    let mut table = Table::new(&PageLabel::EvidenceHead {}, &PageLabel::NumberOfRun {});
    table.number(Label::ObservedHead {}).number(PageLabel::ThresholdHead {});
    for one in all {
        let value = match one.value {
            Some(value) => Both::of(|lang| quantity(&one.id, value, lang)),
            None => say(&Label::NotSeen {}),
        };
        let threshold = match (one.is, one.threshold) {
            (Some(is), Some(limit)) => {
                Both::of(|lang| format!("{} {}", is.sign(), quantity(&one.id, limit, lang)))
            }
            _ => Both::same("\u{2013}"),
        };
        let name = Both::of(|lang| evidence_name(&one.id, lang));
        table.row(cell(&name), [cell(&value), cell(&threshold)]);
    }
    table.markup()
}

/// Before and after.
fn measured(verified: &Verified) -> Markup {
    let heads = [say(&PageLabel::BeforeHead {}), say(&PageLabel::AfterHead {})];
    html! {
        p { strong { (say(&verified.outcome)) } }
        (metrics(say(&PageLabel::MeasuredTable {}), heads, &verified.compared))
        @if !verified.notes.is_empty() {
            ul { @for note in &verified.notes { li { (say(note)) } } }
        }
    }
}

/// Rules that ask for nothing, folded.
fn rest<'a>(summary: &PageLabel, of: impl Iterator<Item = &'a Recommendation>) -> Markup {
    let mut table = Table::new(&PageLabel::RulesTable {}, &PageLabel::RuleHead {});
    table.text(PageLabel::NowHead {}).text(PageLabel::WhyHead {});
    let mut is_empty = true;
    for one in of {
        is_empty = false;
        let now = Both::of(|lang| changes(one, lang));
        let why: Vec<Both> = one.notes.iter().map(say).collect();
        table.row(html! { code { (one.rule) } }, [cell(&now), cell(&Both::join(&why, "; "))]);
    }
    html! {
        @if !is_empty { details { summary { (say(summary)) } (table.markup()) } }
    }
}
