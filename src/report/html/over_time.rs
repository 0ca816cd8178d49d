//! The charts over the seconds of the measure phase: what the load got, and
//! what the server did meanwhile.

use super::chart::{Axis, Chart, Series, Span, Upright};
use super::sheet::{Ink, SERIES};
use super::words::{Both, say};
use crate::message::page_label::PageLabel;
use crate::message::{Lang, Localized};
use crate::model::RunRecord;
use crate::model::database::DropReason;
use crate::model::series::{Point, ServerPoint};
use crate::model::stall::Stall;
use crate::report::number::{Numbers, percent};
use std::collections::BTreeMap;

/// Of the stalls so many, the worst ones, have their number in the charts:
/// more would stand on each other.
const NUMBERED: usize = 9;

/// A page of PostgreSQL, as a full-page image at most is.
const PAGE_BYTES: f64 = 8192.0;

const MB: f64 = (1 << 20) as f64;

/// Lengths of time that an axis can be divided by, in seconds.
const STEPS_S: [u32; 14] = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200];

/// At most so many labels stand at the time axis.
const TICKS: u32 = 9;

/// What is marked behind a chart, with its name for the legend.
pub(super) fn marks() -> Vec<(Ink, Both)> {
    vec![
        (Ink::CheckpointWrite, say(&PageLabel::CheckpointWrites {})),
        (Ink::CheckpointSync, say(&PageLabel::CheckpointSyncs {})),
        (Ink::Stall, say(&PageLabel::StallWithNumber {})),
        (Ink::Fault, say(&PageLabel::FaultSpan {})),
        (Ink::Event, say(&PageLabel::PhaseOrEvent {})),
    ]
}

/// Rows stored, and response times.
pub(super) fn of_load(record: &RunRecord) -> Vec<Chart> {
    let Some(time) = Time::of(record) else { return Vec::new() };
    let mut spans = checkpoints(record, &time);
    spans.extend(faults(record, &time));
    spans.extend(stalls(record));
    spans.extend(events(record));
    let rows = time.series(PageLabel::RowsPerSecond {}, |p| Some(p.rows as f64));
    let of_response = |name, pick: fn(&Point) -> Option<f64>| time.series(name, pick);
    let responses = vec![
        of_response(PageLabel::P50 {}, |p| Some(p.response_ms.as_ref()?.p50)),
        of_response(PageLabel::P99 {}, |p| Some(p.response_ms.as_ref()?.p99)),
    ];
    vec![
        Chart {
            spans: spans.clone(),
            ..time.chart("rows", &PageLabel::RowsCaption {}, vec![rows])
        },
        Chart { spans, ..time.chart("response", &PageLabel::ResponseCaption {}, responses) },
    ]
}

/// Connections, and what waits for them.
pub(super) fn of_pools(record: &RunRecord) -> Vec<Chart> {
    let Some(time) = Time::of(record) else { return Vec::new() };
    let mut connections = vec![
        time.series(PageLabel::InUse {}, |p| p.in_use),
        time.series(PageLabel::WaitingForOne {}, |p| p.waiting),
    ];
    if let Some(pools) = &record.pools {
        let size = f64::from(pools.write.size);
        connections.push(time.series(PageLabel::PoolSize {}, |_| Some(size)));
    }
    let depth = time.series(PageLabel::DueAndUnfinished {}, |p| p.queue_depth.map(|d| d as f64));
    vec![
        time.chart("pool", &PageLabel::PoolCaption {}, connections),
        time.chart("queue", &PageLabel::DepthCaption {}, vec![depth]),
    ]
}

/// Waits, and WAL.
pub(super) fn of_server(record: &RunRecord) -> Vec<Chart> {
    let Some(time) = Time::of(record) else { return Vec::new() };
    let of =
        |pick: fn(&ServerPoint) -> Option<f64>| move |p: &Point| p.server.as_ref().and_then(pick);
    let wal = time.series(PageLabel::Wal {}, of(|s| Some(s.wal_bytes? as f64 / MB)));
    let full_pages = time.series(
        PageLabel::FullPages {},
        of(|s| {
            let bytes = s.wal_bytes.filter(|bytes| *bytes > 0)? as f64;
            Some((s.full_page_images? as f64 * PAGE_BYTES / bytes).min(1.0) * 100.0)
        }),
    );
    let spans = checkpoints(record, &time);
    let mut charts = waits(record, &time);
    charts.push(Chart {
        spans: spans.clone(),
        ..time.chart("wal", &PageLabel::WalCaption {}, vec![wal])
    });
    charts.push(Chart {
        spans,
        y: Upright::UpTo(100.0),
        ..time.chart("full-pages", &PageLabel::FullPagesCaption {}, vec![full_pages])
    });
    charts
}

