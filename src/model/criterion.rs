//! Criteria: what is judged, against which limit, and what came of it.

use super::Note;
use crate::message::page_label::PageLabel;
use crate::message::{Lang, Localized};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a run, or a criterion of it, came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// All criteria hold.
    Pass,
    /// A criterion is broken.
    Fail,
    /// Not enough was seen to judge.
    Inconclusive,
    /// The client was the limit, or the server isn't durable.
    Invalid,
    /// The run was stopped.
    Aborted,
    /// Of a criterion alone: it isn't for this scenario, and has no say.
    #[serde(rename = "not-applicable")]
    NotApplicable,
}

impl Localized for Verdict {
    fn text(&self, lang: Lang) -> String {
        let (en, vi) = match self {
            Verdict::Pass => ("pass", "đạt"),
            Verdict::Fail => ("fail", "không đạt"),
            Verdict::Inconclusive => ("inconclusive", "chưa kết luận"),
            Verdict::Invalid => ("invalid", "không hợp lệ"),
            Verdict::Aborted => ("aborted", "bị dừng"),
            Verdict::NotApplicable => ("not applicable", "không áp dụng"),
        };
        match lang {
            Lang::En => en,
            Lang::Vi => vi,
        }
        .to_owned()
    }
}

/// One that may be missing: nothing was judged.
impl Localized for Option<Verdict> {
    fn text(&self, lang: Lang) -> String {
        self.map_or_else(|| PageLabel::NotJudged {}.text(lang), |verdict| verdict.text(lang))
    }
}

/// A comparison of an observed value with a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Comparison {
    /// Equal.
    #[serde(rename = "==")]
    Equal,
    /// Less.
    #[serde(rename = "<")]
    Less,
    /// Less or equal.
    #[serde(rename = "<=")]
    AtMost,
    /// Greater.
    #[serde(rename = ">")]
    Greater,
    /// Greater or equal.
    #[serde(rename = ">=")]
    AtLeast,
}

impl Comparison {
    /// Whether `observed` keeps `limit`.
    pub fn holds(self, observed: f64, limit: f64) -> bool {
        match self {
            Comparison::Equal => observed == limit,
            Comparison::Less => observed < limit,
            Comparison::AtMost => observed <= limit,
            Comparison::Greater => observed > limit,
            Comparison::AtLeast => observed >= limit,
        }
    }

    /// The sign.
    pub fn sign(self) -> &'static str {
        match self {
            Comparison::Equal => "=",
            Comparison::Less => "<",
            Comparison::AtMost => "<=",
            Comparison::Greater => ">",
            Comparison::AtLeast => ">=",
        }
    }
}

/// A limit: a number, or another value of the same record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Limit {
    /// A number in the metric's unit.
    Number(f64),
    /// The path of a value in the record, as in `scenario.rows`.
    Metric(String),
}

/// What a broken criterion means for the verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CriterionKind {
    /// About speed and capacity: meaningless where the run is invalid.
    #[default]
    Performance,
    /// About the data: a broken one is a failure whatever else happened.
    Integrity,
}

/// One criterion, as a criteria file states it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// A short name, unique in its file.
    pub id: String,
    /// The path of a number in the record, as in `load.elapsed_s`.
    pub metric: String,
    /// How the number is compared with the limit.
    pub is: Comparison,
    /// The limit.
    pub limit: Limit,
    /// What it is about.
    #[serde(default)]
    pub kind: CriterionKind,
    /// The scenarios that it is for; in others it is not applicable. None for all.
    #[serde(default)]
    pub only_for: Option<Vec<String>>,
}

impl Criterion {
    /// Whether it has a say in a scenario of this name.
    pub fn applies_to(&self, scenario: &str) -> bool {
        self.only_for.as_ref().is_none_or(|names| names.iter().any(|name| name == scenario))
    }
}

/// A criterion judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CriterionResult {
    /// The criterion's name.
    pub id: String,
    /// The path of the number that was judged.
    pub metric: String,
    /// How it was compared.
    pub is: Comparison,
    /// What it is about.
    pub kind: CriterionKind,
    /// The number; null where it wasn't seen.
    pub observed: Option<f64>,
    /// The limit as a number; null where it refers to something that wasn't seen.
    pub limit: Option<f64>,
    /// What came of it.
    pub verdict: Verdict,
    /// Why.
    pub reason: Note,
}
