//! A capacity set: response times by the rate that was offered, with the rate
//! up to which all criteria held, and what broke beyond it.

use super::chart::{Axis, Chart, Series, Span, Upright, compact, ticks};
use super::dots::marked;
use super::methods::{rates, rounded};
use super::page::Section;
use super::set::{Own, known};
use super::sheet::Ink;
use super::table::{Table, cell};
use super::words::{Both, say, seen, whole};
use crate::message::Localized;
use crate::message::label::criterion_name;
use crate::message::page_label::PageLabel;
use crate::message::set_label::SetLabel;
use crate::message::set_page_label::SetPageLabel;
use crate::model::set::{Capacity, Row, Set};
use crate::report::number::Numbers;
use crate::report::set_text::{Step, found, steps, writers};
use maud::{Markup, html};
use serde_json::{Map, Value};
use std::ops::Range;

/// At most so many rates are labelled.
const LABELS: usize = 8;

/// Rates beyond this are not drawn.
const FAR: f64 = 1e15;

/// What a capacity set has to show.
pub(super) fn own(set: &Set) -> Own {
    let nothing = Capacity::default();
    let capacity = set.capacity.as_ref().unwrap_or(&nothing);
    let (rates, closed) = steps(set);
    let lines = Both::each(|lang| {
        found(capacity, &closed, lang).into_iter().map(|line| line.text(lang)).collect()
    });
    let chart = knee(&rates, capacity);
    let data: Map<String, Value> = chart.iter().filter_map(Chart::data).collect();
    let shown = html! {
        @if let Some(chart) = &chart { (chart.figure(&needed(capacity))) }
        (rate_table(&rates, capacity))
    };
    Own {
        lines,
        sections: vec![
            Section::new("shown", SetPageLabel::ShownHead {}, shown),
            Section::new("writers", SetPageLabel::WritersSection {}, by_writers(&closed, capacity)),
            Section::new("known", SetPageLabel::KnownHead {}, known(&set.table, false)),
        ],
        data: Value::Object(data),
        ..Own::titled(&SetLabel::CapacityTitle { runs: set.members.len() })
    }
}

/// The chart; None where no rate has a response time.
fn knee(rates: &[&Row], capacity: &Capacity) -> Option<Chart> {
    let is_near = |rate: &f64| (0.0..FAR).contains(rate);
    let steps: Vec<(f64, &Row)> = rates
        .iter()
        .filter_map(|row| Some((row.offered_rows_per_s.filter(is_near)?, *row)))
        .filter(|(_, row)| row.response_p99_ms.is_some())
        .collect();
    let held = capacity.sustained_rows_per_s;
    let of = |which: fn(Step) -> bool| -> Vec<Option<f64>> {
        let value =
            |row: &Row| row.response_p99_ms.filter(|_| Step::of(row, held).is_some_and(which));
        steps.iter().map(|(_, row)| value(row)).collect()
    };
    let dots = |name, values| Series { name, values, is_dots: true };
    let at: Vec<f64> = steps.iter().map(|(rate, _)| *rate).collect();
    let needed = capacity.need_rows_per_s.filter(is_near);
    let range = around(at.iter().copied().chain(needed))?;
    let line = |rate: Option<f64>, ink| {
        rate.filter(is_near).map(|rate| Span { ink, range: rate..rate, label: String::new() })
    };
    // The colours of the lines are those of the dots, by the place in `series`.
    let series = vec![
        Series::line(
            say(&PageLabel::ResponseP99Ms {}),
            steps.iter().map(|(_, r)| r.response_p99_ms).collect(),
        ),
        dots(broke_name(capacity), of(|step| step == Step::Broke)),
        dots(held_name(held), of(|step| matches!(step, Step::Held | Step::HeldMostly))),
        dots(say(&SetPageLabel::UnseenSteps {}), of(|step| step == Step::ClientWasLimit)),
    ];
    let spans = [
        line(needed, Ink::Event),
        line(capacity.broken_rows_per_s, Ink::Series(1)),
        line(held, Ink::Series(2)),
    ];
    Some(Chart {
        id: "knee".into(),
        caption: say(&SetPageLabel::KneeCaption {}),
        summary: summary(&steps),
        x: Axis {
            kind: "rate".into(),
            names: at.iter().map(|rate| format!("{}/s", rate.round())).collect(),
            ticks: ticks(&range, LABELS)
                .into_iter()
                .map(|tick| (tick, Both::of(|lang| compact(tick, lang))))
                .collect(),
            range,
            at,
        },
        y: Upright::Log,
        series,
        is_stacked: false,
        spans: spans.into_iter().flatten().collect(),
        x_name: say(&SetPageLabel::KneeAxis {}),
    })
}

