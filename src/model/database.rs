//! What the server says of itself while the load runs: sums of the differences
//! between one snapshot of its statistics and the next.
//!
//! A difference that means nothing (the statistics were reset, the server
//! restarted, a counter fell) is left out of every sum and named in `dropped`.
//! What can't be seen is null and named in the record's `unavailable`.
//! Sources of the columns: PostgreSQL's manual, "The Cumulative Statistics System".

use super::record::WaitCount;
use crate::message::{Lang, Localized};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The server's statistics of the measure phase.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Database {
    /// From the first snapshot to the last; the last is taken after the
    /// writers' sessions are closed and the counters stand still.
    pub elapsed_s: f64,
    /// Checkpoints, from pg_stat_bgwriter or, from 17 on, pg_stat_checkpointer.
    pub checkpoints: Option<Checkpoints>,
    /// The write-ahead log.
    pub wal: Option<Wal>,
    /// The rows of pg_stat_io that counted something; from 16 on.
    pub io: Option<Vec<IoCount>>,
    /// Who wrote buffers.
    pub buffers: Option<Buffers>,
    /// pg_stat_database, of our database.
    pub transactions: Option<Transactions>,
    /// How often blocks of our tables and indexes were found in shared_buffers.
    pub cache: Option<Cache>,
    /// pg_stat_user_tables, summed over our tenants' tables.
    pub tables: Option<TableCounts>,
    /// pg_stat_statements, folded by shape.
    pub statements: Option<Statements>,
    /// What our backends and the checkpointer waited for, ten times a second.
    pub waits: Vec<Waiting>,
    /// The standbys, as they were seen last.
    pub replication: Vec<Standby>,
    /// The archiver.
    pub archiver: Option<Archiver>,
    /// Differences that were left out.
    pub dropped: Vec<Dropped>,
}

/// Checkpoints.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Checkpoints {
    /// Begun because of checkpoint_timeout; skipped ones count, too.
    pub timed: u64,
    /// Begun because of max_wal_size, a CHECKPOINT or a backup.
    pub requested: u64,
    /// requested / (requested + timed); null where none began (from 1.3 on).
    #[serde(default)]
    pub requested_share: Option<f64>,
    /// Time in the write phase of checkpoints that ended.
    pub write_ms: f64,
    /// Time in the sync phase of checkpoints that ended.
    pub sync_ms: f64,
    /// Buffers written by them.
    pub buffers: u64,
    /// Where `each` comes from.
    pub source: CheckpointSource,
    /// Each checkpoint that touches the measure phase.
    pub each: Vec<Checkpoint>,
    /// Response times by what the checkpointer was doing.
    #[serde(default)]
    pub by_phase: Vec<PhaseLatency>,
}

/// How single checkpoints were seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CheckpointSource {
    /// From the server's log (log_checkpoints), on a private server: exact.
    Log,
    /// From pg_control_checkpoint() once a second: times are good to a second or two.
    #[default]
    Polling,
}

/// One checkpoint. Times count from the beginning of the measure phase; what
/// began before it is negative.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Checkpoint {
    /// When it began.
    pub began_s: f64,
    /// When its write phase was over and files were being synced; null where that wasn't seen.
    pub sync_began_s: Option<f64>,
    /// When it was complete; null where the measure phase ended before.
    pub ended_s: Option<f64>,
    /// Why it began; null where that wasn't seen.
    pub kind: Option<CheckpointKind>,
    /// Buffers written; null where they weren't seen.
    pub buffers: Option<u64>,
    /// WAL since the redo point of the one before; null where it wasn't seen.
    pub wal_distance_bytes: Option<u64>,
}

impl Checkpoint {
    /// What it was doing `at_s` seconds after the beginning of the measure
    /// phase. The first tenth is known only of one that ended: of one that
    /// didn't, everything before the sync phase is `write`.
    pub fn phase_at(&self, at_s: f64) -> CheckpointPhase {
        let ended = self.ended_s.is_some_and(|ended| at_s >= ended);
        if at_s < self.began_s || ended {
            CheckpointPhase::None
        } else if self.sync_began_s.is_some_and(|began| at_s >= began) {
            CheckpointPhase::Sync
        } else {
            let tenth = self.ended_s.map(|ended| self.began_s + (ended - self.began_s) / 10.0);
            match tenth {
                Some(tenth) if at_s < tenth => CheckpointPhase::Early,
                _ => CheckpointPhase::Write,
            }
        }
    }

