//! What every part of the summary is made with: lines, wrapped lines, tables.

use super::number::Numbers;
use super::shown::shown;
use super::terminal::{COLUMNS, Terminal};
use super::wrap::wrapped;
use crate::message::{Lang, Localized};
use comfy_table::presets::NOTHING;
use comfy_table::{Cell, CellAlignment, Row, Table};
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
    /// on below itself, unless that wouldn't do.
    pub fn table(&mut self, table: &Table) {
        let text = table.to_string();
        let beyond = width(&text).saturating_sub(self.columns);
        let narrow = (beyond > 0).then(|| narrowed(table, beyond, self.columns)).flatten();
        narrow.unwrap_or(text).lines().for_each(|line| self.raw(line));
    }
}

fn width(text: &str) -> usize {
    text.lines().map(|line| line.trim_end().chars().count()).max().unwrap_or(0)
}

/// The table with its first column narrower by so many characters, to be within
/// so many columns: words go on below; where these are too long, the rows lose
/// of their indent what it takes. None where that isn't enough.
fn narrowed(table: &Table, by: usize, columns: usize) -> Option<String> {
    let rows = || table.header().into_iter().chain(table.row_iter());
    let first = |row: &Row| row.cell_iter().next().map_or_else(String::new, Cell::content);
    let widest = rows().map(|row| first(row).chars().count()).max().unwrap_or(0);
    let least = rows().map(|row| indent(&first(row))).min().unwrap_or(0);
    (0..=least).find_map(|out| {
        let mut narrow = table.clone();
        let wrap = |row: &Row| with_first_wrapped(row, widest.saturating_sub(by), out);
        if let Some(header) = table.header() {
            narrow.set_header(wrap(header));
        }
        narrow.row_iter_mut().for_each(|row| *row = wrap(row));
        Some(narrow.to_string()).filter(|text| width(text) <= columns)
    })
}

fn indent(text: &str) -> usize {
    text.chars().take_while(|c| *c == ' ').count()
}

/// A row whose first cell has so many characters a line and stands `out` from
/// where it stood; what goes on below keeps its indent.
fn with_first_wrapped(row: &Row, columns: usize, out: usize) -> Row {
    let mut cells: Vec<String> = row.cell_iter().map(Cell::content).collect();
    if let Some(first) = cells.first_mut() {
        let indent = indent(first).saturating_sub(out);
        let mut lines = wrapped(first, columns.saturating_sub(indent), 2);
        for (index, line) in lines.iter_mut().enumerate() {
            line.insert_str(0, &" ".repeat(if index == 0 { indent } else { indent + 2 }));
        }
        *first = lines.join("\n");
    }
    Row::from(cells)
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
