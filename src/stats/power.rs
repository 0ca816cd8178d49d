//! What groups of runs could have shown, given how far runs of the same kind
//! are apart: so that "no difference" isn't said where none could be seen.
//!
//! On the logarithm, where a change is a shift, the median of n runs has a
//! standard error of sqrt(pi/2) x sigma / sqrt(n) (the asymptotic one of
//! normal values: Cramer, Mathematical Methods of Statistics, 28.5), and the
//! Mann-Whitney test needs pi/3 as many runs as the t-test (Lehmann,
//! Nonparametrics, section 2.4). Simulated (see the tests), the rule finds
//! what this says four times in five, from six runs a side on.

use std::f64::consts::PI;

/// The normal quantile of 97.5%: the ends of a 95% interval.
const INTERVAL: f64 = 1.960;
/// Of 99.5%: a two-sided p of 0.01.
const SURE: f64 = 2.576;
/// Of 80%: found four times in five.
const FOUND: f64 = 0.842;
/// Of 90%: of both sides, 80% lie within.
const WITHIN: f64 = 1.282;

/// The p below which groups differ.
pub const P: f64 = 0.01;

/// Fewer runs a side are sure of nothing: four can't have a p below [`P`] (all
/// of one side below all of the other is 2 / 70, of five 2 / 252), and the
/// bootstrap's interval is too narrow for them.
pub const FEWEST: u32 = 5;

/// How far runs of the same kind are apart: the standard deviation of their
/// logarithms, both groups together, each around its own mean. None where a
/// value isn't above zero, or no group has two.
pub fn log_spread(a: &[f64], b: &[f64]) -> Option<f64> {
    if a.iter().chain(b).any(|value| *value <= 0.0) || a.len() + b.len() < 3 {
        return None;
    }
    let squares = |group: &[f64]| {
        let logs: Vec<f64> = group.iter().map(|value| value.ln()).collect();
        let mean = logs.iter().sum::<f64>() / logs.len().max(1) as f64;
        logs.iter().map(|log| (log - mean).powi(2)).sum::<f64>()
    };
    let groups = [a, b].iter().filter(|group| !group.is_empty()).count();
    let free = (a.len() + b.len()).checked_sub(groups).filter(|free| *free > 0)?;
    Some(((squares(a) + squares(b)) / free as f64).sqrt())
}

/// The smallest change, as a share, that groups of `runs` would be sure of
/// four times in five: p below [`P`], and an interval beyond `threshold`.
/// None where they are too few to be sure of anything.
pub fn could_see(spread: f64, runs: (usize, usize), threshold: f64) -> Option<f64> {
    if !can_be_sure(runs.0, runs.1) {
        return None;
    }
    let error = spread * (1.0 / runs.0 as f64 + 1.0 / runs.1 as f64).sqrt();
    let beyond = threshold.ln_1p() + (INTERVAL + FOUND) * (PI / 2.0).sqrt() * error;
    let by_rank = (SURE + FOUND) * (PI / 3.0).sqrt() * error;
    Some(beyond.max(by_rank).exp_m1())
}

/// Runs a side with which the interval would lie within `threshold` four times
/// in five, were there no change.
pub fn runs_needed(spread: f64, threshold: f64) -> u32 {
    let error = threshold.ln_1p() / (INTERVAL + WITHIN);
    let runs = 2.0 * (PI / 2.0) * (spread / error).powi(2);
    (runs.ceil() as u32).max(FEWEST)
}

/// Whether groups of so many can be sure of anything: each has [`FEWEST`].
pub fn can_be_sure(a: usize, b: usize) -> bool {
    a.min(b) >= FEWEST as usize
}

#[cfg(test)]
mod tests {
    use super::super::bootstrap::ratio_interval;
    use super::super::rank::mann_whitney;
    use super::super::simulated::Noise;
    use super::*;

    #[test]
    fn the_spread_is_that_within_the_groups() {
        let a = [100.0, 107.0, 93.0, 100.0];
        let b: Vec<f64> = a.iter().map(|value| value * 2.0).collect();
        let spread = log_spread(&a, &b).unwrap();
        // Three of four deviations are 0 and +-7%: sqrt(2 x 2 x 0.07^2 / 6).
        assert!((spread - 0.0572).abs() < 0.001, "{spread}");
        assert_eq!(log_spread(&[1.0], &[2.0]), None);
        assert!(log_spread(&[1.0, 1.1], &[2.0]).is_some());
        assert_eq!(log_spread(&[0.0, 1.0], &[2.0, 3.0]), None);
        assert_eq!(log_spread(&[3.0; 4], &[4.0; 4]), Some(0.0));
    }

    #[test]
    fn fewer_than_five_a_side_are_sure_of_nothing() {
        assert!(can_be_sure(5, 5) && !can_be_sure(4, 40));
        assert_eq!(could_see(0.07, (4, 4), 0.05), None);
        assert_eq!((runs_needed(0.0, 0.05), runs_needed(0.001, 0.05)), (FEWEST, FEWEST));
    }

    #[test]
    fn what_could_be_seen_shrinks_with_the_runs_towards_the_threshold() {
        let seen = [6, 24, 1_000_000].map(|runs| could_see(0.07, (runs, runs), 0.05).unwrap());
        assert!((0.20..0.22).contains(&seen[0]) && (0.12..0.13).contains(&seen[1]), "{seen:?}");
        assert!(seen[2] < 0.051, "{seen:?}");
        assert_eq!(runs_needed(0.07, 0.05), 68);
        assert_eq!(runs_needed(0.03, 0.05), 13);
    }

    /// How often, of 100, a change is found by p and interval; and how often it
    /// is called none.
    fn simulated(change: f64, runs: usize, spread: f64) -> (usize, usize) {
        let mut noise = Noise::new(11);
        let (mut found, mut same) = (0, 0);
        for _ in 0..100 {
            let (base, other) =
                (noise.runs(runs, 1.0, spread), noise.runs(runs, 1.0 + change, spread));
            let interval = ratio_interval(&base, &other).unwrap();
            let is_sure = mann_whitney(&base, &other).unwrap() < P;
            found += usize::from(is_sure && interval.low > 1.05);
            same += usize::from(interval.low >= 0.95 && interval.high <= 1.05);
        }
        (found, same)
    }

    #[test]
    fn the_rule_finds_what_this_says_four_times_in_five() {
        let change = could_see(0.07, (8, 8), 0.05).unwrap();
        let (found, _) = simulated(change, 8, 0.07);
        assert!((68..=92).contains(&found), "{found} of 100");
        let needed = runs_needed(0.02, 0.05) as usize;
        let (_, same) = simulated(0.0, needed, 0.02);
        assert!((68..=95).contains(&same), "{needed} a side: {same} of 100");
    }
}
