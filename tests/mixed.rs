//! A mixed load on a real server: reads are counted and timed, everything that
//! is written is verified, and a wait because of the other pool is seen where
//! there is one, and nowhere else.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use pgvalidate::engine::phases::{Goal, Progress, Silent};
use pgvalidate::engine::signals::Stop;
use pgvalidate::engine::workload::MixedWork;
use pgvalidate::engine::{self, RunOptions, Work};
use pgvalidate::judge::criteria;
use pgvalidate::message::label::Label;
use pgvalidate::model::{PoolEngine, RunRecord, Verdict};
use pgvalidate::session::{Pool, PoolOptions, Target};
use pgvalidate::work::Seams;
use pgvalidate::work::choice::{Choices, Operation, Write};
use pgvalidate::work::seams::Slowness;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Three seconds of small scans and batches beside reads.
fn mixed(dsn: &str, work: MixedWork, results: &Path) -> RunOptions {
    let work = Work::Mixed(MixedWork {
        duration: Duration::from_secs(3),
        warm_up: Duration::from_secs(1),
        records: 100,
        workers: 2,
        poll: Duration::from_millis(100),
        ..work
    });
    let criteria = criteria::load(None, work.name()).unwrap();
    RunOptions {
        url: Some(dsn.to_owned()),
        guard_exe: Some(common::BIN.into()),
        baseline: false,
        tenants: Some(3),
        preload: 300,
        ..RunOptions::new(work, 20, criteria, results.to_owned())
    }
}

