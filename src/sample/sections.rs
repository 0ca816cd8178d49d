//! From sums to the sections of the record, and why a section isn't there.

use super::delta::Counters;
use super::link::Facts;
use super::snapshot::View;
use super::totals::Totals;
use crate::model::database::{
    Archiver, Buffers, CheckpointSource, Checkpoints, Database, IoCount, Transactions, Wal,
};
use crate::model::observed::Sampler as Said;
use crate::model::{Note, Reason, Unavailable};
use std::collections::BTreeMap;

/// The sections that the sums fill.
pub(super) fn database(totals: &Totals, facts: Option<&Facts>) -> Database {
    Database {
        elapsed_s: totals.elapsed_s(),
        checkpoints: checkpoints(totals),
        wal: wal(totals, facts.is_some_and(|f| f.times_wal)),
        io: io(totals, facts),
        buffers: buffers(totals),
        transactions: transactions(totals).filter(|_| facts.is_some_and(|f| f.counts_rows)),
        archiver: archiver(totals),
        dropped: totals.dropped().to_vec(),
        ..Database::default()
    }
}

/// The view that has the checkpoints.
fn checkpointer(totals: &Totals, counter: &str) -> Option<u64> {
    totals.of(View::Checkpointer, counter).or_else(|| totals.of(View::Bgwriter, counter))
}

fn ms(us: u64) -> f64 {
    us as f64 / 1_000.0
}

fn checkpoints(totals: &Totals) -> Option<Checkpoints> {
    let of = |counter| checkpointer(totals, counter);
    Some(Checkpoints {
        timed: of("timed")?,
        requested: of("requested")?,
        requested_share: None,
        write_ms: ms(of("write_us")?),
        sync_ms: ms(of("sync_us")?),
        buffers: of("checkpointer_buffers")?,
        source: CheckpointSource::Polling,
        each: Vec::new(),
        by_phase: Vec::new(),
    })
}

fn wal(totals: &Totals, times_wal: bool) -> Option<Wal> {
    let of = |counter| totals.of(View::Wal, counter);
    // From 18 on WAL's I/O is in pg_stat_io.
    let in_io = |counter| {
        sum_io(totals, counter, |key| matches!(key, [_, o, c] if o == "wal" && c == "normal"))
    };
    let timed = |counter, io| of(counter).or_else(|| in_io(io)).map(ms).filter(|_| times_wal);
    Some(Wal {
        bytes: of("bytes")?,
        records: of("records")?,
        full_page_images: of("full_page_images")?,
        buffers_full: of("buffers_full")?,
        writes: of("writes").or_else(|| in_io("writes")),
        syncs: of("syncs").or_else(|| in_io("fsyncs")),
        write_ms: timed("write_us", "write_us"),
        sync_ms: timed("sync_us", "fsync_us"),
        bytes_per_row: None,
        full_page_share_at_most: None,
    })
}

/// A counter of pg_stat_io, over the rows that are wanted; None where none has it.
fn sum_io(totals: &Totals, counter: &str, wanted: impl Fn(&[String]) -> bool) -> Option<u64> {
    let rows = totals.rows(View::Io)?.iter().filter(|(key, _)| wanted(key));
    let values: Vec<u64> = rows.filter_map(|(_, c)| c.get(counter).copied()).collect();
    (!values.is_empty()).then(|| values.iter().sum())
}

/// What client backends did to relations, of rows of pg_stat_io.
pub(super) fn is_of_clients(key: &[String]) -> bool {
    matches!(key, [who, on, _] if who == "client backend" && on == "relation")
}

fn buffers(totals: &Totals) -> Option<Buffers> {
    let of = |counter| totals.of(View::Bgwriter, counter);
    let clients = |counter| sum_io(totals, counter, is_of_clients);
    Some(Buffers {
        checkpointer: checkpointer(totals, "checkpointer_buffers")?,
        background_writer: of("cleaned")?,
        // From 17 on the view hasn't these; 16 has both, and the old one counts more.
        backends: of("backend_buffers").or_else(|| clients("writes")),
        backend_fsyncs: of("backend_fsyncs").or_else(|| clients("fsyncs")),
        allocated: of("allocated")?,
        maxwritten_clean: of("maxwritten_clean")?,
    })
}

fn transactions(totals: &Totals) -> Option<Transactions> {
    let of = |counter| totals.of(View::Database, counter);
    Some(Transactions {
        commits: of("commits")?,
        rollbacks: of("rollbacks")?,
        rows_inserted: of("rows_inserted")?,
        rows_updated: of("rows_updated")?,
        deadlocks: of("deadlocks")?,
        temp_bytes: of("temp_bytes")?,
        of_other_databases: of("of_others")?,
    })
}

fn archiver(totals: &Totals) -> Option<Archiver> {
    let of = |counter| totals.of(View::Archiver, counter);
    Some(Archiver { archived: of("archived")?, failed: of("failed")? })
}

