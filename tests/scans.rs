//! Scans on a real server: what is submitted is stored, once, whoever stalls,
//! fails, or loses a connection.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use pgvalidate::engine::phases::{Goal, Progress};
use pgvalidate::engine::signals::{Signal, Stop};
use pgvalidate::engine::workload::ScanWork;
use pgvalidate::engine::{self, RunOptions, Work};
use pgvalidate::faults::proxy::Cut;
use pgvalidate::judge::criteria;
use pgvalidate::message::label::Label;
use pgvalidate::model::record::Backlog;
use pgvalidate::model::{RunRecord, Verdict};
use pgvalidate::server::PrivateServer;
use pgvalidate::work::Seams;
use pgvalidate::work::seams::{AtPoint, Point};
use std::path::Path;
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;
use tokio_postgres::Client;

/// Batches of a scan of [`RECORDS`] rows: 20, 20 and 10.
const BATCHES: u64 = 3;
const RECORDS: u32 = 50;

fn work() -> ScanWork {
    ScanWork {
        records: RECORDS,
        arrival: 20.0,
        workers: 4,
        poll: Duration::from_millis(50),
        heartbeat: Duration::from_millis(500),
        ..ScanWork::default()
    }
}

/// Scans of so many tenants, whose data is kept.
fn scans(dsn: &str, tenants: u32, work: ScanWork, results: &Path) -> RunOptions {
    RunOptions {
        url: Some(dsn.to_owned()),
        guard_exe: Some(common::BIN.into()),
        baseline: false,
        tenants: Some(tenants),
        keep_data: true,
        replace: true,
        sampling: false,
        ..RunOptions::new(
            Work::Scans(work),
            20,
            criteria::load(None, "scans").unwrap(),
            results.to_owned(),
        )
    }
}

async fn number(client: &Client, sql: &str) -> i64 {
    client.query_one(sql, &[]).await.unwrap().get(0)
}