/// Everything that was counted twice is counted alike, and nothing is damaged.
fn agrees(record: &RunRecord) {
    let load = record.load.as_ref().unwrap();
    let warm_up = load.warm_up.as_ref().unwrap();
    let proof = record.verification.as_ref().unwrap();
    assert_eq!(common::damage(record), [0; 6]);
    let preloaded = record.preload.as_ref().unwrap().rows;
    let written = load.rows_acknowledged + warm_up.rows_acknowledged;
    assert_eq!(proof.rows_found, preloaded + written);
    assert_eq!(proof.rows_found, proof.rows_expected);
    let reads = record.reads.as_ref().unwrap();
    let latency = record.latency.as_ref().unwrap();
    let count = |l: &Option<pgvalidate::model::record::Latency>| {
        l.as_ref().map_or(0, |latency| latency.response_ms.count)
    };
    assert_eq!(count(&latency.read), reads.succeeded);
    let kinds = count(&latency.summary) + count(&latency.page) + count(&latency.health);
    assert_eq!(kinds, reads.succeeded);
    assert_eq!(reads.total, reads.succeeded + reads.failed);
    let listed: u64 = reads.errors.iter().map(|error| error.count).sum();
    assert_eq!(listed, reads.failed);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_due_at_a_rate_is_read_and_written_and_nobody_waits_for_the_other_pool() {
    let server = common::server(&[]).await;
    let results = tempfile::tempdir().unwrap();
    let work = MixedWork { rate: Some(50.0), ..MixedWork::default() };
    let record = common::run(&mixed(&server.dsn(), work, results.path())).await.record;
    agrees(&record);
    // Of the operations 50 to 199, which are due in the measure phase.
    let due = |index| Choices::of_operation(record.scenario.seed, index).operation(0.7);
    let expected = (50..200).filter(|i| matches!(due(*i), Operation::Read(_))).count() as u64;
    let reads = record.reads.as_ref().unwrap();
    let all = record.harness.schedule_lag_ms.as_ref().unwrap().count;
    assert_eq!((all, reads.total), (150, expected));
    assert!((reads.share - reads.total as f64 / 150.0).abs() < 1e-9, "{}", reads.share);
    let writes = (50..200).filter(|i| due(*i) == Operation::Write(Write::Scan)).count() as u64;
    let latency = record.latency.as_ref().unwrap();
    assert_eq!(latency.submit.as_ref().unwrap().response_ms.count, writes);
    assert_eq!(latency.scan.as_ref().unwrap().response_ms.count, writes);
    // Each is looked at once at least, unless it came last of all.
    let looks = latency.poll.as_ref().unwrap().response_ms.count;
    assert!(looks + 1 >= writes, "{looks} of {writes}");
    let queue = record.queue.as_ref().unwrap();
    assert_eq!((queue.scans, queue.given_up), (queue.scans_completed, 0));
    // Five batches of a scan, and those that were written at once.
    let singles = (50..200).filter(|i| due(*i) == Operation::Write(Write::Batch)).count() as u64;
    assert_eq!(record.load.as_ref().unwrap().batches.total, 5 * writes + singles);
    // A page has a hundred rows, a summary one for each category and region.
    let pages = record.latency.as_ref().unwrap().page.as_ref().unwrap().response_ms.count;
    assert!(reads.rows > pages * 100, "{}", reads.rows);
    let pools = record.pools.as_ref().unwrap();
    let (read, write) = (pools.read.as_ref().unwrap(), &pools.write);
    // Of 15 writes a quarter is a batch, the others a submission and five batches.
    let due = 15.0 * (0.25 + 0.75 * 6.0);
    assert_eq!((read.size, read.offered_per_s, write.offered_per_s), (10, Some(35.0), Some(due)));
    assert!(read.in_use_max >= 1 && read.utilization_mean > 0.0);
    assert_eq!(pools.contention.as_ref().unwrap().waited, 0);
    server.stop().await.unwrap();
}

/// A load without a write is one all the same, and reads are not lost with it.
#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_was_written_what_was_read_is_there() {
    let server = common::server(&[]).await;
    let results = tempfile::tempdir().unwrap();
    let is_read = |seed, index| {
        let operation = Choices::of_operation(seed, index).operation(0.99);
        matches!(operation, Operation::Read(_))
    };
    let seed = (1..).find(|seed| (0..80).all(|index| is_read(*seed, index))).unwrap();
    let (reads, writes) = (99, 1);
    let work = MixedWork { rate: Some(20.0), reads, writes, ..MixedWork::default() };
    let options = RunOptions { seed, ..mixed(&server.dsn(), work, results.path()) };
    let record = common::run(&options).await.record;
    let load = record.load.as_ref().unwrap();
    assert_eq!((load.batches.total, load.rows_acknowledged, load.rows_per_s), (0, 0, 0.0));
    assert!(load.elapsed_s >= 3.0, "{}", load.elapsed_s);
    let latencies = record.latency.as_ref().unwrap();
    assert_eq!(latencies.batch, None);
    assert_eq!(latencies.read.as_ref().unwrap().response_ms.count, 60);
    let missing = record.unavailable.iter().find(|one| one.path == "latency.batch").unwrap();
    assert_eq!(missing.reason.id, "none_done");
    server.stop().await.unwrap();
}

/// Fourteen readers on one connection wait for each other, and for no writer.
#[tokio::test(flavor = "multi_thread")]
async fn users_who_do_not_think_wait_for_their_own_kind_alone() {
    let server = common::server(&[]).await;
    let results = tempfile::tempdir().unwrap();
    let work = MixedWork { users: 20, think: 0.0, ..MixedWork::default() };
    let options = RunOptions {
        read_pool: 1,
        write_pool: Some(20),
        ..mixed(&server.dsn(), work, results.path())
    };
    let record = common::run(&options).await.record;
    agrees(&record);
    let pools = record.pools.as_ref().unwrap();
    let read = pools.read.as_ref().unwrap();
    assert_eq!((read.size, read.in_use_max, read.offered_per_s), (1, 1, None));
    assert!(read.utilization_mean > 0.5, "{}", read.utilization_mean);
    let latency = record.latency.as_ref().unwrap().read.as_ref().unwrap();
    assert!(latency.acquire_ms.p50 > latency.service_ms.p50, "readers wait for each other");
    assert_eq!(pools.contention.as_ref().unwrap().waited, 0);
    assert!(record.findings.iter().any(|f| f.id == "utilization_follows_from_users"));
    server.stop().await.unwrap();
}

