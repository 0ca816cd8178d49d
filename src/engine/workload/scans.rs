//! Tenants that arrive and submit a scan each, which workers store.

use super::bounded;
use crate::engine::error::SetupError;
use crate::model::scenario::Scans;
use std::time::Duration;

/// The share of the write pool that is in use where all workers are busy:
/// below the 0.70 that is judged, with room for those who submit.
const DEFAULT_UTILIZATION: f64 = 0.65;

/// What scans are asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct ScanWork {
    /// Rows of a scan.
    pub records: u32,
    /// Tenants a second that arrive, where `concurrent` is None.
    pub arrival: f64,
    /// Scans under way at once, each followed by the next when it is done.
    pub concurrent: Option<u32>,
    /// Workers.
    pub workers: u32,
    /// How long a reader waits between two looks at a scan's status.
    pub poll: Duration,
    /// How old a worker's heartbeat may become.
    pub heartbeat: Duration,
}

impl Default for ScanWork {
    fn default() -> ScanWork {
        ScanWork {
            records: 10_000,
            arrival: 10.0,
            concurrent: None,
            workers: 8,
            poll: Duration::from_secs(5),
            heartbeat: Duration::from_secs(15),
        }
    }
}

impl ScanWork {
    /// Tenants where nothing is said.
    pub const DEFAULT_TENANTS: u32 = 100;

    /// Connections in the read pool where nothing is said.
    pub const DEFAULT_READ_POOL: u32 = 4;

    pub(in crate::engine) fn check(&self, size: u32, tenants: u32) -> Result<(), SetupError> {
        let records = u64::from(self.records);
        bounded("--records", records, 1, 100_000_000)?;
        bounded("--records x --tenants =", records * u64::from(tenants), 1, 10_000_000_000)?;
        let batches = u64::from(self.records.div_ceil(size.max(1))) * u64::from(tenants);
        bounded("--records / --size x --tenants =", batches, 1, 10_000_000)?;
        bounded("--workers", u64::from(self.workers), 1, 1_000)?;
        bounded("--concurrent", u64::from(self.concurrent.unwrap_or(1)), 1, 10_000)?;
        let ms = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        bounded("--poll [ms]", ms(self.poll), 1, 86_400_000)?;
        bounded("--heartbeat [ms]", ms(self.heartbeat), 100, 86_400_000)?;
        if self.concurrent.is_none() {
            // A rate that is NaN is none.
            let most = 100_000;
            bounded("--arrival [1/d]", (self.arrival * 86_400.0) as u64, 1, most * 86_400)?;
        }
        Ok(())
    }

    pub(in crate::engine) fn scenario(&self) -> Scans {
        Scans {
            records: self.records,
            arrival_per_s: self.concurrent.is_none().then_some(self.arrival),
            concurrent: self.concurrent,
            workers: self.workers,
            poll_s: self.poll.as_secs_f64(),
            heartbeat_s: self.heartbeat.as_secs_f64(),
        }
    }

    pub(in crate::engine) fn default_pool(&self) -> u32 {
        (f64::from(self.workers) / DEFAULT_UTILIZATION).ceil() as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_default_pool_leaves_room_below_what_is_judged() {
        let work = ScanWork::default();
        assert_eq!(work.default_pool(), 13);
        let with_one_who_submits = f64::from(work.workers + 1) / f64::from(work.default_pool());
        assert!(with_one_who_submits < 0.70);
    }

    #[test]
    fn what_makes_no_sense_names_its_flag() {
        let refused = |work: ScanWork| work.check(5_000, 100).unwrap_err().to_string();
        let work = ScanWork::default();
        assert!(work.check(5_000, 100).is_ok());
        assert!(refused(ScanWork { records: 0, ..work.clone() }).contains("--records 0"));
        assert!(refused(ScanWork { workers: 0, ..work.clone() }).contains("--workers 0"));
        assert!(refused(ScanWork { concurrent: Some(0), ..work.clone() }).contains("--concurrent"));
        for arrival in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let refused = refused(ScanWork { arrival, ..work.clone() });
            assert!(refused.contains("--arrival"), "{arrival}: {refused}");
        }
        assert!(refused(ScanWork { heartbeat: Duration::ZERO, ..work }).contains("--heartbeat"));
    }
}
