//! Through PgBouncer: nothing of ours stays with strangers, none of their
//! backends is ended, two processes don't disturb each other, and commits in
//! doubt are settled all the same.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use common::bouncer::{Bouncer, through};
use common::{damage, options, refusal, run};
use pgvalidate::engine::workload::MixedWork;
use pgvalidate::engine::{RunOptions, Work};
use pgvalidate::faults::proxy::{Cut, Endpoint, Proxy};
use pgvalidate::judge::criteria;
use pgvalidate::ledger::{Presence, presence};
use pgvalidate::model::limits::Limits;
use pgvalidate::model::scenario::ISOLATION;
use pgvalidate::model::{Method, Outcome, RunRecord, Tenancy};
use pgvalidate::server::PrivateServer;
use pgvalidate::session::{Pooler, Session, Target};
use pgvalidate::work::Seams;
use pgvalidate::work::seams::Point;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;
use tokio_postgres::Client;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// What our sessions set where they keep it; and what they lock and prepare.
const LEFT: &str = "SELECT concat_ws(' ', name, setting) FROM pg_settings \
                    WHERE source = 'session' AND name IN ('statement_timeout', 'lock_timeout', \
                        'idle_in_transaction_session_timeout', 'idle_session_timeout', \
                        'transaction_timeout', 'client_min_messages', 'row_security', 'role', \
                        'log_min_duration_statement', 'client_connection_check_interval') \
                    UNION ALL SELECT 'lock ' || objid FROM pg_locks \
                    WHERE locktype = 'advisory' AND pid = pg_backend_pid() \
                    UNION ALL SELECT 'statement ' || name FROM pg_prepared_statements \
                    WHERE name <> 'strangers' AND name <> ''";

/// Backends that were ended by somebody, in the server's own count.
async fn ended(server: &PrivateServer) -> i64 {
    let client = common::connect(&server.dsn()).await;
    let asked = "SELECT sum(sessions_killed)::bigint FROM pg_stat_database";
    client.query_one(asked, &[]).await.unwrap().get(0)
}

/// A stranger in a transaction that stays open, with what belongs to it.
async fn settle_in(dsn: &str) -> (Client, i32) {
    let client = common::connect(dsn).await;
    let begin = "BEGIN; SET LOCAL work_mem = '7MB'; PREPARE strangers AS SELECT 7; \
                 CREATE TEMP TABLE strangers ON COMMIT DROP AS SELECT 7 AS seven";
    client.batch_execute(begin).await.unwrap();
    let pid = client.query_one("SELECT pg_backend_pid()", &[]).await.unwrap().get(0);
    (client, pid)
}

/// Whether all of it is still there.
async fn is_undisturbed((client, pid): (Client, i32)) {
    let asked = "SELECT pg_backend_pid(), current_setting('work_mem'), seven FROM strangers";
    let row = client.query_one(asked, &[]).await.unwrap();
    let found: (i32, String, i32) = (row.get(0), row.get(1), row.get(2));
    assert_eq!(found, (pid, "7MB".to_owned(), 7));
    client.batch_execute("EXECUTE strangers; COMMIT").await.unwrap();
}

/// A stranger who asks again and again, on whichever backend, what is left
/// there; how often that was.
async fn look_around(dsn: String, until: CancellationToken) -> u32 {
    let client = common::connect(&dsn).await;
    let mut looks = 0;
    while !until.is_cancelled() {
        let left = client.query_typed(LEFT, &[]).await.expect("a stranger's statement failed");
        let left: Vec<String> = left.iter().map(|row| row.get(0)).collect();
        assert_eq!(left, Vec::<String>::new());
        looks += 1;
    }
    looks
}

