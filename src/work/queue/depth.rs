//! How deep the queue is: pending, less what is in a worker's hands. Counted
//! in this process ten times a second, and once a second against the target,
//! which also knows what others submitted, or let go of. Where it has more than
//! the workers of this process have been told of, they are woken to look.

use super::Queue;
use super::workers::left;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use tokio::time::MissedTickBehavior;

/// How often it is counted.
const EVERY: Duration = Duration::from_millis(100);

/// Every so many samples the target is asked.
const ASKED: u64 = 10;

/// Counts until the queue is over, for so many workers; what is returned are
/// the samples of the measure phase.
pub(super) async fn sample(queue: Arc<Queue>, workers: u32) -> Vec<u64> {
    let mut tick = tokio::time::interval(EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut samples = Vec::new();
    for count in 1_u64.. {
        tokio::select! {
            () = queue.over.cancelled() => break,
            _ = tick.tick() => {}
        }
        let mut depth = queue.depth();
        if count % ASKED == 0 {
            let asked = tokio::select! {
                () = queue.over.cancelled() => break,
                asked = asked(&queue) => asked,
            };
            let asked = asked.unwrap_or_default();
            if queue.ready.available_permits() == 0 {
                // One that is held elsewhere costs each a claim a second, no more.
                queue.offer(asked.min(workers.into()) as usize);
            }
            depth = depth.max(asked);
        }
        if Instant::now() >= queue.options.measured_from {
            samples.push(depth);
        }
    }
    samples
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
