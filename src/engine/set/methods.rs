//! The plan of `methods`: every method with every batch size, interleaved, so
//! that whatever changes on the server meanwhile falls on all of them alike.

use super::order::shuffled;
use super::plan::{Plan, Step, connections};
use super::time_left::time_left;
use crate::engine::workload::Work;
use crate::engine::{EngineError, RunOptions};
use crate::judge::set::methods::BASELINE;
use crate::judge::set::{Done, conditions};
use crate::model::Method;
use std::time::Duration;

/// A row a transaction takes about so many times as long.
const BASELINE_SHARE: u32 = 25;

/// Rows of a batch of the baseline, which has a transaction for each of them.
const BASELINE_SIZE: u32 = 100;

/// More batches than connections are the plan: waiting for one is no failure.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(3_600);

/// Compares methods.
pub struct Methods {
    /// What all runs have in common.
    pub base: RunOptions,
    /// The methods; the baseline is measured whether it is among them or not.
    pub methods: Vec<Method>,
    /// The batch sizes.
    pub sizes: Vec<u32>,
    /// How often each is measured.
    pub rounds: u32,
    /// Rows of a run.
    pub rows: u32,
    /// Batches at once.
    pub writers: u32,
}

/// What is measured once a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Kind {
    method: Method,
    size: u32,
}

impl Methods {
    fn kinds(&self) -> Vec<Kind> {
        let methods = self.methods.iter().filter(|method| **method != Method::Autocommit);
        let with_sizes =
            methods.flat_map(|&method| self.sizes.iter().map(move |&size| Kind { method, size }));
        let baseline = Kind { method: Method::Autocommit, size: BASELINE_SIZE };
        with_sizes.chain([baseline]).collect()
    }

    /// The kinds of a round, in an order of its own that the seed decides.
    fn round(&self, round: usize) -> Vec<Kind> {
        let kinds = self.kinds();
        let order = shuffled(kinds.len(), round, self.base.seed);
        order.into_iter().map(|index| kinds[index]).collect()
    }

    fn step(&self, kind: Kind, round: usize) -> Step {
        let role = match kind.method {
            Method::Autocommit => BASELINE.to_owned(),
            method => format!("{} {}", method.name(), kind.size),
        };
        let label = format!("{role} #{}", round + 1);
        Step { label, role, options: self.options(kind), altered: Vec::new() }
    }

    fn options(&self, kind: Kind) -> RunOptions {
        let rows = match kind.method {
            Method::Autocommit => self.rows / BASELINE_SHARE,
            _ => self.rows,
        };
        let batches = rows.div_ceil(kind.size.max(1)).max(self.writers);
        RunOptions {
            work: Work::burst(batches),
            size: kind.size,
            method: kind.method,
            tenants: Some(self.base.tenants.unwrap_or(self.writers)),
            write_pool: Some(self.writers),
            baseline: false,
            lowered_by: Some("--rows, --preload"),
            acquire_timeout: ACQUIRE_TIMEOUT,
            ..self.base.clone()
        }
    }
}

impl Plan for Methods {
    /// Runs that may not be compared with those before are the last ones.
    fn next(&self, done: &[Done]) -> Option<Step> {
        let kinds = self.kinds().len();
        let round = done.len() / kinds;
        if round >= self.rounds as usize || !conditions::differ(done).is_empty() {
            return None;
        }
        let kind = self.round(round)[done.len() % kinds];
        Some(self.step(kind, round))
    }

    fn total(&self, _done: &[Done]) -> Option<usize> {
        Some(self.kinds().len() * self.rounds as usize)
    }

    fn time_left(&self, done: &[Done]) -> Option<Duration> {
        time_left(done, self.total(done)?.saturating_sub(done.len()))
    }

    fn connections(&self) -> Result<u32, EngineError> {
        let mut sizes = self.kinds().into_iter().map(|kind| connections(&self.options(kind)));
        sizes.try_fold(0, |most, size| Ok(most.max(size?)))
    }
}
