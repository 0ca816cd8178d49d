//! A set that was stopped, read back: its runs must be those that it was
//! written with, and those that the plan would make again.

use super::error::SetError;
use super::plan::{Plan, Step};
use crate::engine::records::{major, sha256};
use crate::engine::{EngineError, RunOptions};
use crate::judge::set::Done;
use crate::model::limits::Limits;
use crate::model::record::SCHEMA_VERSION;
use crate::model::set::{Member, Set};
use crate::model::{Criterion, Limit, RunRecord, Scenario};
use crate::session::Target;
use crate::table::processing_activities;
use serde_json::{Map, Value};
use std::path::{Component, Path};

/// Reads the set in `folder` back, of which `plan` makes the same runs.
pub(super) fn resume(
    folder: &Path,
    kind: &str,
    base: &RunOptions,
    plan: &dyn Plan,
) -> Result<(Set, Vec<Done>), EngineError> {
    let path = folder.display().to_string();
    let unreadable = |detail: String| SetError::Unreadable { path: path.clone(), detail };
    let text = std::fs::read(folder.join("set.json")).map_err(|e| unreadable(e.to_string()))?;
    let set: Set = serde_json::from_slice(&text).map_err(|e| unreadable(e.to_string()))?;
    if set.kind != kind || major(&set.schema_version) != major(SCHEMA_VERSION) {
        let found = format!("{} {}", set.kind, set.schema_version);
        let wanted = format!("{kind} {SCHEMA_VERSION}");
        return Err(SetError::OtherKind { path, found, wanted }.into());
    }
    // Nothing would say whether it is the one that was begun.
    if set.members.is_empty() {
        return Err(SetError::NothingDone { path }.into());
    }
    let other = |label: &str, what: String| SetError::OtherOptions {
        path: path.clone(),
        label: label.to_owned(),
        what,
        argv: set.argv.join(" "),
    };
    let address = match &base.url {
        Some(url) => Target::parse(url)?.address(),
        None => "private".to_owned(),
    };
    let mut done: Vec<Done> = Vec::new();
    for member in &set.members {
        let record = read_back(folder, member)?;
        let step = plan.next(&done);
        if let Some(what) = difference(&record, member, step.as_ref(), &address)? {
            return Err(other(&member.label, what).into());
        }
        done.push(Done { label: member.label.clone(), role: member.role.clone(), record });
    }
    Ok((set, done))
}

/// The record of a member, unchanged since.
fn read_back(folder: &Path, member: &Member) -> Result<RunRecord, EngineError> {
    let relative = Path::new(&member.path);
    let path = folder.join(relative);
    let name = path.display().to_string();
    if !relative.components().all(|part| matches!(part, Component::Normal(_))) {
        return Err(SetError::Outside { path: name }.into());
    }
    let unreadable = |detail: String| SetError::Unreadable { path: name.clone(), detail };
    let bytes = std::fs::read(&path).map_err(|e| unreadable(e.to_string()))?;
    let found = sha256(&bytes);
    if found != member.sha256 {
        let expected = member.sha256.clone();
        return Err(SetError::Changed { path: name, expected, found }.into());
    }
    Ok(serde_json::from_slice(&bytes).map_err(|e| unreadable(e.to_string()))?)
}

/// In what the run that was done isn't the one that the plan would make.
fn difference(
    record: &RunRecord,
    member: &Member,
    step: Option<&Step>,
    address: &str,
) -> Result<Option<String>, EngineError> {
    let Some(step) = step.filter(|s| s.label == member.label && s.role == member.role) else {
        let label = step.map_or_else(|| "-".to_owned(), |step| step.label.clone());
        return Ok(Some(format!("label = {label}")));
    };
    if record.server.as_ref().is_some_and(|server| server.address != address) {
        return Ok(Some(format!("server = {address}")));
    }
    let settings = || record.server.iter().flat_map(|server| &server.settings);
    let other = step.altered.iter().find(|(name, value)| {
        settings().any(|setting| setting.name == *name && setting.value != *value)
    });
    if let Some((name, value)) = other {
        return Ok(Some(format!("{name} = {value}")));
    }
    let options = &step.options;
    if !are_those(&options.criteria, record) {
        return Ok(Some("criteria".to_owned()));
    }
    let mut planned = options.scenario(&processing_activities::table(options.key))?;
    let mut was = record.scenario.clone();
    for scenario in [&mut planned, &mut was] {
        forget_what_the_server_decides(scenario, options);
    }
    Ok(first_difference(&planned, &was))
}

/// Whether the record was judged by `criteria`.
fn are_those(criteria: &[Criterion], record: &RunRecord) -> bool {
    let judged = &record.criteria;
    criteria.len() == judged.len()
        && criteria.iter().zip(judged).all(|(criterion, result)| {
            let limit = match criterion.limit {
                Limit::Number(limit) => Some(limit),
                Limit::Metric(_) => result.limit,
            };
            (&criterion.id, &criterion.metric, criterion.is, limit)
                == (&result.id, &result.metric, result.is, result.limit)
        })
}

/// Whether slow statements are logged, and how large a pool is that nobody asked
/// for. Nor does it matter by which limits the set was ended.
fn forget_what_the_server_decides(scenario: &mut Scenario, options: &RunOptions) {
    scenario.log_slow_ms = None;
    scenario.limits = Limits::default();
    if options.write_pool.is_none() {
        scenario.write_pool = 0;
        scenario.writers_per_tenant = 0;
    }
}

/// The first key in which two scenarios differ, with the value of the plan.
/// The plan's goes through text, as the record did: a number that is read may
/// differ in its last bit from the one that was written.
fn first_difference(planned: &Scenario, was: &Scenario) -> Option<String> {
    let planned: Value = serde_json::from_str(&serde_json::to_string(planned).ok()?).ok()?;
    let was = serde_json::to_value(was).unwrap_or_default();
    let (planned, was) = (planned.as_object()?, was.as_object()?);
    // What isn't there is null: of some keys nothing is written where there is nothing.
    let value = |all: &Map<String, Value>, key: &str| all.get(key).cloned().unwrap_or_default();
    let mut keys = planned.keys().chain(was.keys());
    let key = keys.find(|key| value(planned, key) != value(was, key))?;
    Some(format!("scenario.{key} = {}", value(planned, key)))
}
