//! The median of a few values and how sure it is.
//!
//! Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), the
//! percentile interval.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

/// How often the values are drawn anew.
const DRAWS: usize = 10_000;

/// A median with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The median of the values.
    pub median: f64,
    /// The lower end of the 95% interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// The median of `values`; None of none.
pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let upper = *sorted.get(sorted.len() / 2)?;
    let lower = *sorted.get((sorted.len() - 1) / 2)?;
    Some((lower + upper) / 2.0)
}

/// The median of `values` with its 95% bootstrap interval, the same for the
/// same values; None of fewer than two.
pub fn median_interval(values: &[f64]) -> Option<Interval> {
    if values.len() < 2 {
        return None;
    }
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(values.len() as u64);
    let mut drawn = vec![0.0; values.len()];
    let mut medians = Vec::with_capacity(DRAWS);
    for _ in 0..DRAWS {
        for place in &mut drawn {
            let index = ((rng.next_u64() >> 32) * values.len() as u64) >> 32;
            *place = values[index as usize];
        }
        medians.extend(median(&drawn));
    }
    medians.sort_by(f64::total_cmp);
    let at = |share: f64| medians[(share * (DRAWS - 1) as f64).round() as usize];
    Some(Interval { median: median(values)?, low: at(0.025), high: at(0.975) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_of_odd_and_even_counts() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), Some(2.5));
        assert_eq!(median(&[]), None);
    }

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
    }
}
