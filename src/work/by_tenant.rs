//! What each tenant got of the measure phase: a mean over all hides the one
//! that waits behind a noisy neighbour.

use super::{BatchOutcome, Ending, Observer};
use crate::stats::Recorder;
use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// Sorts finished batches by their tenant.
#[derive(Default)]
pub struct ByTenant {
    began: OnceLock<Instant>,
    tenants: Mutex<BTreeMap<i32, Figures>>,
}

/// What one tenant got.
#[derive(Debug, Clone)]
pub struct Figures {
    /// Rows acknowledged.
    pub rows: u64,
    /// Batches acknowledged.
    pub batches: u64,
    /// The response of these batches.
    pub response: Recorder,
    /// Its scans, from due to done.
    pub scans: Recorder,
}

impl Default for Figures {
    fn default() -> Figures {
        let (response, scans) = (Recorder::growing(), Recorder::growing());
        Figures { rows: 0, batches: 0, response, scans }
    }
}

impl ByTenant {
    /// The measure phase begins at `at`, which may lie ahead: what was due
    /// before it is left out. The first call counts.
    pub fn begin(&self, at: Instant) {
        self.began.get_or_init(|| at);
    }

    /// The tenants with a batch that was acknowledged, by their numbers.
    pub fn tenants(&self) -> BTreeMap<i32, Figures> {
        let mut tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner).clone();
        tenants.retain(|_, figures| figures.batches > 0);
        tenants
    }

    fn note(&self, tenant_no: i32, due: Instant, note: impl FnOnce(&mut Figures)) {
        if self.began.get().is_some_and(|began| due >= *began) {
            let mut tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
            note(tenants.entry(tenant_no).or_default());
        }
    }
}

impl Observer for ByTenant {
    fn scan_done(&self, tenant_no: i32, due: Instant, took: Duration) {
        self.note(tenant_no, due, |figures| figures.scans.record(took));
    }

    fn finished(&self, outcome: &BatchOutcome, _: Instant) {
        if outcome.ending == Ending::Succeeded {
            self.note(outcome.tenant_no, outcome.due, |figures| {
                figures.rows += u64::from(outcome.rows);
                figures.batches += 1;
                figures.response.record(outcome.response);
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_acknowledged_in_the_measure_phase_counts_for_its_tenant() {
        let began = Instant::now() + Duration::from_secs(5);
        let by_tenant = ByTenant::default();
        by_tenant.begin(began);
        let finished = |tenant_no, ending, due, ms| {
            let response = Duration::from_millis(ms);
            let batch = BatchOutcome::new(10, due);
            by_tenant.finished(&BatchOutcome { tenant_no, ending, response, ..batch }, due);
        };
        finished(2, Ending::Succeeded, began, 100);
        finished(2, Ending::Succeeded, began + Duration::from_secs(1), 300);
        finished(1, Ending::Succeeded, began, 50);
        finished(1, Ending::Failed, began, 9_000);
        finished(1, Ending::Succeeded, began.checked_sub(Duration::from_millis(1)).unwrap(), 9_000);
        finished(3, Ending::Stopped, began, 9_000);
        by_tenant.scan_done(1, began, Duration::from_secs(2));
        by_tenant.scan_done(1, Instant::now(), Duration::from_secs(70));
        let tenants = by_tenant.tenants();
        let figures: Vec<_> = tenants.iter().map(|(no, f)| (*no, f.rows, f.batches)).collect();
        assert_eq!(figures, [(1, 10, 1), (2, 20, 2)]);
        let max = |recorder: &Recorder| recorder.distribution().unwrap().max.round();
        assert!((max(&tenants[&1].response) - 50.0).abs() <= 1.0);
        assert!((max(&tenants[&2].response) - 300.0).abs() <= 2.0);
        assert!((max(&tenants[&1].scans) - 2_000.0).abs() <= 16.0);
        assert_eq!(tenants[&2].scans.distribution(), None);
    }
}
