//! The plan of `faults`: a run for each fault, on a fresh private server or on
//! the target, so that what one leaves can't be taken for another's doing.

use super::plan::{Plan, Step, connections};
use super::time_left::time_left;
use crate::engine::faults::FaultPlan;
use crate::engine::place::Place;
use crate::engine::workload::{BurstWork, ScanWork, SoakWork, Work};
use crate::engine::{EngineError, RunOptions};
use crate::faults::{Ground, Kind, Needs, Way};
use crate::judge::set::Done;
use crate::model::Note;
use crate::model::fault::FaultLoad as Load;
use crate::model::observed::FaultNote;
use crate::model::scenario::{Pattern, Skew};
use std::time::Duration;

/// How long a soak runs before it's measured, and how long before a fault comes.
const WARM_UP: Duration = Duration::from_secs(1);
const BEFORE: Duration = Duration::from_secs(3);

/// How long other loads run before: they are over soon.
const BEFORE_SHORT: Duration = Duration::from_millis(400);

/// Scans in which a queue is never empty, whatever the server can do.
const SCANS_AT_ONCE: u32 = 4;
const BATCHES_OF_SCAN: u32 = 10;
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// How long injecting and healing may take, beyond the fault's own time.
const DOING: Duration = Duration::from_secs(60);

/// How long a statement and a wait for a connection may take through a proxy:
/// what it swallows is to end by these, well within a recovery.
const PROXIED_STATEMENT: Duration = Duration::from_secs(5);
const PROXIED_ACQUIRE: Duration = Duration::from_secs(10);

/// How long a batch waits for a connection of a pool that is too small.
const SMALL_POOL_WITHIN: Duration = Duration::from_millis(500);

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
    /// What a fault of this kind needs the run to be: time-outs that end before
    /// the recovery is over where connections may never answer, a small pool.
    fn base(&self, kind: Kind) -> RunOptions {
        let mut base = self.base.clone();
        base.criteria.retain(|criterion| kind.is_judged_by(criterion));
        // A disk that the server alone sees can't be seen by the preflight.
        base.yes |= kind.ground == Ground::SmallDisk;
        if let Some(writers) = kind.writers_a_connection {
            return RunOptions {
                write_pool: Some((self.writers / writers).max(1)),
                acquire_timeout: base.acquire_timeout.min(SMALL_POOL_WITHIN),
                ..base
            };
        }
        if kind.way == Way::Straight {
            return base;
        }
        RunOptions {
            statement_timeout: base.statement_timeout.min(PROXIED_STATEMENT),
            acquire_timeout: base.acquire_timeout.min(PROXIED_ACQUIRE),
            ..base
        }
    }

    /// What a run with this fault does.
    pub fn options(&self, kind: Kind) -> RunOptions {
        let load = kind.into.unwrap_or(self.load);
        let work = match load {
            Load::Burst => Work::Burst(BurstWork { batches: self.batches }),
            Load::Scans if kind.into.is_some() => Work::Scans(ScanWork {
                workers: self.writers,
                records: self.base.size.saturating_mul(BATCHES_OF_SCAN),
                concurrent: Some(SCANS_AT_ONCE),
                poll: LOOK_EVERY,
                ..ScanWork::default()
            }),
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
        let before = if load == Load::Soak { BEFORE } else { BEFORE_SHORT };
        let base = self.base(kind);
        RunOptions {
            work,
            fault: Some(FaultPlan { kind, before, recovery: self.recovery }),
            baseline: false,
            ..base
        }
    }
}

/// Those that may be injected where `most` is allowed, and why not the others.
pub fn permitted(kinds: &[Kind], most: Needs) -> (Vec<Kind>, Vec<(Kind, Note)>) {
    let (may, not): (Vec<Kind>, Vec<Kind>) = kinds.iter().partition(|kind| kind.needs <= most);
    let why = |kind: &Kind| match kind.needs {
        Needs::Private => FaultNote::OnlyPrivate {},
        Needs::Disruption => FaultNote::OnlyAllowed {},
        Needs::Locks | Needs::Nothing => FaultNote::HoldsLocks {},
    };
    (may, not.into_iter().map(|kind| (kind, why(&kind).into())).collect())
}

/// Those that this machine lets a private server meet, and why not the others:
/// nobody is to take their absence for a pass.
pub async fn feasible(kinds: &[Kind], base: &RunOptions) -> (Vec<Kind>, Vec<(Kind, Note)>) {
    let needs_disk = |kind: &Kind| kind.ground == Ground::SmallDisk;
    let refused = match kinds.iter().any(needs_disk) {
        true => Place::refuses_small_disk(base).await,
        false => None,
    };
    let Some(detail) = refused else { return (kinds.to_vec(), Vec::new()) };
    let (not, may): (Vec<Kind>, Vec<Kind>) = kinds.iter().copied().partition(needs_disk);
    let note = || FaultNote::NoSmallDisk { detail: detail.clone() }.into();
    (may, not.into_iter().map(|kind| (kind, note())).collect())
}

fn is_healed(done: &Done) -> bool {
    done.record.faults.iter().all(|fault| fault.is_healed != Some(false))
}

impl Plan for FaultsPlan {
    /// Nothing comes after a fault that is still there.
    fn next(&self, done: &[Done]) -> Option<Step> {
        if done.last().is_some_and(|last| !is_healed(last)) {
            return None;
        }
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

    /// What the preflight refuses it would refuse each time.
    fn keeps_failure(&self, _step: &Step, error: &EngineError) -> bool {
        !matches!(error, EngineError::Preflight(_))
    }
}
