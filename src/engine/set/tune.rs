//! The plan of a tuning: a run that gives the evidence, then each
//! recommendation beside the server as it is set, then all that helped together.

use super::arms::{Arm, Arms};
use super::plan::{Plan, Step, connections};
use super::time_left::time_left;
use crate::engine::{EngineError, RunOptions, Work};
use crate::judge::advise::Given;
use crate::judge::set::Done;
use crate::judge::set::trials::{
    Asked, CURRENT, CURRENT_AGAIN, EVIDENCE, TOGETHER, Trials, changes, evidence, recommendations,
    trials,
};
use crate::judge::set::tune::helped;
use crate::model::RunRecord;
use crate::model::advice::longer_run_s;
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
        Arms { all, repeat: self.repeat(), seed: self.base.seed }
    }

    /// All that helped, where that is more than one.
    fn together(&self, done: &[Done], trials: &Trials) -> Option<Arms> {
        let helped: Vec<_> = trials.all.iter().filter(|r| helped(done, r, trials)).collect();
        if helped.len() < 2 {
            return None;
        }
        // Of a setting that two rules change the later rule has the last word.
        let mut settings: Vec<(String, String)> = Vec::new();
        for (name, value) in helped.into_iter().flat_map(changes) {
            settings.retain(|(other, _)| *other != name);
            settings.push((name, value));
        }
        let current = self.arm(CURRENT_AGAIN, Vec::new(), trials.arm_s);
        let all = vec![current, self.arm(TOGETHER, settings, trials.arm_s)];
        Some(Arms { all, repeat: self.repeat(), seed: self.base.seed })
    }

    fn repeat(&self) -> u32 {
        self.verify.as_ref().map_or(0, |asked| asked.repeat)
    }

    fn arm(&self, name: &str, changed: Vec<(String, String)>, arm_s: f64) -> Arm {
        let mut options = self.base.clone();
        if let Work::Soak(soak) = &mut options.work {
            soak.duration = time(arm_s);
        }
        options.closing_checkpoint = self.checkpoints;
        options.settings.extend(changed);
        Arm { name: name.to_owned(), options }
    }
}

/// A time that a record may have made absurd.
fn time(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
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
        time_left(made(), left).or_else(|| Some(time(trials.total_s)))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::set::tune::tests::{at_rate, evidence_run};
    use std::path::PathBuf;

    fn plan() -> TunePlan {
        let work = Work::soak(Duration::from_secs(120), Duration::from_secs(5), None, 8);
        let only = vec!["max_wal_size".to_owned()];
        TunePlan {
            base: RunOptions::new(work, 100, Vec::new(), PathBuf::new()),
            given: None,
            machine: Given::default(),
            lengthens: true,
            verify: Some(Asked { repeat: 2, arm_s: None, time_s: None, only, is_private: true }),
            checkpoints: true,
        }
    }

    fn seconds(step: &Step) -> f64 {
        match &step.options.work {
            Work::Soak(soak) => soak.duration.as_secs_f64(),
            _ => panic!("no soak"),
        }
    }

    #[test]
    fn evidence_comes_first_and_the_sides_take_turns() {
        let plan = plan();
        let first = plan.next(&[]).unwrap();
        assert_eq!((first.label.as_str(), first.role.as_str()), ("evidence", EVIDENCE));
        assert!(!first.options.closing_checkpoint && first.options.settings.is_empty());
        let mut done = vec![evidence_run()];
        let mut labels = Vec::new();
        while let Some(step) = plan.next(&done) {
            assert_eq!((seconds(&step), step.options.closing_checkpoint), (605.0, true));
            let is_current = step.role == CURRENT;
            assert_eq!(step.options.settings.is_empty(), is_current);
            let rate = if is_current { 100.0 } else { 150.0 };
            let no = done.len();
            done.push(Done { label: step.label.clone(), ..at_rate(&step.role, no, rate) });
            labels.push(step.label);
        }
        // Two a side show nothing, so nothing is put together.
        let expected = ["current #1", "max_wal_size #1", "max_wal_size #2", "current #2"];
        assert_eq!(
            (labels.as_slice(), plan.total(&done)),
            (expected.map(str::to_owned).as_slice(), Some(5))
        );
    }

    #[test]
    fn a_target_is_altered_and_its_options_are_not() {
        let mut plan = plan();
        plan.base.url = Some("host=h".to_owned());
        plan.verify.as_mut().unwrap().is_private = false;
        let done = [evidence_run(), at_rate(CURRENT, 1, 1.0)];
        let step = plan.next(&done).unwrap();
        assert_eq!(step.altered, [("max_wal_size".to_owned(), "30GB".to_owned())]);
        assert!(step.options.settings.is_empty() && plan.shares_place());
    }

    #[test]
    fn too_little_evidence_is_sought_once_more_and_longer() {
        let plan = plan();
        let mut short = evidence_run();
        short.record.database.as_mut().unwrap().elapsed_s = 60.0;
        let step = plan.next(std::slice::from_ref(&short)).unwrap();
        assert_eq!(step.role, EVIDENCE);
        assert!(seconds(&step) > 120.0);
        let again = Done { label: step.label, ..short.clone() };
        let next = plan.next(&[short.clone(), again]);
        assert!(next.is_none_or(|step| step.role != EVIDENCE));
        let told = TunePlan { lengthens: false, ..plan };
        assert!(told.next(&[short]).is_none_or(|step| step.role != EVIDENCE));
    }

    #[test]
    fn all_that_helped_is_measured_together() {
        let mut plan = plan();
        let asked = plan.verify.as_mut().unwrap();
        (asked.repeat, asked.only) = (6, Vec::new());
        let done = vec![evidence_run()];
        let trials = plan.trials(&done).unwrap();
        let mut done = done;
        for no in 1..=6 {
            done.push(at_rate(CURRENT, no, 100.0 + no as f64));
            for r in &trials.all {
                done.push(at_rate(&r.rule, no, 150.0 + no as f64));
            }
        }
        let together = plan.together(&done, &trials);
        assert_eq!(together.is_some(), trials.all.len() > 1);
        if let Some(step) = together.and_then(|arms| arms.next(&done)) {
            assert_eq!(step.label, "current again #1");
        }
    }
}
