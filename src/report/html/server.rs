//! What the server did, as tables: stalls with their causes, checkpoints,
//! statements, and the counters that are worth reading.

use super::over_time::clock;
use super::table::{Table, cell};
use super::words::{Both, number, say, seen, short, size, whole};
use crate::message::page_label::PageLabel;
use crate::message::server_label::ServerLabel;
use crate::message::{Lang, Localized};
use crate::model::RunRecord;
use crate::model::database::{Checkpoint, CheckpointKind, Checkpoints, Database, Statements};
use crate::report::number::{Numbers, fine_percent, percent};
use maud::{Markup, html};

/// A statement is shown up to so many characters.
const QUERY_CHARACTERS: usize = 400;

/// The stalls: when, how bad, why.
pub(super) fn stalls(record: &RunRecord) -> Markup {
    let Some(summary) = &record.stall_summary else { return html! {} };
    let line = Both::of(|lang| {
        let n = Numbers(lang);
        let (usual, limit) = (n.short(summary.usual_ms), n.short(summary.limit_ms));
        if record.stalls.is_empty() {
            return ServerLabel::NoStall { usual, limit }.text(lang);
        }
        let line = ServerLabel::StallsLine {
            stalls: record.stalls.len(),
            seconds: summary.stalled_seconds,
            usual,
            limit,
            explained: percent(summary.explained_share.unwrap_or(0.0)),
        };
        line.text(lang)
    });
    let mut table = Table::new(&PageLabel::StallsTable {}, &PageLabel::NumberHead {});
    table.text(PageLabel::WhenHead {}).number(PageLabel::WorstMs {});
    table.text(PageLabel::CauseHead {}).text(PageLabel::EvidenceHead {});
    for (no, stall) in (1..).zip(&record.stalls) {
        let when = format!("{} – {}", clock(stall.from_s), clock(stall.until_s));
        let evidence: Vec<Both> = stall.evidence.iter().map(say).collect();
        let cells = [short(stall.response_ms), say(&stall.cause), Both::join(&evidence, "; ")];
        let when = html! { span.whole { (when) } };
        let cells = std::iter::once(when).chain(cells.iter().map(cell));
        table.row(html! { (no.to_string()) }, cells);
    }
    html! { p { (line) } (table.markup()) }
}

/// Checkpoints one by one, and response times beside them.
pub(super) fn checkpoints(record: &RunRecord) -> Markup {
    let database = record.database.as_ref();
    let Some(checkpoints) = database.and_then(|d| d.checkpoints.as_ref()) else {
        return html! {};
    };
    let line = match checkpoints.timed + checkpoints.requested == 0 && checkpoints.each.is_empty() {
        true => say(&ServerLabel::NoCheckpoint {}),
        false => {
            let (timed, requested) = (checkpoints.timed, checkpoints.requested);
            say(&ServerLabel::CheckpointsUnseen { timed, requested })
        }
    };
    html! { p { (line) } (each(checkpoints)) (by_phase(checkpoints)) }
}

fn each(checkpoints: &Checkpoints) -> Markup {
    let mut table = Table::new(&PageLabel::CheckpointsTable {}, &PageLabel::BeganHead {});
    table.text(PageLabel::KindHead {}).number(PageLabel::TookSeconds {});
    table.number(PageLabel::SyncSeconds {}).number(PageLabel::BuffersWritten {});
    table.number(PageLabel::WalSinceLast {});
    for one in &checkpoints.each {
        let Checkpoint { began_s, sync_began_s, ended_s, .. } = *one;
        let kind = match one.kind {
            Some(CheckpointKind::Timed) => say(&PageLabel::KindTimed {}),
            Some(CheckpointKind::Wal) => say(&PageLabel::KindWal {}),
            Some(CheckpointKind::Requested) => say(&PageLabel::KindRequested {}),
            None => seen(None, Numbers::plain),
        };
        let took = ended_s.map(|ended| ended - began_s);
        let sync = ended_s.zip(sync_began_s).map(|(ended, began)| ended - began);
        let cells = [
            kind,
            took.map_or_else(|| say(&PageLabel::NotEnded {}), short),
            seen(sync, Numbers::short),
            seen(one.buffers.map(|b| b as f64), Numbers::plain),
            one.wal_distance_bytes.map_or_else(|| seen(None, Numbers::plain), size),
        ];
        let began = match began_s < 0.0 {
            true => say(&PageLabel::BeforeMeasuring {}),
            false => Both::same(&clock(began_s as u32)),
        };
        table.row(cell(&began), cells.iter().map(cell));
    }
    table.markup()
}

fn by_phase(checkpoints: &Checkpoints) -> Markup {
    let mut table = Table::new(&PageLabel::PhaseTable {}, &PageLabel::PhaseHead {});
    table.number(PageLabel::SecondsHead {}).number(PageLabel::Batches {});
    table.number(PageLabel::MeanResponseMs {}).number(PageLabel::OverNoneHead {});
    for one in &checkpoints.by_phase {
        let cells = [
            whole(one.seconds.into()),
            whole(one.batches),
            seen(one.response_ms_mean, Numbers::short),
            seen(one.ratio, |n, v| format!("{}x", n.short(v))),
        ];
        table.row(cell(&say(&one.phase)), cells.iter().map(cell));
    }
    table.markup()
}

