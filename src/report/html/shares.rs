//! How the load was shared out: tenants and regions beside each other, the
//! stages of a rollout, dashboards' reads, the queue.

use super::table::{Table, cell};
use super::words::{Both, number, say, seen, short, whole};
use crate::message::Localized;
use crate::message::label::criterion_name;
use crate::message::mixed_label::MixedLabel;
use crate::message::page_label::PageLabel;
use crate::message::shares_label::SharesLabel;
use crate::model::RunRecord;
use crate::model::share::{Spread, Tenants};
use crate::report::number::{Numbers, percent};
use maud::{Markup, html};

/// All of it; nothing where there is nothing.
pub(super) fn section(record: &RunRecord) -> Markup {
    html! {
        @if let Some(tenants) = &record.tenants { (spread(tenants)) (slowest(tenants)) }
        (regions(record))
        (stages(record))
        (reads(record))
        (queue(record))
    }
}

fn spread(tenants: &Tenants) -> Markup {
    let mut table =
        Table::new(&PageLabel::SpreadTable { tenants: tenants.count }, &PageLabel::OfEachTenant {});
    table.number(PageLabel::Least {}).number(PageLabel::Median {}).number(PageLabel::Most {});
    table.number(PageLabel::MostOverMedian {});
    let mut row = |name: PageLabel, spread: &Spread| {
        let ratio = seen(spread.max_over_p50, |n, v| format!("{}x", n.short(v)));
        let cells = [spread.min, spread.p50, spread.max].map(|v| number(|n| n.plain(v)));
        table.row(cell(&say(&name)), cells.iter().chain([&ratio]).map(cell));
    };
    row(PageLabel::ResponseP99Ms {}, &tenants.response_p99_ms);
    row(PageLabel::Rows {}, &tenants.rows);
    let busiest = PageLabel::BusiestTenant { share: percent(tenants.busiest_share) };
    html! { (table.markup()) p.dim { (say(&busiest)) } }
}

fn slowest(tenants: &Tenants) -> Markup {
    let mut table = Table::new(&PageLabel::SlowestTable {}, &PageLabel::TenantHead {});
    table.text(PageLabel::RegionHead {}).number(PageLabel::Rows {}).number(PageLabel::Batches {});
    table.number(PageLabel::ResponseP99Ms {});
    for tenant in &tenants.slowest {
        let region = region(&tenant.region);
        let cells =
            [region, whole(tenant.rows), whole(tenant.batches), short(tenant.response_p99_ms)];
        table.row(html! { (tenant.no.to_string()) }, cells.iter().map(cell));
    }
    table.markup()
}

/// A region's name; one that isn't known is shown as it stands.
fn region(name: &str) -> Both {
    match name {
        "north" => say(&SharesLabel::North {}),
        "central" => say(&SharesLabel::Central {}),
        "south" => say(&SharesLabel::South {}),
        other => Both::same(other),
    }
}

fn regions(record: &RunRecord) -> Markup {
    let Some(regions) = &record.regions else { return html! {} };
    let mut table = Table::new(&PageLabel::RegionsTable {}, &PageLabel::RegionHead {});
    table.number(PageLabel::Tenants {}).number(PageLabel::Rows {}).number(PageLabel::Batches {});
    table.number(PageLabel::ResponseP50Ms {}).number(PageLabel::ResponseP99Ms {});
    let each =
        [("north", &regions.north), ("central", &regions.central), ("south", &regions.south)];
    let is_seen = each.iter().any(|(_, figures)| figures.is_some());
    for (name, figures) in each.into_iter().filter(|_| is_seen) {
        let f = figures.as_ref();
        let whole = |value: Option<u64>| seen(value.map(|v| v as f64), Numbers::plain);
        let cells = [
            whole(f.map(|f| f.tenants.into())),
            whole(f.map(|f| f.rows)),
            whole(f.map(|f| f.batches)),
            seen(f.map(|f| f.response_ms.p50), Numbers::short),
            seen(f.map(|f| f.response_ms.p99), Numbers::short),
        ];
        table.row(cell(&region(name)), cells.iter().map(cell));
    }
    table.markup()
}

fn stages(record: &RunRecord) -> Markup {
    let mut table = Table::new(&PageLabel::StagesTable {}, &PageLabel::StageHead {});
    table.number(PageLabel::Tenants {}).number(PageLabel::RowsPerSecond {});
    table.number(PageLabel::ResponseP99Ms {}).text(PageLabel::BrokenHead {});
    for stage in &record.stages {
        let broken = match stage.broken.is_empty() {
            true => say(&PageLabel::NoneBroken {}),
            false => Both::of(|lang| {
                let names = stage.broken.iter().map(|id| criterion_name(id, lang));
                names.collect::<Vec<_>>().join("; ")
            }),
        };
        let cells = [
            whole(stage.tenants.into()),
            number(|n| n.whole(stage.rows_per_s.round() as u64)),
            seen(stage.response_p99_ms, Numbers::short),
            broken,
        ];
        table.row(html! { (percent(stage.share)) }, cells.iter().map(cell));
    }
    table.markup()
}

fn reads(record: &RunRecord) -> Markup {
    let Some(reads) = &record.reads else { return html! {} };
    let line = Both::of(|lang| {
        let n = Numbers(lang);
        let line = MixedLabel::ReadsLine {
            succeeded: n.whole(reads.succeeded),
            total: n.whole(reads.total),
            failed: reads.failed,
            timeouts: reads.timeouts,
            rate: n.short(reads.reads_per_s),
            share: percent(reads.share),
        };
        line.text(lang)
    });
    html! { p { (line) } }
}

fn queue(record: &RunRecord) -> Markup {
    let Some(queue) = &record.queue else { return html! {} };
    let depth = seen(queue.depth_max.map(|depth| depth as f64), Numbers::plain);
    let p95 = seen(queue.depth_p95, Numbers::plain);
    let drain = seen(queue.drain_s, Numbers::short);
    let mut table = Table::new(&PageLabel::QueueTable {}, &PageLabel::WhatHead {});
    table.number(PageLabel::ValueHead {});
    let rows = [
        (PageLabel::DepthMost {}, depth),
        (PageLabel::DepthP95 {}, p95),
        (PageLabel::ScansSubmitted {}, whole(queue.scans)),
        (PageLabel::ScansStored {}, whole(queue.scans_completed)),
        (PageLabel::DrainSeconds {}, drain),
        (PageLabel::HoldersEnded {}, whole(queue.holders_ended)),
        (PageLabel::BatchesGivenUp {}, whole(queue.given_up)),
    ];
    for (name, value) in &rows {
        table.row(cell(&say(name)), [cell(value)]);
    }
    table.markup()
}
