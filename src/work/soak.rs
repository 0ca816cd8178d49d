//! A soak: batches for a time, at a constant rate or as fast as so many
//! writers get them stored.

use super::carry::carry_through;
use super::pace::Schedule;
use super::{Batch, BatchOutcome, Tally, WriteContext};
use crate::ledger::{BatchKey, LedgerError};
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;

/// How the batches of a soak come.
#[derive(Debug, Clone, Copy)]
pub enum Arrival {
    /// So many a second are due, whatever the server does.
    Open {
        /// Batches a second.
        rate: f64,
    },
    /// Each writer begins the next one when its last is finished with.
    Closed {
        /// Writers.
        writers: u32,
    },
}

/// What a soak is.
#[derive(Debug, Clone, Copy)]
pub struct Soak {
    /// How batches come.
    pub arrival: Arrival,
    /// When the first is due.
    pub began: Instant,
    /// What was due before isn't measured.
    pub measured_from: Instant,
    /// None is due from here on.
    pub until: Instant,
    /// Rows in a batch.
    pub rows: u32,
    /// Tenants, numbered from 1, that take turns.
    pub tenants: u32,
}

/// What came of it.
pub struct Soaked {
    /// Batches that were due before the measure phase.
    pub warm_up: Tally,
    /// The others.
    pub measured: Tally,
    /// From the beginning of the measure phase to the last batch's end; in an
    /// open loop to the end of the schedule at least.
    pub elapsed: Duration,
}

/// Batches are numbered from 1 as they come, and none begins before the
/// ledger has it.
pub struct Numbers {
    next: AtomicI32,
    registered: watch::Sender<i32>,
}

impl Default for Numbers {
    fn default() -> Numbers {
        Numbers::starting_at(1)
    }
}

impl Numbers {
    /// Numbers from `first` on, of which the ledger has none.
    pub fn starting_at(first: i32) -> Numbers {
        Numbers { next: AtomicI32::new(first), registered: watch::channel(first - 1).0 }
    }

    /// The highest number that the ledger has.
    pub fn registered(&self) -> i32 {
        *self.registered.borrow()
    }

    /// The next number that will be given out.
    pub fn next(&self) -> i32 {
        self.next.load(Ordering::Relaxed)
    }

    /// The ledger has all batches up to `number`.
    pub fn entered(&self, number: i32) {
        self.registered.send_replace(number);
    }

    pub(super) fn take(&self) -> i32 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// Waits until the ledger has `number`. False where the run is to end first.
    pub(super) async fn wait_for(&self, number: i32, stop: &CancellationToken) -> bool {
        let mut registered = self.registered.subscribe();
        tokio::select! {
            () = stop.cancelled() => false,
            there = registered.wait_for(|highest| *highest >= number) => there.is_ok(),
        }
    }
}

impl Soak {
    /// The batch that has this number.
    pub fn batch(&self, run_id: uuid::Uuid, number: i32) -> Batch {
        let tenant_no = (number - 1) % self.tenants as i32 + 1;
        Batch { key: BatchKey { run_id, tenant_no, batch_no: number }, rows: self.rows }
    }

    /// Writes until the time is over, and waits for what is under way.
    ///
    /// # Errors
    /// Where an acknowledgement can't be written down.
    pub async fn carry_out(
        &self,
        context: &Arc<WriteContext>,
        numbers: &Arc<Numbers>,
    ) -> Result<Soaked, LedgerError> {
        let (finished, outcomes) = mpsc::unbounded_channel();
        let turn = tokio::spawn(self.begin_measuring(context.clone()));
        match self.arrival {
            Arrival::Open { rate } => self.release_when_due(rate, context, numbers, finished),
            Arrival::Closed { writers } => {
                for _ in 0..writers {
                    tokio::spawn(self.write_on(context.clone(), numbers.clone(), finished.clone()));
                }
                drop(finished);
            }
        }
        let soaked = self.collect(context, outcomes).await;
        // Where the run ended before, it would keep the pool from being closed.
        turn.abort();
        let _ = turn.await;
        soaked
    }

