//! The verdict: each criterion, and the one for all.

use super::{metric, validity};
use crate::model::criterion::CriterionKind;
use crate::model::{Criterion, CriterionResult, Limit, Note, Reason, RunRecord, Verdict};
use serde_json::Value;

/// What came of judging a record.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// Each criterion.
    pub criteria: Vec<CriterionResult>,
    /// The one verdict.
    pub verdict: Verdict,
    /// Why it isn't a plain pass or fail by the criteria.
    pub reasons: Vec<Note>,
}

/// What ended a run before its time.
#[derive(Debug, Clone, PartialEq)]
pub enum Interruption {
    /// A signal, or a limit that was crossed.
    Stopped(Note),
    /// An error.
    Failed(Reason),
}

/// Judges a record. In order: broken integrity is a failure whatever else
/// happened; a stopped run is aborted; an invalid run is invalid; then the criteria
/// speak, those of each stage too; a run that didn't get the load that was asked
/// for is invalid where none is broken; one that couldn't be finished, or a
/// criterion whose number wasn't seen, is inconclusive.
pub fn judge(
    record: &RunRecord,
    criteria: &[Criterion],
    interruption: Option<Interruption>,
) -> Judgement {
    // A record serializes: its numbers are finite and its keys are strings.
    let value = serde_json::to_value(record).unwrap_or(Value::Null);
    let results: Vec<_> = criteria.iter().map(|c| judge_one(record, &value, c)).collect();
    let any = |verdict, kind: Option<CriterionKind>| {
        results.iter().any(|r| r.verdict == verdict && kind.is_none_or(|k| k == r.kind))
    };
    let invalid = validity::invalid(record);
    let is_invalid = !invalid.is_empty();
    let mut reasons = invalid;
    let not_offered = validity::not_offered(record);
    let is_short = not_offered.is_some();
    let broken = record.stages.iter().find(|stage| !stage.broken.is_empty());
    reasons.extend(not_offered.map(Note::from));
    reasons.extend(broken.map(|stage| {
        let percent = (stage.share * 100.0).round() as u32;
        Note::from(Reason::StageBroken { percent, criteria: stage.broken.join(", ") })
    }));
    let (stopped, failed) = match interruption {
        Some(Interruption::Stopped(reason)) => {
            reasons.push(reason);
            (true, false)
        }
        Some(Interruption::Failed(reason)) => {
            reasons.push(reason.into());
            (false, true)
        }
        None => (false, false),
    };
    let verdict = if any(Verdict::Fail, Some(CriterionKind::Integrity)) {
        Verdict::Fail
    } else if stopped {
        Verdict::Aborted
    } else if is_invalid {
        Verdict::Invalid
    } else if any(Verdict::Fail, None) || broken.is_some() {
        Verdict::Fail
    } else if is_short {
        Verdict::Invalid
    } else if failed || !any(Verdict::Pass, None) || any(Verdict::Inconclusive, None) {
        Verdict::Inconclusive
    } else {
        Verdict::Pass
    };
    Judgement { criteria: results, verdict, reasons }
}

fn judge_one(record: &RunRecord, value: &Value, criterion: &Criterion) -> CriterionResult {
    let observed = metric::value(value, &criterion.metric);
    let (limit, limit_path) = match &criterion.limit {
        Limit::Number(number) => (Some(*number), None),
        Limit::Metric(path) => (metric::value(value, path), Some(path)),
    };
    let (verdict, reason) = match (observed, limit) {
        _ if !criterion.applies_to(&record.scenario.name) => {
            let scenario = record.scenario.name.clone();
            (Verdict::NotApplicable, Reason::NotForScenario { scenario }.into())
        }
        (Some(observed), Some(limit)) if criterion.is.holds(observed, limit) => {
            (Verdict::Pass, Reason::WithinLimit {}.into())
        }
        (Some(_), Some(_)) => (Verdict::Fail, Reason::BeyondLimit {}.into()),
        (None, _) => (Verdict::Inconclusive, why_unseen(record, &criterion.metric)),
        (_, None) => {
            let path = limit_path.map_or("", String::as_str);
            (Verdict::Inconclusive, why_unseen(record, path))
        }
    };
    CriterionResult {
        id: criterion.id.clone(),
        metric: criterion.metric.clone(),
        is: criterion.is,
        kind: criterion.kind,
        observed,
        limit,
        verdict,
        reason,
    }
}

/// Why a value is missing, as the record says.
fn why_unseen(record: &RunRecord, path: &str) -> Note {
    let said = metric::why_unseen(record, path);
    said.unwrap_or_else(|| Reason::NotSeen { metric: path.to_owned() }.into())
}
