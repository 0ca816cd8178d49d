//! Checkpoints from the log of a private server, where `log_checkpoints` is on
//! and the lines begin as its configuration has it: `%m [%p] `, in UTC. Two
//! lines tell of each:
//!
//! ```text
//! 2026-01-02 03:04:05.678 UTC [99] LOG:  checkpoint starting: time
//! 2026-01-02 03:09:05.678 UTC [99] LOG:  checkpoint complete: wrote 44 buffers …
//! ```
//!
//! The majors 14 to 18 differ in the tail of the second one alone. What isn't
//! there is null; no text makes the parser fail.

use super::checkpoints::{Clock, touching};
use crate::model::database::{Checkpoint, CheckpointKind};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::time::{Duration, Instant};

/// How long the log is, in bytes: where to read on later.
pub fn position(log: &Path) -> u64 {
    std::fs::metadata(log).map_or(0, |meta| meta.len())
}

/// What was appended to the log from byte `position` on.
///
/// # Errors
/// Where the file can't be read.
pub fn appended(log: &Path, position: u64) -> std::io::Result<String> {
    let mut file = File::open(log)?;
    file.seek(SeekFrom::Start(position))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The checkpoints of a log that touch the `elapsed` from `began` on. The log
/// should reach back to before `began`: one whose first line isn't in it is
/// known by its last, but not why it began.
pub fn logged(log: &str, clock: &Clock, began: Instant, elapsed: Duration) -> Vec<Checkpoint> {
    let mut all: Vec<Checkpoint> = Vec::new();
    // The server does one at a time.
    let mut under_way: Option<Checkpoint> = None;
    // A last line without its end may be cut.
    for line in log.split_inclusive('\n').filter(|line| line.ends_with('\n')) {
        let Some((unix_s, said)) = dated(line) else { continue };
        let at_s = clock.since(began, unix_s);
        if let Some(flags) = said.strip_prefix("checkpoint starting:") {
            // One that a crash cut off was over by then.
            let cut_off = under_way.take().map(|c| Checkpoint { ended_s: Some(at_s), ..c });
            all.extend(cut_off);
            under_way = Some(Checkpoint {
                began_s: at_s,
                sync_began_s: None,
                ended_s: None,
                kind: kind(flags),
                buffers: None,
                wal_distance_bytes: None,
            });
        } else if let Some(rest) = said.strip_prefix("checkpoint complete:") {
            all.extend(complete(under_way.take(), rest, at_s));
        }
    }
    all.extend(under_way);
    touching(all, elapsed)
}

/// A checkpoint that began and is complete.
fn complete(began: Option<Checkpoint>, rest: &str, ended_s: f64) -> Option<Checkpoint> {
    let seconds = |name| value(rest, name).and_then(|text: &str| text.parse::<f64>().ok());
    let began_s = match &began {
        Some(checkpoint) => checkpoint.began_s,
        None => ended_s - seconds("total=")?,
    };
    // Between the sync phase and the end lies the removal of WAL files;
    // between the beginning and the write phase lies next to nothing.
    let sync_began_s = match (seconds("write="), seconds("sync=")) {
        (Some(write), Some(sync)) => Some((began_s + write).min(ended_s - sync).max(began_s)),
        _ => None,
    };
    let kilobytes = value(rest, "distance=").and_then(|text| text.parse::<u64>().ok());
    Some(Checkpoint {
        began_s,
        sync_began_s,
        ended_s: Some(ended_s),
        kind: began.and_then(|checkpoint| checkpoint.kind),
        buffers: value(rest, "wrote ").and_then(|text| text.parse().ok()),
        wal_distance_bytes: kilobytes.and_then(|kb| kb.checked_mul(1024)),
    })
}

/// What stands behind the first `name` that is a word of its own.
fn value<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let starts = text.match_indices(name).map(|(at, _)| at);
    let mut words = starts.filter(|at| *at == 0 || text[..*at].ends_with([' ', ',', ';']));
    let rest = &text[words.next()? + name.len()..];
    rest.split([' ', ',', ';', '\n']).next()
}

/// Why it began, by the words of its first line. A CHECKPOINT that falls
/// together with a time-out is somebody's request.
fn kind(flags: &str) -> Option<CheckpointKind> {
    let has = |words: &[&str]| flags.split_whitespace().any(|flag| words.contains(&flag));
    match () {
        () if has(&["wal"]) => Some(CheckpointKind::Wal),
        // `fast` is what 18 calls `immediate`.
        () if has(&["immediate", "fast", "force", "wait", "shutdown", "end-of-recovery"]) => {
            Some(CheckpointKind::Requested)
        }
        () if has(&["time"]) => Some(CheckpointKind::Timed),
        () => None,
    }
}

