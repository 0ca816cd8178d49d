//! What a dashboard reads and a scanning user writes next, and how long each
//! thinks before: drawn by the weights and times of the load test that this
//! scenario comes from, and a function of the seed alone, so that two runs with
//! equal scenarios do the same.

use crate::model::due::BATCHES_OF_WRITES;
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use std::time::Duration;
use xxhash_rust::xxh3::xxh3_64;

/// Activities on a page.
pub const PAGE_ROWS: u32 = 100;

/// The deepest page that is read.
const PAGES_MOST: u32 = 10;

/// How long a dashboard's user thinks between two reads, in seconds.
const READER_THINKS_S: (f64, f64) = (10.0, 30.0);

/// How long a scanning user thinks between two writes, in seconds.
pub const WRITER_THINKS_S: (f64, f64) = (30.0, 60.0);

/// A dashboard's read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Read {
    /// The compliance summary. Weight 5.
    Summary,
    /// A page of activities. Weight 3.
    Page {
        /// Activities before it.
        skip: u32,
    },
    /// The connections' health. Weight 1.
    Health,
}

/// A scanning user's write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Write {
    /// A scan, through the queue. Weight 3.
    Scan,
    /// A single batch, written at once. Weight 1.
    Batch,
}

/// One or the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// A read.
    Read(Read),
    /// A write.
    Write(Write),
}

/// A stream of choices.
pub struct Choices(Xoshiro256PlusPlus);

impl Choices {
    /// Those of user number `user`.
    pub fn of_user(seed: u64, user: u32) -> Choices {
        Choices::seeded(&format!("user {seed} {user}"))
    }

    /// Those of the operation that is due as number `index`.
    pub fn of_operation(seed: u64, index: u64) -> Choices {
        Choices::seeded(&format!("operation {seed} {index}"))
    }

    fn seeded(material: &str) -> Choices {
        Choices(Xoshiro256PlusPlus::seed_from_u64(xxh3_64(material.as_bytes())))
    }

