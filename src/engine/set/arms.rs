//! A plan that measures several configurations of a private server beside each
//! other: each run on a fresh server of its own, so that none inherits what
//! another left, and interleaved.

use super::order::mirrored;
use super::plan::{Plan, Step, connections};
use super::time_left::time_left;
use crate::engine::{EngineError, RunOptions};
use crate::judge::set::{Done, FAILURES_MOST, conditions};
use crate::table::processing_activities;
use std::time::Duration;

/// One of what is compared.
#[derive(Clone)]
pub struct Arm {
    /// What it is called: the role of its runs.
    pub name: String,
    /// Its run, with its own `config` and `settings`.
    pub options: RunOptions,
}

/// Arms, measured `repeat` times each.
#[derive(Clone)]
pub struct Arms {
    /// What is compared, the base first.
    pub all: Vec<Arm>,
    /// How often each is measured.
    pub repeat: u32,
    /// Decides the order of three or more.
    pub seed: u64,
}

impl Arms {
    /// Every step, in its order.
    fn schedule(&self) -> impl Iterator<Item = (usize, &Arm)> {
        (0..self.repeat as usize).flat_map(move |round| {
            let order = mirrored(self.all.len(), round, self.seed);
            order.into_iter().filter_map(move |index| Some((round, self.all.get(index)?)))
        })
    }
}

impl Plan for Arms {
    /// The first step that isn't done, of an arm that hasn't failed too often.
    /// Where runs were on servers of different versions there is none.
    fn next(&self, done: &[Done]) -> Option<Step> {
        if conditions::servers_differ(done).is_some() {
            return None;
        }
        let given_up = |name: &str| {
            let failures = done.iter().filter(|done| done.role == name && done.has_failed());
            failures.count() >= FAILURES_MOST
        };
        let label = |round: usize, arm: &Arm| format!("{} #{}", arm.name, round + 1);
        let is_left = |(round, arm): &(usize, &Arm)| {
            let label = label(*round, arm);
            !done.iter().any(|done| done.label == label) && !given_up(&arm.name)
        };
        let (round, arm) = self.schedule().find(is_left)?;
        let (label, role) = (label(round, arm), arm.name.clone());
        Some(Step { label, role, options: arm.options.clone(), altered: Vec::new() })
    }

    fn total(&self, _done: &[Done]) -> Option<usize> {
        Some(self.all.len() * self.repeat as usize)
    }

    fn connections(&self) -> Result<u32, EngineError> {
        let mut sizes = self.all.iter().map(|arm| connections(&arm.options));
        sizes.try_fold(0, |most, size| Ok(most.max(size?)))
    }

    fn shares_place(&self) -> bool {
        false
    }

    fn keeps_failure(&self, _step: &Step, _error: &EngineError) -> bool {
        true
    }

    fn time_left(&self, done: &[Done]) -> Option<Duration> {
        time_left(done, self.total(done)?.saturating_sub(done.len()))
    }
}

/// The least time that a run of `options` takes, in seconds: what it is asked
/// to last; None of a load that is as long as it is, as a burst.
///
/// # Errors
/// Where the options contradict each other.
pub fn planned_s(options: &RunOptions) -> Result<Option<f64>, EngineError> {
    let scenario = options.scenario(&processing_activities::table(options.key))?;
    let soak = scenario.soak.map(|soak| soak.duration_s + soak.warm_up_s);
    let mixed = scenario.mixed.map(|mixed| mixed.duration_s + mixed.warm_up_s);
    Ok(soak.or(mixed))
}