/// Tells the test when a phase begins, and goes on.
struct Tell(tokio::sync::mpsc::UnboundedSender<Label>);

impl Progress for Tell {
    fn phase(&self, what: &Label) {
        let _ = self.0.send(what.clone());
    }
    fn rows<'a>(&'a self, _: Arc<dyn Fn() -> u64 + Send + Sync>, _: Goal) -> Box<dyn Send + 'a> {
        Box::new(())
    }
}

/// From the first second that is measured until nothing is due any more, the
/// tenants' tables are locked: whoever has a connection keeps it, and all that
/// comes after waits for one.
async fn locked_out(dsn: &str, options: &RunOptions) -> RunRecord {
    let (tell, mut phases) = tokio::sync::mpsc::unbounded_channel();
    let client = common::connect(dsn).await;
    let lock = async {
        while phases.recv().await.unwrap() != (Label::ReadingAndWriting {}) {}
        client
            .batch_execute(
                "BEGIN; LOCK TABLE pgv_tenant_00001.processing_activities, \
                 pgv_tenant_00002.processing_activities, pgv_tenant_00003.processing_activities",
            )
            .await
            .unwrap();
        while phases.recv().await.unwrap() != (Label::Draining {}) {}
        client.batch_execute("COMMIT").await.unwrap();
    };
    let (progress, stop) = (Tell(tell), Stop::default());
    let run = engine::run(options, &progress, &stop);
    let (finished, ()) = tokio::join!(run, lock);
    let finished = finished.unwrap();
    assert!(finished.error.is_none());
    finished.record
}

#[tokio::test(flavor = "multi_thread")]
async fn waits_while_the_other_pool_is_full_are_contention() {
    let server = common::server(&[]).await;
    let results = tempfile::tempdir().unwrap();
    let work = MixedWork { rate: Some(40.0), ..MixedWork::default() };
    let apart = RunOptions {
        read_pool: 1,
        write_pool: Some(1),
        ..mixed(&server.dsn(), work.clone(), results.path())
    };
    let record = locked_out(&server.dsn(), &apart).await;
    agrees(&record);
    let contention = record.pools.as_ref().unwrap().contention.clone().unwrap();
    assert!(contention.reads_waited > 10, "{contention:?}");
    assert!(contention.writes_waited > 0, "{contention:?}");
    assert_eq!(contention.waited, contention.reads_waited + contention.writes_waited);
    assert_eq!(record.verdict, Some(Verdict::Fail));
    // One pool for both: a connection that one kind keeps is none for the other.
    let work = MixedWork { one_pool: true, ..work };
    let shared = RunOptions { write_pool: Some(2), ..mixed(&server.dsn(), work, results.path()) };
    let record = locked_out(&server.dsn(), &shared).await;
    agrees(&record);
    let pools = record.pools.as_ref().unwrap();
    assert!(pools.contention.as_ref().unwrap().waited > 10, "{:?}", pools.contention);
    assert_eq!((pools.read.as_ref(), pools.write.in_use_max), (None, 2));
    server.stop().await.unwrap();
}

/// One worker and 20 ms a batch make 50 of the 90 batches a second that are
/// due; no more than twenty may be open, in either loop.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_beyond_the_memory_waits() {
    let server = common::server(&[]).await;
    let results = tempfile::tempdir().unwrap();
    for rate in [Some(75.0), None] {
        let work = MixedWork { rate, think: 0.0, users: 60, ..MixedWork::default() };
        let options = mixed(&server.dsn(), work, results.path());
        let Work::Mixed(work) = options.work else { unreachable!() };
        let slowness = Some(Slowness::Sleep(Duration::from_millis(20)));
        let options = RunOptions {
            // Without a warm-up: what is due in its second could take all of the time.
            work: Work::Mixed(MixedWork { workers: 1, warm_up: Duration::ZERO, ..work }),
            seams: Seams { slowness, open_most: Some(20), ..Seams::default() },
            ..options
        };
        let record = common::run(&options).await.record;
        agrees(&record);
        let deepest = record.series.iter().filter_map(|p| p.queue_depth).max().unwrap();
        // Eighteen users have ninety batches, and the schedule has more.
        assert!((5..=20).contains(&deepest), "{rate:?}: {deepest}");
        match rate {
            Some(_) => assert!(record.harness.backlog.as_ref().unwrap().held_s > 1.0),
            None => assert!(record.harness.backlog.is_none()),
        }
    }
    server.stop().await.unwrap();
}

