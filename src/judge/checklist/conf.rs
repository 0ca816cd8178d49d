//! A postgresql.conf fragment, read as the server reads it (guc-file.l).

use crate::message::catalogue;
use crate::model::facts::can_hold_a_secret;
use std::path::Path;

catalogue! {
    /// The file of `--expect` can't be used.
    pub error ExpectError {
        /// It can't be read.
        Unreadable { path: String, detail: String }
            => "--expect {path} can't be read: {detail}; name a postgresql.conf fragment",
               "không đọc được --expect {path}: {detail}; hãy chỉ một đoạn postgresql.conf";
        /// A line that is no setting.
        Malformed { path: String, line: usize, text: String }
            => "--expect {path}, line {line} is no setting: {text}; write name = value, a value with blanks in single quotes",
               "--expect {path}, dòng {line} không phải thiết lập: {text}; hãy viết tên = giá trị, giá trị có khoảng trắng đặt trong nháy đơn";
        /// Another file is named.
        Include { path: String, line: usize }
            => "--expect {path}, line {line}: includes are not followed; give the settings themselves",
               "--expect {path}, dòng {line}: không đọc theo include; hãy ghi trực tiếp các thiết lập";
        /// Nothing in it.
        Empty { path: String }
            => "--expect {path} has no setting; write name = value",
               "--expect {path} không có thiết lập nào; hãy viết tên = giá trị";
    }
}

/// What the settings are to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// Where that stands.
    pub path: String,
    /// Each setting once: of two the later one counts.
    pub settings: Vec<ExpectedSetting>,
}

/// What one is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedSetting {
    /// Its name, in small letters.
    pub name: String,
    /// Its value, without quotes.
    pub value: String,
    /// Where it stands.
    pub line: usize,
}

/// Reads a file.
///
/// # Errors
/// Where it can't be read or isn't a fragment of a postgresql.conf.
pub fn load(path: &Path) -> Result<Expected, ExpectError> {
    let name = path.display().to_string();
    let unreadable =
        |e: std::io::Error| ExpectError::Unreadable { path: name.clone(), detail: e.to_string() };
    parse(&std::fs::read_to_string(path).map_err(unreadable)?, &name)
}

/// Reads the text of a file called `path`.
///
/// # Errors
/// As [`load`].
pub fn parse(text: &str, path: &str) -> Result<Expected, ExpectError> {
    let mut settings: Vec<ExpectedSetting> = Vec::new();
    for (index, text) in text.lines().enumerate() {
        let (line, text) = (index + 1, text.trim());
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let malformed =
            || ExpectError::Malformed { path: path.to_owned(), line, text: shown(text) };
        let (name, value) = setting(text).ok_or_else(malformed)?;
        if ["include", "include_dir", "include_if_exists"].contains(&name.as_str()) {
            return Err(ExpectError::Include { path: path.to_owned(), line });
        }
        settings.retain(|known| known.name != name);
        settings.push(ExpectedSetting { name, value, line });
    }
    match settings.is_empty() {
        true => Err(ExpectError::Empty { path: path.to_owned() }),
        false => Ok(Expected { path: path.to_owned(), settings }),
    }
}

/// A line, as far as it may be shown: a password needs no quotes to be one.
fn shown(line: &str) -> String {
    let name = line.split(|c: char| !is_name(c)).next().unwrap_or_default();
    match can_hold_a_secret(name) {
        true => format!("{name} = …"),
        false => line.to_owned(),
    }
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '.' | '$')
}

/// Name and value of a line; the sign between them may be left out.
fn setting(line: &str) -> Option<(String, String)> {
    let end = line.find(|c| !is_name(c)).unwrap_or(line.len());
    let (name, rest) = line.split_at(end);
    if !name.starts_with(|c: char| c.is_alphabetic() || c == '_') {
        return None;
    }
    let rest = rest.trim_start();
    let rest = rest.strip_prefix('=').unwrap_or(rest).trim_start();
    let (value, after) = match rest.strip_prefix('\'') {
        Some(quoted) => unquoted(quoted)?,
        None => {
            let is_value = |c: char| c.is_alphanumeric() || "-+._:/".contains(c);
            let end = rest.find(|c| !is_value(c)).unwrap_or(rest.len());
            (rest[..end].to_owned(), &rest[end..])
        }
    };
    let after = after.trim_start();
    let is_value = !value.is_empty() || rest.starts_with('\'');
    let is_end = after.is_empty() || after.starts_with('#');
    (is_value && is_end).then(|| (name.to_lowercase(), value))
}

