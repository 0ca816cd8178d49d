//! What every part of the summary is made with: lines, wrapped lines, tables.

use super::number::Numbers;
use super::shown::shown;
use super::terminal::{COLUMNS, Terminal};
use super::wrap::wrapped;
use crate::message::{Lang, Localized};
use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table};
use std::fmt::Write;

/// The fewest characters that a name is cut to.
const NAME_LEAST: usize = 12;

/// A summary under way.
pub(super) struct Summary {
    /// What there is so far.
    pub text: String,
    /// Its language.
    pub lang: Lang,
    /// Numbers in it.
    pub numbers: Numbers,
    /// How many characters a line may have.
    columns: usize,
}

impl Summary {
    /// An empty one.
    pub fn new(on: Terminal) -> Summary {
        let Terminal { lang, columns } = on;
        Summary { text: String::new(), lang, numbers: Numbers(lang), columns }
    }

    /// A line at the left edge.
    pub fn line(&mut self, label: &impl Localized) {
        self.long(0, label);
    }

    /// A line of the first level.
    pub fn indented(&mut self, label: &impl Localized) {
        self.long(2, label);
    }

    /// A line that belongs to the one above.
    pub fn below(&mut self, label: &impl Localized) {
        self.long(4, label);
    }

    fn long(&mut self, indent: usize, label: &impl Localized) {
        let text = label.text(self.lang);
        self.wrapped(indent, &text);
    }

    /// A line after `indent` spaces, that goes on below itself where it is too long.
    pub fn wrapped(&mut self, indent: usize, text: &str) {
        let mut lines = wrapped(text, self.columns - indent, 2).into_iter();
        if let Some(first) = lines.next() {
            self.raw(&format!("{:indent$}{first}", ""));
        }
        for line in lines {
            self.raw(&format!("{:1$}{line}", "", indent + 2));
        }
    }

    /// A line as it stands, but for what would hide or move on a terminal.
    pub fn raw(&mut self, text: &str) {
        // Writing to a String can't fail.
        let _ = writeln!(self.text, "{}", shown(text.trim_end()));
    }

    /// An empty line.
    pub fn gap(&mut self) {
        self.text.push('\n');
    }

    /// How many characters a name may have that has so many within 80 columns.
    pub fn name_columns(&self, usually: usize) -> usize {
        usually.saturating_sub(COLUMNS - self.columns).max(NAME_LEAST)
    }

    /// A table. Where it is too wide its first column, which has the words, goes
    /// on below itself, unless a word would break.
    pub fn table(&mut self, table: &Table) {
        let text = table.to_string();
        let widest = text.lines().map(|line| line.trim_end().chars().count()).max();
        let narrow = (widest > Some(self.columns)).then(|| narrowed(table, self.columns));
        let narrow = narrow.filter(|narrow| words(narrow) == words(&text));
        narrow.unwrap_or(text).lines().for_each(|line| self.raw(line));
    }
}

/// The table in so many columns, of which the first gives way.
fn narrowed(table: &Table, columns: usize) -> String {
    let mut narrow = table.clone();
    narrow.set_width(columns.try_into().unwrap_or(u16::MAX));
    narrow.set_content_arrangement(ContentArrangement::Dynamic);
    for column in narrow.column_iter_mut().skip(1) {
        column.set_constraint(ColumnConstraint::ContentWidth);
    }
    narrow.to_string()
}

/// The words in it, in an order that doesn't say where they stand.
fn words(text: &str) -> Vec<&str> {
    let mut words: Vec<&str> = text.split_whitespace().collect();
    words.sort_unstable();
    words
}

/// Where a server is and as whom it is written to, as the record has it, in a language.
pub(super) fn address(address: &str, lang: Lang) -> String {
    match (lang, address.rsplit_once(" as ")) {
        (Lang::Vi, Some((place, role))) => format!("{place}, vai trò {role}"),
        _ => address.to_owned(),
    }
}

/// A table without lines.
pub(super) fn bare() -> Table {
    let mut table = Table::new();
    table.load_style(NOTHING);
    table
}

/// Numbers stand to the right.
pub(super) fn align_right(table: &mut Table, columns: std::ops::Range<usize>) {
    for index in columns {
        if let Some(column) = table.column_mut(index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
}
