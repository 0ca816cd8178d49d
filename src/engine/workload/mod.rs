//! How a load comes: a kind of work a file, each with what it is asked for, its
//! bounds, and what it takes where nothing is said.

mod burst;
mod scans;
mod soak;

pub use burst::BurstWork;
pub use scans::ScanWork;
pub use soak::SoakWork;

use super::error::SetupError;
use crate::model::scenario::{DEFAULT_READ_POOL, Pattern, Skew};
use std::time::Duration;

/// The share of a default pool that is used: 50 batches get 67 connections.
const DEFAULT_UTILIZATION: f64 = 0.75;

/// The greatest pool that is chosen without being asked for.
const DEFAULT_POOL_MOST: u32 = 400;

/// How the load comes.
#[derive(Debug, Clone, PartialEq)]
pub enum Work {
    /// All batches at once.
    Burst(BurstWork),
    /// Batches for a time.
    Soak(SoakWork),
    /// Scans that go through a queue.
    Scans(ScanWork),
}

impl Work {
    /// So many batches at once.
    pub fn burst(batches: u32) -> Work {
        Work::Burst(BurstWork { batches })
    }

    /// Batches for `duration` after `warm_up`: `rate` rows a second, or by
    /// `writers` as fast as it goes.
    pub fn soak(duration: Duration, warm_up: Duration, rate: Option<f64>, writers: u32) -> Work {
        Work::Soak(SoakWork {
            duration,
            warm_up,
            rate,
            writers,
            skew: Skew::default(),
            ramp: Duration::ZERO,
            stages: Vec::new(),
            pattern: Pattern::default(),
        })
    }

    /// The scenario's name.
    pub fn name(&self) -> &'static str {
        match self {
            Work::Burst(_) => "burst",
            Work::Soak(_) => "soak",
            Work::Scans(_) => "scans",
        }
    }

    /// Rows that each tenant has beforehand, and connections in the read pool,
    /// where nothing is said.
    pub(super) fn default_reads(&self) -> (u64, u32) {
        match self {
            Work::Scans(_) => (0, ScanWork::DEFAULT_READ_POOL),
            _ => (0, DEFAULT_READ_POOL),
        }
    }

    /// Refuses a rate that the tool can't make here, whatever the server does.
    pub(super) fn check_rate(&self, ceiling_rows_per_s: f64) -> Result<(), SetupError> {
        let rate = match self {
            Work::Soak(soak) => soak.rate(),
            _ => None,
        };
        match rate.filter(|rate| *rate > ceiling_rows_per_s) {
            None => Ok(()),
            Some(rate) => {
                let (rate, ceiling) = (rate.to_string(), ceiling_rows_per_s.floor().to_string());
                Err(SetupError::RateAboveCeiling { rate, ceiling })
            }
        }
    }

    /// How many batches there may be at once.
    pub(super) fn at_once(&self) -> u32 {
        match self {
            Work::Burst(burst) => burst.batches,
            Work::Soak(soak) => soak.at_once(),
            Work::Scans(scans) => scans.workers,
        }
    }
}

/// ⌈writers/0.75⌉, so that three quarters of the pool are used.
pub(super) fn pool_for(writers: u32) -> u32 {
    ((f64::from(writers) / DEFAULT_UTILIZATION).ceil() as u32).clamp(1, DEFAULT_POOL_MOST)
}

/// Refuses a number that may have a fraction, or be none at all, and is out of bounds.
pub(super) fn bounded_number(
    flag: &str,
    value: f64,
    least: u64,
    most: u64,
) -> Result<(), SetupError> {
    if (least as f64..=most as f64).contains(&value) {
        return Ok(());
    }
    Err(SetupError::OutOfBounds { flag: flag.to_owned(), value: value.to_string(), least, most })
}

/// Refuses a number that is out of bounds.
pub(super) fn bounded(flag: &str, value: u64, least: u64, most: u64) -> Result<(), SetupError> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    Err(SetupError::OutOfBounds { flag: flag.to_owned(), value: value.to_string(), least, most })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_above_what_the_tool_makes_is_refused_with_both_numbers() {
        let minute = Duration::from_mins(1);
        let soak = |rate| Work::soak(minute, Duration::ZERO, rate, 8);
        let refusal = soak(Some(2_000_000.0)).check_rate(1_999_999.5).unwrap_err().to_string();
        assert!(refusal.contains("--rate 2000000 ") && refusal.contains("encodes 1999999 rows/s"));
        assert!(soak(Some(2_000_000.0)).check_rate(2_000_000.0).is_ok());
        assert!(soak(None).check_rate(1.0).is_ok() && Work::burst(1).check_rate(1.0).is_ok());
    }

    #[test]
    fn the_default_pool_is_three_quarters_used() {
        assert_eq!(pool_for(50), 67);
        assert_eq!(pool_for(1), 2);
        assert_eq!(pool_for(3), 4);
        assert_eq!(pool_for(100_000), DEFAULT_POOL_MOST);
    }
}
