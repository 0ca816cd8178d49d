//! A soak on a real server: what it counts agrees with what is stored, in an
//! open and in a closed loop, and when it is stopped.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use pgvalidate::engine::phases::{Goal, Progress};
use pgvalidate::engine::signals::{Signal, Stop};
use pgvalidate::engine::{self, RunOptions, Work};
use pgvalidate::message::label::Label;
use pgvalidate::model::series::Point;
use pgvalidate::model::{RunRecord, Verdict};
use pgvalidate::stats::Recorder;
use pgvalidate::work::Seams;
use pgvalidate::work::seams::Slowness;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Three seconds of batches of 10 rows, by four writers or at `rate`.
fn soak(dsn: &str, rate: Option<f64>, results: &Path) -> RunOptions {
    common::soak(dsn, Duration::from_secs(3), rate, results)
}

/// Everything that was counted twice is counted alike.
fn agrees(record: &RunRecord) {
    let load = record.load.as_ref().unwrap();
    let warm_up = load.warm_up.as_ref().unwrap();
    let proof = record.verification.as_ref().unwrap();
    assert_eq!(common::damage(record), [0; 6]);
    assert_eq!(proof.rows_found, load.rows_acknowledged + warm_up.rows_acknowledged);
    assert_eq!(proof.rows_found, proof.rows_expected);
    let sum = |pick: fn(&Point) -> u64| -> u64 { record.series.iter().map(pick).sum() };
    assert_eq!(sum(|p| p.rows), load.rows_acknowledged);
    assert_eq!(sum(|p| p.batches), load.batches.succeeded);
    assert_eq!(record.series.len(), load.elapsed_s.ceil() as usize);
    let seconds: Vec<u32> = record.series.iter().map(|p| p.second).collect();
    assert_eq!(seconds, (0..record.series.len() as u32).collect::<Vec<_>>());
    // Each second's histogram is whole: together they hold every batch.
    let mut all = Recorder::of_a_second();
    for point in record.series.iter().filter_map(|p| p.response_ms.as_ref()) {
        all.merge(&Recorder::decode(&point.histogram).unwrap());
    }
    let merged = all.distribution().unwrap();
    let total = &record.latency.as_ref().unwrap().batch.as_ref().unwrap().response_ms;
    assert_eq!(merged.count, total.count);
    assert!((merged.p99 / total.p99 - 1.0).abs() < 0.03, "{} {}", merged.p99, total.p99);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_loop_keeps_its_writers_busy() {
    let server = common::server(&[]).await;
    let results = tempfile::tempdir().unwrap();
    let record = common::run(&soak(&server.dsn(), None, results.path())).await.record;
    agrees(&record);
    let load = record.load.as_ref().unwrap();
    assert!(load.elapsed_s >= 2.9, "{}", load.elapsed_s);
    // Four writers are busy all the time and no more than four.
    let pool = &record.pools.as_ref().unwrap().write;
    assert_eq!(pool.in_use_max, 4);
    assert!(pool.utilization_mean * f64::from(pool.size) > 2.0, "{}", pool.utilization_mean);
    assert!(record.series.iter().all(|p| p.client_cpu.is_some()));
    // All may have stored their last batch just when the time is over.
    let names = record.phases.iter().map(|p| p.name.as_str());
    let phases: Vec<&str> = names.filter(|name| *name != "drain").collect();
    assert_eq!(phases, ["open", "setup", "warm-up", "measure", "verify", "teardown"]);
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_loop_releases_what_is_due_and_no_more() {
    let server = common::server(&[]).await;
    let results = tempfile::tempdir().unwrap();
    let record = common::run(&soak(&server.dsn(), Some(1_000.0), results.path())).await.record;
    agrees(&record);
    let load = record.load.as_ref().unwrap();
    // 100 batches of 10 rows a second, for three seconds, after one of warm-up.
    assert_eq!((load.batches.total, load.rows_acknowledged), (300, 3_000));
    assert_eq!(load.warm_up.as_ref().unwrap().batches, 100);
    assert_eq!(record.harness.schedule_lag_ms.as_ref().unwrap().count, 300);
    server.stop().await.unwrap();
}

/// Response time runs from when a batch was due, and what couldn't be begun
/// in time isn't skipped: a server that is too slow is seen to be.
#[tokio::test(flavor = "multi_thread")]
async fn a_pool_that_is_too_small_shows_in_the_response_time_alone() {
    let server = common::server(&[]).await;
    let results = tempfile::tempdir().unwrap();
    // One connection, and each batch takes 20 ms at least: 50 of the 100 that are due a second.
    let slowness = Some(Slowness::Sleep(Duration::from_millis(20)));
    let options = RunOptions {
        write_pool: Some(1),
        seams: Seams { slowness, ..Seams::default() },
        ..soak(&server.dsn(), Some(1_000.0), results.path())
    };
    let record = common::run(&options).await.record;
    agrees(&record);
    assert_eq!(record.load.as_ref().unwrap().batches.succeeded, 300, "none was skipped");
    let batch = record.latency.as_ref().unwrap().batch.as_ref().unwrap();
    assert!(batch.response_ms.p99 > 2_000.0, "{}", batch.response_ms.p99);
    assert!(batch.service_ms.p50 < 500.0, "{}", batch.service_ms.p50);
    let deepest = record.series.iter().filter_map(|p| p.queue_depth).max();
    assert!(deepest.unwrap() > 50, "{deepest:?}");
    server.stop().await.unwrap();
}

/// Stops the run when a phase begins.
struct StopAt(Label, Stop);

impl Progress for StopAt {
    fn phase(&self, what: &Label) {
        if *what == self.0 {
            self.1.stop(Signal::Interrupt);
        }
    }
    fn rows<'a>(&'a self, _: Arc<dyn Fn() -> u64 + Send + Sync>, _: Goal) -> Box<dyn Send + 'a> {
        Box::new(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_soak_that_is_stopped_is_aborted_and_leaves_nothing() {
    let server = common::server(&[]).await;
    let client = common::connect(&server.dsn()).await;
    let before = common::schemas(&client).await;
    let results = tempfile::tempdir().unwrap();
    for rate in [None, Some(1_000.0)] {
        let stop = Stop::default();
        let options = soak(&server.dsn(), rate, results.path());
        let at = StopAt(Label::Writing {}, stop.clone());
        let finished = engine::run(&options, &at, &stop).await.unwrap();
        assert_eq!(finished.record.verdict, Some(Verdict::Aborted));
        assert_eq!(common::schemas(&client).await, before);
    }
    server.stop().await.unwrap();
}

/// The warm-up would take an hour.
#[tokio::test(flavor = "multi_thread")]
async fn a_soak_that_is_stopped_in_its_warm_up_ends_at_once() {
    let server = common::server(&[]).await;
    let results = tempfile::tempdir().unwrap();
    for rate in [None, Some(1_000.0)] {
        let (duration, warm_up) = (Duration::from_secs(3), Duration::from_hours(1));
        let options = RunOptions {
            work: Work::soak(duration, warm_up, rate, 4),
            // So much may be written in an hour that the disk would be full.
            yes: true,
            ..soak(&server.dsn(), rate, results.path())
        };
        let stop = Stop::default();
        let at = StopAt(Label::WarmUpWriting {}, stop.clone());
        let run = engine::run(&options, &at, &stop);
        let finished = tokio::time::timeout(Duration::from_secs(60), run).await.unwrap().unwrap();
        assert_eq!(finished.record.verdict, Some(Verdict::Aborted));
        // Nothing was due in the measure phase: that isn't a load of zero rows a second.
        assert_eq!(finished.record.load, None);
    }
    server.stop().await.unwrap();
}
