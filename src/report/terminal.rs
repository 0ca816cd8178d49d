//! What a text is written for: a language, and lines of so many columns.

use crate::message::Lang;

/// The columns of a terminal that everybody has.
pub(super) const COLUMNS: usize = 80;

/// The narrowest that a text is fitted to.
const LEAST: usize = 40;

/// What a text is written for. A language alone stands for 80 columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terminal {
    /// Its language.
    pub lang: Lang,
    /// How many characters a line may have.
    pub(super) columns: usize,
}

impl Terminal {
    /// One of so many columns. More than 80 are not used: a longer line is hard
    /// to read. None where the text doesn't go to a terminal.
    pub fn new(lang: Lang, columns: Option<u16>) -> Terminal {
        let columns = columns.map_or(COLUMNS, |columns| usize::from(columns).clamp(LEAST, COLUMNS));
        Terminal { lang, columns }
    }
}

impl From<Lang> for Terminal {
    fn from(lang: Lang) -> Terminal {
        Terminal::new(lang, None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_as_long_as_can_be_read() {
        let columns = |of| Terminal::new(Lang::En, of).columns;
        assert_eq!(columns(None), 80);
        assert_eq!((columns(Some(60)), columns(Some(200)), columns(Some(0))), (60, 80, 40));
    }
}