    /// From 0 to 1, without 1.
    fn unit(&mut self) -> f64 {
        // The highest 53 bits are what a double holds.
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// The next operation, of which the share `reads` are reads.
    pub fn operation(&mut self, reads: f64) -> Operation {
        match self.unit() < reads {
            true => Operation::Read(self.read()),
            false => Operation::Write(self.write()),
        }
    }

    /// The next read.
    pub fn read(&mut self) -> Read {
        match (self.unit() * 9.0) as u32 {
            0..=4 => Read::Summary,
            5..=7 => Read::Page { skip: self.page() * PAGE_ROWS },
            _ => Read::Health,
        }
    }

    /// Each page is half as likely as the one before it: most readers look at
    /// the first, and few go on.
    fn page(&mut self) -> u32 {
        (self.0.next_u64().leading_zeros()).min(PAGES_MOST - 1)
    }

    /// The next write.
    pub fn write(&mut self) -> Write {
        match self.unit() < 1.0 - BATCHES_OF_WRITES {
            true => Write::Scan,
            false => Write::Batch,
        }
    }

    /// A tenant, of as many, from 1.
    pub fn tenant(&mut self, tenants: u32) -> i32 {
        (self.unit() * f64::from(tenants)) as i32 + 1
    }

    /// How long a user thinks before the next operation, times `factor`.
    pub fn think(&mut self, is_reader: bool, factor: f64) -> Duration {
        let (least, most) = if is_reader { READER_THINKS_S } else { WRITER_THINKS_S };
        Duration::from_secs_f64((least + self.unit() * (most - least)) * factor)
    }

    /// How much of that is left to a user who is in the middle of it: any part
    /// of it, each as likely.
    pub fn rest_of_thinking(&mut self, is_reader: bool, factor: f64) -> Duration {
        self.think(is_reader, factor).mul_f64(self.unit())
    }
}

/// Whether user number `user`, from 0, is a dashboard's: the share `reads` of
/// them, spread evenly over all.
pub fn is_reader(user: u32, reads: f64) -> bool {
    let before = |user: u32| (f64::from(user) * reads + 0.5).floor();
    before(user + 1) > before(user)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_drawn_by_shares_and_weights() {
        let drawn = |seed, share| {
            let (mut reads, mut writes) = ([0; 3], [0; 2]);
            for index in 0..36_000 {
                match Choices::of_operation(seed, index).operation(share) {
                    Operation::Read(Read::Summary) => reads[0] += 1,
                    Operation::Read(Read::Page { .. }) => reads[1] += 1,
                    Operation::Read(Read::Health) => reads[2] += 1,
                    Operation::Write(Write::Scan) => writes[0] += 1,
                    Operation::Write(Write::Batch) => writes[1] += 1,
                }
            }
            (reads, writes)
        };
        // By the weights they would be 14,000, 8,400, 2,800 and 8,100, 2,700.
        assert_eq!(drawn(1, 0.7), ([13_917, 8_452, 2_814], [8_187, 2_630]));
        assert_eq!(drawn(2, 0.5), ([10_016, 6_003, 1_975], [13_565, 4_441]));
        assert_eq!(drawn(1, 0.7), drawn(1, 0.7));
    }

    #[test]
    fn users_are_split_exactly_and_evenly() {
        for (users, reads, readers) in [(100, 0.7, 70), (10, 0.7, 7), (3, 0.5, 2), (7, 1.0, 7)] {
            let split: Vec<bool> = (0..users).map(|user| is_reader(user, reads)).collect();
            assert_eq!(split.iter().filter(|reads| **reads).count(), readers);
        }
        // No run of more than three of them in a row.
        let split: Vec<bool> = (0..100).map(|user| is_reader(user, 0.7)).collect();
        assert!(split.windows(4).all(|four| four.contains(&false)));
        assert!((0..10).all(|user| !is_reader(user, 0.0)));
    }

    #[test]
    fn users_are_anywhere_in_their_thinking_when_a_load_begins() {
        let rests = |seed, is_reader| -> Vec<f64> {
            let of = |user| Choices::of_user(seed, user).rest_of_thinking(is_reader, 1.0);
            (0..10_000).map(|user| of(user).as_secs_f64()).collect()
        };
        // Half of 20 and of 45 seconds in the mean, and as many in each fifth of
        // the shortest time.
        for (is_reader, mean, least) in [(true, 10.0, 10.0), (false, 22.5, 30.0)] {
            let rests = rests(1, is_reader);
            let sum: f64 = rests.iter().sum();
            assert!((sum / 10_000.0 - mean).abs() < mean / 50.0, "{}", sum / 10_000.0);
            assert!(rests.iter().all(|rest| *rest < mean * 3.0));
            let within = |fifth: usize| {
                let (from, to) = (least / 5.0 * fifth as f64, least / 5.0 * (fifth + 1) as f64);
                rests.iter().filter(|rest| (from..to).contains(*rest)).count() as f64
            };
            assert!((1..5).all(|fifth| (within(fifth) / within(0) - 1.0).abs() < 0.15));
        }
        assert_eq!(rests(1, true), rests(1, true));
        assert_ne!(rests(1, true), rests(2, true));
    }

    #[test]
    fn think_times_and_pages_are_those_of_a_user() {
        let mut choices = Choices::of_user(1, 0);
        for _ in 0..1_000 {
            let seconds = choices.think(true, 1.0).as_secs_f64();
            assert!((10.0..30.0).contains(&seconds));
            let seconds = choices.think(false, 0.5).as_secs_f64();
            assert!((15.0..30.0).contains(&seconds));
            assert!((1..=20).contains(&choices.tenant(20)));
        }
        assert_eq!(choices.think(true, 0.0), Duration::ZERO);
        assert_eq!(choices.rest_of_thinking(false, 0.0), Duration::ZERO);
        let pages: Vec<u32> = (0..10_000).map(|_| choices.page()).collect();
        let share = |page| pages.iter().filter(|p| **p == page).count() as f64 / 10_000.0;
        assert!((share(0) - 0.5).abs() < 0.02 && (share(1) - 0.25).abs() < 0.02);
        assert!(pages.iter().all(|page| *page < PAGES_MOST));
    }
}
