//! Sweeps on real private servers.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use pgvalidate::engine::phases::{Goal, Progress, Silent};
use pgvalidate::engine::set::trial::{Tried, trial};
use pgvalidate::engine::set::{FinishedSet, SET_FILE};
use pgvalidate::engine::signals::{Signal, Stop};
use pgvalidate::engine::sweep::{self, SweepOptions};
use pgvalidate::engine::{EngineError, RunOptions, Work};
use pgvalidate::judge::criteria;
use pgvalidate::message::label::Label;
use pgvalidate::model::Verdict;
use pgvalidate::model::set::{Row, Set};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};

/// A burst of 200 rows on a private server.
fn burst(results: &Path) -> RunOptions {
    let criteria = criteria::load(None, "burst").unwrap();
    let options = RunOptions::new(Work::burst(2), 100, criteria, results.to_owned());
    RunOptions {
        guard_exe: Some(common::BIN.into()),
        baseline: false,
        write_pool: Some(3),
        ..options
    }
}

/// Files with these texts, and a sweep over them in that order.
fn options(dir: &Path, files: &[(&str, &str)], repeat: u32) -> SweepOptions {
    let config = |(name, text): &(&str, &str)| {
        let path = dir.join(format!("{name}.conf"));
        std::fs::write(&path, text).unwrap();
        ((*name).to_owned(), path)
    };
    SweepOptions {
        base: burst(&dir.join("results")),
        configs: files.iter().map(config).collect(),
        against: files[0].0.to_owned(),
        repeat,
        metric: None,
        allow_unsafe: false,
        resume: None,
    }
}

/// Stops when the step of this number begins, and keeps what was said.
struct Watch(Option<usize>, Stop, Mutex<Vec<String>>);

impl Progress for Watch {
    fn phase(&self, what: &Label) {
        let steps = matches!(what, Label::StepOf { .. } | Label::SweepPlan { .. });
        if steps || matches!(what, Label::TryingConfiguration { .. }) {
            self.2.lock().unwrap().push(what.to_string());
        }
        if matches!(what, Label::StepOf { no, .. } if Some(*no) == self.0) {
            self.1.stop(Signal::Interrupt);
        }
    }
    fn rows<'a>(&'a self, _: Arc<dyn Fn() -> u64 + Send + Sync>, _: Goal) -> Box<dyn Send + 'a> {
        Box::new(())
    }
}

async fn watched(options: &SweepOptions, stop_at: Option<usize>) -> (FinishedSet, Vec<String>) {
    let stop = Stop::default();
    let watch = Watch(stop_at, stop.clone(), Mutex::default());
    let finished = sweep::run(options, &watch, &stop).await.unwrap();
    (finished, watch.2.into_inner().unwrap())
}

fn row<'a>(set: &'a Set, role: &str) -> &'a Row {
    set.table.iter().find(|row| row.role == role).unwrap()
}

fn ids(row: &Row) -> Vec<&str> {
    row.notes.iter().map(|note| note.id.as_str()).collect()
}

