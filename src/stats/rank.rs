//! Whether two groups of values differ at all, by ranks: deaf to how far what
//! stands out stands out, and without an assumption about how values spread.
//!
//! Source: Mann and Whitney, On a test of whether one of two random variables
//! is stochastically larger than the other (1947); the correction for ties is
//! that of Lehmann, Nonparametrics (1975), section 1.4.

/// Up to so many values in both groups together p is exact, also where values
/// are equal; beyond, the normal approximation is good to a few percent of p.
const EXACT: usize = 40;

/// The two-sided p of the Mann-Whitney U test: how likely groups of the same
/// kind are as far apart as these, or further. None where a group is empty.
pub fn mann_whitney(a: &[f64], b: &[f64]) -> Option<f64> {
    if a.is_empty() || b.is_empty() {
        return None;
    }
    let ranks = Ranks::of(a, b);
    Some(if a.len() + b.len() <= EXACT { ranks.exact() } else { ranks.normal() })
}

/// The values of both groups by their rank. Ranks are doubled, so that those
/// between two, of values that are equal, are whole.
struct Ranks {
    /// Of all values, in their order.
    doubled: Vec<usize>,
    /// How many values there are of each that is there more than once.
    ties: Vec<usize>,
    /// The sum of the first group's.
    sum: usize,
    /// The sizes of the groups.
    sizes: (usize, usize),
}

impl Ranks {
    fn of(a: &[f64], b: &[f64]) -> Ranks {
        let mut all: Vec<(f64, bool)> = a.iter().map(|value| (*value, true)).collect();
        all.extend(b.iter().map(|value| (*value, false)));
        all.sort_by(|x, y| x.0.total_cmp(&y.0));
        let mut ranks =
            Ranks { doubled: Vec::new(), ties: Vec::new(), sum: 0, sizes: (a.len(), b.len()) };
        for equal in all.chunk_by(|x, y| x.0 == y.0) {
            // The ranks from before + 1 to before + count, on average and doubled.
            let doubled = 2 * ranks.doubled.len() + equal.len() + 1;
            ranks.sum += doubled * equal.iter().filter(|(_, is_first)| *is_first).count();
            ranks.doubled.extend(std::iter::repeat_n(doubled, equal.len()));
            if equal.len() > 1 {
                ranks.ties.push(equal.len());
            }
        }
        ranks
    }

    /// Of all ways to deal the values into two groups of these sizes, the share
    /// whose sum of ranks is as far from the expected one.
    fn exact(&self) -> f64 {
        let (size, count) = (self.sizes.0, self.doubled.len());
        let most: usize = self.doubled.iter().sum();
        // How many choices of so many values have that sum.
        let mut ways = vec![vec![0.0_f64; most + 1]; size + 1];
        ways[0][0] = 1.0;
        for &rank in &self.doubled {
            for chosen in (1..=size).rev() {
                let (fewer, more) = ways.split_at_mut(chosen);
                for sum in rank..=most {
                    more[0][sum] += fewer[chosen - 1][sum - rank];
                }
            }
        }
        let expected = size * (count + 1);
        let off = self.sum.abs_diff(expected);
        let all: f64 = ways[size].iter().sum();
        let as_far = ways[size].iter().enumerate().filter(|(sum, _)| sum.abs_diff(expected) >= off);
        as_far.map(|(_, ways)| ways).sum::<f64>() / all
    }

    /// By the normal distribution, corrected for ties and for continuity.
    fn normal(&self) -> f64 {
        let (a, b) = (self.sizes.0 as f64, self.sizes.1 as f64);
        let all = a + b;
        let off = (self.sum as f64 / 2.0 - a * (all + 1.0) / 2.0).abs();
        let cube = |tie: &usize| (*tie as f64).powi(3) - *tie as f64;
        let tied: f64 = self.ties.iter().map(cube).sum();
        let variance = a * b / 12.0 * (all + 1.0 - tied / (all * (all - 1.0)));
        if variance <= 0.0 {
            return 1.0; // All are equal.
        }
        both_tails((off - 0.5).max(0.0) / variance.sqrt())
    }
}

