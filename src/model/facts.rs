//! What a sign-off asked the server, as it was answered: the checklist is a
//! function of it. What a role may not see is kept apart from what isn't there.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What stands for a value that isn't read, since it can hold a password.
pub const NOT_RECORDED: &str = "(not recorded)";

/// Settings whose values can hold a password: connection strings and command
/// lines. The statements that read settings leave them out by the same names.
const SECRETS: [&str; 6] = [
    "primary_conninfo",
    "archive_command",
    "restore_command",
    "recovery_end_command",
    "archive_cleanup_command",
    "ssl_passphrase_command",
];

/// Whether the setting `name`, in any case, can hold a password.
pub fn can_hold_a_secret(name: &str) -> bool {
    SECRETS.iter().any(|secret| secret.eq_ignore_ascii_case(name))
}

/// An answer, or why there is none.
#[derive(Debug, Clone, PartialEq)]
pub enum Sight<T> {
    /// It was seen.
    Seen(T),
    /// The role may not see it; with these statements it might.
    Needs(String),
    /// The question failed.
    Failed(String),
}

/// What the server said.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    /// Who asked, and how it was connected.
    pub session: SessionFacts,
    /// All settings that the role may see, by name.
    pub settings: Vec<SettingFact>,
    /// Lines of the configuration files that can't be applied.
    pub files: Sight<Vec<FileFault>>,
    /// Who may log in, and how.
    pub hba: Sight<Vec<HbaRule>>,
    /// Roles whose stored password is an MD5 hash.
    pub md5_roles: Sight<Vec<String>>,
    /// The archiver.
    pub archiver: Sight<ArchiverFacts>,
    /// The standbys that are connected.
    pub standbys: Sight<Vec<StandbyFacts>>,
}

impl Facts {
    /// A setting's value in its base unit; None where it isn't there or may not be seen.
    pub fn setting(&self, name: &str) -> Option<&str> {
        self.settings.iter().find(|s| s.name == name).map(|s| s.value.as_str())
    }
}

/// Who asked, and how it was connected.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SessionFacts {
    /// The role.
    pub role: String,
    /// Whether it is a superuser.
    pub is_superuser: bool,
    /// Whether row-level security doesn't hold for it.
    pub bypasses_rls: bool,
    /// Whether the session is encrypted.
    pub encrypted: bool,
    /// With which version of TLS.
    pub tls_version: String,
    /// And which cipher.
    pub cipher: String,
    /// Whether it goes over a Unix socket.
    pub is_socket: bool,
    /// Whether it stays on this machine: a socket, or the loopback interface.
    pub is_local: bool,
    /// `server_version`.
    pub version: String,
    /// `server_version_num`.
    pub version_num: u32,
    /// Where the server is: host, port, database and role, without a password.
    pub address: String,
    /// When the server was started, in seconds since 1970.
    pub started_s: f64,
    /// Whether pg_stat_statements is loaded.
    pub statements_loaded: bool,
    /// Whether its extension is in the database.
    pub statements_created: bool,
    /// Whether the role sees all settings.
    pub reads_settings: bool,
    /// Whether it sees pg_hba.conf.
    pub reads_hba: bool,
    /// Whether it sees the lines of the configuration files.
    pub reads_files: bool,
    /// Whether it sees how passwords are stored.
    pub reads_passwords: bool,
}

/// A setting, as pg_settings has it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct SettingFact {
    /// Its name.
    pub name: String,
    /// The value that a new session has, in the base unit.
    pub value: String,
    /// The built-in default, in the base unit.
    pub built_in: String,
    /// The base unit, as in `8kB`; empty where there is none.
    pub unit: String,
    /// `bool`, `integer`, `real`, `enum` or `string`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What an enum may be.
    pub choices: Vec<String>,
    /// What it takes to change it: `postmaster` is a restart.
    pub context: String,
    /// Where the value comes from.
    pub source: String,
    /// The file; empty where it comes from none, or the role may not see it.
    pub file: String,
    /// The line in it.
    pub line: i32,
    /// Whether the file says something else since, which waits for a restart.
    pub pending_restart: bool,
}

/// A line of a configuration file that can't be applied.
#[derive(Debug, Clone, PartialEq)]
pub struct FileFault {
    /// The setting; empty where the line isn't one.
    pub name: String,
    /// The file.
    pub file: String,
    /// The line.
    pub line: i32,
    /// Why, in the server's words.
    pub error: String,
}

/// A line of pg_hba.conf.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HbaRule {
    /// The file; empty before PostgreSQL 16.
    pub file: String,
    /// The line.
    pub line: i32,
    /// `local`, `host`, `hostssl`, and so on.
    pub kind: String,
    /// The address, or a name; empty for `local`.
    pub address: String,
    /// The netmask; empty where the address is a name.
    pub netmask: String,
    /// How a client proves who it is.
    pub method: String,
    /// Why the line can't be used; empty where it can.
    pub error: String,
}

/// The archiver.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ArchiverFacts {
    /// archive_mode.
    pub mode: String,
    /// Whether there is neither command nor library.
    pub no_command: bool,
    /// WAL files archived since the counters began.
    pub archived: u64,
    /// Attempts that failed since then.
    pub failed: u64,
    /// How long ago the last one was archived.
    pub archived_ago_s: Option<f64>,
    /// How long ago the last failure was.
    pub failed_ago_s: Option<f64>,
}

/// A standby.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StandbyFacts {
    /// application_name.
    pub name: String,
    /// state; None where the role may not see it.
    pub state: Option<String>,
    /// sync_state.
    pub sync_state: Option<String>,
    /// WAL that it hasn't replayed yet.
    pub behind_bytes: Option<u64>,
    /// The same in time; None where it is idle.
    pub behind_s: Option<f64>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// The names in quotes after `IN (`, up to its bracket.
    fn names(statement: &str) -> BTreeSet<&str> {
        let list = statement.split_once("name IN (").unwrap().1.split_once(')').unwrap().0;
        list.split('\'').skip(1).step_by(2).collect()
    }

    #[test]
    fn the_statements_leave_out_the_same_settings() {
        let ours = BTreeSet::from(SECRETS);
        for statement in [
            include_str!("../../sql/session/settings.sql"),
            include_str!("../../sql/preflight/settings.sql"),
        ] {
            assert_eq!(names(statement), ours);
            assert!(statement.contains(&format!("'{NOT_RECORDED}'")));
        }
        assert!(can_hold_a_secret("Primary_ConnInfo") && !can_hold_a_secret("work_mem"));
    }
}