/// The writers' waits by their class, the most frequent one at the bottom.
fn waits(record: &RunRecord, time: &Time<'_>) -> Vec<Chart> {
    let class = |event: &str| event.split(':').next().unwrap_or_default().to_owned();
    let mut sums: BTreeMap<String, u64> = BTreeMap::new();
    let points = record.series.iter().filter_map(|p| p.server.as_ref());
    for (event, samples) in points.flat_map(|server| &server.waits) {
        *sums.entry(class(event)).or_default() += u64::from(*samples);
    }
    let mut classes: Vec<(String, u64)> = sums.into_iter().collect();
    classes.sort_by_key(|(name, samples)| (std::cmp::Reverse(*samples), name.clone()));
    let all: u64 = classes.iter().map(|(_, samples)| *samples).fold(0, u64::saturating_add);
    if all == 0 {
        return Vec::new();
    }
    let shown = classes.len().min(usize::from(SERIES) - 1);
    let (own, rest) = classes.split_at(shown);
    let sum = |point: &Point, is_in: &dyn Fn(&str) -> bool| {
        let waits = &point.server.as_ref()?.waits;
        let of_class = waits.iter().filter(|(event, _)| is_in(&class(event)));
        Some(of_class.map(|(_, samples)| f64::from(*samples)).sum())
    };
    let mut series: Vec<Series> = own
        .iter()
        .map(|(name, _)| {
            Series::line(Both::same(name), time.values(|p| sum(p, &|class| class == name)))
        })
        .collect();
    if !rest.is_empty() {
        let is_rest = |class: &str| rest.iter().any(|(name, _)| name == class);
        let values = time.values(|p| sum(p, &is_rest));
        series.push(Series::line(say(&PageLabel::OtherWaits {}), values));
    }
    let shares = Both::of(|lang| {
        let share = |(name, samples): &(String, u64)| {
            format!("{name} {}", percent(*samples as f64 / all as f64))
        };
        let shares = own.iter().map(share).collect::<Vec<_>>().join(", ");
        PageLabel::WaitsSummary { samples: Numbers(lang).whole(all), shares }.text(lang)
    });
    let chart = time.chart("waits", &PageLabel::WaitsCaption {}, series);
    vec![Chart { summary: shares, is_stacked: true, ..chart }]
}

/// The time axis of a run's series.
struct Time<'a> {
    points: &'a [Point],
    end: u32,
}

