//! Limits that end a run while it goes on: free disk, the lag of a real
//! standby, what was written. What was begun is settled, all that was made is
//! removed, the record says which limit, what was seen and when.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use futures_util::future::join_all;
use pgvalidate::engine::phases::Silent;
use pgvalidate::engine::set::methods::Methods;
use pgvalidate::engine::set::{self, SetOptions};
use pgvalidate::engine::signals::Stop;
use pgvalidate::engine::workload::{MixedWork, ScanWork};
use pgvalidate::engine::{self, EngineError, Finished, RunOptions, Work};
use pgvalidate::judge;
use pgvalidate::model::limits::Limits;
use pgvalidate::model::{Method, Outcome, RunRecord, Verdict};
use pgvalidate::probes::watch::FreeBytes;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio_postgres::Client;

/// A soak that would go on for minutes.
fn endless(dsn: &str, limits: Limits, dir: &Path) -> RunOptions {
    RunOptions { limits, ..common::soak(dsn, Duration::from_secs(300), Some(2_000.0), dir) }
}

/// Runs it until a limit ends it, and sees that nothing is left.
async fn ended(options: &RunOptions, admin: &Client, by: &str) -> RunRecord {
    let stop = Stop::default();
    let Finished { record, path, error, .. } = engine::run(options, &Silent, &stop).await.unwrap();
    assert_eq!(record.verdict, Some(Verdict::Aborted), "{error:?} {:?}", record.reasons);
    assert!(matches!(error, Some(EngineError::Stopped)), "{error:?}");
    let note = record.reasons.last().unwrap();
    assert_eq!(note.id, by, "{note:?}");
    assert!(note.args["at"].as_str().unwrap().ends_with('Z'), "{note:?}");
    assert_eq!((stop.signal(), stop.limit().as_ref()), (None, Some(note)));
    let written = std::fs::read(path.join("run.json")).unwrap();
    let written: RunRecord = serde_json::from_slice(&written).unwrap();
    assert_eq!(written.verdict, Some(Verdict::Aborted));
    let prefix = &options.tenant_prefix;
    let left = common::schemas(admin).await;
    assert!(!left.iter().any(|schema| schema.starts_with(prefix)), "{by}: {left:?}");
    record
}

