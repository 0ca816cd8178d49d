//! A mixed load: dashboards that read while scans and single batches write, by
//! users who think, or at a rate.
//!
//! Whatever is open takes places in a room of limited size, so that no rate can
//! eat up the memory: an operation one, and a scan one for each of its batches
//! besides, until they are finished with.

use super::carry::carry_through;
use super::choice::{Choices, Operation, Write};
use super::mixing::{Done, Mixing, Report};
use super::pace::Schedule;
use super::profile::Profile;
use super::queue::{Queue, Submission, Workers, poll};
use super::reads::ReadContext;
use super::soak::{Held, Numbers, Soak};
use super::{Ending, WriteContext, users};
use crate::ledger::LedgerError;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinHandle;

/// What operations come from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Source {
    /// So many users, who think between their operations (closed loop).
    Users {
        /// How many.
        users: u32,
        /// What their think times are multiplied by.
        think: f64,
    },
    /// So many operations a second, whatever the server does (open loop).
    Rate(f64),
}

/// What a mixed load is.
#[derive(Debug, Clone)]
pub struct Mixed {
    /// Where operations come from.
    pub source: Source,
    /// The share of them, or of the users, that read.
    pub reads: f64,
    /// The seed of all that is drawn.
    pub seed: u64,
    /// Rows of a scan.
    pub records: u32,
    /// How long a reader waits between two looks at a scan's status.
    pub poll: Duration,
    /// The single batches, and the time that all of it has.
    pub singles: Soak,
}

/// Who takes part.
pub struct Parties {
    /// The readers.
    pub reads: Arc<ReadContext>,
    /// The writers.
    pub writes: Arc<WriteContext>,
    /// Numbers of the single batches.
    pub numbers: Arc<Numbers>,
    /// The queue of the scans.
    pub queue: Arc<Queue>,
}

impl Mixed {
    /// Reads and writes until the time is over, and waits for what is under way.
    ///
    /// # Errors
    /// Where an acknowledgement can't be written down.
    pub async fn carry_out(
        &self,
        parties: &Arc<Parties>,
        workers: Workers,
    ) -> Result<Mixing, LedgerError> {
        let (report, reports) = Report::channel();
        let turn = tokio::spawn(begin_measuring(parties.clone(), self.singles.measured_from));
        let room = Arc::new(Semaphore::new(self.singles.open_most as usize));
        let pace = match self.source {
            Source::Users { users, think } => {
                users::spawn(self, (users, think), &room, &report, parties);
                None
            }
            Source::Rate(rate) => {
                Some(self.release_when_due(rate, room, report.clone(), parties.clone()))
            }
        };
        drop(report);
        let mixing = Mixing::collect(&self.singles, &parties.writes.stop, reports).await;
        let drained = workers.drain().await;
        // Where the run ended before, it would keep the pools from being closed.
        turn.abort();
        let _ = turn.await;
        let mut mixing = mixing?;
        if let Some(pace) = pace {
            mixing.held =
                Some(pace.await.unwrap_or_else(|e| std::panic::resume_unwind(e.into_panic())));
        }
        mixing.close(&self.singles, drained?);
        Ok(mixing)
    }

    /// The open loop: a thread keeps the schedule, and each operation has a task.
    fn release_when_due(
        &self,
        rate: f64,
        room: Arc<Semaphore>,
        report: Report,
        parties: Arc<Parties>,
    ) -> JoinHandle<Held> {
        let mixed = Arc::new(self.clone());
        let runtime = Handle::current();
        let profile = Arc::new(Profile::constant(rate));
        let schedule = Schedule { began: self.singles.began, until: self.singles.until, profile };
        tokio::task::spawn_blocking(move || {
            let stop = &parties.writes.stop;
            let mut held = Held::default();
            let released = schedule.keep(stop, |index, due| {
                let mut choices = Choices::of_operation(mixed.seed, index);
                let operation = choices.operation(mixed.reads);
                let tenant_no = choices.tenant(mixed.singles.deal.tenants());
                let places = mixed.places(operation);
                let place = mixed.singles.place(places, &room, &runtime, stop, &mut held);
                let Some(place) = place else { return ControlFlow::Break(()) };
                let mixed = mixed.clone();
                let (report, parties) = (report.clone(), parties.clone());
                runtime.spawn(async move {
                    report.send(Done::Lag { due, lag: due.elapsed() });
                    mixed.perform(operation, tenant_no, (due, place), &report, &parties).await;
                    // Before the report: when that is gone, the pools may be closed.
                    drop(parties);
                });
                ControlFlow::Continue(())
            });
            if !stop.is_cancelled() {
                held.unreleased = schedule.count().saturating_sub(released);
            }
            held
        })
    }

