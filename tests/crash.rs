//! A crash of the server with many small batches under way: what was
//! acknowledged is there afterwards, unless the server isn't durable; and then
//! it is noticed.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use pgvalidate::engine::RunOptions;
use pgvalidate::model::{RunRecord, Verdict};
use pgvalidate::work::Seams;
use pgvalidate::work::seams::Point;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::sync::Notify;

/// Batches of the run, and how many have reached their commit at the crash.
const BATCHES: u32 = 3_000;
const CRASH_AT: u32 = 1_200;

/// How many have at the moment when the WAL writer is stopped.
const HOLD_AT: u32 = 900;

/// Runs small batches, kills the server with all its children in the middle,
/// starts it again, and lets the run go on.
///
/// With `hold_wal` the WAL writer is stopped some commits before: what no
/// commit waits for then stays in the server's memory.
async fn crashed_run(settings: &[(&str, &str)], hold_wal: bool) -> RunRecord {
    let server = common::server(settings).await;
    let client = common::connect(&server.dsn()).await;
    let writer = "SELECT pid::text FROM pg_stat_activity WHERE backend_type = 'walwriter'";
    let wal_writer: String = client.query_one(writer, &[]).await.unwrap().get(0);
    let results = tempfile::tempdir().unwrap();
    let (reached, crash) = (Arc::new(AtomicU32::new(0)), Arc::new(Notify::new()));
    let now = crash.clone();
    let at_point = move |point: Point, _: i32, _: u32| {
        if point != Point::BeforeCommit {
            return;
        }
        match reached.fetch_add(1, Ordering::SeqCst) {
            HOLD_AT if hold_wal => {
                let kill = std::process::Command::new("kill").args(["-STOP", &wal_writer]).status();
                assert!(kill.unwrap().success());
            }
            CRASH_AT => now.notify_one(),
            _ => {}
        }
    };
    let options = RunOptions {
        tenants: Some(10),
        write_pool: Some(40),
        // All batches are released at once and wait for the pool.
        acquire_timeout: std::time::Duration::from_secs(120),
        attempts_max: 100,
        allow_unsafe: true,
        seams: Seams { at_point: Some(Arc::new(at_point)), ..Seams::default() },
        ..common::options(&server.dsn(), BATCHES, 10, results.path())
    };
    let running = tokio::spawn(async move { common::run(&options).await });
    crash.notified().await;
    server.crash().await.unwrap();
    server.restart().await.unwrap();
    let record = running.await.unwrap().record;
    server.stop().await.unwrap();
    record
}

#[tokio::test(flavor = "multi_thread")]
async fn with_synchronous_commit_off_acknowledged_batches_are_missed() {
    let record = crashed_run(&[("synchronous_commit", "off"), ("wal_buffers", "64MB")], true).await;
    let verification = record.verification.as_ref().unwrap();
    let acknowledged = record.load.as_ref().unwrap().batches.succeeded;
    println!("{acknowledged} acknowledged, {} lost", verification.acknowledged_lost);
    assert!(verification.acknowledged_lost > 0);
    // The ledger lost them together with the rows: alone, it would see nothing.
    assert_eq!(verification.lost, 0);
    assert_eq!(record.verdict, Some(Verdict::Fail));
    assert!(record.reasons.iter().any(|r| r.id == "not_durable"));
}

#[tokio::test(flavor = "multi_thread")]
async fn with_synchronous_commit_on_none_is() {
    let record = crashed_run(&[], false).await;
    let b = &record.load.as_ref().unwrap().batches;
    println!("{} retried, {} in doubt", b.retried, b.in_doubt);
    assert_eq!(b.succeeded, u64::from(BATCHES));
    assert!(b.retried + b.in_doubt > 0, "the crash must have hit batches under way");
    assert_eq!(common::damage(&record), [0; 6]);
    assert_eq!(b.in_doubt_contradicted, 0);
}
