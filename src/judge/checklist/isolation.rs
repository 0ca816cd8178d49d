//! Whether tenants are kept apart: what came of their attempts at each other's
//! rows, and where the rows of every run lay.

use super::found::{Found, failed, undecided, unmade};
use super::{Ran, Seen};
use crate::model::figure::Figure;
use crate::model::isolation::{Group, Isolation, Probe, ProbeOutcome};
use crate::model::observed::Measured;
use crate::model::scenario::ISOLATION;
use crate::model::set::Answer;
use crate::model::{Note, Verdict};
use std::collections::BTreeSet;

/// The number that decides; why it isn't known is what kept the attempts from being made.
const LEAKS: &str = "isolation.leaks";

/// What the probes came to. A row in another's table is a no whatever they say.
pub(super) fn found(seen: &Seen<'_>) -> Found {
    let verified = || seen.all().filter_map(|run| run.record.verification.as_ref());
    let misplaced: u64 = verified().map(|v| v.misplaced).fold(0, u64::saturating_add);
    let mut found = Found::new();
    if misplaced > 0 {
        found.add(Answer::No, Measured::MisplacedSome { rows: misplaced });
    }
    seen.isolation.iter().for_each(|run| found.merge(probed(run)));
    if !seen.isolation.is_empty() {
        return found;
    }
    found.add(Answer::NotRun, seen.not_run(ISOLATION, Measured::IsolationNotRun {}));
    let rows: u64 = verified().map(|v| v.rows_found).fold(0, u64::saturating_add);
    if rows > 0 && misplaced == 0 {
        found.add(Answer::NotRun, Measured::MisplacedNone { rows: Figure(rows as f64) });
    }
    found
}

/// What one run came to.
fn probed(run: &Ran<'_>) -> Found {
    let Some(isolation) = run.record.isolation.as_ref().filter(|found| has_tried(found)) else {
        return unmade(run.name, why_none(run));
    };
    match run.record.verdict {
        Some(Verdict::Pass) => Found::one(Answer::Yes, held(run, isolation)),
        Some(Verdict::Fail) => {
            let mut found = Found::one(Answer::No, failed(run));
            if let Some(leaks) = leaked(run, isolation) {
                found.add(Answer::No, leaks);
            }
            found
        }
        _ => undecided(run),
    }
}

/// Whether a tenant tried anything: that rows are as they were is no attempt.
fn has_tried(isolation: &Isolation) -> bool {
    let is_tried = |p: &Probe| p.outcome != ProbeOutcome::NotTried && p.group != Group::Proof;
    isolation.probes.iter().any(is_tried)
}

fn why_none(run: &Ran<'_>) -> Vec<Note> {
    let unseen = run.record.unavailable.iter().find(|unseen| unseen.path == LEAKS);
    match unseen {
        Some(unseen) => vec![unseen.reason.clone()],
        None => run.record.reasons.clone(),
    }
}

fn held(run: &Ran<'_>, isolation: &Isolation) -> Measured {
    Measured::IsolationHeld {
        member: run.name.to_owned(),
        tried: isolation.tried,
        pairs: isolation.pairs,
        pairs_all: isolation.pairs_all,
        denied: isolation.denied,
        open: isolation.open_by_design,
        beside: isolation.beside_load.unwrap_or_default(),
    }
}

fn leaked(run: &Ran<'_>, isolation: &Isolation) -> Option<Measured> {
    let leaks = isolation.probes.iter().filter(|p| p.outcome == ProbeOutcome::Leak);
    let names: BTreeSet<&str> = leaks.map(|probe| probe.name.as_str()).collect();
    let (member, names) = (run.name.to_owned(), names.into_iter().collect::<Vec<_>>().join(", "));
    let leaks = isolation.leaks.filter(|leaks| *leaks > 0)?;
    Some(Measured::IsolationLeaks { member, leaks, names })
}
