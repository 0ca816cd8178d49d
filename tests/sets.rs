//! Sets on real servers: every run is there once and proved, one server serves
//! them all, nothing is left; a set that was stopped goes on where it was.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use pgvalidate::engine::phases::{Goal, Progress, Silent};
use pgvalidate::engine::set::capacity::CapacityPlan;
use pgvalidate::engine::set::methods::Methods;
use pgvalidate::engine::set::{self, Done, FinishedSet, Plan, SET_FILE, SetOptions, SetRun, Step};
use pgvalidate::engine::signals::{Signal, Stop};
use pgvalidate::engine::{EngineError, RunOptions, Work};
use pgvalidate::judge::{self, criteria};
use pgvalidate::message::label::Label;
use pgvalidate::model::criterion::Comparison;
use pgvalidate::model::set::Set;
use pgvalidate::model::{Criterion, Limit, Method, Verdict};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

fn base(url: Option<String>, kind: &str, results: &Path) -> RunOptions {
    let criteria = criteria::load(None, kind).unwrap();
    let options = RunOptions::new(Work::burst(1), 10, criteria, results.to_owned());
    RunOptions { url, guard_exe: Some(common::BIN.into()), ..options }
}

/// Two rounds of a method and the baseline, with 200 rows a run.
fn comparison(base: &RunOptions) -> Methods {
    Methods {
        base: base.clone(),
        methods: vec![Method::Unnest],
        sizes: vec![50],
        rounds: 2,
        rows: 200,
        writers: 2,
    }
}

fn options(base: &RunOptions, resume: Option<PathBuf>) -> SetOptions {
    SetOptions { kind: "methods", base: base.clone(), resume }
}

async fn compare(options: &SetOptions, plan: &dyn Plan, stop: &Stop) -> FinishedSet {
    set::run(options, plan, judge::set::methods::judge, &Silent, stop).await.unwrap()
}

/// Every run of a comparison is there, once, proved, and as it was written.
fn holds_every_run_once(finished: &FinishedSet) {
    let mut labels: Vec<&str> = finished.done.iter().map(|d| d.label.as_str()).collect();
    labels.sort_unstable();
    assert_eq!(labels, ["autocommit #1", "autocommit #2", "unnest 50 #1", "unnest 50 #2"]);
    for (member, done) in finished.set.members.iter().zip(&finished.done) {
        assert_eq!(common::damage(&done.record), [0; 6], "{}", done.label);
        assert_eq!(done.record.verdict, Some(Verdict::Pass), "{:?}", done.record.criteria);
        let text = std::fs::read(finished.path.join(&member.path)).unwrap();
        let written: pgvalidate::model::RunRecord = serde_json::from_slice(&text).unwrap();
        assert_eq!((&written.run_id, member.sha256.len()), (&member.run_id, 64));
    }
    assert_eq!(read(&finished.path), finished.set);
    let table = &finished.set.table;
    assert_eq!(table.iter().map(|row| row.runs).collect::<Vec<_>>(), [2, 2]);
    assert!(table.iter().all(|row| row.wal_bytes_per_row.is_some() && row.gain.is_some()));
    assert!(finished.error.is_none() && finished.set.finished_at.is_some());
}

