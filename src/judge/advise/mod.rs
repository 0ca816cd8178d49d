//! What the settings should be: rules that go from the evidence of a run to a
//! value. Pure functions of the record and of what the user gave.
//!
//! A file a setting or a family of them. A rule without its evidence says
//! which, and what run would give it; a rule whose evidence is there and asks
//! for nothing is settled. docs/tuning.md has a paragraph on each.

mod autovacuum;
mod background_writer;
mod case;
mod checkpoints;
mod commit_delay;
mod connections;
mod durability;
#[cfg(test)]
mod followed;
mod insert_vacuum;
#[cfg(test)]
pub(crate) mod lab;
mod locks;
mod machine;
mod max_wal_size;
mod memory;
mod observing;
mod rule;
mod seen;
mod shared_buffers;
mod statements;
mod wal_buffers;
mod wal_compression;
mod wal_files;

use crate::model::RunRecord;
use crate::model::advice::Recommendation;
pub use case::BEATS_FILES;
use rule::Rule;
pub use seen::Given;
use seen::Seen;

/// All rules. Where one sets what another goes by, it comes before it.
const RULES: &[Rule] = &[
    durability::KEPT,
    max_wal_size::RULE,
    wal_files::MIN_WAL_SIZE,
    checkpoints::TIMEOUT,
    checkpoints::COMPLETION_TARGET,
    checkpoints::FLUSH_AFTER,
    wal_buffers::RULE,
    wal_compression::RULE,
    wal_files::REUSE,
    durability::WAL_LEVEL,
    durability::SYNCHRONOUS_COMMIT,
    commit_delay::RULE,
    shared_buffers::RULE,
    background_writer::RULE,
    machine::READS,
    machine::HUGE_PAGES,
    observing::TIMING,
    observing::SLOW,
    memory::WORK_MEM,
    memory::MAINTENANCE,
    connections::RULE,
    locks::RULE,
    insert_vacuum::RULE,
    autovacuum::COST,
    autovacuum::WORKERS,
    statements::JIT,
    statements::TOAST,
];

/// What every rule says of a run.
pub fn advise(record: &RunRecord, given: &Given) -> Vec<Recommendation> {
    let seen = Seen::new(record, given);
    RULES.iter().map(|rule| rule.ask(&seen)).collect()
}

/// What the rules are called.
pub fn ids() -> impl Iterator<Item = &'static str> {
    RULES.iter().map(|rule| rule.id)
}

/// The settings that a rule of `only` may ask to be changed, of all where that
/// is empty; without those that it never proposes to change.
pub fn settings_of(only: &[String]) -> Vec<String> {
    let is_one = |rule: &&Rule| only.is_empty() || only.iter().any(|id| id == rule.id);
    let rules = RULES.iter().filter(is_one).filter(|rule| rule.id != durability::KEPT.id);
    let mut names: Vec<String> = Vec::new();
    for name in rules.flat_map(|rule| rule.settings) {
        if !names.iter().any(|known| known == name) {
            names.push((*name).to_owned());
        }
    }
    names
}

/// Enters what the rules say of a run whose settings were seen.
pub fn enter(record: &mut RunRecord) {
    if record.tuning.is_some() {
        record.recommendations = advise(record, &Given::default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::tuning::SETTINGS;

    #[test]
    fn what_a_rule_is_about_is_in_the_record() {
        let about = RULES.iter().flat_map(|rule| rule.settings);
        let unread: Vec<_> = about.filter(|name| !SETTINGS.contains(name)).collect();
        assert!(unread.is_empty(), "{unread:?}");
    }
}
