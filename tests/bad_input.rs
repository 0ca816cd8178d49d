//! Bad input as a user would give it: each is refused before anything is made,
//! with exit code 2 and a line that names what is wrong and what to do. None
//! of it needs a server.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use assert_cmd::Command;
use std::path::Path;

fn command(dir: &Path) -> Command {
    let mut command = Command::new(common::BIN);
    for name in ["PGVALIDATE_URL", "LC_ALL", "LC_MESSAGES", "PGVALIDATE_LANG"] {
        command.env_remove(name);
    }
    command.env("LANG", "C.UTF-8").current_dir(dir);
    command
}

/// Runs the tool, which must refuse and leave nothing; what it said.
fn refused(dir: &Path, args: &[&str]) -> String {
    let output = command(dir).args(args).output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{args:?}: {text}");
    assert!(output.stdout.is_empty() && text.starts_with("error: "), "{args:?}: {text}");
    assert!(!text.contains("panicked"), "{text}");
    assert!(!dir.join("results").exists(), "{args:?} left results");
    text
}

#[test]
fn absurd_numbers_and_times() {
    let dir = tempfile::tempdir().unwrap();
    for (args, said) in [
        (&["soak", "--duration", "0s"][..], "--duration [s] 0 is out of bounds; give 1 to"),
        (&["soak", "--duration", "500ms"], "--duration [s] 0 is out of bounds"),
        (&["soak", "--duration", "-5s"], "give a time, as in 500ms, 30s"),
        (&["soak", "--duration", "5"], "give a time, as in 500ms, 30s"),
        (&["soak", "--duration", "99999999999999y"], "give a time"),
        (&["soak", "--warm-up", "9999h"], "--warm-up [s] 35996400"),
        (&["soak", "--rate", "-1"], "--rate -1 is out of bounds; give 1 to"),
        (&["soak", "--rate", "0"], "--rate 0 is out of bounds"),
        (&["soak", "--rate", "nan"], "--rate NaN is out of bounds"),
        (&["soak", "--rate", "inf"], "--rate inf is out of bounds"),
        (&["soak", "--writers", "0"], "--writers 0 is out of bounds"),
        (&["soak", "--writers", "4294967295"], "--writers 4294967295 is out of bounds"),
        (&["soak", "--stages", "50%,10%"], "--stages"),
        (&["soak", "--stages", "10%,110%"], "--stages"),
        (&["soak", "--skew", "zipf:-1"], "--skew"),
        (&["soak", "--regions", "north=-1,south=2"], "--regions"),
        (&["burst", "--batches", "-3"], "--batches"),
        (&["burst", "--size", "4294967296"], "--size"),
        (&["burst", "--seed", "99999999999999999999"], "--seed"),
        (&["burst", "--preload", "-1"], "--preload"),
        (&["burst", "--attempts", "0"], "--attempts 0 is out of bounds"),
        (&["burst", "--read-pool", "0"], "--read-pool 0 is out of bounds"),
        (&["burst", "--acquire-timeout", "0s"], "--acquire-timeout [ms] 0 is out of bounds"),
        (&["burst", "--statement-timeout", "-1s"], "give a time"),
        (&["burst", "--log-slow", "0s"], "--log-slow [ms] 0 is out of bounds"),
        (&["burst", "--expect-gain", "nan"], "give a number above 0"),
        (&["burst", "--expect-gain", "-1"], "give a number above 0"),
        (&["burst", "--disk-budget", "20"], "give a number with kB, MB, GB or TB"),
        (&["burst", "--metrics", "127.0.0.1"], "--metrics"),
        (&["capacity", "--need", "0/s"], "give rows a second"),
        (&["methods", "--rounds", "0"], "--rounds"),
        (&["preflight"], "give --url or --service"),
        (&["--lang", "fr", "clean"], "possible values: en, vi"),
    ] {
        let text = refused(dir.path(), args);
        assert!(text.contains(said), "{args:?}: {text}");
    }
}