fn read(folder: &Path) -> Set {
    serde_json::from_slice(&std::fs::read(folder.join(SET_FILE)).unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_runs_share_one_private_server_which_goes_with_the_set() {
    let results = tempfile::tempdir().unwrap();
    let base = base(None, "methods", results.path());
    let plan = comparison(&base);
    let (options, stop) = (options(&base, None), Stop::default());
    let mut set = SetRun::open(&options, &plan, &Silent, &stop).await.unwrap();
    let dir = set.place().unwrap().private.as_ref().unwrap().dir().to_owned();
    assert!(dir.exists());
    set.carry_out(&plan).await;
    let finished = set.close(judge::set::methods::judge).await.unwrap();
    assert!(!dir.exists(), "the server is gone");
    holds_every_run_once(&finished);
    assert!(finished.set.private);
    // On this machine, so its processors are seen.
    assert!(finished.set.table.iter().all(|row| row.server_cpu_us_per_row.is_some()));
    let addresses = finished.done.iter().map(|d| &d.record.server.as_ref().unwrap().address);
    assert!(addresses.clone().all(|address| address == "private"));
}

/// Stops when the step of this number begins.
struct StopAt(usize, Stop);

impl Progress for StopAt {
    fn phase(&self, what: &Label) {
        if matches!(what, Label::StepOf { no, .. } if *no == self.0) {
            self.1.stop(Signal::Interrupt);
        }
    }
    fn rows<'a>(&'a self, _: Arc<dyn Fn() -> u64 + Send + Sync>, _: Goal) -> Box<dyn Send + 'a> {
        Box::new(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_that_was_stopped_goes_on_and_leaves_the_target_clean() {
    let server = common::server(&[]).await;
    let client = common::connect(&server.dsn()).await;
    let before = common::schemas(&client).await;
    let results = tempfile::tempdir().unwrap();
    let base = base(Some(server.dsn()), "methods", results.path());
    let plan = comparison(&base);
    let (judge, stop) = (judge::set::methods::judge, Stop::default());
    let progress = StopAt(3, stop.clone());
    let began = options(&base, None);
    let stopped = set::run(&began, &plan, judge, &progress, &stop).await.unwrap();
    assert_eq!((stopped.done.len(), stopped.set.verdict), (2, None));
    assert_eq!((stopped.set.finished_at.as_ref(), read(&stopped.path).members.len()), (None, 2));
    assert_eq!(stopped.set.reasons[0].id, "stopped_by_signal");
    assert_eq!(common::schemas(&client).await, before);

    // Other options would have made other runs.
    let resumed = options(&base, Some(stopped.path.clone()));
    let refused = |plan: Methods| {
        let resumed = &resumed;
        async move { refusal(resumed, &plan).await }
    };
    let error = refused(Methods { rows: 300, ..comparison(&base) }).await;
    assert!(error.is_usage() && error.to_string().contains("scenario."), "{error}");
    let error = refused(Methods { sizes: vec![60], ..comparison(&base) }).await;
    assert!(error.to_string().contains("label = unnest 60 #1"), "{error}");

    // A record that was changed is refused.
    let member = stopped.path.join(&stopped.set.members[1].path);
    let text = std::fs::read_to_string(&member).unwrap();
    std::fs::write(&member, text.replace("\"lost\": 0", "\"lost\": 1")).unwrap();
    let error = refused(comparison(&base)).await;
    assert!(error.to_string().contains("SHA-256") && !error.is_usage(), "{error}");
    std::fs::write(&member, text).unwrap();

    let finished = compare(&resumed, &plan, &Stop::default()).await;
    holds_every_run_once(&finished);
    assert_eq!((&finished.path, &finished.set.set_id), (&stopped.path, &stopped.set.set_id));
    assert_eq!(finished.done[..2], stopped.done[..]);
    assert_eq!(common::schemas(&client).await, before);
    server.stop().await.unwrap();
}

async fn refusal(options: &SetOptions, plan: &dyn Plan) -> EngineError {
    match SetRun::open(options, plan, &Silent, &Stop::default()).await {
        Ok(_) => panic!("the set was to be refused"),
        Err(error) => error,
    }
}

/// The first so many steps of a plan.
struct First<'a>(usize, &'a Methods);

impl Plan for First<'_> {
    fn next(&self, done: &[Done]) -> Option<Step> {
        self.1.next(done).filter(|_| done.len() < self.0)
    }
    fn total(&self, _done: &[Done]) -> Option<usize> {
        Some(self.0)
    }
    fn connections(&self) -> Result<u32, EngineError> {
        self.1.connections()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_of_different_durability_are_refused() {
    let server = common::server(&[]).await;
    let client = common::connect(&server.dsn()).await;
    let results = tempfile::tempdir().unwrap();
    let base =
        RunOptions { allow_unsafe: true, ..base(Some(server.dsn()), "methods", results.path()) };
    let plan = comparison(&base);
    let (options, stop) = (options(&base, None), Stop::default());
    let mut set = SetRun::open(&options, &plan, &Silent, &stop).await.unwrap();
    set.carry_out(&First(1, &plan)).await;
    client.batch_execute("ALTER SYSTEM SET synchronous_commit = off").await.unwrap();
    client.batch_execute("SELECT pg_reload_conf()").await.unwrap();
    // A session that begins after the reload has it.
    loop {
        let fresh = common::connect(&server.dsn()).await;
        let row = fresh.query_one("SHOW synchronous_commit", &[]).await.unwrap();
        if row.get::<_, String>(0) == "off" {
            break;
        }
    }
    set.carry_out(&plan).await;
    let finished = set.close(judge::set::methods::judge).await.unwrap();
    // The second run differs, and no third is made.
    assert_eq!((finished.done.len(), finished.set.verdict), (2, Some(Verdict::Invalid)));
    assert_eq!(finished.set.reasons[0].id, "settings_differ");
    assert_eq!(finished.set.reasons[0].args["setting"], "synchronous_commit");
    assert!(finished.set.table.is_empty());
    server.stop().await.unwrap();
}

/// More than 600 rows a second break a criterion here, whatever the machine.
#[tokio::test(flavor = "multi_thread")]
async fn capacity_finds_its_way() {
    let server = common::server(&[]).await;
    let results = tempfile::tempdir().unwrap();
    let ceiling = Criterion {
        id: "ceiling".to_owned(),
        metric: "load.rows_per_s".to_owned(),
        is: Comparison::Less,
        limit: Limit::Number(600.0),
        kind: Default::default(),
        only_for: None,
    };
    let base = base(Some(server.dsn()), "capacity", results.path());
    let base = RunOptions { criteria: vec![ceiling], tenants: Some(2), ..base };
    let plan = CapacityPlan {
        base: base.clone(),
        step_time: Duration::from_secs(1),
        start: Some(400.0),
        precision: 0.5,
        max_writers: 1,
    };
    let options = SetOptions { kind: "capacity", base, resume: None };
    let judge = |set: &mut Set, done: &[Done]| {
        judge::set::capacity::judge(set, done, plan.bounds(done).as_ref(), Some(200.0));
    };
    let finished = set::run(&options, &plan, judge, &Silent, &Stop::default()).await.unwrap();
    let labels: Vec<&str> = finished.done.iter().map(|d| d.label.as_str()).collect();
    let expected = ["writers 1", "rate 400", "rate 800", "rate 400 #2", "rate 800 #2"];
    assert_eq!(labels, expected);
    let share = |done: &Done| done.record.load.as_ref().unwrap().offered_share;
    assert_eq!(share(&finished.done[0]), None);
    assert!(share(&finished.done[1]).is_some_and(|share| share > 0.5 && share <= 1.0));
    let capacity = finished.set.capacity.as_ref().unwrap();
    assert_eq!((capacity.sustained_rows_per_s, capacity.headroom), (Some(400.0), Some(2.0)));
    assert_eq!(capacity.first_broken.as_deref(), Some("ceiling"));
    assert_eq!((capacity.best_writers, finished.set.verdict), (Some(1), Some(Verdict::Pass)));
    server.stop().await.unwrap();
}

#[test]
fn flags_that_a_set_has_no_use_for_are_refused() {
    for args in [
        ["methods", "--keep-data"].as_slice(),
        &["methods", "--write-pool", "4"],
        &["methods", "--method", "values"],
        &["methods", "--sizes", "0"],
        &["methods", "--tenancy", "rls"],
        &["methods", "--resume", "missing"],
        &["capacity", "--need", "fast"],
        &["capacity", "--precision", "0%"],
        &["capacity", "--step-time", "0s"],
    ] {
        let dir = tempfile::tempdir().unwrap();
        let mut command = Command::new(common::BIN);
        let out = command.current_dir(dir.path()).args(args).output().unwrap();
        assert_eq!(out.status.code(), Some(2), "{args:?}");
    }
}
