//! What the schedule of an open loop asks for, whatever the server does: rows
//! and operations a second, by what the scenario says. Client limits, pools and
//! disk needs are reckoned from it, so it is reckoned in one place.

use super::Scenario;
use super::scenario::{Mixed, Scans};

/// The share of single batches in all writes of a mixed load; the others are
/// scans. Weights 1 and 3, as those of the load test that it comes from.
pub const BATCHES_OF_WRITES: f64 = 0.25;

impl Scenario {
    /// Rows a second that are due. Of a soak whose rate rises and falls those
    /// of its height. None in a burst, and in a closed loop.
    pub fn rows_due_per_s(&self) -> Option<f64> {
        let Scenario { soak, scans, mixed, size, .. } = self;
        let soak = soak.as_ref().and_then(|soak| soak.rate_rows_per_s);
        let scans = || scans.as_ref()?.rows_due_per_s();
        let mixed = || mixed.as_ref()?.rows_due_per_s(*size);
        soak.or_else(scans).or_else(mixed)
    }
}

impl Scans {
    /// Rows a second that are due; None in a closed loop.
    pub fn rows_due_per_s(&self) -> Option<f64> {
        Some(self.arrival_per_s? * f64::from(self.records))
    }
}

impl Mixed {
    /// Rows of a write, on average, where batches have `size`.
    pub fn rows_of_a_write(&self, size: u32) -> f64 {
        let (single, scan) = (f64::from(size), f64::from(self.records));
        single * BATCHES_OF_WRITES + scan * (1.0 - BATCHES_OF_WRITES)
    }

    /// Rows a second that are due; None where users think.
    pub fn rows_due_per_s(&self, size: u32) -> Option<f64> {
        Some(self.rate_per_s? * self.writes * self.rows_of_a_write(size))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_are_single_batches_and_scans_by_their_weights() {
        let mixed = Mixed {
            duration_s: 60.0,
            warm_up_s: 5.0,
            reads: 0.7,
            writes: 0.3,
            users: None,
            rate_per_s: Some(20.0),
            think: 1.0,
            records: 10_000,
            workers: 4,
            poll_s: 5.0,
            heartbeat_s: 15.0,
            one_pool: false,
        };
        // Six writes a second: 4.5 scans and 1.5 batches.
        assert_eq!(mixed.rows_due_per_s(4_000), Some(4.5 * 10_000.0 + 1.5 * 4_000.0));
        let thinking = Mixed { users: Some(100), rate_per_s: None, ..mixed };
        assert_eq!(thinking.rows_due_per_s(4_000), None);
    }
}
