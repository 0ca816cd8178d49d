//! The plan of a tuning: a run that gives the evidence, then each
//! recommendation beside the server as it is set, then all that helped together.

use super::arms::{Arm, Arms};
use super::plan::{Plan, Step, connections};
use super::time_left::time_left;
use crate::engine::workload::{DURATION_MOST_S, bounded_number};
use crate::engine::{EngineError, RunOptions, Work};
use crate::judge::advise::Given;
use crate::judge::set::Done;
use crate::judge::set::trials::{
    Asked, CURRENT, CURRENT_AGAIN, EVIDENCE, TOGETHER, Trials, changes, evidence, recommendations,
    trials,
};
use crate::judge::set::tune::helped;
use crate::message::label::Label;
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
        let time_s = self.verify.as_ref().and_then(|asked| asked.time_s);
        if duration <= soak.duration || time_s.is_some_and(|time_s| time_s < longer_s as f64) {
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
        all.extend(trials.all.iter().map(|r| self.arm(&r.rule, trials.sets(r), trials.arm_s)));
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
        options.lowered_by = Some("--arm, --preload");
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
        let arms = self.arms(&trials);
        // Until each is measured, nobody knows whether several will have helped.
        let together = match arms.next(done) {
            Some(_) => trials.together(self.repeat()),
            None => self.together(done, &trials).and_then(|arms| arms.total(done)).unwrap_or(0),
        };
        let evidence = done.iter().filter(|run| run.role == EVIDENCE).count();
        Some(evidence + arms.total(done)? + together)
    }

    fn time_left(&self, done: &[Done]) -> Option<Duration> {
        let trials = self.trials(done).filter(|_| self.evidence_step(done).is_none())?;
        let made = || done.iter().filter(|run| run.role != EVIDENCE);
        let left = self.total(done)?.saturating_sub(done.len());
        time_left(made(), left).or_else(|| Some(time(trials.total_s)))
    }

    fn connections(&self) -> Result<u32, EngineError> {
        if let Some(arm_s) = self.verify.as_ref().and_then(|asked| asked.arm_s) {
            bounded_number("--arm [s]", arm_s, 1, DURATION_MOST_S)?;
        }
        connections(&self.base)
    }

    fn announces(&self, done: &[Done]) -> Option<Label> {
        let step = self.evidence_step(done).filter(|_| !done.is_empty())?;
        let Work::Soak(soak) = &step.options.work else { return None };
        Some(Label::LongerEvidence { needed_s: soak.duration.as_secs() })
    }

    fn shares_place(&self) -> bool {
        !self.is_private()
    }

    /// A setting with which the server doesn't start is an answer.
    fn keeps_failure(&self, _step: &Step, _error: &EngineError) -> bool {
        self.is_private()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::set::tune::tests::{at_rate, evidence_of_files, evidence_run};
    use std::path::PathBuf;

    fn plan() -> TunePlan {
        let work = Work::soak(Duration::from_secs(120), Duration::from_secs(5), None, 8);
        let only = vec!["max_wal_size".to_owned()];
        TunePlan {
            base: RunOptions::new(work, 100, Vec::new(), PathBuf::new()),
            given: None,
            machine: Given::default(),
            lengthens: true,
            verify: Some(Asked { repeat: 2, only, is_private: true, ..Asked::default() }),
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
    fn runs_that_could_not_be_made_are_refused_before_the_first_one() {
        let mut plan = plan();
        for (arm_s, is_good) in [(0.5, false), (1.0, true), (604_800.0, true), (1e9, false)] {
            plan.verify.as_mut().unwrap().arm_s = Some(arm_s);
            let said = plan.connections().map_err(|error| error.to_string());
            assert_eq!(said.is_ok(), is_good, "{arm_s}");
            assert!(is_good || said.unwrap_err().contains("--arm"), "{arm_s}");
        }
    }

    #[test]
    fn too_little_evidence_is_sought_once_more_and_longer() {
        let plan = plan();
        let mut short = evidence_run();
        short.record.database.as_mut().unwrap().elapsed_s = 60.0;
        let step = plan.next(std::slice::from_ref(&short)).unwrap();
        assert_eq!(step.role, EVIDENCE);
        assert!(seconds(&step) > 120.0);
        let needed_s = seconds(&step) as u64;
        let said = plan.announces(std::slice::from_ref(&short));
        assert_eq!(said, Some(Label::LongerEvidence { needed_s }));
        assert_eq!((plan.announces(&[]), plan.announces(&[evidence_run()])), (None, None));
        let within = |time_s: u64| {
            let asked = Asked { time_s: Some(time_s as f64), ..plan.verify.clone().unwrap() };
            let plan = TunePlan { verify: Some(asked), ..self::plan() };
            plan.next(std::slice::from_ref(&short)).is_some_and(|step| step.role == EVIDENCE)
        };
        assert!(within(needed_s) && !within(needed_s - 1));
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
        (asked.repeat, asked.only) = (6, vec!["max_wal_size".into(), "min_wal_size".into()]);
        let mut done = vec![evidence_of_files()];
        let trials = plan.trials(&done).unwrap();
        assert_eq!(trials.all.len(), 2);
        // As long as nobody knows what helps, the announced total has it.
        assert_eq!(plan.total(&done), Some(1 + 3 * 6 + 2 * 6));
        let min = plan.arms(&trials).all.pop().unwrap().options.settings;
        let set = [("max_wal_size", "30GB"), ("min_wal_size", "7680MB")];
        assert_eq!(min, set.map(|(name, value)| (name.to_owned(), value.to_owned())));
        for no in 1..=6 {
            done.push(at_rate(CURRENT, no, 100.0 + no as f64));
            for r in &trials.all {
                let is_min = r.rule == "min_wal_size";
                let rate = if is_min { 200.0 } else { 150.0 };
                done.push(at_rate(&r.rule, no, rate + no as f64));
            }
        }
        let step = plan.next(&done).unwrap();
        assert_eq!((step.label.as_str(), plan.total(&done)), ("current again #1", Some(31)));
        // What was part of something that didn't help isn't put together with it.
        for run in done.iter_mut().filter(|run| run.role == "max_wal_size") {
            run.record.load.as_mut().unwrap().checkpointed_rows_per_s = Some(100.0);
        }
        assert!(plan.next(&done).is_none());
        assert_eq!(plan.total(&done), Some(19));
    }
}