/// The rates with some room around them.
fn around(rates: impl Iterator<Item = f64> + Clone) -> Option<Range<f64>> {
    let low = rates.clone().reduce(f64::min)?;
    let high = rates.reduce(f64::max)?;
    let room = if high > low { (high - low) * 0.05 } else { (high * 0.1).max(1.0) };
    Some((low - room).max(0.0)..high + room)
}

fn held_name(held: Option<f64>) -> Both {
    match held {
        Some(held) => Both::of(|lang| {
            SetPageLabel::HeldUpTo { rate: rounded(Numbers(lang), held) }.text(lang)
        }),
        None => say(&SetPageLabel::HeldSteps {}),
    }
}

fn broke_name(capacity: &Capacity) -> Both {
    match (capacity.broken_rows_per_s, &capacity.first_broken) {
        (Some(broken), Some(id)) => Both::of(|lang| {
            let (rate, criterion) = (rounded(Numbers(lang), broken), criterion_name(id, lang));
            SetPageLabel::BrokeFrom { rate, criterion }.text(lang)
        }),
        _ => say(&SetPageLabel::BrokeSteps {}),
    }
}

fn needed(capacity: &Capacity) -> Vec<(Ink, Both)> {
    let needed = capacity.need_rows_per_s.map(|need| {
        let rate = |lang| rounded(Numbers(lang), need);
        (Ink::Event, Both::of(|lang| SetPageLabel::NeedLine { rate: rate(lang) }.text(lang)))
    });
    needed.into_iter().collect()
}

fn summary(steps: &[(f64, &Row)]) -> Both {
    let times = || steps.iter().filter_map(|(_, row)| row.response_p99_ms);
    let ends = [times().fold(f64::INFINITY, f64::min), times().fold(f64::NEG_INFINITY, f64::max)];
    let (first, last) = (steps.first(), steps.last());
    let (Some((first, _)), Some((last, _))) = (first, last) else { return Both::same("") };
    Both::of(|lang| {
        let n = Numbers(lang);
        let [least, most] = [*first, *last].map(|rate| rounded(n, rate));
        let [least_ms, most_ms] = ends.map(|ms| n.short(ms));
        let steps = steps.len();
        SetPageLabel::KneeSummary { steps, least, most, least_ms, most_ms }.text(lang)
    })
}

fn rate_table(rates: &[&Row], capacity: &Capacity) -> Markup {
    let mut table = Table::new(&SetPageLabel::RatesTable {}, &SetPageLabel::RateDueHead {});
    table.number(SetLabel::RunsHead {}).number(SetPageLabel::StoredRateHead {});
    table.number(PageLabel::ResponseP99Ms {}).text(SetLabel::OutcomeHead {});
    for row in rates {
        let step = Step::of(row, capacity.sustained_rows_per_s);
        let class = match step {
            Some(Step::Held | Step::HeldMostly) => "good",
            Some(Step::Broke) => "bad",
            _ => "open",
        };
        let outcome = step.map(|step| Both::of(|lang| step.text(row, lang)));
        let due = seen(row.offered_rows_per_s, rounded);
        let cells = [
            cell(&whole(row.runs.into())),
            cell(&seen(row.rows_per_s, rounded)),
            cell(&seen(row.response_p99_ms, Numbers::short)),
            html! { @if let Some(outcome) = outcome { span class={"badge " (class)} { (outcome) } } },
        ];
        table.row(cell(&due), cells);
    }
    table.markup()
}

fn by_writers(closed: &[&Row], capacity: &Capacity) -> Markup {
    let best = |row: &Row| capacity.best_writers.is_some_and(|n| n.to_string() == writers(row));
    let rows: Vec<Row> =
        closed.iter().map(|row| Row { best: best(row), ..(*row).clone() }).collect();
    let name = |row: &Row| match writers(row).parse() {
        Ok(count) => Both::of(|lang| {
            SetPageLabel::WritersOf { writers: Numbers(lang).whole(count) }.text(lang)
        }),
        Err(_) => Both::same(&row.role),
    };
    let mut table = Table::new(&SetPageLabel::WritersTable {}, &SetLabel::WritersHead {});
    table.number(SetLabel::RunsHead {}).number(PageLabel::RowsPerSecond {});
    table.number(PageLabel::ResponseP99Ms {});
    for row in &rows {
        let cells = [
            whole(row.runs.into()),
            seen(row.rows_per_s, rounded),
            seen(row.response_p99_ms, Numbers::short),
        ];
        table.row(marked(writers(row), row.best), cells.iter().map(cell));
    }
    html! { (rates(&rows, &SetPageLabel::WritersDots {}, name).figure()) (table.markup()) }
}
