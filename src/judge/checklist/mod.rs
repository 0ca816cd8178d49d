//! The deployment checklist: a pure function of what the runs of a sign-off
//! showed and of what the server said. A file a section.
//!
//! An item that can't be seen is never a yes: what the role may not see is left
//! to a person, with the right that it needs; what a run would have to show and
//! didn't is inconclusive; what nothing was done for is not run.

mod by_criteria;
mod compliance;
pub mod conf;
mod drift;
mod faults;
mod found;
mod isolation;
mod load;
mod operations;
mod security;
mod server;
mod verdict;

pub use super::value::seconds;
pub use conf::{ExpectError, Expected};
pub use verdict::conclude;

use crate::model::facts::Facts;
use crate::model::observed::Measured;
use crate::model::set::Item;
use crate::model::{Note, RunRecord, Verdict};

/// A run of the sign-off.
pub struct Ran<'a> {
    /// What the sign-off calls it.
    pub name: &'a str,
    /// What it left.
    pub record: &'a RunRecord,
}

impl Ran<'_> {
    /// Whether its figures say nothing about the server: it wasn't judged, was
    /// invalid, or was stopped. What its integrity criteria say holds all the same.
    fn is_void(&self) -> bool {
        matches!(self.record.verdict, Some(Verdict::Invalid | Verdict::Aborted) | None)
    }
}

/// A run that the sign-off was to make and didn't.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unrun {
    /// What the sign-off calls it.
    pub name: String,
    /// Its scenario.
    pub scenario: String,
    /// The checks with which its preflight refused it; none where it wasn't reached.
    pub refused_by: Vec<String>,
}

/// Everything that the checklist is answered from.
pub struct Seen<'a> {
    /// The loads, in their order.
    pub runs: Vec<Ran<'a>>,
    /// The runs in which tenants tried to get at each other's rows.
    pub isolation: Vec<Ran<'a>>,
    /// The runs in which something went wrong under load.
    pub faults: Vec<Ran<'a>>,
    /// Faults that are not injected there, by name, and why.
    pub left_out: &'a [(&'a str, Note)],
    /// The runs that were to be made besides.
    pub unrun: &'a [Unrun],
    /// What the server said before the runs.
    pub before: &'a Facts,
    /// What it said after them.
    pub after: &'a Facts,
    /// What the settings are to be.
    pub expected: Option<&'a Expected>,
    /// The files of the snapshot, by name; empty where it couldn't be written.
    pub snapshot: &'a [String],
    /// Whether the server was started for the sign-off: a rehearsal.
    pub is_private: bool,
    /// Whether it was to be quick.
    pub is_quick: bool,
}

impl Seen<'_> {
    /// Every run, whatever it was for.
    fn all(&self) -> impl Iterator<Item = &Ran<'_>> {
        self.runs.iter().chain(&self.isolation).chain(&self.faults)
    }

    /// The loads of a scenario.
    fn of<'a>(&'a self, scenario: &'a str) -> impl Iterator<Item = &'a Ran<'a>> {
        self.runs.iter().filter(move |run| run.record.scenario.name == scenario)
    }

    /// Why there is no run of a scenario.
    fn missing(&self, scenario: &str) -> Measured {
        let of_it = || self.unrun.iter().filter(|unrun| unrun.scenario == scenario);
        // Of two the one that was refused says more.
        let refused = of_it().find(|unrun| !unrun.refused_by.is_empty());
        match refused.or_else(|| of_it().next()) {
            None => Measured::MemberNotRun { member: scenario.to_owned() },
            Some(Unrun { name, refused_by, .. }) => match refused_by.is_empty() {
                true => Measured::MemberNotReached { member: name.clone() },
                false => {
                    let (member, checks) = (name.clone(), refused_by.join(", "));
                    Measured::MemberRefused { member, checks }
                }
            },
        }
    }

    /// Why there is no run for an item of its own; `unasked` where none was asked for.
    fn not_run(&self, scenario: &str, unasked: Measured) -> Measured {
        match self.unrun.iter().any(|unrun| unrun.scenario == scenario) {
            true => self.missing(scenario),
            false => unasked,
        }
    }

    /// That no criterion judges something.
    fn no_criterion(&self) -> Measured {
        let members: Vec<&str> = self.runs.iter().map(|run| run.name).collect();
        match members.is_empty() {
            true => Measured::NothingRun {},
            false => Measured::NoCriterion { members: members.join(", ") },
        }
    }
}

/// All items, section by section.
pub fn answer(seen: &Seen<'_>) -> Vec<Item> {
    let sections = [
        load::items(seen),
        server::items(seen),
        security::items(seen),
        operations::items(seen),
        compliance::items(seen),
    ];
    sections.into_iter().flatten().collect()
}
