//! Where a server can be reached, down to the system's own terms.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Where somebody listens, or is dialled.
#[derive(Debug, Clone)]
pub enum Endpoint {
    /// The socket file itself; clients look for `.s.PGSQL.<port>` in a folder.
    Unix(PathBuf),
    /// An address; port 0 to listen on any free one.
    Tcp(SocketAddr),
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Endpoint::Unix(path) => path.display().fmt(f),
            Endpoint::Tcp(address) => address.fmt(f),
        }
    }
}
