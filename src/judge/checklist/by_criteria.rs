//! Items that the runs' own criteria answer: limits stand in one place, the
//! criteria's files, and an item is as good as the criteria on its numbers.

use super::found::Found;
use super::{Ran, Seen};
use crate::model::criterion::CriterionKind;
use crate::model::figure::{CriterionId, Figure};
use crate::model::observed::Measured;
use crate::model::set::Answer;
use crate::model::{CriterionResult, Verdict};

/// So many criteria that hold are shown one by one; of more, how many there are.
const SHOWN: usize = 5;

/// What the criteria whose number begins with one of `metrics` say. Without any
/// it is inconclusive: `scenario` wasn't run, or nothing judges the number.
pub(super) fn found(seen: &Seen<'_>, metrics: &[&str], scenario: Option<&str>) -> Found {
    let is_meant = |c: &CriterionResult| metrics.iter().any(|metric| c.metric.starts_with(metric));
    let results: Vec<(&Ran<'_>, &CriterionResult)> = seen
        .runs
        .iter()
        .flat_map(|run| run.record.criteria.iter().map(move |c| (run, c)))
        .filter(|(_, c)| is_meant(c) && c.verdict != Verdict::NotApplicable)
        .collect();
    let mut found = Found::new();
    let missing = scenario.filter(|scenario| seen.of(scenario).next().is_none());
    match missing {
        Some(scenario) => found.add(Answer::Inconclusive, seen.missing(scenario)),
        None if results.is_empty() => found.add(Answer::Inconclusive, seen.no_criterion()),
        None => {}
    }
    let (held, others): (Vec<_>, Vec<_>) =
        results.into_iter().partition(|(run, c)| verdict(run, c) == Verdict::Pass);
    for (run, criterion) in others {
        match note(run, criterion) {
            Some(note) if verdict(run, criterion) == Verdict::Fail => found.add(Answer::No, note),
            _ => {
                found.add(Answer::Inconclusive, unseen(run, criterion));
                // Why, where it wasn't for the whole run.
                if criterion.verdict == Verdict::Inconclusive {
                    found.add(Answer::Inconclusive, criterion.reason.clone());
                }
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

/// The criterion's verdict; a performance that was measured in a run which says
/// nothing about the server wasn't seen.
fn verdict(run: &Ran<'_>, criterion: &CriterionResult) -> Verdict {
    let is_void = matches!(run.record.verdict, Some(Verdict::Invalid | Verdict::Aborted) | None);
    match is_void && criterion.kind == CriterionKind::Performance {
        true => Verdict::Inconclusive,
        false => criterion.verdict,
    }
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
