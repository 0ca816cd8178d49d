//! Runs that are known to be of a kind, for the tests of what is said of runs.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

/// Draws values whose logarithms are normally distributed.
pub(crate) struct Noise(Xoshiro256PlusPlus);

impl Noise {
    /// The same values for the same seed.
    pub fn new(seed: u64) -> Noise {
        Noise(Xoshiro256PlusPlus::seed_from_u64(seed))
    }

    /// So many values around `median`, whose logarithms deviate by `spread`.
    pub fn runs(&mut self, count: usize, median: f64, spread: f64) -> Vec<f64> {
        (0..count).map(|_| median * (spread * self.normal()).exp()).collect()
    }

    /// By Box and Muller (1958).
    fn normal(&mut self) -> f64 {
        let (radius, angle) = (self.uniform(), self.uniform());
        (-2.0 * radius.ln()).sqrt() * (2.0 * std::f64::consts::PI * angle).cos()
    }

    /// Above 0 and below 1.
    fn uniform(&mut self) -> f64 {
        ((self.0.next_u64() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }
}
