//! A submission: one transaction enters a scan, its batches and what workers
//! claim. It goes through the write pool, as an application's would.

use super::{LAST_BATCH, Queue, ScanDone};
use crate::ledger::LedgerError;
use crate::ledger::queue::{self, Scan};
use crate::ledger::settle::Doubted;
use crate::session::{Backend, Lease};
use crate::table::Digest;
use crate::work::attempt::Attempt;
use crate::work::carry::{Job, carry};
use crate::work::commit::{Commit, commit};
use crate::work::seams::Point;
use crate::work::trouble::Trouble;
use crate::work::{BatchOutcome, Ending, WriteContext};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;
use tokio::sync::{OwnedSemaphorePermit, oneshot};
use tokio_postgres::Error;

/// A scan that was submitted, or wasn't.
pub struct Submission {
    /// The scan's number.
    pub scan_no: i32,
    /// How the submission came out: its response time is from due to
    /// acknowledged, its rows are those of the scan.
    pub outcome: BatchOutcome,
    /// Told when the last batch is finished with; an error where that wasn't reached.
    pub done: oneshot::Receiver<ScanDone>,
}

impl Submission {
    /// Whether the scan is in the queue.
    pub fn is_accepted(&self) -> bool {
        self.outcome.ending == Ending::Succeeded
    }
}

impl Queue {
    /// Submits a scan of so many rows, which was due at `due`, and waits for
    /// the acknowledgement. Where it fails, its batches count as failed. What
    /// they take `place` of is let go of when the last one is finished with.
    ///
    /// # Errors
    /// None of a submission's own; those of the file of acknowledgements, and
    /// where there are no more numbers for its batches.
    pub async fn submit(
        &self,
        tenant_no: i32,
        rows: u32,
        due: Instant,
        place: impl Into<Option<OwnedSemaphorePermit>>,
    ) -> Result<Submission, LedgerError> {
        let mut scan = Scan {
            run_id: self.run_id(),
            scan_no: self.next_scan.fetch_add(1, Ordering::Relaxed),
            tenant_no,
            first_batch_no: 0,
            rows,
            size: self.options.size,
        };
        let batches = scan.batches();
        scan.first_batch_no = self.take_numbers(batches)?;
        let done = self.note(&scan, due, place.into());
        let mut outcome = BatchOutcome::new(rows, due);
        outcome.tenant_no = tenant_no;
        carry(&self.context, &scan, &mut outcome).await?;
        // Where it isn't known whether it is there, the drain will tell.
        if outcome.ending == Ending::Succeeded || outcome.unsettled > 0 {
            self.counts.scans.fetch_add(1, Ordering::Relaxed);
            self.counts.pending.fetch_add(batches.into(), Ordering::Relaxed);
            self.offer(batches as usize);
        } else {
            for mut held in self.take_back(&scan) {
                held.outcome.ending = outcome.ending;
                self.finish(held, false);
            }
        }
        Ok(Submission { scan_no: scan.scan_no, outcome, done })
    }
}

impl Queue {
    /// The first of so many numbers for batches, which follow each other.
    fn take_numbers(&self, batches: u32) -> Result<i32, LedgerError> {
        let beyond = |next: i32| {
            let beyond = next.checked_add_unsigned(batches);
            beyond.filter(|beyond| *beyond <= LAST_BATCH + 1)
        };
        let taken = self.next_batch.fetch_update(Ordering::Relaxed, Ordering::Relaxed, beyond);
        taken.map_err(|_| LedgerError::NumbersUsedUp { last: LAST_BATCH })
    }
}

impl Job for Scan {
    async fn attempt(&self, context: &WriteContext, mut lease: Lease, attempts: u32) -> Attempt {
        let entering = enter(&mut lease, self);
        let entered = tokio::select! {
            () = context.stop.cancelled() => return Attempt::Stopped,
            entered = tokio::time::timeout(context.statement_timeout, entering) => entered,
        };
        let backend = match entered {
            Ok(Ok(backend)) => backend,
            Ok(Err(error)) => return Attempt::NotStored(Trouble::from(&error)),
            Err(_) => {
                lease.give_up();
                return Attempt::NotStored(Trouble::timed_out("submitting a scan"));
            }
        };
        if let Some(backend) = &backend {
            context.seams.reached(Point::BeforeSubmission, backend.pid, attempts);
        }
        // A submission has no rows of its own: its digest is that of none.
        let digest = Digest::default();
        match commit(lease, backend.as_deref(), context.statement_timeout).await {
            Commit::Acknowledged { local } => Attempt::Acknowledged { digest, local },
            Commit::Refused(trouble) => Attempt::NotStored(trouble),
            Commit::InDoubt(trouble) => Attempt::InDoubt { trouble, backend, digest },
        }
    }

    fn doubted(&self, _: &WriteContext) -> Doubted<'_> {
        Doubted::Scan(self)
    }

    fn stored(&self, _: &WriteContext, _: &Digest) -> Result<(), LedgerError> {
        Ok(())
    }

    fn number(&self) -> i32 {
        self.scan_no
    }
}

async fn enter(lease: &mut Lease, scan: &Scan) -> Result<Option<Arc<Backend>>, Error> {
    let backend = lease.begin().await?;
    queue::submit(lease.client(), scan).await?;
    Ok(backend)
}
