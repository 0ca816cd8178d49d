//! How a load comes: a kind of work a file, each with what it is asked for, its
//! bounds, and what it takes where nothing is said.

mod burst;
mod mixed;
mod scans;
mod soak;

pub use burst::BurstWork;
pub use mixed::MixedWork;
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
    /// Reads beside scans, for a time.
    Mixed(MixedWork),
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
            Work::Mixed(_) => "mixed",
            Work::Scans(_) => "scans",
        }
    }

    /// Rows that each tenant has beforehand, and connections in the read pool,
    /// where nothing is said.
    pub(super) fn default_reads(&self) -> (u64, u32) {
        match self {
            Work::Mixed(_) => (MixedWork::DEFAULT_PRELOAD, MixedWork::DEFAULT_READ_POOL),
            Work::Scans(_) => (0, ScanWork::DEFAULT_READ_POOL),
            _ => (0, DEFAULT_READ_POOL),
        }
    }

    /// Refuses a rate that the tool can't make here, whatever the server does;
    /// batches have `size` rows.
    pub(super) fn check_rate(&self, size: u32, ceiling_rows_per_s: f64) -> Result<(), SetupError> {
        let (flag, rate) = match self {
            Work::Burst(_) => return Ok(()),
            Work::Soak(soak) => ("--rate", soak.rate()),
            Work::Scans(scans) => ("--arrival", scans.scenario().rows_due_per_s()),
            Work::Mixed(mixed) => ("--rate", mixed.scenario().rows_due_per_s(size)),
        };
        match rate.filter(|rate| *rate > ceiling_rows_per_s) {
            None => Ok(()),
            Some(rate) => Err(SetupError::RateAboveCeiling {
                flag: flag.to_owned(),
                rate: rate.ceil().to_string(),
                ceiling: ceiling_rows_per_s.floor().to_string(),
            }),
        }
    }

    /// How many batches there may be at once.
    pub(super) fn at_once(&self) -> u32 {
        match self {
            Work::Burst(burst) => burst.batches,
            Work::Soak(soak) => soak.at_once(),
            Work::Mixed(_) => u32::MAX,
            Work::Scans(scans) => scans.workers,
        }
    }
}

/// ⌈writers/0.75⌉, so that three quarters of the pool are used.
pub(super) fn pool_for(writers: u32) -> u32 {
    ((f64::from(writers) / DEFAULT_UTILIZATION).ceil() as u32).clamp(1, DEFAULT_POOL_MOST)
}

/// The longest that a load is kept up, in seconds: a week.
pub(super) const DURATION_MOST_S: u64 = 7 * 86_400;

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
        let refusal = |work: &Work| work.check_rate(4_000, 1_999_999.5).unwrap_err().to_string();
        // 200 scans a second; 200 operations, of which 45 are scans and 15 batches.
        let scans = ScanWork { arrival: 200.0, records: 10_000, ..ScanWork::default() };
        let mixed = MixedWork { rate: Some(200.0), records: 44_000, ..MixedWork::default() };
        let open = [
            (soak(Some(2_000_000.0)), "--rate asks for 2000000 rows/s"),
            (Work::Scans(scans.clone()), "--arrival asks for 2000000 rows/s"),
            (Work::Mixed(mixed.clone()), "--rate asks for 2040000 rows/s"),
        ];
        for (work, says) in &open {
            let refusal = refusal(work);
            assert!(refusal.contains(says), "{refusal}");
            assert!(refusal.contains("encodes 1999999 rows/s"), "{refusal}");
            assert!(work.check_rate(4_000, 2_040_000.0).is_ok());
        }
        let closed = [
            soak(None),
            Work::burst(1),
            Work::Scans(ScanWork { concurrent: Some(9), ..scans }),
            Work::Mixed(MixedWork { rate: None, ..mixed }),
        ];
        assert!(closed.iter().all(|work| work.check_rate(4_000, 1.0).is_ok()));
    }

    #[test]
    fn the_default_pool_is_three_quarters_used() {
        assert_eq!(pool_for(50), 67);
        assert_eq!(pool_for(1), 2);
        assert_eq!(pool_for(3), 4);
        assert_eq!(pool_for(100_000), DEFAULT_POOL_MOST);
    }
}
