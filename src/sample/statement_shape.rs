//! The shape of a statement: what is left of its text when whitespace, comments,
//! the tenants' schemas and repeated rows of VALUES are taken out.
//!
//! The server counts a statement for each tenant's table and each number of
//! rows; by shape they are one.

/// What stands for a tenant's schema.
const TENANT: &str = "{tenant}";

/// A piece of SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A keyword or a plain name.
    Word,
    /// A name in double quotes.
    Quoted,
    /// A string, a number or a parameter.
    Value,
    /// Anything else, a character long.
    Symbol,
}

/// A piece with its text, and whether whitespace stood before it.
#[derive(Debug, Clone, Copy)]
struct Token<'a> {
    kind: Kind,
    text: &'a str,
    spaced: bool,
}

impl Token<'_> {
    fn is(&self, symbol: &str) -> bool {
        self.kind == Kind::Symbol && self.text == symbol
    }

    fn is_word(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(word)
    }

    /// Whether it names the schema of a tenant: the prefix and a number, the
    /// baseline's, or the one that tenants share.
    fn is_tenant(&self, prefix: &str) -> bool {
        let name = match self.kind {
            Kind::Word => self.text.to_owned(),
            Kind::Quoted => self.text.trim_matches('"').replace("\"\"", "\""),
            _ => return false,
        };
        name.strip_prefix(prefix).is_some_and(|rest| {
            ["baseline", "shared"].contains(&rest)
                || (!rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
        })
    }
}

/// The shape of a statement of a run whose tenants' schemas begin with `prefix`.
pub fn shape(text: &str, prefix: &str) -> String {
    let mut shape = String::new();
    let tokens = tokens(text);
    let mut i = 0;
    while i < tokens.len() {
        let token = &tokens[i];
        if token.spaced && !shape.is_empty() {
            shape.push(' ');
        }
        shape.push_str(if token.is_tenant(prefix) { TENANT } else { token.text });
        i += 1;
        if token.is_word("values")
            && let Some((first, rest)) = rows(&tokens, i)
        {
            for (n, token) in tokens[i..first].iter().enumerate() {
                if token.spaced || n == 0 {
                    shape.push(' ');
                }
                shape.push_str(token.text);
            }
            shape.push_str(", ...");
            i = rest;
        }
    }
    shape
}

