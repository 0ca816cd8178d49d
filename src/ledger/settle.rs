//! Settling a commit in doubt: did it happen?
//!
//! Once COMMIT was sent, any error but a server ERROR leaves it open. The old
//! backend is ended first, where it is known to be ours alone; then the batch's
//! row is read under its lock, which waits for a transaction that is still
//! committing. Behind a pooler that wait is all: the pooler closes the server
//! connection of a client that is gone in the middle of a transaction.

use super::queue::Scan;
use super::{BatchKey, LedgerError};
use crate::message::doing;
use crate::session::{Backend, Session, SessionError, Target, backend, sql};
use std::time::Duration;
use tokio_postgres::Client;
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
    Committed {
        /// Whether commits wait for a standby on the server that says so, which
        /// may be another one than where it was sent.
        waits_for_standby: bool,
    },
    /// It did not, and can't any more.
    NotCommitted,
}

/// What was committed.
#[derive(Debug, Clone, Copy)]
pub enum Doubted<'a> {
    /// A batch, and how its row is read.
    Batch(&'a BatchKey, SettleRead),
    /// The submission of a scan.
    Scan(&'a Scan),
}

/// Settles a commit; tries again while the server is away, as in a restart,
/// until `patience` is over.
///
/// # Errors
/// The last one, where the question stays open.
pub async fn settle(
    control: &Target,
    doubted: Doubted<'_>,
    old: Option<&Backend>,
    patience: Duration,
) -> Result<Settled, LedgerError> {
    if matches!(doubted, Doubted::Batch(_, SettleRead::Never)) {
        return Ok(Settled::NotCommitted);
    }
    let deadline = tokio::time::Instant::now() + patience;
    loop {
        match tokio::time::timeout_at(deadline, ask(control, doubted, old)).await {
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
    doubted: Doubted<'_>,
    old: Option<&Backend>,
) -> Result<Settled, LedgerError> {
    let session = Session::open(control, "pgvalidate control").await?;
    let failed = || SessionError::statement(doing::SETTLING);
    if let Some(old) = old {
        backend::terminate(&session.client, old).await.map_err(failed())?;
    }
    session.begin_with(LOCK_WAIT).await.map_err(failed())?;
    let settled = match doubted {
        Doubted::Batch(key, read) => batch(&session.client, key, read).await?,
        Doubted::Scan(scan) => self::scan(&session.client, scan).await.map_err(failed())?,
    };
    // Nothing that was asked is to stay.
    session.client.batch_execute("ROLLBACK").await.map_err(failed())?;
    Ok(settled)
}

async fn batch(client: &Client, key: &BatchKey, read: SettleRead) -> Result<Settled, LedgerError> {
    let statement = match read {
        SettleRead::Plain => sql!("ledger/settle.sql").replace("FOR UPDATE;", ";"),
        _ => sql!("ledger/settle.sql").to_owned(),
    };
    let rows = client
        .query_typed(
            &statement,
            &[(&key.run_id, Type::UUID), (&key.tenant_no, Type::INT4), (&key.batch_no, Type::INT4)],
        )
        .await
        .map_err(SessionError::statement(doing::SETTLING))?;
    match rows.first() {
        Some(row) if row.get::<_, &str>(0) == "done" => {
            Ok(Settled::Committed { waits_for_standby: row.get(1) })
        }
        Some(_) => Ok(Settled::NotCommitted),
        None => {
            let BatchKey { tenant_no, batch_no, .. } = *key;
            Err(LedgerError::Gone { tenant_no, batch_no })
        }
    }
}

async fn scan(client: &Client, scan: &Scan) -> Result<Settled, tokio_postgres::Error> {
    let place = [(&scan.run_id as _, Type::UUID), (&scan.scan_no as _, Type::INT4)];
    Ok(match client.execute_typed(sql!("queue/settle_scan.sql"), &place).await? {
        // Not looked at: as where it was sent.
        0 => Settled::Committed { waits_for_standby: true },
        _ => Settled::NotCommitted,
    })
}
