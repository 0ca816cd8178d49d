//! How deep the queue is: pending, less what is in a worker's hands. Counted
//! in this process ten times a second, and once a second against the target,
//! which also knows what others submitted.

use super::Queue;
use super::workers::left;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::time::MissedTickBehavior;

/// How often it is counted.
const EVERY: Duration = Duration::from_millis(100);

/// Every so many samples the target is asked.
const ASKED: usize = 10;

/// Samples from the beginning of the measure phase until the queue is over.
pub(super) async fn sample(queue: Arc<Queue>) -> Vec<u64> {
    let mut tick = tokio::time::interval_at(queue.options.measured_from.into(), EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut samples = Vec::new();
    loop {
        tokio::select! {
            () = queue.over.cancelled() => return samples,
            _ = tick.tick() => {}
        }
        let mut depth = queue.depth();
        if samples.len() % ASKED == ASKED - 1 {
            let asked = tokio::select! {
                () = queue.over.cancelled() => return samples,
                asked = asked(&queue) => asked,
            };
            depth = depth.max(asked.unwrap_or_default());
        }
        samples.push(depth);
    }
}

/// What the target has beyond what is in a worker's hands, which may change
/// while it is asked; None where it can't be.
async fn asked(queue: &Queue) -> Option<u64> {
    let in_flight = || queue.counts.in_flight.load(Ordering::Relaxed);
    let before = in_flight();
    let left = left(queue).await.ok()?;
    let held = before.max(in_flight());
    Some(left.saturating_sub(held.unsigned_abs()))
}
