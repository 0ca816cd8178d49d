//! A set of faults: what the ledger proves of the run that each came into, how
//! the load came back, and what a fault can't show.

use super::dots::{Dot, Dots};
use super::first::class;
use super::page::Section;
use super::proof::injected;
use super::set::Own;
use super::table::{Table, cell};
use super::words::{Both, say, seen, short};
use crate::message::label::Label;
use crate::message::page_label::PageLabel;
use crate::message::set_page_label::SetPageLabel;
use crate::model::Verdict;
use crate::model::fault::FaultRow;
use crate::model::record::Batches;
use crate::model::set::Set;
use crate::report::faults_text::remarks;
use crate::report::number::Numbers;
use maud::{Markup, html};

/// What a set of faults has to show.
pub(super) fn own(set: &Set) -> Own {
    let (run, not_run): (Vec<&FaultRow>, Vec<_>) =
        set.faults.iter().partition(|row| row.verdict.is_some());
    let shown = html! {
        (proved(&run))
        (recovery(&run).figure())
        (injected(run.iter().map(|row| &row.fault), false))
    };
    Own {
        lines: if set.faults.is_empty() { Vec::new() } else { vec![counts(&set.faults)] },
        sections: vec![
            Section::new("shown", SetPageLabel::ShownHead {}, shown),
            Section::new(
                "limits",
                SetPageLabel::CantShowHead {},
                told(&run, &SetPageLabel::RemarksTable {}),
            ),
            Section::new(
                "not-run",
                SetPageLabel::NotRunHead {},
                told(&not_run, &SetPageLabel::NotRunTable {}),
            ),
        ],
        ..Own::titled(&SetPageLabel::FaultsPageTitle { faults: set.faults.len() })
    }
}

fn counts(rows: &[FaultRow]) -> Both {
    let count = |is: fn(Option<Verdict>) -> bool| rows.iter().filter(|row| is(row.verdict)).count();
    let [pass, fail] = [
        count(|verdict| verdict == Some(Verdict::Pass)),
        count(|verdict| verdict == Some(Verdict::Fail)),
    ];
    let not_run = count(|verdict| verdict.is_none());
    let open = rows.len() - pass - fail - not_run;
    say(&SetPageLabel::FaultCounts { pass, fail, open, not_run })
}

fn proved(rows: &[&FaultRow]) -> Markup {
    let mut table = Table::new(&SetPageLabel::ProvedTable {}, &PageLabel::FaultHead {});
    table.text(Label::VerdictHead {}).number(PageLabel::BatchesStored {});
    table.number(SetPageLabel::RetriedHead {}).number(SetPageLabel::GivenUpHead {});
    table.number(SetPageLabel::InDoubtHead {}).number(SetPageLabel::CommittedHead {});
    table.number(SetPageLabel::RolledBackHead {}).number(SetPageLabel::LostRowsHead {});
    table.number(SetPageLabel::TwiceRowsHead {}).number(SetPageLabel::DamagedRowsHead {});
    for row in rows {
        let count = |value: Option<u64>| seen(value.map(|v| v as f64), Numbers::plain);
        let of = |pick: fn(&Batches) -> u64| count(row.batches.as_ref().map(pick));
        let damaged = row.corrupted.zip(row.misplaced).map(|(a, b)| a.saturating_add(b));
        let verdict = html! {
            @if let Some(verdict) = row.verdict {
                span class={"badge " (class(row.verdict))} { (say(&verdict)) }
            }
        };
        let counts = [
            of(|batches| batches.succeeded),
            of(|batches| batches.retried),
            of(|batches| batches.failed),
            of(|batches| batches.in_doubt),
            of(|batches| batches.in_doubt_committed),
            of(|batches| batches.in_doubt_rolled_back),
            count(row.lost),
            count(row.duplicated),
            count(damaged),
        ];
        let cells = std::iter::once(verdict).chain(counts.iter().map(cell));
        table.row(html! { code { (row.fault.name) } }, cells);
    }
    html! {
        (table.markup())
        @if !rows.is_empty() { p.sum { (say(&SetPageLabel::ProvedLegend {})) } }
    }
}

fn recovery(rows: &[&FaultRow]) -> Dots {
    let dot = |row: &&FaultRow| {
        let at = row.fault.recovered_s?;
        Some(Dot {
            name: Both::same(&row.fault.name),
            at,
            bar: row.fault.first_commit_s.map(|first| (first, at)),
            value: short(at),
            is_marked: false,
        })
    };
    Dots {
        id: "recovery",
        caption: say(&SetPageLabel::RecoveryDots {}),
        legend: say(&SetPageLabel::RecoveryLegend {}),
        unit: "",
        rows: rows.iter().filter_map(dot).collect(),
    }
}

/// What there is to say of each.
fn told(rows: &[&FaultRow], caption: &SetPageLabel) -> Markup {
    let mut table = Table::new(caption, &PageLabel::FaultHead {});
    table.text(PageLabel::NotesHead {});
    for row in rows {
        let remarks = Both::each(|lang| remarks(row, lang));
        if !remarks.is_empty() {
            let remarks = html! { @for remark in &remarks { div { (remark) } } };
            table.row(html! { code { (row.fault.name) } }, [remarks]);
        }
    }
    table.markup()
}
