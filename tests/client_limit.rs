//! Where the client is the limit the run is invalid.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use pgvalidate::engine::RunOptions;
use pgvalidate::model::{RunRecord, Verdict};
use pgvalidate::work::Seams;
use pgvalidate::work::seams::Slowness;
use std::time::Duration;

/// Processor time is measured: nothing else of ours may run meanwhile.
static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

async fn slowed(batches: u32, size: u32, slowness: Slowness) -> RunRecord {
    let server = common::server(&[]).await;
    let results = tempfile::tempdir().unwrap();
    let options = RunOptions {
        seams: Seams { slowness: Some(slowness), ..Seams::default() },
        ..common::options(&server.dsn(), batches, size, results.path())
    };
    let record = common::run(&options).await.record;
    server.stop().await.unwrap();
    record
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_client_makes_the_run_invalid() {
    let _alone = ALONE.lock().await;
    // Idle: the server's COPYs wait for us.
    let idle = slowed(4, 10_000, Slowness::Sleep(Duration::from_millis(20))).await;
    assert_eq!(idle.verdict, Some(Verdict::Invalid), "{:?}", idle.harness);
    assert!(idle.reasons.iter().any(|r| r.id == "client_read_leads"), "{:?}", idle.reasons);
    // Busy: a thread of ours has nothing left to give.
    let busy = slowed(1, 4_000, Slowness::Spin(Duration::from_millis(200))).await;
    assert_eq!(busy.verdict, Some(Verdict::Invalid), "{:?}", busy.harness);
    assert!(busy.reasons.iter().any(|r| r.id == "client_thread_busy"), "{:?}", busy.reasons);
    // The data is whole all the same.
    for record in [idle, busy] {
        assert_eq!(common::damage(&record), [0; 6]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_not_durable_is_not_written_to_unless_told() {
    let _alone = ALONE.lock().await;
    let server = common::server(&[("fsync", "off")]).await;
    let results = tempfile::tempdir().unwrap();
    let options = common::options(&server.dsn(), 2, 50, results.path());
    let refused = common::run(&options).await.record;
    assert_eq!(refused.verdict, Some(Verdict::Invalid));
    assert!(refused.load.is_none() && refused.verification.is_none());
    let client = common::connect(&server.dsn()).await;
    assert_eq!(common::schemas(&client).await, ["public"]);
    let told = common::run(&RunOptions { allow_unsafe: true, ..options }).await.record;
    assert_eq!(told.verification.as_ref().unwrap().rows_found, 100);
    assert_eq!(told.verdict, Some(Verdict::Invalid), "it is still said");
    assert!(told.reasons.iter().any(|r| r.id == "not_durable"));
    server.stop().await.unwrap();
}
