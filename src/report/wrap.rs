//! Long sentences in lines of a terminal.

/// The words in lines of at most `columns` characters, those after the first
/// shorter by `hang`. In normalization form C each character of both languages
/// is one column.
pub(super) fn wrapped(text: &str, columns: usize, hang: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        let columns = if lines.len() == 1 { columns } else { columns.saturating_sub(hang) };
        if used > 0 && used + 1 + length > columns {
            lines.push(String::new());
            used = 0;
        }
        if let Some(line) = lines.last_mut() {
            if used > 0 {
                line.push(' ');
                used += 1;
            }
            line.push_str(word);
            used += length;
        }
    }
    lines
}

/// Several sentences as one line.
pub(super) fn in_a_row(sentences: impl IntoIterator<Item = String>) -> String {
    let mut line = String::new();
    for sentence in sentences {
        let between = match line.chars().last() {
            None => "",
            Some(':') => " ",
            Some(_) => "; ",
        };
        line.push_str(between);
        line.push_str(&sentence);
    }
    line
}

/// The beginning of `text` in one line of at most `columns` characters.
pub(super) fn cut(text: &str, columns: usize) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= columns {
        return text;
    }
    let kept: String = text.chars().take(columns.saturating_sub(3)).collect();
    format!("{}...", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_is_too_long_stays_whole() {
        assert_eq!(wrapped("a verylongword b", 4, 0), ["a", "verylongword", "b"]);
        assert_eq!(wrapped("", 4, 0), [""]);
    }

    #[test]
    fn what_hangs_is_shorter() {
        assert_eq!(wrapped("aa bb cc dd ee", 5, 2), ["aa bb", "cc", "dd", "ee"]);
    }

    #[test]
    fn a_text_is_cut_to_fit() {
        assert_eq!(cut("COPY\n  t FROM STDIN", 20), "COPY t FROM STDIN");
        assert_eq!(cut("COPY t FROM STDIN", 10), "COPY t...");
        assert_eq!(cut("thời gian chờ", 10), "thời gi...");
    }
}
