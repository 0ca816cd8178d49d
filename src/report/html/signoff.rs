//! What the page of a sign-off has, to be read, printed and signed: runs, the
//! checklist with its evidence, what is left to a person, a place for a signature.

use super::page::Section;
use super::set::{Own, link, verdict};
use super::table::{Table, cell};
use super::words::{Both, say, seen};
use crate::message::checklist_label::{ChecklistLabel, item_name, section_name};
use crate::message::label::Label;
use crate::message::page_label::PageLabel;
use crate::model::Verdict;
use crate::model::set::{Answer, Item, Set};
use crate::report::number::Numbers;
use crate::report::signoff_text::{SECTIONS, counts};
use maud::{Markup, html};

/// What a sign-off has to show.
pub(super) fn own(set: &Set) -> Own {
    let title = match set.private {
        true => ChecklistLabel::RehearsalTitle {},
        false => ChecklistLabel::Title {},
    };
    Own {
        lines: counts(&set.checklist).iter().map(say).collect(),
        first: runs(set),
        sections: vec![
            Section::new("checklist", PageLabel::ChecklistHead {}, checklist(set)),
            Section::new("persons", PageLabel::ForPersonsHead {}, for_persons(set)),
            Section::new("signature", PageLabel::SignatureHead {}, signature(set)),
        ],
        ..Own::titled(&title)
    }
}

fn runs(set: &Set) -> Markup {
    let mut table = Table::new(&PageLabel::RunsTable {}, &ChecklistLabel::RunsHead {});
    table.text(Label::VerdictHead {}).number(ChecklistLabel::RowsHead {});
    table.number(PageLabel::ResponseP99Ms {}).text(PageLabel::NotesHead {});
    for member in &set.members {
        let row = set.table.iter().find(|row| row.role == member.role);
        let notes: Vec<Both> = row.iter().flat_map(|row| &row.notes).map(say).collect();
        // Without a row there is nothing about speed to be seen.
        let rate = row.map(|row| seen(row.rows_per_s, |n, v| n.whole(v.round() as u64)));
        let p99 = row.map(|row| seen(row.response_p99_ms, Numbers::short));
        let cells = [
            verdict(member),
            html! { @if let Some(rate) = &rate { (cell(rate)) } },
            html! { @if let Some(p99) = &p99 { (cell(p99)) } },
            cell(&Both::join(&notes, "; ")),
        ];
        table.row(link(member), cells);
    }
    table.markup()
}

fn checklist(set: &Set) -> Markup {
    html! { div.checklist { @for section in SECTIONS { (items(set, section)) } } }
}

fn items(set: &Set, section: &str) -> Markup {
    let caption = Both::of(|lang| section_name(section, lang));
    let mut table = Table::captioned(caption, &PageLabel::ItemHead {});
    table.text(PageLabel::AnswerHead {}).text(PageLabel::EvidenceHead {});
    for item in set.checklist.iter().filter(|item| item.section == section) {
        let evidence = html! {
            @for note in &item.evidence { div { (say(note)) } }
            div.dim { (say(&item.how)) }
        };
        let answer =
            html! { span class={"badge " (answer_class(item.answer))} { (say(&item.answer)) } };
        table.row(cell(&name(item)), [answer, evidence]);
    }
    table.markup()
}

fn name(item: &Item) -> Both {
    Both::of(|lang| item_name(&item.id, lang))
}

fn answer_class(answer: Answer) -> &'static str {
    match answer {
        Answer::Yes => "good",
        Answer::No => "bad",
        Answer::Warning | Answer::Inconclusive => "open",
        Answer::NotRun | Answer::Open => "none",
    }
}

/// What is open, each with a place to answer.
fn for_persons(set: &Set) -> Markup {
    let mut table = Table::new(&ChecklistLabel::PersonHead {}, &PageLabel::ItemHead {});
    table.text(PageLabel::AnswerHead {}).text(PageLabel::NameHead {}).text(PageLabel::DateHead {});
    for item in set.checklist.iter().filter(|item| item.answer == Answer::Open) {
        let blank = || html! { span.blank {} };
        table.row(cell(&name(item)), [blank(), blank(), blank()]);
    }
    table.markup()
}

/// Where there is something to sign, the place for it.
fn signature(set: &Set) -> Markup {
    match (set.private, set.verdict) {
        (true, _) => html! { p { (say(&ChecklistLabel::NoSignature {})) } },
        (false, Some(Verdict::Pass)) => html! {
            dl.sign {
                @for field in [
                    PageLabel::NameHead {}, PageLabel::RoleHead {},
                    PageLabel::DateHead {}, PageLabel::SignatureField {},
                ] {
                    div { dt { (say(&field)) } dd.blank {} }
                }
            }
        },
        (false, _) => html! { p { (say(&ChecklistLabel::NothingToSign {})) } },
    }
}
