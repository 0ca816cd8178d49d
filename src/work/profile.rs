//! A rate that changes over time: knots with straight lines between them. What
//! is due by when is its integral, and when a batch is due the inverse of that.

/// Where one straight line ends and the next begins.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Knot {
    /// In seconds from the beginning on.
    at_s: f64,
    /// Batches a second.
    rate: f64,
    /// Batches that were due until then.
    before: f64,
    /// By how much the rate grows a second, from here to the next knot.
    slope: f64,
}

/// A rate over time.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    knots: Vec<Knot>,
}

impl Profile {
    /// The same rate all the time.
    pub fn constant(rate: f64) -> Profile {
        Profile::through(&[(0.0, rate)])
    }

    /// From nothing to `rate` within `ramp_s`, and then the same.
    pub fn ramp(rate: f64, ramp_s: f64) -> Profile {
        Profile::through(&[(0.0, 0.0), (ramp_s, rate)])
    }

    /// Through points of (seconds, rate), the first at 0, none before the one
    /// ahead of it; two at the same time are a step. The last rate stays.
    pub fn through(points: &[(f64, f64)]) -> Profile {
        let mut knots: Vec<Knot> = Vec::with_capacity(points.len());
        for &(at_s, rate) in points {
            let mut before = 0.0;
            if let Some(last) = knots.last_mut() {
                let long = at_s - last.at_s;
                before = last.before + long * (last.rate + rate) / 2.0;
                last.slope = if long > 0.0 { (rate - last.rate) / long } else { 0.0 };
            }
            knots.push(Knot { at_s, rate, before, slope: 0.0 });
        }
        Profile { knots }
    }

    /// The highest rate.
    pub fn peak(&self) -> f64 {
        self.knots.iter().map(|knot| knot.rate).fold(0.0, f64::max)
    }

    /// Batches that are due until `at_s`: the integral of the rate.
    pub fn until(&self, at_s: f64) -> f64 {
        let after = self.knots.partition_point(|knot| knot.at_s <= at_s);
        self.knots.get(after.saturating_sub(1)).map_or(0.0, |knot| {
            let long = (at_s - knot.at_s).max(0.0);
            knot.before + long * (knot.rate + knot.slope * long / 2.0)
        })
    }

    /// How many batches are due before `at_s`: the first is due as soon as there is a rate.
    pub fn count_until(&self, at_s: f64) -> u64 {
        self.until(at_s).ceil() as u64
    }

    /// When batch number `index`, from 0, is due, in seconds; infinite where the
    /// rate stays at nothing before that.
    pub fn due(&self, index: u64) -> f64 {
        let wanted = index as f64;
        let after = self.knots.partition_point(|knot| knot.before <= wanted);
        let Some(knot) = self.knots.get(after.saturating_sub(1)) else { return f64::INFINITY };
        let left = wanted - knot.before;
        if left <= 0.0 {
            return knot.at_s;
        }
        if knot.slope == 0.0 {
            return knot.at_s + left / knot.rate;
        }
        // left = rate t + slope t²/2, solved for t in the form that loses no digits.
        let root = (knot.rate * knot.rate + 2.0 * knot.slope * left).max(0.0).sqrt();
        knot.at_s + 2.0 * left / (knot.rate + root)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_constant_rate_is_exact() {
        let profile = Profile::constant(3.0);
        for index in [0, 1, 7, 1_000_003, u64::MAX] {
            assert_eq!(profile.due(index), index as f64 / 3.0);
        }
        assert_eq!((profile.until(2.0), profile.count_until(2.5)), (6.0, 8));
        assert_eq!(Profile::constant(0.0).due(1), f64::INFINITY);
    }

    #[test]
    fn a_ramp_has_half_of_what_its_time_would_hold() {
        // 0 to 10 a second in 4 s: t²·1.25 are due.
        let profile = Profile::ramp(10.0, 4.0);
        assert_eq!((profile.until(2.0), profile.until(4.0), profile.until(5.0)), (5.0, 20.0, 30.0));
        assert_eq!((profile.due(0), profile.due(5), profile.due(20)), (0.0, 2.0, 4.0));
        assert_eq!((profile.due(25), profile.peak()), (4.5, 10.0));
    }

    #[test]
    fn nothing_is_due_in_a_pause_and_the_next_comes_after_it() {
        let profile =
            Profile::through(&[(0.0, 2.0), (1.0, 2.0), (1.0, 0.0), (3.0, 0.0), (3.0, 4.0)]);
        let due: Vec<f64> = (0..5).map(|index| profile.due(index)).collect();
        assert_eq!(due, [0.0, 0.5, 3.0, 3.25, 3.5]);
        assert_eq!((profile.until(1.0), profile.until(2.0), profile.until(3.5)), (2.0, 2.0, 4.0));
    }

    fn profiles() -> impl Strategy<Value = Profile> {
        let points =
            prop::collection::vec((0.05_f64..20.0, prop_oneof![Just(0.0), 0.0_f64..500.0]), 1..8);
        (0.0_f64..500.0, points).prop_map(|(first, rest)| {
            let mut at_s = 0.0;
            let mut points = vec![(0.0, first)];
            points.extend(rest.into_iter().map(|(long, rate)| {
                at_s += long;
                (at_s, rate)
            }));
            Profile::through(&points)
        })
    }

    proptest! {
        /// Never one before the one ahead of it, and as many in any window as
        /// the rate's integral says, but for the one that the edges cut.
        #[test]
        fn what_is_due_is_the_integral(profile in profiles(), from in 0.0_f64..60.0, long in 0.0_f64..60.0) {
            let due: Vec<f64> = (0..2_000).map(|index| profile.due(index)).collect();
            prop_assert!(due.is_sorted());
            let to = from + long;
            if due.last().is_some_and(|last| *last >= to) {
                let counted = due.iter().filter(|at| (from..to).contains(*at)).count() as f64;
                let integral = profile.until(to) - profile.until(from);
                prop_assert!((counted - integral).abs() <= 1.0 + 1e-6, "{} {}", counted, integral);
            }
        }

        /// The integral, summed up in small steps.
        #[test]
        fn the_integral_is_that_of_the_rate(profile in profiles(), to in 0.1_f64..60.0) {
            let steps = 4_000;
            let step = to / f64::from(steps);
            let rate = |at: f64| {
                let knot = profile.knots.iter().rev().find(|knot| knot.at_s <= at).unwrap();
                knot.rate + knot.slope * (at - knot.at_s)
            };
            let sum: f64 = (0..steps).map(|n| rate((f64::from(n) + 0.5) * step) * step).sum();
            prop_assert!((sum - profile.until(to)).abs() < 1.0 + sum * 0.01);
        }
    }
}
