//! The plan of a sign-off: its members in their order. A soak that is to span
//! checkpoints is as long as the server's checkpoint_timeout asks for. A run with
//! a fault or with probes of isolation that can't be made leaves its item
//! unanswered; a load that can't be ends the sign-off.

use super::time::{least, left};
use crate::engine::set::{Done, Plan, Step, connections};
use crate::engine::workload::Work;
use crate::engine::{EngineError, RunOptions};
use crate::faults::Needs;
use crate::judge::checklist::{Unrun, seconds};
use crate::message::label::{AtLeast, Label};
use crate::model::scenario::ISOLATION;
use crate::probes::preflight::PreflightError;
use std::time::Duration;

/// checkpoint_timeout where nobody has said another one.
const BUILT_IN_S: f64 = 300.0;

/// A run of the sign-off.
#[derive(Clone)]
pub struct Member {
    /// What it is called.
    pub name: String,
    /// The run.
    pub options: RunOptions,
    /// A soak is so many times checkpoint_timeout long; None for as long as its options say.
    pub checkpoints: Option<f64>,
}

/// What a member is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A load, to be measured.
    Load,
    /// Tenants try to get at each other's rows.
    Isolation,
    /// Something goes wrong under load.
    Fault,
}

impl Member {
    /// What it is for.
    pub(super) fn purpose(&self) -> Purpose {
        match &self.options {
            options if options.isolation => Purpose::Isolation,
            options if options.fault.is_some() => Purpose::Fault,
            _ => Purpose::Load,
        }
    }

    /// The fault that comes into it, by name.
    pub(super) fn fault(&self) -> Option<&'static str> {
        self.options.fault.map(|fault| fault.kind.name)
    }

    /// What its scenario is called in a sign-off's file.
    fn scenario(&self) -> &'static str {
        match self.purpose() {
            Purpose::Isolation => ISOLATION,
            Purpose::Fault => "faults",
            Purpose::Load => self.options.work.name(),
        }
    }
}

/// The runs of a sign-off.
#[derive(Clone, Default)]
pub struct Members {
    /// In their order.
    pub all: Vec<Member>,
    /// The server's checkpoint_timeout, once it is known.
    pub checkpoint_timeout_s: Option<f64>,
}

impl Members {
    /// The options of a member. What the runs that are done saw of the server
    /// goes before what is asked now, so that a sign-off which is continued
    /// makes the same runs.
    fn options(&self, member: &Member, done: &[Done]) -> RunOptions {
        let mut options = member.options.clone();
        let timeout_s = done.iter().find_map(timeout_s).or(self.checkpoint_timeout_s);
        if let (Some(times), Work::Soak(soak)) = (member.checkpoints, &mut options.work) {
            let whole = (times * timeout_s.unwrap_or(BUILT_IN_S)).ceil();
            soak.duration = Duration::from_secs_f64(whole);
        }
        options
    }

    /// The options of those that come after `done`.
    fn rest<'a>(&'a self, done: &'a [Done]) -> impl Iterator<Item = RunOptions> + 'a {
        self.all.iter().skip(done.len()).map(|member| self.options(member, done))
    }

    /// The runs that are done and for this.
    pub(super) fn done_for<'a>(
        &'a self,
        purpose: Purpose,
        done: &'a [Done],
    ) -> impl Iterator<Item = (&'a Member, &'a Done)> {
        self.all.iter().zip(done).filter(move |(member, _)| member.purpose() == purpose)
    }

    /// Those that were not made: all but the first `done`. The first of them is
    /// the one that `error` ended.
    pub(super) fn unrun(&self, done: usize, error: Option<&EngineError>) -> Vec<Unrun> {
        let mut unrun: Vec<Unrun> = self.all[done.min(self.all.len())..]
            .iter()
            .map(|member| Unrun {
                name: member.name.clone(),
                scenario: member.scenario().to_owned(),
                refused_by: Vec::new(),
            })
            .collect();
        let blocked = match error {
            Some(EngineError::Preflight(PreflightError::Blocked(checks))) => &checks[..],
            _ => &[],
        };
        if let Some(refused) = unrun.first_mut() {
            refused.refused_by = blocked.iter().map(|check| check.id.clone()).collect();
        }
        unrun
    }
}

/// checkpoint_timeout, as a run saw it.
fn timeout_s(done: &Done) -> Option<f64> {
    let mut settings = done.record.server.iter().flat_map(|server| &server.settings);
    settings.find(|s| s.name == "checkpoint_timeout").and_then(|s| seconds(&s.value))
}

impl Plan for Members {
    /// Nothing comes after a fault that is still there.
    fn next(&self, done: &[Done]) -> Option<Step> {
        let is_there = |last: &Done| last.record.faults.iter().any(|f| f.is_healed == Some(false));
        if done.last().is_some_and(is_there) {
            return None;
        }
        let member = self.all.get(done.len())?;
        let (label, role) = (member.name.clone(), member.name.clone());
        Some(Step { label, role, options: self.options(member, done), altered: Vec::new() })
    }

