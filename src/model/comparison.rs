//! Two groups of runs beside each other: what changed, and how sure that is.

use super::Note;
use crate::message::{Lang, Localized};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a comparison of a metric came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// Surely better, by more than the practical threshold.
    Better,
    /// Surely worse, by more than the practical threshold.
    Worse,
    /// The interval lies within the practical threshold.
    Same,
    /// These runs can't tell.
    Inconclusive,
}

impl Localized for Change {
    fn text(&self, lang: Lang) -> String {
        let (en, vi) = match self {
            Change::Better => ("better", "tốt hơn"),
            Change::Worse => ("WORSE", "KÉM HƠN"),
            Change::Same => ("same", "như nhau"),
            Change::Inconclusive => ("can't tell", "chưa rõ"),
        };
        match lang {
            Lang::En => en,
            Lang::Vi => vi,
        }
        .to_owned()
    }
}

/// A metric of two groups of runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Compared {
    /// The group that is the base: a member's role.
    pub base: String,
    /// The group that is compared with it.
    pub other: String,
    /// The path of the number in the record, as in `load.rows_per_s`.
    pub metric: String,
    /// Whether more is better; null where neither is.
    pub more_is_better: Option<bool>,
    /// Runs of the base that have the number.
    pub base_runs: u32,
    /// Runs of the other that have it.
    pub other_runs: u32,
    /// The base's median; null without a run.
    pub base_median: Option<f64>,
    /// The other's.
    pub other_median: Option<f64>,
    /// other_median / base_median - 1; null where it can't be said.
    pub change: Option<f64>,
    /// The lower end of the change's 95% bootstrap interval; null of fewer than two runs a side.
    pub change_low: Option<f64>,
    /// The upper end.
    pub change_high: Option<f64>,
    /// The two-sided p of the Mann-Whitney U test; null of fewer than two runs a side.
    pub p: Option<f64>,
    /// What came of it.
    pub outcome: Change,
    /// The smallest change that these runs could have been sure of; null where they are sure, or can't say.
    pub could_see: Option<f64>,
    /// Runs a side that would tell a change of the practical threshold; null where it isn't known.
    pub runs_needed: Option<u32>,
    /// What a reader should know of it.
    pub notes: Vec<Note>,
}