    /// How many places an operation takes. A scan that has more batches than
    /// there are takes all.
    pub(super) fn places(&self, operation: Operation) -> u32 {
        match operation {
            Operation::Write(Write::Scan) => {
                let batches = self.records.div_ceil(self.singles.rows);
                batches.saturating_add(1).min(self.singles.open_most)
            }
            _ => 1,
        }
    }

    /// Carries one operation through to its end, which has its places.
    pub(super) async fn perform(
        &self,
        operation: Operation,
        tenant_no: i32,
        (due, place): (Instant, OwnedSemaphorePermit),
        report: &Report,
        parties: &Parties,
    ) {
        match operation {
            Operation::Read(read) => {
                report.send(Done::Read(parties.reads.read(read, tenant_no, due).await));
            }
            Operation::Write(Write::Batch) => self.single(due, report, parties).await,
            Operation::Write(Write::Scan) => {
                self.scan(tenant_no, (due, place), report, parties).await;
            }
        }
    }

    /// A batch that is written at once; tenants take turns.
    async fn single(&self, due: Instant, report: &Report, parties: &Parties) {
        let (writes, number) = (&parties.writes, parties.numbers.take());
        if parties.numbers.wait_for(number, &writes.stop).await {
            let batch = self.singles.batch(writes.origin.run_id, number);
            match carry_through(writes, &batch, due).await {
                Ok(outcome) => report.send(Done::Batch(outcome)),
                Err(error) => report.send(Done::Broken(error)),
            }
        }
    }

    /// A scan is submitted, and looked at until it is done or nothing is due
    /// any more; then the queue is drained all the same.
    async fn scan(
        &self,
        tenant_no: i32,
        (due, mut place): (Instant, OwnedSemaphorePermit),
        report: &Report,
        parties: &Parties,
    ) {
        // The batches' places are free as soon as they are done; that of who
        // looks, when he has seen it.
        let batches = place.split(place.num_permits().saturating_sub(1));
        let submitted = parties.queue.submit(tenant_no, self.records, due, batches).await;
        let Submission { scan_no, outcome, done } = match submitted {
            Ok(submission) => submission,
            Err(error) => return report.send(Done::Broken(error)),
        };
        let is_accepted = outcome.ending == Ending::Succeeded;
        report.send(Done::Submitted(outcome, is_accepted.then_some(done)));
        let scan = (parties.queue.run_id(), scan_no);
        let (reads, mut due) = (&parties.reads, Instant::now());
        while is_accepted && due < self.singles.until {
            tokio::select! {
                () = reads.stop.cancelled() => return,
                () = tokio::time::sleep_until(due.into()) => {}
            }
            let asked = Instant::now();
            let look = poll::look(&reads.pool, scan, asked, reads.statement_timeout).await;
            let is_done = look.status.as_ref().is_ok_and(|status| status.left == 0);
            report.send(Done::Looked(asked, look));
            if is_done {
                return;
            }
            due = Instant::now() + self.poll;
        }
    }
}

/// Utilization, hindrances and bytes are those of the measure phase.
async fn begin_measuring(parties: Arc<Parties>, from: Instant) {
    tokio::time::sleep_until(from.into()).await;
    let now = Instant::now();
    parties.reads.pool.meter().restart(now);
    let writes = &parties.writes;
    writes.pool.meter().restart(now);
    let sent_bytes = writes.sent_bytes.load(Ordering::Relaxed);
    writes.sent_early_bytes.store(sent_bytes, Ordering::Relaxed);
}
