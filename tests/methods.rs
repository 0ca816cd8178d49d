//! What methods, keys and rows beforehand must keep up where something goes
//! wrong, or doesn't fit. That each stores every row is tested on every major.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use pgvalidate::engine::RunOptions;
use pgvalidate::faults::proxy::Cut;
use pgvalidate::model::{Key, Method, PoolEngine};
use pgvalidate::work::Seams;
use pgvalidate::work::seams::Point;
use std::sync::Arc;

/// Under `bigint` no key would refuse a row that is written twice.
#[tokio::test(flavor = "multi_thread")]
async fn a_cut_in_the_middle_of_any_method_leaves_every_row_once() {
    let server = common::server(&[]).await;
    for (index, method) in Method::ALL.into_iter().enumerate() {
        let results = tempfile::tempdir().unwrap();
        let (proxy, through, _socket) = common::proxy(&server).await;
        let proxy = Arc::new(proxy);
        let cutter = proxy.clone();
        let at_point = move |point, pid, attempt| {
            if point == Point::BeforeData && attempt == 1 {
                assert!(cutter.arm(pid, Cut::AfterBytes(9_000)));
            }
        };
        let options = RunOptions {
            method,
            key: Key::Bigint,
            pool: PoolEngine::ALL[index % 2],
            tenants: Some(4),
            write_pool: Some(8),
            seams: Seams {
                write_url: Some(through),
                at_point: Some(Arc::new(at_point)),
                ..Seams::default()
            },
            ..common::options(&server.dsn(), 12, 60, results.path())
        };
        let record = common::run(&options).await.record;
        let what = method.name();
        let b = &record.load.as_ref().unwrap().batches;
        assert_eq!((b.succeeded, b.retried, proxy.cuts()), (12, 12, 12), "{what}");
        assert_eq!(common::damage(&record), [0; 6], "{what}");
        assert_eq!(record.verification.unwrap().rows_found, 12 * 60, "{what}");
    }
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_are_there_beforehand_are_verified_too() {
    let server = common::server(&[]).await;
    let results = tempfile::tempdir().unwrap();
    let options = RunOptions {
        preload: 10_500,
        writers_per_tenant: Some(3),
        baseline: true,
        baseline_time: std::time::Duration::from_millis(200),
        ..common::options(&server.dsn(), 6, 100, results.path())
    };
    let record = common::run(&options).await.record;
    assert_eq!((record.scenario.tenants, record.scenario.writers_per_tenant), (2, 3));
    assert_eq!(record.scenario.rows_stored, Some(600 + 2 * 10_500));
    assert_eq!(record.load.as_ref().unwrap().rows_acknowledged, 600);
    // The baseline's table has them too.
    assert_eq!(record.preload.as_ref().unwrap().rows, 3 * 10_500);
    assert_eq!(record.verification.as_ref().unwrap().rows_found, 21_600);
    assert_eq!(common::damage(&record), [0; 6]);
    let storage = record.storage.unwrap();
    // Three indexes of 21,600 rows; the smallest entry of a B-tree takes 20 bytes.
    assert!(storage.index_bytes > 3 * 21_600 * 20, "{storage:?}");
    assert_eq!(storage.shared_buffers_bytes, 128 << 20);
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_default_pool_shrinks_to_what_is_free_and_one_that_was_asked_for_does_not() {
    let server = common::server(&[("max_connections", "30")]).await;
    let results = tempfile::tempdir().unwrap();
    let options = common::options(&server.dsn(), 40, 10, results.path());
    let record = common::run(&options).await.record;
    let size = record.scenario.write_pool;
    assert!(size < 30 && size > 5, "{size}");
    assert_eq!(record.pools.as_ref().unwrap().write.size, size);
    assert!(record.findings.iter().any(|f| f.id == "pool_shrunk"), "{:?}", record.findings);
    assert_eq!(common::damage(&record), [0; 6]);
    let asked = RunOptions { write_pool: Some(54), ..options };
    let error = common::refusal(&asked).await;
    assert!(error.contains("--write-pool"), "{error}");
    server.stop().await.unwrap();
}