fn outcome_of(record: &RunRecord, id: &str) -> Outcome {
    record.preflight.iter().find(|check| check.id == id).unwrap().outcome
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_and_strangers_share_backends_and_disturb_nobody() {
    let server = common::server(&[]).await;
    let bouncer = Bouncer::start(&server, "transaction", 6);
    let results = tempfile::tempdir().unwrap();
    let (stranger, until) = (settle_in(&bouncer.dsn()).await, CancellationToken::new());
    let looking = tokio::spawn(look_around(bouncer.dsn(), until.clone()));
    let other = tokio::process::Command::new(common::BIN)
        .args(["burst", "--batches", "40", "--size", "200", "--write-pool", "12"])
        .args(["--method", "values", "--tenant-prefix", "pgw_", "--url", &bouncer.dsn()])
        .args(["--format", "json", "--results"])
        .arg(results.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    for method in [Method::CopyBinary, Method::Pipeline] {
        let options = RunOptions {
            method,
            write_pool: Some(12),
            baseline: true,
            replace: true,
            ..options(&bouncer.dsn(), 40, 200, results.path())
        };
        let record = run(&options).await.record;
        assert_eq!(damage(&record), [0; 6], "{method:?}");
        let batches = &record.load.as_ref().unwrap().batches;
        assert_eq!((batches.succeeded, batches.retried, batches.in_doubt), (40, 0, 0));
        assert_eq!(outcome_of(&record, "pooler"), Outcome::Warning);
        for path in ["gain", "scenario.log_slow_ms"] {
            let said = record.unavailable.iter().find(|u| u.path == path).unwrap();
            assert_eq!(said.reason.id, "pooler_keeps_nothing", "{path}");
        }
        // The server is watched, and its writers are known by their name.
        assert!(record.database.as_ref().unwrap().wal.is_some());
    }
    let other = other.wait_with_output().await.unwrap();
    let record: RunRecord = serde_json::from_slice(&other.stdout)
        .unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&other.stderr)));
    assert_eq!((damage(&record), record.load.unwrap().batches.succeeded), ([0; 6], 40));
    until.cancel();
    assert!(looking.await.unwrap() > 100);
    is_undisturbed(stranger).await;
    assert_eq!(ended(&server).await, 0);
    let left = common::schemas(&common::connect(&server.dsn()).await).await;
    assert_eq!(left, ["public"]);
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn commits_in_doubt_are_settled_and_no_backend_is_ended() {
    let server = common::server(&[]).await;
    let bouncer = Bouncer::start(&server, "transaction", 5);
    let dir = tempfile::tempdir().unwrap();
    let listen = Endpoint::Unix(dir.path().join(".s.PGSQL.5432"));
    let proxy = Arc::new(Proxy::start(listen, Endpoint::Unix(bouncer.socket())).await.unwrap());
    let stranger = settle_in(&bouncer.dsn()).await;
    let (until, cutting) = (CancellationToken::new(), proxy.clone());
    let looking = tokio::spawn(look_around(bouncer.dsn(), until.clone()));
    let options = RunOptions {
        tenants: Some(10),
        write_pool: Some(10),
        seams: Seams {
            write_url: Some(through(dir.path())),
            at_point: Some(Arc::new(move |point, connection, attempt| {
                if point == Point::BeforeCommit && attempt == 1 {
                    assert!(cutting.arm(connection, Cut::AfterForward), "{connection}");
                }
            })),
            ..Seams::default()
        },
        ..options(&bouncer.dsn(), 60, 40, dir.path())
    };
    let record = run(&options).await.record;
    assert_eq!(proxy.cuts(), 60);
    let b = &record.load.as_ref().unwrap().batches;
    assert_eq!((b.succeeded, b.failed, b.in_doubt, b.in_doubt_contradicted), (60, 0, 60, 0));
    println!("{} committed, {} rolled back", b.in_doubt_committed, b.in_doubt_rolled_back);
    assert_eq!(damage(&record), [0; 6]);
    until.cancel();
    looking.await.unwrap();
    is_undisturbed(stranger).await;
    assert_eq!(ended(&server).await, 0);
    server.stop().await.unwrap();
}

