//! The plan of `capacity`: closed loops with more and more writers, then open
//! loops at the rates that the search asks for.

use super::plan::{Plan, Step, connections};
use crate::engine::workload::{Work, pool_for};
use crate::engine::{EngineError, RunOptions};
use crate::judge::set::search::{Bounds, Next};
use crate::judge::set::{Done, capacity, concurrency, conditions, search};
use crate::model::Criterion;
use crate::model::criterion::CriterionKind;
use std::time::Duration;

/// No soak is asked for more.
const MOST_ROWS_PER_S: f64 = 1e8;

/// A step runs so long before it is measured, or a quarter of its time.
const WARM_UP: Duration = Duration::from_secs(5);

/// Looks for the highest rate that holds.
pub struct CapacityPlan {
    /// What all runs have in common; its criteria judge the steps.
    pub base: RunOptions,
    /// How long a step is measured.
    pub step_time: Duration,
    /// The first rate; None for what the best closed loop did.
    pub start: Option<f64>,
    /// How near the rates that held and broke must be, as a share.
    pub precision: f64,
    /// The most writers of a closed loop.
    pub max_writers: u32,
}

impl CapacityPlan {
    /// Where the search begins and ends; None before the closed loops are done.
    pub fn bounds(&self, done: &[Done]) -> Option<Bounds> {
        let start = capacity::start(self.start, &concurrency::tried(done))?;
        let least = f64::from(self.base.size); // a batch a second
        Some(Bounds { start, precision: self.precision, least, most: MOST_ROWS_PER_S })
    }

    /// The next number of writers; None where that is known.
    fn next_writers(&self, done: &[Done]) -> Option<u32> {
        let is_cramped = done.iter().any(|done| concurrency::is_cramped(&done.record));
        let most = self.base.write_pool.map_or(self.max_writers, |pool| pool.min(self.max_writers));
        concurrency::next(&concurrency::tried(done), most).filter(|_| !is_cramped)
    }

    /// How fast a closed loop is isn't judged, only whether its rows are there.
    fn closed(&self, writers: u32) -> RunOptions {
        let is_integrity = |c: &&Criterion| c.kind == CriterionKind::Integrity;
        RunOptions {
            criteria: self.base.criteria.iter().filter(is_integrity).cloned().collect(),
            ..self.soak(None, writers)
        }
    }

    /// A pool of which the best concurrency uses three quarters.
    fn open(&self, rate: f64, writers: u32) -> RunOptions {
        let write_pool = self.base.write_pool.or_else(|| Some(pool_for(writers)));
        RunOptions { write_pool, ..self.soak(Some(rate), writers) }
    }

    fn soak(&self, rate: Option<f64>, writers: u32) -> RunOptions {
        let warm_up = WARM_UP.min(self.step_time / 4);
        let work = Work::soak(self.step_time, warm_up, rate, writers);
        let lowered_by = Some("--step-time, --preload");
        RunOptions { work, baseline: false, lowered_by, ..self.base.clone() }
    }
}

impl Plan for CapacityPlan {
    fn next(&self, done: &[Done]) -> Option<Step> {
        if !conditions::differ(done).is_empty() {
            return None;
        }
        let steps = capacity::steps(done);
        if let (Some(writers), true) = (self.next_writers(done), steps.is_empty()) {
            let role = format!("writers {writers}");
            return Some(Step {
                label: role.clone(),
                role,
                options: self.closed(writers),
                altered: Vec::new(),
            });
        }
        let Next::Try(rate) = search::next(&steps, &self.bounds(done)?) else { return None };
        let writers = concurrency::best(&concurrency::tried(done)).map_or(1, |best| best.writers);
        let role = format!("rate {}", rate.round());
        let again = steps.iter().filter(|step| step.rate == rate).count() + 1;
        let label = if again > 1 { format!("{role} #{again}") } else { role.clone() };
        Some(Step { label, role, options: self.open(rate, writers), altered: Vec::new() })
    }

    fn total(&self, _done: &[Done]) -> Option<usize> {
        None
    }

    fn connections(&self) -> Result<u32, EngineError> {
        // Both loops are checked here, and both have to fit.
        let closed = connections(&self.closed(self.max_writers))?;
        let rate = self.start.unwrap_or(f64::from(self.base.size));
        Ok(closed.max(connections(&self.open(rate, self.max_writers))?))
    }
}