/// Of several rows from token `from` on: where the first ends, and where all
/// do. None where there is one alone.
fn rows(tokens: &[Token<'_>], from: usize) -> Option<(usize, usize)> {
    let first = row_end(tokens, from)?;
    let mut end = first;
    while tokens.get(end).is_some_and(|t| t.is(","))
        && tokens.get(end + 1).is_none_or(|t| t.is("("))
    {
        // A text that was cut ends within a row.
        end = row_end(tokens, end + 1).unwrap_or(tokens.len());
    }
    (end > first).then_some((first, end))
}

/// The token after a row in parentheses.
fn row_end(tokens: &[Token<'_>], from: usize) -> Option<usize> {
    tokens.get(from).filter(|t| t.is("("))?;
    let mut depth = 0_usize;
    for (i, token) in tokens.iter().enumerate().skip(from) {
        if token.is("(") {
            depth += 1;
        } else if token.is(")") {
            depth -= 1;
            if depth == 0 {
                return Some(i + 1);
            }
        }
    }
    None
}

/// A text to compare by: as the server counts it, constants are parameters, and
/// a list of them counts as one.
pub fn comparable(text: &str) -> String {
    let mut pieces: Vec<String> = Vec::new();
    for token in tokens(text) {
        let piece = match token.kind {
            Kind::Value => "?".to_owned(),
            Kind::Word if ["true", "false", "null"].iter().any(|w| token.is_word(w)) => {
                "?".to_owned()
            }
            // The field of extract() is a constant, as grammar has it.
            Kind::Word if pieces.ends_with(&["extract".to_owned(), "(".to_owned()]) => {
                "?".to_owned()
            }
            Kind::Word => token.text.to_ascii_lowercase(),
            Kind::Quoted | Kind::Symbol => token.text.to_owned(),
        };
        let repeated = piece == "?" && pieces.ends_with(&["?".to_owned(), ",".to_owned()]);
        match repeated {
            true => drop(pieces.pop()),
            false => pieces.push(piece),
        }
    }
    pieces.join(" ")
}

/// The pieces of a statement, without comments and the semicolon at its end.
fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    let mut spaced = false;
    while let Some(first) = rest.chars().next() {
        let length = blank(rest);
        if length > 0 {
            spaced = true;
            rest = &rest[length..];
            continue;
        }
        let (kind, length) = piece(rest, first);
        tokens.push(Token { kind, text: &rest[..length], spaced });
        spaced = false;
        rest = &rest[length..];
    }
    while tokens.last().is_some_and(|t| t.is(";")) {
        tokens.pop();
    }
    tokens
}

/// How many bytes of whitespace or of one comment the text begins with.
fn blank(text: &str) -> usize {
    if text.starts_with("--") {
        return text.find('\n').map_or(text.len(), |end| end + 1);
    }
    if !text.starts_with("/*") {
        return text.len() - text.trim_start().len();
    }
    // They nest.
    let (bytes, mut depth, mut i) = (text.as_bytes(), 0_usize, 0);
    while i + 1 < bytes.len() {
        match &bytes[i..i + 2] {
            b"/*" => (depth, i) = (depth + 1, i + 2),
            b"*/" => (depth, i) = (depth - 1, i + 2),
            _ => i += 1,
        }
        if depth == 0 {
            return i;
        }
    }
    text.len()
}

/// The kind and the length in bytes of the piece that the text begins with.
fn piece(text: &str, first: char) -> (Kind, usize) {
    let second = text[first.len_utf8()..].chars().next();
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    match first {
        '"' => (Kind::Quoted, closed(text, 0, '"', false)),
        '\'' => (Kind::Value, closed(text, 0, '\'', false)),
        'e' | 'E' if second == Some('\'') => (Kind::Value, closed(text, 1, '\'', true)),
        'b' | 'B' | 'x' | 'X' | 'n' | 'N' if second == Some('\'') => {
            (Kind::Value, closed(text, 1, '\'', false))
        }
        '$' if digit(second) => (Kind::Value, 1 + run(&text[1..], |c| c.is_ascii_digit())),
        '$' => dollar_quoted(text).map_or((Kind::Symbol, 1), |length| (Kind::Value, length)),
        '.' if !digit(second) => (Kind::Symbol, 1),
        '.' | '0'..='9' => (Kind::Value, run(text, |c| c.is_ascii_alphanumeric() || c == '.')),
        c if c.is_alphabetic() || c == '_' => {
            (Kind::Word, run(text, |c| c.is_alphanumeric() || c == '_' || c == '$'))
        }
        c => (Kind::Symbol, c.len_utf8()),
    }
}

/// How many bytes of the text `belongs` to.
fn run(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|c| !belongs(c)).unwrap_or(text.len())
}

/// Where what is in quotes from byte `open` on ends; a doubled quote is one within.
fn closed(text: &str, open: usize, quote: char, escapes: bool) -> usize {
    let mut rest = text.char_indices().skip_while(|(i, _)| *i <= open).peekable();
    while let Some((i, c)) = rest.next() {
        if escapes && c == '\\' {
            rest.next();
        } else if c == quote && rest.next_if(|(_, next)| *next == quote).is_none() {
            return i + 1;
        }
    }
    text.len()
}

