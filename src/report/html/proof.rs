//! What is proved of the data: the read-back, tenants kept apart, and what
//! went wrong on the way and was settled.

use super::over_time::clock;
use super::probes;
use super::table::{Table, cell};
use super::words::{Both, say, seen, whole};
use crate::message::label::Label;
use crate::message::page_label::PageLabel;
use crate::message::{Lang, Localized};
use crate::model::fault::Fault;
use crate::model::{RunRecord, Tenancy};
use crate::report::checks;
use crate::report::number::Numbers;
use maud::{Markup, html};

/// What the ledger and the read-back prove.
pub(super) fn verification(record: &RunRecord) -> Markup {
    let Some(v) = &record.verification else {
        return html! { p { (say(&PageLabel::NotReadBack {})) } };
    };
    let line = Both::of(|lang: Lang| {
        let n = Numbers(lang);
        let (expected, found) = (n.whole(v.rows_expected), n.whole(v.rows_found));
        let (batches, seconds) = (n.whole(v.batches_compared), n.short(v.elapsed_s));
        PageLabel::ReadBack { expected, found, batches, seconds }.text(lang)
    });
    let rows = [
        (PageLabel::Lost {}, PageLabel::LostMeans {}, v.lost),
        (PageLabel::Duplicated {}, PageLabel::DuplicatedMeans {}, v.duplicated),
        (PageLabel::Corrupted {}, PageLabel::CorruptedMeans {}, v.corrupted),
        (PageLabel::Misplaced {}, PageLabel::MisplacedMeans {}, v.misplaced),
        (PageLabel::Unexpected {}, PageLabel::UnexpectedMeans {}, v.unexpected),
        (PageLabel::AcknowledgedLost {}, PageLabel::AcknowledgedLostMeans {}, v.acknowledged_lost),
        (PageLabel::Differing {}, PageLabel::DifferingMeans {}, v.batches_differing),
    ];
    let mut table = Table::new(&PageLabel::ProofTable {}, &PageLabel::WhatHead {});
    table.number(PageLabel::CountHead {}).text(PageLabel::MeaningHead {});
    for (name, meaning, count) in &rows {
        let count = html! {
            @if *count == 0 { "0" } @else { strong.bad { (whole(*count)) } }
        };
        table.row(cell(&say(name)), [count, cell(&say(meaning))]);
    }
    html! { p { (line) } (table.markup()) }
}

/// How tenants were kept apart, and what the read-back says of it.
pub(super) fn isolation(record: &RunRecord) -> Markup {
    let tenancy = match record.scenario.tenancy {
        Tenancy::Schema => PageLabel::BySchema {},
        Tenancy::Rls => PageLabel::ByRowSecurity {},
    };
    html! {
        p { (say(&tenancy)) }
        @if let Some(v) = &record.verification {
            p { (say(&PageLabel::MisplacedLine { rows: v.misplaced })) }
        }
        @match &record.isolation {
            Some(isolation) => { (probes::attempts(isolation)) }
            None => { p.dim { (say(&PageLabel::NotProbed {})) } }
        }
    }
}

/// What was done to the run on purpose, what went wrong, and how it was settled.
pub(super) fn faults(record: &RunRecord) -> Markup {
    html! { (injected(&record.faults, true)) (orphans(record)) (trouble(record)) }
}

/// When faults came, and how the load came back.
pub(super) fn injected<'a>(faults: impl IntoIterator<Item = &'a Fault>, has_notes: bool) -> Markup {
    let mut table = Table::new(&PageLabel::FaultsTable {}, &PageLabel::FaultHead {});
    table.number(PageLabel::InjectedHead {}).number(PageLabel::HealedHead {});
    table.number(PageLabel::HitHead {}).number(PageLabel::RateBeforeHead {});
    table.number(PageLabel::RateDuringHead {}).number(PageLabel::FirstCommitHead {});
    table.number(PageLabel::RecoveredHead {});
    if has_notes {
        table.text(PageLabel::NotesHead {});
    }
    for fault in faults {
        let at = |second: Option<f64>| seen(second, |_, second| clock(second.max(0.0) as u32));
        let rate = |rate: Option<f64>| seen(rate, |n, v| n.whole(v.round() as u64));
        let notes: Vec<Both> = fault.notes.iter().map(say).collect();
        let cells = [
            at(fault.injected_at_s),
            at(fault.healed_at_s),
            seen(fault.hit.map(|hit| hit as f64), Numbers::plain),
            rate(fault.before_rows_per_s),
            rate(fault.during_rows_per_s),
            seen(fault.first_commit_s, Numbers::short),
            seen(fault.recovered_s, Numbers::short),
        ];
        let notes = has_notes.then(|| Both::join(&notes, "; "));
        table.row(html! { code { (fault.name) } }, cells.iter().chain(&notes).map(cell));
    }
    table.markup()
}

