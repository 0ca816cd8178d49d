//! In which order what is compared is measured: interleaved, so that whatever
//! changes on the machine meanwhile falls on all alike.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

/// `0..count` in an order that the seed decides, another one each round.
pub(super) fn shuffled(count: usize, round: usize, seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed.rotate_left(32) ^ round as u64);
    for last in (1..order.len()).rev() {
        let other = ((rng.next_u64() >> 32) * (last as u64 + 1)) >> 32;
        order.swap(last, other as usize);
    }
    order
}

/// The same, but for every second round, which is the one before it backwards:
/// A B B A. What drifts steadily then weighs on each alike in two rounds. Two
/// are never shuffled: A B B A, A B B A.
pub(super) fn mirrored(count: usize, round: usize, seed: u64) -> Vec<usize> {
    let mut order = match count {
        0..=2 => (0..count).collect(),
        _ => shuffled(count, round / 2, seed),
    };
    if round % 2 == 1 {
        order.reverse();
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_are_measured_a_b_b_a() {
        let rounds: Vec<usize> = (0..4).flat_map(|round| mirrored(2, round, 7)).collect();
        assert_eq!(rounds, [0, 1, 1, 0, 0, 1, 1, 0]);
        assert_eq!((mirrored(1, 3, 7), mirrored(0, 0, 7)), (vec![0], vec![]));
    }

    #[test]
    fn each_pair_of_rounds_is_balanced_and_the_next_one_another() {
        for count in [3, 5, 8] {
            let mut places = vec![0; count];
            for round in 0..2 {
                for (place, which) in mirrored(count, round, 1).into_iter().enumerate() {
                    places[which] += place;
                }
            }
            assert!(places.iter().all(|sum| *sum == count - 1), "{places:?}");
            assert_ne!(mirrored(count, 0, 1), mirrored(count, 2, 1), "{count}");
        }
        assert_eq!(mirrored(5, 3, 1), mirrored(5, 3, 1));
    }
}