/// What is free falls by 100 with each look, of which each asks for two paths.
fn falling() -> FreeBytes {
    let left = AtomicU64::new(1_100);
    Arc::new(move |_| Some(left.fetch_sub(50, Ordering::Relaxed) - 50))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_fills_ends_every_load_and_leaves_nothing() {
    let server = common::server(&[]).await;
    let (dsn, admin) = (server.dsn(), common::connect(&server.dsn()).await);
    let dir = tempfile::tempdir().unwrap();
    // The looks see 1000, 900, 800 and 700.
    let limits = |least| Limits { min_free_bytes: Some(least), ..Limits::default() };
    let soak = endless(&dsn, limits(800), dir.path());
    let soak = RunOptions { free_bytes: Some(falling()), ..soak };
    let record = ended(&soak, &admin, "free_crossed").await;
    let note = record.reasons.last().unwrap();
    assert_eq!((&note.args["free_bytes"], &note.args["limit_bytes"]), (&700.into(), &800.into()));
    assert!(Path::new(note.args["path"].as_str().unwrap()).is_absolute());
    let watched = record.watched.unwrap();
    assert_eq!((watched.looks, watched.free_bytes_min), (4, Some(700)));
    assert_eq!((watched.lag_s_max, watched.written_bytes), (None, None), "they have no limit");
    let batches = record.load.as_ref().unwrap().batches.clone();
    assert!(batches.succeeded > 0 && batches.failed == 0, "{batches:?}");

    let scans = Work::Scans(ScanWork { records: 1_000_000, arrival: 0.05, ..ScanWork::default() });
    let minutes = Duration::from_secs(300);
    let mixed = Work::Mixed(MixedWork { duration: minutes, ..MixedWork::default() });
    let loads = [(Work::burst(10), 400_000), (scans, 5_000), (mixed, 100)].map(|(work, size)| {
        let name = work.name();
        let options = RunOptions {
            work,
            size,
            tenants: Some(4),
            yes: true,
            tenant_prefix: format!("{name}_"),
            free_bytes: Some(falling()),
            ..endless(&dsn, limits(1_000), dir.path())
        };
        let admin = &admin;
        async move {
            let record = ended(&options, admin, "free_crossed").await;
            assert_eq!(record.scenario.name, name);
        }
    });
    join_all(loads.map(Box::pin)).await;
    assert_eq!(common::schemas(&admin).await, ["public"]);
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_ends_with_the_run_that_a_limit_ends() {
    let server = common::server(&[]).await;
    let (dsn, admin) = (server.dsn(), common::connect(&server.dsn()).await);
    let dir = tempfile::tempdir().unwrap();
    let limits = Limits { min_free_bytes: Some(1_000), ..Limits::default() };
    let base = endless(&dsn, limits, dir.path());
    let base = RunOptions { free_bytes: Some(falling()), tenants: None, ..base };
    // Two runs would have 20 million rows.
    let plan = Methods {
        base: base.clone(),
        methods: vec![Method::Unnest],
        sizes: vec![5_000],
        rounds: 1,
        rows: 10_000_000,
        writers: 2,
    };
    let options = SetOptions { kind: "methods", base, resume: None };
    let (stop, judge) = (Stop::default(), judge::set::methods::judge);
    let ran = set::run(&options, &plan, judge, &Silent, &stop);
    let finished = Box::pin(ran).await.unwrap();
    assert_eq!((finished.done.len(), finished.set.finished_at), (0, None));
    assert_eq!(finished.set.reasons.last().unwrap().id, "free_crossed");
    assert_eq!(common::schemas(&admin).await, ["public"]);
    server.stop().await.unwrap();
}

/// What others write counts too: it fills the same disk.
#[tokio::test(flavor = "multi_thread")]
async fn a_budget_is_held_while_the_run_goes_on() {
    let server = common::server(&[]).await;
    let (dsn, admin) = (server.dsn(), common::connect(&server.dsn()).await);
    let dir = tempfile::tempdir().unwrap();
    let budget = 50 << 20;
    let limits = Limits { disk_budget_bytes: Some(budget), ..Limits::default() };
    let soak = common::soak(&dsn, Duration::from_secs(300), Some(50.0), dir.path());
    let other = common::connect(&dsn).await;
    let writing = tokio::spawn(async move {
        let emit = "SELECT pg_logical_emit_message(false, 'other', repeat('x', 1048576)) \
                    FROM pg_sleep(0.01)";
        loop {
            other.batch_execute(emit).await.unwrap();
        }
    });
    let record = ended(&RunOptions { limits, ..soak }, &admin, "budget_crossed").await;
    writing.abort();
    let note = record.reasons.last().unwrap();
    assert_eq!(note.args["budget_bytes"], budget);
    let written = record.watched.unwrap().written_bytes.unwrap();
    assert!(written > budget && note.args["written_bytes"] == written, "{written}");
    server.stop().await.unwrap();
}

fn told(dir: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(common::BIN);
    command
        .env("PGVALIDATE_LANG", "en")
        .env_remove("PGVALIDATE_URL")
        .env_remove("PGPASSWORD")
        .current_dir(dir);
    command.args(args).output().unwrap()
}

/// Exit code, and what was said.
fn outcome(dir: &Path, args: &[&str]) -> (Option<i32>, String) {
    let output = told(dir, args);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout) + &text(output.stderr))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_standby_that_falls_behind_ends_the_run() {
    let primary = common::server(&[]).await;
    let standby = primary.standby("follower").await.unwrap();
    let (dsn, admin) = (primary.dsn(), common::connect(&primary.dsn()).await);
    let replay = common::connect(&standby.dsn()).await;
    let dir = tempfile::tempdir().unwrap();
    let by_size = |bytes| Limits { max_lag_bytes: Some(bytes), ..Limits::default() };
    let by_time = |s| Limits { max_lag_s: Some(s), ..Limits::default() };

    // It follows, and is seen to.
    let burst = common::options(&dsn, 4, 500, dir.path());
    let finished = common::run(&RunOptions { limits: by_time(3_600.0), ..burst.clone() }).await;
    let record = &finished.record;
    let check = record.preflight.iter().find(|c| c.id == "max_lag").unwrap();
    assert_eq!((check.outcome, check.note.id.as_str()), (Outcome::Ok, "lag_watched"));
    let watched = record.watched.unwrap();
    assert!(watched.lag_s_max.is_some() && watched.lag_bytes_max.is_some(), "{watched:?}");

    // It replays nothing any more, whatever it is sent.
    replay.batch_execute("SELECT pg_wal_replay_pause()").await.unwrap();
    let folder = dir.path().to_owned();
    let url = dsn.clone();
    let by_command = tokio::task::spawn_blocking(move || {
        let soak = ["soak", "--duration", "5m", "--warm-up", "0s", "--rate", "2000", "--size"];
        let more = ["10", "--tenants", "3", "--tenant-prefix", "size_", "--max-lag", "2MB"];
        outcome(&folder, &[&soak[..], &more, &["--url", &url]].concat())
    });
    let late = endless(&dsn, by_time(1.5), dir.path());
    let record = ended(&late, &admin, "lag_time_crossed").await;
    let note = record.reasons.last().unwrap();
    assert_eq!((&note.args["standby"], &note.args["limit_s"]), (&"follower".into(), &1.5.into()));
    let behind = note.args["behind_s"].as_f64().unwrap();
    assert!((1.5..30.0).contains(&behind), "{behind}");
    let (code, text) = by_command.await.unwrap();
    assert_eq!(code, Some(3), "{text}");
    for said in ["error: ended by --max-lag 2.0 MB: at ", "\"follower\" had ", "verdict: aborted"] {
        assert!(text.contains(said), "{said}: {text}");
    }
    assert_eq!(common::schemas(&admin).await, ["public"]);

    // It is beyond the limit before a run begins, and that forbids it.
    let beyond = RunOptions { limits: by_size(1), ..burst.clone() };

    // Who may not see the lag is told so, and doesn't pass for one who sees none.
    let roles = "CREATE ROLE app LOGIN; GRANT CREATE ON DATABASE postgres TO app";
    admin.batch_execute(roles).await.unwrap();
    let app = dsn.replace("user=postgres", "user=app");
    let of = |limits, yes, prefix: &str| RunOptions {
        url: Some(app.clone()),
        limits,
        yes,
        tenant_prefix: prefix.to_owned(),
        ..burst.clone()
    };
    let lag = by_time(3_600.0);
    // So it is with a disk that this role can't find.
    let free = Limits { min_free_bytes: Some(1), ..Limits::default() };
    let budget = Limits { disk_budget_bytes: Some(1 << 30), ..free };
    let (no_lag, no_disk) = (of(lag, false, "one_"), of(free, false, "two_"));
    let (lag, disk) = (of(lag, true, "three_"), of(budget, false, "four_"));
    let (refused, no_lag, no_disk, lag, disk) = tokio::join!(
        Box::pin(common::refusal(&beyond)),
        Box::pin(common::refusal(&no_lag)),
        Box::pin(common::refusal(&no_disk)),
        Box::pin(common::run(&lag)),
        Box::pin(common::run(&disk)),
    );
    assert!(refused.contains("--max-lag") && refused.contains("follower"), "{refused}");
    assert!(no_lag.contains("GRANT pg_monitor TO \"app\"") && no_lag.contains("--yes"), "{no_lag}");
    assert!(no_disk.contains("--min-free") && no_disk.contains("--disk-budget"), "{no_disk}");
    for (finished, id, said) in
        [(&lag, "max_lag", "lag_unwatched"), (&disk, "min_free", "free_unwatched")]
    {
        let check = finished.record.preflight.iter().find(|c| c.id == id).unwrap();
        assert_eq!((check.outcome, check.note.id.as_str()), (Outcome::Warning, said));
    }
    assert_eq!(lag.record.watched.unwrap().lag_s_max, None);
    let watched = disk.record.watched.unwrap();
    assert_eq!(watched.free_bytes_min, None);
    assert!(watched.written_bytes.is_some());
    standby.stop().await.unwrap();
    primary.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_with_less_than_the_limit_is_not_written_to() {
    let server = common::server(&[]).await;
    let (dsn, admin) = (server.dsn(), common::connect(&server.dsn()).await);
    let dir = tempfile::tempdir().unwrap();
    let burst = ["burst", "--batches", "2", "--size", "10", "--no-baseline", "--url", &dsn];
    let (code, text) = outcome(dir.path(), &[&burst[..], &["--min-free", "900000TB"]].concat());
    assert_eq!(code, Some(3), "{text}");
    assert!(text.contains("--min-free asks for 900000 TB"), "{text}");
    assert_eq!(common::schemas(&admin).await, ["public"]);
    // What statvfs(3) says is what the run saw.
    let limits = Limits { min_free_bytes: Some(1_024), ..Limits::default() };
    let burst = RunOptions { limits, ..common::options(&dsn, 2, 10, dir.path()) };
    let record = common::run(&burst).await.record;
    let free = record.watched.unwrap().free_bytes_min.unwrap();
    let disk = rustix::fs::statvfs(server.data_dir()).unwrap();
    let now = disk.f_bavail * disk.f_frsize;
    assert!(free > 1 << 10 && free.abs_diff(now) < now / 2, "{free} {now}");
    server.stop().await.unwrap();
}

/// A watchdog that fails leaves no run without limits.
#[tokio::test(flavor = "multi_thread")]
async fn a_watchdog_that_fails_ends_the_run() {
    let server = common::server(&[]).await;
    let (dsn, admin) = (server.dsn(), common::connect(&server.dsn()).await);
    let dir = tempfile::tempdir().unwrap();
    let limits = Limits { min_free_bytes: Some(1), ..Limits::default() };
    let asked = AtomicU64::new(0);
    // The first look asks for two paths.
    let failing: FreeBytes = Arc::new(move |_| {
        assert!(asked.fetch_add(1, Ordering::Relaxed) < 2, "a test's own panic");
        Some(1_000)
    });
    let soak = RunOptions { free_bytes: Some(failing), ..endless(&dsn, limits, dir.path()) };
    let record = ended(&soak, &admin, "watch_blind").await;
    assert_eq!(record.reasons.last().unwrap().args["flag"], "--min-free");
    assert_eq!(record.watched, None);
    server.stop().await.unwrap();
}