/// The text up to the closing quote, its escapes resolved, and what comes after.
fn unquoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match (c, chars.peek().map(|(_, next)| *next)) {
            ('\'', Some('\'')) => {
                value.push('\'');
                chars.next();
            }
            ('\'', _) => return Some((value, &text[at + 1..])),
            ('\\', Some(next)) => {
                value.push(match next {
                    'b' => '\u{8}',
                    'f' => '\u{c}',
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    other => other,
                });
                chars.next();
            }
            _ => value.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn what_is_quoted_is_read(
            settings in proptest::collection::btree_map("[a-z_][a-z0-9_]{0,9}", "[^\r\n\0]{0,12}", 1..5),
        ) {
            let quoted = |value: &str| value.replace('\\', r"\\").replace('\'', "''");
            let text: String =
                settings.iter().map(|(n, v)| format!("{n} = '{}'  # why\n", quoted(v))).collect();
            proptest::prop_assume!(!settings.keys().any(|name| name.starts_with("include")));
            let read = parse(&text, "a.conf").unwrap();
            let read: Vec<_> = read.settings.iter().map(|s| (&s.name, &s.value)).collect();
            proptest::prop_assert_eq!(read, settings.iter().collect::<Vec<_>>());
        }

        #[test]
        fn no_text_is_too_odd(any: String, lines in "([a-z_]{0,3}[ =]{0,2}['\\\\a-z0-9#]{0,6}\n?){0,6}") {
            for text in [any, lines] {
                match parse(&text, "a.conf") {
                    Err(error) => proptest::prop_assert!(error.to_string().contains("a.conf")),
                    Ok(read) => proptest::prop_assert!(read.settings.iter().all(|s| !s.name.is_empty())),
                }
            }
        }
    }

    #[test]
    fn lines_are_read_as_the_server_reads_them() {
        let text = "# a comment\n\nShared_Buffers = 2GB # and why\nwork_mem '16 MB'\n\
                    log_line_prefix='%m ''[%p]'' '\nmax_wal_size=4GB\nmax_wal_size = 8GB\n\
                    pg_stat_statements.track = all\nsearch_path = '\"$user\", public'\nfsync on\n\
                    archive_command = ''\n";
        let read = parse(text, "a.conf").unwrap();
        let all: Vec<_> =
            read.settings.iter().map(|s| (s.name.as_str(), s.value.as_str(), s.line)).collect();
        assert_eq!(
            all,
            [
                ("shared_buffers", "2GB", 3),
                ("work_mem", "16 MB", 4),
                ("log_line_prefix", "%m '[%p]' ", 5),
                ("max_wal_size", "8GB", 7),
                ("pg_stat_statements.track", "all", 8),
                ("search_path", "\"$user\", public", 9),
                ("fsync", "on", 10),
                ("archive_command", "", 11),
            ]
        );
    }

    #[test]
    fn what_is_no_setting_is_named_by_its_line() {
        let said = |text: &str| parse(text, "a.conf").unwrap_err().to_string();
        assert!(said("work_mem = 4MB\n= 3").contains("line 2"));
        assert!(said("log_line_prefix = 'open").contains("line 1"));
        assert!(said("a = b c").contains("line 1"));
        assert!(said("work_mem =").contains("line 1"));
        assert!(said("include 'b.conf'").contains("not followed"));
        assert!(said("# nothing").contains("no setting"));
        let secret = said("Primary_Conninfo = host=a password=s3cret");
        assert!(secret.contains("Primary_Conninfo = …") && !secret.contains("s3cret"));
    }
}
