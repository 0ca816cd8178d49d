//! A round-trip time that is added: each method pays for the round trips that
//! it makes and for no others, with TLS and without, and stays as correct.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use common::tls::{Authority, TcpServer};
use pgvalidate::engine::RunOptions;
use pgvalidate::faults::proxy::Cut;
use pgvalidate::message::Lang;
use pgvalidate::model::scenario::ByRegion;
use pgvalidate::model::{Method, PoolEngine, RunRecord};
use pgvalidate::report::text::summary;
use pgvalidate::session::{Lease, Pool, PoolOptions, Target};
use pgvalidate::table::Tenant;
use pgvalidate::table::tenant::Origin;
use pgvalidate::work::Seams;
use pgvalidate::work::seams::Point;
use std::sync::Arc;
use std::time::{Duration, Instant};

const RTT: Duration = Duration::from_millis(20);

fn of_all(ms: f64) -> Option<ByRegion> {
    Some(ByRegion { north: ms, central: ms, south: ms })
}

fn delayed_pool(engine: PoolEngine, target: &Target) -> Pool {
    Pool::new(&PoolOptions {
        engine,
        target,
        control: target,
        application_name: "delayed",
        size: 1,
        acquire_timeout: Duration::from_secs(30),
        log_slow_ms: None,
        first: None,
        delayed: true,
    })
    .unwrap()
}

/// How long BEGIN, ten statements and COMMIT take, one after the other.
async fn twelve_round_trips(lease: &mut Lease) -> Duration {
    let began = Instant::now();
    lease.begin().await.unwrap().expect("which backend it is");
    for _ in 0..10 {
        lease.client().batch_execute("SELECT 1").await.unwrap();
    }
    lease.client().batch_execute("COMMIT").await.unwrap();
    began.elapsed()
}