/// How likely a normal deviate is at least `z` from zero, z from 0 on: erfc(z / sqrt 2).
///
/// Source: Press et al., Numerical Recipes, section 6.2, the Chebyshev fit of
/// erfc; its relative error is below 1.2e-7 everywhere.
fn both_tails(z: f64) -> f64 {
    const TERMS: [f64; 10] = [
        -1.265_512_23,
        1.000_023_68,
        0.374_091_96,
        0.096_784_18,
        -0.186_288_06,
        0.278_868_07,
        -1.135_203_98,
        1.488_515_87,
        -0.822_152_23,
        0.170_872_77,
    ];
    let z = z / std::f64::consts::SQRT_2;
    let t = 1.0 / (1.0 + 0.5 * z);
    let fit = TERMS.iter().rev().fold(0.0, |sum, term| sum * t + term);
    (t * (fit - z * z).exp()).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f64, published: f64, digits: i32) {
        let off = 0.5 * 10f64.powi(-digits);
        assert!((found - published).abs() <= off, "{found} is not {published}");
    }

    #[test]
    fn published_values_without_ties() {
        // Hollander and Wolfe (1973), page 69: one-sided 0.1272.
        let term = [0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
        let earlier = [1.15, 0.88, 0.90, 0.74, 1.21];
        near(mann_whitney(&term, &earlier).unwrap(), 2.0 * 0.1272, 3);
        // The example of scipy.stats.mannwhitneyu: exact, and by the approximation.
        let (males, females) = ([19.0, 22.0, 16.0, 29.0, 24.0], [20.0, 11.0, 17.0, 12.0]);
        near(mann_whitney(&males, &females).unwrap(), 1.0 / 9.0, 12);
        near(Ranks::of(&males, &females).normal(), 0.111_346_886_533, 6);
    }

    #[test]
    fn published_values_with_ties() {
        // R's example of wilcox.test: airquality, Ozone of May and of August.
        let may = [
            41, 36, 12, 18, 28, 23, 19, 8, 7, 16, 11, 14, 18, 14, 34, 6, 30, 11, 1, 11, 4, 32, 23,
            45, 115, 37,
        ];
        let august = [
            39, 9, 16, 78, 35, 66, 122, 89, 110, 44, 28, 65, 22, 59, 23, 31, 44, 21, 9, 45, 168,
            73, 76, 118, 84, 85,
        ];
        let [may, august] = [&may[..], &august[..]]
            .map(|days| days.iter().map(|o| f64::from(*o)).collect::<Vec<_>>());
        near(mann_whitney(&may, &august).unwrap(), 0.000_120_8, 7);
    }

    /// Two groups without ties of which U is `u`, and the groups as large as `size`.
    fn of_u(size: usize, u: usize) -> (Vec<f64>, Vec<f64>) {
        let a: Vec<f64> = (0..size).map(|i| i as f64).collect();
        // Each of b is above all of a, but for those that sink below so many.
        let sunk = |i: usize| u.saturating_sub(i * size).min(size);
        let b = (0..size).map(|i| (size - sunk(i)) as f64 - 0.5 + i as f64 * 1e-3).collect();
        (a, b)
    }

    #[test]
    fn the_critical_values_of_the_tables_hold() {
        // Two-sided, 1%: U of at most so much; Mann and Whitney's tables.
        for (size, critical) in [(5, 0), (6, 2), (7, 4), (8, 7), (10, 16), (15, 51), (20, 105)] {
            let p = |u| {
                let (a, b) = of_u(size, u);
                mann_whitney(&a, &b).unwrap()
            };
            let (at, above) = (p(critical), p(critical + 1));
            assert!(at < 0.01 && above >= 0.01, "{size}: {at} {above}");
        }
        let (a, b) = of_u(4, 0);
        near(mann_whitney(&a, &b).unwrap(), 2.0 / 70.0, 12);
    }

    #[test]
    fn equal_values_are_no_difference_and_order_does_not_matter() {
        assert_eq!(mann_whitney(&[1.0; 5], &[1.0; 5]), Some(1.0));
        assert_eq!(mann_whitney(&[1.0; 50], &[1.0; 50]), Some(1.0));
        assert_eq!(mann_whitney(&[], &[1.0]), None);
        // All of one group equal, all of the other another: exact, though tied.
        near(mann_whitney(&[0.0; 5], &[1.0; 5]).unwrap(), 2.0 / 252.0, 12);
        let (a, b) = ([1.0, 4.0, 6.0], [2.0, 3.0, 9.0, 9.0]);
        near(mann_whitney(&a, &b).unwrap(), mann_whitney(&b, &a).unwrap(), 12);
    }

    #[test]
    fn the_approximation_meets_the_exact_value() {
        let (a, b) = of_u(20, 120);
        let ranks = Ranks::of(&a, &b);
        let (exact, normal) = (ranks.exact(), ranks.normal());
        assert!((normal / exact - 1.0).abs() < 0.05, "{exact} {normal}");
    }
}
