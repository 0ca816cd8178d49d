//! The durable queue: a scan is submitted with all its batches in one
//! transaction, workers claim batches inside the transaction that writes their
//! rows, and what is pending is drained.
//!
//! [`Queue::open`], [`Queue::start`], [`Queue::submit`] for each scan,
//! [`Workers::drain`] when the last one is submitted. Attempts, heartbeats and
//! counts go over a session of their own, the [`desk`].

mod book;
mod claim;
mod depth;
mod desk;
mod heartbeat;
pub mod poll;
mod submit;
mod workers;

pub use book::ScanDone;
pub use submit::Submission;
pub use workers::{Drained, Workers};

use super::{Tally, WriteContext};
use crate::session::{SessionError, Target};
use book::Book;
use desk::Desk;
use std::sync::atomic::{AtomicI32, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{Notify, Semaphore};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// The highest number that a scan's batch may have.
pub const LAST_BATCH: i32 = 1_000_000_000;

/// What a queue is to be.
#[derive(Debug, Clone)]
pub struct QueueOptions {
    /// Rows of a batch; a scan's last one may have fewer.
    pub size: u32,
    /// How old a worker's heartbeat may become before its backend is ended.
    pub heartbeat: Duration,
    /// Batches that were due before count as warm-up.
    pub measured_from: Instant,
    /// What the session calls itself that attempts and heartbeats go over.
    pub name: String,
    /// The number of the first worker of this process; no two of a run share one.
    pub first_worker: i32,
    /// Whether this process submits the run's scans; others only help.
    pub submits: bool,
}

/// A queue of a run, in the target.
pub struct Queue {
    context: Arc<WriteContext>,
    options: QueueOptions,
    desk: Desk,
    book: Mutex<Book>,
    tallies: Mutex<Tallies>,
    /// Since when no claim could be made, whatever it was to find, and the last error.
    failing: Mutex<Option<(Instant, String)>>,
    counts: Counts,
    /// As many permits as there are batches to be had, as far as this process knows.
    ready: Semaphore,
    /// Told when the last batch that is known is finished with.
    emptied: Notify,
    /// Held by who settles what is left in the book.
    settling: tokio::sync::Mutex<()>,
    /// Cancelled when there is nothing more to come, or the run is to end.
    over: CancellationToken,
    next_scan: AtomicI32,
    next_batch: AtomicI32,
}

/// What came of the batches.
#[derive(Default)]
struct Tallies {
    warm_up: Tally,
    measured: Tally,
    last_done: Option<Instant>,
}

/// How many there are at this moment, and how often something happened.
#[derive(Default)]
struct Counts {
    /// Batches that are submitted and not finished with.
    pending: AtomicI64,
    /// Of these, those in a worker's hands.
    in_flight: AtomicI64,
    scans: AtomicU64,
    scans_completed: AtomicU64,
    claims_empty: AtomicU64,
    holders_ended: AtomicU64,
    given_up: AtomicU64,
}

impl Queue {
    /// A queue of the run that `context` writes for. No worker is there yet.
    ///
    /// # Errors
    /// Where its session can't be opened.
    pub async fn open(
        context: Arc<WriteContext>,
        options: QueueOptions,
    ) -> Result<Arc<Queue>, SessionError> {
        let target: Target = context.control.clone();
        let desk = Desk::open(target, options.name.clone()).await?;
        let over = context.stop.child_token();
        Ok(Arc::new(Queue {
            context,
            options,
            desk,
            book: Mutex::default(),
            tallies: Mutex::default(),
            failing: Mutex::default(),
            counts: Counts::default(),
            ready: Semaphore::new(0),
            emptied: Notify::new(),
            settling: tokio::sync::Mutex::default(),
            over,
            next_scan: AtomicI32::new(1),
            next_batch: AtomicI32::new(1),
        }))
    }

    /// Batches that are pending and in nobody's hands, as far as this process knows.
    pub fn depth(&self) -> u64 {
        let now = |count: &AtomicI64| count.load(Ordering::Relaxed);
        u64::try_from(now(&self.counts.pending) - now(&self.counts.in_flight)).unwrap_or(0)
    }

    /// The run.
    pub fn run_id(&self) -> Uuid {
        self.context.origin.run_id
    }

    /// Whether nothing more is to come of it.
    pub fn is_over(&self) -> bool {
        self.over.is_cancelled()
    }

    fn tallies(&self) -> MutexGuard<'_, Tallies> {
        self.tallies.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn failing(&self) -> MutexGuard<'_, Option<(Instant, String)>> {
        self.failing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A claim could be made.
    fn claims_go_on(&self) {
        *self.failing() = None;
    }

    /// A claim could not be made.
    fn claim_failed(&self, error: &str) {
        let mut failing = self.failing();
        let since = failing.as_ref().map_or_else(Instant::now, |(since, _)| *since);
        *failing = Some((since, error.to_owned()));
    }

    /// The last error, where no claim could be made for so long.
    fn claims_fail_since(&self, patience: Duration) -> Option<String> {
        let failing = self.failing();
        let (_, error) = failing.as_ref().filter(|(since, _)| since.elapsed() > patience)?;
        Some(error.clone())
    }

    /// Batches may be claimed, so many.
    fn offer(&self, batches: usize) {
        self.ready.add_permits(batches);
    }
}
