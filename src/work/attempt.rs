//! One attempt at a batch: BEGIN, the rows, the flip, COMMIT. Of a batch that
//! was claimed in a queue, BEGIN and the claim have been before.

use super::commit::{Commit, commit};
use super::trouble::Trouble;
use super::write::{self, Destination};
use super::{Batch, WriteContext, on_behalf};
use crate::ledger::flip::{Flip, flip};
use crate::ledger::{BatchKey, LedgerError};
use crate::model::Method;
use crate::session::{Backend, Lease};
use crate::table::{BatchRows, Digest};
use crate::work::seams::Point;
use std::sync::Arc;
use tokio_postgres::Error;

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

/// How the part before COMMIT ended well.
enum Written {
    Ready(Digest),
    AlreadyDone(Digest),
    /// The server says that it stored another number of rows.
    Short(u64),
    /// The ledger has no such batch any more.
    Gone,
}

/// The transaction of a batch's rows.
pub enum Transaction {
    /// Is yet to begin.
    New,
    /// Has begun with the claim, on this backend.
    Claimed(Option<Arc<Backend>>),
}

/// Makes one attempt on the leased connection.
pub async fn attempt(
    context: &WriteContext,
    mut lease: Lease,
    batch: &Batch,
    attempts: u32,
    transaction: Transaction,
) -> Attempt {
    let work = write_and_flip(context, &mut lease, batch, attempts, transaction);
    let written = tokio::select! {
        // Dropping the lease on the way out closes the connection and ends its
        // backend: a COPY that waits for data hears neither time-out nor cancel.
        () = context.stop.cancelled() => return Attempt::Stopped,
        () = context.drops.met() => return Attempt::NotStored(Trouble::dropped()),
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
            let trouble = Trouble::final_one("ledger", text);
            return Attempt::NotStored(Trouble { may_retry: context.has_standby, ..trouble });
        }
        Err(error) => return Attempt::NotStored(Trouble::from(&error)),
    };
    if let Some(backend) = &backend {
        context.seams.reached(Point::BeforeCommit, backend.pid, attempts);
    }
    match commit(lease, backend.as_deref(), context.statement_timeout).await {
        Commit::Acknowledged { local } => Attempt::Acknowledged { digest, local },
        Commit::Refused(trouble) => Attempt::NotStored(trouble),
        Commit::InDoubt(trouble) => Attempt::InDoubt { trouble, backend, digest },
    }
}

async fn write_and_flip(
    context: &WriteContext,
    lease: &mut Lease,
    batch: &Batch,
    attempts: u32,
    transaction: Transaction,
) -> Result<(Written, Option<Arc<Backend>>), Error> {
    let own_transactions = context.method == Method::Autocommit;
    let tenant = context.tenant(batch);
    if let Some(round_trip) = context.round_trip(tenant) {
        lease.at_distance(round_trip);
    }
    let whose = on_behalf::of_transaction(context, tenant);
    let backend = match transaction {
        Transaction::Claimed(backend) => {
            if !whose.is_empty() {
                lease.client().batch_execute(&whose).await?;
            }
            backend
        }
        Transaction::New if own_transactions => lease.lock(batch.key.lock()).await?,
        Transaction::New => lease.begin_with(&whose).await?,
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
