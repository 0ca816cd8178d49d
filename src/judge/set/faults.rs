//! What faults did to the runs that they came into.

use super::Done;
use crate::judge::set::table::{breaks_integrity, broke};
use crate::model::fault::{Fault, FaultRow};
use crate::model::observed::SetNote;
use crate::model::set::Set;
use crate::model::{Note, Verdict};

/// Fills in a row for each fault: those that were run, then those that
/// weren't. A run that failed fails the set; one that couldn't be judged, or
/// that is missing though it was asked for, leaves it inconclusive. A fault
/// that isn't allowed there has a row and no say.
pub fn judge(set: &mut Set, done: &[Done], not_run: &[(&str, Note)], of: usize) {
    set.faults = done.iter().map(row).collect();
    set.faults.extend(not_run.iter().map(|(name, why)| missing(name, why)));
    let labels = |is: &dyn Fn(&Done) -> bool| -> Vec<String> {
        done.iter().filter(|done| is(done)).map(|done| done.label.clone()).collect()
    };
    let failed =
        labels(&|d| d.record.verdict == Some(Verdict::Fail) || breaks_integrity(&d.record));
    let open = labels(&|d| {
        d.record.verdict != Some(Verdict::Fail) && d.record.verdict != Some(Verdict::Pass)
    });
    let is_whole = open.is_empty() && done.len() == of && !done.is_empty();
    set.verdict = Some(match (failed.is_empty(), is_whole) {
        (false, _) => Verdict::Fail,
        (true, false) => Verdict::Inconclusive,
        (true, true) => Verdict::Pass,
    });
    set.reasons.extend(done.iter().filter_map(broke).map(Note::from));
    let undecided = open.into_iter().map(|label| SetNote::RunUndecided { label });
    set.reasons.extend(undecided.map(Note::from));
}

fn row(done: &Done) -> FaultRow {
    let record = &done.record;
    let proved = record.verification.as_ref();
    let mut fault = record.faults.first().cloned().unwrap_or_else(|| named(&done.role));
    if record.faults.is_empty() {
        // What kept the run from coming so far.
        fault.notes.extend(record.reasons.iter().cloned());
    }
    FaultRow {
        fault,
        batches: record.load.as_ref().map(|load| load.batches.clone()),
        errors: record.load.as_ref().map(|load| load.errors.clone()).unwrap_or_default(),
        lost: proved.map(|v| v.lost),
        duplicated: proved.map(|v| v.duplicated),
        corrupted: proved.map(|v| v.corrupted),
        misplaced: proved.map(|v| v.misplaced),
        acknowledged_lost: proved.map(|v| v.acknowledged_lost),
        recovery: record.recovery.clone(),
        verdict: record.verdict,
    }
}

fn missing(name: &str, why: &Note) -> FaultRow {
    FaultRow {
        fault: Fault { notes: vec![why.clone()], ..named(name) },
        batches: None,
        errors: Vec::new(),
        lost: None,
        duplicated: None,
        corrupted: None,
        misplaced: None,
        acknowledged_lost: None,
        recovery: None,
        verdict: None,
    }
}

fn named(name: &str) -> Fault {
    Fault { name: name.to_owned(), ..Fault::default() }
}
