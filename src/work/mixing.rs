//! What comes of a mixed load, as its parts report it.

use super::read_tally::ReadTally;
use super::reads::ReadOutcome;
use super::soak::Soak;
use super::{BatchOutcome, Tally};
use crate::ledger::LedgerError;
use crate::stats::Recorder;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Something was done.
pub(super) enum Done {
    /// An operation was begun, so much later than planned.
    Lag { due: Instant, lag: Duration },
    /// A read.
    Read(ReadOutcome),
    /// A batch that was written at once.
    Batch(Result<BatchOutcome, LedgerError>),
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

/// What came of it.
pub struct Mixing {
    /// Batches that were due before the measure phase.
    pub warm_up: Tally,
    /// The others.
    pub measured: Tally,
    /// Reads that were due in the measure phase.
    pub reads: ReadTally,
    /// Those that were due before.
    pub reads_warm_up: ReadTally,
    /// Scans and single batches that were due in the measure phase.
    pub writes: u64,
    /// From the beginning of the measure phase to the last batch's end, and to
    /// the end of the time at least.
    pub elapsed: Duration,
    /// The same to the last read's end.
    pub reads_elapsed: Duration,
}

impl Mixing {
    /// Collects until the last report.
    pub(super) async fn collect(
        time: &Soak,
        stop: &CancellationToken,
        mut reports: mpsc::UnboundedReceiver<Done>,
    ) -> Result<Mixing, LedgerError> {
        let from = time.measured_from;
        let mut mixing = Mixing {
            warm_up: Tally::default(),
            measured: Tally::default(),
            reads: ReadTally::default(),
            reads_warm_up: ReadTally::default(),
            writes: 0,
            elapsed: Duration::ZERO,
            reads_elapsed: Duration::ZERO,
        };
        let (mut last_batch, mut last_read, mut first_error) = (from, from, None);
        let mut late = Recorder::default();
        while let Some(done) = reports.recv().await {
            match done {
                Done::Lag { due, lag } if due >= from => late.record(lag),
                Done::Lag { .. } => {}
                Done::Read(outcome) if outcome.due < from => mixing.reads_warm_up.add(&outcome),
                Done::Read(outcome) => {
                    last_read = last_read.max(outcome.due + outcome.response);
                    mixing.reads.add(&outcome);
                }
                Done::Batch(Ok(outcome)) if outcome.due < from => mixing.warm_up.add(&outcome),
                Done::Batch(Ok(outcome)) => {
                    last_batch = last_batch.max(outcome.due + outcome.response);
                    mixing.writes += 1;
                    mixing.measured.add(&outcome);
                }
                // The proof has a hole: the others are stopped, and waited for.
                Done::Batch(Err(error)) => {
                    stop.cancel();
                    first_error.get_or_insert(error);
                }
            }
        }
        mixing.measured.set_lag(late);
        // Users who think, and what is due at a rate, have the whole time.
        let until = time.until.min(Instant::now());
        mixing.elapsed = last_batch.max(until).saturating_duration_since(from);
        mixing.reads_elapsed = last_read.max(until).saturating_duration_since(from);
        first_error.map_or(Ok(mixing), Err)
    }
}
