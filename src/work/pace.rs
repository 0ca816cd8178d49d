//! Pacing: releases each batch when it is due, from a thread of its own that
//! sleeps until then.
//!
//! Measured: the driver's runtime wakes a timer 1 to 2 ms late (p99 2.2 ms), a
//! thread that sleeps 0.7 to 1.2 ms. What was late is not skipped: it is
//! released at once, and its response time runs from when it was due.

use super::Profile;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// How often a sleeping thread looks whether it is to end.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// When each batch is due: at the profile's rate from `began` until `until`.
#[derive(Debug, Clone)]
pub struct Schedule {
    /// When the profile begins.
    pub began: Instant,
    /// None is due from here on.
    pub until: Instant,
    /// Batches a second, over time.
    pub profile: Arc<Profile>,
}

impl Schedule {
    /// When batch number `index`, from 0, is due; None after the last.
    pub fn due(&self, index: u64) -> Option<Instant> {
        let after = Duration::try_from_secs_f64(self.profile.due(index)).ok()?;
        self.began.checked_add(after).filter(|due| *due < self.until)
    }

    /// Batches that are due in all: as many as [`Schedule::due`] has.
    pub fn count(&self) -> u64 {
        let all = self.until.saturating_duration_since(self.began);
        // The integral, which a rounding may put one beside.
        let mut count = self.profile.count_until(all.as_secs_f64());
        while self.due(count).is_some() {
            count += 1;
        }
        while count > 0 && self.due(count - 1).is_none() {
            count -= 1;
        }
        count
    }

    /// Calls `release` with each batch's number and due time, when it is due,
    /// until it breaks off. How many were released. Blocks: for a thread of its own.
    pub fn keep(
        &self,
        stop: &CancellationToken,
        mut release: impl FnMut(u64, Instant) -> ControlFlow<()>,
    ) -> u64 {
        let mut index = 0;
        while let Some(due) = self.due(index) {
            if !sleep_until(due, stop) {
                return index;
            }
            if release(index, due).is_break() {
                break;
            }
            index += 1;
        }
        // The schedule lasts until its end, also where nothing more is due.
        sleep_until(self.until, stop);
        index
    }
}

/// False where it is to end before.
fn sleep_until(due: Instant, stop: &CancellationToken) -> bool {
    while !stop.is_cancelled() {
        let left = due.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return true;
        }
        std::thread::sleep(left.min(LOOK_EVERY));
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schedule(began: Instant, until: Instant, rate: f64) -> Schedule {
        Schedule { began, until, profile: Arc::new(Profile::constant(rate)) }
    }

    #[test]
    fn batches_are_due_at_a_constant_rate_until_the_end() {
        let began = Instant::now();
        let schedule = schedule(began, began + Duration::from_secs(2), 4.0);
        assert_eq!(schedule.count(), 8);
        assert_eq!(schedule.due(0), Some(began));
        assert_eq!(schedule.due(7), Some(began + Duration::from_millis(1_750)));
        assert_eq!(schedule.due(8), None);
        assert_eq!(schedule.due(u64::MAX), None);
    }

    /// 0.7 times 10 is a little more than 7 in some orders of rounding.
    #[test]
    fn as_many_are_counted_as_are_due() {
        let began = Instant::now();
        for (rate, seconds) in [(0.7, 10), (0.1, 30), (3.3, 100), (1.0 / 3.0, 9), (1e5 / 7.0, 7)] {
            let schedule = schedule(began, began + Duration::from_secs(seconds), rate);
            let count = schedule.count();
            assert!(schedule.due(count).is_none(), "{rate}");
            assert!(count == 0 || schedule.due(count - 1).is_some(), "{rate}");
        }
    }

    #[test]
    fn what_is_late_is_released_at_once_and_none_is_skipped() {
        let now = Instant::now();
        let began = now.checked_sub(Duration::from_secs(10)).unwrap();
        let schedule = schedule(began, now, 100.0);
        let mut released = Vec::new();
        let kept = schedule.keep(&CancellationToken::new(), |index, due| {
            released.push((index, due));
            ControlFlow::Continue(())
        });
        assert_eq!((kept, released.len()), (1_000, 1_000));
        assert!(released.iter().all(|(index, due)| schedule.due(*index) == Some(*due)));
    }

    #[test]
    fn a_schedule_that_is_stopped_releases_no_more() {
        let began = Instant::now();
        let schedule = schedule(began, began + Duration::from_hours(1), 1_000.0);
        let stop = CancellationToken::new();
        let released = schedule.keep(&stop, |index, _| {
            if index == 2 {
                stop.cancel();
            }
            ControlFlow::Continue(())
        });
        assert_eq!(released, 3);
    }

    #[test]
    fn a_schedule_that_breaks_off_says_how_many_it_released() {
        let now = Instant::now();
        let began = now.checked_sub(Duration::from_secs(10)).unwrap();
        let schedule = schedule(began, now, 100.0);
        let released = schedule.keep(&CancellationToken::new(), |index, _| match index {
            700 => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        });
        assert_eq!((released, schedule.count()), (700, 1_000));
    }
}