/// The pool's one connection is far away for whoever asks for it, and for nobody else.
async fn a_lease_is_as_far_away_as_it_asks_for(engine: PoolEngine, target: &Target) {
    let pool = delayed_pool(engine, target);
    for distance in [None, Some(RTT), None, Some(RTT * 2), Some(Duration::ZERO)] {
        let mut lease = pool.acquire().await.unwrap();
        distance.into_iter().for_each(|round_trip| lease.at_distance(round_trip));
        let took = twelve_round_trips(&mut lease).await;
        lease.release();
        let least = distance.unwrap_or_default() * 12;
        assert!(took >= least, "{distance:?}: {took:?}");
        assert!(!least.is_zero() || took < RTT * 12, "{distance:?}: {took:?}");
    }
    // Twenty that are sent without waiting take one round trip and not twenty.
    let mut lease = pool.acquire().await.unwrap();
    lease.at_distance(RTT);
    lease.begin().await.unwrap();
    let began = Instant::now();
    let all = (0..20).map(|_| lease.client().batch_execute("SELECT 1"));
    futures_util::future::try_join_all(all).await.unwrap();
    assert!((RTT..RTT * 20).contains(&began.elapsed()), "{:?}", began.elapsed());
    drop(lease);
    pool.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_is_far_away_only_for_who_asks_for_it() {
    let server = common::server(&[]).await;
    let target = Target::parse(&server.dsn()).unwrap();
    for engine in PoolEngine::ALL {
        a_lease_is_as_far_away_as_it_asks_for(engine, &target).await;
    }
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_and_cancelling_go_the_same_way() {
    let authority = Authority::new("ours");
    let server = TcpServer::with_tls(&authority).await;
    let root = server.file("root.pem", &authority.pem());
    for (parameters, encrypted) in [
        (format!("sslmode=verify-full sslrootcert={} host=db.test", root.display()), true),
        ("sslmode=disable".to_owned(), false),
    ] {
        let target = server.target(&parameters).unwrap();
        a_lease_is_as_far_away_as_it_asks_for(PoolEngine::Deadpool, &target).await;
        let pool = delayed_pool(PoolEngine::Deadpool, &target);
        let mut lease = pool.acquire().await.unwrap();
        let backend = lease.begin().await.unwrap().unwrap();
        assert_eq!(backend.is_encrypted(), encrypted);
        let sleeping = lease.client().batch_execute("SELECT pg_sleep(600)");
        let cancelling = async {
            // Until the statement has begun there is nothing to cancel.
            loop {
                backend.cancel().unwrap().send().await.unwrap();
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        let ended = tokio::select! {
            ended = sleeping => ended.unwrap_err(),
            () = cancelling => unreachable!(),
        };
        assert_eq!(ended.code().unwrap().code(), "57014");
        drop(lease);
        pool.close().await;
    }
    // What isn't there is told as in the ordinary way.
    let gone = server.target("sslmode=disable port=1").unwrap();
    let refused = delayed_pool(PoolEngine::Deadpool, &gone).acquire().await.err().unwrap();
    let said = refused.into_session_error(&gone).to_string();
    assert!(said.contains("refused") && said.contains("check host, port"), "{said}");
    server.server.stop().await.unwrap();
}

async fn one_batch(dsn: &str, method: Method, rows: u32, rtt_ms: Option<ByRegion>) -> RunRecord {
    let results = tempfile::tempdir().unwrap();
    let options = RunOptions {
        method,
        rtt_ms,
        sampling: false,
        preload: 10,
        ..common::options(dsn, 1, rows, results.path())
    };
    let record = common::run(&options).await.record;
    assert_eq!(common::damage(&record), [0; 6], "{}", method.name());
    record
}

/// BEGIN, the flip and COMMIT are three; the rest is the method's.
#[tokio::test(flavor = "multi_thread")]
async fn each_method_pays_for_its_own_round_trips() {
    const ROWS: u32 = 30;
    let server = common::server(&[]).await;
    let single = f64::from(3 + 1 + ROWS) * 20.0;
    for (method, round_trips) in [
        // Its statement is prepared, begun, and ended.
        (Method::CopyBinary, 3 + 3),
        (Method::CopyText, 3 + 3),
        // Its statement is prepared, and sent once.
        (Method::Values, 3 + 2),
        (Method::Unnest, 3 + 2),
        // All rows are on their way at once.
        (Method::Pipeline, 3 + 2),
        (Method::Single, 3 + 1 + ROWS),
        // The batch's lock is taken and given back.
        (Method::Autocommit, 3 + 1 + ROWS + 2),
    ] {
        let record = one_batch(&server.dsn(), method, ROWS, of_all(20.0)).await;
        let took = record.latency.as_ref().unwrap().batch.as_ref().unwrap().service_ms.p50;
        // The histogram has three digits.
        let least = f64::from(round_trips) * 20.0 * 0.999;
        assert!(took >= least, "{}: {took} ms, at least {least}", method.name());
        if round_trips < ROWS {
            assert!(took < single, "{}: {took} ms as a row at a time", method.name());
        }
        assert_eq!(record.scenario.rtt_ms, of_all(20.0));
    }
    let near = one_batch(&server.dsn(), Method::Single, ROWS, None).await;
    assert!(near.latency.as_ref().unwrap().batch.as_ref().unwrap().service_ms.p50 < single);
    assert!(!summary(&near, Lang::En).contains("round trip"));
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_is_as_far_away_as_its_region() {
    let server = common::server(&[]).await;
    let results = tempfile::tempdir().unwrap();
    let rtt = ByRegion { north: 5.0, central: 20.0, south: 40.0 };
    let options = RunOptions {
        rtt_ms: Some(rtt),
        tenants: Some(9),
        baseline: true,
        ..common::options(&server.dsn(), 18, 10, results.path())
    };
    let record = common::run(&options).await.record;
    assert_eq!(common::damage(&record), [0; 6]);
    let origin = Origin { seed: 1, run_id: record.run_id.parse().unwrap() };
    let of = |no| match Tenant::new(&origin, "t_", no).region.as_str() {
        "north" => rtt.north,
        "central" => rtt.central,
        _ => rtt.south,
    };
    let mean = (1..=9).map(of).sum::<f64>() / 9.0;
    let took = record.latency.as_ref().unwrap().batch.as_ref().unwrap().service_ms.mean;
    assert!(took >= 6.0 * mean * 0.999, "{took} ms, at least 6 x {mean}");
    // The baseline isn't delayed, so there is nothing to compare with.
    assert!(record.gain.is_none());
    let why = record.unavailable.iter().find(|u| u.path == "gain").unwrap();
    assert_eq!(why.reason.id, "switched_off");
    // A backend that waits for a reply to arrive isn't held up by this machine.
    assert!(record.harness.copy_waits.is_empty());
    assert!(record.unavailable.iter().any(|u| u.path == "harness.copy_waits"));
    let said = summary(&record, Lang::En);
    assert!(said.contains("round trips: north + 5 ms, central + 20 ms, south + 40 ms"), "{said}");
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn commits_that_are_cut_far_away_are_settled_all_the_same() {
    let server = common::server(&[]).await;
    let results = tempfile::tempdir().unwrap();
    let (proxy, through, _socket) = common::proxy(&server).await;
    let proxy = Arc::new(proxy);
    let cutter = proxy.clone();
    let at_point = move |point, pid, attempt| {
        if point == Point::BeforeCommit && attempt == 1 {
            assert!(cutter.arm(pid, Cut::AfterReply));
        }
    };
    let seams =
        Seams { write_url: Some(through), at_point: Some(Arc::new(at_point)), ..Seams::default() };
    let options = RunOptions {
        rtt_ms: of_all(5.0),
        tenants: Some(4),
        write_pool: Some(4),
        seams,
        ..common::options(&server.dsn(), 12, 20, results.path())
    };
    let record = common::run(&options).await.record;
    let b = &record.load.as_ref().unwrap().batches;
    assert_eq!((b.succeeded, b.in_doubt_committed, proxy.cuts()), (12, 12, 12));
    assert_eq!(common::damage(&record), [0; 6]);
    server.stop().await.unwrap();
}