/// The statements that took the most time, without the sampler's own.
pub(super) fn statements(record: &RunRecord) -> Markup {
    let statements = record.database.as_ref().and_then(|d| d.statements.as_ref());
    let Some(Statements { is_partial, by_total, .. }) = statements else { return html! {} };
    let head = match is_partial {
        false => PageLabel::StatementsTable {},
        true => PageLabel::PartialStatementsTable {},
    };
    let mut table = Table::new(&head, &PageLabel::StatementHead {});
    table.number(ServerLabel::Calls {}).number(ServerLabel::Rows {});
    table.number(PageLabel::TotalMs {}).number(ServerLabel::MeanMs {});
    table.number(PageLabel::Wal {});
    for one in by_total.iter().filter(|one| !one.of_sampler) {
        let cells = [
            whole(one.calls),
            whole(one.rows),
            short(one.total_ms),
            short(one.mean_ms),
            size(one.wal_bytes),
        ];
        let mut query: String = one.query.chars().take(QUERY_CHARACTERS).collect();
        if query.len() < one.query.len() {
            query.push_str(" ...");
        }
        table.row(html! { code.sql { (query) } }, cells.iter().map(cell));
    }
    table.markup()
}

/// Counters.
pub(super) fn counters(record: &RunRecord) -> Markup {
    let Some(database) = &record.database else { return html! {} };
    let caption = Both::of(|lang| {
        PageLabel::CountersTable { seconds: Numbers(lang).short(database.elapsed_s) }.text(lang)
    });
    html! {
        table.facts {
            caption { (caption) }
            tbody {
                @for (name, value) in facts(record, database) {
                    tr { th scope="row" { (say(&name)) } td.n { (value) } }
                }
            }
        }
    }
}

fn facts(record: &RunRecord, database: &Database) -> Vec<(PageLabel, Both)> {
    let mut facts = Vec::new();
    if let Some(wal) = &database.wal {
        facts.push((PageLabel::WalWritten {}, size(wal.bytes)));
        facts.push((PageLabel::WalRecords {}, whole(wal.records)));
        facts.push((PageLabel::FullPageImages {}, whole(wal.full_page_images)));
        facts.push((PageLabel::WalBuffersFull {}, whole(wal.buffers_full)));
        let flushes = seen(wal.syncs.map(|v| v as f64), Numbers::plain);
        facts.push((PageLabel::WalFlushes {}, flushes));
        facts.push((PageLabel::WalFlushMs {}, seen(wal.sync_ms, Numbers::short)));
    }
    if let Some(cache) = &database.cache {
        let share = seen(cache.index_hit_ratio, |n, share| fine_percent(share, n));
        facts.push((PageLabel::IndexBlocksFound {}, share));
        let share = seen(cache.heap_hit_ratio, |n, share| fine_percent(share, n));
        facts.push((PageLabel::HeapBlocksFound {}, share));
    }
    if let Some(buffers) = &database.buffers {
        facts.push((PageLabel::ByCheckpointer {}, whole(buffers.checkpointer)));
        facts.push((PageLabel::ByBackgroundWriter {}, whole(buffers.background_writer)));
        let backends = seen(buffers.backends.map(|v| v as f64), Numbers::plain);
        facts.push((PageLabel::ByBackends {}, backends));
    }
    if let Some(tables) = &database.tables {
        facts.push((PageLabel::TablesSize {}, size(tables.table_bytes_after)));
        facts.push((PageLabel::IndexesSize {}, size(tables.index_bytes_after)));
        facts.push((PageLabel::Autovacuums {}, whole(tables.autovacuums)));
    }
    if let Some(transactions) = &database.transactions {
        facts.push((PageLabel::Deadlocks {}, whole(transactions.deadlocks)));
        facts.push((PageLabel::OfOthers {}, whole(transactions.of_other_databases)));
    }
    if let Some(cost) = &record.harness.sampler_cost {
        let share = number(|n| fine_percent(cost.share_of_time, n));
        facts.push((PageLabel::SamplerShare {}, share));
    }
    facts
}

/// Standbys, a failing archiver, intervals that were left out.
pub(super) fn surroundings(record: &RunRecord) -> Markup {
    let Some(database) = &record.database else { return html! {} };
    let mut table = Table::new(&PageLabel::StandbysTable {}, &PageLabel::StandbyHead {});
    table
        .text(PageLabel::StateHead {})
        .text(PageLabel::SyncHead {})
        .number(PageLabel::ReplayLag {});
    for one in &database.replication {
        let unseen = || seen(None, Numbers::plain);
        let text = |text: &Option<String>| text.as_deref().map_or_else(unseen, Both::same);
        let lag = one.replay_lag_bytes_max.map_or_else(unseen, size);
        let cells = [text(&one.state), text(&one.sync_state), lag];
        table.row(html! { (one.name) }, cells.iter().map(cell));
    }
    let archiver = database.archiver.as_ref().filter(|archiver| archiver.failed > 0);
    let dropped = |lang: Lang| {
        let n = Numbers(lang);
        let intervals = database.dropped.iter().map(|d| {
            let interval = ServerLabel::DroppedInterval {
                view: d.view.clone(),
                from: n.whole(d.from_s.max(0.0) as u64),
                until: n.whole(d.until_s.max(0.0).ceil() as u64),
                why: d.why.text(lang),
            };
            interval.text(lang)
        });
        let intervals = intervals.collect::<Vec<_>>().join(", ");
        ServerLabel::DroppedLine { intervals }.text(lang)
    };
    html! {
        (table.markup())
        @if let Some(archiver) = archiver {
            p { (say(&ServerLabel::ArchiverFailed {
                failed: archiver.failed, archived: archiver.archived,
            })) }
        }
        @if !database.dropped.is_empty() { p.dim { (Both::of(dropped)) } }
    }
}
