//! What the journal holds of a change: enough to find the server again and to
//! put everything back. It holds no password.

use serde::{Deserialize, Serialize};

/// The version that is written. Another major isn't read.
pub(super) const SCHEMA_VERSION: &str = "1.0";

/// A change set: one file, of which there is one a server at most.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Version of this form.
    pub schema_version: String,
    /// Who wrote it, as in `pgvalidate 0.1.0`.
    pub tool: String,
    /// When, in UTC, RFC 3339.
    pub changed_at: String,
    /// The process that changes the settings.
    pub by: Owner,
    /// The server.
    pub server: ServerId,
    /// The settings, in the order in which they are changed.
    pub settings: Vec<SettingEntry>,
}

/// The process that changes the settings. That it is alive is told by the lock
/// that it holds; this is for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// Its process id.
    pub pid: u32,
    /// When it was started, in clock ticks since the machine was; with the pid, an identity.
    pub started_ticks: u64,
    /// The machine's name.
    pub host: String,
}

/// The server, and the session that changes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerId {
    /// From pg_control_system(); a copy of the server has the same.
    pub system_identifier: String,
    /// Where it was reached: host and port.
    pub at: String,
    /// The address for people: host, port, database, role.
    pub address: String,
    /// The connection string, without a password.
    pub connect: String,
    /// Process id of the backend that changes the settings.
    pub backend_pid: i32,
    /// When it was started, in microseconds since 1970.
    pub backend_start_us: i64,
}

/// A setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingEntry {
    /// Its name.
    pub name: String,
    /// What stood in postgresql.auto.conf before; null where nothing did.
    pub before: Option<String>,
    /// The value that a new session had before.
    pub in_effect: String,
    /// Where that came from, as in pg_settings.source.
    pub source: String,
    /// What we set.
    pub after: String,
    /// How far it came.
    pub state: State,
}

/// How far a setting's change came. What is `intended` may be done all the
/// same, where the tool ended in between: the server's file decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Written down.
    Intended,
    /// Changed, and seen in effect.
    Done,
    /// As it was before.
    Undone,
    /// Somebody else changed it meanwhile: left.
    Conflict,
}

impl Owner {
    /// This process.
    pub(super) fn of_process() -> Owner {
        let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
        // Behind the program's name, which may hold anything, field 22 is the 20th.
        let behind = stat.rsplit(')').next().unwrap_or_default();
        let ticks = behind.split_whitespace().nth(19).and_then(|ticks| ticks.parse().ok());
        Owner {
            pid: std::process::id(),
            started_ticks: ticks.unwrap_or(0),
            host: rustix::system::uname().nodename().to_string_lossy().into_owned(),
        }
    }
}
