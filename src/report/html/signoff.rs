//! A sign-off as a page, to be read, printed and signed: verdict, runs, the
//! checklist with its evidence, what is left to a person, a place for a signature.

use super::first::class;
use super::page::{Page, Section};
use super::surroundings::command_line;
use super::table::{Table, cell};
use super::words::{Both, say, seen};
use crate::message::checklist_label::{ChecklistLabel, item_name, section_name};
use crate::message::label::Label;
use crate::message::page_label::PageLabel;
use crate::message::{Lang, Localized};
use crate::model::Verdict;
use crate::model::set::{Answer, Item, Member, Set};
use crate::report::number::Numbers;
use crate::report::signoff_text::SECTIONS;
use maud::{Markup, html};
use serde_json::json;

/// The report of a sign-off, in both languages; it opens in `lang`. The pages
/// of its runs are linked where they lie by its side.
pub fn signoff(set: &Set, lang: Lang) -> String {
    let verdict = set.verdict.map_or_else(|| say(&PageLabel::NotJudged {}), |v| say(&v));
    let (scenario, started) = (set.kind.clone(), set.started_at.clone());
    let title = Both::of(|lang| {
        let (scenario, started) = (scenario.clone(), started.clone());
        let verdict = verdict.text(lang).to_owned();
        PageLabel::DocumentTitle { scenario, started, verdict }.text(lang)
    });
    let section = |id, head, content| Section { id, head, content };
    let page = Page {
        title,
        header: header(set),
        first: html! { (banner(set, &verdict)) (runs(set)) },
        sections: vec![
            section("checklist", PageLabel::ChecklistHead {}, checklist(set)),
            section("persons", PageLabel::ForPersonsHead {}, for_persons(set)),
            section("signature", PageLabel::SignatureHead {}, signature(set)),
            section("repeat", PageLabel::RepeatHead {}, command_line(&set.argv, &[])),
        ],
        closing: html! {
            p.dim { (say(&PageLabel::SetClosing {
                version: set.tool_version.clone(), schema: set.schema_version.clone(),
            })) }
        },
        data: json!({}),
    };
    page.html(lang)
}

fn header(set: &Set) -> Markup {
    let title = match set.private {
        true => ChecklistLabel::RehearsalTitle {},
        false => ChecklistLabel::Title {},
    };
    let began = set.started_at.clone();
    let dates = match set.finished_at.clone() {
        Some(ended) => ChecklistLabel::Dates { began, ended },
        None => ChecklistLabel::BeganAt { began },
    };
    html! {
        header {
            h1 { (say(&title)) }
            p.where { (say(&dates)) " · " code { (set.set_id) } }
        }
    }
}

fn banner(set: &Set, verdict: &Both) -> Markup {
    let count = |answer| set.checklist.iter().filter(|item| item.answer == answer).count();
    let counts = ChecklistLabel::CountsLine {
        yes: count(Answer::Yes),
        no: count(Answer::No),
        warning: count(Answer::Warning),
        inconclusive: count(Answer::Inconclusive),
        not_run: count(Answer::NotRun),
        open: count(Answer::Open),
    };
    html! {
        section id="verdict" aria-labelledby="verdict-head" {
            div class={"verdict " (class(set.verdict))} {
                h2 id="verdict-head" {
                    span.what { (say(&PageLabel::Verdict {})) } " " strong { (verdict) }
                }
                ul {
                    @if !set.checklist.is_empty() { li { (say(&counts)) } }
                    @for note in set.reasons.iter().chain(&set.findings) { li { (say(note)) } }
                }
            }
        }
    }
}

fn runs(set: &Set) -> Markup {
    let mut table = Table::new(&PageLabel::RunsTable {}, &ChecklistLabel::RunsHead {});
    table.text(Label::VerdictHead {}).number(ChecklistLabel::RowsHead {});
    table.number(PageLabel::ResponseP99Ms {}).text(PageLabel::NotesHead {});
    for member in &set.members {
        let row = set.table.iter().find(|row| row.role == member.role);
        let notes: Vec<Both> = row.iter().flat_map(|row| &row.notes).map(say).collect();
        let verdict = match &member.verdict {
            Some(verdict) => say(verdict),
            None => say(&PageLabel::NotJudged {}),
        };
        // Without a row there is nothing about speed to be seen.
        let rate = row.map(|row| seen(row.rows_per_s, |n, v| n.whole(v.round() as u64)));
        let p99 = row.map(|row| seen(row.response_p99_ms, Numbers::short));
        let cells = [
            html! { span class={"badge " (class(member.verdict))} { (verdict) } },
            html! { @if let Some(rate) = &rate { (rate) } },
            html! { @if let Some(p99) = &p99 { (p99) } },
            cell(&Both::join(&notes, "; ")),
        ];
        table.row(link(member), cells);
    }
    table.markup()
}

/// A run by its name, with its page where that lies in a folder by the set's.
fn link(member: &Member) -> Markup {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_/".contains(c);
    let page = member.path.strip_suffix("run.json").filter(|folder| {
        !folder.is_empty() && !folder.starts_with('/') && folder.chars().all(is_plain)
    });
    html! {
        @match page {
            Some(folder) => { a href={(folder) "report.html"} { (member.label) } }
            None => { (member.label) }
        }
    }
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
