//! COMMIT, and what its reply says.
//!
//! It is sent only after every earlier reply was checked (measured: the
//! driver's commit answers Ok on a failed transaction). Until then any error
//! means that nothing was stored. From then on, only a server ERROR does;
//! anything else leaves it in doubt.

use super::trouble::Trouble;
use crate::session::{Backend, Lease};
use std::time::Duration;
use tokio_postgres::Error;
use tokio_postgres::error::Severity;

/// What the reply says.
pub enum Commit {
    /// It happened; `local` where it came with a warning.
    Acknowledged { local: bool },
    /// It did not.
    Refused(Trouble),
    /// That isn't known.
    InDoubt(Trouble),
}

/// Commits the transaction on the leased connection, which is given back where
/// the reply was clean. Never cancelled: a cancelled wait for a standby answers
/// success with a warning. After `within` the connection goes, and it is in doubt.
pub async fn commit(lease: Lease, backend: Option<&Backend>, within: Duration) -> Commit {
    if let Some(backend) = backend {
        backend.take_warnings();
    }
    let committing = lease.client().batch_execute("COMMIT");
    match tokio::time::timeout(within, committing).await {
        Ok(Ok(())) => {
            // Warnings of a backend that isn't known can't be seen: the worse is assumed.
            let local = backend.is_none_or(|b| !b.take_warnings().is_empty());
            lease.release();
            Commit::Acknowledged { local }
        }
        Ok(Err(error)) if is_server_error(&error) => Commit::Refused(Trouble::from(&error)),
        Ok(Err(error)) => Commit::InDoubt(Trouble::from(&error)),
        Err(_) => Commit::InDoubt(Trouble::timed_out("COMMIT")),
    }
}

/// Whether the server itself refused the commit. FATAL and PANIC don't count:
/// a backend that is ended after its commit sends one as well.
fn is_server_error(error: &Error) -> bool {
    error.as_db_error().is_some_and(|db| db.parsed_severity() == Some(Severity::Error))
}
