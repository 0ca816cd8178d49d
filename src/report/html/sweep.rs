//! A sweep: configurations in the order of a metric, how sure that is, what
//! each costs and gives up, and those that couldn't be measured.

use super::comparison::{chance, class, interval, outcome, share};
use super::dots::{Dot, Dots, marked};
use super::first;
use super::methods::rounded;
use super::page::Section;
use super::set::{Own, known};
use super::table::{Table, cell};
use super::words::{Both, say, seen, short, whole};
use crate::message::compare_label::{CompareLabel, metric_name};
use crate::message::page_label::PageLabel;
use crate::message::set_page_label::SetPageLabel;
use crate::message::sweep_label::SweepLabel;
use crate::message::{Lang, Localized};
use crate::model::arm::Arm;
use crate::model::comparison::Compared;
use crate::model::set::{Row, Set};
use crate::report::number::Numbers;
use crate::report::sweep_text::{base, kept, outcome as against_base, with_base};
use maud::{Markup, html};

/// What a sweep has to show.
pub(super) fn own(set: &Set) -> Own {
    let best = set.table.iter().find(|row| row.best);
    let best = best.map(|row| say(&SetPageLabel::BestConfiguration { role: row.role.clone() }));
    let measured = set.table.iter().filter(|row| !is_short(row));
    let title = SetPageLabel::SweepPageTitle { configs: set.table.len(), runs: set.members.len() };
    Own {
        lines: best.into_iter().collect(),
        sections: vec![
            Section::new(
                "shown",
                SetPageLabel::ShownHead {},
                html! {
                    (medians(set).figure()) (ranking(set)) (pairs(set))
                },
            ),
            Section::new("costs", SetPageLabel::CostsHead {}, costs(set)),
            Section::new("unmeasured", SetPageLabel::UnmeasuredHead {}, unmeasured(set)),
            Section::new("known", SetPageLabel::KnownHead {}, known(measured, true)),
        ],
        ..Own::titled(&title)
    }
}

/// Whether a configuration wasn't measured as often as it was to be.
fn is_short(row: &Row) -> bool {
    let short = |arm: &Arm| arm.median.is_none() || arm.failed_runs > 0 || arm.left_out > 0;
    row.arm.as_ref().is_none_or(short)
}

/// The number that decides, in words.
fn metric(set: &Set, lang: Lang) -> String {
    let arm = set.table.iter().find_map(|row| row.arm.as_ref());
    metric_name(arm.map_or("", |arm| &arm.metric), lang)
}

fn medians(set: &Set) -> Dots {
    let dot = |row: &Row| {
        let arm = row.arm.as_ref()?;
        let at = arm.median?;
        Some(Dot {
            name: Both::same(&row.role),
            at,
            bar: arm.low.zip(arm.high),
            value: short(at),
            is_marked: row.best,
        })
    };
    Dots {
        id: "medians",
        caption: Both::of(|lang| {
            SetPageLabel::MediansDots { metric: metric(set, lang) }.text(lang)
        }),
        legend: say(&SetPageLabel::IntervalLegend {}),
        unit: "",
        rows: set.table.iter().filter_map(dot).collect(),
    }
}

