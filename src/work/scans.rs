//! Scans: tenants arrive, each submits one and looks at its status until it is
//! complete, while workers drain the queue.

use super::pace::Schedule;
use super::queue::{Drained, Queue, ScanDone, Workers, poll};
use super::{BatchOutcome, Ending, Profile, Tally, WriteContext};
use crate::ledger::LedgerError;
use crate::session::Pool;
use crate::session::meter::Usage;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot};
use tokio::task::{JoinHandle, JoinSet};

/// Looks in a row that weren't answered, after which a reader gives up once
/// the queue is over.
const LOOKS_FAILED_MOST: u32 = 3;

/// How tenants arrive.
#[derive(Debug, Clone, Copy)]
pub enum Arrival {
    /// So many a second, whatever the server does.
    Open {
        /// Tenants a second.
        rate: f64,
    },
    /// So many at once; each is followed by the next when its scan is done.
    Closed {
        /// How many.
        concurrent: u32,
    },
}

/// What is to be done.
#[derive(Debug, Clone, Copy)]
pub struct Scans {
    /// How tenants arrive.
    pub arrival: Arrival,
    /// When the first is due.
    pub began: Instant,
    /// Tenants, from 1.
    pub tenants: u32,
    /// Rows of a scan.
    pub records: u32,
    /// How long a reader waits between two looks.
    pub poll: Duration,
}

/// What came of it.
pub struct Scanned {
    /// The batches, and the queue.
    pub drained: Drained,
    /// The submissions.
    pub submissions: Tally,
    /// The looks at a scan's status.
    pub polls: Tally,
    /// The scans whose batches are all stored.
    pub scans: Tally,
    /// How busy the write pool was until the queue was drained.
    pub write: Usage,
    /// The same of the read pool.
    pub read: Usage,
}

#[derive(Default)]
struct Tallies {
    submissions: Tally,
    polls: Tally,
    scans: Tally,
}

/// What everybody shares.
struct Shared {
    plan: Scans,
    context: Arc<WriteContext>,
    queue: Arc<Queue>,
    readers: Arc<Pool>,
    tallies: Mutex<Tallies>,
    last_arrival: Mutex<Instant>,
}

/// All tenants have arrived; their scans are under way.
pub struct Arrived {
    shared: Arc<Shared>,
    under_way: Vec<JoinHandle<()>>,
    error: Option<LedgerError>,
}

/// What a tenant leaves behind that goes on.
type UnderWay = Result<Vec<JoinHandle<()>>, LedgerError>;

impl Scans {
    /// Lets the tenants arrive, and each submit its scan.
    pub async fn arrive(
        self,
        context: &Arc<WriteContext>,
        queue: &Arc<Queue>,
        readers: &Arc<Pool>,
    ) -> Arrived {
        context.pool.meter().restart(self.began);
        readers.meter().restart(self.began);
        let shared = Arc::new(Shared {
            plan: self,
            context: context.clone(),
            queue: queue.clone(),
            readers: readers.clone(),
            tallies: Mutex::default(),
            last_arrival: Mutex::new(self.began),
        });
        let mut tenants = match self.arrival {
            Arrival::Open { rate } => open(&shared, rate).await,
            Arrival::Closed { concurrent } => closed(&shared, concurrent),
        };
        let (mut under_way, mut error) = (Vec::new(), None);
        while let Some(ended) = tenants.join_next().await {
            match ended {
                Ok(Ok(handles)) => under_way.extend(handles),
                Ok(Err(failed)) => {
                    context.stop.cancel();
                    error.get_or_insert(failed);
                }
                Err(panic) => std::panic::resume_unwind(panic.into_panic()),
            }
        }
        Arrived { shared, under_way, error }
    }
}

/// The open loop: a thread keeps the schedule.
async fn open(shared: &Arc<Shared>, rate: f64) -> JoinSet<UnderWay> {
    let Scans { began, tenants: count, .. } = shared.plan;
    // It ends half an interval after the last one is due.
    let length = Duration::try_from_secs_f64((f64::from(count) - 0.5) / rate);
    let until = began + length.unwrap_or(Duration::MAX / 4);
    let schedule = Schedule { began, until, profile: Arc::new(Profile::constant(rate)) };
    let (due, mut arrivals) = mpsc::unbounded_channel();
    let context = shared.context.clone();
    let pace = tokio::task::spawn_blocking(move || {
        schedule.keep(&context.stop, |index, at| {
            if context.enough.is_cancelled() {
                return ControlFlow::Break(());
            }
            // The listener ends with this thread and not before.
            let _ = due.send((index, at));
            ControlFlow::Continue(())
        });
    });
    let mut tenants = JoinSet::new();
    while let Some((index, due)) = arrivals.recv().await {
        tenants.spawn(arrive_once(shared.clone(), index as i32 + 1, due));
    }
    if let Err(panic) = pace.await {
        std::panic::resume_unwind(panic.into_panic());
    }
    tenants
}

async fn arrive_once(shared: Arc<Shared>, tenant_no: i32, due: Instant) -> UnderWay {
    let Some((done, polling)) = submit(&shared, tenant_no, due).await? else {
        return Ok(Vec::new());
    };
    let following = tokio::spawn(async move { follow(&shared, done).await });
    Ok(vec![polling, following])
}

