//! UUIDs of version 7: the time, then random bits.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use std::time::{SystemTime, UNIX_EPOCH};

/// Makes version 7 UUIDs as PostgreSQL 18's `uuidv7()` does: 48 bits of
/// milliseconds since 1970, 12 bits of the millisecond's fraction, 62 random
/// bits (RFC 9562, section 6.2, method 3). They don't depend on the run's seed.
pub(super) struct Clock {
    rng: Xoshiro256PlusPlus,
}

impl Clock {
    /// A clock with random bits of its own.
    pub(super) fn new() -> Clock {
        Clock { rng: Xoshiro256PlusPlus::seed_from_u64(uuid::Uuid::new_v4().as_u64_pair().1) }
    }

    /// The next UUID.
    pub(super) fn uuid_v7(&mut self) -> [u8; 16] {
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        compose(since_1970.as_nanos() as u64, self.rng.next_u64())
    }
}

fn compose(ns: u64, random: u64) -> [u8; 16] {
    let ms = u128::from(ns / 1_000_000);
    let fraction = u128::from(ns % 1_000_000 * 4096 / 1_000_000);
    let random = u128::from(random >> 2);
    (ms << 80 | 7 << 76 | fraction << 64 | 0b10 << 62 | random).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_variant_and_time_are_where_the_rfc_has_them() {
        let ns = 0x0199_9999_9999 * 1_000_000 + 500_000;
        let uuid = uuid::Uuid::from_bytes(compose(ns, u64::MAX));
        assert_eq!(uuid.to_string(), "01999999-9999-7800-bfff-ffffffffffff");
        assert_eq!(uuid.get_version_num(), 7);
    }

    #[test]
    fn they_ascend_with_the_time_and_differ() {
        let mut clock = Clock::new();
        let made: Vec<_> = (0..1_000).map(|_| clock.uuid_v7()).collect();
        assert!(made.windows(2).all(|pair| pair[0][..8] <= pair[1][..8]));
        let distinct: std::collections::HashSet<_> = made.iter().collect();
        assert_eq!(distinct.len(), made.len());
    }
}