    /// What it was doing in the second that begins at `second`: `sync` where
    /// it synced in any part of it, since that is short; else what it did in
    /// the second's middle, or as near to it as it goes.
    pub fn phase_in(&self, second: u32) -> CheckpointPhase {
        let (from, until) = (f64::from(second), f64::from(second) + 1.0);
        let ended = self.ended_s.unwrap_or(f64::INFINITY);
        if self.began_s >= until || ended <= from {
            return CheckpointPhase::None;
        }
        match self.sync_began_s {
            Some(began) if began < until => CheckpointPhase::Sync,
            _ => match self.phase_at((from + 0.5).max(self.began_s)) {
                CheckpointPhase::None => CheckpointPhase::Write,
                phase => phase,
            },
        }
    }
}

/// Why a checkpoint began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CheckpointKind {
    /// checkpoint_timeout.
    Timed,
    /// max_wal_size: WAL ran ahead.
    Wal,
    /// A CHECKPOINT, a backup, CREATE DATABASE, a shutdown, or max_wal_size where that can't be told apart.
    Requested,
}

/// What a checkpoint is doing.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum CheckpointPhase {
    /// The first tenth of its time, when pages are logged in full for the first time.
    Early,
    /// The rest of the write phase.
    Write,
    /// The sync phase.
    Sync,
    /// No checkpoint.
    None,
}

impl Localized for CheckpointPhase {
    fn text(&self, lang: Lang) -> String {
        let (en, vi) = match self {
            CheckpointPhase::Early => ("early", "đầu"),
            CheckpointPhase::Write => ("write", "ghi"),
            CheckpointPhase::Sync => ("sync", "đồng bộ"),
            CheckpointPhase::None => ("none", "không có"),
        };
        match lang {
            Lang::En => en,
            Lang::Vi => vi,
        }
        .to_owned()
    }
}

/// Response times of the batches that ended while a checkpoint was in a phase.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PhaseLatency {
    /// The phase.
    pub phase: CheckpointPhase,
    /// How many seconds of the measure phase were in it.
    pub seconds: u32,
    /// How many batches ended in it.
    pub batches: u64,
    /// Their mean response time; null where no batch ended in it.
    pub response_ms_mean: Option<f64>,
    /// The same over that of phase `none`; null where either phase has less
    /// than 30 s or 1,000 batches, which say nothing.
    pub ratio: Option<f64>,
}

/// pg_stat_wal; WAL's I/O from 18 on is in pg_stat_io.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Wal {
    /// WAL generated.
    pub bytes: u64,
    /// Records.
    pub records: u64,
    /// Full page images.
    pub full_page_images: u64,
    /// Times that WAL was written because wal_buffers were full.
    pub buffers_full: u64,
    /// Times that WAL was written out.
    pub writes: Option<u64>,
    /// Times that WAL was flushed.
    pub syncs: Option<u64>,
    /// Time of the writes; null where track_wal_io_timing is off.
    pub write_ms: Option<f64>,
    /// Time of the flushes; null where track_wal_io_timing is off.
    pub sync_ms: Option<f64>,
    /// WAL by its insert position over the rows acknowledged in the measure
    /// phase; null where there were none. (Counters of the warm-up may be
    /// published up to a second late, within the measure phase.)
    pub bytes_per_row: Option<f64>,
    /// full_page_images × 8192 / bytes: an upper bound of the share of full
    /// page images, since holes in pages aren't logged. At most 1.
    pub full_page_share_at_most: Option<f64>,
}

