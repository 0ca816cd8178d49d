//! An open loop tells the server's lateness from its own: a server that stalls
//! shows in the response time, and what the tool itself can't keep up with is said.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use pgvalidate::engine::phases::{Goal, Progress, Silent};
use pgvalidate::engine::signals::Stop;
use pgvalidate::engine::{self, RunOptions, Work};
use pgvalidate::message::label::Label;
use pgvalidate::model::Verdict;
use pgvalidate::work::Seams;
use pgvalidate::work::seams::Slowness;
use rustix::process::{Pid, Signal, kill_process};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

/// Tells when the measure phase begins.
struct AtMeasure(Arc<Notify>);

impl Progress for AtMeasure {
    fn phase(&self, what: &Label) {
        if matches!(what, Label::Writing {}) {
            self.0.notify_one();
        }
    }
    fn rows<'a>(&'a self, _: Arc<dyn Fn() -> u64 + Send + Sync>, _: Goal) -> Box<dyn Send + 'a> {
        Box::new(())
    }
}

/// The postmaster and all of its children, by the parent in `/proc/PID/stat`.
fn processes(postmaster: i32) -> Vec<Pid> {
    let parent = |stat: &str| -> Option<i32> {
        // The name before it, in parentheses, may hold anything.
        stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()
    };
    let all = std::fs::read_dir("/proc").unwrap().filter_map(|entry| {
        let pid: i32 = entry.ok()?.file_name().to_str()?.parse().ok()?;
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        (pid == postmaster || parent(&stat) == Some(postmaster)).then_some(pid)
    });
    all.filter_map(Pid::from_raw).collect()
}

/// Stopped until this is dropped, whatever the test comes to.
struct Stopped(Vec<Pid>);

impl Stopped {
    fn stop(pids: Vec<Pid>) -> Stopped {
        // The postmaster first, so that none is born meanwhile.
        pids.iter().for_each(|pid| kill_process(*pid, Signal::STOP).unwrap());
        Stopped(pids)
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        for pid in &self.0 {
            let _ = kill_process(*pid, Signal::CONT);
        }
    }
}

/// 100 batches a second for 8 seconds on four connections. In the two seconds
/// of the stall 200 are due: a quarter of all wait for it, up to two seconds.
/// Four alone have a connection meanwhile, fewer than one in a hundred.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stalls_shows_in_the_response_time_and_not_in_the_service_time() {
    const STALL: Duration = Duration::from_secs(2);
    let server = common::server(&[]).await;
    let results = tempfile::tempdir().unwrap();
    let options = RunOptions {
        write_pool: Some(4),
        ..common::soak(&server.dsn(), Duration::from_secs(8), Some(1_000.0), results.path())
    };
    let postmaster = server.postmaster_pid().unwrap();
    let begins = Arc::new(Notify::new());
    let stalled = tokio::spawn({
        let begins = begins.clone();
        async move {
            begins.notified().await;
            let pids = processes(postmaster);
            let count = pids.len();
            let stopped = Stopped::stop(pids);
            tokio::time::sleep(STALL).await;
            drop(stopped);
            count
        }
    });
    let finished = engine::run(&options, &AtMeasure(begins), &Stop::default()).await.unwrap();
    let record = finished.record;
    // The postmaster, its own helpers and the writers.
    assert!(stalled.await.unwrap() > 8);
    assert_eq!(common::damage(&record), [0; 6]);
    let load = record.load.as_ref().unwrap();
    assert_eq!((load.batches.total, load.batches.succeeded), (800, 800), "{:?}", load.errors);
    let batch = record.latency.as_ref().unwrap().batch.as_ref().unwrap();
    assert!(batch.response_ms.p99 > 1_800.0, "{}", batch.response_ms.p99);
    assert!(batch.response_ms.max < 4_000.0, "{}", batch.response_ms.max);
    assert!(batch.service_ms.p99 < 1_000.0, "{}", batch.service_ms.p99);
    assert!(batch.service_ms.max > 1_800.0, "{}", batch.service_ms.max);
    // The schedule went on: the stall is the server's.
    let backlog = record.harness.backlog.as_ref().unwrap();
    assert_eq!((backlog.held_s, backlog.unreleased), (0.0, 0));
    let ours = ["behind_schedule", "not_all_offered"];
    assert!(!record.reasons.iter().any(|r| ours.contains(&r.id.as_str())), "{:?}", record.reasons);
    server.stop().await.unwrap();
}

/// One connection and 20 ms a batch: 50 a second are made of the 100 that are
/// due, and no more than ten may be open.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_beyond_the_memory_waits_and_is_said() {
    let server = common::server(&[]).await;
    let results = tempfile::tempdir().unwrap();
    let slowness = Some(Slowness::Sleep(Duration::from_millis(20)));
    let options = RunOptions {
        write_pool: Some(1),
        seams: Seams { slowness, open_most: Some(10), ..Seams::default() },
        ..common::soak(&server.dsn(), Duration::from_secs(3), Some(1_000.0), results.path())
    };
    let record = common::run(&options).await.record;
    assert_eq!(common::damage(&record), [0; 6]);
    let deepest = record.series.iter().filter_map(|p| p.queue_depth).max().unwrap();
    assert!(deepest <= 10, "{deepest}");
    let backlog = record.harness.backlog.as_ref().unwrap();
    let load = record.load.as_ref().unwrap();
    // 400 were due, the first 100 of them before anything was measured.
    let released = load.batches.total + load.warm_up.as_ref().unwrap().batches;
    assert_eq!(released + backlog.unreleased, 400);
    assert!(backlog.unreleased > 100, "{backlog:?}");
    assert!(backlog.held_s > 1.0, "{backlog:?}");
    assert_eq!(record.pools.as_ref().unwrap().write.offered_per_s, Some(100.0));
    let lag = record.harness.schedule_lag_ms.as_ref().unwrap();
    assert!(lag.p99 > 500.0, "{}", lag.p99);
    let reason = record.reasons.iter().find(|reason| reason.id == "not_all_offered").unwrap();
    assert_eq!(
        (&reason.args["offered"], &reason.args["batches"]),
        (&1_000.into(), &backlog.unreleased.into())
    );
    assert_ne!(record.verdict, Some(Verdict::Pass));
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rate_that_no_client_makes_is_refused_before_anything_is_done() {
    let results = tempfile::tempdir().unwrap();
    let (minute, second) = (Duration::from_mins(1), Duration::from_secs(1));
    let work = Work::soak(minute, second, Some(100_000_000.0), 4);
    // There is no server at that address, and nobody asks for one.
    let options = RunOptions {
        work,
        size: 10_000,
        ..common::soak("host=/nowhere", minute, None, results.path())
    };
    let error = engine::run(&options, &Silent, &Stop::default()).await.err().unwrap();
    assert!(error.is_usage(), "{error}");
    assert!(
        error.to_string().starts_with("--rate asks for 100000000 rows/s, more than"),
        "{error}"
    );
    assert_eq!(std::fs::read_dir(results.path()).unwrap().count(), 0);
}
