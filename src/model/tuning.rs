//! What the tuning rules need besides the statistics: the settings of the
//! write path, the server's machine, and what came close to a limit.

use super::facts::SettingFact;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The settings that rules, their formulas and their guards are about. What a
/// rule asks for is to be here: [`Tuning::setting`] has no other.
pub const SETTINGS: &[&str] = &[
    // Checkpoints.
    "max_wal_size",
    "min_wal_size",
    "checkpoint_timeout",
    "checkpoint_completion_target",
    "checkpoint_flush_after",
    "checkpoint_warning",
    "log_checkpoints",
    // WAL.
    "wal_buffers",
    "wal_compression",
    "wal_level",
    "wal_init_zero",
    "wal_recycle",
    "wal_segment_size",
    "wal_keep_size",
    "wal_log_hints",
    "wal_sync_method",
    "wal_writer_delay",
    "wal_writer_flush_after",
    "max_slot_wal_keep_size",
    "max_wal_senders",
    "archive_mode",
    "archive_timeout",
    "summarize_wal",
    // Commits and durability.
    "fsync",
    "full_page_writes",
    "synchronous_commit",
    "synchronous_standby_names",
    "commit_delay",
    "commit_siblings",
    "data_checksums",
    // Memory.
    "shared_buffers",
    "huge_pages",
    "huge_page_size",
    "huge_pages_status",
    "shared_memory_size",
    "shared_memory_size_in_huge_pages",
    "work_mem",
    "hash_mem_multiplier",
    "maintenance_work_mem",
    "autovacuum_work_mem",
    "temp_buffers",
    "effective_cache_size",
    "block_size",
    // Background writer and I/O.
    "bgwriter_delay",
    "bgwriter_lru_maxpages",
    "bgwriter_lru_multiplier",
    "bgwriter_flush_after",
    "backend_flush_after",
    "effective_io_concurrency",
    "maintenance_io_concurrency",
    "io_method",
    "io_workers",
    "io_combine_limit",
    // Connections, workers and locks.
    "max_connections",
    "superuser_reserved_connections",
    "reserved_connections",
    "max_worker_processes",
    "max_parallel_workers",
    "max_parallel_maintenance_workers",
    "max_prepared_transactions",
    "max_locks_per_transaction",
    // Autovacuum.
    "autovacuum",
    "autovacuum_max_workers",
    "autovacuum_worker_slots",
    "autovacuum_naptime",
    "autovacuum_vacuum_cost_delay",
    "autovacuum_vacuum_cost_limit",
    "vacuum_cost_limit",
    "autovacuum_vacuum_insert_threshold",
    "autovacuum_vacuum_insert_scale_factor",
    // Statements.
    "jit",
    "jit_above_cost",
    "default_toast_compression",
    "track_io_timing",
    "track_wal_io_timing",
    "log_lock_waits",
    "log_min_duration_statement",
    // Whether ALTER SYSTEM may be used.
    "allow_alter_system",
];

/// What the tuning rules need besides the statistics.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Tuning {
    /// The settings that rules are about, as a new session of the writers has them.
    pub settings: Vec<SettingFact>,
    /// The server's machine.
    pub machine: Machine,
    /// What came close to a limit.
    pub peaks: Peaks,
    /// Whether the role may change settings with ALTER SYSTEM: a superuser, or
    /// granted (from 15 on), where allow_alter_system isn't off; null: not seen.
    #[serde(default)]
    pub may_alter_system: Option<bool>,
    /// The role that shows a managed service, whose settings are in a
    /// parameter group, as in `rds_superuser` or `cloudsqlsuperuser`; null
    /// where there is none.
    #[serde(default)]
    pub managed_by: Option<String>,
}

impl Tuning {
    /// A setting; None where the server doesn't have it, or the role may not see it.
    pub fn setting(&self, name: &str) -> Option<&SettingFact> {
        self.settings.iter().find(|setting| setting.name == name)
    }
}

/// The server's machine: seen where the server is on this one, else as the
/// user gave it (`--ram`, `--wal-disk`). Null: needs input.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Machine {
    /// Processors.
    pub cpus: Option<u32>,
    /// Memory that the server may use: of the machine, or of its cgroup where that is less.
    pub memory_bytes: Option<u64>,
    /// Free on the filesystem of pg_wal, at the end of the load.
    pub wal_free_bytes: Option<u64>,
    /// Size of pg_wal, at the end of the load.
    pub wal_bytes: Option<u64>,
    /// Whether that filesystem copies on write.
    pub wal_copies_on_write: Option<bool>,
}

/// What came close to a limit while the load ran, the most of all samples.
/// Null: not seen.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Peaks {
    /// Client backends of the whole server.
    pub connections: Option<u32>,
    /// Of these, active ones.
    pub active: Option<u32>,
    /// Locks in the shared lock table: those of pg_locks that aren't fast-path.
    pub shared_locks: Option<u32>,
    /// Autovacuum workers at once.
    pub autovacuum_workers: Option<u32>,
    /// The share of samples in which all autovacuum_max_workers were busy.
    pub autovacuum_full_share: Option<f64>,
    /// Of the samples of autovacuum workers, the share that waited for the cost delay.
    pub vacuum_delay_share: Option<f64>,
    /// By how much the rows that are dead, or inserted since the last vacuum,
    /// grew in the tenants' tables; negative where vacuum caught up.
    pub vacuum_backlog_grown: Option<i64>,
    /// The table with the most rows inserted since its last vacuum, at the end.
    pub most_inserted: Option<MostInserted>,
    /// The most passes over the indexes that a vacuum needed.
    pub vacuum_index_passes: Option<u32>,
    /// Functions that were compiled just in time, by the writers' statements.
    pub jit_functions: Option<u64>,
    /// Blocks of the tenants' TOAST tables that were read or hit.
    pub toast_blocks: Option<u64>,
}

/// A table of the tenants, and how far it is from an autovacuum for its inserts.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct MostInserted {
    /// The table, with its schema.
    pub table: String,
    /// Rows inserted since its last vacuum.
    pub inserted_since_vacuum: u64,
    /// Its rows, by the planner's estimate; null before the first vacuum or analyze.
    pub rows: Option<u64>,
    /// The share of its pages that isn't frozen, which counts from 18 on; 1 before.
    pub unfrozen_share: f64,
    /// Autovacuums of it that ended. The run made the table, so all of them were in it.
    pub autovacuums: u64,
}