impl<'a> Time<'a> {
    fn of(record: &'a RunRecord) -> Option<Time<'a>> {
        let end = record.series.last()?.second + 1;
        Some(Time { points: &record.series, end })
    }

    fn values(&self, pick: impl Fn(&Point) -> Option<f64>) -> Vec<Option<f64>> {
        self.points.iter().map(pick).collect()
    }

    fn series(&self, name: PageLabel, pick: impl Fn(&Point) -> Option<f64>) -> Series {
        Series::line(say(&name), self.values(pick))
    }

    fn chart(&self, id: &'static str, caption: &PageLabel, series: Vec<Series>) -> Chart {
        // A second's value stands in its middle.
        let at: Vec<f64> = self.points.iter().map(|p| f64::from(p.second) + 0.5).collect();
        Chart {
            id: id.into(),
            caption: say(caption),
            summary: Both::of(|lang| self.summary(&series, lang)),
            x: Axis {
                kind: "time".into(),
                range: 0.0..f64::from(self.end),
                at,
                names: Vec::new(),
                ticks: self.ticks(),
            },
            y: Upright::FromZero,
            series,
            is_stacked: false,
            spans: Vec::new(),
            x_name: Both::same(""),
        }
    }

    fn ticks(&self) -> Vec<(f64, Both)> {
        let fits = |step: &&u32| self.end / **step <= TICKS;
        let step = STEPS_S.iter().find(fits).copied().unwrap_or(self.end.max(1));
        let ticks = (0..=self.end).step_by(step as usize);
        ticks.map(|s| (f64::from(s), Both::same(&clock(s)))).collect()
    }

    /// Mean, least and greatest of each series, and when the greatest was.
    fn summary(&self, series: &[Series], lang: Lang) -> String {
        let n = Numbers(lang);
        let one = |series: &Series| {
            let seconds = self.points.iter().map(|p| p.second);
            let seen: Vec<(u32, f64)> =
                seconds.zip(&series.values).filter_map(|(s, v)| Some((s, (*v)?))).collect();
            let mut values: Vec<f64> = seen.iter().map(|(_, v)| *v).collect();
            values.sort_by(f64::total_cmp);
            let (min, max) = (*values.first()?, *values.last()?);
            if min == max {
                let (name, value) = (series.name.text(lang).to_owned(), n.plain(min));
                return Some(PageLabel::AlwaysTheSame { name, value }.text(lang));
            }
            let at = seen.iter().find(|(_, v)| *v == max).map_or(0, |(s, _)| *s);
            let label = PageLabel::SeriesSummary {
                name: series.name.text(lang).to_owned(),
                median: n.plain(values[values.len() / 2]),
                min: n.plain(min),
                max: n.plain(max),
                at: clock(at),
            };
            Some(label.text(lang))
        };
        series.iter().filter_map(one).collect::<Vec<_>>().join(" ")
    }
}

/// Seconds as minutes and seconds.
pub(super) fn clock(seconds: u32) -> String {
    match seconds {
        s if s >= 3600 => format!("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60),
        s => format!("{}:{:02}", s / 60, s % 60),
    }
}

fn checkpoints(record: &RunRecord, time: &Time<'_>) -> Vec<Span> {
    let database = record.database.as_ref();
    let each = database.and_then(|d| d.checkpoints.as_ref()).map(|c| c.each.as_slice());
    let end = f64::from(time.end);
    let spans = each.unwrap_or_default().iter().flat_map(|one| {
        let ended = one.ended_s.unwrap_or(end);
        let write = one.began_s..one.sync_began_s.unwrap_or(ended);
        let sync = one.sync_began_s.map(|began| began..ended);
        let span = |ink, range| Span { ink, range, label: String::new() };
        let write = span(Ink::CheckpointWrite, write);
        std::iter::once(write).chain(sync.map(|range| span(Ink::CheckpointSync, range)))
    });
    spans.filter(|span| span.range.end > 0.0 && span.range.start < end).collect()
}

/// The stalls with their numbers, which are those of the table beside the chart.
fn stalls(record: &RunRecord) -> Vec<Span> {
    let mut worst: Vec<&Stall> = record.stalls.iter().collect();
    worst.sort_by(|a, b| b.response_ms.total_cmp(&a.response_ms));
    worst.truncate(NUMBERED);
    let spans = record.stalls.iter().zip(1..).map(|(stall, no)| {
        let is_numbered = worst.iter().any(|one| std::ptr::eq(*one, stall));
        let label = if is_numbered { format!("{no}") } else { String::new() };
        let range = f64::from(stall.from_s)..f64::from(stall.until_s);
        Span { ink: Ink::Stall, range, label }
    });
    spans.collect()
}

/// Faults, from injection to healing.
fn faults(record: &RunRecord, time: &Time<'_>) -> Vec<Span> {
    let spans = record.faults.iter().filter_map(|fault| {
        let from = fault.injected_at_s?.max(0.0);
        let until = fault.healed_at_s.unwrap_or_else(|| f64::from(time.end));
        Some(Span { ink: Ink::Fault, range: from..until.max(from), label: fault.name.clone() })
    });
    spans.collect()
}

/// Stages of a rollout, the end of a ramp, restarts of the server.
fn events(record: &RunRecord) -> Vec<Span> {
    let line = |at: f64, label: String| Span { ink: Ink::Event, range: at..at, label };
    let mut events = Vec::new();
    let mut began = 0.0;
    for stage in &record.stages {
        events.push(line(began, percent(stage.share)));
        began += stage.elapsed_s;
    }
    let ramp_s = record.scenario.soak.as_ref().map_or(0.0, |soak| soak.ramp_s);
    if ramp_s > 0.0 {
        events.push(line(ramp_s, String::new()));
    }
    let dropped = record.database.iter().flat_map(|database| &database.dropped);
    let mut restarts: Vec<f64> =
        dropped.filter(|d| d.why == DropReason::Restarted).map(|d| d.from_s).collect();
    restarts.sort_by(f64::total_cmp);
    restarts.dedup();
    events.extend(restarts.into_iter().map(|at| line(at.max(0.0), "R".to_owned())));
    events
}
