//! The `key=value key='value'` form of a connection string.

use super::error::SessionError;
use super::malformed;
use super::params::Parameters;

/// Writes words so that [`read`] reads them.
pub(super) fn write(words: &[(&str, &str)]) -> String {
    let quoted = |value: &str| value.replace('\\', r"\\").replace('\'', r"\'");
    let all: Vec<_> =
        words.iter().map(|(name, value)| format!("{name}='{}'", quoted(value))).collect();
    all.join(" ")
}

/// Reads words into `parameters`.
pub(super) fn read(text: &str, parameters: &mut Parameters) -> Result<(), SessionError> {
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        let Some(value) = after.trim_start().strip_prefix('=') else {
            return Err(malformed::as_error(malformed::NO_EQUALS_SIGN));
        };
        let value = value.trim_start();
        let (value, after) = match value.strip_prefix('\'') {
            Some(quoted) => match until(quoted, |c| c == '\'') {
                (value, Some(after)) => (value, after),
                (_, None) => return Err(malformed::as_error(malformed::OPEN_QUOTE)),
            },
            None => {
                let (value, after) = until(value, char::is_whitespace);
                (value, after.unwrap_or_default())
            }
        };
        parameters.set(name, value)?;
        rest = after.trim_start();
    }
    Ok(())
}

/// The text up to the character that ends it, and what follows that, unless
/// the text ended first. A backslash takes the next character as it is.
fn until(text: &str, ends: impl Fn(char) -> bool) -> (String, Option<&str>) {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, c)) = characters.next() {
        match c {
            c if ends(c) => return (value, Some(&text[at + c.len_utf8()..])),
            '\\' => value.extend(characters.next().map(|(_, escaped)| escaped)),
            c => value.push(c),
        }
    }
    (value, None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(
            values in prop::collection::btree_map(
                prop::sample::select(&["host", "dbname", "user", "password", "options"][..]),
                "[^\0]{1,16}", 0..5),
        ) {
            let words: Vec<_> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let mut parameters = Parameters::default();
            prop_assert!(read(&write(&words), &mut parameters).is_ok());
            for (name, value) in words {
                prop_assert_eq!(parameters.get(name), Some(value));
            }
        }
    }
}