    /// Utilization and bytes are those of the measure phase.
    fn begin_measuring(&self, context: Arc<WriteContext>) -> impl Future<Output = ()> + use<> {
        let from = self.measured_from;
        async move {
            tokio::time::sleep_until(from.into()).await;
            context.pool.meter().restart(Instant::now());
            let sent_bytes = context.sent_bytes.load(Ordering::Relaxed);
            context.sent_early_bytes.store(sent_bytes, Ordering::Relaxed);
        }
    }

    /// The open loop: a thread keeps the schedule, and each batch has a task.
    fn release_when_due(
        &self,
        rate: f64,
        context: &Arc<WriteContext>,
        numbers: &Arc<Numbers>,
        finished: Finished,
    ) {
        let (soak, context, numbers) = (*self, context.clone(), numbers.clone());
        let runtime = tokio::runtime::Handle::current();
        let schedule = Schedule { began: self.began, until: self.until, rate };
        let pace = move || {
            schedule.keep(&context.stop, |_, due| {
                let (context, numbers, finished) =
                    (context.clone(), numbers.clone(), finished.clone());
                let number = numbers.take();
                runtime.spawn(async move {
                    if numbers.wait_for(number, &context.stop).await {
                        let batch = soak.batch(context.origin.run_id, number);
                        // Only where the collector is gone does nobody listen.
                        let _ = finished.send(carry_through(&context, &batch, due).await);
                    }
                });
            });
        };
        tokio::task::spawn_blocking(pace);
    }

    /// The closed loop: one writer.
    fn write_on(
        &self,
        context: Arc<WriteContext>,
        numbers: Arc<Numbers>,
        finished: Finished,
    ) -> impl Future<Output = ()> + use<> {
        let soak = *self;
        async move {
            while Instant::now() < soak.until && !context.stop.is_cancelled() {
                let number = numbers.take();
                if !numbers.wait_for(number, &context.stop).await {
                    return;
                }
                let batch = soak.batch(context.origin.run_id, number);
                let outcome = carry_through(&context, &batch, Instant::now()).await;
                if finished.send(outcome).is_err() {
                    return;
                }
            }
        }
    }

    async fn collect(
        &self,
        context: &WriteContext,
        mut outcomes: mpsc::UnboundedReceiver<Result<BatchOutcome, LedgerError>>,
    ) -> Result<Soaked, LedgerError> {
        let (mut warm_up, mut measured) = (Tally::default(), Tally::default());
        let (mut last, mut first) = (self.measured_from, None);
        while let Some(finished) = outcomes.recv().await {
            match finished {
                Ok(outcome) if outcome.due < self.measured_from => warm_up.add(&outcome),
                Ok(outcome) => {
                    last = last.max(outcome.due + outcome.response);
                    measured.add(&outcome);
                }
                // The proof has a hole: the others are stopped, and waited for.
                Err(error) => {
                    context.stop.cancel();
                    first.get_or_insert(error);
                }
            }
        }
        // What is due at a rate lasts until the end, also behind the last batch.
        if matches!(self.arrival, Arrival::Open { .. }) {
            last = last.max(self.until.min(Instant::now()));
        }
        let elapsed = last.saturating_duration_since(self.measured_from);
        first.map_or(Ok(Soaked { warm_up, measured, elapsed }), Err)
    }
}

type Finished = mpsc::UnboundedSender<Result<BatchOutcome, LedgerError>>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tenants_take_turns() {
        let now = Instant::now();
        let arrival = Arrival::Closed { writers: 1 };
        let (rows, tenants) = (10, 3);
        let soak = Soak { arrival, began: now, measured_from: now, until: now, rows, tenants };
        let turns: Vec<i32> =
            (1..=7).map(|n| soak.batch(uuid::Uuid::nil(), n).key.tenant_no).collect();
        assert_eq!(turns, [1, 2, 3, 1, 2, 3, 1]);
    }

    #[tokio::test]
    async fn no_batch_begins_before_the_ledger_has_it() {
        let numbers = Arc::new(Numbers::default());
        let stop = CancellationToken::new();
        let (waiting, token) = (numbers.clone(), stop.clone());
        let waits = tokio::spawn(async move { waiting.wait_for(2, &token).await });
        numbers.entered(1);
        tokio::task::yield_now().await;
        assert!(!waits.is_finished());
        numbers.entered(2);
        assert!(waits.await.unwrap());
        stop.cancel();
        assert!(!numbers.wait_for(3, &stop).await);
    }
}