/// The closed loop.
fn closed(shared: &Arc<Shared>, concurrent: u32) -> JoinSet<UnderWay> {
    let next = Arc::new(AtomicU32::new(1));
    let mut tenants = JoinSet::new();
    for _ in 0..concurrent.min(shared.plan.tenants) {
        let (shared, next) = (shared.clone(), next.clone());
        tenants.spawn(async move {
            let mut polling = Vec::new();
            loop {
                let tenant_no = next.fetch_add(1, Ordering::Relaxed);
                if tenant_no > shared.plan.tenants || shared.context.begins_no_more() {
                    return Ok(polling);
                }
                let submitted = submit(&shared, tenant_no as i32, Instant::now()).await?;
                if let Some((done, looks)) = submitted {
                    polling.push(looks);
                    tokio::select! {
                        () = shared.context.stop.cancelled() => {}
                        () = follow(&shared, done) => {}
                    }
                }
            }
        });
    }
    tenants
}

/// What tells that a scan is done, and who looks at its status meanwhile.
type Submitted = (oneshot::Receiver<ScanDone>, JoinHandle<()>);

async fn submit(
    shared: &Arc<Shared>,
    tenant_no: i32,
    due: Instant,
) -> Result<Option<Submitted>, LedgerError> {
    {
        let mut last = shared.last_arrival.lock().unwrap_or_else(PoisonError::into_inner);
        *last = (*last).max(due);
    }
    let submission = shared.queue.submit(tenant_no, shared.plan.records, due, None).await?;
    shared.tally(|tallies| tallies.submissions.add(&submission.outcome));
    if !submission.is_accepted() {
        return Ok(None);
    }
    let (reading, scan_no) = (shared.clone(), submission.scan_no);
    Ok(Some((submission.done, tokio::spawn(async move { reading.poll(scan_no).await }))))
}

/// Waits until the scan is done.
async fn follow(shared: &Shared, done: oneshot::Receiver<ScanDone>) {
    let Ok(done) = done.await else { return };
    if done.is_stored {
        let mut outcome = BatchOutcome::new(shared.plan.records, done.due);
        outcome.ending = Ending::Succeeded;
        (outcome.response, outcome.service) = (done.elapsed, done.elapsed);
        shared.tally(|tallies| tallies.scans.add(&outcome));
    }
}

impl Shared {
    fn tally(&self, add: impl FnOnce(&mut Tallies)) {
        add(&mut self.tallies.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Looks at a scan's status until it is complete, or given up.
    async fn poll(&self, scan_no: i32) {
        let id = (self.queue.run_id(), scan_no);
        let within = self.context.statement_timeout;
        let (mut due, mut failed) = (Instant::now(), 0);
        loop {
            tokio::select! {
                () = self.context.stop.cancelled() => return,
                () = tokio::time::sleep_until(due.into()) => {}
            }
            let look = tokio::select! {
                () = self.context.stop.cancelled() => return,
                look = poll::look(&self.readers, id, due, within) => look,
            };
            let is_over = look.status.as_ref().is_ok_and(|status| status.left == 0);
            failed = if look.status.is_ok() { 0 } else { failed + 1 };
            self.tally(|tallies| tallies.polls.add(&outcome(look, due)));
            if is_over {
                self.queue.complete(scan_no).await;
            }
            if is_over || (failed >= LOOKS_FAILED_MOST && self.queue.is_over()) {
                return;
            }
            due += self.plan.poll;
        }
    }
}

/// A look as what a tally counts.
fn outcome(look: poll::Look, due: Instant) -> BatchOutcome {
    let mut outcome = BatchOutcome::new(0, due);
    (outcome.response, outcome.service) = (look.response, look.service);
    outcome.acquire = look.acquire;
    outcome.attempts = 1;
    outcome.timeouts = look.is_timeout.into();
    outcome.ending = match look.status {
        Ok(_) => Ending::Succeeded,
        Err(error) => {
            outcome.errors.push(error);
            Ending::Failed
        }
    };
    outcome
}

impl Arrived {
    /// Waits until the queue is drained, and everybody has seen it.
    ///
    /// # Errors
    /// Where an acknowledgement can't be written down, or the server doesn't come back.
    pub async fn finish(self, workers: Workers) -> Result<Scanned, LedgerError> {
        let Arrived { shared, under_way, error } = self;
        let drained = workers.drain().await;
        let now = Instant::now();
        let (write, read) = (&shared.context.pool, &shared.readers);
        let (write, read) = (write.meter().usage(now), read.meter().usage(now));
        for handle in under_way {
            if let Err(panic) = handle.await {
                std::panic::resume_unwind(panic.into_panic());
            }
        }
        let mut drained = error.map_or(drained, Err)?;
        let all = u64::from(shared.plan.tenants);
        if let Some(last) = drained.last_done.filter(|_| drained.queue.scans_completed == all) {
            let arrived = *shared.last_arrival.lock().unwrap_or_else(PoisonError::into_inner);
            let drain = last.saturating_duration_since(arrived);
            drained.queue.drain_s = Some(drain.as_secs_f64());
        }
        let mut tallies = shared.tallies.lock().unwrap_or_else(PoisonError::into_inner);
        let Tallies { submissions, polls, scans } = std::mem::take(&mut *tallies);
        Ok(Scanned { drained, submissions, polls, scans, write, read })
    }
}
