//! An old record by new limits: what was measured stays as it is, and only what
//! was made of it by criteria is made anew.

use super::verdict::{Interruption, judge};
use crate::model::observed::WatchNote;
use crate::model::{Criterion, Note, Reason, RunRecord, Verdict};
use serde_json::{Value, json};

/// The record as `criteria` judge it, with a finding that says so; `path` is
/// the file that they are from.
///
/// What ended the run before its time stays a reason. The stages of a rollout
/// stay judged as they were when one ended it: of them the record has too little
/// to judge them by other limits.
pub fn judged_again(mut record: RunRecord, criteria: &[Criterion], path: &str) -> RunRecord {
    let interruption = interruption(&record);
    let judgement = judge(&record, criteria, interruption);
    record.criteria = judgement.criteria;
    record.verdict = Some(judgement.verdict);
    record.reasons = judgement.reasons;
    record.findings.insert(0, Reason::JudgedAgain { path: path.to_owned() }.into());
    record
}

/// What ended the run before its time, by the reasons that its record gives.
fn interruption(record: &RunRecord) -> Option<Interruption> {
    let of = |note: &Note| match parsed(note) {
        Some(Reason::StoppedBySignal { .. }) => Some(Interruption::Stopped(note.clone())),
        Some(failed @ Reason::RunFailed { .. }) => Some(Interruption::Failed(failed)),
        _ if is_of_a_limit(note) => Some(Interruption::Stopped(note.clone())),
        _ => None,
    };
    let known = record.reasons.iter().find_map(of);
    // It was stopped, by something that only a newer version has words for.
    let unknown = || match (record.verdict, record.reasons.last()) {
        (Some(Verdict::Aborted), Some(last)) => Some(Interruption::Stopped(last.clone())),
        _ => None,
    };
    known.or_else(unknown)
}

/// Whether a limit that was crossed, or couldn't be watched any longer, ended the run.
fn is_of_a_limit(note: &Note) -> bool {
    matches!(
        parsed(note),
        Some(
            WatchNote::FreeCrossed { .. }
                | WatchNote::LagTimeCrossed { .. }
                | WatchNote::LagSizeCrossed { .. }
                | WatchNote::BudgetCrossed { .. }
                | WatchNote::WatchBlind { .. }
        )
    )
}

fn parsed<T: serde::de::DeserializeOwned>(note: &Note) -> Option<T> {
    let args = Value::Object(note.args.clone());
    serde_json::from_value(json!({"id": note.id, "args": args})).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::criteria;
    use crate::message::{Lang, Localized};

    fn record(change: impl FnOnce(&mut Value)) -> RunRecord {
        let text = include_str!("../../results/example/run.json");
        let mut value: Value = serde_json::from_str(text).unwrap();
        change(&mut value);
        serde_json::from_value(value).unwrap()
    }

    fn limits(limit: &str) -> Vec<Criterion> {
        let text = format!(
            "[[criterion]]\nid = \"rate\"\nmetric = \"load.rows_per_s\"\nis = \">=\"\nlimit = {limit}\n"
        );
        criteria::parse(&text, "new.toml").unwrap()
    }

    #[test]
    fn new_limits_make_a_new_verdict_of_the_same_numbers() {
        let old = record(|_| {});
        for (limit, verdict) in [("1.0", Verdict::Pass), ("1e12", Verdict::Fail)] {
            let new = judged_again(old.clone(), &limits(limit), "new.toml");
            assert_eq!((new.verdict, new.criteria.len()), (Some(verdict), 1));
            assert!(new.findings[0].text(Lang::En).contains("new.toml"));
            assert_eq!((&new.load, &new.started_at), (&old.load, &old.started_at));
        }
    }

    #[test]
    fn what_ended_a_run_stays_what_ended_it() {
        let stopped = json!([{"id": "stopped_by_signal", "args": {"signal": "SIGTERM"}}]);
        let budget = json!([{"id": "budget_crossed", "args":
            {"written_bytes": 2_000, "budget_bytes": 1_000, "at": "2026-01-01T09:00:00Z"}}]);
        let failed = json!([{"id": "run_failed", "args": {"en": "gone", "vi": "mất"}}]);
        let future = json!([{"id": "of_the_future", "args": {}}]);
        for (reasons, old, verdict) in [
            (stopped, "aborted", Verdict::Aborted),
            (budget, "aborted", Verdict::Aborted),
            (failed, "inconclusive", Verdict::Inconclusive),
            (future, "aborted", Verdict::Aborted),
        ] {
            let record = record(|value| {
                value["reasons"] = reasons.clone();
                value["verdict"] = json!(old);
            });
            let new = judged_again(record, &limits("1.0"), "new.toml");
            assert_eq!(new.verdict, Some(verdict), "{reasons}");
            assert_eq!(serde_json::to_value(&new.reasons).unwrap(), reasons);
        }
    }
}
