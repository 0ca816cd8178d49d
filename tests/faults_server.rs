//! Faults of the server, of locks and of workers, into a short load: nothing
//! is lost, everything comes back, and a stop heals what it meets.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use pgvalidate::engine::faults::FaultPlan;
use pgvalidate::engine::phases::Silent;
use pgvalidate::engine::place::Place;
use pgvalidate::engine::set::faults::FaultsPlan;
use pgvalidate::engine::signals::{Signal, Stop};
use pgvalidate::engine::workload::ScanWork;
use pgvalidate::engine::{self, RunOptions, Work};
use pgvalidate::faults::{Kind, catalogue};
use pgvalidate::judge::criteria;
use pgvalidate::model::fault::FaultLoad;
use pgvalidate::model::{RunRecord, Verdict};
use rustix::process::{Pid, Signal as ToProcess, kill_process};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

fn kind(name: &str) -> Kind {
    *catalogue::named(name).unwrap()
}

/// A soak by four writers into which the fault comes, on a private server; it
/// ends when it has recovered.
fn into_soak(kind: Kind, dir: &Path) -> RunOptions {
    RunOptions {
        url: None,
        attempts_max: 1_000,
        criteria: criteria::load(None, "faults").unwrap(),
        fault: Some(FaultPlan {
            kind,
            before: Duration::from_secs(1),
            recovery: Duration::from_secs(30),
        }),
        ..common::soak("", Duration::from_secs(60), None, dir)
    }
}

/// Runs it, and sees that the ledger is whole and the load came back.
async fn prove(options: &RunOptions) -> RunRecord {
    let record = common::run(options).await.record;
    assert_eq!(record.faults.len(), 1);
    let fault = &record.faults[0];
    println!("{fault:?} {:?}", record.load.as_ref().map(|load| (&load.batches, &load.errors)));
    assert!(fault.first_commit_s.is_some() && fault.recovered_s.is_some(), "{fault:?}");
    let [damage @ .., acknowledged_lost] = common::damage(&record);
    assert_eq!(damage, [0; 5]);
    let may_lose = fault.name == "failover-async";
    assert!(acknowledged_lost == 0 || may_lose, "{acknowledged_lost}");
    let recovery = record.recovery.as_ref().unwrap();
    assert_eq!((recovery.orphaned_sessions, recovery.orphaned_locks), (Some(0), Some(0)));
    let batches = &record.load.as_ref().unwrap().batches;
    assert_eq!((batches.failed, batches.acknowledged_local), (0, 0));
    record
}

/// Batches that the fault met: those whose COMMIT was under way are in doubt, and
/// others are tried again.
fn met(record: &RunRecord) -> u64 {
    let batches = &record.load.as_ref().unwrap().batches;
    batches.retried + batches.in_doubt
}