/// What was left in the server.
fn orphans(record: &RunRecord) -> Markup {
    let orphans = record.recovery.as_ref().map(|recovery| {
        let count = |value: Option<u64>| seen(value.map(|v| v as f64), Numbers::plain);
        let (sessions, locks) = (count(recovery.orphaned_sessions), count(recovery.orphaned_locks));
        Both::of(|lang| {
            let (sessions, locks) = (sessions.text(lang).to_owned(), locks.text(lang).to_owned());
            PageLabel::OrphansLine { sessions, locks }.text(lang)
        })
    });
    html! { @if let Some(orphans) = orphans { p { (orphans) } } }
}

fn trouble(record: &RunRecord) -> Markup {
    let Some(load) = &record.load else { return html! {} };
    let b = &load.batches;
    let rows = [
        (PageLabel::Retried {}, b.retried),
        (PageLabel::TimedOut {}, b.timeouts),
        (PageLabel::InDoubt {}, b.in_doubt),
        (PageLabel::InDoubtCommitted {}, b.in_doubt_committed),
        (PageLabel::InDoubtRolledBack {}, b.in_doubt_rolled_back),
        (PageLabel::AcknowledgedLocal {}, b.acknowledged_local),
    ];
    let mut table = Table::new(&PageLabel::TroubleTable {}, &PageLabel::WhatHead {});
    table.number(PageLabel::CountHead {});
    for (name, count) in &rows {
        table.row(cell(&say(name)), [cell(&whole(*count))]);
    }
    let reads = record.reads.iter().flat_map(|reads| &reads.errors);
    let mut errors = Table::new(&PageLabel::ErrorsTable {}, &PageLabel::CodeHead {});
    errors.number(PageLabel::CountHead {}).text(PageLabel::FirstHead {});
    for error in load.errors.iter().chain(reads) {
        let first = html! { code { (error.code) } };
        errors.row(first, [cell(&whole(error.count)), html! { code { (error.example) } }]);
    }
    html! {
        (table.markup())
        (errors.markup())
        @if load.errors.is_empty() { p.dim { (say(&PageLabel::NoErrors {})) } }
    }
}

/// What is missing, each reason once.
pub(super) fn missing(record: &RunRecord) -> Markup {
    let mut missing: Vec<(Vec<&str>, Both)> = Vec::new();
    for one in &record.unavailable {
        let why = say(&one.reason);
        match missing.iter_mut().find(|(_, known)| *known == why) {
            Some((paths, _)) => paths.push(&one.path),
            None => missing.push((vec![&one.path], why)),
        }
    }
    let mut table = Table::new(&PageLabel::MissingTable {}, &PageLabel::PathHead {});
    table.text(PageLabel::WhyHead {});
    for (paths, why) in &missing {
        let paths = html! {
            @for (i, path) in paths.iter().enumerate() { @if i > 0 { br; } code { (path) } }
        };
        table.row(paths, [cell(why)]);
    }
    table.markup()
}

/// What a reader should know besides: findings, and what the preflight warned of.
pub(super) fn notes(record: &RunRecord) -> Markup {
    let is_private = record.server.as_ref().is_some_and(|server| server.private);
    let mut notes = Both::each(|lang| checks::lines(&record.preflight, is_private, lang));
    notes.extend(
        record
            .findings
            .iter()
            .map(|note| Both::of(|lang| Label::NoteLine { text: note.text(lang) }.text(lang))),
    );
    html! { @if !notes.is_empty() { ul { @for note in &notes { li { (note) } } } } }
}
