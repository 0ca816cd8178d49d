//! Workers: each claims a batch, writes it, and commits both together, until
//! the queue is drained.
//!
//! That nothing can be claimed is not the end: somebody else may hold a batch
//! and lose it, or submit another. The end is when the queue is empty for
//! everybody, and who submits has said that nothing more comes.
//!
//! A worker with nothing to do asks the target nothing. It is woken by a
//! submission, or where the count of the queue ([`depth`]) finds more than this
//! process knows of.

use super::book::Held;
use super::claim::{Claim, Registered};
use super::desk::Desk;
use super::{Queue, depth, heartbeat};
use crate::ledger::{LedgerError, presence, queue};
use crate::model::share;
use crate::session::{Lease, SessionError, retry};
use crate::work::attempt::{Transaction, attempt};
use crate::work::carry::{Next, conclude, contradicts, is_stored};
use crate::work::commit::{Commit, commit};
use crate::work::context::Open;
use crate::work::trouble::Trouble;
use crate::work::{Ending, Tally};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use tokio::task::{JoinHandle, JoinSet};
use tokio_postgres::error::SqlState;

/// How often it is looked whether the queue is empty.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// How long a server that was lost may take to come back.
const SERVER_BACK_WITHIN: Duration = Duration::from_secs(60);

/// What came of a queue.
pub struct Drained {
    /// Batches that were due before the measure phase.
    pub warm_up: Tally,
    /// The others.
    pub measured: Tally,
    /// When the last batch was finished with; None where there was none.
    pub last_done: Option<Instant>,
    /// The queue's figures; `drain_s` is the caller's to fill in.
    pub queue: share::Queue,
}

/// The workers of a queue, with what keeps watch over them.
pub struct Workers {
    queue: Arc<Queue>,
    workers: JoinSet<Result<(), LedgerError>>,
    heartbeat: JoinHandle<()>,
    depth: JoinHandle<Vec<u64>>,
}

impl Queue {
    /// Lets so many workers begin.
    pub fn start(self: &Arc<Self>, workers: u32) -> Workers {
        let mut tasks = JoinSet::new();
        let first = self.options.first_worker;
        let watched = Arc::new(heartbeat::Watched::new(first, workers));
        for no in (first..).take(workers as usize) {
            let worker =
                Worker { queue: self.clone(), no, watched: watched.clone(), registered: None };
            tasks.spawn(worker.work());
        }
        Workers {
            queue: self.clone(),
            workers: tasks,
            heartbeat: tokio::spawn(heartbeat::keep(self.clone(), watched)),
            depth: tokio::spawn(depth::sample(self.clone(), workers)),
        }
    }
}

impl Workers {
    /// Waits until nothing is pending any more, for anybody, nor to come; this
    /// process may submit no scan from here on. Then the workers end.
    ///
    /// # Errors
    /// Where an acknowledgement can't be written down, or the server doesn't come back.
    pub async fn drain(mut self) -> Result<Drained, LedgerError> {
        let queue = self.queue.clone();
        let emptied = tokio::select! {
            emptied = until_empty(&queue) => emptied,
            // Only an error ends a worker before.
            error = first_error(&mut self.workers) => Err(error),
        };
        if emptied.is_err() {
            queue.context.stop.cancel();
        }
        queue.over.cancel();
        let mut error = emptied.err();
        while let Some(ended) = self.workers.join_next().await {
            error = error.or(joined(ended).err());
        }
        let depths = joined(self.depth.await);
        joined(self.heartbeat.await);
        let settling = queue.settling.lock().await;
        for mut held in queue.take_rest(|_| true) {
            match settle_rest(&queue, &mut held).await {
                Ok(()) => queue.finish(held, true),
                Err(failed) => error = error.or(Some(failed)),
            }
        }
        drop(settling);
        match error {
            Some(error) => Err(error),
            None => Ok(drained(&queue, depths)),
        }
    }
}

fn joined<T>(ended: Result<T, tokio::task::JoinError>) -> T {
    match ended {
        Ok(value) => value,
        Err(panic) => std::panic::resume_unwind(panic.into_panic()),
    }
}

async fn first_error(workers: &mut JoinSet<Result<(), LedgerError>>) -> LedgerError {
    while let Some(ended) = workers.join_next().await {
        if let Err(error) = joined(ended) {
            return error;
        }
    }
    std::future::pending().await
}

impl Queue {
    /// Nothing of the scan is in the queue any more: what is left of it in the
    /// book was stored by another process, or is in doubt.
    pub(in crate::work) async fn complete(&self, scan_no: i32) {
        let _settling = self.settling.lock().await;
        for mut held in self.take_rest(|of| of == Some(scan_no)) {
            match settle_rest(self, &mut held).await {
                Ok(()) => self.finish(held, true),
                Err(error) => {
                    // The drain asks again, and its error ends the run.
                    tracing::debug!("a batch can't be settled: {error}");
                    self.put_back(held);
                }
            }
        }
    }
}

