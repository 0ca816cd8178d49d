//! A run as a JUnit report, for what builds and deploys: a test suite a run, a
//! test case a criterion.
//!
//! Nobody wrote down JUnit's XML for all. This keeps to what its common readers
//! share: the attributes and the order of elements in the schema of Jenkins.

use super::isolation_text::got_through;
use super::number::Numbers;
use super::shown::shown;
use super::text::title;
use crate::message::label::{Label, criterion_name};
use crate::message::page_label::PageLabel;
use crate::message::report_label::ReportLabel;
use crate::message::{Lang, Localized};
use crate::model::{CriterionResult, RunRecord, Verdict};
use std::fmt::Write;

/// The number of ways from tenant to tenant.
const LEAKS: &str = "isolation.leaks";

/// What came of a test case.
enum Outcome {
    Passed,
    Failed(String),
    Error(String),
    Skipped(String),
}

/// The report of a run.
pub fn report(record: &RunRecord, lang: Lang) -> String {
    let criteria = record.criteria.iter();
    let mut cases: Vec<(&str, Outcome)> =
        criteria.map(|one| (one.id.as_str(), outcome(one, record, lang))).collect();
    cases.extend(beyond_criteria(record, lang).map(|outcome| ("verdict", outcome)));
    let count = |is: fn(&Outcome) -> bool| cases.iter().filter(|(_, one)| is(one)).count();
    let counts = format!(
        "tests=\"{}\" failures=\"{}\" errors=\"{}\"",
        cases.len(),
        count(|one| matches!(one, Outcome::Failed(_))),
        count(|one| matches!(one, Outcome::Error(_))),
    );
    let skipped = count(|one| matches!(one, Outcome::Skipped(_)));
    let seconds: f64 = record.phases.iter().map(|phase| phase.elapsed_s).sum();
    let name = escaped(&format!("{} {}", record.scenario.name, record.run_id));
    // A reader that wants a time there refuses the file for any other text.
    let started = humantime::parse_rfc3339(&record.started_at).ok().map(|_| &record.started_at);
    let started = started.map(|at| format!(" timestamp=\"{}\"", escaped(at))).unwrap_or_default();
    let class = escaped(&format!("pgvalidate.{}", record.scenario.name));
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    // Writing to a String can't fail.
    let _ = writeln!(out, "<testsuites name=\"pgvalidate\" {counts} time=\"{seconds:.3}\">");
    let _ = writeln!(
        out,
        "  <testsuite name=\"{name}\" {counts} skipped=\"{skipped}\" time=\"{seconds:.3}\"{started}>"
    );
    out += "    <properties>\n";
    for (name, value) in properties(record, lang) {
        let (name, value) = (escaped(name), escaped(&value));
        let _ = writeln!(out, "      <property name=\"{name}\" value=\"{value}\"/>");
    }
    out += "    </properties>\n";
    for (id, outcome) in &cases {
        let case = format!("<testcase classname=\"{class}\" name=\"{}\"", escaped(id));
        let (element, message) = match outcome {
            Outcome::Passed => {
                let _ = writeln!(out, "    {case}/>");
                continue;
            }
            Outcome::Failed(message) => ("failure type=\"criterion\"", message),
            Outcome::Error(message) => ("error type=\"verdict\"", message),
            Outcome::Skipped(message) => ("skipped", message),
        };
        let message = escaped(message);
        let _ =
            writeln!(out, "    {case}>\n      <{element} message=\"{message}\"/>\n    </testcase>");
    }
    out += "  </testsuite>\n</testsuites>\n";
    out
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
    let word = record.verdict.map_or_else(|| PageLabel::NotJudged {}.text(lang), |v| v.text(lang));
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
    let verdict =
        record.verdict.map_or_else(|| PageLabel::NotJudged {}.text(lang), |v| v.text(lang));
    let mut all = vec![("run", title(record, lang)), ("verdict", verdict)];
    all.extend(record.server.as_ref().map(|server| ("server", server.version.clone())));
    all.extend(record.reasons.iter().map(|note| ("reason", note.text(lang))));
    all.extend(record.findings.iter().map(|note| ("finding", note.text(lang))));
    all
}

/// A text for an attribute. XML 1.0 has no way to write most controls, not even
/// escaped; [`shown`] has made their codes of them.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in shown(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            // A reader makes spaces of these where they stand as they are.
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            c => out.push(c),
        }
    }
    out
}