/// One that runs, one whose server starts and lets too few in, and one that
/// doesn't start: stopped in the middle and continued.
#[tokio::test(flavor = "multi_thread")]
async fn a_sweep_goes_on_after_a_stop_and_past_what_fails() {
    let dir = tempfile::tempdir().unwrap();
    let files = [
        ("roomy", "max_wal_size = 2GB\n"),
        ("crowded", "max_connections = 6\nsuperuser_reserved_connections = 1\n"),
        ("typo", "# a comment\nshared_bufers = 1GB\n"),
    ];
    let mut options = options(dir.path(), &files, 3);
    let (stopped, said) = watched(&options, Some(3)).await;
    assert_eq!((stopped.done.len(), stopped.set.verdict), (2, None), "{:?}", stopped.set.reasons);
    assert!(said[0].ends_with("with roomy") && said[2].ends_with("with typo"), "{said:?}");
    assert!(said[3].starts_with("2 configurations x 3 = 6 runs"), "{said:?}");
    assert_eq!(said[4], "1 of 6: roomy #1");
    assert!(said[5].starts_with("2 of 6: crowded #1, about "), "{said:?}");

    options.resume = Some(stopped.path.clone());
    let (finished, said) = watched(&options, None).await;
    let labels: Vec<&str> = finished.done.iter().map(|done| done.label.as_str()).collect();
    // The last of crowded is left out: it has failed twice.
    assert_eq!(labels, ["roomy #1", "crowded #1", "crowded #2", "roomy #2", "roomy #3"]);
    assert!(said[4].starts_with("3 of 6: crowded #2"), "{said:?}");
    let set: Set =
        serde_json::from_slice(&std::fs::read(finished.path.join(SET_FILE)).unwrap()).unwrap();
    assert_eq!(set, finished.set);

    let roomy = row(&set, "roomy");
    assert_eq!((roomy.runs, roomy.rows_per_s.is_some()), (3, true));
    for done in finished.done.iter().filter(|done| done.role == "roomy") {
        assert_eq!(common::damage(&done.record), [0; 6], "{}", done.label);
        let server = done.record.server.as_ref().unwrap();
        let size = server.settings.iter().find(|s| s.name == "max_wal_size").unwrap();
        assert_eq!((size.value.as_str(), server.private), ("2GB", true));
        let config = done.record.scenario.config.as_ref().unwrap();
        assert_eq!((config.name.as_str(), config.sha256.len()), ("roomy.conf", 64));
        // A server of its own: each made its first tenants.
        assert!(done.record.phases.iter().any(|phase| phase.name == "open"));
    }
    let crowded = row(&set, "crowded");
    assert_eq!((crowded.runs, crowded.rows_per_s), (0, None));
    assert_eq!(ids(crowded)[0], "runs_failed");
    assert_eq!(ids(crowded).last(), Some(&"runs_left_out"));
    let typo = row(&set, "typo");
    let said = typo.notes[0].args["said"].as_str().unwrap();
    assert!(
        said.starts_with("LOG: unrecognized configuration parameter \"shared_bufers\""),
        "{said}"
    );
    assert!(said.contains("typo.conf\" line 2"), "{said}");
    assert_eq!(set.verdict, Some(Verdict::Inconclusive));

    // Another text is another configuration.
    std::fs::write(&options.configs[0].1, "max_wal_size = 3GB\n").unwrap();
    options.configs.truncate(1);
    let stop = Stop::default();
    let error = sweep::run(&options, &Silent, &stop).await.err().unwrap();
    assert!(error.is_usage() && error.to_string().contains("scenario.config"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_can_be_measured_that_is_an_error_of_usage() {
    let dir = tempfile::tempdir().unwrap();
    let files = [("unit", "max_wal_size = 64XB\n"), ("unsafe", "fsync = off\n")];
    let options = options(dir.path(), &files, 2);
    let stop = Stop::default();
    let error = sweep::run(&options, &Silent, &stop).await.err().unwrap();
    let said = error.to_string();
    assert!(error.is_usage(), "{said}");
    assert!(said.contains("invalid value for parameter \"max_wal_size\": \"64XB\""), "{said}");
    assert!(said.contains("with fsync = off a crash can destroy the data"), "{said}");
    assert!(!dir.path().join("results").exists(), "nothing was begun");
}

/// Settings on top of a file are recorded, and win.
#[tokio::test(flavor = "multi_thread")]
async fn settings_go_before_those_of_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let config = dir.path().join("a.conf");
    std::fs::write(&config, "work_mem = 3MB\nmax_wal_size = 2GB\n").unwrap();
    let settings = vec![("work_mem".to_owned(), "7MB".to_owned())];
    let options = RunOptions { config: Some(config), settings, ..burst(dir.path()) };
    let stop = Stop::default();
    let Tried::Starts { server, .. } = trial(&options, &stop).await.unwrap() else {
        panic!("it starts")
    };
    let value = |name| server.settings.iter().find(|s| s.name == name).unwrap().value.clone();
    assert_eq!((value("work_mem"), value("max_wal_size")), ("7MB".to_owned(), "2GB".to_owned()));
    let table = pgvalidate::table::processing_activities::table(options.key);
    assert_eq!(options.scenario(&table).unwrap().settings["work_mem"], "7MB");
    let bad = RunOptions { settings: vec![("work_mem".to_owned(), "x".to_owned())], ..options };
    let Tried::Not { said } = trial(&bad, &stop).await.unwrap() else { panic!("it doesn't start") };
    assert!(said.contains("invalid value for parameter \"work_mem\": \"x\""), "{said}");
}

fn shipped() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("configs/postgres");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// What the server says of the settings that each file is about.
#[tokio::test(flavor = "multi_thread")]
async fn every_shipped_configuration_starts_on_every_major() {
    let names: Vec<String> = shipped()
        .iter()
        .map(|file| file.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(names, ["async-commit", "low-memory", "stock", "tuned", "wal-compressed"]);
    let mut majors = tokio::task::JoinSet::new();
    for (major, bin_dir) in common::majors::majors() {
        majors.spawn(async move {
            let dir = tempfile::tempdir().unwrap();
            for config in shipped() {
                let name = config.display().to_string();
                let options = RunOptions {
                    pg_bin: Some(bin_dir.clone()),
                    config: Some(config),
                    ..burst(dir.path())
                };
                match trial(&options, &Stop::default()).await.unwrap() {
                    Tried::Starts { server, .. } => {
                        assert_eq!(server.version_num / 10_000, major);
                        assert_eq!(server.durable, !name.ends_with("async-commit.conf"), "{name}");
                    }
                    Tried::Not { said } => panic!("{name} on {major}: {said}"),
                }
            }
        });
    }
    while let Some(done) = majors.join_next().await {
        done.unwrap();
    }
}

#[test]
fn bad_input_is_refused_before_anything_is_started() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("a.conf"), "").unwrap();
    for (args, says) in [
        (["sweep"].as_slice(), "CONF"),
        (&["sweep", "a.conf", "./a.conf"], "./a.conf is named twice"),
        (&["sweep", "a.conf", "none.conf"], "none.conf can't be read"),
        (&["sweep", "a.conf", "--scenario", "methods.toml"], "methods.toml can't be read"),
        (&["sweep", "a.conf", "--metric", "load.rows"], "is no number of the record"),
        (&["sweep", "a.conf", "--metric", "scenario.size"], "more of it is better"),
        (&["sweep", "a.conf", "--against", "b"], "take one of: a"),
        (&["sweep", "a.conf", "--repeat", "0"], "--repeat"),
        (&["sweep", "a.conf", "--", "--url", "postgresql://"], "--url can't be part"),
        (&["sweep", "a.conf", "--", "--size", "0"], "--size 0"),
    ] {
        let mut command = Command::new(common::BIN);
        let out = command.current_dir(dir.path()).args(args).output().unwrap();
        let said = String::from_utf8_lossy(&out.stderr).into_owned();
        assert_eq!(out.status.code(), Some(2), "{args:?}: {said}");
        assert!(said.contains(says), "{args:?}: {said}");
    }
    let left: Vec<_> = std::fs::read_dir(dir.path()).unwrap().collect();
    assert_eq!(left.len(), 1, "nothing was begun");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_before_the_first_run_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let options = options(dir.path(), &[("a", "")], 2);
    let stop = Stop::default();
    stop.stop(Signal::Interrupt);
    let error = sweep::run(&options, &Silent, &stop).await.err().unwrap();
    assert!(matches!(error, EngineError::Stopped), "{error}");
    assert!(!dir.path().join("results").exists());
}
