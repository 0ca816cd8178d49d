//! The plan of `faults`: a run for each fault, on a fresh private server or on
//! the target, so that what one leaves can't be taken for another's doing.

use super::plan::{Plan, Step, connections};
use super::time_left::time_left;
use crate::engine::faults::FaultPlan;
use crate::engine::workload::{BurstWork, ScanWork, SoakWork, Work};
use crate::engine::{EngineError, RunOptions};
use crate::faults::{Kind, Needs};
use crate::judge::set::Done;
use crate::model::Note;
use crate::model::observed::FaultNote;
use crate::model::scenario::{Pattern, Skew};
use std::time::Duration;

/// How long a soak runs before it's measured, and how long before a fault comes.
const WARM_UP: Duration = Duration::from_secs(1);
const BEFORE: Duration = Duration::from_secs(3);

/// How long other loads run before: they are over soon.
const BEFORE_SHORT: Duration = Duration::from_millis(400);

/// How long injecting and healing may take, beyond the fault's own time.
const DOING: Duration = Duration::from_secs(60);

/// What the faults come into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Load {
    /// Writers that go on until the load has recovered.
    Soak,
    /// Batches that all come at once.
    Burst,
    /// Scans through the queue.
    Scans,
}

/// A fault after the other.
pub struct FaultsPlan {
    /// What all runs have in common.
    pub base: RunOptions,
    /// The faults, in their order.
    pub kinds: Vec<Kind>,
    /// What they come into.
    pub load: Load,
    /// Writers of a soak, workers of scans.
    pub writers: u32,
    /// Batches of a burst.
    pub batches: u32,
    /// How long a load may take to recover.
    pub recovery: Duration,
}

impl FaultsPlan {
    fn options(&self, kind: Kind) -> RunOptions {
        let work = match self.load {
            Load::Burst => Work::Burst(BurstWork { batches: self.batches }),
            Load::Scans => Work::Scans(ScanWork { workers: self.writers, ..ScanWork::default() }),
            Load::Soak => Work::Soak(SoakWork {
                duration: BEFORE * 2 + kind.hold + DOING + self.recovery,
                warm_up: WARM_UP,
                rate: None,
                writers: self.writers,
                skew: Skew::default(),
                ramp: Duration::ZERO,
                stages: Vec::new(),
                pattern: Pattern::default(),
            }),
        };
        let before = if self.load == Load::Soak { BEFORE } else { BEFORE_SHORT };
        RunOptions {
            work,
            fault: Some(FaultPlan { kind, before, recovery: self.recovery }),
            baseline: false,
            ..self.base.clone()
        }
    }
}

/// Those that may be injected, and why not the others.
pub fn permitted(
    kinds: &[Kind],
    is_private: bool,
    allow_disruption: bool,
) -> (Vec<Kind>, Vec<(Kind, Note)>) {
    let (mut may, mut not) = (Vec::new(), Vec::new());
    for kind in kinds {
        match kind.needs {
            Needs::Private if !is_private => not.push((*kind, FaultNote::OnlyPrivate {}.into())),
            Needs::Disruption if !is_private && !allow_disruption => {
                not.push((*kind, FaultNote::OnlyAllowed {}.into()));
            }
            _ => may.push(*kind),
        }
    }
    (may, not)
}

impl Plan for FaultsPlan {
    fn next(&self, done: &[Done]) -> Option<Step> {
        let kind = *self.kinds.get(done.len())?;
        let (label, role) = (kind.name.to_owned(), kind.name.to_owned());
        Some(Step { label, role, options: self.options(kind), altered: Vec::new() })
    }

    fn total(&self, _done: &[Done]) -> Option<usize> {
        Some(self.kinds.len())
    }

    fn time_left(&self, done: &[Done]) -> Option<Duration> {
        time_left(done, self.kinds.len().saturating_sub(done.len()))
    }

    fn connections(&self) -> Result<u32, EngineError> {
        let mut all = self.kinds.iter().map(|kind| connections(&self.options(*kind)));
        all.try_fold(0, |most, size| Ok(most.max(size?)))
    }

    fn shares_place(&self) -> bool {
        false
    }

    fn keeps_failures(&self) -> bool {
        true
    }
}
