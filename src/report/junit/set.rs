//! A set: a test case for each of a sign-off's runs and items of the
//! checklist, for each fault of a set of faults, and for the one verdict. The
//! runs of other sets are no cases: that a step of `capacity` breaks is what it
//! looks for.

use super::{Case, Outcome, Suite};
use crate::message::checklist_label::{ChecklistLabel, item_name};
use crate::message::set_label::SetLabel;
use crate::message::set_page_label::SetPageLabel;
use crate::message::{Lang, Localized};
use crate::model::fault::FaultRow;
use crate::model::set::{Answer, Item, Member, Set};
use crate::model::{Note, Verdict};
use crate::report::faults_text::remarks;
use crate::report::number::Numbers;
use crate::report::set_text::left_changed;
use crate::report::wrap::in_a_row;

/// The report of a set.
pub fn set(set: &Set, lang: Lang) -> String {
    let case = |class: &str, name: &str, outcome| {
        let class = [set.kind.as_str(), class].join(".");
        Case { class, name: name.to_owned(), outcome }
    };
    let members = set.members.iter().filter(|_| set.kind == "signoff");
    let faults = set.faults.iter().filter(|_| set.kind == "faults");
    let mut cases: Vec<Case> =
        members.map(|one| case("run", &one.label, of_member(one, lang))).collect();
    cases.extend(set.checklist.iter().map(|one| case("checklist", &one.id, of_item(one, lang))));
    cases.extend(faults.map(|one| case("fault", &one.fault.name, of_fault(one, lang))));
    cases.push(Case {
        class: set.kind.clone(),
        name: "verdict".to_owned(),
        outcome: of_set(set, lang),
    });
    let suite = Suite {
        name: format!("{} {}", set.kind, set.set_id),
        seconds: elapsed_s(set),
        started_at: &set.started_at,
        properties: properties(set, lang),
        cases,
    };
    suite.xml()
}

/// A rehearsal signs nothing off, however well it went.
fn of_set(set: &Set, lang: Lang) -> Outcome {
    let reasons = texts(&set.reasons, lang);
    match (set.verdict, set.kind.as_str(), set.private) {
        (Some(Verdict::Pass), "signoff", true) => {
            let verdict = Verdict::Pass.text(lang);
            let said = ChecklistLabel::RehearsalVerdict { verdict }.text(lang);
            Outcome::Skipped(in_a_row(std::iter::once(said).chain(reasons)))
        }
        (verdict, ..) => of_verdict(verdict, reasons, lang),
    }
}

/// A verdict as an outcome, with what there is to say of it.
fn of_verdict(verdict: Option<Verdict>, said: Vec<String>, lang: Lang) -> Outcome {
    let word = verdict.text(lang);
    let message = in_a_row(std::iter::once(word).chain(said));
    match verdict {
        Some(Verdict::Pass) => Outcome::Passed,
        Some(Verdict::Fail) => Outcome::Failed(message),
        Some(Verdict::Invalid | Verdict::Aborted) | None => Outcome::Error(message),
        Some(Verdict::Inconclusive | Verdict::NotApplicable) => Outcome::Skipped(message),
    }
}

fn of_member(member: &Member, lang: Lang) -> Outcome {
    of_verdict(member.verdict, vec![member.path.clone()], lang)
}

/// A warning stops nothing.
fn of_item(item: &Item, lang: Lang) -> Outcome {
    let word = std::iter::once(item.answer.text(lang));
    let message = in_a_row(word.chain(texts(&item.evidence, lang)));
    match item.answer {
        Answer::Yes | Answer::Warning => Outcome::Passed,
        Answer::No => Outcome::Failed(message),
        Answer::Inconclusive | Answer::NotRun | Answer::Open => Outcome::Skipped(message),
    }
}

/// What wasn't run can't be judged.
fn of_fault(row: &FaultRow, lang: Lang) -> Outcome {
    let counted = [
        (SetPageLabel::LostRowsHead {}, row.lost),
        (SetPageLabel::TwiceRowsHead {}, row.duplicated),
    ];
    let seen = counted.iter().filter_map(|(name, rows)| Some((name, rows.filter(|n| *n > 0)?)));
    let counts =
        seen.map(|(name, rows)| format!("{}: {}", name.text(lang), Numbers(lang).whole(rows)));
    match row.verdict {
        None => Outcome::Skipped(in_a_row(remarks(row, lang))),
        verdict => of_verdict(verdict, counts.chain(remarks(row, lang)).collect(), lang),
    }
}

fn texts(notes: &[Note], lang: Lang) -> Vec<String> {
    notes.iter().map(|note| note.text(lang)).collect()
}

/// From its beginning to its end; None where that isn't known.
fn elapsed_s(set: &Set) -> Option<f64> {
    let at = |text: &str| humantime::parse_rfc3339(text).ok();
    let (begin, end) = (at(&set.started_at)?, at(set.finished_at.as_deref()?)?);
    end.duration_since(begin).ok().map(|between| between.as_secs_f64())
}

fn properties(set: &Set, lang: Lang) -> Vec<(&'static str, String)> {
    let title = SetLabel::SetTitle { kind: set.kind.clone(), runs: set.members.len() };
    let verdict = set.verdict.text(lang);
    let mut all = vec![("set", title.text(lang)), ("verdict", verdict)];
    all.extend(set.reasons.iter().map(|note| ("reason", note.text(lang))));
    all.extend(left_changed(set, lang).map(|left| ("finding", left)));
    all.extend(set.findings.iter().map(|note| ("finding", note.text(lang))));
    let warnings = set.checklist.iter().filter(|item| item.answer == Answer::Warning);
    all.extend(warnings.map(|item| {
        let name = std::iter::once(item_name(&item.id, lang));
        ("warning", in_a_row(name.chain(texts(&item.evidence, lang))))
    }));
    all
}
