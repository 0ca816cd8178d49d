//! The search for the best write concurrency: twice as many writers, until
//! more of them bring nothing beyond noise.

use super::Done;
use crate::model::RunRecord;
use crate::stats::bootstrap::median_interval;

/// So many steps without a gain end it: one may be a step with bad luck.
const FLAT_STEPS: usize = 2;

/// A closed loop that was measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tried {
    /// Its writers.
    pub writers: u32,
    /// Rows a second.
    pub rows_per_s: f64,
    /// The interval of what it did in a second: by the bootstrap, of its median.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

/// How many writers are tried next; None where more bring nothing, or
/// `most` were tried.
pub fn next(tried: &[Tried], most: u32) -> Option<u32> {
    let Some(last) = tried.last() else { return Some(1) };
    let best = best(tried)?;
    let flat = tried.iter().rev().take_while(|one| one.writers != best.writers).count();
    let more = last.writers.saturating_mul(2).min(most);
    (flat < FLAT_STEPS && more > last.writers).then_some(more)
}

/// The fewest writers that no others were faster than beyond noise.
pub fn best(tried: &[Tried]) -> Option<Tried> {
    tried.iter().copied().reduce(|best, one| if one.low > best.high { one } else { best })
}

/// The closed loops among `done`. One whose pool was made smaller than its
/// writers is one of fewer writers and says nothing.
pub fn tried(done: &[Done]) -> Vec<Tried> {
    done.iter().filter_map(|done| measured(&done.record)).collect()
}

/// Whether the server had no connections for as many writers as were to be tried.
pub fn is_cramped(record: &RunRecord) -> bool {
    let writers = record.scenario.soak.as_ref().and_then(|soak| soak.writers);
    writers.is_some_and(|writers| record.scenario.write_pool < writers)
}

fn measured(record: &RunRecord) -> Option<Tried> {
    let writers = record.scenario.soak.as_ref()?.writers.filter(|_| !is_cramped(record))?;
    let load = record.load.as_ref()?;
    let is_whole = |second: u32| f64::from(second + 1) <= load.elapsed_s;
    let seconds = record.series.iter().filter(|point| is_whole(point.second));
    let rows: Vec<f64> = seconds.map(|point| point.rows as f64).collect();
    let rows_per_s = load.rows_per_s;
    let interval = median_interval(&rows).map(|interval| (interval.low, interval.high));
    let (low, high) = interval.unwrap_or((rows_per_s, rows_per_s));
    Some(Tried { writers, rows_per_s, low, high })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Climbs on a server that gives so many rows a second, by the number of writers.
    fn climb(most: u32, rate: impl Fn(u32) -> f64) -> (Vec<u32>, u32) {
        let mut all: Vec<Tried> = Vec::new();
        while let Some(writers) = next(&all, most) {
            let rows_per_s = rate(writers);
            let (low, high) = (0.97 * rows_per_s, 1.03 * rows_per_s);
            all.push(Tried { writers, rows_per_s, low, high });
        }
        (all.iter().map(|one| one.writers).collect(), best(&all).unwrap().writers)
    }

    #[test]
    fn it_stops_after_two_steps_without_a_gain() {
        let (tried, best) = climb(64, |writers| f64::from(writers.min(4)) * 1_000.0);
        assert_eq!((tried, best), (vec![1, 2, 4, 8, 16], 4));
    }

    #[test]
    fn one_bad_step_does_not_end_it() {
        let (tried, best) = climb(64, |writers| match writers {
            2 => 900.0,
            _ => f64::from(writers.min(16)) * 1_000.0,
        });
        assert_eq!((tried, best), (vec![1, 2, 4, 8, 16, 32, 64], 16));
    }

    #[test]
    fn a_gain_within_noise_is_none() {
        let (tried, best) = climb(64, |writers| 1_000.0 + f64::from(writers) * 10.0);
        assert_eq!((tried, best), (vec![1, 2, 4], 1));
    }

    #[test]
    fn it_ends_at_the_most() {
        let (tried, best) = climb(6, |writers| f64::from(writers) * 1_000.0);
        assert_eq!((tried, best), (vec![1, 2, 4, 6], 6));
        assert_eq!(climb(1, |_| 5.0), (vec![1], 1));
    }
}
