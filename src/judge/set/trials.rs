//! What of a run's recommendations is measured again, and how long that takes.

use super::Done;
use crate::judge::advise::{BEATS_FILES, Given, advise};
use crate::judge::value::seconds as seconds_of;
use crate::model::RunRecord;
use crate::model::advice::{Advice, Applies, Proposal, Recommendation};
use crate::model::facts::SettingFact;
use crate::model::observed::TuneNote;

/// The role of the runs that give the evidence.
pub const EVIDENCE: &str = "evidence";

/// The role of the runs on the server as it is set.
pub const CURRENT: &str = "current";

/// The role of the runs on the server as it is set, beside those of [`TOGETHER`].
pub const CURRENT_AGAIN: &str = "current again";

/// The role of the runs with everything that helped.
pub const TOGETHER: &str = "together";

/// Settings of which nothing is seen before a checkpoint, and the rules that are
/// called like them.
pub(super) const OF_CHECKPOINTS: [&str; 5] = [
    "max_wal_size",
    "min_wal_size",
    "checkpoint_timeout",
    "checkpoint_completion_target",
    "checkpoint_flush_after",
];

/// A rule whose value is a part of what another rule proposes, and that rule:
/// on the server as it is set it would have no room.
const PART_OF: (&str, &str) = ("min_wal_size", "max_wal_size");

/// Settings that are there to see with: they make nothing faster.
const TO_SEE_WITH: [&str; 2] = ["track_io_timing", "log_min_duration_statement"];

/// The record that the rules go by: the last run for evidence, or the one that was given.
pub fn evidence<'a>(done: &'a [Done], given: Option<&'a RunRecord>) -> Option<&'a RunRecord> {
    let is_one = |done: &&Done| done.role == EVIDENCE && !done.has_failed();
    let last = done.iter().rev().find(is_one);
    last.map(|done| &done.record).or(given)
}

/// What the rules say of it.
pub fn recommendations(
    done: &[Done],
    record: Option<&RunRecord>,
    given: &Given,
) -> Vec<Recommendation> {
    evidence(done, record).map(|record| advise(record, given)).unwrap_or_default()
}

/// What is to be measured again.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Asked {
    /// How often on each side.
    pub repeat: u32,
    /// How long each run is measured, in seconds; None for as long as its recommendation asks.
    pub arm_s: Option<f64>,
    /// How long it all may take, in seconds; None for as long as it takes.
    pub time_s: Option<f64>,
    /// The rules whose recommendations are measured; none for all.
    pub only: Vec<String>,
    /// Whether the server is started for each run.
    pub is_private: bool,
    /// Settings of a target that the role may not change.
    pub denied: Vec<String>,
}

/// What is measured again, and how.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Trials {
    /// The recommendations.
    pub all: Vec<Recommendation>,
    /// Those that there is no time for, and how long all would take with them, in seconds.
    pub too_long: Vec<(String, f64)>,
    /// Those that are a part of what another rule proposes, which isn't measured.
    pub baseless: Vec<String>,
    /// How long a run has to be for each of them to show, in seconds.
    pub needed_s: Vec<(String, f64)>,
    /// How long each run is measured, in seconds.
    pub arm_s: f64,
    /// How long all runs take at most, about, in seconds: also those of all that
    /// helped together.
    pub total_s: f64,
}

impl Trials {
    /// The recommendation that a rule's runs have besides, and are compared
    /// with; None where that is the server as it is set.
    pub fn base(&self, rule: &str) -> Option<&Recommendation> {
        let (part, whole) = PART_OF;
        self.all.iter().find(|r| rule == part && r.rule == whole)
    }

    /// What the runs of a recommendation set.
    pub fn sets(&self, recommendation: &Recommendation) -> Vec<(String, String)> {
        let base = self.base(&recommendation.rule).map(changes);
        base.into_iter().flatten().chain(changes(recommendation)).collect()
    }

    /// How many runs there are of all that helped together, at most.
    pub fn together(&self, repeat: u32) -> usize {
        if self.all.len() > 1 { 2 * repeat as usize } else { 0 }
    }

    /// Whether the runs are long enough for a recommendation that is measured.
    pub(super) fn is_long_enough(&self, recommendation: &Recommendation) -> bool {
        let rule = &recommendation.rule;
        let needed = self.needed_s.iter().find(|(known, _)| known == rule);
        !is_about_checkpoints(rule) || needed.is_none_or(|(_, needed_s)| self.arm_s >= *needed_s)
    }
}

