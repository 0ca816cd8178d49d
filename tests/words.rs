//! Every source file's text is in Unicode normalization form C, so that
//! Vietnamese compares, sorts and prints as one would expect.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;
use unicode_normalization::is_nfc;

fn check(dir: &Path, seen: &mut usize) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            check(&path, seen);
        } else if let Ok(text) = std::fs::read_to_string(&path) {
            *seen += 1;
            for (number, line) in text.lines().enumerate() {
                assert!(is_nfc(line), "{}:{}: {line}", path.display(), number + 1);
            }
        }
    }
}

#[test]
fn all_text_is_in_normalization_form_c() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut seen = 0;
    for dir in ["src", "sql", "configs", "tests", "docs"] {
        check(&root.join(dir), &mut seen);
    }
    assert!(seen > 60, "the sources were found");
}