/// When a LOG line was written, in seconds since 1970, and what it says.
fn dated(line: &str) -> Option<(f64, &str)> {
    let (time, rest) = line.split_once(" UTC [")?;
    let (pid, said) = rest.split_once("] LOG:  ")?;
    pid.bytes().all(|digit| digit.is_ascii_digit()).then_some(())?;
    Some((unix_s(time)?, said))
}

/// `2026-01-02 03:04:05.678`.
fn unix_s(text: &str) -> Option<f64> {
    let (date, time) = text.split_once(' ')?;
    let mut date = date.splitn(3, '-').map(|field| field.parse::<u32>().ok());
    let mut time = time.splitn(3, ':');
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    let hour = time.next()?.parse::<u32>().ok()?;
    let minute = time.next()?.parse::<u32>().ok()?;
    let second = time.next()?.parse::<f64>().ok()?;
    let fits = (1970..10_000).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && hour < 24
        && minute < 60
        && (0.0..61.0).contains(&second);
    fits.then(|| f64::from((days(year, month, day) * 24 + hour) * 60 + minute) * 60.0 + second)
}

/// Days since 1970-01-01 in the Gregorian calendar, counted in years that
/// begin with March, so that the leap day is the last.
fn days(year: u32, month: u32, day: u32) -> u32 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year / 4 - year / 100 + year / 400;
    year * 365 + leap_days + (month * 153 + 2) / 5 + day - 1 - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TAIL: &str = "2 WAL file(s) added, 0 removed, 3 recycled; write=26.895 s, sync=0.300 s, \
                        total=27.500 s; sync files=19, longest=0.002 s, average=0.001 s; \
                        distance=626950 kB, estimate=626951 kB";

    /// The lines of a log; the measure phase begins at 03:00:00 and takes `elapsed_s`.
    fn found(log: &str, elapsed_s: u64) -> Vec<Checkpoint> {
        let began = Instant::now();
        let clock = Clock { at: began, unix_s: unix_s("2026-01-02 03:00:00.000").unwrap() };
        logged(log, &clock, began, Duration::from_secs(elapsed_s))
    }

    fn line(time: &str, said: &str) -> String {
        format!("2026-01-02 {time} UTC [99] LOG:  {said}\n")
    }

    #[test]
    fn times_are_those_of_the_calendar() {
        assert_eq!(unix_s("1970-01-01 00:00:00.000"), Some(0.0));
        assert_eq!(unix_s("2000-03-01 00:00:00"), Some(951_868_800.0));
        assert_eq!(unix_s("2024-02-29 23:59:59.500"), Some(1_709_251_199.5));
        assert_eq!(unix_s("2026-11-25 10:03:44.000"), Some(1_795_601_024.0));
        for bad in ["", "2026-13-01 00:00:00", "2026-01-02", "a-b-c d:e:f", "2026-01-02 25:00:00"] {
            assert_eq!(unix_s(bad), None, "{bad}");
        }
    }

    #[test]
    fn every_major_writes_the_same_but_for_the_tail() {
        let starting = line("03:00:10.000", "checkpoint starting: time");
        for (wrote, lsn) in [
            ("wrote 44272 buffers (4.2%); ", ""),
            ("wrote 44272 buffers (4.2%); ", "; lsn=0/3514A14C, redo lsn=0/3514A110"),
            ("wrote 44272 buffers (4.2%), wrote 7 SLRU buffers; ", "; lsn=0/1, redo lsn=0/1"),
        ] {
            let said = format!("checkpoint complete: {wrote}{TAIL}{lsn}");
            let log = format!("{starting}{}", line("03:00:37.500", &said));
            let seen = found(&log, 60);
            assert_eq!(seen.len(), 1, "{log}");
            let near = |a: Option<f64>, b: f64| (a.unwrap() - b).abs() < 1e-6;
            assert!(near(Some(seen[0].began_s), 10.0), "{seen:?}");
            assert!(near(seen[0].sync_began_s, 36.895), "{seen:?}");
            assert!(near(seen[0].ended_s, 37.5), "{seen:?}");
            assert_eq!(seen[0].kind, Some(CheckpointKind::Timed));
            assert_eq!(seen[0].buffers, Some(44_272));
            assert_eq!(seen[0].wal_distance_bytes, Some(626_950 * 1024));
        }
    }

    #[test]
    fn the_words_say_why() {
        use CheckpointKind::{Requested, Timed, Wal};
        for (flags, expected) in [
            (" time", Some(Timed)),
            (" wal", Some(Wal)),
            (" immediate force wait", Some(Requested)),
            (" fast force wait", Some(Requested)),
            (" immediate force wait time", Some(Requested)),
            (" shutdown immediate", Some(Requested)),
            (" wait wal", Some(Wal)),
            ("", None),
            (" later", None),
        ] {
            assert_eq!(kind(flags), expected, "{flags}");
        }
    }

    #[test]
    fn what_is_cut_off_is_left_open() {
        let complete = format!("checkpoint complete: wrote 5 buffers (0.0%); {TAIL}");
        // Its beginning lies before what was read: 27.5 s before its end.
        let seen = found(&line("03:00:02.500", &complete), 60);
        assert!((seen[0].began_s + 25.0).abs() < 1e-6, "{seen:?}");
        assert_eq!((seen[0].kind, seen[0].buffers), (None, Some(5)));
        // It ended before the measure phase, or began after it.
        assert_eq!(found(&line("02:59:59.000", &complete), 60), []);
        assert_eq!(found(&line("03:05:00.000", "checkpoint starting: wal"), 60), []);
        // It was under way at the end, whether the log has its end or not.
        let mut log = line("03:00:50.000", "checkpoint starting: wal");
        let open = found(&log, 60);
        log.push_str(&line("03:01:17.500", &complete));
        for seen in [open, found(&log, 60)] {
            assert_eq!((seen.len(), seen[0].ended_s, seen[0].sync_began_s), (1, None, None));
            assert_eq!(seen[0].kind, Some(CheckpointKind::Wal));
        }
        // A crash in between, and a line that is being written.
        let log = line("03:00:01.000", "checkpoint starting: time")
            + &line("03:00:09.000", "checkpoint starting: end-of-recovery immediate wait")
            + line("03:00:10.000", &complete).trim_end();
        let ends: Vec<_> = found(&log, 60).iter().map(|c| c.ended_s).collect();
        assert_eq!(ends, [Some(9.0), None]);
    }

    #[test]
    fn other_lines_are_no_checkpoints() {
        let log = "2026-01-02 03:00:01.000 UTC [9] STATEMENT:  checkpoint starting: time\n\
                   \t2026-01-02 03:00:01.000 UTC [9] LOG:  checkpoint starting: time\n\
                   2026-01-02 03:00:01.000 UTC [9] LOG:  restartpoint starting: time\n\
                   2026-01-02 03:00:01.000 +07 [9] LOG:  checkpoint starting: time\n\
                   checkpoint starting: time\n";
        assert_eq!(found(log, 60), []);
    }

    #[test]
    fn only_what_was_appended_is_read() {
        let dir = tempfile::tempdir().unwrap();
        let log = dir.path().join("log");
        std::fs::write(&log, "before\n").unwrap();
        let from = position(&log);
        std::fs::write(&log, b"before\nafter \xff\n").unwrap();
        assert_eq!(appended(&log, from).unwrap(), "after \u{fffd}\n");
        assert_eq!(position(&dir.path().join("none")), 0);
        assert!(appended(&dir.path().join("none"), 0).is_err());
    }

    proptest! {
        #[test]
        fn no_text_makes_it_fail(
            pieces in proptest::collection::vec(
                prop_oneof![
                    Just("2026-01-02 03:00:01.000 UTC [9] LOG:  ".to_owned()),
                    Just("checkpoint starting:".to_owned()),
                    Just("checkpoint complete:".to_owned()),
                    Just(" wrote ".to_owned()),
                    Just(" write=".to_owned()),
                    Just(" sync=".to_owned()),
                    Just(" total=".to_owned()),
                    Just("distance=18446744073709551615 kB".to_owned()),
                    Just("\n".to_owned()),
                    "[0-9./ ;,a-z=-]{0,12}",
                    any::<String>(),
                ],
                0..40,
            )
        ) {
            for checkpoint in found(&pieces.concat(), 60) {
                prop_assert!(checkpoint.began_s <= 60.0 || checkpoint.began_s.is_nan());
            }
        }
    }
}
