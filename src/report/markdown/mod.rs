//! A run, or a set, for a pull request: what came of it first, then why.
//! GitHub's Markdown, whose tables end at a `|` and which lets markup through.

mod grid;
mod run;
mod set;

use super::shown::shown;
pub use run::run;
pub use set::set;
use std::fmt::Write;

/// A list; nothing without a line.
fn items(out: &mut String, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    for line in lines {
        let _ = writeln!(out, "- {}", escaped(line));
    }
    out.push('\n');
}

/// The heads of a table; those of numbers stand to the right.
fn heads(out: &mut String, columns: impl Iterator<Item = (String, bool)>) {
    let (names, are_numbers): (Vec<String>, Vec<bool>) = columns.unzip();
    row(out, names.into_iter());
    out.push('|');
    are_numbers
        .iter()
        .for_each(|is_number| out.push_str(if *is_number { "---:|" } else { "---|" }));
    out.push('\n');
}

fn row(out: &mut String, cells: impl Iterator<Item = String>) {
    out.push('|');
    for cell in cells {
        let _ = write!(out, " {} |", escaped(&cell));
    }
    out.push('\n');
}

/// A text as text: in one line, without anything that means something in
/// Markdown or markup, and without calling anybody (`@name`) or linking anywhere.
fn escaped(text: &str) -> String {
    let text = shown(text);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut out = String::with_capacity(text.len());
    let mut before = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let next = chars.peek().copied();
        let begins_a_list = match c {
            '-' | '+' => before.is_empty(),
            '.' | ')' => {
                let is_number = !before.is_empty() && before.chars().all(|c| c.is_ascii_digit());
                is_number && next.is_none_or(|next| next == ' ')
            }
            _ => false,
        };
        // An address is linked even where it stands as plain text.
        let links = match c {
            ':' => next == Some('/'),
            '.' => before.to_ascii_lowercase().ends_with("www"),
            _ => false,
        };
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '@' => out.push_str("@<!-- -->"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '!' | '$' => {
                out.push('\\');
                out.push(c);
            }
            c if begins_a_list || links => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
        before.push(c);
    }
    out
}