#[test]
fn files_that_cannot_be_read() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("folder")).unwrap();
    std::fs::write(dir.path().join("binary"), b"\xff\xfe\x00").unwrap();
    for (args, next) in [
        (&["run"][..], "name a scenario file, as those in configs/scenarios"),
        (&["burst", "--criteria"], "name a file as those in configs/criteria"),
        (&["burst", "--config"], "name a readable file with lines as in postgresql.conf"),
    ] {
        for file in ["missing", "folder", "binary"] {
            // A fragment's bytes are PostgreSQL's to judge.
            if args.contains(&"--config") && file == "binary" {
                continue;
            }
            let text = refused(dir.path(), &[args, &[file]].concat());
            assert!(text.contains(file) && text.contains(next), "{args:?} {file}: {text}");
        }
    }
}

const CRITERION: &str = "[[criterion]]\nid='a'\nmetric='load.elapsed_s'\nis='<'\nlimit=1\n";

#[test]
fn criteria_files_that_say_nothing_or_too_much() {
    let dir = tempfile::tempdir().unwrap();
    for (text, said) in [
        (String::new(), "add a [[criterion]]"),
        (format!("{CRITERION}limt=2\n"), "line 6, column 1"),
        (format!("{CRITERION}only_for=['soaks']\n"), "soaks, which is no scenario; take of: burst"),
        (CRITERION.replace("limit=1", "limit=inf"), "is no number; give one"),
        (CRITERION.replace("elapsed_s", "elapsed"), "docs/criteria.md lists them"),
    ] {
        std::fs::write(dir.path().join("c.toml"), text).unwrap();
        let text = refused(dir.path(), &["burst", "--criteria", "c.toml"]);
        assert!(text.contains(said), "{said}: {text}");
    }
}

/// What an editor on Windows leaves in a file changes nothing: the error is
/// that of a flag which is wrong besides.
#[test]
fn a_byte_order_mark_and_crlf_do_no_harm() {
    let dir = tempfile::tempdir().unwrap();
    let windows = |text: &str| format!("\u{feff}{}", text.replace('\n', "\r\n"));
    std::fs::write(dir.path().join("c.toml"), windows(CRITERION)).unwrap();
    let text = refused(dir.path(), &["burst", "--criteria", "c.toml", "--batches", "0"]);
    assert!(text.contains("--batches 0 is out of bounds"), "{text}");
    let scenario = windows("scenario = 'burst'\nsize = 5\nbatches = 0\n");
    std::fs::write(dir.path().join("s.toml"), scenario).unwrap();
    let text = refused(dir.path(), &["run", "s.toml"]);
    assert!(text.contains("--batches 0 is out of bounds"), "{text}");
    std::fs::write(dir.path().join("s.toml"), windows("scenario = 'burst'\nsise = 5\n")).unwrap();
    let text = refused(dir.path(), &["run", "s.toml"]);
    assert!(
        text.starts_with("error: s.toml:2:1: burst has no flag --sise; is size meant?"),
        "{text}"
    );
    // And a key that only looks like another's.
    std::fs::write(dir.path().join("s.toml"), "scenario = 'soak'\nduration = '1m'\nrte = 5\n")
        .unwrap();
    let text = refused(dir.path(), &["run", "s.toml", "--size", "5"]);
    assert!(
        text.starts_with("error: s.toml:3:1: soak has no flag --rte; is rate meant?"),
        "{text}"
    );
}

/// The language that our own errors are in comes from the surroundings, and a
/// flag goes before them.
#[test]
fn errors_are_in_the_language_of_the_locale() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("s.toml"), "scenario = 'burst'\nsise = 5\n").unwrap();
    let told = |set: &[(&str, &str)], args: &[&str]| {
        let output = command(dir.path()).envs(set.iter().copied()).args(args).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        String::from_utf8(output.stderr).unwrap()
    };
    let vietnamese = [("LANG", "vi_VN.UTF-8")];
    for args in [&["clean"][..], &["run", "s.toml"], &["burst", "--batches", "0"]] {
        assert!(told(&[], args).starts_with("error: "));
        assert!(told(&vietnamese, args).starts_with("lỗi: "), "{}", told(&vietnamese, args));
        let english = [&["--lang", "en"], args].concat();
        assert!(told(&vietnamese, &english).starts_with("error: "));
    }
    assert!(told(&[("PGVALIDATE_LANG", "vi"), ("LC_ALL", "C")], &["clean"]).starts_with("lỗi: "));
    assert!(
        told(&[], &["run", "s.toml", "--size", "3", "--lang", "vi"]).starts_with("lỗi: s.toml:2:1")
    );
}
