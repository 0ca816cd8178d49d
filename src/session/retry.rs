//! What may be tried again, and when.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::Rng;
use std::time::Duration;
use tokio_postgres::Error;

/// The SQLSTATEs after which the same work may succeed: serialization failure,
/// deadlock, lock not available, too many connections, a statement that
/// somebody cancelled (our own time-outs are told apart before), and a server
/// that is going down, crashed or starting. Of 25P02 the error that made the
/// transaction fail is not known; the next attempt meets it again, if it lasts.
const RETRIED: [&str; 9] =
    ["40001", "40P01", "55P03", "53300", "57014", "25P02", "57P01", "57P02", "57P03"];

/// The first wait.
const FIRST: Duration = Duration::from_millis(50);

/// The longest wait.
const LONGEST: Duration = Duration::from_secs(2);

/// Whether work that failed with `error` may be tried again. A connection that
/// was lost carries no SQLSTATE, and may.
pub fn may_retry(error: &Error) -> bool {
    match error.code() {
        Some(code) => RETRIED.contains(&code.code()) || code.code().starts_with("08"),
        None => true,
    }
}

/// The wait before attempt `attempt` (the second is the first to wait): it
/// doubles, up to two seconds, and half of it is random, so that writers that
/// failed together don't come back together.
pub fn backoff(attempt: u32, rng: &mut Xoshiro256PlusPlus) -> Duration {
    let doubled = FIRST.saturating_mul(1 << attempt.saturating_sub(2).min(10)).min(LONGEST);
    let share = 0.5 + 0.5 * (rng.next_u64() >> 11) as f64 / (1u64 << 53) as f64;
    doubled.mul_f64(share)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_xoshiro::rand_core::SeedableRng;

    #[test]
    fn waits_grow_and_are_bounded() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
        for attempt in 2..40 {
            let wait = backoff(attempt, &mut rng);
            assert!(wait >= FIRST / 2 && wait <= LONGEST, "{attempt}: {wait:?}");
        }
        assert!(backoff(2, &mut rng) <= FIRST);
        assert!(backoff(30, &mut rng) >= LONGEST / 2);
    }
}
