//! A batch from due to done: attempts until it is stored, given up or stopped.

use super::attempt::{Attempt, Trouble, attempt};
use super::context::Open;
use super::{Batch, BatchOutcome, Ending, WriteContext};
use crate::ledger::settle::settle;
use crate::ledger::{LedgerError, Settled};
use crate::session::{AcquireError, retry};
use crate::table::Digest;
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// How long a commit in doubt may stay unsettled: a server that restarts is
/// back within it.
const SETTLE_PATIENCE: Duration = Duration::from_secs(60);

/// The SQLSTATE of a violated primary key.
const UNIQUE_VIOLATION: &str = "23505";

/// Attempts a batch until it is stored, given up or stopped.
pub(super) async fn carry_through(
    context: &WriteContext,
    batch: &Batch,
    due: Instant,
) -> Result<BatchOutcome, LedgerError> {
    let _open = Open::count(&context.gauges.open);
    let began = Instant::now();
    let mut outcome = BatchOutcome::new(batch.rows, due);
    outcome.tenant_no = batch.key.tenant_no;
    outcome.lag = began.saturating_duration_since(due);
    let mut first_connection = None;
    // Only for the jitter of the waits: no row depends on it.
    let mut jitter = Xoshiro256PlusPlus::seed_from_u64(batch.key.batch_no as u64);
    while outcome.attempts < context.attempts_max && !context.stop.is_cancelled() {
        outcome.attempts += 1;
        if outcome.attempts > 1 {
            let wait = retry::backoff(outcome.attempts, &mut jitter);
            tokio::select! {
                () = context.stop.cancelled() => break,
                () = tokio::time::sleep(wait) => {}
            }
        }
        let asked = Instant::now();
        let waiting = Open::count(&context.gauges.waiting);
        let lease = tokio::select! {
            () = context.stop.cancelled() => break,
            lease = context.pool.acquire() => lease,
        };
        drop(waiting);
        outcome.acquire += asked.elapsed();
        let attempted = match lease {
            Ok(lease) => {
                outcome.began = true;
                first_connection.get_or_insert_with(Instant::now);
                attempt(context, lease, batch, outcome.attempts).await
            }
            Err(error) => Attempt::NotStored(trouble(&error)),
        };
        if conclude(context, batch, attempted, &mut outcome).await? {
            break;
        }
    }
    let is_open = outcome.unsettled > 0 || outcome.ending == Ending::Succeeded;
    if context.stop.is_cancelled() && !is_open {
        outcome.ending = Ending::Stopped;
    }
    outcome.response = due.elapsed();
    outcome.service = first_connection.map_or(Duration::ZERO, |t| t.elapsed());
    let now = Instant::now();
    context.observers.iter().for_each(|observer| observer.finished(&outcome, now));
    Ok(outcome)
}

/// Takes an attempt's end into the outcome. True where the batch is finished with.
async fn conclude(
    context: &WriteContext,
    batch: &Batch,
    attempted: Attempt,
    outcome: &mut BatchOutcome,
) -> Result<bool, LedgerError> {
    match attempted {
        Attempt::Acknowledged { digest, local } => {
            outcome.local = local;
            succeed(context, batch, &digest, outcome)?;
            Ok(true)
        }
        Attempt::AlreadyDone { digest } => {
            // Every commit in doubt is settled before a retry, so a batch that
            // is found done says that the settling was wrong.
            outcome.contradicted = true;
            succeed(context, batch, &digest, outcome)?;
            Ok(true)
        }
        Attempt::Stopped => {
            outcome.ending = Ending::Stopped;
            Ok(true)
        }
        Attempt::NotStored(trouble) => {
            let is_key = trouble.code == UNIQUE_VIOLATION;
            let may_retry = note(outcome, trouble);
            // At a retry our own rows can only stand in the way where an earlier
            // commit had happened: the ledger knows.
            if let (true, Some(digest)) = (is_key, outcome.doubted)
                && let Ok(Settled::Committed) =
                    settle(&context.control, &batch.key, None, Default::default(), SETTLE_PATIENCE)
                        .await
            {
                outcome.contradicted = true;
                succeed(context, batch, &digest, outcome)?;
                return Ok(true);
            }
            Ok(!may_retry)
        }
        Attempt::InDoubt { trouble, backend, digest } => {
            note(outcome, trouble);
            outcome.doubted = Some(digest);
            let read = context.seams.settle_read;
            let control = &context.control;
            match settle(control, &batch.key, backend.as_deref(), read, SETTLE_PATIENCE).await {
                Ok(Settled::Committed) => {
                    outcome.in_doubt.0 += 1;
                    outcome.local = context.waits_for_standby;
                    succeed(context, batch, &digest, outcome)?;
                    Ok(true)
                }
                Ok(Settled::NotCommitted) => {
                    outcome.in_doubt.1 += 1;
                    outcome.ending = Ending::Failed;
                    Ok(false)
                }
                Err(error) => {
                    outcome.unsettled += 1;
                    outcome.errors.push(("in doubt".to_owned(), error.to_string()));
                    outcome.ending = Ending::Failed;
                    Ok(true)
                }
            }
        }
    }
}

fn succeed(
    context: &WriteContext,
    batch: &Batch,
    digest: &Digest,
    outcome: &mut BatchOutcome,
) -> Result<(), LedgerError> {
    context.acknowledgements.append(&batch.key, digest)?;
    context.rows_acknowledged.fetch_add(u64::from(batch.rows), Ordering::Relaxed);
    outcome.ending = Ending::Succeeded;
    Ok(())
}

/// Notes what went wrong. True where another attempt may succeed.
fn note(outcome: &mut BatchOutcome, trouble: Trouble) -> bool {
    outcome.ending = Ending::Failed;
    outcome.timeouts += u32::from(trouble.is_timeout());
    outcome.errors.push((trouble.code, trouble.text));
    trouble.may_retry
}

/// Why there was no connection.
pub(super) fn trouble(error: &AcquireError) -> Trouble {
    match error {
        AcquireError::TimedOut(_) => Trouble::timed_out("waiting for a connection"),
        AcquireError::Connect(error) => Trouble::from(error),
        AcquireError::Closed | AcquireError::NotBuilt(_) => {
            Trouble { code: "connection".into(), text: error.to_string(), may_retry: false }
        }
    }
}
