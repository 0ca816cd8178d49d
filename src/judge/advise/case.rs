//! A rule's case: the numbers that it went by, with their thresholds, and the
//! changes that follow from them.

use super::seen::{Lack, Seen};
use crate::judge::value::{base_size, shown};
use crate::model::Note;
use crate::model::advice::{Advice, Applies, Evidence, Proposal};
use crate::model::criterion::Comparison;
use crate::model::facts::SettingFact;
use crate::model::observed::Advised;

/// Where a value comes from that the files and ALTER SYSTEM don't change.
pub const BEATS_FILES: [&str; 6] =
    ["environment variable", "command line", "database", "user", "database user", "client"];

/// A value to set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Value<'a> {
    /// Bytes.
    Bytes(f64),
    /// Seconds.
    Seconds(f64),
    /// A number without a unit, or in the setting's base unit.
    Number(f64),
    /// A word, as in `on`.
    Word(&'a str),
}

/// A change of a setting.
pub(super) struct Change<'a> {
    /// The setting.
    pub name: &'a str,
    /// The value.
    pub value: Value<'a>,
    /// What the formula gave, in what `value` is in; None where there is no formula.
    pub raw: Option<f64>,
    /// What bounded it.
    pub capped_by: Option<Note>,
}

/// What a rule has put together.
pub(super) struct Case<'a> {
    seen: &'a Seen<'a>,
    /// The numbers.
    pub evidence: Vec<Evidence>,
    /// What is to be said.
    pub notes: Vec<Note>,
    /// How the change takes effect, where that isn't as the rule's row has it.
    pub applies: Option<Applies>,
    changes: Vec<Proposal>,
}

impl<'a> Case<'a> {
    pub fn new(seen: &'a Seen<'a>) -> Case<'a> {
        let (evidence, notes, changes) = (Vec::new(), Vec::new(), Vec::new());
        Case { seen, evidence, notes, applies: None, changes }
    }

    /// Enters a number and its threshold; whether it holds.
    pub fn is(&mut self, id: &str, value: f64, is: Comparison, threshold: f64) -> bool {
        let (id, value, threshold) = (id.to_owned(), Some(value), Some(threshold));
        self.evidence.push(Evidence { id, value, is: Some(is), threshold });
        value.zip(threshold).is_some_and(|(value, threshold)| is.holds(value, threshold))
    }

    /// Enters a number that has to be greater than its threshold; whether it is.
    pub fn is_above(&mut self, id: &str, value: f64, threshold: f64) -> bool {
        self.is(id, value, Comparison::Greater, threshold)
    }

    /// Enters a number that goes into the formula alone.
    pub fn goes_in(&mut self, id: &str, value: f64) {
        let value = Some(value);
        self.evidence.push(Evidence { id: id.to_owned(), value, is: None, threshold: None });
    }

    /// Says something.
    pub fn say(&mut self, note: Advised) {
        self.notes.push(note.into());
    }

    /// Sets a setting to a value that no formula gave.
    ///
    /// # Errors
    /// Where the setting wasn't seen.
    pub fn set(&mut self, name: &str, value: Value<'_>) -> Result<(), Lack> {
        self.change(Change { name, value, raw: None, capped_by: None })
    }

    /// Changes a setting. A value that it has already is no change.
    ///
    /// # Errors
    /// Where the setting wasn't seen.
    pub fn change(&mut self, change: Change<'_>) -> Result<(), Lack> {
        let setting = self.seen.setting(change.name)?;
        let size = base_size(&setting.unit).unwrap_or(1.0);
        let (in_base_unit, raw) = match change.value {
            Value::Bytes(value) | Value::Seconds(value) => {
                (Some((value / size).round()), change.raw.map(|raw| raw / size))
            }
            Value::Number(value) => (Some(value), change.raw),
            Value::Word(_) => (None, None),
        };
        let proposed = match (change.value, in_base_unit) {
            (Value::Word(word), _) => word.to_owned(),
            (_, number) => shown(number.unwrap_or_default(), &setting.unit),
        };
        if proposed == current(setting) {
            return Ok(());
        }
        self.guard(setting);
        self.changes.push(Proposal {
            proposed: Some(proposed),
            in_base_unit,
            raw,
            capped_by: change.capped_by,
            ..as_it_is(setting)
        });
        Ok(())
    }

    /// What would make the change ineffective.
    fn guard(&mut self, setting: &SettingFact) {
        let name = setting.name.clone();
        if BEATS_FILES.contains(&setting.source.as_str()) {
            self.say(Advised::Overridden { setting: name, source: setting.source.clone() });
        } else if setting.pending_restart {
            self.say(Advised::RestartPends { setting: name });
        }
    }

    /// The outcome: what would change nothing is settled.
    pub fn settle(&self, outcome: Advice) -> Advice {
        let changes = matches!(outcome, Advice::Proposed | Advice::Option | Advice::Trial);
        if changes && self.changes.is_empty() { Advice::Settled } else { outcome }
    }

    /// The evidence isn't there.
    pub fn give_up(&mut self, note: Note) {
        self.changes.clear();
        self.notes.push(note);
    }

    /// A setting's part of the outcome.
    pub fn proposal(&self, name: &str, outcome: Advice) -> Proposal {
        let change = self.changes.iter().find(|change| change.name == name);
        let change = change.filter(|_| outcome != Advice::Settled).cloned();
        change.or_else(|| self.seen.setting(name).ok().map(as_it_is)).unwrap_or_else(|| Proposal {
            name: name.to_owned(),
            current: None,
            current_source: None,
            proposed: None,
            in_base_unit: None,
            raw: None,
            unit: String::new(),
            capped_by: None,
        })
    }
}

fn as_it_is(setting: &SettingFact) -> Proposal {
    Proposal {
        name: setting.name.clone(),
        current: Some(current(setting)),
        current_source: Some(setting.source.clone()),
        proposed: None,
        in_base_unit: None,
        raw: None,
        unit: setting.unit.clone(),
        capped_by: None,
    }
}

/// The value as the server shows it.
pub(super) fn current(setting: &SettingFact) -> String {
    match setting.value.parse() {
        Ok(number) if matches!(setting.kind.as_str(), "integer" | "real") => {
            shown(number, &setting.unit)
        }
        _ => setting.value.clone(),
    }
}
