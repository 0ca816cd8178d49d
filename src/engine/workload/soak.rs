//! Batches for a time.

use super::{DURATION_MOST_S, bounded, bounded_number, pool_for};
use crate::engine::error::SetupError;
use crate::engine::shape;
use crate::model::business_day::REGIONS;
use crate::model::scenario::{ByRegion, Pattern, Skew, Soak};
use std::time::Duration;

/// Connections of a soak at a given rate where nothing is said.
const DEFAULT_OPEN_POOL: u32 = 20;

/// Rows a second in the busiest hour of a business day where nothing is said:
/// what a small server does with ease.
const DEFAULT_BUSIEST_RATE: f64 = 10_000.0;

/// What a soak is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct SoakWork {
    /// How long it is measured.
    pub duration: Duration,
    /// How long it runs before that.
    pub warm_up: Duration,
    /// Rows a second that are due; None for a closed loop, or the default of a business day.
    pub rate: Option<f64>,
    /// Writers of a closed loop.
    pub writers: u32,
    /// How unevenly batches fall on the tenants.
    pub skew: Skew,
    /// How long the rate takes to rise, from the warm-up on.
    pub ramp: Duration,
    /// Shares of rate, writers and tenants, one after the other; none for all at once.
    pub stages: Vec<f64>,
    /// How the rate goes up and down.
    pub pattern: Pattern,
}

impl SoakWork {
    /// Tenants where nothing is said.
    pub const DEFAULT_TENANTS: u32 = 10;

    pub(in crate::engine) fn check(&self, size: u32) -> Result<(), SetupError> {
        bounded("--duration [s]", self.duration.as_secs(), 1, DURATION_MOST_S)?;
        bounded("--warm-up [s]", self.warm_up.as_secs(), 0, 86_400)?;
        bounded("--writers", u64::from(self.writers), 1, 10_000)?;
        self.check_shape()?;
        let Some(rate) = self.rate() else { return Ok(()) };
        bounded_number("--rate", rate, 1, 100_000_000)?;
        let soak = self.scenario();
        for stretch in shape::stretches(&soak) {
            let (_, due) = stretch.due(&soak, size).unwrap_or_default();
            let flag = "--rate x --duration / --size =";
            bounded(flag, due, 1, 100_000_000)?;
        }
        Ok(())
    }

    fn check_shape(&self) -> Result<(), SetupError> {
        match self.skew {
            Skew::Zipf(s) if !(0.0..=10.0).contains(&s) => Err(SetupError::Skew {}),
            Skew::Noisy(share) if !(share > 0.0 && share < 1.0) => Err(SetupError::Skew {}),
            _ => Ok(()),
        }?;
        let is_ramp = !self.ramp.is_zero();
        let is_day = self.pattern == Pattern::BusinessHours;
        let is_staged = !self.stages.is_empty();
        let both = [
            (is_ramp && is_day, "--ramp", "--pattern business-hours"),
            (is_staged && is_day, "--stages", "--pattern business-hours"),
            (is_ramp && is_staged, "--ramp", "--stages"),
        ];
        if let Some((_, flag, other)) = both.into_iter().find(|(both, ..)| *both) {
            return Err(SetupError::Conflict { flag: flag.to_owned(), other: other.to_owned() });
        }
        if is_ramp && self.rate().is_none() {
            return Err(SetupError::RampWithoutRate {});
        }
        // Otherwise the rate that was asked for would never be reached.
        let all = (self.warm_up + self.duration).as_secs();
        bounded("--ramp [s]", self.ramp.as_secs_f64().ceil() as u64, 0, all)?;
        let shares = &self.stages;
        let is_rising = shares.is_sorted_by(|one, next| one < next);
        if !is_rising || shares.iter().any(|share| !(*share > 0.0 && *share <= 1.0)) {
            return Err(SetupError::Stages {});
        }
        // A second each, so that there is something to judge.
        bounded("count(--stages) =", shares.len() as u64, 0, self.duration.as_secs())
    }

