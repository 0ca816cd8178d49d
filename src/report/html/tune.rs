//! A tuning: what came of measuring the recommendations again, all of them
//! together, and what the rules say.

use super::advice;
use super::comparison::{changes, interval, metric, metrics, share};
use super::page::Section;
use super::set::Own;
use super::table::{Table, cell};
use super::words::{Both, say};
use crate::message::compare_label::CompareLabel;
use crate::message::page_label::PageLabel;
use crate::message::set_label::SetLabel;
use crate::message::set_page_label::SetPageLabel;
use crate::model::advice::{Recommendation, Verification, Verified};
use crate::model::set::Set;
use crate::report::advice_text::changes as changed_settings;
use maud::{Markup, html};

/// What a tuning has to show.
pub(super) fn own(set: &Set) -> Own {
    let verified: Vec<(&Recommendation, &Verified)> =
        set.recommendations.iter().filter_map(|one| Some((one, one.verified.as_ref()?))).collect();
    let dots = verified
        .iter()
        .filter_map(|(one, verified)| Some((Both::same(&one.rule), verified.compared.first()?)));
    let together = set.comparisons.first().map(|one| (Both::same(&one.other), one));
    let shown = html! {
        (changes(&SetPageLabel::ChangeDots {}, dots.chain(together)))
        (overview(&verified))
        (all_together(set))
    };
    let said = match set.recommendations.is_empty() {
        true => html! {},
        false => advice::section(&set.recommendations),
    };
    let runs = set.members.len();
    Own {
        sections: vec![
            Section::new("shown", SetPageLabel::VerifiedHead {}, shown),
            Section::new("advice", PageLabel::AdviceHead {}, said),
            Section::new("altered", SetPageLabel::AlteredHead {}, altered(set)),
        ],
        ..Own::titled(&SetLabel::SetTitle { kind: set.kind.clone(), runs })
    }
}

/// A row for each recommendation that was to be measured.
fn overview(all: &[(&Recommendation, &Verified)]) -> Markup {
    let mut table = Table::new(&SetPageLabel::VerifiedTable {}, &PageLabel::RuleHead {});
    table.text(PageLabel::ProposedHead {}).text(CompareLabel::OutcomeHead {});
    table.text(SetPageLabel::OfTheMetricHead {}).number(CompareLabel::ChangeHead {});
    table.number(CompareLabel::IntervalHead {});
    for (one, verified) in all {
        let first = verified.compared.first();
        let or_dash = |both: Option<Both>| cell(&both.unwrap_or_else(|| Both::same("–")));
        let cells = [
            cell(&Both::of(|lang| changed_settings(one, lang).replace(" -> ", " \u{2192} "))),
            html! {
                span class={"badge " (class(verified.outcome))} { (say(&verified.outcome)) }
                @for note in &verified.notes { div { (say(note)) } }
            },
            or_dash(first.map(metric)),
            or_dash(first.map(|first| share(first.change))),
            or_dash(first.map(interval)),
        ];
        table.row(html! { code { (one.rule) } }, cells);
    }
    table.markup()
}

fn class(outcome: Verification) -> &'static str {
    match outcome {
        Verification::Verified => "good",
        Verification::Regressed => "bad",
        Verification::NoEffect => "none",
        Verification::CouldNotTell | Verification::NotVerifiable => "open",
    }
}

/// Those that held, measured together.
fn all_together(set: &Set) -> Markup {
    let Some(first) = set.comparisons.first() else { return html! {} };
    let rules = first.other.clone();
    let heads = [say(&PageLabel::BeforeHead {}), say(&PageLabel::AfterHead {})];
    html! {
        (metrics(say(&SetPageLabel::TogetherTable { rules }), heads, &set.comparisons))
        @if !first.notes.is_empty() {
            ul { @for note in &first.notes { li { (say(note)) } } }
        }
    }
}

/// What was changed of a target for its runs.
fn altered(set: &Set) -> Markup {
    let mut table = Table::new(&SetPageLabel::AlteredTable {}, &PageLabel::SettingHead {});
    table.text(SetPageLabel::LabelHead {}).text(PageLabel::BeforeHead {});
    table.text(SetPageLabel::DuringHead {}).text(SetPageLabel::AtHead {});
    table.text(SetPageLabel::UndoneHead {});
    for one in &set.journal {
        let undone = match &one.undone_at {
            Some(at) => html! { (at) },
            None => html! { span.badge.bad { (say(&SetPageLabel::NotUndone {})) } },
        };
        let cells = [
            html! { (one.label) },
            html! { code { (one.before) } },
            html! { code { (one.during) } },
            html! { (one.at) },
            undone,
        ];
        table.row(html! { code { (one.setting) } }, cells);
    }
    table.markup()
}
