//! A snapshot of the server's counters, and how it is read from the answers.

use super::delta::{Counters, Reading};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;
use tokio_postgres::Row;
use tokio_postgres::types::Type;

/// Where counters come from. The order is that of the record's `dropped`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum View {
    /// pg_stat_bgwriter; up to 16 it has the checkpoints, too.
    Bgwriter,
    /// pg_stat_checkpointer, from 17 on.
    Checkpointer,
    /// pg_stat_wal.
    Wal,
    /// pg_stat_io, from 16 on.
    Io,
    /// pg_stat_database: our database, and the transactions of the others.
    Database,
    /// pg_stat_archiver.
    Archiver,
    /// The position up to which WAL was inserted.
    Lsn,
}

impl View {
    /// Its name in PostgreSQL.
    pub fn name(self) -> &'static str {
        match self {
            View::Bgwriter => "pg_stat_bgwriter",
            View::Checkpointer => "pg_stat_checkpointer",
            View::Wal => "pg_stat_wal",
            View::Io => "pg_stat_io",
            View::Database => "pg_stat_database",
            View::Archiver => "pg_stat_archiver",
            View::Lsn => "pg_current_wal_insert_lsn",
        }
    }

    /// The view that a column of the snapshot belongs to, by its prefix.
    fn of_prefix(prefix: &str) -> Option<View> {
        Some(match prefix {
            "bgwriter" => View::Bgwriter,
            "checkpointer" => View::Checkpointer,
            "wal" => View::Wal,
            "database" => View::Database,
            "archiver" => View::Archiver,
            "lsn" => View::Lsn,
            _ => return None,
        })
    }
}

/// The last checkpoint that is complete, as pg_control_checkpoint() has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Control {
    /// Where its record is, in bytes of WAL.
    pub checkpoint_lsn: u64,
    /// Where it began, likewise.
    pub redo_lsn: u64,
    /// When it began, in microseconds since 1970, by the server's clock; whole seconds.
    pub checkpoint_time_us: i64,
}

/// A standby at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandbySeen {
    /// application_name.
    pub name: String,
    /// state; None without pg_monitor.
    pub state: Option<String>,
    /// sync_state, likewise.
    pub sync_state: Option<String>,
    /// WAL that it has yet to replay.
    pub replay_lag_bytes: Option<u64>,
}

/// Everything that is read once a second.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// When the counters were answered.
    pub at: Instant,
    /// The counters, as far as they could be read.
    pub views: BTreeMap<View, Reading>,
    /// None where it couldn't be read.
    pub control: Option<Control>,
    /// None where they couldn't be read.
    pub standbys: Option<Vec<StandbySeen>>,
    /// Rows that COPYs under way had taken in; None where that can't be seen.
    pub copying_rows: Option<u64>,
}

/// A count; None for NULL, for less than 0, and for a column that isn't a count.
pub(super) fn count(row: &Row, name: &str) -> Option<u64> {
    number(row, name).and_then(|value| u64::try_from(value).ok())
}

/// A number that may be negative.
pub(super) fn number(row: &Row, name: &str) -> Option<i64> {
    row.try_get::<_, Option<i64>>(name).ok().flatten()
}

/// A text; None for NULL.
pub(super) fn text(row: &Row, name: &str) -> Option<String> {
    row.try_get::<_, Option<String>>(name).ok().flatten()
}

/// The one-row views, whose columns are called `view.counter`.
pub(super) fn one_row_views(row: &Row, started_us: i64) -> BTreeMap<View, Reading> {
    let mut views = BTreeMap::new();
    for column in row.columns() {
        let Some((prefix, name)) = column.name().split_once('.') else { continue };
        let Some(view) = View::of_prefix(prefix) else { continue };
        let reading: &mut Reading = views.entry(view).or_default();
        reading.started_us = started_us;
        if name == "reset_us" {
            reading.reset_us = number(row, column.name());
        } else if let Some(value) = count(row, column.name()) {
            reading.rows.entry(Vec::new()).or_default().insert(name.into(), value);
        }
    }
    // Nothing but NULLs: it wasn't read.
    views.retain(|_, reading| !reading.rows.is_empty());
    views
}

/// pg_stat_io. Every text column identifies a row, every number counts.
pub(super) fn io(rows: &[Row], started_us: i64) -> Reading {
    let columns = rows.first().map_or(&[][..], Row::columns);
    let names: Vec<(bool, Arc<str>)> =
        columns.iter().map(|c| (*c.type_() == Type::INT8, c.name().into())).collect();
    let mut reading = Reading { started_us, ..Reading::default() };
    for row in rows {
        let (mut key, mut counters) = (Vec::new(), Counters::new());
        for (is_number, name) in &names {
            match is_number {
                false => key.push(text(row, name).unwrap_or_default()),
                true if &**name == "reset_us" => {
                    reading.reset_us = reading.reset_us.max(number(row, name));
                }
                true => counters.extend(count(row, name).map(|value| (name.clone(), value))),
            }
        }
        reading.rows.insert(key, counters);
    }
    reading
}

/// The answer to control.sql.
pub(super) fn control(row: &Row) -> Option<Control> {
    Some(Control {
        checkpoint_lsn: count(row, "checkpoint_lsn")?,
        redo_lsn: count(row, "redo_lsn")?,
        checkpoint_time_us: number(row, "checkpoint_time_us")?,
    })
}

/// A row of standbys.sql. A position is read a moment before that of a
/// standby which has it all: less than nothing is nothing.
pub(super) fn standby(row: &Row) -> StandbySeen {
    let lag = number(row, "replay_lag_bytes").map(|lag| lag.max(0).unsigned_abs());
    StandbySeen {
        name: text(row, "name").unwrap_or_default(),
        state: text(row, "state"),
        sync_state: text(row, "sync_state"),
        replay_lag_bytes: lag,
    }
}
