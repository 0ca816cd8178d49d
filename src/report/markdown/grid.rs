//! A table whose columns are left out where no row has anything for them.

use super::{heads, row};
use crate::message::{Lang, Localized};

/// A table under way.
pub(super) struct Grid {
    lang: Lang,
    columns: Vec<(String, bool)>,
    rows: Vec<Vec<Option<String>>>,
}

impl Grid {
    /// One without a column.
    pub fn new(lang: Lang) -> Grid {
        Grid { lang, columns: Vec::new(), rows: Vec::new() }
    }

    /// A column of texts.
    pub fn text(self, head: &impl Localized) -> Grid {
        let name = head.text(self.lang);
        self.column(name, false)
    }

    /// A column of numbers, which stand to the right.
    pub fn number(self, head: &impl Localized) -> Grid {
        let name = head.text(self.lang);
        self.column(name, true)
    }

    /// A column whose name is a text already.
    pub fn column(mut self, name: String, is_number: bool) -> Grid {
        self.columns.push((name, is_number));
        self
    }

    /// A row, with a cell for each column.
    pub fn row(&mut self, cells: impl IntoIterator<Item = Option<String>>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// Writes it below what there is; nothing without a row.
    pub fn write(&self, out: &mut String) {
        if self.rows.is_empty() {
            return;
        }
        let cell = |row: &Vec<Option<String>>, column: usize| row.get(column).cloned().flatten();
        let is_there = |column: &usize| self.rows.iter().any(|row| cell(row, *column).is_some());
        let shown: Vec<usize> = (0..self.columns.len()).filter(is_there).collect();
        heads(out, shown.iter().map(|column| self.columns[*column].clone()));
        for cells in &self.rows {
            let or_dash = |column: &usize| cell(cells, *column).unwrap_or_else(|| "–".to_owned());
            row(out, shown.iter().map(or_dash));
        }
        out.push('\n');
    }
}