/// What of `advised` is measured again, by a run like `record`.
pub fn trials(advised: &[Recommendation], record: &RunRecord, asked: &Asked) -> Trials {
    let is_one = |r: &&Recommendation| unmeasured(r, asked).is_none();
    let mut trials =
        Trials { all: advised.iter().filter(is_one).cloned().collect(), ..Trials::default() };
    let (part, whole) = PART_OF;
    let is_there =
        |all: &[Recommendation], rule| all.iter().any(|r| r.rule == rule && is_change(r));
    if is_there(advised, whole) && !is_there(&trials.all, whole) && is_there(&trials.all, part) {
        trials.all.retain(|r| r.rule != part);
        trials.baseless.push(part.to_owned());
    }
    trials.needed_s = trials.all.iter().map(|r| (r.rule.clone(), arm_s(r, record))).collect();
    let long = |r: &Recommendation| asked.arm_s.unwrap_or_else(|| arm_s(r, record));
    loop {
        trials.arm_s = trials.all.iter().map(long).fold(0.0, f64::max);
        let each = (trials.all.len() + 1) * asked.repeat as usize;
        let runs = each + trials.together(asked.repeat);
        trials.total_s = runs as f64 * (trials.arm_s + besides_s(record));
        let fits = asked.time_s.is_none_or(|time_s| trials.total_s <= time_s);
        // The longest goes first, since it makes all others long.
        let longest = trials.all.iter().map(long).enumerate().max_by(|a, b| a.1.total_cmp(&b.1));
        match longest {
            Some((index, _)) if !fits => {
                let rule = trials.all.remove(index).rule;
                trials.too_long.push((rule, trials.total_s));
            }
            _ => return trials,
        }
    }
}

/// What a run takes besides its measure phase.
pub(super) fn besides_s(record: &RunRecord) -> f64 {
    let phases = record.phases.iter().filter(|phase| phase.name != "measure");
    phases.map(|phase| phase.elapsed_s.max(0.0)).sum()
}

/// Whether it is about checkpoints, and so needs whole cycles of them.
pub(super) fn is_about_checkpoints(rule: &str) -> bool {
    // What is compressed most are the full pages behind a checkpoint.
    OF_CHECKPOINTS.contains(&rule) || rule == "wal_compression"
}

/// Whether a recommendation changes something.
pub(super) fn is_change(recommendation: &Recommendation) -> bool {
    let is_for_it = matches!(recommendation.outcome, Advice::Proposed | Advice::Trial);
    is_for_it && !changes(recommendation).is_empty()
}

/// Why a recommendation isn't measured; None where it is.
pub(super) fn unmeasured(recommendation: &Recommendation, asked: &Asked) -> Option<TuneNote> {
    let is_named = asked.only.contains(&recommendation.rule);
    if !is_named && !asked.only.is_empty() {
        return Some(TuneNote::NotAskedToMeasure {});
    }
    if !is_named && TO_SEE_WITH.contains(&recommendation.rule.as_str()) {
        return Some(TuneNote::ToSeeWith {});
    }
    let overridden = recommendation.settings.iter().find(|setting| {
        let source = setting.current_source.as_deref();
        setting.proposed.is_some() && source.is_some_and(|source| BEATS_FILES.contains(&source))
    });
    if let Some(setting) = overridden {
        let source = setting.current_source.clone().unwrap_or_default();
        return Some(TuneNote::BeatsFiles { setting: setting.name.clone(), source });
    }
    let changed = changes(recommendation);
    let is_denied = |(name, _): &&(String, String)| asked.denied.contains(name);
    if let Some((setting, _)) = changed.iter().find(is_denied) {
        return Some(TuneNote::RoleMayNotSet { setting: setting.clone() });
    }
    match recommendation.applies {
        _ if !is_change(recommendation) => Some(TuneNote::NotOfServer {}),
        Applies::Reload => None,
        Applies::Restart | Applies::Role if asked.is_private => None,
        Applies::Restart => Some(TuneNote::NeedsRestart {}),
        _ => Some(TuneNote::NotOfServer {}),
    }
}

/// What a recommendation sets.
pub fn changes(recommendation: &Recommendation) -> Vec<(String, String)> {
    let changed = |setting: &Proposal| Some((setting.name.clone(), setting.proposed.clone()?));
    recommendation.settings.iter().filter_map(changed).collect()
}

/// How long a run has to be in which a recommendation shows what it does, in
/// seconds: two whole checkpoint cycles of the side where they are longer, for
/// what is about checkpoints; else what is enough to have a rate.
pub fn arm_s(recommendation: &Recommendation, record: &RunRecord) -> f64 {
    if !is_about_checkpoints(&recommendation.rule) {
        return SHORT_ARM_S;
    }
    let now = record.tuning.as_ref().and_then(|tuning| tuning.setting("checkpoint_timeout"));
    let now_s = now.and_then(seconds).unwrap_or(TIMEOUT_S);
    let changed = changes(recommendation);
    let then = changed.iter().find(|(name, _)| name == "checkpoint_timeout");
    let then_s = then.and_then(|(_, value)| seconds_of(value));
    (2.0 * now_s.max(then_s.unwrap_or(0.0)) + MARGIN_S).max(SHORT_ARM_S)
}

/// Long enough for a rate.
const SHORT_ARM_S: f64 = 30.0;

/// So that the second cycle ends within the run.
const MARGIN_S: f64 = 5.0;

/// checkpoint_timeout where it wasn't seen.
const TIMEOUT_S: f64 = 300.0;

/// A time that is recorded in seconds.
fn seconds(setting: &SettingFact) -> Option<f64> {
    (setting.unit == "s").then(|| setting.value.parse().ok()).flatten()
}
