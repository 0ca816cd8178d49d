//! Checks: what the preflight asked, one row each, and what came of it.

use super::Note;
use crate::message::{Lang, Localized};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What came of a check, the gravest first.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// The run must not begin.
    Blocking,
    /// The run may begin, and its reader must know.
    Warning,
    /// It could not be seen: neither good nor bad.
    Unknown,
    /// As it should be.
    Ok,
}

impl Outcome {
    /// All, the gravest first.
    pub const ALL: [Outcome; 4] =
        [Outcome::Blocking, Outcome::Warning, Outcome::Unknown, Outcome::Ok];
}

impl Localized for Outcome {
    fn text(&self, lang: Lang) -> String {
        let (en, vi) = match self {
            Outcome::Blocking => ("blocking", "chặn"),
            Outcome::Warning => ("warning", "cảnh báo"),
            Outcome::Unknown => ("unknown", "không rõ"),
            Outcome::Ok => ("ok", "ổn"),
        };
        match lang {
            Lang::En => en,
            Lang::Vi => vi,
        }
        .to_owned()
    }
}

/// One question of the preflight and its answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Check {
    /// What was asked, as in docs/preflight.md.
    pub id: String,
    /// What came of it.
    pub outcome: Outcome,
    /// What was found, with the next step where there is one.
    pub note: Note,
}

impl Check {
    /// A check with its outcome.
    pub fn new(id: &str, outcome: Outcome, note: impl Into<Note>) -> Check {
        Check { id: id.to_owned(), outcome, note: note.into() }
    }

    /// A check that found nothing wrong.
    pub fn ok(id: &str, note: impl Into<Note>) -> Check {
        Check::new(id, Outcome::Ok, note)
    }

    /// A check that the run's reader must know of.
    pub fn warning(id: &str, note: impl Into<Note>) -> Check {
        Check::new(id, Outcome::Warning, note)
    }

    /// A check that forbids the run.
    pub fn blocking(id: &str, note: impl Into<Note>) -> Check {
        Check::new(id, Outcome::Blocking, note)
    }

    /// A check that could not see.
    pub fn unknown(id: &str, note: impl Into<Note>) -> Check {
        Check::new(id, Outcome::Unknown, note)
    }
}
