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
    /// Operations a second that are due on the write pool: each arrival's
    /// submission and the batches of its scan. None in a closed loop.
    pub fn writes_due_per_s(&self, size: u32) -> Option<f64> {
        Some(self.arrival_per_s? * of_a_scan(self.records, size))
    }

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

    /// Reads a second that are due; None where users think.
    pub fn reads_due_per_s(&self) -> Option<f64> {
        Some(self.rate_per_s? * self.reads)
    }

    /// Operations a second that are due on the write pool: single batches, and
    /// the submission and the batches of each scan. None where users think.
    pub fn writes_due_per_s(&self, size: u32) -> Option<f64> {
        let scan = of_a_scan(self.records, size);
        let of_a_write = BATCHES_OF_WRITES + (1.0 - BATCHES_OF_WRITES) * scan;
        Some(self.rate_per_s? * self.writes * of_a_write)
    }

    /// Rows a second that are due; None where users think.
    pub fn rows_due_per_s(&self, size: u32) -> Option<f64> {
        Some(self.rate_per_s? * self.writes * self.rows_of_a_write(size))
    }
}

/// Operations of a scan: its submission and its batches of `size` rows.
fn of_a_scan(records: u32, size: u32) -> f64 {
    1.0 + f64::from(records.div_ceil(size.max(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scans_are_submitted_and_written_at_the_rate_of_their_arrival() {
        let scans = Scans {
            records: 10_000,
            arrival_per_s: Some(2.0),
            concurrent: None,
            workers: 4,
            poll_s: 5.0,
            heartbeat_s: 15.0,
        };
        assert_eq!(scans.rows_due_per_s(), Some(20_000.0));
        assert_eq!(scans.writes_due_per_s(4_000), Some(2.0 * (1.0 + 3.0)));
        let closed = Scans { arrival_per_s: None, concurrent: Some(3), ..scans };
        assert_eq!((closed.rows_due_per_s(), closed.writes_due_per_s(4_000)), (None, None));
    }

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
        // Six writes a second: 4.5 scans of three batches, and 1.5 batches.
        assert_eq!(mixed.rows_due_per_s(4_000), Some(4.5 * 10_000.0 + 1.5 * 4_000.0));
        assert_eq!(mixed.writes_due_per_s(4_000), Some(4.5 * (1.0 + 3.0) + 1.5));
        assert_eq!(mixed.reads_due_per_s(), Some(14.0));
        let thinking = Mixed { users: Some(100), rate_per_s: None, ..mixed };
        assert_eq!(thinking.rows_due_per_s(4_000), None);
    }
}
