//! A sign-off for a terminal or for paper, within 80 columns: what was found
//! item by item, what is left to a person with a place to answer, and a place
//! for a signature where there is something to sign.

use super::lines::{Summary, align_right, bare};
use super::set_text::dates;
use super::terminal::Terminal;
use crate::message::Localized;
use crate::message::checklist_label::{ChecklistLabel, item_name, section_name};
use crate::message::label::Label;
use crate::message::set_label::SetLabel;
use crate::model::Verdict;
use crate::model::set::{Answer, Item, Row, Set};

/// Its sections, in their order.
pub(super) const SECTIONS: [&str; 5] = ["load", "server", "security", "operations", "compliance"];

/// The longest answer and two blanks.
const ANSWER_COLUMNS: usize = 14;

/// The text of a sign-off.
pub fn summary(set: &Set, on: impl Into<Terminal>) -> String {
    let mut out = Summary::new(on.into());
    out.signoff_head(set);
    out.signoff_runs(set);
    for section in SECTIONS {
        out.section(section, &set.checklist);
    }
    out.counts(&set.checklist);
    out.for_persons(&set.checklist);
    out.signoff_end(set);
    out.text
}

impl Summary {
    fn signoff_head(&mut self, set: &Set) {
        self.line(&match set.private {
            true => ChecklistLabel::RehearsalTitle {},
            false => ChecklistLabel::Title {},
        });
        for note in &set.findings {
            let text = note.text(self.lang);
            self.wrapped(0, &text);
        }
        self.line(&dates(set));
    }

    fn signoff_runs(&mut self, set: &Set) {
        if set.members.is_empty() {
            return;
        }
        self.gap();
        let n = self.numbers;
        let mut table = bare();
        table.set_header([
            format!("  {}", ChecklistLabel::RunsHead {}.text(self.lang)),
            ChecklistLabel::RowsHead {}.text(self.lang),
            "p99 ms".to_owned(),
            Label::VerdictHead {}.text(self.lang),
        ]);
        for member in &set.members {
            let row = set.table.iter().find(|row| row.role == member.role);
            // Without a row there is nothing about speed to be seen.
            let shown = |value: fn(&Row) -> Option<f64>| match row {
                None => String::new(),
                Some(row) => {
                    value(row).map_or_else(|| Label::NotSeen {}.text(self.lang), |v| n.short(v))
                }
            };
            table.add_row([
                format!("  {}", member.label),
                shown(|row| row.rows_per_s),
                shown(|row| row.response_p99_ms),
                member.verdict.map_or_else(String::new, |verdict| verdict.text(self.lang)),
            ]);
        }
        align_right(&mut table, 1..3);
        self.table(&table);
        for row in &set.table {
            for note in &row.notes {
                let (role, text) = (row.role.clone(), note.text(self.lang));
                self.indented(&SetLabel::RowNote { role, text });
            }
        }
    }

    fn section(&mut self, section: &str, checklist: &[Item]) {
        let mut items = checklist.iter().filter(|item| item.section == section).peekable();
        if items.peek().is_none() {
            return;
        }
        self.gap();
        self.raw(&section_name(section, self.lang));
        for item in items {
            let (answer, how) = (item.answer.text(self.lang), item.how.text(self.lang));
            let name = item_name(&item.id, self.lang);
            self.raw(&format!("  {answer:ANSWER_COLUMNS$}{name} ({how})"));
            for note in &item.evidence {
                self.below(note);
            }
        }
    }

    fn counts(&mut self, checklist: &[Item]) {
        if let Some(counts) = counts(checklist) {
            self.gap();
            self.line(&counts);
        }
    }

    /// What is open, each with a place to answer.
    fn for_persons(&mut self, checklist: &[Item]) {
        let mut open = checklist.iter().filter(|item| item.answer == Answer::Open).peekable();
        if open.peek().is_none() {
            return;
        }
        self.gap();
        self.line(&ChecklistLabel::PersonHead {});
        for item in open {
            self.raw(&format!("  {}", item_name(&item.id, self.lang)));
            self.below(&ChecklistLabel::PersonLine {});
        }
    }

    fn signoff_end(&mut self, set: &Set) {
        self.gap();
        for note in &set.reasons {
            let text = note.text(self.lang);
            self.line(&Label::NoteLine { text });
        }
        match (set.private, set.verdict) {
            (true, _) => self.line(&ChecklistLabel::NoSignature {}),
            (false, Some(Verdict::Pass)) => {
                self.gap();
                self.line(&ChecklistLabel::SignatureHead {});
                self.indented(&ChecklistLabel::SignatureLine {});
                self.indented(&ChecklistLabel::SignatureSign {});
                self.gap();
            }
            (false, _) => self.line(&ChecklistLabel::NothingToSign {}),
        }
        match (set.verdict.map(|verdict| verdict.text(self.lang)), set.private) {
            (Some(verdict), true) => self.line(&ChecklistLabel::RehearsalVerdict { verdict }),
            (Some(verdict), false) => self.line(&Label::VerdictLine { verdict }),
            (None, _) => self.line(&ChecklistLabel::NoVerdict {}),
        }
    }
}

/// How many items were answered how; None without a checklist.
pub(super) fn counts(checklist: &[Item]) -> Option<ChecklistLabel> {
    let count = |answer| checklist.iter().filter(|item| item.answer == answer).count();
    (!checklist.is_empty()).then(|| ChecklistLabel::CountsLine {
        yes: count(Answer::Yes),
        no: count(Answer::No),
        warning: count(Answer::Warning),
        inconclusive: count(Answer::Inconclusive),
        not_run: count(Answer::NotRun),
        open: count(Answer::Open),
    })
}
