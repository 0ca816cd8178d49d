//! A private, throw-away PostgreSQL server for runs without `--url`.
//!
//! Three processes take part. The tool asks; a guard of our own ([`run_guard`])
//! starts the server and outlives the tool by as much as cleaning up takes; the
//! server listens on a socket only. Between tool and guard there is a pipe, and
//! its end is the one signal that a SIGKILL cannot prevent: when it closes, the
//! guard ends the server and removes the directory.

mod conf;
mod error;
mod find;
mod guard;
mod init;
mod link;
mod private;
mod spawn;
mod tree;

pub use error::ServerError;
pub use find::{Binaries, find_binaries};
pub use guard::{GuardArgs, run_guard};
pub use private::{Kept, PrivateServer};

use std::path::{Path, PathBuf};

/// The port in the socket's name. The directory is the server's own, so that
/// nothing else can have it.
const PORT: u16 = 5432;

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
}

/// A user to run the server as, where we are root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Identity {
    uid: u32,
    gid: u32,
}
