//! What faults did to the runs that they came into.

use super::Done;
use crate::judge::set::table::{breaks_integrity, broke};
use crate::model::fault::{Fault, FaultRow};
use crate::model::observed::SetNote;
use crate::model::set::Set;
use crate::model::{Note, RunRecord, Verdict};

/// Fills in a row for each fault: those that were run, then those that
/// weren't. A run that failed fails the set; one that couldn't be judged, or
/// that is missing though it was asked for, leaves it inconclusive. A fault
/// that isn't allowed there has a row and no say.
pub fn judge(set: &mut Set, done: &[Done], not_run: &[(&str, Note)], of: usize) {
    set.faults = rows(done.iter().map(|d| (d.role.as_str(), &d.record)), not_run);
    let has_failed =
        |d: &Done| d.record.verdict == Some(Verdict::Fail) || breaks_integrity(&d.record);
    let is_open = |d: &&Done| !matches!(d.record.verdict, Some(Verdict::Fail | Verdict::Pass));
    let is_whole = done.len() == of && !done.is_empty() && !done.iter().any(|d| is_open(&d));
    set.verdict = Some(match (done.iter().any(has_failed), is_whole) {
        (true, _) => Verdict::Fail,
        (false, false) => Verdict::Inconclusive,
        (false, true) => Verdict::Pass,
    });
    let undecided = done.iter().filter(is_open);
    let undecided = undecided.map(|d| SetNote::RunUndecided { label: d.label.clone() });
    set.reasons.extend(done.iter().filter_map(broke).chain(undecided).map(Note::from));
}

/// A row for each fault, by its name and the run that it came into: those that
/// were run, then those that weren't.
pub fn rows<'d>(
    ran: impl IntoIterator<Item = (&'d str, &'d RunRecord)>,
    not_run: &[(&str, Note)],
) -> Vec<FaultRow> {
    let ran = ran.into_iter().map(|(name, record)| row(name, record));
    ran.chain(not_run.iter().map(|(name, why)| missing(name, why))).collect()
}

fn row(name: &str, record: &RunRecord) -> FaultRow {
    let proved = record.verification.as_ref();
    let mut fault = record.faults.first().cloned().unwrap_or_else(|| named(name));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::observed::FaultNote;

    fn run(name: &str, verdict: Verdict, is_healed: bool) -> Done {
        let example = include_str!("../../../results/example/run.json");
        let mut record: RunRecord = serde_json::from_str(example).unwrap();
        record.verdict = Some(verdict);
        record.faults = vec![Fault { is_healed: Some(is_healed), ..named(name) }];
        Done { label: name.to_owned(), role: name.to_owned(), record }
    }

    fn judged(done: &[Done], not_run: &[(&str, Note)], of: usize) -> Set {
        let mut set: Set = serde_json::from_value(serde_json::json!({
            "schema_version": "1.5", "tool_version": "0", "set_id": "", "kind": "faults",
            "started_at": "", "finished_at": null, "argv": [], "private": true, "members": [],
            "table": [], "verdict": null, "reasons": [], "findings": []
        }))
        .unwrap();
        judge(&mut set, done, not_run, of);
        set
    }

    #[test]
    fn one_that_failed_fails_all_and_one_that_is_missing_leaves_it_open() {
        let passed = run("freeze", Verdict::Pass, true);
        let failed = run("crash", Verdict::Fail, true);
        let open = run("network-rst", Verdict::Inconclusive, true);
        let verdict = |done: &[Done], of| judged(done, &[], of).verdict;
        assert_eq!(verdict(std::slice::from_ref(&passed), 1), Some(Verdict::Pass));
        assert_eq!(verdict(std::slice::from_ref(&passed), 2), Some(Verdict::Inconclusive));
        assert_eq!(verdict(&[passed.clone(), open.clone()], 2), Some(Verdict::Inconclusive));
        assert_eq!(verdict(&[passed, open, failed], 3), Some(Verdict::Fail));
        assert_eq!(verdict(&[], 0), Some(Verdict::Inconclusive));
    }

    #[test]
    fn what_may_not_be_done_there_has_a_row_and_no_say() {
        let why = FaultNote::OnlyPrivate {}.into();
        let set = judged(&[run("network-fin", Verdict::Pass, true)], &[("crash", why)], 1);
        assert_eq!(set.verdict, Some(Verdict::Pass));
        let row = &set.faults[1];
        assert_eq!((row.fault.name.as_str(), row.verdict, row.lost), ("crash", None, None));
        assert_eq!(row.fault.notes[0].id, "only_private");
    }
}