/// One row of pg_stat_io: who, on what, in which context. NULL there means
/// impossible, and is null here.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct IoCount {
    /// backend_type.
    pub backend_type: String,
    /// object: relation, temp relation or, from 18 on, wal.
    pub object: String,
    /// context: normal, bulkread, bulkwrite, vacuum or, from 18 on, init.
    pub context: String,
    /// Reads.
    pub reads: Option<u64>,
    /// Bytes read (op_bytes × reads before 18).
    pub read_bytes: Option<u64>,
    /// Time of reads; null where track_io_timing is off.
    pub read_ms: Option<f64>,
    /// Writes.
    pub writes: Option<u64>,
    /// Bytes written.
    pub write_bytes: Option<u64>,
    /// Time of writes.
    pub write_ms: Option<f64>,
    /// Extensions of a relation.
    pub extends: Option<u64>,
    /// Bytes of them.
    pub extend_bytes: Option<u64>,
    /// Time of extensions.
    pub extend_ms: Option<f64>,
    /// Blocks found in shared_buffers.
    pub hits: Option<u64>,
    /// Blocks put out of shared_buffers.
    pub evictions: Option<u64>,
    /// Blocks of a ring that were used again.
    pub reuses: Option<u64>,
    /// Flushes.
    pub fsyncs: Option<u64>,
    /// Time of flushes.
    pub fsync_ms: Option<f64>,
}

/// Who wrote buffers out.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Buffers {
    /// The checkpointer.
    pub checkpointer: u64,
    /// The background writer.
    pub background_writer: u64,
    /// Backends themselves: buffers_backend up to 16, which counts extensions
    /// too; from 17 on writes of client backends in pg_stat_io.
    pub backends: Option<u64>,
    /// Flushes that backends had to do themselves, since the queue was full.
    pub backend_fsyncs: Option<u64>,
    /// Buffers allocated.
    pub allocated: u64,
    /// Rounds that the background writer ended because of bgwriter_lru_maxpages.
    pub maxwritten_clean: u64,
}

/// pg_stat_database.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Transactions {
    /// Committed.
    pub commits: u64,
    /// Rolled back.
    pub rollbacks: u64,
    /// Rows inserted.
    pub rows_inserted: u64,
    /// Rows updated.
    pub rows_updated: u64,
    /// Deadlocks.
    pub deadlocks: u64,
    /// Bytes of temporary files.
    pub temp_bytes: u64,
    /// Transactions of other databases of the server, which share its disk and memory.
    pub of_other_databases: u64,
}

/// Blocks found and not found in shared_buffers.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Cache {
    /// Index blocks of our tables that were found.
    pub index_blocks_hit: u64,
    /// Index blocks that were read.
    pub index_blocks_read: u64,
    /// hit / (hit + read): what is judged. Null where no block was touched.
    pub index_hit_ratio: Option<f64>,
    /// Heap blocks that were found.
    pub heap_blocks_hit: u64,
    /// Heap blocks that were read; up to 15 an extension counts as one.
    pub heap_blocks_read: u64,
    /// The same for the heap: shown, never judged, since it measures the
    /// major version and not the memory.
    pub heap_hit_ratio: Option<f64>,
}

/// pg_stat_user_tables of our tenants' tables.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct TableCounts {
    /// Rows inserted.
    pub rows_inserted: u64,
    /// Runs of autovacuum that ended.
    pub autovacuums: u64,
    /// Runs of autoanalyze that ended.
    pub autoanalyzes: u64,
    /// Rows inserted since the last vacuum, at the end.
    pub inserted_since_vacuum: u64,
    /// Dead rows at the end.
    pub dead_rows: u64,
    /// Size of tables before.
    pub table_bytes_before: u64,
    /// Size of tables after.
    pub table_bytes_after: u64,
    /// Size of indexes before.
    pub index_bytes_before: u64,
    /// Size of indexes after.
    pub index_bytes_after: u64,
}

/// pg_stat_statements.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Statements {
    /// The extension's version.
    pub version: String,
    /// Whether the server threw entries away meanwhile, or hides those of the
    /// writers' role, so that counts may be too low.
    pub is_partial: bool,
    /// Execution time of all statements that were counted.
    pub total_ms: f64,
    /// That of the sampler's statements.
    pub sampler_ms: f64,
    /// The ten shapes with the most total time.
    pub by_total: Vec<Statement>,
    /// The ten shapes with the greatest mean time.
    pub by_mean: Vec<Statement>,
}

