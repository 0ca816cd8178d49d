//! What this process knows of the batches that it submitted: an attempt that
//! was rolled back puts its batch back into the queue, and whoever claims it
//! next goes on with what is known of it.

use super::Queue;
use crate::ledger::BatchKey;
use crate::ledger::queue::Scan;
use crate::work::{Batch, BatchOutcome, Ending};
use std::collections::{HashMap, HashSet};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, oneshot};

/// A scan whose batches are all finished with.
#[derive(Debug, Clone, Copy)]
pub struct ScanDone {
    /// Its number.
    pub scan_no: i32,
    /// Its tenant.
    pub tenant_no: i32,
    /// When its tenant was due.
    pub due: Instant,
    /// From due to its last batch's end.
    pub elapsed: Duration,
    /// Whether all its batches are stored.
    pub is_stored: bool,
}

/// The batches that aren't finished with, and their scans.
#[derive(Default)]
pub(super) struct Book {
    batches: HashMap<i32, (Option<i32>, BatchOutcome)>,
    /// Batches that a worker of this process has taken and not answered for.
    /// The server frees one a moment before its worker knows.
    in_hand: HashSet<i32>,
    scans: HashMap<i32, OpenScan>,
}

struct OpenScan {
    tenant_no: i32,
    due: Instant,
    left: u32,
    is_stored: bool,
    done: oneshot::Sender<ScanDone>,
    /// What its batches take of the room for open ones, where that is limited.
    _place: Option<OwnedSemaphorePermit>,
}

/// A batch in somebody's hands.
pub(super) struct Held {
    pub(super) batch: Batch,
    /// Its scan; None where another process submitted it.
    pub(super) scan_no: Option<i32>,
    pub(super) outcome: BatchOutcome,
}

impl Queue {
    /// Notes the batches of a scan that is about to be submitted.
    pub(super) fn note(
        &self,
        scan: &Scan,
        due: Instant,
        place: Option<OwnedSemaphorePermit>,
    ) -> oneshot::Receiver<ScanDone> {
        let (done, is_done) = oneshot::channel();
        let (tenant_no, left) = (scan.tenant_no, scan.batches());
        let mut book = self.book();
        let open = OpenScan { tenant_no, due, left, is_stored: true, done, _place: place };
        book.scans.insert(scan.scan_no, open);
        for index in 0..left {
            let mut outcome = BatchOutcome::new(scan.rows_of(index), due);
            outcome.tenant_no = tenant_no;
            outcome.lag = due.elapsed();
            book.batches.insert(scan.first_batch_no + index as i32, (Some(scan.scan_no), outcome));
        }
        self.context.gauges.open.fetch_add(left.into(), Ordering::Relaxed);
        is_done
    }

    /// Whether a worker of this process has the batch and hasn't answered for
    /// it yet. For who has claimed it, so that nobody else can meanwhile.
    pub(super) fn is_in_hand(&self, batch_no: i32) -> bool {
        self.book().in_hand.contains(&batch_no)
    }

    /// Takes what is known of a claimed batch.
    pub(super) fn take(&self, batch: Batch) -> Held {
        let mut book = self.book();
        book.in_hand.insert(batch.key.batch_no);
        let known = book.batches.remove(&batch.key.batch_no);
        drop(book);
        match known {
            Some((scan_no, outcome)) => Held { batch, scan_no, outcome },
            None => {
                self.context.gauges.open.fetch_add(1, Ordering::Relaxed);
                self.counts.pending.fetch_add(1, Ordering::Relaxed);
                let mut outcome = BatchOutcome::new(batch.rows, Instant::now());
                outcome.tenant_no = batch.key.tenant_no;
                Held { batch, scan_no: None, outcome }
            }
        }
    }

    /// The batch is in the queue again.
    pub(super) fn put_back(&self, held: Held) {
        let Held { batch, scan_no, outcome } = held;
        let mut book = self.book();
        book.in_hand.remove(&batch.key.batch_no);
        book.batches.insert(batch.key.batch_no, (scan_no, outcome));
    }

    /// What is left of these scans, in the order of the batches' numbers.
    pub(super) fn take_rest(&self, is_theirs: impl Fn(Option<i32>) -> bool) -> Vec<Held> {
        let run_id = self.run_id();
        let mut rest: Vec<Held> = self
            .book()
            .batches
            .extract_if(|_, (scan_no, _)| is_theirs(*scan_no))
            .map(|(batch_no, (scan_no, outcome))| {
                let key = BatchKey { run_id, tenant_no: outcome.tenant_no, batch_no };
                let batch = Batch { key, rows: outcome.rows };
                Held { batch, scan_no, outcome }
            })
            .collect();
        rest.sort_by_key(|held| held.batch.key.batch_no);
        rest
    }

    /// What is known of the batches of a scan whose submission failed.
    pub(super) fn take_back(&self, scan: &Scan) -> Vec<Held> {
        let mut book = self.book();
        let numbers = scan.first_batch_no..scan.first_batch_no + scan.batches() as i32;
        numbers
            .filter_map(|batch_no| {
                let (scan_no, outcome) = book.batches.remove(&batch_no)?;
                let key = BatchKey { run_id: scan.run_id, tenant_no: scan.tenant_no, batch_no };
                let batch = Batch { key, rows: outcome.rows };
                Some(Held { batch, scan_no, outcome })
            })
            .collect()
    }

    /// The batch is finished with. `was_pending` where it had been submitted.
    pub(super) fn finish(&self, held: Held, was_pending: bool) {
        let Held { batch, scan_no, mut outcome } = held;
        self.book().in_hand.remove(&batch.key.batch_no);
        outcome.close(self.context.stop.is_cancelled());
        let now = Instant::now();
        {
            let mut tallies = self.tallies();
            tallies.last_done = Some(now);
            match outcome.due < self.options.measured_from {
                true => tallies.warm_up.add(&outcome),
                false => tallies.measured.add(&outcome),
            }
        }
        if !outcome.elsewhere {
            self.context.observers.iter().for_each(|observer| observer.finished(&outcome, now));
        }
        self.context.gauges.open.fetch_sub(1, Ordering::Relaxed);
        if was_pending && self.counts.pending.fetch_sub(1, Ordering::Relaxed) <= 1 {
            self.emptied.notify_one();
        }
        if let Some(scan_no) = scan_no {
            self.one_less(scan_no, outcome.ending == Ending::Succeeded);
        }
    }

    /// One of the scan's batches is finished with.
    fn one_less(&self, scan_no: i32, is_stored: bool) {
        let mut book = self.book();
        let Some(scan) = book.scans.get_mut(&scan_no) else { return };
        scan.left -= 1;
        scan.is_stored &= is_stored;
        if scan.left > 0 {
            return;
        }
        let Some(OpenScan { tenant_no, due, is_stored, done, .. }) = book.scans.remove(&scan_no)
        else {
            return;
        };
        drop(book);
        self.counts.scans_completed.fetch_add(is_stored.into(), Ordering::Relaxed);
        let elapsed = due.elapsed();
        if is_stored {
            let observers = self.context.observers.iter();
            observers.for_each(|observer| observer.scan_done(tenant_no, due, elapsed));
        }
        // Perhaps nobody waits for it.
        let _ = done.send(ScanDone { scan_no, tenant_no, due, elapsed, is_stored });
    }
}
