//! The private server's configuration: what we need, what the caller adds, the
//! `--config` fragment, so that it wins, and last what is tried on top of it.
//!
//! A fragment may well be a production `postgresql.conf`. What would lead the
//! server away from its own directory is therefore on the command line
//! ([`server_arguments`]), which wins over every file.

use super::find::{Binaries, pg_config};
use super::{Identity, Layout, PORT, ServerError, ServerOptions};
use std::ffi::OsString;
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, chown};
use std::path::Path;

/// The fragment's copy in the data directory. PostgreSQL's complaints then have
/// the line numbers of the file that the user wrote.
pub(super) const FRAGMENT: &str = "fragment.conf";

/// The arguments that `postgres` is started with; of two settings of the same
/// name the later wins, so `last` does.
pub(super) fn server_arguments(layout: &Layout, last: &[String]) -> Vec<OsString> {
    let path = |name: &str, path: &Path| {
        let mut setting = OsString::from(format!("{name}="));
        setting.push(path);
        setting
    };
    // A list of directories: in double quotes a comma doesn't split it.
    let socket = layout.socket.to_string_lossy().replace('"', "\"\"");
    let settings = [
        path("data_directory", &layout.data),
        path("hba_file", &layout.data.join("pg_hba.conf")),
        path("ident_file", &layout.data.join("pg_ident.conf")),
        "external_pid_file=".into(),
        "listen_addresses=".into(),
        format!("port={PORT}").into(),
        format!("unix_socket_directories=\"{socket}\"").into(),
        "unix_socket_permissions=0700".into(),
        "ssl=off".into(),
        // A production fragment's archive isn't to be written to, and its
        // standbys would be waited for in vain.
        "archive_mode=off".into(),
        "synchronous_standby_names=".into(),
        // Nor is it to be read from, by one that becomes a standby.
        "restore_command=".into(),
        "archive_cleanup_command=".into(),
        "recovery_end_command=".into(),
        "primary_conninfo=".into(),
        "primary_slot_name=".into(),
        "recovery_target=".into(),
        "recovery_target_lsn=".into(),
        "recovery_target_name=".into(),
        "recovery_target_time=".into(),
        "recovery_target_xid=".into(),
        "recovery_target_timeline=latest".into(),
        "recovery_min_apply_delay=0".into(),
        "logging_collector=off".into(),
        "log_destination=stderr".into(),
        // What reads the log for checkpoints knows lines of this form alone.
        "log_line_prefix=%m [%p] ".into(),
        "log_timezone=UTC".into(),
        "lc_messages=C".into(),
    ];
    let mut arguments: Vec<OsString> = vec!["-D".into(), layout.data.clone().into()];
    for setting in settings.into_iter().chain(last.iter().map(OsString::from)) {
        arguments.extend(["-c".into(), setting]);
    }
    arguments
}

/// Appends to what `initdb` wrote.
pub(super) fn write(
    layout: &Layout,
    binaries: &Binaries,
    options: &ServerOptions,
    fragment: Option<&[u8]>,
    identity: Option<Identity>,
) -> Result<(), ServerError> {
    let failed = |path: &Path| {
        let path = path.display().to_string();
        move |source| ServerError::ConfigWrite { path, source }
    };
    if let Some(fragment) = fragment {
        let copy = layout.data.join(FRAGMENT);
        std::fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&copy)
            .and_then(|mut file| file.write_all(fragment))
            .and_then(|()| match identity {
                Some(user) => chown(&copy, Some(user.uid), Some(user.gid)),
                None => Ok(()),
            })
            .map_err(failed(&copy))?;
    }
    let statistics = has_pg_stat_statements(&binaries.dir);
    let text = settings_text(options, statistics, fragment.is_some());
    let conf = layout.data.join("postgresql.conf");
    std::fs::OpenOptions::new()
        .append(true)
        .open(&conf)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(failed(&conf))
}

/// The text of a `--config` fragment. Whoever means to start a server can
/// look whether it is readable before anything is made.
///
/// # Errors
/// Where it can't be read.
pub fn read_fragment(path: &Path) -> Result<Vec<u8>, ServerError> {
    std::fs::read(path).map_err(|source| {
        let path = path.display().to_string();
        ServerError::ConfigUnreadable { path, source }
    })
}

/// `fsync`, `full_page_writes` and `synchronous_commit` stay as they are: a
/// private server is as durable as one in production.
fn settings_text(options: &ServerOptions, statistics: bool, fragment: bool) -> String {
    let connections = options.max_connections.max(100).to_string();
    let mut text = String::from("\n# pgvalidate\n");
    let mut set = |name: &str, value: &str| {
        text.push_str(&format!("{name} = {}\n", quoted(value)));
    };
    set("max_connections", &connections);
    set("log_checkpoints", "on");
    if statistics {
        set("shared_preload_libraries", "pg_stat_statements");
    }
    for (name, value) in &options.settings {
        set(name, value);
    }
    if fragment {
        text.push_str(&format!("include {}\n", quoted(FRAGMENT)));
    }
    for (name, value) in &options.after_config {
        text.push_str(&format!("{name} = {}\n", quoted(value)));
    }
    text
}

/// A value as `postgresql.conf` has it: quotes doubled, and backslashes too,
/// which would begin an escape.
fn quoted(value: &str) -> String {
    format!("'{}'", value.replace('\\', "\\\\").replace('\'', "''").replace('\n', "\\n"))
}

fn has_pg_stat_statements(bin_dir: &Path) -> bool {
    let asked = pg_config(&bin_dir.join("pg_config"), "--pkglibdir");
    let beside = [bin_dir.join("../lib"), bin_dir.join("../lib/postgresql")];
    asked.into_iter().chain(beside).any(|dir| {
        ["so", "dylib"].iter().any(|end| dir.join(format!("pg_stat_statements.{end}")).is_file())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_quoted() {
        assert_eq!(quoted("64MB"), "'64MB'");
        assert_eq!(quoted(r"it's \d"), r"'it''s \\d'");
        assert_eq!(quoted("a\nfsync = off"), r"'a\nfsync = off'");
    }

    #[test]
    fn the_fragment_comes_last_and_durability_is_untouched() {
        let options = ServerOptions {
            max_connections: 250,
            settings: vec![("max_wal_size".into(), "4GB".into())],
            ..ServerOptions::default()
        };
        let text = settings_text(&options, true, true);
        assert!(text.contains("max_connections = '250'\n"));
        assert!(text.contains("shared_preload_libraries = 'pg_stat_statements'\n"));
        assert!(text.ends_with("max_wal_size = '4GB'\ninclude 'fragment.conf'\n"));
        for name in ["fsync", "full_page_writes", "synchronous_commit"] {
            assert!(!text.contains(name));
        }
        let tried = vec![("max_wal_size".into(), "9GB".into())];
        let text = settings_text(&ServerOptions { after_config: tried, ..options }, true, true);
        assert!(text.ends_with("include 'fragment.conf'\nmax_wal_size = '9GB'\n"));
        let text = settings_text(&ServerOptions::default(), false, false);
        assert!(text.contains("max_connections = '100'\n"));
        assert!(!text.contains("include") && !text.contains("preload"));
    }
}
