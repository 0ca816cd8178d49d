//! Texts in both languages, side by side: the page holds both, and its style
//! shows one. What is the same in both is written once.

use crate::message::label::Label;
use crate::message::{Lang, Localized};
use crate::model::size::Bytes;
use crate::report::number::Numbers;
use maud::{Markup, Render, html};

/// A text in both languages. Rendering escapes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Both {
    /// English.
    pub en: String,
    /// Vietnamese.
    pub vi: String,
}

impl Both {
    /// What `say` makes of each language.
    pub fn of(say: impl Fn(Lang) -> String) -> Both {
        Both { en: say(Lang::En), vi: say(Lang::Vi) }
    }

    /// What `say` makes of each language, line by line.
    pub fn each(say: impl Fn(Lang) -> Vec<String>) -> Vec<Both> {
        let lines = say(Lang::En).into_iter().zip(say(Lang::Vi));
        lines.map(|(en, vi)| Both { en, vi }).collect()
    }

    /// A text of no language.
    pub fn same(text: &str) -> Both {
        Both { en: text.to_owned(), vi: text.to_owned() }
    }

    /// The text in one language.
    pub fn text(&self, lang: Lang) -> &str {
        match lang {
            Lang::En => &self.en,
            Lang::Vi => &self.vi,
        }
    }

    /// Several, one after the other.
    pub fn join(all: &[Both], between: &str) -> Both {
        Both::of(|lang| all.iter().map(|one| one.text(lang)).collect::<Vec<_>>().join(between))
    }
}

impl Render for Both {
    fn render(&self) -> Markup {
        html! {
            @if self.en == self.vi { (self.en) } @else {
                span lang="en" { (self.en) } span lang="vi" { (self.vi) }
            }
        }
    }
}

/// A message of a catalogue.
pub(super) fn say(message: &impl Localized) -> Both {
    Both::of(|lang| message.text(lang))
}

/// A number, as each language writes it.
pub(super) fn number(write: impl Fn(Numbers) -> String) -> Both {
    Both::of(|lang| write(Numbers(lang)))
}

/// A whole number.
pub(super) fn whole(value: u64) -> Both {
    number(|n| n.whole(value))
}

/// A measured number, with the digits that are worth reading.
pub(super) fn short(value: f64) -> Both {
    number(|n| n.short(value))
}

/// A number, or that it wasn't seen.
pub(super) fn seen(value: Option<f64>, write: impl Fn(Numbers, f64) -> String) -> Both {
    value.map_or_else(|| say(&Label::NotSeen {}), |value| number(|n| write(n, value)))
}

/// A size with its unit.
pub(super) fn size(bytes: u64) -> Both {
    Both { en: format!("{}", Bytes(bytes)), vi: format!("{:#}", Bytes(bytes)) }
}