/// How often an error was met.
fn errors(record: &RunRecord, code: &str) -> u64 {
    let errors = &record.load.as_ref().unwrap().errors;
    errors.iter().filter(|error| error.code == code).map(|error| error.count).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_postmaster_is_survived() {
    let dir = tempfile::tempdir().unwrap();
    let record = prove(&into_soak(kind("kill-postmaster"), dir.path())).await;
    assert!(met(&record) > 0);
    let caveat = serde_json::to_string(&record.faults[0].notes).unwrap();
    assert!(caveat.contains("kill_proves_no_fsync"), "{caveat}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_backend_crashes_all_and_all_is_there() {
    let dir = tempfile::tempdir().unwrap();
    let record = prove(&into_soak(kind("kill-backend"), dir.path())).await;
    assert_eq!(record.faults[0].hit, Some(1));
    // The one that was killed says nothing; the others are told.
    assert!(met(&record) > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_server_is_waited_for() {
    let dir = tempfile::tempdir().unwrap();
    let freeze = Kind { hold: Duration::from_secs(2), ..kind("freeze") };
    let record = prove(&into_soak(freeze, dir.path())).await;
    let fault = &record.faults[0];
    let (from, to) = (fault.injected_at_s.unwrap(), fault.healed_at_s.unwrap());
    assert!(to - from >= 2.0);
    assert!(fault.during_rows_per_s.unwrap() < fault.before_rows_per_s.unwrap() / 2.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn locks_deadlocks_and_dropped_writers_lose_nothing_on_a_target() {
    let server = common::server(&[("deadlock_timeout", "200ms")]).await;
    let dir = tempfile::tempdir().unwrap();
    let on = |kind| RunOptions {
        url: Some(server.dsn()),
        // Every writer comes by the table that is locked.
        tenants: Some(1),
        ..into_soak(kind, dir.path())
    };
    let locked = Kind { hold: Duration::from_secs(1), ..kind("table-lock") };
    let record = prove(&on(locked)).await;
    let fault = &record.faults[0];
    assert_eq!(fault.hit, Some(1));
    assert!(fault.during_rows_per_s.unwrap() < fault.before_rows_per_s.unwrap() / 2.0);

    let record = prove(&on(kind("deadlocks"))).await;
    assert!(record.faults[0].hit > Some(0));
    assert!(errors(&record, "40P01") > 0, "writers wait the longer, so it's they who are ended");

    let record = prove(&on(kind("writer-dropped"))).await;
    assert_eq!(record.faults[0].hit, Some(errors(&record, "dropped")));
    assert!(record.load.unwrap().batches.retried > 0);
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn batches_of_a_killed_process_are_taken_over() {
    let dir = tempfile::tempdir().unwrap();
    // A scan that another process helped with is followed by the next: a closed
    // loop would stand still where nobody noticed that it is complete.
    let work = Work::Scans(ScanWork {
        records: 2_000,
        concurrent: Some(4),
        workers: 2,
        poll: Duration::from_millis(200),
        ..ScanWork::default()
    });
    let options = RunOptions {
        work,
        size: 50,
        tenants: Some(100),
        ..into_soak(kind("worker-killed"), dir.path())
    };
    let record = prove(&options).await;
    assert!(record.faults[0].hit > Some(0));
    let folder = std::fs::read_dir(dir.path()).unwrap().next().unwrap().unwrap().path();
    let others = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let others: Vec<_> =
        others.filter(|path| path.to_string_lossy().contains("acknowledged-")).collect();
    assert_eq!(others.len(), 1);
    let lines = |path: &Path| std::fs::read_to_string(path).unwrap().lines().count() as u64;
    // What that one stored is no failure of this one, and is proved with the rest.
    let own = lines(&others[0].with_file_name("acknowledged.tsv"));
    let (stored, theirs) = (record.load.unwrap().batches.succeeded, lines(&others[0]));
    println!("{stored} stored, {own} acknowledged here, {theirs} there");
    // It was killed with up to four commits that it never heard of.
    assert!(theirs > 0 && (own..=own + 4).contains(&(stored - theirs)));
    let queue = record.queue.unwrap();
    assert_eq!(queue.scans, queue.scans_completed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_thaws_a_frozen_server() {
    let dir = tempfile::tempdir().unwrap();
    let freeze = Kind { hold: Duration::from_secs(600), ..kind("freeze") };
    let options = into_soak(freeze, dir.path());
    let place = Arc::new(Place::open(&options, 20).await.unwrap());
    let postmaster = place.private.as_ref().unwrap().postmaster_pid().unwrap();
    let options = RunOptions { place: Some(place.clone()), ..options };
    let stop = Stop::default();
    let frozen = async {
        let stat = format!("/proc/{postmaster}/stat");
        while !std::fs::read_to_string(&stat).unwrap().contains(") T ") {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        stop.stop(Signal::Interrupt);
    };
    let (finished, ()) = tokio::join!(engine::run(&options, &Silent, &stop), frozen);
    let finished = finished.unwrap();
    assert!(matches!(finished.error, Some(engine::EngineError::Stopped)));
    let fault = &finished.record.faults[0];
    assert!(fault.notes.is_empty() || !format!("{:?}", fault.notes).contains("NotHealed"));
    // It answers.
    let server = place.private.as_ref().unwrap();
    let dsn = server.dsn();
    let client = tokio::time::timeout(Duration::from_secs(10), common::connect(&dsn));
    let one: i32 = client.await.unwrap().query_one("SELECT 1", &[]).await.unwrap().get(0);
    assert_eq!(one, 1);
    drop(options);
    let server = Arc::into_inner(place).unwrap().private.unwrap();
    server.stop().await.unwrap();
}

/// As the set of faults makes it: judged by what such a fault may be judged by,
/// on a disk that the preflight need not see.
fn planned(name: &str, dir: &Path) -> RunOptions {
    let base = into_soak(kind(name), dir);
    let plan = FaultsPlan {
        base: base.clone(),
        kinds: vec![kind(name)],
        load: FaultLoad::Burst,
        writers: 4,
        batches: 1,
        recovery: Duration::from_secs(30),
    };
    let RunOptions { criteria, yes, .. } = plan.options(kind(name));
    RunOptions { criteria, yes, ..base }
}

fn notes(record: &RunRecord) -> Vec<&str> {
    record.faults[0].notes.iter().map(|note| note.id.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_synchronous_standby_takes_over_with_every_acknowledged_batch() {
    let dir = tempfile::tempdir().unwrap();
    let record = prove(&planned("failover-sync", dir.path())).await;
    assert!(record.server.as_ref().unwrap().waits_for_standby());
    assert!(met(&record) > 0);
    assert_eq!(notes(&record), ["kill_proves_no_fsync", "promoted", "all_taken_over"]);
    assert!(record.criteria.iter().any(|c| c.id == "acknowledged_lost"));
    assert_eq!(record.verdict, Some(Verdict::Pass), "{:?}", record.reasons);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_asynchronous_standby_lacks_is_counted() {
    let dir = tempfile::tempdir().unwrap();
    let options = planned("failover-async", dir.path());
    let place = Arc::new(Place::open(&options, 20).await.unwrap());
    let (first, second) = (place.private.as_ref().unwrap(), place.standby.as_ref().unwrap());
    let (admin, follower) =
        (common::connect(&first.dsn()).await, common::connect(&second.dsn()).await);
    let options = RunOptions { place: Some(place.clone()), ..options };
    // Once the standby has some batches nothing is sent to it any more.
    let held = async {
        let written = "SELECT count(*) FROM pgvalidate.batch WHERE state = 'done'";
        let until = Instant::now() + Duration::from_secs(60);
        while !matches!(follower.query_one(written, &[]).await, Ok(row) if row.get::<_, i64>(0) > 20)
        {
            assert!(Instant::now() < until, "the standby was to get some batches");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let sender = "SELECT pid FROM pg_stat_replication";
        let pid: i32 = admin.query_one(sender, &[]).await.unwrap().get(0);
        kill_process(Pid::from_raw(pid).unwrap(), ToProcess::STOP).unwrap();
    };
    let (record, ()) = tokio::join!(prove(&options), held);
    let lost = record.verification.as_ref().unwrap().acknowledged_lost;
    assert!(lost > 0, "the file of acknowledgements knows what both servers don't");
    assert_eq!(notes(&record), ["async_may_lose", "promoted", "not_taken_over"]);
    assert_eq!(record.faults[0].notes[2].args["batches"], lost);
    assert!(record.criteria.iter().all(|c| c.id != "acknowledged_lost"));
    assert_eq!(record.verdict, Some(Verdict::Pass), "{:?}", record.reasons);
    // What was lost is nowhere: no writer came back to it.
    let reached = place.target.reached().unwrap();
    assert!(reached.contains(second.socket_dir().to_str().unwrap()), "{reached}");
    drop(options);
    let (kept, error) = Arc::into_inner(place).unwrap().leave(false).await;
    assert!(kept.is_none() && error.is_none(), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_met_and_got_over_or_said_not_to_be_had() {
    let dir = tempfile::tempdir().unwrap();
    let options = planned("disk-full", dir.path());
    if let Some(detail) = Place::refuses_small_disk(&options).await {
        // Not every machine lets a user make namespaces; then the set says so.
        let (code, said) = faults(dir.path(), "disk-full");
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(code, Some(4), "{said}");
        assert!(said.contains("not run: the server needs") && said.contains(&detail), "{said}");
        return;
    }
    let record = prove(&options).await;
    let went_down = notes(&record).contains(&"went_down");
    assert!(errors(&record, "53100") > 0 || went_down);
    assert_eq!(notes(&record)[0], "disk_in_memory");
    let fault = &record.faults[0];
    assert!(fault.during_rows_per_s.unwrap() < fault.before_rows_per_s.unwrap() / 2.0);
    assert!(record.findings.iter().any(|finding| finding.id == "data_on_tmpfs"));
}

/// `pgvalidate faults` with this one: the exit code, and what it printed.
fn faults(dir: &Path, only: &str) -> (Option<i32>, String) {
    let ran = of_faults(dir, only).stdout(Stdio::piped()).output().unwrap();
    (ran.status.code(), String::from_utf8(ran.stdout).unwrap())
}

fn of_faults(dir: &Path, only: &str) -> Command {
    let mut command = Command::new(common::BIN);
    command.env("PGVALIDATE_LANG", "en").env_remove("PGVALIDATE_URL").current_dir(dir);
    command.args(["faults", "--only", only]).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// The directories of the private servers whose guards are children of `tool`.
fn guarded_dirs(tool: u32) -> BTreeSet<PathBuf> {
    let mut dirs = BTreeSet::new();
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let read = |file: &str| std::fs::read(entry.path().join(file)).unwrap_or_default();
        let stat = String::from_utf8_lossy(&read("stat")).into_owned();
        let parent = stat.rsplit(')').next().and_then(|rest| rest.split(' ').nth(2));
        let words = String::from_utf8_lossy(&read("cmdline")).into_owned();
        let mut words = words.split('\0').skip_while(|word| *word != "--dir");
        if parent == Some(&tool.to_string()) && words.next().is_some() {
            dirs.extend(words.next().map(PathBuf::from));
        }
    }
    dirs
}

fn within(limit: Duration, what: &str, mut done: impl FnMut() -> bool) {
    let deadline = Instant::now() + limit;
    while !done() {
        assert!(Instant::now() < deadline, "{what}: not within {limit:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn neither_a_ctrl_c_nor_a_kill_leaves_a_server_of_a_pair() {
    for (signal, code) in [(ToProcess::KILL, None), (ToProcess::INT, Some(130))] {
        let dir = tempfile::tempdir().unwrap();
        let mut tool = of_faults(dir.path(), "failover-sync").spawn().unwrap();
        let mut dirs = BTreeSet::new();
        within(Duration::from_secs(60), "both servers are there", || {
            dirs = guarded_dirs(tool.id());
            dirs.len() == 2 && dirs.iter().all(|dir| dir.join("s/.s.PGSQL.5432").exists())
        });
        let pid = Pid::from_raw(i32::try_from(tool.id()).unwrap()).unwrap();
        kill_process(pid, signal).unwrap();
        assert_eq!(tool.wait().unwrap().code(), code);
        within(Duration::from_secs(20), "nothing is left", || !dirs.iter().any(|dir| dir.exists()));
    }
}