/// Everything was stored once, and every count says so.
fn all_is_stored(record: &RunRecord, tenants: u64) {
    let load = record.load.as_ref().unwrap();
    let queue = record.queue.as_ref().unwrap();
    let all = tenants * BATCHES;
    assert_eq!((load.batches.total, load.batches.succeeded), (all, all), "{:?}", load.errors);
    assert_eq!(load.batches.in_doubt_contradicted, 0);
    assert_eq!((queue.scans, queue.scans_completed, queue.given_up), (tenants, tenants, 0));
    assert_eq!(common::damage(record), [0; 6]);
    let rows = tenants * u64::from(RECORDS);
    assert_eq!(record.verification.as_ref().unwrap().rows_found, rows);
    let latencies = record.latency.as_ref().unwrap();
    assert_eq!(latencies.batch.as_ref().unwrap().response_ms.count, all);
    let count = |l: &Option<pgvalidate::model::record::Latency>| {
        l.as_ref().map_or(0, |l| l.response_ms.count)
    };
    assert_eq!((count(&latencies.submit), count(&latencies.scan)), (tenants, tenants));
    assert!(count(&latencies.poll) >= tenants, "everybody saw its scan complete");
    assert!(queue.drain_s.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_row_is_stored_in_an_open_and_in_a_closed_loop() {
    let server = common::server(&[]).await;
    let results = tempfile::tempdir().unwrap();
    let client = common::connect(&server.dsn()).await;
    let open = common::run(&scans(&server.dsn(), 6, work(), results.path())).await.record;
    all_is_stored(&open, 6);
    let pools = open.pools.as_ref().unwrap();
    // A submission and three batches, twenty times a second.
    assert_eq!(pools.write.offered_per_s, Some(80.0));
    assert_eq!(pools.read.as_ref().unwrap().offered_per_s, None, "no look is due at a rate");
    assert_eq!(open.harness.backlog, Some(Backlog::default()));
    assert!(open.queue.as_ref().unwrap().samples > 0);
    assert!(open.load.as_ref().unwrap().elapsed_s >= 0.25, "the last is due after 250 ms");
    assert_eq!(open.harness.schedule_lag_ms.as_ref().unwrap().count, 18);
    // What doesn't depend on the machine.
    let judged = ["rows_stored", "queue_depth", "failed_batches", "timeouts", "lost", "duplicated"];
    for criterion in open.criteria.iter().filter(|c| judged.contains(&c.id.as_str())) {
        assert_eq!(criterion.verdict, Verdict::Pass, "{criterion:?}");
    }
    assert_eq!(number(&client, "SELECT count(*) FROM pgvalidate.queue").await, 0);
    let first = "SELECT count(*) FROM pgvalidate.attempt WHERE attempt_no = 1";
    assert_eq!(number(&client, first).await, 18);
    assert!(number(&client, "SELECT count(*) FROM pgvalidate.worker").await > 0);

    // A ledger of the time before the queue gets what it lacks.
    client
        .batch_execute(
            "DROP TABLE pgvalidate.worker, pgvalidate.attempt, pgvalidate.queue, pgvalidate.scan; \
             COMMENT ON SCHEMA pgvalidate IS 'pgvalidate ledger, format 1'",
        )
        .await
        .unwrap();
    let closed = ScanWork { concurrent: Some(2), ..work() };
    let closed = common::run(&scans(&server.dsn(), 6, closed, results.path())).await.record;
    all_is_stored(&closed, 6);
    assert_eq!(closed.pools.as_ref().unwrap().write.offered_per_s, None);

    // One of a time to come is left alone.
    let newer = "COMMENT ON SCHEMA pgvalidate IS 'pgvalidate ledger, format 9'";
    client.batch_execute(newer).await.unwrap();
    let refused = common::refusal(&scans(&server.dsn(), 2, work(), results.path())).await;
    assert!(refused.contains("format 9"), "{refused}");
    assert!(number(&client, "SELECT count(*) FROM pgvalidate.scan").await > 0);
    server.stop().await.unwrap();
}

/// The second tenant comes 2.5 seconds after the first. Eight workers have
/// nothing to do meanwhile, and ask for nothing.
#[tokio::test(flavor = "multi_thread")]
async fn idle_workers_leave_the_server_alone() {
    let server = common::server(&[]).await;
    let results = tempfile::tempdir().unwrap();
    let work = ScanWork { arrival: 0.4, workers: 8, heartbeat: Duration::from_secs(15), ..work() };
    let record = common::run(&scans(&server.dsn(), 2, work, results.path())).await.record;
    all_is_stored(&record, 2);
    assert!(record.load.as_ref().unwrap().elapsed_s > 2.4);
    // The queue's count and a claim may cross once a second.
    let empty = record.queue.as_ref().unwrap().claims_empty;
    assert!(empty < 8, "{empty} claims found nothing");
    server.stop().await.unwrap();
}

/// Holds the first batch at its commit until it is told to go on.
struct Hold {
    reached: tokio::sync::mpsc::UnboundedReceiver<()>,
    go_on: mpsc::Sender<()>,
}

fn hold_first_commit() -> (Hold, AtPoint) {
    let (reached, is_reached) = tokio::sync::mpsc::unbounded_channel();
    let (go_on, may_go_on) = mpsc::channel();
    let first = Mutex::new(Some(may_go_on));
    let at_point: AtPoint = Arc::new(move |point, _, _| {
        if point != Point::BeforeCommit {
            return;
        }
        // The lock isn't held any longer: the other workers pass here too.
        let is_first = first.lock().unwrap().take();
        if let Some(may_go_on) = is_first {
            reached.send(()).unwrap();
            tokio::task::block_in_place(|| may_go_on.recv().unwrap());
        }
    });
    (Hold { reached: is_reached, go_on }, at_point)
}

/// A session that registers as a worker which was last heard of a minute ago.
async fn register(client: &Client, stranger: &Client, run: &str, worker_no: i32) {
    let who = "SELECT pid, (extract(epoch FROM backend_start) * 1000000)::bigint \
               FROM pg_stat_activity WHERE pid = pg_backend_pid()";
    let who = stranger.query_one(who, &[]).await.unwrap();
    let (pid, start): (i32, i64) = (who.get(0), who.get(1));
    let sql = format!(
        "INSERT INTO pgvalidate.worker SELECT run_id, {worker_no}, {pid}, {start}, \
         clock_timestamp() - interval '1 minute' FROM pgvalidate.run WHERE {run}"
    );
    assert_eq!(client.execute(&sql, &[]).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_holder_is_ended_and_its_batch_is_written_by_another() {
    let server = common::server(&[]).await;
    let results = tempfile::tempdir().unwrap();
    let [client, stranger, other] = [
        common::connect(&server.dsn()).await,
        common::connect(&server.dsn()).await,
        common::connect(&server.dsn()).await,
    ];
    let (mut hold, at_point) = hold_first_commit();
    let work = ScanWork { workers: 1, ..work() };
    let options = RunOptions {
        seams: Seams { at_point: Some(at_point), ..Seams::default() },
        ..scans(&server.dsn(), 2, work, results.path())
    };
    let running = tokio::spawn(async move { common::run(&options).await.record });
    hold.reached.recv().await.unwrap();
    // Batch 1 is the worker's; batch 2 becomes the stranger's.
    let claim = "BEGIN; SELECT FROM pgvalidate.queue WHERE batch_no = 2 FOR UPDATE";
    stranger.batch_execute(claim).await.unwrap();
    hold.go_on.send(()).unwrap();
    // Somebody of another run, silent too, is none of this run's business.
    client
        .batch_execute(
            "INSERT INTO pgvalidate.run SELECT gen_random_uuid(), 'other', seed, tool_version, \
             generator_version, plan_hash, table_name, tenant_prefix FROM pgvalidate.run",
        )
        .await
        .unwrap();
    register(&client, &other, "scenario = 'other'", 98).await;

    // All else is stored, and the run looks for silent holders again and again.
    let done = "SELECT count(*) FROM pgvalidate.batch WHERE state = 'done'";
    while number(&client, done).await < 2 * BATCHES as i64 - 1 {}
    let heard = "SELECT (extract(epoch FROM heartbeat) * 1000000)::bigint \
                 FROM pgvalidate.worker WHERE worker_no = 1";
    for _ in 0..10 {
        let before = number(&client, heard).await;
        while number(&client, heard).await == before {}
    }
    assert!(!running.is_finished(), "a batch is held: the queue isn't drained");
    assert_eq!(number(&client, "SELECT count(*) FROM pgvalidate.queue").await, 1);

    register(&client, &stranger, "scenario = 'scans'", 99).await;
    let record = running.await.unwrap();
    all_is_stored(&record, 2);
    let queue = record.queue.as_ref().unwrap();
    assert_eq!(queue.holders_ended, 1);
    assert!(queue.claims_empty > 0);
    assert!(stranger.batch_execute("SELECT 1").await.is_err(), "it was ended");
    other.batch_execute("SELECT 1").await.unwrap();
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_that_always_fails_is_given_up_and_the_others_are_stored() {
    let server = common::server(&[]).await;
    let results = tempfile::tempdir().unwrap();
    let client = common::connect(&server.dsn()).await;
    let (mut hold, at_point) = hold_first_commit();
    let options = RunOptions {
        attempts_max: 3,
        seams: Seams { at_point: Some(at_point), ..Seams::default() },
        ..scans(&server.dsn(), 4, ScanWork { concurrent: Some(1), ..work() }, results.path())
    };
    let running = tokio::spawn(async move { common::run(&options).await.record });
    hold.reached.recv().await.unwrap();
    let poison = "ALTER TABLE pgv_tenant_00003.processing_activities ADD CHECK (row_no < 0)";
    client.batch_execute(poison).await.unwrap();
    hold.go_on.send(()).unwrap();
    let record = running.await.unwrap();
    let b = &record.load.as_ref().unwrap().batches;
    assert_eq!((b.total, b.succeeded, b.failed), (12, 9, BATCHES));
    let errors = &record.load.as_ref().unwrap().errors;
    assert_eq!(
        errors.iter().map(|e| (e.code.as_str(), e.count)).collect::<Vec<_>>(),
        [("23514", 9)]
    );
    let queue = record.queue.as_ref().unwrap();
    assert_eq!((queue.given_up, queue.scans, queue.scans_completed), (BATCHES, 4, 3));
    assert_eq!(queue.drain_s, None, "not all of it was stored");
    assert_eq!(common::damage(&record), [0; 6]);
    assert_eq!(record.verdict, Some(Verdict::Fail));
    // The claims were rolled back; the attempts are there.
    let attempts = "SELECT count(*) FROM pgvalidate.attempt JOIN pgvalidate.batch \
                    USING (run_id, batch_no) WHERE tenant_no = 3 AND state = 'pending'";
    assert_eq!(number(&client, attempts).await, 9);
    assert_eq!(number(&client, "SELECT count(*) FROM pgvalidate.queue").await, 0);
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_crashes_loses_nothing_of_the_queue() {
    let server = common::server(&[]).await;
    let results = tempfile::tempdir().unwrap();
    let (mut hold, at_point) = hold_first_commit();
    let options = RunOptions {
        seams: Seams { at_point: Some(at_point), ..Seams::default() },
        ..scans(&server.dsn(), 4, ScanWork { concurrent: Some(2), ..work() }, results.path())
    };
    let running = tokio::spawn(async move { common::run(&options).await.record });
    hold.reached.recv().await.unwrap();
    server.crash().await.unwrap();
    server.restart().await.unwrap();
    hold.go_on.send(()).unwrap();
    let record = running.await.unwrap();
    all_is_stored(&record, 4);
    assert!(record.load.as_ref().unwrap().batches.in_doubt > 0, "it was held at its commit");
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

/// The last tenant would be due after a quarter of an hour.
#[tokio::test(flavor = "multi_thread")]
async fn scans_that_are_stopped_end_at_once_and_leave_nothing() {
    let server = common::server(&[]).await;
    let client = common::connect(&server.dsn()).await;
    let before = common::schemas(&client).await;
    let results = tempfile::tempdir().unwrap();
    for (work, at) in [
        (ScanWork { arrival: 0.01, ..work() }, Label::Writing {}),
        (ScanWork { concurrent: Some(2), ..work() }, Label::Draining {}),
    ] {
        let options =
            RunOptions { keep_data: false, ..scans(&server.dsn(), 9, work, results.path()) };
        let stop = Stop::default();
        let at = StopAt(at, stop.clone());
        let running = engine::run(&options, &at, &stop);
        let finished = tokio::time::timeout(Duration::from_secs(60), running).await.unwrap();
        assert_eq!(finished.unwrap().record.verdict, Some(Verdict::Aborted));
        assert_eq!(common::schemas(&client).await, before);
    }
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_oldest_and_the_newest_major_have_what_the_queue_needs() {
    for major in [14, 18] {
        let server = common::majors::server_of(&common::majors::bin_dir(major), &[]).await;
        let results = tempfile::tempdir().unwrap();
        let work = ScanWork { concurrent: Some(2), ..work() };
        let record = common::run(&scans(&server.dsn(), 3, work, results.path())).await.record;
        all_is_stored(&record, 3);
        server.stop().await.unwrap();
    }
}

/// Scans through a proxy that cuts each first attempt's connection at `point`.
async fn cut_scans(server: &PrivateServer, tenants: u32, point: Point, cut: Cut) -> RunRecord {
    let results = tempfile::tempdir().unwrap();
    let (proxy, through, _socket) = common::proxy(server).await;
    let proxy = Arc::new(proxy);
    let arms = proxy.clone();
    let at_point: AtPoint = Arc::new(move |reached, pid, attempt| {
        if reached == point && attempt == 1 {
            assert!(arms.arm(pid, cut), "the proxy doesn't know backend {pid}");
        }
    });
    let work = ScanWork { concurrent: Some(3), ..work() };
    let options = RunOptions {
        seams: Seams { write_url: Some(through), at_point: Some(at_point), ..Seams::default() },
        ..scans(&server.dsn(), tenants, work, results.path())
    };
    let record = common::run(&options).await.record;
    let b = &record.load.as_ref().unwrap().batches;
    assert_eq!(b.in_doubt, proxy.cuts());
    assert_eq!(b.in_doubt_committed + b.in_doubt_rolled_back, proxy.cuts());
    record
}

#[tokio::test(flavor = "multi_thread")]
async fn a_submission_whose_reply_is_never_seen_is_submitted_once() {
    let server = common::server(&[]).await;
    let client = common::connect(&server.dsn()).await;
    for (cut, committed) in
        [(Cut::AfterReply, Some(6)), (Cut::BeforeForward, Some(0)), (Cut::AfterForward, None)]
    {
        let record = cut_scans(&server, 6, Point::BeforeSubmission, cut).await;
        all_is_stored(&record, 6);
        let b = &record.load.as_ref().unwrap().batches;
        assert_eq!(b.in_doubt, 6);
        if let Some(committed) = committed {
            assert_eq!(b.in_doubt_committed, committed, "{cut:?}");
        }
        assert_eq!(number(&client, "SELECT count(*) FROM pgvalidate.scan").await, 6);
    }
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn cuts_at_the_commits_of_workers_leave_every_row_there_once() {
    let server = common::server(&[]).await;
    let record = cut_scans(&server, 7, Point::BeforeCommit, Cut::AfterForward).await;
    all_is_stored(&record, 7);
    let b = &record.load.as_ref().unwrap().batches;
    assert_eq!(b.in_doubt, 7 * BATCHES);
    println!("{} committed, {} rolled back", b.in_doubt_committed, b.in_doubt_rolled_back);
    server.stop().await.unwrap();
}