/// Whatever the pool is, and whether it is the writers' as well: these
/// sessions don't look for their client themselves.
#[tokio::test(flavor = "multi_thread")]
async fn the_statement_of_a_read_that_was_thrown_away_ends() {
    let server = common::server(&[]).await;
    let client = common::connect(&server.dsn()).await;
    let target = Target::parse(&server.dsn()).unwrap();
    let asleep = "SELECT count(*) FROM pg_stat_activity \
                  WHERE application_name = 'thrown away' AND state = 'active'";
    let until = async |there: i64| {
        while client.query_one(asleep, &[]).await.unwrap().get::<_, i64>(0) != there {}
    };
    for (engine, gives_up) in PoolEngine::ALL.into_iter().zip([true, false]) {
        let pool = Pool::new(&PoolOptions {
            engine,
            target: &target,
            control: &target,
            application_name: "thrown away",
            size: 1,
            acquire_timeout: Duration::from_secs(30),
            log_slow_ms: None,
            first: None,
            delayed: false,
        })
        .unwrap();
        let shared = pool.share();
        for readers in [&pool, &shared] {
            let lease = readers.acquire().await.unwrap();
            tokio::select! {
                slept = lease.client().batch_execute("SELECT pg_sleep(3600)") => slept.unwrap(),
                () = until(1) => {}
            }
            if gives_up {
                lease.give_up();
            } else {
                drop(lease);
            }
            let ended = tokio::time::timeout(Duration::from_secs(60), until(0)).await;
            assert!(ended.is_ok(), "{}: nobody waits for it, and it goes on", engine.name());
        }
        shared.close().await;
        pool.close().await;
    }
    server.stop().await.unwrap();
}

#[tokio::test]
async fn shares_that_are_not_the_whole_and_no_time_are_usage_errors() {
    let results = tempfile::tempdir().unwrap();
    let refused = |work: MixedWork| {
        let options = RunOptions {
            work: Work::Mixed(work),
            ..mixed("host=nowhere", MixedWork::default(), results.path())
        };
        async move {
            let refused = engine::run(&options, &Silent, &Stop::default()).await;
            let error = refused.err().expect("refused before anything is begun");
            assert!(error.is_usage(), "{error}");
            error.to_string()
        }
    };
    let said = refused(MixedWork { reads: 70, writes: 40, ..MixedWork::default() }).await;
    assert!(said.contains("--reads 70") && said.contains("--writes 40"), "{said}");
    let said = refused(MixedWork { duration: Duration::ZERO, ..MixedWork::default() }).await;
    assert!(said.contains("--duration"), "{said}");
    for (work, flag) in [
        (MixedWork { reads: 100, writes: 0, ..MixedWork::default() }, "--reads 100"),
        (MixedWork { rate: Some(0.0), ..MixedWork::default() }, "--rate"),
        (MixedWork { rate: Some(f64::NAN), ..MixedWork::default() }, "--rate"),
        (MixedWork { think: -1.0, ..MixedWork::default() }, "--think -1"),
        (MixedWork { think: f64::NAN, ..MixedWork::default() }, "--think"),
        (MixedWork { users: 1, ..MixedWork::default() }, "--users 1"),
        // Two of whom both would read.
        (
            MixedWork { users: 2, reads: 99, writes: 1, ..MixedWork::default() },
            "--users x --reads / 100 = 2",
        ),
        (MixedWork { workers: 0, ..MixedWork::default() }, "--workers"),
    ] {
        let said = refused(work).await;
        assert!(said.contains(flag), "{flag}: {said}");
    }
}
