//! A rule: what it is about, and the function that weighs the evidence.

use super::case::Case;
use super::seen::{Lack, Seen};
use crate::model::advice::{Advice, Applies, Confidence, Recommendation, Risk};

/// A rule, as a row of the table.
pub(super) struct Rule {
    /// Its id.
    pub id: &'static str,
    /// The settings that it is about, in the order in which they are changed.
    pub settings: &'static [&'static str],
    /// How a change takes effect.
    pub applies: Applies,
    /// What it risks.
    pub risk: Risk,
    /// How sure the rule is.
    pub confidence: Confidence,
    /// Where it comes from.
    pub source: &'static str,
    /// Weighs the evidence: enters it, and what follows from it, in the case.
    pub weigh: fn(&Seen<'_>, &mut Case<'_>) -> Result<Advice, Lack>,
}

impl Rule {
    /// What it says of a run.
    pub fn ask(&self, seen: &Seen<'_>) -> Recommendation {
        let mut case = Case::new(seen);
        let outcome = match (self.weigh)(seen, &mut case) {
            Ok(outcome) => case.settle(outcome),
            Err(Lack(note)) => {
                case.give_up(note);
                Advice::NotEnoughEvidence
            }
        };
        let settings = self.settings.iter().map(|name| case.proposal(name, outcome)).collect();
        Recommendation {
            rule: self.id.to_owned(),
            settings,
            outcome,
            evidence: case.evidence,
            applies: case.applies.unwrap_or(self.applies),
            risk: self.risk,
            confidence: self.confidence,
            source: self.source.to_owned(),
            notes: case.notes,
            verified: None,
        }
    }
}
