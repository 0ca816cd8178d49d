//! The plan of a tuning: a run that gives the evidence, then each
//! recommendation beside the server as it is set, then all that helped together.

use super::arms::{Arm, Arms};
use super::plan::{Plan, Step, connections};
use super::time_left::time_left;
use crate::engine::{EngineError, RunOptions, Work};
use crate::judge::advise::{Given, longer_run_s};
use crate::judge::set::Done;
use crate::judge::set::tune::{
    Asked, CURRENT, EVIDENCE, TOGETHER, Trials, changes, evidence, helped, recommendations, trials,
};
use crate::model::RunRecord;
use std::time::Duration;

/// What a tuning is asked for.
pub struct TunePlan {
    /// The run that gives the evidence: a soak. The others are like it.
    pub base: RunOptions,
    /// A finished run that stands in for it.
    pub given: Option<RunRecord>,
    /// What the user knows of the machine.
    pub machine: Given,
    /// Makes one longer run where the first one's evidence isn't enough.
    pub lengthens: bool,
    /// Measures the recommendations again; None: advises alone.
    pub verify: Option<Asked>,
    /// Whether a CHECKPOINT goes before and after each of those runs.
    pub checkpoints: bool,
}

impl TunePlan {
    fn is_private(&self) -> bool {
        self.base.url.is_none()
    }

    /// The run for evidence that is next; None where it is there, or can't be had.
    fn evidence_step(&self, done: &[Done]) -> Option<Step> {
        let made = done.iter().filter(|done| done.role == EVIDENCE).count();
        let step = |label: &str, options| {
            let (label, role) = (label.to_owned(), EVIDENCE.to_owned());
            Some(Step { label, role, options, altered: Vec::new() })
        };
        let Work::Soak(soak) = &self.base.work else { return None };
        if self.given.is_some() {
            return None;
        }
        if made == 0 {
            return step(EVIDENCE, self.base.clone());
        }
        let is_whole = done.iter().all(|done| !done.has_failed());
        if made > 1 || !self.lengthens || !is_whole {
            return None;
        }
        let longer_s = longer_run_s(&recommendations(done, None, &self.machine))?;
        let duration = Duration::from_secs(longer_s);
        if duration <= soak.duration {
            return None;
        }
        let mut options = self.base.clone();
        if let Work::Soak(soak) = &mut options.work {
            soak.duration = duration;
        }
        step("evidence, longer", options)
    }

    /// What is measured again; None where nothing is, or the evidence isn't there.
    pub fn trials(&self, done: &[Done]) -> Option<Trials> {
        let (asked, record) = self.verify.as_ref().zip(evidence(done, self.given.as_ref()))?;
        let advised = recommendations(done, self.given.as_ref(), &self.machine);
        Some(trials(&advised, record, asked)).filter(|trials| !trials.all.is_empty())
    }

    /// Each recommendation beside the server as it is set.
    fn arms(&self, trials: &Trials) -> Arms {
        let mut all = vec![self.arm(CURRENT, Vec::new(), trials.arm_s)];
        all.extend(trials.all.iter().map(|r| self.arm(&r.rule, changes(r), trials.arm_s)));
        Arms { all, repeat: self.repeat(), seed: self.base.seed, rounds_before: 0 }
    }

    /// All that helped, where that is more than one.
    fn together(&self, done: &[Done], trials: &Trials) -> Option<Arms> {
        let helped: Vec<_> = trials.all.iter().filter(|r| helped(done, &r.rule)).collect();
        if helped.len() < 2 {
            return None;
        }
        let settings = helped.into_iter().flat_map(changes).collect();
        let current = self.arm(CURRENT, Vec::new(), trials.arm_s);
        let all = vec![current, self.arm(TOGETHER, settings, trials.arm_s)];
        let repeat = self.repeat();
        Some(Arms { all, repeat, seed: self.base.seed, rounds_before: repeat })
    }

    fn repeat(&self) -> u32 {
        self.verify.as_ref().map_or(0, |asked| asked.repeat)
    }

    fn arm(&self, name: &str, changed: Vec<(String, String)>, arm_s: f64) -> Arm {
        let mut options = self.base.clone();
        if let Work::Soak(soak) = &mut options.work {
            soak.duration = Duration::from_secs_f64(arm_s);
        }
        options.closing_checkpoint = self.checkpoints;
        options.settings.extend(changed);
        Arm { name: name.to_owned(), options }
    }
}

impl Plan for TunePlan {
    fn next(&self, done: &[Done]) -> Option<Step> {
        if let Some(step) = self.evidence_step(done) {
            return Some(step);
        }
        let trials = self.trials(done)?;
        let step = self.arms(&trials).next(done);
        let mut step = step.or_else(|| self.together(done, &trials)?.next(done))?;
        if !self.is_private() {
            step.altered = std::mem::take(&mut step.options.settings);
        }
        Some(step)
    }

    /// Known once the evidence is there, but for what helps together.
    fn total(&self, done: &[Done]) -> Option<usize> {
        let trials = self.trials(done).filter(|_| self.evidence_step(done).is_none())?;
        let together = self.together(done, &trials).and_then(|arms| arms.total(done));
        let evidence = done.iter().filter(|run| run.role == EVIDENCE).count();
        Some(evidence + self.arms(&trials).total(done)? + together.unwrap_or_default())
    }

    fn time_left(&self, done: &[Done]) -> Option<Duration> {
        let trials = self.trials(done).filter(|_| self.evidence_step(done).is_none())?;
        let made = || done.iter().filter(|run| run.role != EVIDENCE);
        let left = self.total(done)?.saturating_sub(done.len());
        time_left(made(), left).or_else(|| Some(Duration::from_secs_f64(trials.total_s)))
    }

    fn connections(&self) -> Result<u32, EngineError> {
        connections(&self.base)
    }

    fn shares_place(&self) -> bool {
        !self.is_private()
    }

    /// A setting with which the server doesn't start is an answer.
    fn keeps_failures(&self) -> bool {
        self.is_private()
    }
}
