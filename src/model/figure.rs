//! Numbers and names within a sentence of a note, which keeps them as they are.

use super::Verdict;
use crate::message::checklist_label::item_name;
use crate::message::compare_label::metric_name;
use crate::message::label::criterion_name;
use crate::message::{Lang, Localized};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A number. In a format string `{}` is English and `{:#}` Vietnamese.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Figure(pub f64);

impl fmt::Display for Figure {
    /// Thousands grouped; whole numbers stay whole, others have the digits
    /// that are worth reading, and shares near 1 four.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let magnitude = self.0.abs();
        let digits = match magnitude {
            m if m.fract() == 0.0 || m >= 100.0 => 0,
            m if m >= 10.0 => 1,
            m if m > 0.98 && m < 1.0 => 4,
            m if m >= 0.1 => 2,
            _ => 3,
        };
        let text = format!("{magnitude:.digits$}");
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let (group, point) = if f.alternate() { ('.', ',') } else { (',', '.') };
        let mut shown = String::from(if self.0 < 0.0 { "-" } else { "" });
        for (i, digit) in whole.chars().enumerate() {
            if i > 0 && (whole.len() - i).is_multiple_of(3) {
                shown.push(group);
            }
            shown.push(digit);
        }
        if !fraction.is_empty() {
            shown.push(point);
            shown.push_str(fraction);
        }
        f.write_str(&shown)
    }
}

/// A criterion by its id. In a format string `{}` is its English name and
/// `{:#}` the Vietnamese one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CriterionId(pub String);

impl fmt::Display for CriterionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lang = if f.alternate() { Lang::Vi } else { Lang::En };
        f.write_str(&criterion_name(&self.0, lang))
    }
}

/// Some criteria by their ids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Ids")]
pub struct CriterionIds(pub Vec<CriterionId>);

/// A list, or the text that older records have in its place.
#[derive(Deserialize)]
#[serde(untagged)]
enum Ids {
    List(Vec<CriterionId>),
    Text(String),
}

impl From<Ids> for CriterionIds {
    fn from(ids: Ids) -> CriterionIds {
        match ids {
            Ids::List(ids) => CriterionIds(ids),
            Ids::Text(text) => CriterionIds(
                text.split(", ")
                    .filter(|id| !id.is_empty())
                    .map(|id| CriterionId(id.to_owned()))
                    .collect(),
            ),
        }
    }
}

impl CriterionIds {
    /// Of these ids.
    pub fn of<'a>(ids: impl IntoIterator<Item = &'a String>) -> CriterionIds {
        CriterionIds(ids.into_iter().map(|id| CriterionId(id.clone())).collect())
    }
}

impl fmt::Display for CriterionIds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        listed(&self.0, f)
    }
}

/// An item of the checklist by its id, as [`CriterionId`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ItemId(pub String);

impl fmt::Display for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lang = if f.alternate() { Lang::Vi } else { Lang::En };
        f.write_str(&item_name(&self.0, lang))
    }
}

/// Some items by their ids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ItemIds(pub Vec<ItemId>);

impl fmt::Display for ItemIds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        listed(&self.0, f)
    }
}

/// A metric by its path, as [`CriterionId`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MetricPath(pub String);

impl fmt::Display for MetricPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lang = if f.alternate() { Lang::Vi } else { Lang::En };
        f.write_str(&metric_name(&self.0, lang))
    }
}

/// How likely something is by chance: three decimals, below 0.001 that much.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Probability(pub f64);

impl fmt::Display for Probability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self.0 {
            p if p < 0.001 => "< 0.001".to_owned(),
            p => format!("{p:.3}"),
        };
        f.write_str(&if f.alternate() { text.replace('.', ",") } else { text })
    }
}

/// One of the two pools.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PoolSide {
    /// Of the writers.
    Write,
    /// Of the readers.
    Read,
}

impl fmt::Display for PoolSide {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match (self, f.alternate()) {
            (PoolSide::Write, false) => "write pool",
            (PoolSide::Read, false) => "read pool",
            (PoolSide::Write, true) => "pool ghi",
            (PoolSide::Read, true) => "pool đọc",
        })
    }
}

/// A verdict within a sentence, as [`CriterionId`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Judged(pub Verdict);

impl fmt::Display for Judged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.text(if f.alternate() { Lang::Vi } else { Lang::En }))
    }
}

fn listed(all: &[impl fmt::Display], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (i, one) in all.iter().enumerate() {
        f.write_str(if i > 0 { "; " } else { "" })?;
        fmt::Display::fmt(one, f)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_are_said_in_both_languages() {
        let both = |value: f64| (format!("{}", Figure(value)), format!("{:#}", Figure(value)));
        assert_eq!(both(168_824.4), ("168,824".into(), "168.824".into()));
        assert_eq!(both(0.99874), ("0.9987".into(), "0,9987".into()));
        assert_eq!(both(-40.62), ("-40.6".into(), "-40,6".into()));
        assert_eq!(both(0.0), ("0".into(), "0".into()));
        let p = |p| (format!("{}", Probability(p)), format!("{:#}", Probability(p)));
        assert_eq!(p(0.0002), ("< 0.001".into(), "< 0,001".into()));
        assert_eq!(p(0.02857), ("0.029".into(), "0,029".into()));
        let lost = CriterionId("lost".into());
        assert_eq!(
            (format!("{lost}"), format!("{lost:#}")),
            ("rows lost".into(), "dòng bị mất".into())
        );
    }

    #[test]
    fn a_list_of_criteria_is_also_read_as_older_records_have_it() {
        let read = |text: &str| serde_json::from_str::<CriterionIds>(text).unwrap();
        let ids = read(r#"["lost", "elapsed"]"#);
        assert_eq!(read(r#""lost, elapsed""#), ids);
        assert_eq!(serde_json::to_string(&ids).unwrap(), r#"["lost","elapsed"]"#);
        assert_eq!(format!("{ids:#}"), "dòng bị mất; thời gian, giây");
    }
}
