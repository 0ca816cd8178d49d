//! What was finished in each second of the measure phase.

use super::{BatchOutcome, Ending, Observer};
use crate::model::series::PointLatency;
use crate::stats::Recorder;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Instant;

/// Sorts finished batches by the second in which they ended. A second that is
/// over is frozen, so that memory doesn't grow by a histogram a second.
#[derive(Default)]
pub struct Timeline {
    began: OnceLock<Instant>,
    state: Mutex<State>,
}

/// One second.
#[derive(Debug, Clone, PartialEq)]
pub struct Second {
    /// Which, from 0.
    pub second: u32,
    /// Rows acknowledged.
    pub rows: u64,
    /// Batches acknowledged.
    pub batches: u64,
    /// Batches given up.
    pub failed: u64,
    /// Response times of the batches acknowledged.
    pub response_ms: Option<PointLatency>,
}

struct State {
    done: Vec<Second>,
    second: u32,
    rows: u64,
    batches: u64,
    failed: u64,
    response: Recorder,
}

impl Timeline {
    /// The measure phase begins at `at`, which may lie ahead. Batches that were
    /// due before it are left out. The first call counts.
    pub fn begin(&self, at: Instant) {
        self.began.get_or_init(|| at);
    }

    /// When the measure phase began; None before it was said.
    pub fn began(&self) -> Option<Instant> {
        self.began.get().copied()
    }

    /// The seconds in which something was finished, in their order.
    pub fn seconds(&self) -> Vec<Second> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let next = state.second + 1;
        state.advance(next);
        state.done.clone()
    }
}

impl Observer for Timeline {
    fn finished(&self, outcome: &BatchOutcome, at: Instant) {
        let Some(began) = self.began.get().filter(|began| outcome.due >= **began) else { return };
        let second = at.saturating_duration_since(*began).as_secs() as u32;
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        // One that waited for the lock over the turn of a second counts in the next.
        if second > state.second {
            state.advance(second);
        }
        match outcome.ending {
            Ending::Succeeded => {
                state.rows += u64::from(outcome.rows);
                state.batches += 1;
                state.response.record(outcome.response);
            }
            Ending::Failed => state.failed += 1,
            Ending::Stopped => {}
        }
    }
}

impl Default for State {
    fn default() -> State {
        State::at(0)
    }
}

impl State {
    fn at(second: u32) -> State {
        let response = Recorder::of_a_second();
        State { done: Vec::new(), second, rows: 0, batches: 0, failed: 0, response }
    }

    /// Freezes the second under way and begins `second`.
    fn advance(&mut self, second: u32) {
        let mut over = std::mem::replace(self, State::at(second));
        if over.batches + over.failed > 0 {
            over.done.push(Second {
                second: over.second,
                rows: over.rows,
                batches: over.batches,
                failed: over.failed,
                response_ms: over.response.point(),
            });
        }
        self.done = over.done;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn outcome(due: Instant, ending: Ending, response_ms: u64) -> BatchOutcome {
        let response = Duration::from_millis(response_ms);
        BatchOutcome { ending, response, ..BatchOutcome::new(10, due) }
    }

    #[test]
    fn batches_are_counted_in_the_second_in_which_they_end() {
        let began = Instant::now();
        let at = |ms| began + Duration::from_millis(ms);
        let timeline = Timeline::default();
        timeline.begin(began);
        timeline.finished(&outcome(began, Ending::Succeeded, 100), at(100));
        timeline.finished(&outcome(began, Ending::Failed, 900), at(999));
        timeline.finished(&outcome(began, Ending::Succeeded, 3_000), at(3_000));
        timeline.finished(&outcome(at(1), Ending::Stopped, 0), at(3_001));
        let seconds = timeline.seconds();
        let counts: Vec<_> =
            seconds.iter().map(|s| (s.second, s.rows, s.batches, s.failed)).collect();
        assert_eq!(counts, [(0, 10, 1, 1), (3, 10, 1, 0)]);
        let worst = seconds[1].response_ms.as_ref().unwrap().max;
        assert!((worst - 3_000.0).abs() < 31.0, "{worst}");
    }

    #[test]
    fn what_was_due_before_the_measure_phase_is_left_out() {
        let began = Instant::now() + Duration::from_secs(5);
        let timeline = Timeline::default();
        timeline.begin(began);
        let early = began.checked_sub(Duration::from_secs(1)).unwrap();
        timeline.finished(&outcome(early, Ending::Succeeded, 1_500), began);
        assert_eq!(timeline.seconds(), []);
    }
}
