//! Two groups of runs beside each other: a table of metrics, and the changes
//! with their intervals as a chart.

use super::dots::{Dot, Dots};
use super::table::{Table, cell};
use super::words::{Both, say, seen};
use crate::message::Localized;
use crate::message::compare_label::{CompareLabel, metric_name};
use crate::message::label::Label;
use crate::message::set_page_label::SetPageLabel;
use crate::model::comparison::{Change, Compared};
use crate::report::change;
use crate::report::number::Numbers;
use maud::{Markup, html};

/// Metrics of the same two groups, of which the first decides; `heads` are the
/// names of the groups.
pub(super) fn metrics(caption: Both, heads: [Both; 2], all: &[Compared]) -> Markup {
    let mut table = Table::captioned(caption, &CompareLabel::MetricHead {});
    let [base, other] = heads;
    table.head(base, true).head(other, true);
    table.number(CompareLabel::ChangeHead {}).number(CompareLabel::IntervalHead {});
    table.number(SetPageLabel::PHead {}).text(CompareLabel::OutcomeHead {});
    for one in all {
        let cells = [
            cell(&seen(one.base_median, change::median)),
            cell(&seen(one.other_median, change::median)),
            cell(&share(one.change)),
            cell(&interval(one)),
            cell(&chance(one)),
            outcome(one),
        ];
        table.row(cell(&metric(one)), cells);
    }
    table.markup()
}

/// What is compared.
pub(super) fn metric(one: &Compared) -> Both {
    Both::of(|lang| metric_name(&one.metric, lang))
}

/// How likely the difference is by chance.
pub(super) fn chance(one: &Compared) -> Both {
    seen(one.p, change::probability)
}

/// A share as a percentage with its sign.
pub(super) fn share(share: Option<f64>) -> Both {
    seen(share, change::share)
}

/// The interval of the change.
pub(super) fn interval(one: &Compared) -> Both {
    let unseen = |lang| Label::NotSeen {}.text(lang);
    Both::of(|lang| change::interval(Numbers(lang), one).unwrap_or_else(|| unseen(lang)))
}

/// What came of it; nothing where neither more nor less is better.
pub(super) fn outcome(one: &Compared) -> Markup {
    html! {
        @if one.more_is_better.is_some() {
            span class={"badge " (class(one.outcome))} { (say(&one.outcome)) }
        } @else { "–" }
    }
}

/// The class of what came of it.
pub(super) fn class(outcome: Change) -> &'static str {
    match outcome {
        Change::Better => "good",
        Change::Worse => "bad",
        Change::Same => "none",
        Change::Inconclusive => "open",
    }
}

/// Changes with their intervals, each with its name.
pub(super) fn changes<'a>(
    caption: &impl Localized,
    all: impl IntoIterator<Item = (Both, &'a Compared)>,
) -> Markup {
    let dot = |(name, one): (Both, &Compared)| {
        let bar = one.change_low.zip(one.change_high);
        Some(Dot {
            name,
            at: one.change? * 100.0,
            bar: bar.map(|(low, high)| (low * 100.0, high * 100.0)),
            value: share(one.change),
            is_marked: one.outcome == Change::Better,
        })
    };
    let dots = Dots {
        id: "changes",
        caption: say(caption),
        legend: say(&SetPageLabel::ChangeLegend {}),
        unit: "%",
        rows: all.into_iter().filter_map(dot).collect(),
    };
    dots.figure()
}