/// The rows that counted something.
fn io(totals: &Totals, facts: Option<&Facts>) -> Option<Vec<IoCount>> {
    let rows = totals.rows(View::Io)?.iter();
    let counted = rows.filter(|(_, counters)| counters.values().any(|value| *value > 0));
    Some(counted.filter_map(|(key, counters)| io_count(key, counters, facts)).collect())
}

fn io_count(key: &[String], counters: &Counters, facts: Option<&Facts>) -> Option<IoCount> {
    let [backend_type, object, context] = key else { return None };
    let of = |counter: &str| counters.get(counter).copied();
    let is_timed = facts.is_some_and(|f| if object == "wal" { f.times_wal } else { f.times_io });
    let timed = |counter| of(counter).map(ms).filter(|_| is_timed);
    Some(IoCount {
        backend_type: backend_type.clone(),
        object: object.clone(),
        context: context.clone(),
        reads: of("reads"),
        read_bytes: of("read_bytes"),
        read_ms: timed("read_us"),
        writes: of("writes"),
        write_bytes: of("write_bytes"),
        write_ms: timed("write_us"),
        extends: of("extends"),
        extend_bytes: of("extend_bytes"),
        extend_ms: timed("extend_us"),
        hits: of("hits"),
        evictions: of("evictions"),
        reuses: of("reuses"),
        fsyncs: of("fsyncs"),
        fsync_ms: timed("fsync_us"),
    })
}

/// Why what isn't there isn't there.
pub(super) fn unavailable(
    database: &Database,
    totals: &Totals,
    facts: Option<&Facts>,
    (errors, looks): (&BTreeMap<&'static str, String>, u64),
    major: u32,
) -> Vec<Unavailable> {
    let mut missing = Vec::new();
    let mut say = |path: &str, reason: Note| {
        missing.push(Unavailable { path: path.to_owned(), reason });
    };
    let why = |view: View, statement: &str| -> Note {
        let error = errors.get(statement).or_else(|| errors.get("open"));
        match error {
            _ if totals.was_read(view) => {
                Reason::NoIntervalLeft { view: view.name().to_owned() }.into()
            }
            Some(error) => Reason::QueryFailed { error: error.clone() }.into(),
            None => Reason::NotReached {}.into(),
        }
    };
    let checkpoints = if major < 17 { View::Bgwriter } else { View::Checkpointer };
    let sections = [
        ("database.checkpoints", database.checkpoints.is_none(), checkpoints),
        ("database.wal", database.wal.is_none(), View::Wal),
        ("database.buffers", database.buffers.is_none(), View::Bgwriter),
        ("database.archiver", database.archiver.is_none(), View::Archiver),
    ];
    for (path, _, view) in sections.into_iter().filter(|(_, is_missing, _)| *is_missing) {
        say(path, why(view, "snapshot"));
    }
    let off = |is_on: fn(&Facts) -> bool| facts.is_some_and(|facts| !is_on(facts));
    match &database.transactions {
        Some(_) => {}
        None if off(|f| f.counts_rows) => {
            say("database.transactions", Said::CountsMissing {}.into())
        }
        None => say("database.transactions", why(View::Database, "snapshot")),
    }
    if let Some(wal) = &database.wal {
        let times = [("sync_ms", wal.sync_ms), ("write_ms", wal.write_ms)];
        let counts = [("syncs", wal.syncs), ("writes", wal.writes)];
        for (field, _) in times.into_iter().filter(|(_, value)| value.is_none()) {
            let path = format!("database.wal.{field}");
            match off(|f| f.times_wal) {
                true => say(&path, Said::WalTimesMissing {}.into()),
                false => say(&path, why(View::Io, "io")),
            }
        }
        for (field, _) in counts.into_iter().filter(|(_, value)| value.is_none()) {
            say(&format!("database.wal.{field}"), why(View::Io, "io"));
        }
    }
    if let Some(Buffers { backends: None, .. }) = &database.buffers {
        say("database.buffers.backends", why(View::Io, "io"));
    }
    match &database.io {
        Some(_) if off(|f| f.times_io) => say("database.io", Said::IoTimesMissing {}.into()),
        Some(_) => {}
        None if major < 16 => {
            let view = View::Io.name().to_owned();
            say("database.io", Reason::OnlyFromMajor { view, major: 16 }.into());
        }
        None => say("database.io", why(View::Io, "io")),
    }
    if looks == 0 {
        let error = errors.get("activity").or_else(|| errors.get("open")).cloned();
        let reason: Note = error.map_or_else(
            || Reason::NotReached {}.into(),
            |error| Reason::QueryFailed { error }.into(),
        );
        say("database.waits", reason.clone());
        say("series.server.waits", reason);
    }
    let Some(facts) = facts else { return missing };
    if !facts.sees_activity {
        for path in ["database.waits", "series.server.waits", "series.server.copying_rows"] {
            say(path, Said::ActivitiesMissing {}.into());
        }
    }
    if !facts.sees_all {
        let own = || Note::from(Said::SeesOwn { role: facts.role.clone() });
        say("series.server.checkpoint", own());
        say("series.server.autovacuum_workers", own());
        if database.replication.iter().any(|standby| standby.state.is_none()) {
            say("database.replication", own());
        }
    }
    missing
}
