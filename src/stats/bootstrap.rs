//! The median of a few values, or how two groups of them compare, and how sure
//! that is.
//!
//! Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), the
//! percentile interval; for the comparison of two medians Wilcox, Introduction
//! to Robust Estimation and Hypothesis Testing (2012), section 5.4.2.

use super::spread::median;
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use xxhash_rust::xxh3::Xxh3Default;

/// How often the values are drawn anew.
const DRAWS: usize = 10_000;

/// A median, or a ratio of medians, with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// What was observed.
    pub median: f64,
    /// The lower end of the 95% interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// The median of `values` with its 95% bootstrap interval, the same for the
/// same values; None of fewer than two.
pub fn median_interval(values: &[f64]) -> Option<Interval> {
    if values.len() < 2 {
        return None;
    }
    let mut draw = Draw::seeded_by(&[values]);
    let medians = (0..DRAWS).filter_map(|_| draw.median(values, values.len()));
    Some(Interval { median: median(values)?, ..ends(medians)? })
}

/// median(other) / median(base) with its 95% bootstrap interval, the same for
/// the same values; None where a group has fewer than two, or the base's
/// median isn't above zero. Where the base is zero in some of the draws, the
/// interval has no upper end: it is infinite.
///
/// The interval holds the true ratio in 95% of cases from five values a group
/// on; of two it holds it in 70%, of three and four in 91%.
pub fn ratio_interval(base: &[f64], other: &[f64]) -> Option<Interval> {
    let of_base = median(base).filter(|median| *median > 0.0)?;
    if base.len() < 2 || other.len() < 2 {
        return None;
    }
    let mut draw = Draw::seeded_by(&[base, other]);
    let ratios = (0..DRAWS).filter_map(|_| {
        let base = draw.median(base, base.len())?;
        Some(ratio(draw.median(other, other.len())?, base))
    });
    Some(Interval { median: median(other)? / of_base, ..ends(ratios)? })
}

/// The noise band, A against A: two groups of `runs` that are both drawn from
/// `values` have medians whose ratio is off 1 by less than this in 95% of
/// cases. None of fewer than two values, or none in a group.
pub fn noise_band(values: &[f64], runs: usize) -> Option<f64> {
    if values.len() < 2 || runs == 0 {
        return None;
    }
    let mut draw = Draw::seeded_by(&[values]);
    let mut off: Vec<f64> = Vec::with_capacity(DRAWS);
    for _ in 0..DRAWS {
        let (one, other) = (draw.median(values, runs)?, draw.median(values, runs)?);
        off.push((ratio(other, one) - 1.0).abs());
    }
    off.sort_by(f64::total_cmp);
    Some(at(&off, 0.95)).filter(|band| band.is_finite())
}

/// Nothing over nothing is no change.
fn ratio(other: f64, base: f64) -> f64 {
    if other == base { 1.0 } else { other / base }
}

/// The ends of the interval that holds 95% of what was drawn.
fn ends(drawn: impl Iterator<Item = f64>) -> Option<Interval> {
    let mut drawn: Vec<f64> = drawn.collect();
    drawn.sort_by(f64::total_cmp);
    if drawn.is_empty() {
        return None;
    }
    Some(Interval { median: at(&drawn, 0.5), low: at(&drawn, 0.025), high: at(&drawn, 0.975) })
}

fn at(sorted: &[f64], share: f64) -> f64 {
    sorted[(share * (sorted.len() - 1) as f64).round() as usize]
}

/// Draws values with replacement, the same ones for the same data.
struct Draw {
    rng: Xoshiro256PlusPlus,
    drawn: Vec<f64>,
}

impl Draw {
    fn seeded_by(groups: &[&[f64]]) -> Draw {
        let mut hash = Xxh3Default::new();
        for group in groups {
            hash.update(&group.len().to_le_bytes());
            group.iter().for_each(|value| hash.update(&value.to_bits().to_le_bytes()));
        }
        Draw { rng: Xoshiro256PlusPlus::seed_from_u64(hash.digest()), drawn: Vec::new() }
    }

    /// The median of `count` of `values`.
    fn median(&mut self, values: &[f64], count: usize) -> Option<f64> {
        self.drawn.clear();
        for _ in 0..count {
            let index = ((self.rng.next_u64() >> 32) * values.len() as u64) >> 32;
            self.drawn.push(values[index as usize]);
        }
        median(&self.drawn)
    }
}

#[cfg(test)]
mod tests {
    use super::super::simulated::Noise;
    use super::*;

    #[test]
    fn the_interval_holds_the_median_and_stays_within_the_values() {
        let values = [0.97, 1.01, 0.99, 1.03, 0.98, 1.0];
        let interval = median_interval(&values).unwrap();
        assert!((interval.median - 0.995).abs() < 1e-12);
        assert!(0.97 <= interval.low && interval.low < interval.median);
        assert!(interval.median < interval.high && interval.high <= 1.03);
        assert_eq!(median_interval(&values), Some(interval), "the same again");
        assert_eq!(median_interval(&[1.0]), None);
    }

    #[test]
    fn equal_values_leave_no_doubt() {
        let interval = median_interval(&[2.0; 6]).unwrap();
        assert_eq!((interval.low, interval.median, interval.high), (2.0, 2.0, 2.0));
        let ratio = ratio_interval(&[2.0; 6], &[3.0; 5]).unwrap();
        assert_eq!((ratio.low, ratio.median, ratio.high), (1.5, 1.5, 1.5));
        assert_eq!(noise_band(&[2.0; 6], 6), Some(0.0));
    }

    #[test]
    fn a_ratio_needs_two_a_group_and_a_base() {
        assert_eq!(ratio_interval(&[1.0], &[1.0, 2.0]), None);
        assert_eq!(ratio_interval(&[1.0, 2.0], &[1.0]), None);
        assert_eq!(ratio_interval(&[0.0, 0.0, 1.0], &[1.0, 2.0]), None);
        // The base is zero in some draws.
        let open = ratio_interval(&[0.0, 1.0, 1.0], &[1.0, 2.0]).unwrap();
        assert_eq!(open.high, f64::INFINITY);
        assert!(noise_band(&[1.0], 3).is_none() && noise_band(&[1.0, 2.0], 0).is_none());
    }

    #[test]
    fn the_interval_of_a_ratio_holds_the_true_one_as_often_as_it_says() {
        let mut noise = Noise::new(7);
        for runs in [5, 8] {
            let held = (0..200).filter(|_| {
                let (base, other) = (noise.runs(runs, 1.0, 0.07), noise.runs(runs, 1.2, 0.07));
                let interval = ratio_interval(&base, &other).unwrap();
                interval.low <= 1.2 && 1.2 <= interval.high
            });
            let held = held.count();
            // 95% of 200 is 190, with a standard deviation of 3.1.
            assert!((181..=199).contains(&held), "{runs} a group: {held} of 200");
        }
    }

    #[test]
    fn the_noise_band_narrows_with_more_runs() {
        let values = Noise::new(3).runs(40, 100.0, 0.07);
        let [few, many] = [5, 20].map(|runs| noise_band(&values, runs).unwrap());
        // 1.96 x 1.25 x 7% x sqrt(2 / runs): 10.9% and 5.4%.
        assert!((0.07..0.16).contains(&few) && (0.03..0.08).contains(&many), "{few} {many}");
    }
}
