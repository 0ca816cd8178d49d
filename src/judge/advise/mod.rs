//! What the settings should be: rules that go from the evidence of a run to a
//! value. Pure functions of the record and of what the user gave.
//!
//! A file a setting or a family of them. A rule without its evidence says
//! which, and what run would give it; a rule whose evidence is there and asks
//! for nothing is settled. docs/tuning.md has a paragraph on each.

mod autovacuum;
mod case;
mod connections;
#[cfg(test)]
mod lab;
mod locks;
mod max_wal_size;
mod memory;
mod rule;
mod seen;
mod statements;

use crate::model::RunRecord;
use crate::model::advice::{Advice, Recommendation};
use rule::Rule;
pub use seen::Given;
use seen::Seen;

/// All rules. Where one sets what another goes by, it comes before it.
const RULES: &[Rule] = &[
    max_wal_size::RULE,
    memory::WORK_MEM,
    memory::MAINTENANCE,
    connections::RULE,
    locks::RULE,
    autovacuum::INSERTS,
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

/// Enters what the rules say of a run whose settings were seen.
pub fn enter(record: &mut RunRecord) {
    if record.tuning.is_some() {
        record.recommendations = advise(record, &Given::default());
    }
}

/// How long a soak would have to be that gives the evidence that lacks, in
/// seconds; None where a longer run gives none.
pub fn longer_run_s(recommendations: &[Recommendation]) -> Option<u64> {
    let lacking = recommendations.iter().filter(|r| r.outcome == Advice::NotEnoughEvidence);
    let notes = lacking.flat_map(|recommendation| &recommendation.notes);
    notes.filter_map(|note| note.args.get(seen::SOAK_FOR_S)?.as_u64()).max()
}
