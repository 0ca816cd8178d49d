//! From due to done: attempts until a batch, or what else is committed, is
//! stored, given up or stopped.

use super::attempt::{Attempt, Transaction, attempt};
use super::context::Open;
use super::trouble::Trouble;
use super::{Batch, BatchOutcome, Ending, WriteContext};
use crate::ledger::settle::{Doubted, settle};
use crate::ledger::{BatchKey, LedgerError, Settled};
use crate::session::{Lease, retry};
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

/// The SQLSTATE of a disk without room.
const DISK_FULL: &str = "53100";

/// What is committed: a batch, or the submission of a scan.
pub(super) trait Job: Sync {
    /// Makes one attempt on the leased connection.
    fn attempt(
        &self,
        context: &WriteContext,
        lease: Lease,
        attempts: u32,
    ) -> impl Future<Output = Attempt> + Send;

    /// What the ledger is asked about where a commit is in doubt.
    fn doubted(&self, context: &WriteContext) -> Doubted<'_>;

    /// It is known to be stored.
    fn stored(&self, context: &WriteContext, digest: &Digest) -> Result<(), LedgerError>;

    /// Only for the jitter of the waits: no row depends on it.
    fn number(&self) -> i32;
}

impl Job for Batch {
    async fn attempt(&self, context: &WriteContext, lease: Lease, attempts: u32) -> Attempt {
        attempt(context, lease, self, attempts, Transaction::New).await
    }

    fn doubted(&self, context: &WriteContext) -> Doubted<'_> {
        Doubted::Batch(&self.key, context.seams.settle_read)
    }

    fn stored(&self, context: &WriteContext, digest: &Digest) -> Result<(), LedgerError> {
        context.acknowledgements.append(&self.key, digest)?;
        context.rows_acknowledged.fetch_add(u64::from(self.rows), Ordering::Relaxed);
        Ok(())
    }

    fn number(&self) -> i32 {
        self.key.batch_no
    }
}

/// Attempts a batch until it is stored, given up or stopped.
pub(super) async fn carry_through(
    context: &WriteContext,
    batch: &Batch,
    due: Instant,
) -> Result<BatchOutcome, LedgerError> {
    let _open = Open::count(&context.gauges.open);
    let mut outcome = BatchOutcome::new(batch.rows, due);
    outcome.tenant_no = batch.key.tenant_no;
    carry(context, batch, &mut outcome).await?;
    let now = Instant::now();
    context.observers.iter().for_each(|observer| observer.finished(&outcome, now));
    Ok(outcome)
}

/// Attempts a job until it is stored, given up or stopped.
pub(super) async fn carry(
    context: &WriteContext,
    job: &impl Job,
    outcome: &mut BatchOutcome,
) -> Result<(), LedgerError> {
    outcome.lag = outcome.due.elapsed();
    let mut jitter = Xoshiro256PlusPlus::seed_from_u64(job.number() as u64);
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
                outcome.has_connection();
                job.attempt(context, lease, outcome.attempts).await
            }
            Err(error) => Attempt::NotStored(Trouble::from(&error)),
        };
        match conclude(context, job, attempted, outcome).await? {
            Next::Done | Next::Never => break,
            Next::Again => {}
        }
    }
    outcome.close(context.stop.is_cancelled());
    Ok(())
}

/// What is to be done after an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// It is finished with.
    Done,
    /// Another attempt may succeed.
    Again,
    /// No other attempt is of use.
    Never,
}

