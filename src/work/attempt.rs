//! One attempt at a batch: BEGIN, the rows, the flip, COMMIT.
//!
//! COMMIT is sent only after every earlier reply was checked (measured: the
//! driver's commit answers Ok on a failed transaction). Until then any error
//! means that nothing was stored. From then on, only a server ERROR does;
//! anything else leaves the batch in doubt.

use super::write::{self, Destination};
use super::{Batch, WriteContext, claim};
use crate::ledger::flip::{Flip, flip};
use crate::ledger::{BatchKey, LedgerError};
use crate::model::Method;
use crate::session::error::describe;
use crate::session::{Backend, Lease, retry};
use crate::table::{BatchRows, Digest};
use crate::work::seams::Point;
use std::sync::Arc;
use tokio_postgres::Error;
use tokio_postgres::error::Severity;

/// How an attempt ended.
pub enum Attempt {
    /// The commit was acknowledged; `local` where it came with a warning.
    Acknowledged { digest: Digest, local: bool },
    /// The ledger had the batch as done already: an earlier commit had happened.
    AlreadyDone { digest: Digest },
    /// Nothing was stored.
    NotStored(Trouble),
    /// COMMIT was sent, and what became of it isn't known.
    InDoubt { trouble: Trouble, backend: Option<Arc<Backend>>, digest: Digest },
    /// The run is to end; nothing was stored.
    Stopped,
}

/// What went wrong in an attempt.
#[derive(Debug, Clone)]
pub struct Trouble {
    /// A SQLSTATE, `connection` or `timeout`.
    pub code: String,
    /// The text.
    pub text: String,
    /// Whether another attempt may succeed.
    pub may_retry: bool,
}

impl From<&Error> for Trouble {
    fn from(error: &Error) -> Trouble {
        let code = error.code().map_or("connection", |code| code.code()).to_owned();
        Trouble { code, text: describe(error), may_retry: retry::may_retry(error) }
    }
}

impl Trouble {
    /// Something took too long.
    pub fn timed_out(what: &str) -> Trouble {
        let text = format!("{what} took too long");
        Trouble { code: "timeout".to_owned(), text, may_retry: true }
    }

    /// Something that another attempt can't mend.
    fn final_one(code: &str, text: String) -> Trouble {
        Trouble { code: code.to_owned(), text, may_retry: false }
    }

    /// Whether it is a time-out.
    pub fn is_timeout(&self) -> bool {
        self.code == "timeout"
    }
}

/// How the part before COMMIT ended well.
enum Written {
    Ready(Digest),
    AlreadyDone(Digest),
    /// The server says that it stored another number of rows.
    Short(u64),
    /// The ledger has no such batch any more.
    Gone,
}

/// Makes one attempt on the leased connection.
pub async fn attempt(
    context: &WriteContext,
    mut lease: Lease,
    batch: &Batch,
    attempts: u32,
) -> Attempt {
    let work = write_and_flip(context, &mut lease, batch, attempts);
    let written = tokio::select! {
        // Dropping the lease on the way out closes the connection and ends its
        // backend: a COPY that waits for data hears neither time-out nor cancel.
        () = context.stop.cancelled() => return Attempt::Stopped,
        result = tokio::time::timeout(context.statement_timeout, work) => match result {
            Ok(result) => result,
            Err(_) => {
                lease.give_up();
                return Attempt::NotStored(Trouble::timed_out("writing a batch"));
            }
        },
    };
    let (digest, backend) = match written {
        Ok((Written::Ready(digest), backend)) => (digest, backend),
        // From here the lease is dropped, and its transaction with it.
        Ok((Written::AlreadyDone(digest), _)) => return Attempt::AlreadyDone { digest },
        Ok((Written::Short(stored), _)) => {
            let text = format!("the server stored {stored} rows of {}", batch.rows);
            return Attempt::NotStored(Trouble::final_one("rows", text));
        }
        Ok((Written::Gone, _)) => {
            let BatchKey { tenant_no, batch_no, .. } = batch.key;
            let text = LedgerError::Gone { tenant_no, batch_no }.to_string();
            return Attempt::NotStored(Trouble::final_one("ledger", text));
        }
        Err(error) => return Attempt::NotStored(Trouble::from(&error)),
    };
    commit(context, lease, digest, backend, attempts).await
}

async fn write_and_flip(
    context: &WriteContext,
    lease: &mut Lease,
    batch: &Batch,
    attempts: u32,
) -> Result<(Written, Option<Arc<Backend>>), Error> {
    let own_transactions = context.method == Method::Autocommit;
    let tenant = context.tenant(batch);
    if let Some(round_trip) = context.round_trip(tenant) {
        lease.at_distance(round_trip);
    }
    let backend = match own_transactions {
        true => lease.lock(batch.key.lock()).await?,
        false => lease.begin_with(&claim::of_transaction(context, tenant)).await?,
    };
    let batch_no = batch.key.batch_no;
    let mut rows = BatchRows::new(&context.table, &context.origin, tenant, batch_no, batch.rows);
    let to = Destination {
        client: lease.client(),
        schema: &tenant.schema,
        table: &context.table,
        sent_bytes: &context.sent_bytes,
        seams: &context.seams,
        pid: backend.as_ref().map_or(0, |b| b.pid),
        attempt: attempts,
    };
    let stored = write::write(context.method, &to, &mut rows, batch_no).await?;
    let digest = rows.digest();
    if own_transactions {
        lease.begin().await?;
        lease.unlock(batch.key.lock()).await?;
    }
    Ok((
        match flip(lease.client(), &batch.key, &digest, attempts).await? {
            _ if stored != u64::from(batch.rows) => Written::Short(stored),
            Flip::Flipped => Written::Ready(digest),
            _ if context.seams.ignore_flip => Written::Ready(digest),
            Flip::AlreadyDone => Written::AlreadyDone(digest),
            Flip::Gone => Written::Gone,
        },
        backend,
    ))
}

async fn commit(
    context: &WriteContext,
    lease: Lease,
    digest: Digest,
    backend: Option<Arc<Backend>>,
    attempts: u32,
) -> Attempt {
    if let Some(backend) = &backend {
        backend.take_warnings();
        context.seams.reached(Point::BeforeCommit, backend.pid, attempts);
    }
    // Never cancelled: a cancelled wait for a standby answers success with a
    // warning. After the time-out the connection goes and the batch is in doubt.
    let committing = lease.client().batch_execute("COMMIT");
    match tokio::time::timeout(context.statement_timeout, committing).await {
        Ok(Ok(())) => {
            // Warnings of a backend that isn't known can't be seen: the worse is assumed.
            let local = backend.is_none_or(|b| !b.take_warnings().is_empty());
            lease.release();
            Attempt::Acknowledged { digest, local }
        }
        Ok(Err(error)) if is_server_error(&error) => Attempt::NotStored(Trouble::from(&error)),
        Ok(Err(error)) => Attempt::InDoubt { trouble: Trouble::from(&error), backend, digest },
        Err(_) => Attempt::InDoubt { trouble: Trouble::timed_out("COMMIT"), backend, digest },
    }
}

/// Whether the server itself refused the commit. FATAL and PANIC don't count:
/// a backend that is ended after its commit sends one as well.
fn is_server_error(error: &Error) -> bool {
    error.as_db_error().is_some_and(|db| db.parsed_severity() == Some(Severity::Error))
}
