//! Which tenant a batch belongs to: a function of the seed and the batch's
//! number, so that ledger and writers agree without asking each other.

use crate::model::scenario::Skew;
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Deals batches out to tenants, which are numbered from 1.
#[derive(Debug, Clone)]
pub struct Deal {
    seed: u64,
    tenants: u32,
    /// The sum of the shares up to each tenant; None where they take turns.
    sums: Option<Arc<[f64]>>,
}

impl Deal {
    /// How many tenants there are.
    pub fn tenants(&self) -> u32 {
        self.tenants
    }

    /// To `tenants` by `skew`.
    pub fn new(skew: Skew, tenants: u32, seed: u64) -> Deal {
        let sums = (skew != Skew::Even).then(|| {
            let add = |sum: &mut f64, share: f64| {
                *sum += share;
                Some(*sum)
            };
            shares(skew, tenants).into_iter().scan(0.0, add).collect()
        });
        Deal { seed, tenants, sums }
    }

    /// The tenant of batch `number`, which counts from 1.
    pub fn tenant(&self, number: i32) -> i32 {
        match &self.sums {
            None => (number - 1) % self.tenants as i32 + 1,
            Some(sums) => {
                let drawn = xxh3_64_with_seed(&number.to_be_bytes(), self.seed);
                // The 53 bits that a double holds: 0 to 1, 1 left out.
                let drawn = (drawn >> 11) as f64 / (1_u64 << 53) as f64;
                // The last sum may fall short of 1 by a rounding.
                let below = sums.partition_point(|sum| *sum <= drawn);
                below.min(sums.len().saturating_sub(1)) as i32 + 1
            }
        }
    }
}

/// The share of all batches that each tenant gets in the long run.
pub fn shares(skew: Skew, tenants: u32) -> Vec<f64> {
    let weight = |no: u32| match skew {
        Skew::Even => 1.0,
        Skew::Zipf(s) => f64::from(no).powf(-s),
        Skew::Noisy(first) if no == 1 => first,
        Skew::Noisy(first) => (1.0 - first) / f64::from(tenants - 1),
    };
    // One alone has it all, whatever its weight.
    let weights: Vec<f64> = (1..=tenants).map(weight).collect();
    let sum: f64 = weights.iter().sum();
    weights.into_iter().map(|weight| weight / sum).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dealt(skew: Skew, tenants: u32, batches: i32) -> Vec<i32> {
        let deal = Deal::new(skew, tenants, 1);
        let mut counts = vec![0; tenants as usize];
        (1..=batches).for_each(|number| counts[deal.tenant(number) as usize - 1] += 1);
        counts
    }

    #[test]
    fn evenly_they_take_turns() {
        let deal = Deal::new(Skew::Even, 3, 1);
        let turns: Vec<i32> = (1..=7).map(|number| deal.tenant(number)).collect();
        assert_eq!(turns, [1, 2, 3, 1, 2, 3, 1]);
    }

    #[test]
    fn shares_are_exact() {
        let near = |skew, exact: &[f64]| {
            let shares = shares(skew, exact.len() as u32);
            let is_near = shares.iter().zip(exact).all(|(one, other)| (one - other).abs() < 1e-12);
            assert!(is_near, "{skew:?}: {shares:?}");
        };
        // 1 + 1/2 + 1/3 + 1/4 = 25/12.
        near(Skew::Zipf(1.0), &[12.0 / 25.0, 6.0 / 25.0, 4.0 / 25.0, 3.0 / 25.0]);
        near(Skew::Noisy(0.5), &[0.5, 0.1, 0.1, 0.1, 0.1, 0.1]);
        near(Skew::Noisy(0.5), &[1.0]);
        near(Skew::Even, &[0.25; 4]);
    }

    /// A draw is off by no more than five standard deviations of a binomial.
    #[test]
    fn what_is_drawn_has_these_shares() {
        const BATCHES: i32 = 100_000;
        for (skew, tenants) in
            [(Skew::Zipf(1.1), 100), (Skew::Noisy(0.5), 10), (Skew::Zipf(0.0), 7)]
        {
            let counts = dealt(skew, tenants, BATCHES);
            for (index, (count, share)) in counts.into_iter().zip(shares(skew, tenants)).enumerate()
            {
                let (mean, n) = (share * f64::from(BATCHES), f64::from(BATCHES));
                let deviation = (n * share * (1.0 - share)).sqrt();
                assert!((f64::from(count) - mean).abs() < 5.0 * deviation, "{skew:?} {index}");
            }
        }
    }

    #[test]
    fn the_same_seed_deals_alike_and_another_does_not() {
        let of = |seed: u64| -> Vec<i32> {
            let deal = Deal::new(Skew::Zipf(1.1), 50, seed);
            (1..=200).map(|number| deal.tenant(number)).collect()
        };
        assert_eq!(of(7), of(7));
        assert_ne!(of(7), of(8));
    }
}
