//! Every fault that there is, by name.

use super::Fault;
use super::backends::{Backends, Blow};
use crate::model::observed::FaultNote;
use std::time::Duration;

/// Where a fault may be injected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Anywhere: it meets nobody but the run itself.
    Nothing,
    /// On a target only where that is allowed in so many words: others feel it.
    Disruption,
    /// On a server that the tool started itself.
    Private,
}

/// A fault, before it is injected.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// As `--only` names it.
    pub name: &'static str,
    /// Where it may be injected.
    pub needs: Needs,
    /// How long it lasts, from the end of `inject` to `heal`.
    pub hold: Duration,
    /// Makes one.
    pub make: fn() -> Box<dyn Fault>,
    /// What it can't show, for whoever reads its row.
    pub caveat: Option<fn() -> FaultNote>,
}

impl Kind {
    const fn new(name: &'static str, make: fn() -> Box<dyn Fault>) -> Kind {
        let hold = Duration::ZERO;
        Kind { name, needs: Needs::Nothing, hold, make, caveat: None }
    }
}

/// All of them, in the order in which they are tried: the mildest first.
pub const ALL: &[Kind] = &[
    Kind::new("cancel-backends", || Box::new(Backends::new(Blow::Cancel))),
    Kind::new("terminate-backends", || Box::new(Backends::new(Blow::Terminate))),
];

/// The one of this name.
pub fn named(name: &str) -> Option<&'static Kind> {
    ALL.iter().find(|kind| kind.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_plain() {
        for kind in ALL {
            assert_eq!(ALL.iter().filter(|other| other.name == kind.name).count(), 1);
            assert!(
                kind.name.bytes().all(|b| b.is_ascii_lowercase() || b"-0123456789".contains(&b))
            );
        }
    }
}
