//! No message lacks a language. The catalogues can't by their type; this looks
//! at what types don't see, in every place where text stands in two languages:
//! both are there, take the same arguments, and the Vietnamese one is Vietnamese.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use unicode_normalization::is_nfc;

/// The same in both languages, or a Vietnamese word without a diacritic.
const ALIKE: &[&str] = &[
    "ghi",
    "cao",
    "checkpoint, ghi",
    "wal_buffers",
    "autovacuum",
    "pool",
    "Trung",
    "Nam",
    "min-max, k",
    "WAL B",
    "p99 ms",
    "PostgreSQL {version}",
    "{phase} {ratio}x",
    "{method}, rls",
    "{no}/{of}: {label}{left:#}",
    "cao",
    "p",
];

fn sources(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => sources(&path, found),
            false => found.push(path),
        }
    }
}

/// What of the code a pair of texts can stand in: all string literals with
/// what stands before each.
fn literals(code: &str) -> Vec<(String, String)> {
    let (mut found, mut between) = (Vec::new(), String::new());
    let mut chars = code.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '/' if chars.peek() == Some(&'/') => while chars.next_if(|c| *c != '\n').is_some() {},
            '\'' => {
                // A character, or a lifetime, which has no end.
                between.push(c);
                let ahead: String = chars.clone().take(3).collect();
                if ahead.starts_with('\\') || ahead.chars().nth(1) == Some('\'') {
                    let first = chars.next();
                    between.extend(first);
                    between.extend((first == Some('\\')).then(|| chars.next()).flatten());
                }
            }
            '"' => {
                let mut text = String::new();
                while let Some(c) = chars.next() {
                    match c {
                        '"' => break,
                        '\\' => match chars.next() {
                            Some('\n') => while chars.next_if(|c| c.is_whitespace()).is_some() {},
                            Some('n') => text.push('\n'),
                            other => text.extend(other),
                        },
                        c => text.push(c),
                    }
                }
                found.push((std::mem::take(&mut between), text));
            }
            c => between.push(c),
        }
    }
    found
}

/// English and Vietnamese of every message in a file: `=> "en", "vi";` in a
/// catalogue, `Words { en: "", vi: "" }`, and `("en", "vi")` of a match.
fn messages(code: &str) -> Vec<(String, String)> {
    let literals = literals(code.split("#[cfg(test)]").next().unwrap());
    let mut pairs = Vec::new();
    let is_catalogue = code.contains("catalogue! {");
    let is_match = code.contains("let (en, vi) = match");
    for (first, second) in literals.iter().zip(literals.iter().skip(1)) {
        let before: String = first.0.split_whitespace().collect();
        let between: String = second.0.split_whitespace().collect();
        let is_pair = match between.as_str() {
            ",vi:" => before.ends_with("{en:"),
            "," => {
                (is_catalogue && before.ends_with("}=>")) || (is_match && before.ends_with("=>("))
            }
            _ => false,
        };
        if is_pair {
            pairs.push((first.1.clone(), second.1.clone()));
        }
    }
    pairs
}

/// The arguments of a sentence. One that is itself in a language goes by either.
fn arguments(sentence: &str) -> BTreeSet<String> {
    let parts = sentence.replace("{{", "").replace("}}", "");
    let parts = parts.split('{').skip(1);
    let names = parts.map(|part| part.split(['}', ':']).next().unwrap());
    names.map(|name| if name == "vi" { "en" } else { name }.to_owned()).collect()
}

/// A sentence without its arguments.
fn words(sentence: &str) -> String {
    let mut depth = 0;
    sentence
        .chars()
        .filter(|c| {
            depth += i32::from(*c == '{') - i32::from(*c == '}');
            depth == 0 && *c != '}'
        })
        .collect()
}

#[test]
fn no_message_lacks_a_language() {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    let (mut count, mut wrong) = (0, Vec::new());
    for file in files {
        for (en, vi) in messages(&std::fs::read_to_string(&file).unwrap()) {
            count += 1;
            let has_letters = words(&en).chars().any(char::is_alphabetic);
            let is_vietnamese = vi.chars().any(|c| c.is_alphabetic() && !c.is_ascii());
            let what = match () {
                () if words(&en).trim().is_empty() && arguments(&en).is_empty() => "no English",
                () if words(&vi).trim().is_empty() && arguments(&vi).is_empty() => "no Vietnamese",
                () if arguments(&en) != arguments(&vi) => "other arguments",
                () if !is_nfc(&vi) => "not in normalization form C",
                () if has_letters && !is_vietnamese && !ALIKE.contains(&vi.as_str()) => {
                    "not Vietnamese"
                }
                () => continue,
            };
            wrong.push(format!("{}: {what}: {en:?}, {vi:?}", file.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 400, "only {count} messages were found");
}

/// A person sees what is logged as an error by default: such a line belongs to
/// the catalogue.
#[test]
fn nothing_is_logged_at_the_default_level() {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    for file in files {
        let code = std::fs::read_to_string(&file).unwrap();
        for macro_name in ["error!(", "Level::ERROR", "eprintln!(", "println!("] {
            assert!(!code.contains(macro_name), "{}: {macro_name}", file.display());
        }
    }
}

/// What beside flags a label of one may have: it stands in sentences of both
/// languages. Operators, units, words of SQL, and names of values.
const NEUTRAL: &[&str] = &[
    "x",
    "/",
    "=",
    "100",
    "[s]",
    "[ms]",
    "[1/d]",
    "count(",
    "autocommit",
    "rls",
    "schema",
    "business-hours",
    "pgvalidate",
    "clean",
    "…",
];

/// The words of a label that are of one language alone.
fn foreign(label: &str) -> Vec<&str> {
    let words = label.split_whitespace().map(|word| word.trim_end_matches([')', ',']));
    let words = words.map(|word| word.split_inclusive('(').collect::<Vec<_>>());
    let is_flag = |word: &str| word.starts_with("--") && word.is_ascii();
    words.flatten().filter(|word| !is_flag(word) && !NEUTRAL.contains(word)).collect()
}

/// A flag's name goes into an error of either language as it is.
#[test]
fn labels_of_flags_are_of_no_language() {
    assert_eq!(foreign("--duration (in s)"), ["(", "in", "s"]);
    assert_eq!(foreign("users who read (--users times --reads)").len(), 5);
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut files, mut count, mut wrong) = (Vec::new(), 0, Vec::new());
    for room in ["engine", "commands"] {
        sources(&src.join(room), &mut files);
    }
    for file in files {
        let code = std::fs::read_to_string(&file).unwrap();
        let code = code.split("#[cfg(test)]").next().unwrap();
        let messages = messages(code);
        for (_, text) in literals(code) {
            let is_message = messages.iter().any(|(en, vi)| *en == text || *vi == text);
            if text.contains("--") && !is_message {
                count += 1;
                let foreign = foreign(&text);
                if !foreign.is_empty() {
                    wrong.push(format!("{}: {text:?}: {foreign:?}", file.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 50, "only {count} labels were found");
}