/// Takes an attempt's end into the outcome.
pub(super) async fn conclude(
    context: &WriteContext,
    job: &impl Job,
    attempted: Attempt,
    outcome: &mut BatchOutcome,
) -> Result<Next, LedgerError> {
    match attempted {
        Attempt::Acknowledged { digest, local } => {
            outcome.local = local;
            succeed(context, job, &digest, outcome)
        }
        Attempt::AlreadyDone { digest } => {
            // Every commit in doubt is settled before a retry, so a batch that
            // is found done says that the settling was wrong.
            outcome.contradicted = true;
            succeed(context, job, &digest, outcome)
        }
        Attempt::Stopped => {
            outcome.ending = Ending::Stopped;
            Ok(Next::Done)
        }
        Attempt::NotStored(trouble) => {
            let is_key = trouble.code == UNIQUE_VIOLATION;
            let is_room_made = context.has_own_disk && trouble.code == DISK_FULL;
            let may_retry = note(outcome, trouble) || is_room_made;
            // At a retry our own rows can only stand in the way where an earlier
            // commit had happened: the ledger knows.
            if is_key && contradicts(context, job, outcome).await? {
                return Ok(Next::Done);
            }
            Ok(if may_retry { Next::Again } else { Next::Never })
        }
        Attempt::InDoubt { trouble, backend, digest } => {
            note(outcome, trouble);
            outcome.doubted = Some(digest);
            let (control, doubted) = (&context.control, job.doubted(context));
            match settle(control, doubted, backend.as_deref(), SETTLE_PATIENCE).await {
                Ok(Settled::Committed { waits_for_standby }) => {
                    outcome.in_doubt.0 += 1;
                    // A standby that took over has it from where it was sent.
                    outcome.local = context.waits_for_standby && waits_for_standby;
                    succeed(context, job, &digest, outcome)
                }
                Ok(Settled::NotCommitted) => {
                    outcome.in_doubt.1 += 1;
                    outcome.ending = Ending::Failed;
                    Ok(Next::Again)
                }
                Err(LedgerError::Gone { .. }) if context.has_standby => {
                    outcome.in_doubt.1 += 1;
                    outcome.ending = Ending::Failed;
                    Ok(Next::Again)
                }
                Err(error) => {
                    outcome.unsettled += 1;
                    outcome.errors.push(("in doubt".to_owned(), error.to_string()));
                    outcome.ending = Ending::Failed;
                    Ok(Next::Never)
                }
            }
        }
    }
}

/// Whether a commit that was settled as not happened, or could not be settled,
/// had happened after all: then it counts as stored.
pub(super) async fn contradicts(
    context: &WriteContext,
    job: &impl Job,
    outcome: &mut BatchOutcome,
) -> Result<bool, LedgerError> {
    let Some(digest) = outcome.doubted else { return Ok(false) };
    let doubted = match job.doubted(context) {
        Doubted::Batch(key, _) => Doubted::Batch(key, Default::default()),
        scan @ Doubted::Scan(_) => scan,
    };
    let settled = settle(&context.control, doubted, None, SETTLE_PATIENCE).await;
    if !matches!(settled, Ok(Settled::Committed { .. })) {
        return Ok(false);
    }
    if outcome.unsettled > 0 {
        // It never was settled: it is now.
        outcome.unsettled -= 1;
        outcome.in_doubt.0 += 1;
    } else {
        outcome.contradicted = true;
    }
    succeed(context, job, &digest, outcome)?;
    Ok(true)
}

/// Whether the ledger has the batch as done.
pub(super) async fn is_stored(context: &WriteContext, key: &BatchKey) -> Result<bool, LedgerError> {
    let doubted = Doubted::Batch(key, Default::default());
    let settled = settle(&context.control, doubted, None, SETTLE_PATIENCE).await?;
    Ok(matches!(settled, Settled::Committed { .. }))
}

fn succeed(
    context: &WriteContext,
    job: &impl Job,
    digest: &Digest,
    outcome: &mut BatchOutcome,
) -> Result<Next, LedgerError> {
    job.stored(context, digest)?;
    outcome.ending = Ending::Succeeded;
    Ok(Next::Done)
}

/// Notes what went wrong. True where another attempt may succeed.
fn note(outcome: &mut BatchOutcome, trouble: Trouble) -> bool {
    outcome.ending = Ending::Failed;
    outcome.timeouts += u32::from(trouble.is_timeout());
    outcome.errors.push((trouble.code, trouble.text));
    trouble.may_retry
}
