//! The digest that a batch carries: how many rows, and the sum of their hashes.
//!
//! A sum doesn't depend on the order in which rows are read back, and two
//! equal rows don't cancel out as they would under XOR.

use xxhash_rust::xxh3::xxh3_128;

/// Rows counted and the XXH3-128 of each row's cells summed modulo 2^128.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Digest {
    /// How many rows were added.
    pub rows: u64,
    sum: u128,
}

/// The hash of one row's cells (without the field count before them).
pub fn row_hash(cells: &[u8]) -> u128 {
    xxh3_128(cells)
}

impl Digest {
    /// Adds a row by the hash of its cells.
    pub fn add(&mut self, row_hash: u128) {
        self.rows += 1;
        self.sum = self.sum.wrapping_add(row_hash);
    }

    /// Adds the rows of another digest.
    pub fn merge(&mut self, other: &Digest) {
        self.rows += other.rows;
        self.sum = self.sum.wrapping_add(other.sum);
    }

    /// The sum as the ledger stores it: 16 bytes, big-endian.
    pub fn sum_bytes(&self) -> [u8; 16] {
        self.sum.to_be_bytes()
    }

    /// The digest that the ledger holds as `rows` and 16 bytes.
    pub fn from_parts(rows: u64, sum: [u8; 16]) -> Digest {
        Digest { rows, sum: u128::from_be_bytes(sum) }
    }

    /// The digest whose [`hex`](Digest::hex) is `hex`; None where that is no such text.
    pub fn from_hex(rows: u64, hex: &str) -> Option<Digest> {
        let sum = u128::from_str_radix(hex, 16).ok().filter(|_| hex.len() == 32)?;
        Some(Digest { rows, sum })
    }

    /// The sum as 32 hexadecimal digits.
    pub fn hex(&self) -> String {
        format!("{:032x}", self.sum)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn order_does_not_matter(mut hashes in prop::collection::vec(any::<u128>(), 0..40)) {
            let mut forward = Digest::default();
            hashes.iter().for_each(|h| forward.add(*h));
            hashes.reverse();
            let mut backward = Digest::default();
            hashes.iter().for_each(|h| backward.add(*h));
            prop_assert_eq!(forward, backward);
        }

        #[test]
        fn a_duplicate_is_seen(hashes in prop::collection::vec(any::<u128>(), 1..40)) {
            let mut once = Digest::default();
            hashes.iter().for_each(|h| once.add(*h));
            let mut twice = once;
            twice.add(hashes[0]);
            prop_assert_ne!(once, twice);
        }

        #[test]
        fn the_ledger_form_round_trips(hash in any::<u128>()) {
            let mut digest = Digest::default();
            digest.add(hash);
            prop_assert_eq!(Digest::from_parts(1, digest.sum_bytes()), digest);
            prop_assert_eq!(Digest::from_hex(1, &digest.hex()), Some(digest));
        }
    }
}
