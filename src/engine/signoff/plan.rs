//! The plan of a sign-off: its members in their order. A soak that is to span
//! checkpoints is as long as the server's checkpoint_timeout asks for.

use crate::engine::set::{Done, Plan, Step, connections};
use crate::engine::workload::Work;
use crate::engine::{EngineError, RunOptions};
use crate::judge::checklist::{Unrun, seconds};
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
}

impl Members {
    /// Those that were not made: all but the first `done`. The first of them is
    /// the one that `error` ended.
    pub(super) fn unrun(&self, done: usize, error: Option<&EngineError>) -> Vec<Unrun> {
        let mut unrun: Vec<Unrun> = self.all[done.min(self.all.len())..]
            .iter()
            .map(|member| Unrun {
                name: member.name.clone(),
                scenario: member.options.work.name().to_owned(),
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
    fn next(&self, done: &[Done]) -> Option<Step> {
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
}

#[cfg(test)]
mod tests {
    use super::*;
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
}
