//! An item while it is being answered: the gravest of what was found decides.

use super::Ran;
use crate::model::facts::Sight;
use crate::model::figure::{CriterionIds, ItemId, Judged};
use crate::model::observed::{Configured, Measured};
use crate::model::set::{Answer, Answered, Item};
use crate::model::{Note, Verdict};

/// What was found for an item so far.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    answer: Answer,
    evidence: Vec<Note>,
}

/// The item that every run has a say in.
pub(super) const LOAD_TEST: &str = "load_test";

/// The gravest first.
const GRAVITY: [Answer; 6] =
    [Answer::No, Answer::Inconclusive, Answer::Open, Answer::NotRun, Answer::Warning, Answer::Yes];

fn gravity(answer: Answer) -> usize {
    GRAVITY.iter().position(|one| *one == answer).unwrap_or(0)
}

impl Found {
    /// Nothing wrong so far.
    pub fn new() -> Found {
        Found { answer: Answer::Yes, evidence: Vec::new() }
    }

    /// One thing, and nothing else.
    pub fn one(answer: Answer, note: impl Into<Note>) -> Found {
        let mut found = Found::new();
        found.add(answer, note);
        found
    }

    /// One more thing; the gravest decides.
    pub fn add(&mut self, answer: Answer, note: impl Into<Note>) {
        if gravity(answer) < gravity(self.answer) {
            self.answer = answer;
        }
        self.evidence.push(note.into());
    }

    /// All that something else found.
    pub fn merge(&mut self, other: Found) {
        if gravity(other.answer) < gravity(self.answer) {
            self.answer = other.answer;
        }
        self.evidence.extend(other.evidence);
    }

    /// Whether there is nothing to show yet.
    pub fn is_empty(&self) -> bool {
        self.evidence.is_empty()
    }

    /// What was answered so far.
    pub fn answer(&self) -> Answer {
        self.answer
    }

    /// The item. What is left open is a person's to answer.
    pub fn item(self, section: &str, id: &str, how: Answered) -> Item {
        let how = if self.answer == Answer::Open { Answered::Person } else { how };
        Item {
            id: id.to_owned(),
            section: section.to_owned(),
            how,
            answer: self.answer,
            evidence: self.evidence,
        }
    }
}

/// What was seen; else why it wasn't, which leaves the item to a person.
pub(super) fn seen<T>(sight: &Sight<T>) -> Result<&T, Found> {
    let note = match sight {
        Sight::Seen(answer) => return Ok(answer),
        Sight::Needs(grants) => Configured::NeedsRight { grants: grants.clone() },
        Sight::Failed(error) => Configured::QuestionFailed { error: error.clone() },
    };
    Err(Found::one(Answer::Open, note))
}

/// A run that came to no pass and no fail, and why.
pub(super) fn undecided(run: &Ran<'_>) -> Found {
    let member = run.name.to_owned();
    let Some(verdict) = run.record.verdict.map(Judged) else {
        return Found::one(Answer::Inconclusive, Measured::MemberUnjudged { member });
    };
    let unseen = run.record.criteria.iter().filter(|c| c.verdict == Verdict::Inconclusive);
    let criteria = CriterionIds::of(unseen.map(|c| &c.id));
    if run.record.reasons.is_empty() {
        let note = Measured::MemberUnseen { member, verdict, criteria };
        return Found::one(Answer::Inconclusive, note);
    }
    let mut found = Found::one(Answer::Inconclusive, Measured::MemberUndecided { member, verdict });
    for reason in &run.record.reasons {
        found.add(Answer::Inconclusive, reason.clone());
    }
    found
}

/// The same where another item, that of the load test, has the reasons.
pub(super) fn says_nothing(run: &Ran<'_>) -> Found {
    let Some(verdict) = run.record.verdict.filter(|_| !run.record.reasons.is_empty()) else {
        return undecided(run);
    };
    let (member, item) = (run.name.to_owned(), ItemId(LOAD_TEST.to_owned()));
    let verdict = Judged(verdict);
    Found::one(Answer::Inconclusive, Measured::MemberVoid { member, verdict, item })
}

/// Runs that couldn't be made, and why: nothing was done for the item.
pub(super) fn unmade(members: &str, why: impl IntoIterator<Item = Note>) -> Found {
    let members = members.to_owned();
    let mut found = Found::one(Answer::NotRun, Measured::MembersUnmade { members });
    why.into_iter().for_each(|why| found.add(Answer::NotRun, why));
    found
}

/// A run that failed, and by which criteria.
pub(super) fn failed(run: &Ran<'_>) -> Measured {
    let broken = run.record.criteria.iter().filter(|c| c.verdict == Verdict::Fail);
    let broken = CriterionIds::of(broken.map(|c| &c.id));
    Measured::MemberFailed { member: run.name.to_owned(), broken }
}

/// An item that only a person can answer.
pub(super) fn person(section: &str, id: &str, note: impl Into<Note>) -> Item {
    Found::one(Answer::Open, note).item(section, id, Answered::Person)
}

/// An item about a server that is to be signed off, of which a private one says nothing.
pub(super) fn not_of_private(section: &str, id: &str) -> Item {
    Found::one(Answer::NotRun, Configured::PrivateNotAsked {}).item(section, id, Answered::Read)
}
