//! The text of a file, and where in it something stands.

use super::FileError;
use std::fmt;
use std::ops::Range;
use std::path::Path;
use toml::de::DeTable;

/// A file's text with its name.
#[derive(Debug)]
pub struct Source {
    path: String,
    text: String,
}

/// A place in a file: `path:line:column`, both from 1, the column in characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    path: String,
    line: usize,
    column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.path, self.line, self.column)
    }
}

impl Source {
    /// Reads a file. A byte order mark is left out, as editors don't show it.
    ///
    /// # Errors
    /// Where it can't be read, or isn't UTF-8.
    pub fn read(path: &Path) -> Result<Source, FileError> {
        let name = path.display().to_string();
        match std::fs::read_to_string(path) {
            Ok(text) => Ok(Source::new(name, &text)),
            Err(error) => Err(FileError::Unreadable { path: name, detail: error.to_string() }),
        }
    }

    /// A text that is called `path` in errors.
    pub fn new(path: String, text: &str) -> Source {
        Source { path, text: text.strip_prefix('\u{feff}').unwrap_or(text).to_owned() }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its keys and values with their spans.
    ///
    /// # Errors
    /// Where it isn't TOML.
    pub fn table(&self) -> Result<DeTable<'_>, FileError> {
        let parsed = DeTable::parse(&self.text).map_err(|error| FileError::Malformed {
            place: self.place(&error.span().unwrap_or(0..0)),
            detail: error.message().to_owned(),
        })?;
        Ok(parsed.into_inner())
    }

    /// Where a span begins. One beyond the text is at its end.
    pub fn place(&self, span: &Range<usize>) -> Place {
        let mut at = span.start.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        let before = &self.text[..at];
        let begin = before.rfind('\n').map_or(0, |newline| newline + 1);
        Place {
            path: self.path.clone(),
            line: before.matches('\n').count() + 1,
            column: before[begin..].chars().count() + 1,
        }
    }
}
