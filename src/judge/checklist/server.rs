//! How the server is configured.

use super::found::{Found, seen as sight};
use super::{Seen, drift};
use crate::model::facts::Facts;
use crate::model::observed::Configured;
use crate::model::set::{Answer, Answered, Item};

const SECTION: &str = "server";

/// The items.
pub(super) fn items(seen: &Seen<'_>) -> Vec<Item> {
    let facts = seen.after;
    let answered = [
        ("durability", durability(facts)),
        ("settings_expected", drift::found(seen)),
        ("pending_restart", pending_restart(facts)),
        ("config_files", config_files(facts)),
        ("statistics", statistics(facts)),
        ("logging", logging(facts)),
    ];
    let item = |(id, found): (&str, Found)| found.item(SECTION, id, Answered::Read);
    answered.into_iter().map(item).collect()
}

fn named(facts: &Facts, names: &[&str]) -> String {
    let value = |name: &&str| Some(format!("{name} = {}", facts.setting(name)?));
    names.iter().filter_map(value).collect::<Vec<_>>().join(", ")
}

/// An acknowledged commit survives a crash, by the settings.
fn durability(facts: &Facts) -> Found {
    const NAMES: [&str; 3] = ["fsync", "full_page_writes", "synchronous_commit"];
    let hidden: Vec<&str> = NAMES.into_iter().filter(|n| facts.setting(n).is_none()).collect();
    if !hidden.is_empty() {
        let names = hidden.join(", ");
        return Found::one(Answer::Open, Configured::SettingHidden { names });
    }
    let off: Vec<_> = NAMES.into_iter().filter(|n| facts.setting(n) == Some("off")).collect();
    if !off.is_empty() {
        let settings = named(facts, &off);
        return Found::one(Answer::No, Configured::DurableOff { settings });
    }
    let mut found =
        Found::one(Answer::Yes, Configured::SettingsAre { settings: named(facts, &NAMES) });
    let waits = facts.setting("synchronous_standby_names").is_some_and(|names| !names.is_empty());
    if waits && facts.setting("synchronous_commit") == Some("local") {
        found.add(Answer::Warning, Configured::DurableLocal {});
    }
    found
}

/// What was measured is what the next restart brings.
fn pending_restart(facts: &Facts) -> Found {
    let waiting = facts.settings.iter().filter(|setting| setting.pending_restart);
    let names: Vec<&str> = waiting.map(|setting| setting.name.as_str()).collect();
    match names.is_empty() {
        false => Found::one(Answer::No, Configured::WaitsForRestart { names: names.join(", ") }),
        true => Found::one(Answer::Yes, Configured::NothingWaits {}),
    }
}

/// Lines that a reload or a restart would stumble over.
fn config_files(facts: &Facts) -> Found {
    let faults = match sight(&facts.files) {
        Ok(faults) => faults,
        Err(found) => return found,
    };
    let waits = |name: &str| facts.settings.iter().any(|s| s.pending_restart && s.name == name);
    let mut found = Found::new();
    // What only waits for a restart is listed as an error, too.
    for fault in faults.iter().filter(|fault| !waits(&fault.name)) {
        let (file, line) = (fault.file.clone(), fault.line);
        let (name, error) = (fault.name.clone(), fault.error.clone());
        found.add(Answer::No, Configured::FileFault { file, line, name, error });
    }
    if found.is_empty() {
        found.add(Answer::Yes, Configured::FilesGood {});
    }
    found
}

fn off(facts: &Facts, name: &str, wanted: &str) -> Configured {
    let value = facts.setting(name).unwrap_or_default().to_owned();
    Configured::SettingOff { name: name.to_owned(), value, wanted: wanted.to_owned() }
}

/// What a stall can be explained with afterwards.
fn statistics(facts: &Facts) -> Found {
    let mut found = Found::new();
    for name in ["track_io_timing", "track_wal_io_timing", "track_counts", "track_activities"] {
        if facts.setting(name) != Some("on") {
            found.add(Answer::Warning, off(facts, name, "on"));
        }
    }
    match (facts.session.statements_loaded, facts.session.statements_created) {
        (false, _) => found.add(Answer::Warning, Configured::ExtensionUnloaded {}),
        (true, false) => found.add(Answer::Warning, Configured::ExtensionNotCreated {}),
        (true, true) => {}
    }
    if found.is_empty() {
        found.add(Answer::Yes, Configured::StatisticsGood {});
    }
    found
}

/// What the log must have for somebody who looks for a cause.
fn logging(facts: &Facts) -> Found {
    let mut found = Found::new();
    for name in ["log_checkpoints", "log_lock_waits"] {
        if facts.setting(name) != Some("on") {
            found.add(Answer::Warning, off(facts, name, "on"));
        }
    }
    // -1 is off.
    let times = [("log_min_duration_statement", "1s"), ("log_autovacuum_min_duration", "10min")];
    for (name, wanted) in times {
        if facts.setting(name).is_none_or(|value| value.starts_with('-')) {
            found.add(Answer::Warning, off(facts, name, wanted));
        }
    }
    if found.is_empty() {
        let names = [
            "log_checkpoints",
            "log_lock_waits",
            "log_min_duration_statement",
            "log_autovacuum_min_duration",
        ];
        found.add(Answer::Yes, Configured::SettingsAre { settings: named(facts, &names) });
    }
    found
}
