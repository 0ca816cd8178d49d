//! Whether two groups of runs may be compared at all, and what differs between
//! them besides: what a run was asked for, what its commits are worth and how
//! its server was built must be the same; settings, version, machine and data
//! may be what the comparison is about.

use super::Roles;
use crate::judge::set::Done;
use crate::judge::set::conditions::DURABILITY;
use crate::model::observed::CompareNote;
use crate::model::record::{Server, Setting};
use crate::model::{Note, RunRecord};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What decides how much WAL and how many pages a row costs, and can't be
/// changed without a new cluster, a restart in step with its standbys, or
/// another build.
const BUILD: [&str; 6] = [
    "wal_log_hints",
    "wal_segment_size",
    "block_size",
    "wal_block_size",
    "segment_size",
    "debug_assertions",
];

/// What of a scenario may differ: it changes the data's values, the names, or
/// what goes on beside the load.
const FREE: [&str; 10] = [
    "seed",
    "sampling",
    "log_slow_ms",
    "baseline",
    "baseline_s",
    "attempts_max",
    "acquire_timeout_s",
    "statement_timeout_s",
    "allow_unsafe",
    "tenant_prefix",
];

/// Whether runs may be compared.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Comparable {
    /// Why not; empty where they may.
    pub refusals: Vec<Note>,
    /// What differs besides, or isn't known.
    pub findings: Vec<Note>,
}

/// Whether the runs of both roles may be compared: each with each, also within
/// a role. `done` has those of the base first.
pub fn comparable(done: &[Done], roles: Roles<'_>) -> Comparable {
    let facts: Vec<(&Done, Facts)> = done.iter().map(|run| (run, musts(&run.record))).collect();
    let refusals = done.iter().filter_map(unfit).chain(mismatches(&facts)).collect();
    let mut findings: Vec<Note> = not_recorded(&facts).into_iter().collect();
    findings.extend(differences(done, roles));
    findings.extend(order(done, roles));
    Comparable { refusals, findings }
}

/// What isn't the same in the first run and in another, the first such one.
fn mismatches(facts: &[(&Done, Facts)]) -> Vec<Note> {
    let Some(((first, wanted), others)) = facts.split_first() else { return Vec::new() };
    let differing = |what: String| {
        let first_value = value(wanted, &what)?;
        let differs = |(run, facts): &(&Done, Facts)| {
            let value = value(facts, &what).filter(|value| *value != first_value)?;
            Some((run.label.clone(), value))
        };
        let (label, value) = others.iter().find_map(differs)?;
        let first = first.label.clone();
        Some(CompareNote::ConditionDiffers { what, label, value, first, first_value }.into())
    };
    // Of another scenario nothing else is the same.
    if let Some(name) = differing(NAME.to_owned()) {
        return vec![name];
    }
    all_names(facts.iter().map(|(_, facts)| facts)).into_iter().filter_map(differing).collect()
}

/// A run that was cut short, or whose server could lose what it acknowledged.
fn unfit(run: &Done) -> Option<Note> {
    let label = run.label.clone();
    let load = run.record.load.as_ref();
    if run.has_failed()
        || load.is_none_or(|load| load.rows_acknowledged == 0 || load.batches.stopped > 0)
    {
        return Some(CompareNote::NothingToCompare { label }.into());
    }
    let settings = run.record.server.iter().flat_map(|server| &server.settings);
    let Setting { name, value, .. } = settings.into_iter().find(|setting| setting.is_unsafe())?;
    let (setting, value) = (name.clone(), value.clone());
    Some(CompareNote::UndurableRun { label, setting, value }.into())
}

/// Facts of a run by their names.
type Facts = BTreeMap<String, String>;

const NAME: &str = "scenario.name";

/// What must be the same. A setting that the record doesn't have isn't there.
fn musts(record: &RunRecord) -> Facts {
    let mut facts = scenario(record);
    facts.retain(|name, _| !is_free(name));
    let Some(server) = &record.server else { return facts };
    for name in DURABILITY.into_iter().chain(BUILD) {
        // Records of before 1.4 leave it out where it has its default.
        let default = (name == "wal_log_hints").then(|| "off".to_owned());
        facts.extend(setting(server, name).or(default).map(|value| (name.to_owned(), value)));
    }
    facts
}

/// What may differ.
fn mays(record: &RunRecord) -> Facts {
    let mut facts = scenario(record);
    facts.retain(|name, _| is_free(name));
    if let Some(server) = &record.server {
        let named = |name: &str| DURABILITY.contains(&name) || BUILD.contains(&name);
        let settings = server.settings.iter().filter(|setting| !named(&setting.name));
        facts.extend(settings.map(|setting| (setting.name.clone(), setting.value.clone())));
        facts.insert("server_version".to_owned(), server.version.clone());
        facts.insert("server_address".to_owned(), server.address.clone());
    }
    let host = &record.host;
    facts.insert("host.os".to_owned(), host.os.clone());
    facts.insert("host.cpus".to_owned(), host.cpus.to_string());
    let memory = host.memory_bytes.map(|bytes| format!("{} MiB", bytes >> 20));
    facts.extend(memory.map(|memory| ("host.memory".to_owned(), memory)));
    facts.insert("tool_version".to_owned(), record.tool_version.clone());
    facts
}