/// The length of a string in dollars, `$$…$$` or `$tag$…$tag$`.
fn dollar_quoted(text: &str) -> Option<usize> {
    let tag_end = 1 + run(&text[1..], |c| c.is_alphanumeric() || c == '_');
    let tag = text.get(..=tag_end).filter(|tag| tag.ends_with('$'))?;
    let body = &text[tag.len()..];
    Some(body.find(tag).map_or(text.len(), |end| tag.len() + end + tag.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn tenants_are_taken_out() {
        for (text, expected) in [
            (
                "COPY \"pgv_tenant_00007\".\"processing_activities\" (a,  b) FROM STDIN (FORMAT binary);",
                "COPY {tenant}.\"processing_activities\" (a, b) FROM STDIN (FORMAT binary)",
            ),
            (
                "INSERT INTO \"pgv_tenant_00007\".processing_activities VALUES ($1)",
                "INSERT INTO {tenant}.processing_activities VALUES ($1)",
            ),
            ("SELECT 1 FROM pgv_tenant_12345.t", "SELECT 1 FROM {tenant}.t"),
            ("TABLE \"pgv_tenant_baseline\".t", "TABLE {tenant}.t"),
            // Others' names, and what is only written in a string.
            ("TABLE pgv_tenant_.t", "TABLE pgv_tenant_.t"),
            ("TABLE \"pgv_tenant_1x\".t", "TABLE \"pgv_tenant_1x\".t"),
            ("TABLE my_pgv_tenant_1.t", "TABLE my_pgv_tenant_1.t"),
            ("SELECT 'pgv_tenant_00001'", "SELECT 'pgv_tenant_00001'"),
        ] {
            assert_eq!(shape(text, "pgv_tenant_"), expected);
        }
        assert_eq!(shape("TABLE \"it\"\"s_00001\".t", "it\"s_"), "TABLE {tenant}.t");
    }

    #[test]
    fn comments_and_whitespace_are_collapsed_and_strings_are_not() {
        let text = "-- Purpose:  a\n-- b\nSELECT  a /* x /* y */ z */ ,\n\t'  --  ' || E'\\'  /*' \
                    || $q$  ;  $q$ ;; ";
        assert_eq!(shape(text, "t_"), "SELECT a , '  --  ' || E'\\'  /*' || $q$  ;  $q$");
        assert_eq!(shape("", "t_"), "");
        assert_eq!(shape("/* open", "t_"), "");
        assert_eq!(shape("SELECT 'open", "t_"), "SELECT 'open");
    }

    #[test]
    fn rows_of_values_are_one() {
        let one = shape("INSERT INTO t (a, b) VALUES ($1, $2)", "t_");
        assert_eq!(one, "INSERT INTO t (a, b) VALUES ($1, $2)");
        let many = "INSERT INTO t (a, b) VALUES ($1, $2), ...";
        for text in [
            "INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4)",
            "INSERT INTO t (a, b) VALUES($1, $2),($3, $4),($5, f(g($6)))",
            // Cut, in a row and between two.
            "INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4), ($5",
            "INSERT INTO t (a, b) VALUES ($1, $2), ",
        ] {
            assert_eq!(shape(text, "t_"), many, "{text}");
        }
        assert_eq!(
            shape("INSERT INTO t VALUES (1), (2) ON CONFLICT DO NOTHING", "t_"),
            "INSERT INTO t VALUES (1), ... ON CONFLICT DO NOTHING"
        );
    }

    #[test]
    fn a_statement_is_known_again_after_the_server_normalized_it() {
        let sent = "-- Purpose: x\nSELECT extract(epoch FROM a), coalesce(sum(b), 0) FROM c.d\n\
                    WHERE e = $1 AND f IN ('g', 'h') AND i LIKE 'j %' AND k IS NOT NULL \
                    ORDER BY 1;";
        let counted = "SELECT extract($6 FROM a), coalesce(sum(b), $2) FROM c.d\n\
                       WHERE e = $1 AND f IN ($3, $4) AND i LIKE $5 AND k IS NOT NULL ORDER BY 1";
        let squashed = "SELECT extract($6 FROM a), coalesce(sum(b), $2) FROM c.d\n\
                        WHERE e = $1 AND f IN ($3 /*, ... */) AND i LIKE $4 AND k IS NOT NULL \
                        ORDER BY 1";
        assert_eq!(comparable(sent), comparable(counted));
        assert_eq!(comparable(sent), comparable(squashed));
        assert_ne!(comparable(sent), comparable("SELECT a::text FROM c.d"));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_fail_and_a_shape_is_its_own(
            pieces in proptest::collection::vec(
                prop_oneof![
                    Just("VALUES ($1, 'a')".to_owned()),
                    Just(", (".to_owned()),
                    Just(")".to_owned()),
                    Just("\"t_00001\".".to_owned()),
                    Just("/*".to_owned()),
                    Just("*/".to_owned()),
                    Just("$a$".to_owned()),
                    Just("E'\\".to_owned()),
                    Just("--".to_owned()),
                    Just("\n".to_owned()),
                    Just("\"".to_owned()),
                    any::<String>(),
                ],
                0..20,
            )
        ) {
            let text = pieces.concat();
            comparable(&text);
            shape(&text, "t_");
        }

        #[test]
        fn whatever_the_number_of_rows_it_is_one_shape(
            tenant in 0_u32..100_000, rows in 2_usize..40,
        ) {
            let row = "($1, $2)";
            let text = format!(
                "INSERT INTO \"t_{tenant:05}\".x (a) VALUES {}", vec![row; rows].join(", ")
            );
            prop_assert_eq!(shape(&text, "t_"), "INSERT INTO {tenant}.x (a) VALUES ($1, $2), ...");
        }
    }
}
