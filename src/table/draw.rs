//! Drawing a choice.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::Rng;

/// A number from `0..n` by multiply and shift; its bias, below n/2^32, is of
/// no consequence for test data.
pub(super) fn below(rng: &mut Xoshiro256PlusPlus, n: usize) -> usize {
    (((rng.next_u64() >> 32) * n as u64) >> 32) as usize
}

/// An index into `weights`, of which one at least is above 0, each as often as
/// its weight says. Equal weights choose as [`below`] does, from the same draw.
pub(super) fn weighted(rng: &mut Xoshiro256PlusPlus, weights: &[f64]) -> usize {
    let drawn = (rng.next_u64() >> 32) as f64 / (1_u64 << 32) as f64;
    let all: f64 = weights.iter().sum();
    let mut sum = 0.0;
    let chosen = weights.iter().position(|weight| {
        sum += weight;
        drawn < sum / all
    });
    // The last sum may fall short of 1 by a rounding.
    chosen.or_else(|| weights.iter().rposition(|weight| *weight > 0.0)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_xoshiro::rand_core::SeedableRng;

    #[test]
    fn equal_weights_choose_as_no_weights_do() {
        let mut one = Xoshiro256PlusPlus::seed_from_u64(1);
        let mut other = one.clone();
        for equal in [[1.0; 3], [33.3; 3], [0.1; 3]] {
            for _ in 0..20_000 {
                assert_eq!(weighted(&mut one, &equal), below(&mut other, 3));
            }
        }
    }

    #[test]
    fn weights_are_kept_and_nothing_is_drawn_that_has_none() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
        let mut counts = [0; 3];
        (0..100_000).for_each(|_| counts[weighted(&mut rng, &[40.0, 0.0, 60.0])] += 1);
        assert_eq!(counts[1], 0);
        // Five standard deviations of a binomial: 5 × sqrt(100,000 × 0.4 × 0.6) = 775.
        assert!((40_000 - 775..=40_000 + 775).contains(&counts[0]), "{counts:?}");
    }
}
