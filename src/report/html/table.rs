//! Tables: a caption, heads with their scope, the first cell of a row as its
//! head. A wide one scrolls within itself.

use super::words::{Both, say};
use crate::message::Localized;
use maud::{Markup, html};

/// So many columns fit a narrow screen.
const WIDE: usize = 4;

/// A table.
pub(super) struct Table {
    caption: Both,
    heads: Vec<(Both, bool)>,
    rows: Vec<(Markup, Vec<Markup>)>,
}

impl Table {
    /// An empty one with its caption and the head of its first column.
    pub fn new(caption: &impl Localized, first: &impl Localized) -> Table {
        Table { caption: say(caption), heads: vec![(say(first), false)], rows: Vec::new() }
    }

    /// An empty one with a caption that is a text already.
    pub fn captioned(caption: Both, first: &impl Localized) -> Table {
        Table { caption, heads: vec![(say(first), false)], rows: Vec::new() }
    }

    /// A column of texts.
    pub fn text(&mut self, head: impl Localized) -> &mut Table {
        self.head(say(&head), false)
    }

    /// A column of numbers, which stand to the right.
    pub fn number(&mut self, head: impl Localized) -> &mut Table {
        self.head(say(&head), true)
    }

    /// A column.
    pub fn head(&mut self, head: Both, is_number: bool) -> &mut Table {
        self.heads.push((head, is_number));
        self
    }

    /// A row.
    pub fn row(&mut self, first: Markup, cells: impl IntoIterator<Item = Markup>) {
        self.rows.push((first, cells.into_iter().collect()));
    }

    /// Nothing where it has no row.
    pub fn markup(&self) -> Markup {
        if self.rows.is_empty() {
            return html! {};
        }
        // On a narrow screen it is better scrolled than squeezed.
        let is_wide = self.heads.len() > WIDE;
        let class = |is_number: bool| is_number.then_some("n");
        html! {
            div.scroll tabindex="0" {
                table.wide[is_wide] {
                    caption { (self.caption) }
                    thead { tr { @for (head, is_number) in &self.heads {
                        th scope="col" class=[class(*is_number)] { (head) }
                    } } }
                    tbody { @for (first, cells) in &self.rows {
                        tr {
                            th scope="row" { (first) }
                            @for (cell, (_, is_number)) in cells.iter().zip(&self.heads[1..]) {
                                td class=[class(*is_number)] { (cell) }
                            }
                        }
                    } }
                }
            }
        }
    }
}

/// A cell.
pub(super) fn cell(text: &Both) -> Markup {
    html! { (text) }
}