/// Statements of one shape: the tenants' schemas are taken out, and rows of VALUES.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Statement {
    /// The text, `{tenant}` for a tenant's schema.
    pub query: String,
    /// Whether it is the sampler's own.
    pub of_sampler: bool,
    /// How many entries were folded into it.
    pub entries: u64,
    /// Calls.
    pub calls: u64,
    /// Rows.
    pub rows: u64,
    /// Time of all calls; a COPY's includes waiting for the client.
    pub total_ms: f64,
    /// total_ms / calls.
    pub mean_ms: f64,
    /// Blocks found in shared_buffers.
    pub blocks_hit: u64,
    /// Blocks read.
    pub blocks_read: u64,
    /// WAL generated.
    pub wal_bytes: u64,
}

/// How often somebody was seen waiting for something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Waiting {
    /// `writers` or `checkpointer`.
    pub who: String,
    /// What for, the most frequent first.
    pub events: Vec<WaitCount>,
}

/// A standby, as pg_stat_replication had it last.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Standby {
    /// application_name.
    pub name: String,
    /// state; null without pg_monitor.
    pub state: Option<String>,
    /// sync_state.
    pub sync_state: Option<String>,
    /// The most WAL that it was seen to be behind in replay.
    pub replay_lag_bytes_max: Option<u64>,
}

/// pg_stat_archiver.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Archiver {
    /// WAL files archived.
    pub archived: u64,
    /// Attempts that failed.
    pub failed: u64,
}

/// A difference that was left out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Dropped {
    /// The view.
    pub view: String,
    /// When the interval began, in seconds of the measure phase.
    pub from_s: f64,
    /// When it ended.
    pub until_s: f64,
    /// Why.
    pub why: DropReason,
}

/// Why a difference means nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DropReason {
    /// stats_reset changed.
    Reset,
    /// The server was restarted.
    Restarted,
    /// A counter is lower than before.
    Fell,
    /// The snapshot could not be taken.
    Unanswered,
}

impl Localized for DropReason {
    fn text(&self, lang: Lang) -> String {
        let (en, vi) = match self {
            DropReason::Reset => ("reset", "bị đặt lại"),
            DropReason::Restarted => ("restarted", "khởi động lại"),
            DropReason::Fell => ("a counter fell", "bộ đếm giảm"),
            DropReason::Unanswered => ("no answer", "không trả lời"),
        };
        match lang {
            Lang::En => en,
            Lang::Vi => vi,
        }
        .to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::CheckpointPhase::{Early, None, Sync, Write};
    use super::*;

    fn checkpoint(ended_s: Option<f64>) -> Checkpoint {
        let (kind, buffers, wal_distance_bytes) = (Option::None, Option::None, Option::None);
        let sync_began_s = ended_s.map(|ended| ended - 0.4);
        Checkpoint { began_s: 10.2, sync_began_s, ended_s, kind, buffers, wal_distance_bytes }
    }

    #[test]
    fn a_checkpoint_goes_through_its_phases() {
        let whole = checkpoint(Some(30.2));
        let at = [10.0, 10.2, 12.0, 12.3, 29.7, 29.9, 30.2];
        let phases = at.map(|at| whole.phase_at(at));
        assert_eq!(phases, [None, Early, Early, Write, Write, Sync, None]);
        let seconds = [9, 10, 12, 28, 29, 30, 31].map(|second| whole.phase_in(second));
        assert_eq!(seconds, [None, Early, Write, Write, Sync, Sync, None]);
    }

    #[test]
    fn one_that_did_not_end_has_no_known_tenth() {
        let open = checkpoint(Option::None);
        assert_eq!([open.phase_at(10.3), open.phase_at(99.0)], [Write, Write]);
        assert_eq!([open.phase_in(9), open.phase_in(10)], [None, Write]);
    }

    #[test]
    fn one_within_a_second_is_seen_in_it() {
        let short = Checkpoint { sync_began_s: Option::None, ..checkpoint(Some(10.4)) };
        assert_eq!([short.phase_in(10), short.phase_in(11)], [Write, None]);
    }
}
