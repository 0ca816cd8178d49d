//! Settling a commit in doubt: did it happen?
//!
//! Once COMMIT was sent, any error but a server ERROR leaves it open. The old
//! backend is ended first; then the batch's row is read under its lock, which
//! waits for a transaction that is still committing.

use super::{BatchKey, LedgerError};
use crate::message::doing;
use crate::session::{Backend, Session, SessionError, Target, backend, sql};
use std::time::Duration;
use tokio_postgres::types::Type;

/// How long the answer may wait for the row's lock in one go.
const LOCK_WAIT: &str = "SET LOCAL lock_timeout = '10s'";

/// How the batch's row is read. Only a test reads it in another way than
/// `Locking`, to prove that the test of settling can fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SettleRead {
    /// Under the row's lock.
    #[default]
    Locking,
    /// A plain read, which races with a commit under way.
    Plain,
    /// No read: every commit in doubt counts as not happened.
    Never,
}

/// The answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// The commit happened: the batch is done.
    Committed,
    /// It did not, and can't any more.
    NotCommitted,
}

/// Settles a batch's commit; tries again while the server is away, as in a
/// restart, until `patience` is over.
///
/// # Errors
/// The last one, where the question stays open.
pub async fn settle(
    control: &Target,
    key: &BatchKey,
    old: Option<&Backend>,
    read: SettleRead,
    patience: Duration,
) -> Result<Settled, LedgerError> {
    if read == SettleRead::Never {
        return Ok(Settled::NotCommitted);
    }
    let deadline = tokio::time::Instant::now() + patience;
    loop {
        match tokio::time::timeout_at(deadline, ask(control, key, old, read)).await {
            Ok(Ok(settled)) => return Ok(settled),
            Ok(Err(error @ LedgerError::Gone { .. })) => return Err(error),
            Ok(Err(error)) if tokio::time::Instant::now() + RETRY_AFTER >= deadline => {
                return Err(error);
            }
            Ok(Err(error)) => tracing::debug!("not settled yet: {error}"),
            Err(_) => {
                let after_s = patience.as_secs_f64();
                return Err(SessionError::TimedOut { what: doing::SETTLING, after_s }.into());
            }
        }
        tokio::time::sleep(RETRY_AFTER).await;
    }
}

/// The wait between two tries to reach the server.
const RETRY_AFTER: Duration = Duration::from_millis(100);

async fn ask(
    control: &Target,
    key: &BatchKey,
    old: Option<&Backend>,
    read: SettleRead,
) -> Result<Settled, LedgerError> {
    let session = Session::open(control, "pgvalidate control").await?;
    let failed = || SessionError::statement(doing::SETTLING);
    if let Some(old) = old {
        backend::terminate(&session.client, old).await.map_err(failed())?;
    }
    let statement = match read {
        SettleRead::Plain => sql!("ledger/settle.sql").replace("FOR UPDATE;", ";"),
        _ => sql!("ledger/settle.sql").to_owned(),
    };
    let begin = format!("BEGIN ISOLATION LEVEL READ COMMITTED; {LOCK_WAIT}");
    session.client.batch_execute(&begin).await.map_err(failed())?;
    let rows = session
        .client
        .query_typed(
            &statement,
            &[(&key.run_id, Type::UUID), (&key.tenant_no, Type::INT4), (&key.batch_no, Type::INT4)],
        )
        .await
        .map_err(failed())?;
    session.client.batch_execute("COMMIT").await.map_err(failed())?;
    match rows.first() {
        Some(row) if row.get::<_, &str>(0) == "done" => Ok(Settled::Committed),
        Some(_) => Ok(Settled::NotCommitted),
        None => {
            let BatchKey { tenant_no, batch_no, .. } = *key;
            Err(LedgerError::Gone { tenant_no, batch_no })
        }
    }
}