    fn total(&self, _done: &[Done]) -> Option<usize> {
        Some(self.all.len())
    }

    fn connections(&self) -> Result<u32, EngineError> {
        let mut most = 0;
        for member in &self.all {
            most = most.max(connections(&self.options(member, &[]))?);
        }
        Ok(most)
    }

    /// A fault that ends the server has one of its own.
    fn is_apart(&self, step: &Step) -> bool {
        step.options.fault.is_some_and(|fault| fault.kind.needs == Needs::Private)
    }

    fn keeps_failure(&self, step: &Step, _error: &EngineError) -> bool {
        step.options.isolation || step.options.fault.is_some()
    }

    /// Before the first run, how long all of them take at least.
    fn announces(&self, done: &[Done]) -> Option<Label> {
        if !done.is_empty() {
            return None;
        }
        let runs = self.all.len();
        let faults = self.all.iter().filter(|m| m.purpose() == Purpose::Fault).count();
        let probed = self.all.iter().filter(|m| m.purpose() == Purpose::Isolation).count();
        let least = AtLeast(self.rest(done).map(|options| least(&options)).sum());
        Some(Label::SignoffPlan { runs, faults, probed, least })
    }

    fn time_left(&self, done: &[Done]) -> Option<Duration> {
        let made = self.all.iter().zip(done).map(|(m, d)| (least(&self.options(m, done)), d));
        left(made, self.rest(done).map(|options| least(&options)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::faults::FaultPlan;
    use crate::faults::catalogue::named;
    use crate::model::RunRecord;
    use crate::model::fault::Fault;
    use std::path::PathBuf;

    fn soak(checkpoints: Option<f64>) -> Member {
        let work = Work::soak(Duration::from_secs(7), Duration::ZERO, Some(100.0), 1);
        let options = RunOptions::new(work, 10, Vec::new(), PathBuf::new());
        Member { name: "soak".to_owned(), options, checkpoints }
    }

    fn duration_s(members: &Members) -> f64 {
        let step = members.next(&[]).unwrap();
        match step.options.work {
            Work::Soak(soak) => soak.duration.as_secs_f64(),
            _ => panic!("no soak"),
        }
    }

    #[test]
    fn a_soak_spans_the_checkpoints_that_it_is_asked_for() {
        let members = |checkpoints, checkpoint_timeout_s| Members {
            all: vec![soak(checkpoints)],
            checkpoint_timeout_s,
        };
        assert_eq!(duration_s(&members(None, Some(30.0))), 7.0);
        assert_eq!(duration_s(&members(Some(2.1), Some(30.0))), 63.0);
        assert_eq!(duration_s(&members(Some(2.0), None)), 600.0);
        assert!(members(None, None).next(&[]).is_some());
        assert_eq!(members(None, None).total(&[]), Some(1));
    }

    fn faulted(name: &str) -> Member {
        let kind = *named(name).unwrap();
        let (before, recovery) = (Duration::from_secs(3), Duration::from_secs(30));
        let soak = soak(None);
        let fault = Some(FaultPlan { kind, before, recovery });
        Member { options: RunOptions { fault, ..soak.options }, ..soak }
    }

    fn done(is_healed: bool) -> Done {
        let example = include_str!("../../../results/example/run.json");
        let mut record: RunRecord = serde_json::from_str(example).unwrap();
        record.faults = vec![Fault { is_healed: Some(is_healed), ..Fault::default() }];
        Done { label: String::new(), role: String::new(), record }
    }

    #[test]
    fn a_fault_may_fail_and_nothing_comes_after_one_that_stays() {
        let all = vec![soak(None), faulted("terminate-backends"), faulted("crash")];
        let members = Members { all, checkpoint_timeout_s: None };
        let healed = [true; 3].map(done);
        let ways = [0, 1, 2].map(|no| {
            let step = members.next(&healed[..no]).unwrap();
            (members.is_apart(&step), members.keeps_failure(&step, &EngineError::Stopped))
        });
        // What kills the server has one of its own.
        assert_eq!(ways, [(false, false), (false, true), (true, true)]);
        assert!(members.next(&[done(false)]).is_none());
        let (faults, probed) = (2, 0);
        // 7 s, 3 s before each fault, and the second in which the server is down.
        let least = AtLeast(Duration::from_secs(14));
        let said = Label::SignoffPlan { runs: 3, faults, probed, least };
        assert_eq!(members.announces(&[]), Some(said));
        assert_eq!(members.time_left(&[]), None);
        assert!(members.time_left(&healed[..1]) >= Some(Duration::from_secs(7)));
    }
}