fn is_free(name: &str) -> bool {
    // What a private server was given besides is what a comparison may be about.
    let is_servers = |key: &str| key.starts_with("config.") || key.starts_with("settings.");
    name.strip_prefix("scenario.").is_some_and(|key| FREE.contains(&key) || is_servers(key))
}

fn setting(server: &Server, name: &str) -> Option<String> {
    let found = server.settings.iter().find(|setting| setting.name == name);
    found.map(|setting| setting.value.clone())
}

/// The scenario, leaf by leaf.
fn scenario(record: &RunRecord) -> Facts {
    let mut facts = Facts::new();
    // A scenario serializes: its keys are strings.
    let value = serde_json::to_value(&record.scenario).unwrap_or(Value::Null);
    leaves("scenario", &value, &mut facts);
    facts
}

fn leaves(path: &str, value: &Value, facts: &mut Facts) {
    match value {
        Value::Object(object) => {
            object.iter().for_each(|(key, value)| leaves(&format!("{path}.{key}"), value, facts));
        }
        Value::Null => {}
        Value::String(text) => drop(facts.insert(path.to_owned(), text.clone())),
        other => drop(facts.insert(path.to_owned(), other.to_string())),
    }
}

/// A fact; what a scenario doesn't have is `-`, what a record doesn't say of its
/// server isn't known.
fn value(facts: &Facts, name: &str) -> Option<String> {
    let missing = || name.starts_with("scenario.").then(|| "-".to_owned());
    facts.get(name).cloned().or_else(missing)
}

fn all_names<'a>(facts: impl Iterator<Item = &'a Facts>) -> Vec<String> {
    let names: BTreeSet<&String> = facts.flat_map(BTreeMap::keys).collect();
    names.into_iter().cloned().collect()
}

/// What must be the same and isn't known of a run, though of another.
fn not_recorded(facts: &[(&Done, Facts)]) -> Option<Note> {
    let names = all_names(facts.iter().map(|(_, facts)| facts));
    let lacks = |(run, facts): &(&Done, Facts)| {
        let unknown = names.iter().filter(|name| value(facts, name).is_none());
        let what = unknown.cloned().collect::<Vec<_>>().join(", ");
        let label = run.label.clone();
        (!what.is_empty()).then(|| CompareNote::NotRecorded { what, label }.into())
    };
    facts.iter().find_map(lacks)
}

/// What differs between the roles, each with the values that its runs have.
fn differences(done: &[Done], roles: Roles<'_>) -> Vec<Note> {
    let of = |role: &str| -> Vec<Facts> {
        done.iter().filter(|run| run.role == role).map(|run| mays(&run.record)).collect()
    };
    let (base, other) = (of(roles.base), of(roles.other));
    let names = all_names(base.iter().chain(&other));
    let values = |facts: &[Facts], name: &str| {
        let value = |facts: &Facts| facts.get(name).cloned().unwrap_or_else(|| "-".to_owned());
        let mut values: Vec<String> = facts.iter().map(value).collect();
        values.sort_unstable();
        values.dedup();
        values.join(" / ")
    };
    let differ = |what: String| {
        let (base_value, other_value) = (values(&base, &what), values(&other, &what));
        let (base, other) = (roles.base.to_owned(), roles.other.to_owned());
        (base_value != other_value)
            .then(|| CompareNote::Differs { what, base, other, base_value, other_value }.into())
    };
    names.into_iter().filter_map(differ).collect()
}

/// Whether all runs of one role were made before all of the other.
fn order(done: &[Done], roles: Roles<'_>) -> Option<Note> {
    // RFC 3339 in UTC: the order of the texts is that of the times.
    let times = |role: &str| {
        let times = done.iter().filter(|run| run.role == role).map(|run| &run.record.started_at);
        Some((times.clone().min()?, times.max()?))
    };
    let (base, other) = (times(roles.base)?, times(roles.other)?);
    let note = |first: &str, then: &str| {
        CompareNote::NotInterleaved { first: first.to_owned(), then: then.to_owned() }.into()
    };
    if done.len() <= 2 {
        return None; // One after the other is all that two runs can be.
    }
    if base.1 < other.0 {
        return Some(note(roles.base, roles.other));
    }
    (other.1 < base.0).then(|| note(roles.other, roles.base))
}
