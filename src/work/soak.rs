//! A soak: batches for a time, at a rate or as fast as so many writers get
//! them stored.

use super::carry::carry_through;
use super::pace::Schedule;
use super::{Batch, BatchOutcome, Deal, Profile, Tally, WriteContext};
use crate::ledger::{BatchKey, LedgerError};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::{Duration, Instant};
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// How the batches of a soak come.
#[derive(Debug, Clone)]
pub enum Arrival {
    /// So many a second are due, whatever the server does.
    Open {
        /// Batches a second, over time.
        profile: Arc<Profile>,
    },
    /// Each writer begins the next one when its last is finished with.
    Closed {
        /// Writers.
        writers: u32,
    },
}

/// What a soak is.
#[derive(Debug, Clone)]
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
    /// Which tenant each belongs to.
    pub deal: Deal,
    /// Batches of an open loop that may be due and not finished with: more wait
    /// in no memory, so that no rate can eat it up.
    pub open_most: u32,
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
    /// What an open loop held back; None in a closed one.
    pub held: Option<Held>,
}

/// What an open loop held back since as many batches were open as may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Held {
    /// How long the schedule waited for one of them to be finished with.
    pub waited: Duration,
    /// Batches that were due and never released, since the time was over.
    pub unreleased: u64,
}

/// Batches are numbered from 1 as they come, and none begins before the
/// ledger has it.
pub struct Numbers {
    next: AtomicI32,
    registered: watch::Sender<i32>,
}

impl Default for Numbers {
    fn default() -> Numbers {
        Numbers::after(0)
    }
}

impl Numbers {
    /// The first is the one after `number`, up to which the ledger has all of them.
    pub fn after(number: i32) -> Numbers {
        Numbers { next: AtomicI32::new(number + 1), registered: watch::channel(number).0 }
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
        let tenant_no = self.deal.tenant(number);
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
        let pace = match &self.arrival {
            Arrival::Open { profile } => {
                Some(self.release_when_due(profile.clone(), context, numbers, finished))
            }
            Arrival::Closed { writers } => {
                for _ in 0..*writers {
                    tokio::spawn(self.write_on(context.clone(), numbers.clone(), finished.clone()));
                }
                drop(finished);
                None
            }
        };
        let mut soaked = self.collect(context, outcomes).await?;
        if let Some(pace) = pace {
            // Its sender is gone, so it is at its end.
            soaked.held =
                Some(pace.await.unwrap_or_else(|e| std::panic::resume_unwind(e.into_panic())));
        }
        Ok(soaked)
    }

    /// The open loop: a thread keeps the schedule, and each batch has a task.
    fn release_when_due(
        &self,
        profile: Arc<Profile>,
        context: &Arc<WriteContext>,
        numbers: &Arc<Numbers>,
        finished: Finished,
    ) -> JoinHandle<Held> {
        let (soak, context, numbers) = (Arc::new(self.clone()), context.clone(), numbers.clone());
        let runtime = Handle::current();
        let schedule = Schedule { began: self.began, until: self.until, profile };
        let room = Arc::new(Semaphore::new(self.open_most as usize));
        let pace = move || {
            let mut held = Held::default();
            let released = schedule.keep(&context.stop, |_, due| {
                if context.enough.is_cancelled() {
                    return ControlFlow::Break(());
                }
                let Some(place) = soak.place(1, &room, &runtime, &context.stop, &mut held) else {
                    return ControlFlow::Break(());
                };
                let (soak, context, numbers, finished) =
                    (soak.clone(), context.clone(), numbers.clone(), finished.clone());
                let number = numbers.take();
                runtime.spawn(async move {
                    if numbers.wait_for(number, &context.stop).await {
                        let batch = soak.batch(context.origin.run_id, number);
                        // Only where the collector is gone does nobody listen.
                        let _ = finished.send(carry_through(&context, &batch, due).await);
                    }
                    drop(place);
                });
                ControlFlow::Continue(())
            });
            if !context.begins_no_more() {
                held.unreleased = schedule.count().saturating_sub(released);
            }
            held
        };
        tokio::task::spawn_blocking(pace)
    }

    /// So many places among the open batches, waited for where they are taken;
    /// None where the time is over before they are free.
    pub(super) fn place(
        &self,
        places: u32,
        room: &Arc<Semaphore>,
        runtime: &Handle,
        stop: &CancellationToken,
        held: &mut Held,
    ) -> Option<OwnedSemaphorePermit> {
        if let Ok(place) = room.clone().try_acquire_many_owned(places) {
            return Some(place);
        }
        let began = Instant::now();
        let place = runtime.block_on(async {
            tokio::select! {
                () = stop.cancelled() => None,
                () = tokio::time::sleep_until(self.until.into()) => None,
                place = room.clone().acquire_many_owned(places) => place.ok(),
            }
        });
        held.waited += began.elapsed();
        place
    }

    /// The closed loop: one writer.
    fn write_on(
        &self,
        context: Arc<WriteContext>,
        numbers: Arc<Numbers>,
        finished: Finished,
    ) -> impl Future<Output = ()> + use<> {
        let soak = self.clone();
        async move {
            while Instant::now() < soak.until && !context.begins_no_more() {
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
        first.map_or(Ok(Soaked { warm_up, measured, elapsed, held: None }), Err)
    }
}

type Finished = mpsc::UnboundedSender<Result<BatchOutcome, LedgerError>>;

#[cfg(test)]
mod tests {
    use super::*;

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
        let later = Numbers::after(7);
        assert_eq!((later.next(), later.registered(), later.take()), (8, 7, 8));
    }
}
