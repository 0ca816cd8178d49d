//! Whether the settings are as `--expect` says.

use super::Seen;
use super::conf::ExpectedSetting;
use super::found::Found;
use crate::judge::value::{Compared, compare};
use crate::model::facts::{Facts, NOT_RECORDED, SettingFact, can_hold_a_secret};
use crate::model::observed::Configured;
use crate::model::set::Answer;

/// Each setting that is another one, waits for a restart, or isn't known.
pub(super) fn found(seen: &Seen<'_>) -> Found {
    let Some(expected) = seen.expected else {
        return Found::one(Answer::Open, Configured::NothingExpected {});
    };
    let facts: &Facts = seen.after;
    let mut found = Found::new();
    let (mut hidden, mut secret, mut same) = (Vec::new(), Vec::new(), 0);
    for wanted in &expected.settings {
        let (name, line) = (wanted.name.clone(), wanted.line);
        let known = facts.settings.iter().find(|s| s.name.eq_ignore_ascii_case(&name));
        let Some(setting) = known else {
            match facts.session.reads_settings {
                true => found.add(Answer::No, Configured::ExpectedUnknown { name, line }),
                false => hidden.push(name),
            }
            continue;
        };
        // Whether there is one at all can be compared.
        if can_hold_a_secret(&name) && !setting.value.is_empty() && !wanted.value.is_empty() {
            secret.push(name);
            continue;
        }
        match compare(&wanted.value, setting) {
            // That the file says something else since is an item of its own.
            Compared::Same => same += 1,
            Compared::Unreadable => {
                let value = expected_of(wanted);
                found.add(Answer::No, Configured::ExpectedUnreadable { name, line, value });
            }
            Compared::Other => found.add(Answer::No, differs(setting, expected_of(wanted))),
        }
    }
    if !hidden.is_empty() {
        let names = hidden.join(", ");
        found.add(Answer::Open, Configured::ExpectedHidden { names });
    }
    if !secret.is_empty() {
        found.add(Answer::Open, Configured::ExpectedSecret { names: secret.join(", ") });
    }
    if same > 0 {
        let path = expected.path.clone();
        found.add(Answer::Yes, Configured::AsExpected { settings: same, path });
    }
    found
}

/// A value of the file, as far as it may be shown: the set is passed on, and a
/// password in it would be too.
fn expected_of(wanted: &ExpectedSetting) -> String {
    match wanted.value.as_str() {
        "" => "''".to_owned(),
        _ if can_hold_a_secret(&wanted.name) => NOT_RECORDED.to_owned(),
        value => value.to_owned(),
    }
}

fn differs(setting: &SettingFact, expected: String) -> Configured {
    let (name, is) = (setting.name.clone(), shown(setting));
    match setting.pending_restart {
        true => Configured::DriftWaits { name, is, expected },
        false => Configured::Drift { name, is, expected, from: setting.source.clone() },
    }
}

/// A value with its base unit: `16384 x 8kB`, `300 s`.
pub(super) fn shown(setting: &SettingFact) -> String {
    let value = &setting.value;
    match setting.unit.as_str() {
        _ if value.is_empty() => "''".to_owned(),
        "" => value.clone(),
        unit if unit.starts_with(|c: char| c.is_ascii_digit()) => format!("{value} x {unit}"),
        unit => format!("{value} {unit}"),
    }
}
