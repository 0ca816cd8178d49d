//! The password file: `host:port:database:user:password`, a line each.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// What a password is for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'a> {
    /// The host's name, its address where there is no name, or a socket's directory.
    pub(super) host: &'a str,
    /// The port.
    pub(super) port: u16,
    /// The database.
    pub(super) database: &'a str,
    /// The role.
    pub(super) user: &'a str,
}

/// Why a password file isn't read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unusable {
    /// Others than its owner may read it.
    Open,
    /// It is a directory or a device.
    NotAFile,
}

/// The text of a password file: none where there is no such file.
///
/// # Errors
/// Where it must not be used; the caller warns, as libpq does.
pub(super) fn read(path: &Path) -> Result<Option<String>, Unusable> {
    let Ok(meta) = std::fs::metadata(path) else { return Ok(None) };
    if !meta.is_file() {
        return Err(Unusable::NotAFile);
    }
    if meta.permissions().mode() & 0o077 != 0 {
        return Err(Unusable::Open);
    }
    Ok(std::fs::read(path).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
}

/// The password of the first line that matches.
pub(super) fn password(text: &str, wanted: &Wanted, socket_dirs: &[PathBuf]) -> Option<String> {
    // A socket in the usual place goes by the name that people write for it.
    let usual = socket_dirs.iter().any(|dir| dir == Path::new(wanted.host));
    let host = if wanted.host.is_empty() || usual { "localhost" } else { wanted.host };
    let port = wanted.port.to_string();
    text.lines().filter(|line| !line.starts_with('#')).find_map(|line| {
        let rest = after_match(line, host)?;
        let rest = after_match(rest, &port)?;
        let rest = after_match(rest, wanted.database)?;
        let rest = after_match(rest, wanted.user)?;
        Some(field(rest).0)
    })
}

/// What follows the first field, where that is `*` or says `wanted`.
fn after_match<'a>(line: &'a str, wanted: &str) -> Option<&'a str> {
    if let Some(rest) = line.strip_prefix("*:") {
        return Some(rest);
    }
    let (value, rest) = field(line);
    rest.filter(|_| value == wanted)
}

/// The first field without its escapes, and what follows its colon.
fn field(line: &str) -> (String, Option<&str>) {
    let mut value = String::new();
    let mut characters = line.char_indices();
    while let Some((at, c)) = characters.next() {
        match c {
            ':' => return (value, Some(&line[at + 1..])),
            '\\' => value.push(characters.next().map_or('\\', |(_, escaped)| escaped)),
            c => value.push(c),
        }
    }
    (value, None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn find(text: &str, host: &str) -> Option<String> {
        let wanted = Wanted { host, port: 5432, database: "app", user: "dba" };
        password(text, &wanted, &[PathBuf::from("/tmp")])
    }

    #[test]
    fn the_first_line_that_matches_wins() {
        let text = "# comment\nother:5432:app:dba:a\ndb:5432:*:dba:b\r\ndb:*:*:*:c\n*:*:*:*:d\n";
        assert_eq!(find(text, "db").as_deref(), Some("b"));
        assert_eq!(find(text, "else").as_deref(), Some("d"));
        assert_eq!(find("db:5433:app:dba:x\nbroken\ndb:5432:app:dba", "db"), None);
    }

    #[test]
    fn a_socket_in_the_usual_place_is_localhost() {
        let text = "localhost:5432:app:dba:a\n/srv/pg:5432:app:dba:b\n";
        assert_eq!(find(text, "/tmp").as_deref(), Some("a"));
        assert_eq!(find(text, "").as_deref(), Some("a"));
        assert_eq!(find(text, "/srv/pg").as_deref(), Some("b"));
    }

    #[test]
    fn escapes_hold_colons_and_backslashes() {
        assert_eq!(find(r"\:\:1:5432:app:dba:a\:b\\c:rest", "::1").as_deref(), Some(r"a:b\c"));
    }

    #[test]
    fn a_file_that_others_can_read_is_not_used() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("pgpass");
        assert_eq!(read(&path), Ok(None));
        std::fs::write(&path, "*:*:*:*:x\n").unwrap();
        for (mode, expected) in [
            (0o600, Ok(Some("*:*:*:*:x\n".to_owned()))),
            (0o640, Err(Unusable::Open)),
            (0o604, Err(Unusable::Open)),
        ] {
            std::fs::set_permissions(&path, PermissionsExt::from_mode(mode)).unwrap();
            assert_eq!(read(&path), expected, "{mode:o}");
        }
        assert_eq!(read(dir.path()), Err(Unusable::NotAFile));
    }

    fn escaped(text: &str) -> String {
        text.replace('\\', r"\\").replace(':', r"\:")
    }

    proptest! {
        #[test]
        fn what_is_escaped_is_found_again(
            host in "[^\r\n\0]{1,12}", user in "[^\r\n\0]{1,12}",
            database in "[^\r\n\0]{1,12}", secret in "[^\r\n\0]{0,20}", port: u16,
        ) {
            let fields = [&host, &port.to_string(), &database, &user, &secret].map(|f| escaped(f));
            // A first field that begins with # would make the line a comment.
            prop_assume!(!host.starts_with('#') && host != "/tmp");
            let wanted = Wanted { host: &host, port, database: &database, user: &user };
            let found = password(&fields.join(":"), &wanted, &[PathBuf::from("/tmp")]);
            prop_assert_eq!(found, Some(secret));
            let other = Wanted { port: port ^ 1, ..wanted };
            prop_assert_eq!(password(&fields.join(":"), &other, &[]), None);
        }

        #[test]
        fn no_text_is_too_odd(text: String, host: String) {
            let _ = find(&text, &host);
        }
    }
}