fn ranking(set: &Set) -> Markup {
    let caption =
        Both::of(|lang| SetPageLabel::RankingTable { metric: metric(set, lang) }.text(lang));
    let mut table = Table::captioned(caption, &SweepLabel::ConfigHead {});
    table.number(SweepLabel::RunsHead {}).number(SweepLabel::MedianHead {});
    table.number(SweepLabel::IntervalHead {}).number(SweepLabel::ChangeHead {});
    table.number(SweepLabel::PHead {}).text(SweepLabel::OutcomeHead {});
    let base = base(set);
    for row in &set.table {
        let compared = with_base(set, row);
        let arm = row.arm.clone().unwrap_or_default();
        let ends = arm.low.zip(arm.high);
        let interval = ends.map(|(low, high)| Both::join(&[short(low), short(high)], " – "));
        let class = compared.map_or("none", |compared| class(compared.outcome));
        let against = against_base(arm.median, compared, base == Some(row.role.as_str()));
        let or_dash = |both: Option<Both>| cell(&both.unwrap_or_else(|| Both::same("–")));
        let cells = [
            cell(&whole(row.runs.into())),
            cell(&seen(arm.median, Numbers::short)),
            or_dash(interval),
            or_dash(compared.map(|compared| share(compared.change))),
            or_dash(compared.map(chance)),
            html! { @if let Some(against) = against { span class={"badge " (class)} { (say(&against)) } } },
        ];
        table.row(marked(&row.role, row.best), cells);
    }
    html! {
        (table.markup())
        @if let Some(base) = base {
            p.sum { (say(&SetPageLabel::ComparedLegend { base: base.to_owned() })) }
        }
    }
}

/// Comparisons with others than the base.
fn pairs(set: &Set) -> Markup {
    let mut table = Table::new(&SetPageLabel::PairsTable {}, &SweepLabel::ConfigHead {});
    table.text(SetPageLabel::BaseHead {}).number(CompareLabel::ChangeHead {});
    table.number(CompareLabel::IntervalHead {}).number(SetPageLabel::PHead {});
    table.text(CompareLabel::OutcomeHead {});
    let is_other = |one: &&Compared| Some(one.base.as_str()) != base(set);
    for one in set.comparisons.iter().filter(is_other) {
        let cells = [
            html! { (one.base) },
            cell(&share(one.change)),
            cell(&interval(one)),
            cell(&chance(one)),
            outcome(one),
        ];
        table.row(html! { (one.other) }, cells);
    }
    table.markup()
}

fn costs(set: &Set) -> Markup {
    let mut table = Table::new(&SetPageLabel::CostsTable {}, &SweepLabel::ConfigHead {});
    table.number(PageLabel::ResponseP99Ms {}).number(SetPageLabel::ServiceP99Ms {});
    table.number(PageLabel::WalBytesPerRow {}).number(SetPageLabel::TimedCheckpointsHead {});
    table.number(SetPageLabel::RequestedCheckpointsHead {});
    table.text(SweepLabel::CriteriaHead {}).text(SweepLabel::DurableHead {});
    for row in set.table.iter().filter(|row| row.runs > 0) {
        let Some(arm) = &row.arm else { continue };
        let count = |value: Option<u64>| seen(value.map(|v| v as f64), Numbers::plain);
        let cells = [
            cell(&seen(row.response_p99_ms, Numbers::short)),
            cell(&seen(row.service_p99_ms, Numbers::short)),
            cell(&seen(row.wal_bytes_per_row, rounded)),
            cell(&count(arm.checkpoints_timed)),
            cell(&count(arm.checkpoints_requested)),
            html! { @if let Some(kept) = kept(row, arm) {
                span class={"badge " (first::class(arm.verdict))} { (say(&kept)) }
            } },
            html! {
                @for setting in &arm.gives_up { div { code { (setting) } } }
                @if arm.gives_up.is_empty() { (say(&SweepLabel::Nothing {})) }
            },
        ];
        table.row(marked(&row.role, row.best), cells);
    }
    let table = table.markup();
    html! {
        (table)
        @if !table.0.is_empty() { p.sum { (say(&SetPageLabel::CostsLegend {})) } }
    }
}

fn unmeasured(set: &Set) -> Markup {
    let mut table = Table::new(&SetPageLabel::UnmeasuredTable {}, &SweepLabel::ConfigHead {});
    table.text(PageLabel::WhyHead {});
    for row in set.table.iter().filter(|row| is_short(row)) {
        let first = html! {
            (row.role) @if let Some(arm) = &row.arm { div { code.dim { (arm.config) } } }
        };
        let why = html! {
            @for note in &row.notes { div { (say(note)) } }
            @if row.notes.is_empty() { (say(&SweepLabel::NotRun {})) }
        };
        table.row(first, [why]);
    }
    table.markup()
}