/// What is left in the book where the queue has no such batch any more: it was
/// in doubt, another process stored it, or the run was stopped.
async fn settle_rest(queue: &Queue, held: &mut Held) -> Result<(), LedgerError> {
    let is_stopped = queue.context.stop.is_cancelled();
    if contradicts(&queue.context, &held.batch, &mut held.outcome).await? {
        return Ok(());
    }
    held.outcome.ending = if is_stopped { Ending::Stopped } else { Ending::Failed };
    // Who stored it has written that down.
    if !is_stopped && is_stored(&queue.context, &held.batch.key).await? {
        held.outcome.ending = Ending::Succeeded;
        held.outcome.elsewhere = true;
    }
    Ok(())
}

fn drained(queue: &Queue, mut depths: Vec<u64>) -> Drained {
    let mut tallies = queue.tallies();
    depths.sort_unstable();
    let at_95 = (depths.len() as f64 * 0.95).ceil() as usize;
    let count = |n: &std::sync::atomic::AtomicU64| n.load(Ordering::Relaxed);
    let counts = &queue.counts;
    Drained {
        warm_up: std::mem::take(&mut tallies.warm_up),
        measured: std::mem::take(&mut tallies.measured),
        last_done: tallies.last_done,
        queue: share::Queue {
            depth_max: depths.last().copied(),
            depth_p95: depths.get(at_95.saturating_sub(1)).map(|depth| *depth as f64),
            samples: depths.len() as u64,
            scans: count(&counts.scans),
            scans_completed: count(&counts.scans_completed),
            drain_s: None,
            claims_empty: count(&counts.claims_empty),
            holders_ended: count(&counts.holders_ended),
            given_up: count(&counts.given_up),
        },
    }
}

