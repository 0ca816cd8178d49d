//! A set as a page. What all kinds share is here: the verdict and what it comes
//! from, the runs with links to their pages, how to repeat it; what a kind has
//! to show is a file of its own.

use super::first::class;
use super::page::{Page, Section};
use super::surroundings::command_line;
use super::table::Table;
use super::words::{Both, say};
use super::{capacity, compare, faults, methods, signoff, sweep, tune};
use crate::message::checklist_label::ChecklistLabel;
use crate::message::label::{Label, criterion_name};
use crate::message::page_label::PageLabel;
use crate::message::set_label::SetLabel;
use crate::message::set_page_label::SetPageLabel;
use crate::message::{Lang, Localized};
use crate::model::set::{Member, Row, Set};
use crate::report::set_text::{dates, place};
use maud::{Markup, html};
use serde_json::{Value, json};

/// What a kind of set has to show.
pub(super) struct Own {
    /// What it is.
    pub title: Both,
    /// What stands below the verdict, before the reasons.
    pub lines: Vec<Both>,
    /// What is seen first.
    pub first: Markup,
    /// Its sections.
    pub sections: Vec<Section>,
    /// What the script needs for its charts.
    pub data: Value,
}

impl Own {
    /// With nothing but a title.
    pub fn titled(title: &impl Localized) -> Own {
        let (lines, sections) = (Vec::new(), Vec::new());
        Own { title: say(title), lines, first: html! {}, sections, data: json!({}) }
    }
}

/// The report of a set, in both languages; it opens in `lang`. The pages of
/// its runs are linked where they lie by its side.
pub fn set(set: &Set, lang: Lang) -> String {
    let mut own = match set.kind.as_str() {
        "methods" => methods::own(set),
        "capacity" => capacity::own(set),
        "sweep" => sweep::own(set),
        "faults" => faults::own(set),
        "tune" => tune::own(set),
        "compare" => compare::own(set),
        "signoff" => signoff::own(set),
        kind => {
            let (kind, runs) = (kind.to_owned(), set.members.len());
            Own::titled(&SetLabel::SetTitle { kind, runs })
        }
    };
    // Those of a sign-off stand before its checklist.
    if set.kind != "signoff" {
        own.sections.push(Section::new("members", SetPageLabel::MembersHead {}, members(set)));
    }
    let repeat = command_line(&set.argv, &[]);
    own.sections.push(Section::new("repeat", SetPageLabel::RepeatHead {}, repeat));
    let verdict = say(&set.verdict);
    let page = Page {
        title: document_title(set, &verdict),
        header: header(set, &own.title),
        first: html! { (banner(set, &verdict, &own.lines)) (own.first) },
        sections: own.sections,
        closing: html! {
            p.dim { (say(&PageLabel::SetClosing {
                version: set.tool_version.clone(), schema: set.schema_version.clone(),
            })) }
        },
        data: own.data,
    };
    page.html(lang)
}

fn document_title(set: &Set, verdict: &Both) -> Both {
    Both::of(|lang| {
        let (scenario, started) = (set.kind.clone(), set.started_at.clone());
        let verdict = verdict.text(lang).to_owned();
        PageLabel::DocumentTitle { scenario, started, verdict }.text(lang)
    })
}

fn header(set: &Set, title: &Both) -> Markup {
    html! {
        header {
            h1 { (title) }
            p.where { (say(&place(set))) " · " (say(&dates(set))) " · " code { (set.set_id) } }
        }
    }
}

fn banner(set: &Set, verdict: &Both, lines: &[Both]) -> Markup {
    html! {
        section id="verdict" aria-labelledby="verdict-head" {
            div class={"verdict " (class(set.verdict))} {
                h2 id="verdict-head" {
                    span.what { (say(&PageLabel::Verdict {})) } " " strong { (verdict) }
                }
                ul {
                    @for line in lines { li { (line) } }
                    @for note in set.reasons.iter().chain(&set.findings) { li { (say(note)) } }
                }
            }
        }
    }
}

/// The runs, in their order.
fn members(set: &Set) -> Markup {
    let mut table = Table::new(&SetPageLabel::MembersTable {}, &ChecklistLabel::RunsHead {});
    table.text(Label::VerdictHead {});
    for member in &set.members {
        table.row(link(member), [verdict(member)]);
    }
    table.markup()
}

/// The verdict of a run.
pub(super) fn verdict(member: &Member) -> Markup {
    html! { span class={"badge " (class(member.verdict))} { (say(&member.verdict)) } }
}

/// A run by its name, with its page where that lies in a folder of the set's,
/// or in one beside it.
pub(super) fn link(member: &Member) -> Markup {
    html! {
        @match page(&member.path) {
            Some(page) => { a href=(page) { (member.label) } }
            None => { (member.label) " " code.dim { (member.path) } }
        }
    }
}

fn page(path: &str) -> Option<String> {
    let folder = path.strip_suffix("run.json")?;
    let below = folder.strip_prefix("../").unwrap_or(folder);
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_/".contains(c);
    let is_below = !below.is_empty() && !below.starts_with('/') && below.chars().all(is_plain);
    is_below.then(|| format!("{folder}report.html"))
}

/// What is to be known of rows, and the criteria that they broke.
pub(super) fn known<'a>(rows: impl IntoIterator<Item = &'a Row>, tells_broken: bool) -> Markup {
    let mut table = Table::new(&PageLabel::NotesHead {}, &PageLabel::WhatHead {});
    table.text(PageLabel::NotesHead {});
    for row in rows {
        let broken = row.broken.iter().filter(|_| tells_broken);
        let broken: Vec<Both> = broken.map(|id| Both::of(|l| criterion_name(id, l))).collect();
        let criteria = Both::join(&broken, "; ");
        let broke = Both::of(|lang| {
            let criterion = criteria.text(lang).to_owned();
            SetLabel::Broke { criterion }.text(lang)
        });
        let notes = html! {
            @for note in &row.notes { div { (say(note)) } }
            @if !broken.is_empty() { div { (broke) } }
        };
        if !notes.0.is_empty() {
            table.row(html! { (row.role) }, [notes]);
        }
    }
    table.markup()
}

#[cfg(test)]
mod tests {
    use super::page;

    #[test]
    fn only_a_folder_below_or_beside_is_linked() {
        assert_eq!(page("a-1/run.json").as_deref(), Some("a-1/report.html"));
        assert_eq!(page("../a-1/run.json").as_deref(), Some("../a-1/report.html"));
        let others = ["run.json", "/etc/run.json", "..//x/run.json", "../../x/run.json", "a/x"];
        assert_eq!(others.map(page), others.map(|_| None));
        assert_eq!(page("javascript:x/run.json"), None);
    }
}
