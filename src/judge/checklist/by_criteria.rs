//! Items that the runs' own criteria answer: limits stand in one place, the
//! criteria's files, and an item is as good as the criteria on its numbers.

use super::found::{Found, says_nothing};
use super::{Ran, Seen};
use crate::model::criterion::CriterionKind;
use crate::model::figure::{CriterionId, Figure};
use crate::model::observed::Measured;
use crate::model::set::Answer;
use crate::model::{CriterionResult, Verdict};

/// So many criteria that hold are shown one by one; of more, how many there are.
const SHOWN: usize = 5;

/// What the criteria whose number begins with one of `metrics` say. Without any
/// it is inconclusive, as it is where one of `scenarios` wasn't run or isn't
/// judged by any.
pub(super) fn found(seen: &Seen<'_>, metrics: &[&str], scenarios: &[&str]) -> Found {
    let is_meant = |c: &CriterionResult| metrics.iter().any(|metric| c.metric.starts_with(metric));
    let results: Vec<(&Ran<'_>, &CriterionResult)> = seen
        .runs
        .iter()
        .flat_map(|run| run.record.criteria.iter().map(move |c| (run, c)))
        .filter(|(_, c)| is_meant(c) && c.verdict != Verdict::NotApplicable)
        .collect();
    let mut found = Found::new();
    for scenario in scenarios {
        let members: Vec<&str> = seen.of(scenario).map(|run| run.name).collect();
        let is_judged = results.iter().any(|(run, _)| run.record.scenario.name == *scenario);
        if members.is_empty() {
            found.add(Answer::Inconclusive, seen.missing(scenario));
        } else if !is_judged {
            let members = members.join(", ");
            found.add(Answer::Inconclusive, Measured::NoCriterion { members });
        }
    }
    if results.is_empty() && found.is_empty() {
        found.add(Answer::Inconclusive, seen.no_criterion());
    }
    // What was read back is there, whatever kept the run from a verdict.
    let is_there =
        |c: &CriterionResult| c.metric == "verification.rows_found" && c.verdict == Verdict::Pass;
    let is_void = |(run, c): &(&Ran<'_>, &CriterionResult)| {
        run.is_void() && c.kind == CriterionKind::Performance && !is_there(c)
    };
    let (void, counted): (Vec<_>, Vec<_>) = results.into_iter().partition(is_void);
    let mut void: Vec<&Ran<'_>> = void.into_iter().map(|(run, _)| run).collect();
    void.dedup_by_key(|run| run.name);
    void.into_iter().for_each(|run| found.merge(says_nothing(run)));
    let (held, others): (Vec<_>, Vec<_>) =
        counted.into_iter().partition(|(_, c)| c.verdict == Verdict::Pass);
    for (run, criterion) in others {
        match note(run, criterion) {
            Some(note) if criterion.verdict == Verdict::Fail => found.add(Answer::No, note),
            _ => {
                found.add(Answer::Inconclusive, unseen(run, criterion));
                found.add(Answer::Inconclusive, criterion.reason.clone());
            }
        }
    }
    if held.len() > SHOWN {
        let mut members: Vec<&str> = held.iter().map(|(run, _)| run.name).collect();
        members.dedup();
        let members = members.join(", ");
        found.add(Answer::Yes, Measured::CriteriaHeld { members, criteria: held.len() });
    } else {
        held.iter().filter_map(|(run, c)| note(run, c)).for_each(|n| found.add(Answer::Yes, n));
    }
    found
}

fn unseen(run: &Ran<'_>, criterion: &CriterionResult) -> Measured {
    let criterion = CriterionId(criterion.id.clone());
    Measured::CriterionUnseen { member: run.name.to_owned(), criterion }
}

fn note(run: &Ran<'_>, c: &CriterionResult) -> Option<Measured> {
    let (member, criterion) = (run.name.to_owned(), CriterionId(c.id.clone()));
    let (observed, limit, sign) = (Figure(c.observed?), Figure(c.limit?), c.is.sign().to_owned());
    Some(match c.verdict {
        Verdict::Fail => Measured::CriterionBroken { member, criterion, observed, sign, limit },
        _ => Measured::CriterionHeld { member, criterion, observed, sign, limit },
    })
}
