//! Text from elsewhere, made safe to look at: a name in a record must not hide,
//! move the cursor, or turn its neighbours around, whatever it is shown in.

/// A text without characters that can't be seen, or that make others look
/// otherwise: controls, what directs the way of writing, and what is no
/// character, become their code, as in `[U+202E]`. Line ends and tabs are left
/// as they are. No character is left that XML 1.0 forbids.
pub fn shown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\t' => out.push(c),
            '\u{0}'..='\u{1f}'
            | '\u{7f}'..='\u{9f}'
            | '\u{ad}'
            | '\u{61c}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{fffe}'..='\u{ffff}'
            | '\u{e0000}'..='\u{e007f}' => {
                out.push_str(&format!("[U+{:04X}]", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hides_is_shown() {
        let hostile = "a\u{0}b\u{1b}[31mc\u{202e}d\u{200f}e\u{7f}f\u{85}g\nh\ti\u{ffff}";
        let text = "a[U+0000]b[U+001B][31mc[U+202E]d[U+200F]e[U+007F]f[U+0085]g\nh\ti[U+FFFF]";
        assert_eq!(shown(hostile), text);
        assert_eq!(shown("thời gian chờ"), "thời gian chờ");
    }
}
