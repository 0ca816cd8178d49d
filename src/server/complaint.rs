//! What a server complained of last, in its own words: the one line of its log
//! that says why it didn't start, or why it went.

use super::conf::FRAGMENT;
use std::path::Path;

/// Where the message begins in a line of the log, by how much it says about an
/// end: a crash before what followed from it.
const TELLING: [&[&str]; 3] =
    [&["PANIC:  ", "was terminated by signal"], &["FATAL:  "], &["ERROR:  "]];

/// Complaints that only say that there were others, and what our own orders to
/// end, or a server that isn't ready yet, leave in the log.
const EMPTY: [&str; 5] = [
    "contains errors",
    "terminating connection due to",
    "terminating background worker",
    "the database system is",
    "could not receive data from client",
];

/// A hint of more bytes than this is a paragraph of the manual.
const HINT_MOST: usize = 120;

/// The complaint in a server's log, without time and process, and with the
/// hint that follows where it is short; None where nothing in it is one. Of a
/// configuration that can't be read the server says what is wrong as LOG, and
/// after it only that there were errors.
pub fn complaint(log: &str) -> Option<String> {
    let lines: Vec<&str> = log.lines().collect();
    let rejected = lines.iter().position(|line| line.contains("contains errors"));
    // The first of them: others may follow from it.
    let wrong = rejected.and_then(|end| lines[..end].iter().position(|l| l.contains("LOG:  ")));
    let is_empty = |line: &str| EMPTY.iter().any(|phrase| line.contains(phrase));
    let at = wrong.or_else(|| {
        TELLING.iter().find_map(|phrases| {
            let tells = |line: &&str| phrases.iter().any(|phrase| line.contains(phrase));
            lines.iter().position(|line| tells(line) && !is_empty(line))
        })
    })?;
    let hint = lines.get(at + 1).and_then(|line| Some(&line[line.find("HINT:  ")?..]));
    let hint = hint.filter(|hint| hint.len() <= HINT_MOST);
    let said = [Some(from_level(lines[at])), hint].into_iter().flatten();
    Some(said.map(|part| part.replacen(":  ", ": ", 1)).collect::<Vec<_>>().join(" "))
}

/// The same with the name of the user's file in place of the copy that the
/// server was given.
pub fn complaint_about(log: &str, config: Option<&Path>) -> Option<String> {
    let said = complaint(log)?;
    let copy = said.split('"').find(|part| part.ends_with(FRAGMENT)).map(str::to_owned);
    Some(match (copy, config) {
        (Some(copy), Some(config)) => said.replace(&copy, &config.display().to_string()),
        _ => said,
    })
}

/// A line from its level on.
fn from_level(line: &str) -> &str {
    let levels = ["PANIC:  ", "FATAL:  ", "ERROR:  ", "LOG:  "];
    let start = levels.iter().find_map(|level| line.find(level));
    line[start.unwrap_or_default()..].trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::strategy::Strategy;

    proptest::proptest! {
        #[test]
        fn whatever_a_log_holds_the_complaint_is_one_of_its_lines(
            pieces in proptest::collection::vec(proptest::prop_oneof![
                proptest::sample::select(&[
                    "PANIC:  ", "FATAL:  ", "ERROR:  ", "LOG:  ", "HINT:  ", "\n", "\"x/fragment.conf\"",
                    "was terminated by signal 9", "contains errors", "terminating connection due to",
                ][..]).prop_map(str::to_owned),
                proptest::prelude::any::<String>(),
            ], 0..20),
        ) {
            let log = pieces.concat();
            if let Some(said) = complaint(&log) {
                let bare = |text: &str| text.replace(' ', "");
                let first = said.split(" HINT: ").next().unwrap_or_default();
                proptest::prop_assert!(bare(&log).contains(&bare(first)), "{said:?} of {log:?}");
            }
            let _ = complaint_about(&log, Some(Path::new("my.conf")));
        }
    }

    #[test]
    fn a_configuration_that_cant_be_read_is_named_by_its_first_error() {
        let log = "2026-01-01 00:00:00.000 UTC [7] LOG:  unrecognized configuration parameter \
                   \"shared_bufers\" in file \"/x/fragment.conf\" line 2\n\
                   2026-01-01 00:00:00.000 UTC [7] LOG:  syntax error\n\
                   2026-01-01 00:00:00.001 UTC [7] FATAL:  configuration file \"/x\" contains errors";
        let said = complaint(log).unwrap();
        assert!(said.starts_with("LOG: unrecognized configuration parameter \"shared_bufers\""));
        let about = complaint_about(log, Some(Path::new("my.conf"))).unwrap();
        assert!(about.ends_with("in file \"my.conf\" line 2"), "{about}");
        assert_eq!(complaint_about(log, None).unwrap(), said);
    }

    #[test]
    fn a_short_hint_is_part_of_it() {
        let log = "t [5] LOG:  invalid value for parameter \"max_wal_size\": \"64XB\"\n\
                   t [5] HINT:  Valid units for this parameter are \"B\" and \"kB\".\n\
                   t [5] FATAL:  configuration file \"/x\" contains errors";
        let said = complaint(log).unwrap();
        assert!(
            said.ends_with("\"64XB\" HINT: Valid units for this parameter are \"B\" and \"kB\".")
        );
        let long = format!("t [5] FATAL:  could not map\nt [5] HINT:  {}", "x".repeat(200));
        assert_eq!(complaint(&long).as_deref(), Some("FATAL: could not map"));
    }

    #[test]
    fn a_crash_goes_before_what_followed_from_it() {
        let log = "t [7] FATAL:  terminating connection due to administrator command\n\
                   t [7] FATAL:  the database system is starting up\n\
                   t [1] LOG:  server process (PID 9) was terminated by signal 9: Killed\n\
                   t [7] ERROR:  canceled";
        assert_eq!(
            complaint(log).as_deref(),
            Some("LOG: server process (PID 9) was terminated by signal 9: Killed")
        );
        assert_eq!(
            complaint("t [7] FATAL:  could not map anonymous shared memory: no").as_deref(),
            Some("FATAL: could not map anonymous shared memory: no")
        );
        assert_eq!(complaint("t [7] LOG:  database system is ready"), None);
        assert_eq!(complaint(""), None);
    }
}
