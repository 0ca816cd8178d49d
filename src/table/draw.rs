//! Drawing a choice.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::Rng;

/// A number from `0..n` by multiply and shift; its bias, below n/2^32, is of
/// no consequence for test data.
pub(super) fn below(rng: &mut Xoshiro256PlusPlus, n: usize) -> usize {
    (((rng.next_u64() >> 32) * n as u64) >> 32) as usize
}
