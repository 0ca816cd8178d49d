//! Batches for a time.

use super::{bounded, pool_for};
use crate::engine::error::SetupError;
use crate::model::scenario::{Pattern, Skew, Soak};
use std::time::Duration;

/// Connections of a soak at a given rate where nothing is said.
const DEFAULT_OPEN_POOL: u32 = 20;

/// What a soak is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct SoakWork {
    /// How long it is measured.
    pub duration: Duration,
    /// How long it runs before that.
    pub warm_up: Duration,
    /// Rows a second that are due; None for a closed loop.
    pub rate: Option<f64>,
    /// Writers of a closed loop.
    pub writers: u32,
}

impl SoakWork {
    /// Tenants where nothing is said.
    pub const DEFAULT_TENANTS: u32 = 10;

    pub(in crate::engine) fn check(&self, size: u32) -> Result<(), SetupError> {
        bounded("--duration (in s)", self.duration.as_secs(), 1, 7 * 86_400)?;
        bounded("--warm-up (in s)", self.warm_up.as_secs(), 0, 86_400)?;
        bounded("--writers", u64::from(self.writers), 1, 10_000)?;
        if let Some(rate) = self.rate {
            bounded("--rate", rate.clamp(0.0, 1e15) as u64, 1, 100_000_000)?;
            // Due in the time before `s`: the first at 0.
            let due = |s: f64| (rate * s / f64::from(size)).ceil() as u64;
            let early = due(self.warm_up.as_secs_f64());
            let all = due((self.warm_up + self.duration).as_secs_f64());
            let flag = "batches due in --duration at --rate with --size";
            bounded(flag, all - early, 1, 100_000_000)?;
        }
        Ok(())
    }

    pub(in crate::engine) fn scenario(&self) -> Soak {
        Soak {
            duration_s: self.duration.as_secs_f64(),
            warm_up_s: self.warm_up.as_secs_f64(),
            rate_rows_per_s: self.rate,
            writers: self.rate.is_none().then_some(self.writers),
            skew: Skew::default(),
            ramp_s: 0.0,
            stages: Vec::new(),
            pattern: Pattern::default(),
        }
    }

    pub(in crate::engine) fn default_pool(&self) -> u32 {
        match self.rate {
            Some(_) => DEFAULT_OPEN_POOL,
            None => pool_for(self.writers),
        }
    }

    pub(in crate::engine) fn at_once(&self) -> u32 {
        match self.rate {
            Some(_) => u32::MAX,
            None => self.writers,
        }
    }
}
