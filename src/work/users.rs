//! Users of a mixed load, who think between their operations: a closed loop.
//! Each comes from one tenant and keeps to what he does, reading or writing.
//!
//! A load is a piece of a day on which they have long been at work: each is in
//! the middle of thinking when it begins. If all began with an operation, a
//! short run would be a rush and then a server that nobody asks anything.

use super::choice::{Choices, Operation, is_reader};
use super::mixed::{Mixed, Parties};
use super::mixing::{Done, Report};
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::Semaphore;

/// Starts them all.
pub(super) fn spawn(
    mixed: &Mixed,
    (users, think): (u32, f64),
    room: &Arc<Semaphore>,
    report: &Report,
    all: &Arc<Parties>,
) {
    let mixed = Arc::new(mixed.clone());
    for no in 0..users {
        let user = User { no, think, room: room.clone() };
        tokio::spawn(user.live(report.clone(), all.clone(), mixed.clone()));
    }
}

/// One of them.
struct User {
    no: u32,
    think: f64,
    room: Arc<Semaphore>,
}

impl User {
    /// Works and thinks until the time is over. The parties come last, so that
    /// they are let go of first: when the report is gone, the pools may be closed.
    async fn live(self, report: Report, parties: Arc<Parties>, mixed: Arc<Mixed>) {
        let User { no, think, room } = self;
        let (stop, until) = (&parties.writes.stop, mixed.singles.until);
        let mut choices = Choices::of_user(mixed.seed, no);
        let is_reader = is_reader(no, mixed.reads);
        let tenant_no = (no % mixed.singles.deal.tenants()) as i32 + 1;
        let mut wakes = mixed.singles.began + choices.rest_of_thinking(is_reader, think);
        while wakes < until {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep_until(wakes.into()) => {}
            }
            // It is due when its user is awake; how late that is, is told apart.
            let due = Instant::now();
            report.send(Done::Lag { due, lag: due.saturating_duration_since(wakes) });
            let operation = match is_reader {
                true => Operation::Read(choices.read()),
                false => Operation::Write(choices.write()),
            };
            // Who waits here is in the middle of an operation, and its time runs.
            let place = tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep_until(until.into()) => return,
                place = room.clone().acquire_many_owned(mixed.places(operation)) => place,
            };
            // Only a closed room has none, and nobody closes it.
            let Ok(place) = place else { return };
            mixed.perform(operation, tenant_no, (due, place), &report, &parties).await;
            wakes = Instant::now() + choices.think(is_reader, think);
        }
    }
}