/// Waits until the target's queue is empty for good, or the run is to end.
async fn until_empty(queue: &Queue) -> Result<(), LedgerError> {
    let mut seen = Instant::now();
    let mut is_all_submitted = false;
    while !queue.over.is_cancelled() {
        let looked = tokio::select! {
            () = queue.over.cancelled() => return Ok(()),
            looked = is_drained(queue, &mut is_all_submitted) => looked,
        };
        match looked {
            Ok(true) => return Ok(()),
            Ok(false) => seen = Instant::now(),
            Err(error) if seen.elapsed() > SERVER_BACK_WITHIN => return Err(error),
            Err(error) => tracing::debug!("the queue can't be looked at: {error}"),
        }
        // A holder that is silent is waited for; claims that all fail are not.
        if let Some(detail) = queue.claims_fail_since(SERVER_BACK_WITHIN) {
            return Err(LedgerError::ClaimsFail { detail });
        }
        tokio::select! {
            () = queue.over.cancelled() => {}
            () = queue.emptied.notified() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
    Ok(())
}

/// Whether the target's queue is empty, and stays so. Who submits the scans says
/// once that there are no more; who helps goes by that, or by the end of the
/// process that submits.
async fn is_drained(queue: &Queue, is_all_submitted: &mut bool) -> Result<bool, LedgerError> {
    let run_id = queue.run_id();
    let desk = queue.desk.session().await?;
    let client = &desk.client;
    if !*is_all_submitted && queue.options.submits {
        queue::all_submitted(client, run_id).await.map_err(Desk::failed())?;
        *is_all_submitted = true;
    }
    if !*is_all_submitted {
        let more = match queue::more_to_come(client, run_id).await {
            Err(error) if is_gone(&error) => return Ok(true),
            more => more.map_err(Desk::failed())?,
        };
        *is_all_submitted = !more || !presence::is_held(client, &run_id.to_string()).await?;
    }
    // Asked last, so that nothing is submitted in between.
    match queue::left(client, run_id).await {
        Err(error) if is_gone(&error) && !queue.options.submits => Ok(true),
        left => Ok(left.map_err(Desk::failed())? == 0 && *is_all_submitted),
    }
}

/// The run has ended, and took its tables with it.
fn is_gone(error: &tokio_postgres::Error) -> bool {
    error.code() == Some(&SqlState::UNDEFINED_TABLE)
}

/// How many batches the target's queue has, the claimed ones among them.
pub(super) async fn left(queue: &Queue) -> Result<u64, SessionError> {
    let desk = queue.desk.session().await?;
    queue::left(&desk.client, queue.run_id()).await.map_err(Desk::failed())
}

struct Worker {
    queue: Arc<Queue>,
    no: i32,
    watched: Arc<heartbeat::Watched>,
    registered: Option<Registered>,
}

impl Worker {
    async fn work(mut self) -> Result<(), LedgerError> {
        let queue = self.queue.clone();
        let mut failures = 0;
        // Only for the jitter of the waits.
        let mut jitter = Xoshiro256PlusPlus::seed_from_u64(self.no as u64);
        loop {
            tokio::select! {
                () = queue.over.cancelled() => return Ok(()),
                permit = queue.ready.acquire() => if let Ok(permit) = permit { permit.forget() },
            }
            let is_well = self.one().await?;
            self.watched.idle(self.no);
            if is_well {
                failures = 0;
                continue;
            }
            queue.offer(1);
            failures += 1;
            tokio::select! {
                () = queue.over.cancelled() => return Ok(()),
                () = tokio::time::sleep(retry::backoff(failures + 1, &mut jitter)) => {}
            }
        }
    }

    /// Claims a batch, where there is one, and attempts it. False where it is
    /// to be tried again.
    async fn one(&mut self) -> Result<bool, LedgerError> {
        let queue = &self.queue;
        let context = &queue.context;
        let asked = Instant::now();
        let waiting = Open::count(&context.gauges.waiting);
        let lease = tokio::select! {
            () = queue.over.cancelled() => return Ok(true),
            lease = context.pool.acquire() => lease,
        };
        drop(waiting);
        let (acquire, has) = (asked.elapsed(), Instant::now());
        let mut lease = match lease {
            Ok(lease) => lease,
            Err(error) => return Ok(self.troubled(Trouble::from(&error))),
        };
        self.watched.busy(self.no);
        let claiming = queue.claim(&mut lease, self.no, &mut self.registered);
        let claimed = tokio::select! {
            () = context.stop.cancelled() => return Ok(true),
            claimed = tokio::time::timeout(context.statement_timeout, claiming) => claimed,
        };
        if matches!(claimed, Ok(Ok(_))) {
            queue.claims_go_on();
        }
        let (batch, backend, attempt_no) = match claimed {
            Ok(Ok(Claim::Batch(batch, backend, attempt_no))) => (batch, backend, attempt_no),
            Ok(Ok(Claim::Exhausted(batch, backend))) => {
                let removing = commit(lease, backend.as_deref(), context.statement_timeout).await;
                return Ok(self.give_up(queue.take(batch), removing));
            }
            Ok(Ok(Claim::Nothing)) => {
                queue.counts.claims_empty.fetch_add(1, Ordering::Relaxed);
                return Ok(self.leave(lease).await);
            }
            Ok(Ok(Claim::Busy)) => {
                self.leave(lease).await;
                return Ok(false);
            }
            Ok(Err(trouble)) => return Ok(self.troubled(trouble)),
            Err(_) => {
                lease.give_up();
                return Ok(self.troubled(Trouble::timed_out("claiming a batch")));
            }
        };
        let mut held = queue.take(batch);
        queue.counts.in_flight.fetch_add(1, Ordering::Relaxed);
        held.outcome.attempts = attempt_no;
        held.outcome.acquire += acquire;
        held.outcome.began.get_or_insert(has);
        let transaction = Transaction::Claimed(backend);
        let attempted = attempt(context, lease, &held.batch, attempt_no, transaction).await;
        let next = conclude(context, &held.batch, attempted, &mut held.outcome).await;
        queue.counts.in_flight.fetch_sub(1, Ordering::Relaxed);
        match next? {
            Next::Done => {
                // Where others submit, there is no word of what else there is.
                let is_others = held.scan_no.is_none();
                queue.finish(held, true);
                queue.offer(is_others.into());
            }
            // Rolled back, so that it is in the queue again; where that isn't
            // known, the next claim or the drain will tell.
            Next::Again | Next::Never => {
                queue.put_back(held);
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// A batch was taken out of the queue for good, unless that failed.
    fn give_up(&self, mut held: Held, removing: Commit) -> bool {
        match removing {
            Commit::Acknowledged { .. } => {
                held.outcome.ending = Ending::Failed;
                self.queue.counts.given_up.fetch_add(1, Ordering::Relaxed);
                self.queue.finish(held, true);
                true
            }
            Commit::Refused(trouble) | Commit::InDoubt(trouble) => {
                self.queue.put_back(held);
                self.troubled(trouble)
            }
        }
    }

    /// There was nothing to claim: the connection is given back.
    async fn leave(&self, lease: Lease) -> bool {
        let within = self.queue.context.statement_timeout;
        let rolled_back = tokio::select! {
            () = self.queue.over.cancelled() => return true,
            done = tokio::time::timeout(within, lease.client().batch_execute("ROLLBACK")) => done,
        };
        match rolled_back {
            Ok(Ok(())) => {
                lease.release();
                true
            }
            Ok(Err(error)) => self.troubled(Trouble::from(&error)),
            Err(_) => self.troubled(Trouble::timed_out("giving a claim back")),
        }
    }

    /// Something went wrong that is of no batch.
    fn troubled(&self, trouble: Trouble) -> bool {
        self.queue.claim_failed(&trouble.text);
        self.queue.tallies().measured.note(trouble);
        false
    }
}
