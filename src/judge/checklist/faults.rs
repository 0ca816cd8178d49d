//! Whether the load survives what can go wrong: a run a fault, judged by what
//! the ledger and the read-back say, and by how it came back.

use super::found::{Found, failed, undecided, unmade};
use super::{Ran, Seen};
use crate::message::{Lang, Localized};
use crate::model::observed::{FaultNote, Measured};
use crate::model::set::Answer;
use crate::model::{Note, Verdict};

/// What the runs are called in a sign-off's file.
const FAULTS: &str = "faults";

/// What the runs came to. What can't be injected there is named and has no say,
/// unless nothing else was.
pub(super) fn found(seen: &Seen<'_>) -> Found {
    let mut found = Found::new();
    let mut survived: Vec<&str> = Vec::new();
    let mut not_made = Vec::new();
    let mut left_out: Vec<(&str, Vec<Note>)> =
        seen.left_out.iter().map(|(name, why)| (*name, vec![why.clone()])).collect();
    for run in &seen.faults {
        match run.record.verdict {
            Some(Verdict::Pass) => survived.push(fault(run)),
            Some(Verdict::Fail) => found.add(Answer::No, failed(run)),
            _ if is_injected(run) => found.merge(undecided(run)),
            _ => match why_not(run) {
                why if is_no_place_for_it(&why) => left_out.push((fault(run), why)),
                why => not_made.push((run.name, why)),
            },
        }
    }
    for (members, why) in by_reason(not_made) {
        found.merge(unmade(&members.join(", "), why));
    }
    if !survived.is_empty() {
        let (faults, names) = (survived.len(), survived.join(", "));
        found.add(Answer::Yes, Measured::FaultsSurvived { faults, names });
    }
    let is_unreached = seen.unrun.iter().any(|unrun| unrun.scenario == FAULTS);
    if is_unreached || (seen.faults.is_empty() && left_out.is_empty()) {
        found.add(Answer::NotRun, seen.not_run(FAULTS, Measured::FaultsNotRun {}));
    }
    let alone = if survived.is_empty() { Answer::NotRun } else { Answer::Yes };
    for (names, why) in by_reason(left_out) {
        let [en, vi] = [Lang::En, Lang::Vi].map(|lang| said(&why, lang));
        found.add(alone, Measured::FaultsLeftOut { names: names.join(", "), en, vi });
    }
    found
}

/// What went wrong in a run, by its name.
fn fault<'r>(run: &'r Ran<'_>) -> &'r str {
    run.record.faults.first().map_or(run.name, |fault| fault.name.as_str())
}

fn is_injected(run: &Ran<'_>) -> bool {
    run.record.faults.iter().any(|fault| fault.injected_at_s.is_some())
}

/// What kept a fault from being injected, or its run from being made.
fn why_not(run: &Ran<'_>) -> Vec<Note> {
    let said: Vec<Note> = run.record.faults.iter().flat_map(|f| f.notes.clone()).collect();
    if said.is_empty() { run.record.reasons.clone() } else { said }
}

/// Whether it can't be injected there, whatever the load is.
fn is_no_place_for_it(why: &[Note]) -> bool {
    why.contains(&FaultNote::ThroughTls {}.into())
}

/// Those that have the same reasons together.
fn by_reason(all: Vec<(&str, Vec<Note>)>) -> Vec<(Vec<&str>, Vec<Note>)> {
    let mut groups: Vec<(Vec<&str>, Vec<Note>)> = Vec::new();
    for (name, why) in all {
        match groups.iter_mut().find(|(_, other)| *other == why) {
            Some((names, _)) => names.push(name),
            None => groups.push((vec![name], why)),
        }
    }
    groups
}

fn said(why: &[Note], lang: Lang) -> String {
    why.iter().map(|note| note.text(lang)).collect::<Vec<_>>().join("; ")
}
