//! The verdict of a comparison: what came of the metric that decides.

use super::{Comparable, Metric, Roles, compare, compare_one};
use crate::judge::set::Done;
use crate::judge::set::table::{self, breaks_integrity, broke};
use crate::judge::validity;
use crate::model::comparison::{Change, Compared};
use crate::model::figure::{Figure, MetricPath, Probability};
use crate::model::observed::CompareNote;
use crate::model::set::Set;
use crate::model::{Note, RunRecord, Verdict};
use crate::stats::bootstrap::noise_band;
use crate::stats::power::FEWEST;

/// Fills in what two groups of runs say beside each other; the metric that
/// decides is the first of the set's comparisons. In order: a run that lost
/// something is a failure; a regression is one; better or the same is a pass;
/// the rest is inconclusive. What `comparable` refuses is a finding here: it was
/// compared all the same.
pub fn judge(
    set: &mut Set,
    done: &[Done],
    roles: Roles<'_>,
    decides: &Metric,
    threshold: f64,
    comparable: Comparable,
) {
    let of = |role: &str| -> Vec<&RunRecord> {
        done.iter().filter(|run| run.role == role).map(|run| &run.record).collect()
    };
    let (base, other) = (of(roles.base), of(roles.other));
    let decided = compare_one(decides, &base, &other, roles, threshold);
    let mut rest = compare(&base, &other, roles, threshold);
    rest.retain(|compared| compared.metric != decides.path);
    let hidden = hidden(done, roles).filter(|_| decided.outcome == Change::Same);
    let lost: Vec<Note> = done
        .iter()
        .filter(|run| breaks_integrity(&run.record))
        .filter_map(broke)
        .map(Note::from)
        .collect();
    let verdict = match decided.outcome {
        _ if !lost.is_empty() => Verdict::Fail,
        Change::Worse => Verdict::Fail,
        Change::Same if hidden.is_some() => Verdict::Inconclusive,
        Change::Better | Change::Same => Verdict::Pass,
        Change::Inconclusive => Verdict::Inconclusive,
    };
    set.verdict = Some(verdict);
    set.table = table::rows(done);
    set.reasons.extend(lost);
    set.reasons.extend(said(&decided, threshold));
    set.reasons.extend(hidden);
    if !comparable.refusals.is_empty() {
        set.findings.push(CompareNote::Forced {}.into());
        set.findings.extend(comparable.refusals);
    }
    set.findings.extend(noise(&base, decides, roles, other.len()));
    set.findings.extend(comparable.findings);
    set.comparisons = std::iter::once(decided).chain(rest).collect();
}

/// What came of the metric that decides, in sentences.
fn said(decided: &Compared, threshold: f64) -> Vec<Note> {
    let (base, other) = (decided.base.clone(), decided.other.clone());
    let metric = MetricPath(decided.metric.clone());
    let threshold = Figure(percent(threshold));
    let percent = decided.change.map(|share| Figure(percent(share)));
    let p = Probability(decided.p.unwrap_or(1.0));
    let outcome = match (decided.outcome, percent) {
        (Change::Worse, Some(percent)) => {
            CompareNote::ComparedWorse { base, other, metric, percent, p, threshold }
        }
        (Change::Better, Some(percent)) => {
            CompareNote::ComparedBetter { base, other, metric, percent, p, threshold }
        }
        (Change::Worse | Change::Better, None) => {
            CompareNote::RoseFromZero { base, other, metric, p }
        }
        (Change::Same, _) => CompareNote::ComparedSame { base, other, metric, threshold },
        (Change::Inconclusive, _) => CompareNote::ComparedUnclear { base, other, metric },
    };
    let mut notes: Vec<Note> = vec![outcome.into()];
    let seen =
        decided.could_see.map(|share| CompareNote::CouldSee { percent: Figure(percent_up(share)) });
    notes.extend(seen.map(Note::from));
    let needed = decided.runs_needed.map(|runs| CompareNote::RunsNeeded { runs, threshold });
    notes.extend(needed.map(Note::from));
    notes
}

/// A share as a percentage of one decimal.
fn percent(share: f64) -> f64 {
    (share * 1_000.0).round() / 10.0
}

/// The same, whole, and no less.
fn percent_up(share: f64) -> f64 {
    (share * 100.0).ceil()
}

/// What noise alone does to groups of the other's size, by the base's runs.
fn noise(base: &[&RunRecord], decides: &Metric, roles: Roles<'_>, runs: usize) -> Option<Note> {
    let seen = decides.seen_in(base);
    let band = noise_band(&seen, runs).filter(|_| seen.len() >= FEWEST as usize)?;
    let (role, runs) = (roles.base.to_owned(), runs as u32);
    let (metric, percent) = (MetricPath(decides.path.to_string()), Figure(percent(band)));
    Some(CompareNote::NoiseBand { role, runs, metric, percent }.into())
}

/// A role of which the client was the limit in most of its runs.
fn hidden(done: &[Done], roles: Roles<'_>) -> Option<Note> {
    let is_clients = |role: &&str| {
        let runs: Vec<_> = done.iter().filter(|run| run.role == **role).collect();
        let limited = runs.iter().filter(|run| is_limited(&run.record)).count();
        2 * limited > runs.len()
    };
    let role = [roles.base, roles.other].into_iter().find(is_clients)?;
    Some(CompareNote::LimitHides { role: role.to_owned() }.into())
}

/// Whether the client was the limit: a run is invalid for that, or since its
/// server isn't durable.
fn is_limited(record: &RunRecord) -> bool {
    validity::invalid(record).iter().any(|note| note.id != "not_durable")
}