/// The queue's workers, dashboards, and rows of tenants who share a table:
/// whose they are, and as which role, is said in each transaction.
#[tokio::test(flavor = "multi_thread")]
async fn queue_dashboards_and_row_security_go_through_it_too() {
    let server = common::server(&[]).await;
    let bouncer = Bouncer::start(&server, "transaction", 5);
    let direct = common::connect(&server.dsn()).await;
    direct.batch_execute("CREATE ROLE writer NOLOGIN").await.unwrap();
    let until = CancellationToken::new();
    let looking = tokio::spawn(look_around(bouncer.dsn(), until.clone()));
    let results = tempfile::tempdir().unwrap();
    let work = Work::Mixed(MixedWork {
        duration: Duration::from_secs(2),
        warm_up: Duration::ZERO,
        rate: Some(50.0),
        records: 100,
        workers: 2,
        poll: Duration::from_millis(100),
        ..MixedWork::default()
    });
    let criteria = criteria::load(None, work.name()).unwrap();
    let options = RunOptions {
        url: Some(bouncer.dsn()),
        tenancy: Tenancy::Rls,
        method: Method::Unnest,
        writer_role: Some("writer".to_owned()),
        tenants: Some(3),
        preload: 60,
        baseline: false,
        limits: Limits { max_lag_s: Some(60.0), ..Limits::default() },
        ..RunOptions::new(work, 20, criteria, results.path().to_owned())
    };
    let record = run(&options).await.record;
    assert_eq!(damage(&record), [0; 6]);
    let (reads, queue) = (record.reads.as_ref().unwrap(), record.queue.as_ref().unwrap());
    assert!(reads.succeeded > 0 && reads.failed == 0, "{:?}", reads.errors);
    assert!(queue.scans > 0 && queue.scans == queue.scans_completed);
    // Dashboards saw rows, as the writers' role and of one tenant.
    assert!(reads.rows > reads.succeeded);
    until.cancel();
    looking.await.unwrap();
    assert_eq!(ended(&server).await, 0);
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_before_the_server_is_found_out_or_said() {
    let server = common::server(&[]).await;
    let bouncer = Bouncer::start(&server, "transaction", 1);
    let by_session = Bouncer::start(&server, "session", 30);
    let pooler = async |dsn: &str| {
        Session::open(&Target::parse_alone(dsn).unwrap(), "a test").await.unwrap().pooler()
    };
    assert_eq!(pooler(&server.dsn()).await, Pooler::None);
    assert_eq!(pooler(&bouncer.dsn()).await, Pooler::Transaction);
    assert_eq!(pooler(&by_session.dsn()).await, Pooler::Session);
    let told = format!("{} pooler=transaction", by_session.dsn());
    assert_eq!(pooler(&told).await, Pooler::Transaction);
    assert!(Target::parse_alone("host=h pooler=statement").is_err());
    let left = common::connect(&bouncer.dsn()).await.query_typed(LEFT, &[]).await.unwrap();
    assert!(left.is_empty());
    // What somebody leaves there would be seen.
    let careless = common::connect(&bouncer.dsn()).await;
    let leave = "SET lock_timeout = '7s'; SELECT pg_advisory_lock(7); PREPARE mine AS SELECT 7";
    careless.batch_execute(leave).await.unwrap();
    let left = common::connect(&bouncer.dsn()).await.query_typed(LEFT, &[]).await.unwrap();
    assert_eq!(left.len(), 3);
    careless.batch_execute("DISCARD ALL").await.unwrap();

    // One session is as good as another here, but none is ended.
    let results = tempfile::tempdir().unwrap();
    let record = run(&options(&by_session.dsn(), 10, 100, results.path())).await.record;
    assert_eq!(damage(&record), [0; 6]);
    assert_eq!(outcome_of(&record, "pooler"), Outcome::Warning);
    let rows = options(&bouncer.dsn(), 1, 10, results.path());
    let said = refusal(&RunOptions { method: Method::Autocommit, ..rows }).await;
    assert!(said.contains("--method autocommit"), "{said}");
    // Roles, settings and statements of tenants would stay with strangers.
    let soak = Work::soak(Duration::from_secs(1), Duration::ZERO, None, 1);
    let criteria = criteria::load(None, ISOLATION).unwrap();
    let probing = RunOptions {
        isolation: true,
        baseline: false,
        tenants: Some(2),
        url: Some(bouncer.dsn()),
        ..RunOptions::new(soak, 10, criteria, results.path().to_owned())
    };
    let said = refusal(&probing).await;
    assert!(said.contains("isolation needs sessions"), "{said}");
    let left = common::connect(&bouncer.dsn()).await.query_typed(LEFT, &[]).await.unwrap();
    assert!(left.is_empty());
    assert_eq!(ended(&server).await, 0);
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_behind_a_pooler_is_seen_to_go_on_until_it_ends() {
    let server = common::server(&[]).await;
    let bouncer = Bouncer::start(&server, "transaction", 3);
    let target = Target::parse_alone(&bouncer.dsn()).unwrap();
    let direct = common::connect(&server.dsn()).await;
    let run_id = Uuid::new_v4();
    let held = Presence::hold(&target, "a test", run_id).await.unwrap();
    let is_held = async || presence::is_held(&direct, &run_id.to_string()).await.unwrap();
    assert!(is_held().await);
    drop(held);
    let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
    while is_held().await {
        assert!(tokio::time::Instant::now() < deadline, "the lock stayed");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    // Whoever looks takes nothing that stays.
    assert!(!is_held().await && !is_held().await);
    server.stop().await.unwrap();
}
