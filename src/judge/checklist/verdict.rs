//! The one verdict of a sign-off.

use crate::model::figure::{ItemId, ItemIds};
use crate::model::observed::Measured;
use crate::model::set::{Answer, Item};
use crate::model::{Note, Verdict};

/// The verdict, and why: what is not as it should be, fail; else what wasn't
/// seen, inconclusive; else pass. Warnings, what wasn't run, and what a person
/// has to answer stop nothing and are named.
pub fn conclude(checklist: &[Item]) -> (Verdict, Vec<Note>) {
    let of = |answer| {
        let items = checklist.iter().filter(|item| item.answer == answer);
        ItemIds(items.map(|item| ItemId(item.id.clone())).collect())
    };
    let (no, unseen) = (of(Answer::No), of(Answer::Inconclusive));
    let (not_run, open) = (of(Answer::NotRun), of(Answer::Open).0.len());
    let verdict = match (no.0.is_empty(), unseen.0.is_empty()) {
        (false, _) => Verdict::Fail,
        (true, false) => Verdict::Inconclusive,
        (true, true) if checklist.iter().any(|item| item.answer == Answer::Yes) => Verdict::Pass,
        (true, true) => Verdict::Inconclusive,
    };
    let mut reasons: Vec<Note> = Vec::new();
    if !no.0.is_empty() {
        reasons.push(Measured::ItemsNo { items: no }.into());
    }
    if !unseen.0.is_empty() {
        reasons.push(Measured::ItemsUnseen { items: unseen }.into());
    }
    if !not_run.0.is_empty() {
        reasons.push(Measured::ItemsNotRun { items: not_run }.into());
    }
    if open > 0 {
        reasons.push(Measured::ItemsOpen { items: open }.into());
    }
    (verdict, reasons)
}
