//! What the tuning rules need besides the statistics: the settings of the
//! write path, the server's machine, and what came close to a limit.

use super::facts::SettingFact;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
    /// Rows inserted since its last vacuum into the table that has the most of them, at the end.
    pub inserted_since_vacuum_max: Option<u64>,
    /// That table's rows, by the planner's estimate.
    pub inserted_since_vacuum_table_rows: Option<u64>,
    /// That table, with its schema.
    pub inserted_since_vacuum_table: Option<String>,
    /// The most passes over the indexes that a vacuum needed.
    pub vacuum_index_passes: Option<u32>,
    /// Functions that were compiled just in time, by the writers' statements.
    pub jit_functions: Option<u64>,
    /// Blocks of the tenants' TOAST tables that were read or hit.
    pub toast_blocks: Option<u64>,
}
