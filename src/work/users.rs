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

/// Starts them all.
pub(super) fn spawn(mixed: &Mixed, users: u32, think: f64, report: &Report, all: &Arc<Parties>) {
    let mixed = Arc::new(mixed.clone());
    for no in 0..users {
        tokio::spawn(live(report.clone(), all.clone(), mixed.clone(), no, think));
    }
}

/// One of them. The parties come last, so that they are let go of first: when
/// the report is gone, the pools may be closed.
async fn live(report: Report, parties: Arc<Parties>, mixed: Arc<Mixed>, no: u32, think: f64) {
    let mut choices = Choices::of_user(mixed.seed, no);
    let is_reader = is_reader(no, mixed.reads);
    let tenant_no = (no % mixed.singles.deal.tenants()) as i32 + 1;
    let mut wakes = mixed.singles.began + choices.rest_of_thinking(is_reader, think);
    while wakes < mixed.singles.until {
        tokio::select! {
            () = parties.writes.stop.cancelled() => return,
            () = tokio::time::sleep_until(wakes.into()) => {}
        }
        // It is due when its user is awake; how late that is, is told apart.
        let due = Instant::now();
        report.send(Done::Lag { due, lag: due.saturating_duration_since(wakes) });
        let operation = match is_reader {
            true => Operation::Read(choices.read()),
            false => Operation::Write(choices.write()),
        };
        mixed.perform(operation, tenant_no, due, &report, &parties).await;
        wakes = Instant::now() + choices.think(is_reader, think);
    }
}