    /// Rows a second that are due, a business day's default filled in.
    pub(in crate::engine) fn rate(&self) -> Option<f64> {
        let is_day = self.pattern == Pattern::BusinessHours;
        self.rate.or(is_day.then_some(DEFAULT_BUSIEST_RATE))
    }

    /// The tenants' shares of the regions where nothing is said.
    pub(in crate::engine) fn default_regions(&self) -> ByRegion {
        let [north, central, south] = REGIONS;
        match self.pattern {
            Pattern::Constant => ByRegion::default(),
            Pattern::BusinessHours => ByRegion { north, central, south },
        }
    }

    pub(in crate::engine) fn scenario(&self) -> Soak {
        let rate = self.rate();
        Soak {
            duration_s: self.duration.as_secs_f64(),
            warm_up_s: self.warm_up.as_secs_f64(),
            rate_rows_per_s: rate,
            writers: rate.is_none().then_some(self.writers),
            skew: self.skew,
            ramp_s: self.ramp.as_secs_f64(),
            stages: self.stages.clone(),
            pattern: self.pattern,
        }
    }

    pub(in crate::engine) fn default_pool(&self) -> u32 {
        match self.rate() {
            Some(_) => DEFAULT_OPEN_POOL,
            None => pool_for(self.writers),
        }
    }

    pub(in crate::engine) fn at_once(&self) -> u32 {
        match self.rate() {
            Some(_) => u32::MAX,
            None => self.writers,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Work;

    fn work(rate: Option<f64>) -> SoakWork {
        let (minute, second) = (Duration::from_mins(1), Duration::from_secs(1));
        let Work::Soak(work) = Work::soak(minute, second, rate, 8) else { unreachable!() };
        work
    }

    fn refusal(work: &SoakWork) -> String {
        work.check(100).unwrap_err().to_string()
    }

    #[test]
    fn a_business_day_has_a_rate_and_regions_without_being_told() {
        let day = SoakWork { pattern: Pattern::BusinessHours, ..work(None) };
        assert!(day.check(100).is_ok());
        let soak = day.scenario();
        assert_eq!((soak.rate_rows_per_s, soak.writers), (Some(DEFAULT_BUSIEST_RATE), None));
        assert_eq!((day.at_once(), day.default_pool()), (u32::MAX, DEFAULT_OPEN_POOL));
        assert_eq!(day.default_regions().central, 20.0);
        assert_eq!(work(None).default_regions(), ByRegion::default());
        let told = SoakWork { rate: Some(500.0), ..day };
        assert_eq!(told.scenario().rate_rows_per_s, Some(500.0));
    }

    #[test]
    fn shapes_that_make_no_sense_say_so() {
        let ramp = Duration::from_secs(30);
        assert!(refusal(&SoakWork { ramp, ..work(None) }).contains("--ramp needs --rate"));
        let rate = Some(1_000.0);
        assert!(SoakWork { ramp, ..work(rate) }.check(100).is_ok());
        let long = Duration::from_secs(62);
        assert!(refusal(&SoakWork { ramp: long, ..work(rate) }).contains("--ramp [s] 62"));
        for stages in [vec![0.0, 1.0], vec![0.5, 0.1], vec![0.5, 0.5], vec![1.1], vec![f64::NAN]] {
            let text = refusal(&SoakWork { stages: stages.clone(), ..work(rate) });
            assert!(text.contains("10%,50%,100%"), "{stages:?}: {text}");
        }
        assert!(SoakWork { stages: vec![0.1, 1.0], ..work(None) }.check(100).is_ok());
        let short = Duration::from_secs(1);
        let two = SoakWork { stages: vec![0.5, 1.0], duration: short, ..work(rate) };
        assert!(refusal(&two).contains("count(--stages) = 2 is out of bounds"));
        for skew in [Skew::Zipf(-1.0), Skew::Zipf(f64::NAN), Skew::Noisy(1.0), Skew::Noisy(0.0)] {
            assert!(refusal(&SoakWork { skew, ..work(rate) }).contains("--skew"), "{skew:?}");
        }
        let day = SoakWork { pattern: Pattern::BusinessHours, ramp, ..work(rate) };
        assert!(refusal(&day).contains("--ramp goes not with --pattern"));
    }
}
