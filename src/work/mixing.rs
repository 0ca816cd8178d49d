//! What comes of a mixed load, as its parts report it.

use super::queue::{Drained, ScanDone, poll::Look};
use super::read_tally::{ReadTally, Times};
use super::reads::ReadOutcome;
use super::soak::{Held, Soak};
use super::trouble::Trouble;
use super::{BatchOutcome, Tally};
use crate::ledger::LedgerError;
use crate::model::record::Latencies;
use crate::model::share::Queue;
use crate::stats::Recorder;
use std::time::{Duration, Instant};
use tokio::sync::oneshot::error::TryRecvError;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

/// Something was done.
pub(super) enum Done {
    /// An operation was begun, so much later than planned.
    Lag { due: Instant, lag: Duration },
    /// A read.
    Read(ReadOutcome),
    /// A batch that was written at once.
    Batch(BatchOutcome),
    /// A submission, and what tells of its scan's end where it was accepted.
    Submitted(BatchOutcome, Option<oneshot::Receiver<ScanDone>>),
    /// A look at a scan's status that was due then.
    Looked(Instant, Look),
    /// The proof has a hole.
    Broken(LedgerError),
}

/// Where it is reported. When the last one is gone, all is done.
#[derive(Clone)]
pub(super) struct Report(mpsc::UnboundedSender<Done>);

impl Report {
    pub(super) fn channel() -> (Report, mpsc::UnboundedReceiver<Done>) {
        let (sender, reports) = mpsc::unbounded_channel();
        (Report(sender), reports)
    }

    pub(super) fn send(&self, done: Done) {
        // Only where the collector is gone does nobody listen.
        let _ = self.0.send(done);
    }
}

/// Scans that are kept, at least, before it is looked which are done.
const SWEEP_LEAST: usize = 1_000;

/// How a scan began.
struct Submitted {
    /// From due to the first connection in hand.
    until_connection: Duration,
    /// Waiting for it.
    acquire: Duration,
}

/// What came of it. What was due before the measure phase is warm-up.
#[derive(Default)]
pub struct Mixing {
    /// Batches of the warm-up.
    pub warm_up: Tally,
    /// The others.
    pub measured: Tally,
    /// Reads of the warm-up.
    pub reads_warm_up: ReadTally,
    /// The others.
    pub reads: ReadTally,
    /// Scans and single batches of the measure phase.
    pub writes: u64,
    /// From the beginning of the measure phase to the last batch's end, and to
    /// the end of the time at least.
    pub elapsed: Duration,
    /// The same to the last read's end.
    pub reads_elapsed: Duration,
    /// What an open loop held back; None where users think.
    pub held: Option<Held>,
    /// The queue's figures.
    pub queue: Queue,
    submissions: Tally,
    looks: Times,
    scans: Times,
    scans_open: Vec<(Submitted, oneshot::Receiver<ScanDone>)>,
    /// Those that are done are taken out when there are so many: no more are
    /// kept than twice those that are open.
    sweep_at: usize,
    late: Recorder,
    last_batch: Option<Instant>,
    last_read: Option<Instant>,
    last_arrival: Option<Instant>,
}

impl Mixing {
    /// Collects until the last report.
    pub(super) async fn collect(
        time: &Soak,
        stop: &CancellationToken,
        mut reports: mpsc::UnboundedReceiver<Done>,
    ) -> Result<Mixing, LedgerError> {
        let (mut mixing, mut first_error) = (Mixing::default(), None);
        while let Some(done) = reports.recv().await {
            match done {
                // The others are stopped, and waited for.
                Done::Broken(error) => {
                    stop.cancel();
                    first_error.get_or_insert(error);
                }
                done => mixing.add(time.measured_from, done),
            }
        }
        first_error.map_or(Ok(mixing), Err)
    }

    fn add(&mut self, from: Instant, done: Done) {
        match done {
            Done::Lag { due, lag } if due >= from => self.late.record(lag),
            Done::Read(outcome) if outcome.due < from => self.reads_warm_up.add(&outcome),
            Done::Read(outcome) => {
                self.last_read = self.last_read.max(Some(outcome.due + outcome.response));
                self.reads.add(&outcome);
            }
            Done::Batch(outcome) if outcome.due < from => self.warm_up.add(&outcome),
            Done::Batch(outcome) => {
                self.last_batch = self.last_batch.max(Some(outcome.due + outcome.response));
                self.writes += 1;
                self.measured.add(&outcome);
            }
            Done::Submitted(outcome, done) => {
                if done.is_some() {
                    self.last_arrival = self.last_arrival.max(Some(outcome.due));
                }
                if outcome.due < from {
                    self.warm_up.answer_for(&Tally::of(&outcome));
                } else {
                    self.writes += 1;
                    self.submissions.add(&outcome);
                    let began = outcome.began.unwrap_or(outcome.due);
                    let until_connection = began.saturating_duration_since(outcome.due);
                    let submitted = Submitted { until_connection, acquire: outcome.acquire };
                    self.scans_open.extend(done.map(|done| (submitted, done)));
                    if self.scans_open.len() >= self.sweep_at {
                        self.close_scans();
                        self.sweep_at = SWEEP_LEAST.max(2 * self.scans_open.len());
                    }
                }
            }
            Done::Looked(due, look) if due >= from => match look.status {
                Ok(_) => self.looks.add(look.response, look.service, look.acquire),
                Err((code, text)) => self.measured.note(Trouble { code, text, may_retry: true }),
            },
            Done::Lag { .. } | Done::Looked(..) | Done::Broken(_) => {}
        }
    }

    /// Takes in what came of the queue, once it is drained.
    pub(super) fn close(&mut self, time: &Soak, drained: Drained) {
        self.warm_up.merge(&drained.warm_up);
        self.measured.merge(&drained.measured);
        self.measured.answer_for(&self.submissions);
        self.measured.add_timeouts_of(&self.submissions);
        self.measured.set_lag(std::mem::take(&mut self.late));
        let last_batch = self.last_batch.max(drained.last_done);
        self.close_scans();
        self.queue = drained.queue;
        self.queue.drain_s = self
            .last_arrival
            .zip(drained.last_done)
            .filter(|_| self.queue.scans_completed == self.queue.scans)
            .map(|(arrival, done)| done.saturating_duration_since(arrival).as_secs_f64());
        // Users who think, and what is due at a rate, have the whole time.
        let until = time.until.min(Instant::now());
        let elapsed = |last: Option<Instant>| {
            last.map_or(until, |last| last.max(until)).saturating_duration_since(time.measured_from)
        };
        self.elapsed = elapsed(last_batch);
        self.reads_elapsed = elapsed(self.last_read);
    }

    /// Counts the scans that are done, and keeps the others in mind.
    fn close_scans(&mut self) {
        let scans = &mut self.scans;
        self.scans_open.retain_mut(|(submitted, done)| match done.try_recv() {
            Ok(scan) => {
                if scan.is_stored {
                    let service = scan.elapsed.saturating_sub(submitted.until_connection);
                    scans.add(scan.elapsed, service, submitted.acquire);
                }
                false
            }
            // The other error is that its end won't be reached.
            Err(error) => error == TryRecvError::Empty,
        });
    }

    /// Enters the latencies of reads, submissions, looks and scans.
    pub fn enter(&self, latencies: &mut Latencies) {
        self.reads.enter(latencies);
        latencies.submit = self.submissions.latency();
        latencies.poll = self.looks.latency();
        latencies.scan = self.scans.latency();
    }
}
