//! A run: a test case a criterion.

use super::{Case, Outcome, Suite};
use crate::message::label::{Label, criterion_name};
use crate::message::report_label::ReportLabel;
use crate::message::{Lang, Localized};
use crate::model::{CriterionResult, RunRecord, Verdict};
use crate::report::isolation_text::got_through;
use crate::report::number::Numbers;
use crate::report::text::title;

/// The number of ways from tenant to tenant.
const LEAKS: &str = "isolation.leaks";

/// The report of a run.
pub fn run(record: &RunRecord, lang: Lang) -> String {
    let class = &record.scenario.name;
    let case = |name: &str, outcome| Case { class: class.clone(), name: name.to_owned(), outcome };
    let criteria = record.criteria.iter();
    let mut cases: Vec<Case> =
        criteria.map(|one| case(&one.id, outcome(one, record, lang))).collect();
    cases.extend(beyond_criteria(record, lang).map(|outcome| case("verdict", outcome)));
    let suite = Suite {
        name: format!("{class} {}", record.run_id),
        seconds: Some(record.phases.iter().map(|phase| phase.elapsed_s).sum()),
        started_at: &record.started_at,
        properties: properties(record, lang),
        cases,
    };
    suite.xml()
}

fn outcome(one: &CriterionResult, record: &RunRecord, lang: Lang) -> Outcome {
    let n = Numbers(lang);
    let number = |v: Option<f64>| v.map_or_else(|| Label::NotSeen {}.text(lang), |v| n.plain(v));
    match one.verdict {
        Verdict::Pass => Outcome::Passed,
        Verdict::Fail => {
            let broken = ReportLabel::Broken {
                criterion: criterion_name(&one.id, lang),
                observed: number(one.observed),
                limit: format!("{} {}", one.is.sign(), number(one.limit)),
            };
            let leaks = (one.metric == LEAKS).then(|| got_through(record, lang)).flatten();
            let parts = std::iter::once(broken.text(lang)).chain(leaks);
            Outcome::Failed(parts.collect::<Vec<_>>().join("; "))
        }
        _ => Outcome::Skipped(one.reason.text(lang)),
    }
}

/// A verdict that no failed criterion stands for: else a run that was stopped
/// would look as good as one that passed.
fn beyond_criteria(record: &RunRecord, lang: Lang) -> Option<Outcome> {
    let is_said = record.criteria.iter().any(|one| one.verdict == Verdict::Fail);
    let word = record.verdict.text(lang);
    let reasons = record.reasons.iter().map(|reason| reason.text(lang));
    let message = std::iter::once(word).chain(reasons).collect::<Vec<_>>().join("; ");
    match record.verdict {
        Some(Verdict::Pass) => None,
        _ if is_said => None,
        Some(Verdict::Fail) => Some(Outcome::Failed(message)),
        Some(Verdict::Invalid | Verdict::Aborted) => Some(Outcome::Error(message)),
        // It was refused, or failed, before there was anything to judge.
        _ if record.load.is_none() && record.isolation.is_none() => Some(Outcome::Error(message)),
        _ => Some(Outcome::Skipped(message)),
    }
}

fn properties(record: &RunRecord, lang: Lang) -> Vec<(&'static str, String)> {
    let verdict = record.verdict.text(lang);
    let mut all = vec![("run", title(record, lang)), ("verdict", verdict)];
    all.extend(record.server.as_ref().map(|server| ("server", server.version.clone())));
    all.extend(record.reasons.iter().map(|note| ("reason", note.text(lang))));
    all.extend(record.findings.iter().map(|note| ("finding", note.text(lang))));
    all
}
