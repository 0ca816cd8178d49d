//! A setting's value between the file's text and SQL. `ALTER SYSTEM` takes a
//! list of names as one literal each and quotes them itself; given as one
//! literal, the whole list would become the name of a single thing.

use crate::session::{quote_ident, quote_literal};

/// The settings whose values are lists of names that the server quotes
/// (GUC_LIST_QUOTE in its source; extensions can't have any), and whether their
/// names are identifiers, which are folded to lower case where they aren't quoted.
const LISTS: [(&str, bool); 6] = [
    ("local_preload_libraries", false),
    ("search_path", true),
    ("session_preload_libraries", false),
    ("shared_preload_libraries", false),
    ("temp_tablespaces", true),
    ("unix_socket_directories", false),
];

/// The statement that sets `name` to `value`, which is as the file has it;
/// without a value the one that takes the setting out of the file. None where
/// no statement writes that value.
pub(super) fn statement(name: &str, value: Option<&str>) -> Option<String> {
    let name_quoted = quote_ident(name);
    let Some(value) = value else {
        return Some(format!("ALTER SYSTEM RESET {name_quoted}"));
    };
    let literals = match folds(name) {
        None => quote_literal(value),
        Some(folds) => {
            let names = names(value, folds)?;
            names.iter().map(|name| quote_literal(name)).collect::<Vec<_>>().join(", ")
        }
    };
    // The server would write an empty list as a list of one empty name.
    let writes = !literals.is_empty() && !value.contains('\n');
    writes.then(|| format!("ALTER SYSTEM SET {name_quoted} = {literals}"))
}

/// Whether two values of the file mean the same: the same text, or the same list.
pub(super) fn same(name: &str, a: Option<&str>, b: Option<&str>) -> bool {
    match (folds(name), a, b) {
        (Some(folds), Some(a), Some(b)) => match (names(a, folds), names(b, folds)) {
            (Some(a), Some(b)) => a == b,
            _ => a.trim() == b.trim(),
        },
        _ => a == b,
    }
}

/// Whether the setting is such a list, and then whether its names are folded.
fn folds(name: &str) -> Option<bool> {
    LISTS.iter().find(|(list, _)| list.eq_ignore_ascii_case(name)).map(|(_, folds)| *folds)
}

/// The names of a list; None where it isn't one.
fn names(list: &str, fold: bool) -> Option<Vec<String>> {
    let mut names = Vec::new();
    let mut rest = list.trim();
    if rest.is_empty() {
        return Some(names);
    }
    loop {
        let (name, after) = match rest.strip_prefix('"') {
            Some(quoted) => until_quote(quoted)?,
            None => {
                let end = rest.find(',').unwrap_or(rest.len());
                let (plain, after) = rest.split_at(end);
                let plain = plain.trim_end();
                if plain.is_empty() || plain.contains('"') {
                    return None;
                }
                let name = if fold { plain.to_ascii_lowercase() } else { plain.to_owned() };
                (name, after)
            }
        };
        names.push(name);
        match after.trim_start() {
            "" => return Some(names),
            after => rest = after.strip_prefix(',')?.trim_start(),
        }
    }
}

/// The text up to the quote that ends it, where two are one, and what follows.
fn until_quote(text: &str) -> Option<(String, &str)> {
    let mut name = String::new();
    let mut rest = text;
    loop {
        let (before, after) = rest.split_once('"')?;
        name.push_str(before);
        match after.strip_prefix('"') {
            Some(after) => {
                name.push('"');
                rest = after;
            }
            None => return Some((name, after)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_value_is_one_literal() {
        let set = |name, value| statement(name, Some(value)).unwrap();
        assert_eq!(set("max_wal_size", "4GB"), "ALTER SYSTEM SET \"max_wal_size\" = '4GB'");
        assert_eq!(
            set("log_line_prefix", r"it's \ a, b"),
            r#"ALTER SYSTEM SET "log_line_prefix" = 'it''s \ a, b'"#
        );
        assert_eq!(set("log_line_prefix", ""), "ALTER SYSTEM SET \"log_line_prefix\" = ''");
        assert_eq!(statement("a\"b", None).unwrap(), "ALTER SYSTEM RESET \"a\"\"b\"");
        // No statement writes a line break: the server refuses it.
        assert_eq!(statement("log_line_prefix", Some("a\nb")), None);
    }

    #[test]
    fn a_list_is_a_literal_a_name() {
        let set = |name, value| statement(name, Some(value));
        let path = set("search_path", r#""$user", Public,"O'Brien ""x"", y""#).unwrap();
        assert_eq!(
            path,
            r#"ALTER SYSTEM SET "search_path" = '$user', 'public', 'O''Brien "x", y'"#
        );
        let libraries = set("session_preload_libraries", "Auto, \"$libdir/b\"").unwrap();
        assert!(libraries.ends_with("= 'Auto', '$libdir/b'"), "{libraries}");
        assert!(set("search_path", "\"\"").unwrap().ends_with("= ''"));
        for unwritable in ["", "  ", "a,,b", "a,", "\"a", "a\"b\"", "\"a\" b"] {
            assert_eq!(set("search_path", unwritable), None, "{unwritable}");
        }
    }

    #[test]
    fn the_same_list_may_be_spelt_otherwise() {
        let list = |a, b| same("search_path", Some(a), Some(b));
        assert!(list("\"$user\",public", "\"$user\", PUBLIC") && !list("a, b", "b, a"));
        assert!(!same("search_path", Some("a"), None) && same("search_path", None, None));
        assert!(!same("max_wal_size", Some("1GB"), Some("1024MB")), "the text was not ours");
    }
}
