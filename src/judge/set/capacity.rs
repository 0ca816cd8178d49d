//! The safe operating point: what closed loops and stepped rates say together.

use super::methods::undurable;
use super::search::{self, Bounds, Found, Next, Outcome};
use super::table::{self, breaks_integrity, broke};
use super::{Done, concurrency, conditions};
use crate::model::figure::Figure;
use crate::model::observed::SetNote;
use crate::model::set::{Capacity, Set};
use crate::model::{Note, RunRecord, Verdict};

/// The rate with which the steps begin: the one that was asked for, or what
/// the best closed loop did.
pub fn start(asked: Option<f64>, tried: &[concurrency::Tried]) -> Option<f64> {
    asked.or_else(|| concurrency::best(tried).map(|best| search::rounded(best.rows_per_s)))
}

/// The steps of the search among `done`: open loops.
pub fn steps(done: &[Done]) -> Vec<search::Tried> {
    let step = |done: &Done| {
        let rate = rate(&done.record)?;
        Some(search::Tried { rate, outcome: outcome(&done.record) })
    };
    done.iter().filter_map(step).collect()
}

fn rate(record: &RunRecord) -> Option<f64> {
    record.scenario.soak.as_ref()?.rate_rows_per_s
}

fn outcome(record: &RunRecord) -> Outcome {
    match record.verdict {
        Some(Verdict::Pass) => Outcome::Held,
        Some(Verdict::Fail) => Outcome::Broken,
        Some(Verdict::Invalid) => Outcome::Client,
        _ => Outcome::Unseen,
    }
}

/// Fills in what the runs of a capacity set say together, searched within
/// `bounds`; `need` is what is to be sustained.
pub fn judge(set: &mut Set, done: &[Done], bounds: Option<&Bounds>, need: Option<f64>) {
    let differ = conditions::differ(done);
    let tried = concurrency::tried(done);
    let found = bounds.and_then(|bounds| match search::next(&steps(done), bounds) {
        Next::Over(found) => Some(found),
        Next::Try(_) => None,
    });
    let found = found.filter(|_| differ.is_empty());
    if differ.is_empty() {
        set.table = table::rows(done);
        let held = found.and_then(|found| found.held);
        for row in &mut set.table {
            row.best = held.is_some() && row.offered_rows_per_s == held;
        }
        set.findings.extend(conditions::changed(done));
    }
    let sustained = found.and_then(|found| found.held);
    let broken = found.and_then(|found| found.broken);
    set.capacity = Some(Capacity {
        sustained_rows_per_s: sustained,
        broken_rows_per_s: broken,
        first_broken: broken.and_then(|at| first_broken(done, at)),
        best_writers: concurrency::best(&tried).map(|best| best.writers),
        need_rows_per_s: need,
        headroom: sustained.zip(need).map(|(sustained, need)| sustained / need),
    });
    let (verdict, reasons) = verdict(done, differ, found, need);
    set.verdict = Some(verdict);
    set.reasons.extend(reasons);
    set.findings.extend(findings(done, found, need));
}

/// The first criterion, in the order of the file, that broke at this rate.
fn first_broken(done: &[Done], at: f64) -> Option<String> {
    let runs = done.iter().filter(|done| rate(&done.record) == Some(at));
    let mut broken =
        runs.flat_map(|run| &run.record.criteria).filter(|c| c.verdict == Verdict::Fail);
    broken.next().map(|criterion| criterion.id.clone())
}

fn verdict(
    done: &[Done],
    differ: Vec<Note>,
    found: Option<Found>,
    need: Option<f64>,
) -> (Verdict, Vec<Note>) {
    let lost = done.iter().filter(|done| breaks_integrity(&done.record));
    let lost: Vec<Note> = lost.filter_map(broke).map(Into::into).collect();
    if !lost.is_empty() {
        return (Verdict::Fail, lost);
    }
    let invalid = [differ, undurable(done)].concat();
    if !invalid.is_empty() {
        return (Verdict::Invalid, invalid);
    }
    let Some(found) = found else { return (Verdict::Inconclusive, Vec::new()) };
    let is_enough = found.held.is_some_and(|held| need.is_none_or(|need| held >= need));
    let (held, at) = (whole(found.held), |rate| whole(Some(rate)));
    match found.cut_short {
        // More than is needed held, whatever came above it.
        _ if is_enough && (need.is_some() || found.cut_short.is_none()) => {
            (Verdict::Pass, Vec::new())
        }
        Some((rate, Outcome::Client)) => {
            let note = SetNote::ClientLimitAt { rate: at(rate), held };
            (Verdict::Invalid, vec![note.into()])
        }
        Some((rate, _)) => {
            let note = SetNote::UnseenAt { rate: at(rate), held };
            (Verdict::Inconclusive, vec![note.into()])
        }
        None => {
            let note = match (found.held, need) {
                (Some(held), Some(need)) => {
                    SetNote::NeedNotMet { need: at(need), sustained: at(held) }
                }
                _ => SetNote::NothingHeld { rate: whole(found.broken) },
            };
            (Verdict::Fail, vec![note.into()])
        }
    }
}

fn findings(done: &[Done], found: Option<Found>, need: Option<f64>) -> Vec<Note> {
    let mut notes: Vec<Note> = Vec::new();
    notes.extend(not_settled(done).map(Note::from));
    let Some(held) = found.and_then(|found| found.held) else { return notes };
    if need.is_none() {
        notes.push(SetNote::NoNeed {}.into());
    }
    let mut soaks = done.iter().filter_map(|done| done.record.scenario.soak.as_ref());
    if let Some(soak) = soaks.next_back() {
        let (seconds, rate) = (soak.duration_s.round() as u64, whole(Some(held)));
        notes.push(SetNote::ShortSteps { seconds, rate }.into());
    }
    if done.iter().any(|done| concurrency::is_cramped(&done.record)) {
        notes.push(SetNote::WritersCramped {}.into());
    }
    notes
}

/// That the best number of writers isn't known, where not enough of them were
/// tried, and how many connections the rates had. The server's own limit has a
/// note of its own.
fn not_settled(done: &[Done]) -> Option<SetNote> {
    let tried = concurrency::tried(done);
    let is_cramped = done.iter().any(|done| concurrency::is_cramped(&done.record));
    let is_settled = is_cramped || concurrency::next(&tried, u32::MAX).is_none();
    let (best, last) = (concurrency::best(&tried)?.writers, tried.last()?.writers);
    let open = done.iter().rev().find(|done| rate(&done.record).is_some())?;
    let pool = open.record.scenario.write_pool;
    (!is_settled).then_some(SetNote::WritersNotSettled { best, most: last, pool })
}

fn whole(rate: Option<f64>) -> Figure {
    Figure(rate.unwrap_or_default().round())
}
