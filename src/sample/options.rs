//! What is sampled.

use crate::session::Target;
use std::path::PathBuf;
use uuid::Uuid;

/// A private server, which is on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Local {
    /// What it logs to.
    pub log: PathBuf,
    /// Its data directory.
    pub data_dir: PathBuf,
}

/// What is sampled.
#[derive(Debug, Clone)]
pub struct SamplerOptions {
    /// The server.
    pub target: Target,
    /// What the writers' sessions call themselves.
    pub application_name: String,
    /// The run, whose tenants the ledger knows.
    pub run_id: Uuid,
    /// The table that is written.
    pub table: String,
    /// How the tenants' schemas begin.
    pub tenant_prefix: String,
    /// The role of the writers, where it isn't the one that connects.
    pub writer_role: Option<String>,
    /// The server's `server_version_num`.
    pub version_num: u32,
    /// The server's files and processes, where it is a private one.
    pub local: Option<Local>,
}
