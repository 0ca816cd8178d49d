//! A private, throw-away PostgreSQL server for runs without `--url`.
//!
//! Three processes take part. The tool asks; a guard of our own ([`run_guard`])
//! starts the server and outlives the tool by as much as cleaning up takes; the
//! server listens on a socket only. Between tool and guard there is a pipe, and
//! its end is the one signal that a SIGKILL cannot prevent: when it closes, the
//! guard ends the server and removes the directory.

mod args;
mod complaint;
mod conf;
mod disk;
mod error;
mod find;
mod guard;
mod init;
mod link;
mod pair;
mod private;
mod spawn;
mod tree;

pub use args::GuardArgs;
pub use complaint::{complaint, complaint_about};
pub use conf::read_fragment;
pub use error::ServerError;
pub use find::{Binaries, find_binaries};
pub use guard::run_guard;
pub use pair::{Pair, Replication};
pub use private::{Kept, PrivateServer, Shutdown};

use std::path::{Path, PathBuf};

/// The port in the socket's name. The directory is the server's own, so that
/// nothing else can have it.
const PORT: u16 = 5432;

/// How much of the log an error quotes, in lines.
const QUOTED_LINES: usize = 12;

/// What a private server is to be.
#[derive(Debug, Clone, Default)]
pub struct ServerOptions {
    /// Where `postgres` and `initdb` are (`--pg-bin`); searched for if `None`.
    pub bin_dir: Option<PathBuf>,
    /// A `postgresql.conf` fragment (`--config`) that comes last and so wins.
    pub config: Option<PathBuf>,
    /// How many connections the run needs; the server allows 100 at least.
    pub max_connections: u32,
    /// The existing directory that the server's directory is made in;
    /// `/var/tmp` if `None`, as `/tmp` is often memory.
    pub base_dir: Option<PathBuf>,
    /// The program that is run as `<program> guard …`; this one if `None`.
    pub guard_exe: Option<PathBuf>,
    /// Further settings, name and plain value, before the `--config` fragment.
    pub settings: Vec<(String, String)>,
    /// Further settings, name and plain value, after the `--config` fragment.
    pub after_config: Vec<(String, String)>,
    /// Settings that win over everything, as they come last on the server's
    /// command line. For tests, which want the server on TCP and with TLS; the
    /// port stays [`PORT`], so `listen_addresses` should be a loopback address
    /// of the server's own, such as 127.81.2.3.
    pub last_settings: Vec<(String, String)>,
    /// The size of a file system in memory that is made for the data and that
    /// this server alone sees, so that it can run full; None for the disk of
    /// the directory. For Linux, by root or where the system lets users make
    /// namespaces ([`PrivateServer::try_disk`]).
    pub disk_mb: Option<u64>,
}

/// Where things are in a server's directory.
#[derive(Debug, Clone)]
struct Layout {
    dir: PathBuf,
    data: PathBuf,
    socket: PathBuf,
    log: PathBuf,
}

impl Layout {
    fn new(dir: &Path) -> Layout {
        Layout {
            dir: dir.to_owned(),
            data: dir.join("data"),
            socket: dir.join("s"),
            log: dir.join("log"),
        }
    }

    fn dsn(&self) -> String {
        let host = quoted_for_dsn(&self.socket.display().to_string());
        format!("host={host} port={PORT} user=postgres dbname=postgres")
    }

    /// The last lines of the log after `start`, a byte position.
    fn log_since(&self, start: u64) -> String {
        let log = std::fs::read(&self.log).unwrap_or_default();
        let start = usize::try_from(start).unwrap_or(usize::MAX).min(log.len());
        last_lines(&String::from_utf8_lossy(&log[start..]), QUOTED_LINES)
    }
}

/// A user to run the server as, where we are root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Identity {
    uid: u32,
    gid: u32,
}

fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

/// In quotes where there are spaces, quotes or backslashes.
fn quoted_for_dsn(value: &str) -> String {
    if !value.contains([' ', '\'', '\\']) {
        return value.to_owned();
    }
    format!("'{}'", value.replace('\\', "\\\\").replace('\'', "\\'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_the_last_lines() {
        assert_eq!(last_lines("a\nb\nc\n", 2), "b\nc");
        assert_eq!(last_lines("a", 2), "a");
        assert_eq!(last_lines("", 2), "");
    }

    #[test]
    fn a_dsn_survives_any_directory() {
        for dir in ["/var/tmp/pg", "/var/tmp/my dir", r"/it's\here"] {
            let layout = Layout::new(Path::new(dir));
            let config: tokio_postgres::Config = layout.dsn().parse().unwrap();
            let host = tokio_postgres::config::Host::Unix(layout.socket.clone());
            assert_eq!(config.get_hosts(), [host], "{dir}");
        }
    }
}
