//! Latencies: their table, and the curve of their percentiles, which shows
//! what the slowest ones got; its axis is a logarithm of the share that was slower.

use super::chart::{Axis, Chart, Series, Upright};
use super::table::Table;
use super::words::{Both, number, say, short, whole};
use crate::message::label::Label;
use crate::message::mixed_label::MixedLabel;
use crate::message::page_label::PageLabel;
use crate::message::scans_label::ScansLabel;
use crate::message::{Lang, Localized};
use crate::model::RunRecord;
use crate::model::record::{Distribution, Latencies, Latency};
use crate::report::number::Numbers;
use crate::stats::Recorder;
use maud::{Markup, html};

/// Points of the curve for each power of ten.
const POINTS: f64 = 40.0;

/// The percentiles that are labelled, with the powers of ten at which they stand.
const LABELS: [(f64, &str); 7] = [
    (0.301, "50"),
    (1.0, "90"),
    (2.0, "99"),
    (3.0, "99.9"),
    (4.0, "99.99"),
    (5.0, "99.999"),
    (6.0, "99.9999"),
];

/// What is shown of latencies.
pub(super) fn charts(record: &RunRecord) -> Vec<Chart> {
    let batch = record.latency.as_ref().and_then(|latencies| latencies.batch.as_ref());
    batch.into_iter().filter_map(curve).collect()
}

/// The curve of batches; None where its histogram can't be read.
fn curve(batch: &Latency) -> Option<Chart> {
    let count = batch.response_ms.count.max(1) as f64;
    // Beyond the last but one, so that the greatest is on it.
    let end = (2.0 * count).log10().max(1.0);
    let at: Vec<f64> = (0..=(end * POINTS) as u32).map(|i| f64::from(i) / POINTS).collect();
    let shares: Vec<f64> = at.iter().map(|tens| 1.0 - 10_f64.powf(-tens)).collect();
    let series = |name: Label, one: &Distribution| {
        let recorder = Recorder::decode(&one.histogram)?;
        let values = shares.iter().map(|share| recorder.percentile_ms(*share)).collect();
        Some(Series::line(say(&name), values))
    };
    let series: Vec<Series> = [
        series(Label::Response {}, &batch.response_ms),
        series(Label::Service {}, &batch.service_ms),
        series(Label::Acquire {}, &batch.acquire_ms),
    ]
    .into_iter()
    .flatten()
    .collect();
    let ticks = LABELS.iter().filter(|(tens, _)| *tens <= end);
    let percent = |text: &str, lang| match lang {
        Lang::En => format!("p{text}"),
        Lang::Vi => format!("p{}", text.replace('.', ",")),
    };
    Some(Chart {
        id: "percentiles".into(),
        caption: say(&PageLabel::PercentilesCaption {}),
        summary: Both::of(|lang| summary(&batch.response_ms, lang)),
        x: Axis {
            kind: "tail".into(),
            range: 0.0..end,
            names: shares.iter().map(|share| name(share * 100.0)).collect(),
            at,
            ticks: ticks.map(|(tens, text)| (*tens, Both::of(|l| percent(text, l)))).collect(),
        },
        y: Upright::FromZero,
        series,
        is_stacked: false,
        spans: Vec::new(),
        x_name: say(&PageLabel::PercentilesAxis {}),
    })
}

/// A percentile with as many digits as tell it from 100.
fn name(percent: f64) -> String {
    let digits = (0.95 - (100.0 - percent).log10()).ceil().clamp(0.0, 6.0) as usize;
    format!("p{percent:.digits$}")
}

fn summary(d: &Distribution, lang: Lang) -> String {
    let n = Numbers(lang);
    let [p50, p99, max] = [d.p50, d.p99, d.max].map(|ms| n.short(ms));
    PageLabel::PercentilesSummary { count: n.whole(d.count), p50, p99, max }.text(lang)
}

/// The table of all that was timed.
pub(super) fn table(record: &RunRecord) -> Markup {
    let Some(latencies) = &record.latency else { return html! {} };
    let mut table = Table::new(&PageLabel::LatencyTable {}, &PageLabel::WhatHead {});
    table.number(MixedLabel::Count {}).number(Label::Mean {});
    for name in ["p50", "p95", "p99"] {
        table.head(Both::same(name), true);
    }
    table.number(Label::Max {});
    let mut row = |name: Both, d: &Distribution| {
        let ms = [d.mean, d.p50, d.p95, d.p99, d.max];
        let cells = std::iter::once(whole(d.count)).chain(ms.map(short));
        table.row(html! { (name) }, cells.map(|cell| html! { (cell) }));
    };
    for (name, d) in rows(latencies) {
        row(name, d);
    }
    if let Some(lag) = &record.harness.schedule_lag_ms {
        row(say(&PageLabel::ScheduleLag {}), lag);
    }
    table.markup()
}

fn rows(latencies: &Latencies) -> Vec<(Both, &Distribution)> {
    let part = |of: PageLabel, part: Label| Both::join(&[say(&of), say(&part)], ", ");
    let batch = latencies.batch.iter().flat_map(|batch| {
        [
            (part(PageLabel::Batch {}, Label::Response {}), &batch.response_ms),
            (part(PageLabel::Batch {}, Label::Service {}), &batch.service_ms),
            (part(PageLabel::Batch {}, Label::Acquire {}), &batch.acquire_ms),
        ]
    });
    let others = [
        (say(&ScansLabel::Submission {}), &latencies.submit),
        (say(&ScansLabel::Poll {}), &latencies.poll),
        (say(&ScansLabel::Scan {}), &latencies.scan),
        (say(&PageLabel::AllReads {}), &latencies.read),
        (say(&MixedLabel::Summary {}), &latencies.summary),
        (say(&MixedLabel::Page {}), &latencies.page),
        (say(&MixedLabel::Health {}), &latencies.health),
    ];
    let others = others
        .into_iter()
        .filter_map(|(name, latency)| Some((name, &latency.as_ref()?.response_ms)));
    batch.chain(others).collect()
}

/// The gain over a row at a time.
pub(super) fn gain(record: &RunRecord) -> Markup {
    let Some(gain) = &record.gain else { return html! {} };
    let mut table = Table::new(&PageLabel::GainTable {}, &PageLabel::ConnectionsHead {});
    table.number(PageLabel::RowsPerSecond {}).number(PageLabel::CommitP50 {});
    table.number(PageLabel::GainHead {});
    for half in [&gain.serial, &gain.concurrent].into_iter().flatten() {
        let ratio = match half.ratio {
            Some(ratio) => number(|n| format!("{}x", n.short(ratio))),
            None => say(&Label::NotSeen {}),
        };
        let cells =
            [number(|n| n.whole(half.rows_per_s.round() as u64)), short(half.commit_ms.p50), ratio];
        let connections = whole(half.connections.into());
        table.row(html! { (connections) }, cells.iter().map(|cell| html! { (cell) }));
    }
    table.markup()
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn percentiles_have_the_digits_that_tell_them_apart() {
        let names = [0.0, 50.0, 99.0, 99.9, 99.99].map(name);
        assert_eq!(names, ["p0", "p50", "p99.0", "p99.90", "p99.990"]);
    }
}
