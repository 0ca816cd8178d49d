//! What the code relies on because it was measured once: kept true by a test.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use bytes::Bytes;
use futures_util::{SinkExt, pin_mut};
use pgvalidate::model::PoolEngine;
use pgvalidate::server::PrivateServer;
use pgvalidate::session::{AcquireError, Pool, PoolOptions, Session, Target, backend};
use std::time::Duration;
use tokio_postgres::{CopyInSink, NoTls};

#[tokio::test(flavor = "multi_thread")]
async fn a_rejected_copy_leaves_the_connection_unusable_and_not_closed() {
    let server = common::server(&[]).await;
    let client = common::connect(&server.dsn()).await;
    client.batch_execute("CREATE TABLE t (a int)").await.unwrap();
    client.batch_execute("BEGIN READ ONLY").await.unwrap();
    // Prepared well, then rejected at execution: before COPY mode was entered.
    let rejected = client.copy_in::<_, Bytes>("COPY t FROM STDIN").await.map(|_| ()).unwrap_err();
    assert_eq!(rejected.code().unwrap().code(), "25006");
    assert!(!client.is_closed(), "the pool would take it for good");
    let next = client.batch_execute("ROLLBACK").await.unwrap_err();
    assert!(next.to_string().contains("unexpected message"), "{next}");
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn commit_answers_ok_on_a_failed_transaction() {
    let server = common::server(&[]).await;
    let mut client = common::connect(&server.dsn()).await;
    client.batch_execute("CREATE TABLE t (a int)").await.unwrap();
    let transaction = client.transaction().await.unwrap();
    transaction.execute("INSERT INTO t VALUES (1)", &[]).await.unwrap();
    transaction.batch_execute("SELECT 1/0").await.unwrap_err();
    transaction.commit().await.expect("which is why every earlier reply is checked");
    let rows: i64 = client.query_one("SELECT count(*) FROM t", &[]).await.unwrap().get(0);
    assert_eq!(rows, 0);
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_waits_for_data_hears_only_terminate() {
    let server = common::server(&[]).await;
    let target = Target::parse(&server.dsn()).unwrap();
    let copying = Session::open(&target, "copying").await.unwrap();
    copying.client.batch_execute("CREATE TABLE t (a int)").await.unwrap();
    copying.client.batch_execute("SET statement_timeout = '200ms'").await.unwrap();
    let sink: CopyInSink<Bytes> = copying.client.copy_in("COPY t FROM STDIN").await.unwrap();
    pin_mut!(sink);
    sink.send(Bytes::from_static(b"1\n")).await.unwrap();
    let control = Session::open(&target, "control").await.unwrap();
    copying.client.cancel_token().cancel_query(NoTls).await.unwrap();
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE pid = $1 AND state = 'active' \
                   AND now() - query_start > '500ms'";
    let deadline = std::time::Instant::now() + Duration::from_secs(20);
    loop {
        let row = control.client.query_one(waiting, &[&copying.backend.pid]).await.unwrap();
        if row.get::<_, i64>(0) == 1 {
            break; // past its statement_timeout and the cancel, and still there
        }
        assert!(std::time::Instant::now() < deadline, "the COPY ended by itself");
    }
    assert!(backend::terminate(&control.client, &copying.backend).await.unwrap());
    assert!(sink.finish().await.is_err());
    // A backend that has the pid and began at another time is a stranger.
    let stranger = Session::open(&target, "stranger").await.unwrap();
    let resembling =
        backend::Backend::with_identity(stranger.backend.pid, stranger.backend.start_us - 1);
    assert!(!backend::terminate(&control.client, &resembling).await.unwrap());
    stranger.client.batch_execute("SELECT 1").await.unwrap();
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_lease_costs_the_next_user_nothing_and_its_backend_ends() {
    let server = common::server(&[]).await;
    let target = Target::parse(&server.dsn()).unwrap();
    let wait = Duration::from_secs(5);
    for engine in PoolEngine::ALL {
        dropping_costs_nothing(engine, &server, &target, wait).await;
    }
    server.stop().await.unwrap();
}

async fn dropping_costs_nothing(
    engine: PoolEngine,
    server: &PrivateServer,
    target: &Target,
    wait: Duration,
) {
    let pool = pool(engine, target, 1, wait);
    let mut lease = pool.acquire().await.unwrap();
    let backend = lease.begin().await.unwrap().expect("BEGIN tells which backend it is");
    let slow = tokio::time::timeout(
        Duration::from_millis(100),
        lease.client().batch_execute("SELECT pg_sleep(60)"),
    );
    assert!(slow.await.is_err());
    drop(lease);
    let mut next = tokio::time::timeout(wait, pool.acquire()).await.unwrap().unwrap();
    let other = next.begin().await.unwrap().unwrap();
    assert_ne!(other.pid, backend.pid);
    next.client().batch_execute("COMMIT").await.unwrap();
    next.release();
    let usage = pool.meter().usage(std::time::Instant::now());
    assert_eq!((usage.in_use_max, usage.discarded), (1, 1));
    let control = common::connect(&server.dsn()).await;
    let deadline = std::time::Instant::now() + wait;
    let alive = "SELECT count(*) FROM pg_stat_activity WHERE pid = $1";
    while control.query_one(alive, &[&backend.pid]).await.unwrap().get::<_, i64>(0) > 0 {
        assert!(std::time::Instant::now() < deadline, "the backend of the sleep is left");
    }
    pool.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exhausted_pool_times_out_and_counts_it() {
    let server = common::server(&[]).await;
    let target = Target::parse(&server.dsn()).unwrap();
    let wait = Duration::from_secs(1);
    for engine in PoolEngine::ALL {
        let pool = pool(engine, &target, 2, wait);
        pool.warm().await.unwrap();
        let held = (pool.acquire().await.unwrap(), pool.acquire().await.unwrap());
        let refused = pool.acquire().await.map(|_| ()).unwrap_err();
        assert!(matches!(refused, AcquireError::TimedOut(_)), "{refused}");
        assert_eq!(pool.meter().usage(std::time::Instant::now()).timeouts, 1);
        drop(held);
        // A new connection is to be opened in the time, which a busy machine may take.
        let room = async {
            loop {
                match pool.acquire().await {
                    Ok(lease) => break lease.release(),
                    Err(AcquireError::TimedOut(_)) => {}
                    Err(error) => panic!("{engine:?}: {error}"),
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(10), room)
            .await
            .expect("a discarded connection makes room");
        pool.close().await;
    }
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_full_says_so_at_once() {
    let server =
        common::server(&[("max_connections", "5"), ("superuser_reserved_connections", "0")]).await;
    let target = Target::parse(&server.dsn()).unwrap();
    for engine in PoolEngine::ALL {
        let pool = pool(engine, &target, 20, Duration::from_secs(60));
        let began = std::time::Instant::now();
        let refused = pool.warm().await.unwrap_err();
        let AcquireError::Connect(error) = &refused else { panic!("{engine:?}: {refused}") };
        assert_eq!(error.code().map(|c| c.code()), Some("53300"), "{engine:?}");
        assert!(began.elapsed() < Duration::from_secs(30), "{engine:?} waited for its time-out");
        pool.close().await;
        gone(&server, "leased").await;
    }
    server.stop().await.unwrap();
}

/// Waits until no session of that name is left.
async fn gone(server: &PrivateServer, name: &str) {
    let deadline = std::time::Instant::now() + Duration::from_secs(20);
    loop {
        let left = match tokio_postgres::connect(&server.dsn(), tokio_postgres::NoTls).await {
            Ok((client, connection)) => {
                tokio::spawn(connection);
                let count = "SELECT count(*) FROM pg_stat_activity WHERE application_name = $1";
                client.query_one(count, &[&name]).await.unwrap().get::<_, i64>(0)
            }
            Err(_) => 1,
        };
        if left == 0 {
            return;
        }
        assert!(std::time::Instant::now() < deadline, "{left} sessions are left");
    }
}

fn pool(engine: PoolEngine, target: &Target, size: u32, acquire_timeout: Duration) -> Pool {
    Pool::new(&PoolOptions {
        engine,
        target,
        control: target,
        application_name: "leased",
        size,
        acquire_timeout,
        log_slow_ms: None,
        first: None,
        delayed: false,
    })
    .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_warning_during_commit_is_noticed() {
    let server = common::server(&[]).await;
    let target = Target::parse(&server.dsn()).unwrap();
    let session = Session::open(&target, "warned").await.unwrap();
    // A COMMIT without a transaction warns, as one does that gave up on a standby.
    session.client.batch_execute("COMMIT").await.unwrap();
    let warnings = session.backend.take_warnings();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(session.backend.take_warnings().is_empty());
    server.stop().await.unwrap();
}
