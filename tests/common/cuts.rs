//! Bursts through a proxy that cuts every batch's connection once.

use super::{damage, options, proxy, run};
use pgvalidate::engine::RunOptions;
use pgvalidate::faults::proxy::{Cut, Proxy};
use pgvalidate::model::RunRecord;
use pgvalidate::server::PrivateServer;
use pgvalidate::work::Seams;
use pgvalidate::work::seams::{AtPoint, Point};
use std::sync::Arc;

/// Rows in each batch of such a burst.
pub const ROWS: u32 = 40;

/// Cuts every batch's first attempt once, at `point`.
fn cut_first_attempts(proxy: Arc<Proxy>, point: Point, cut: Cut) -> AtPoint {
    Arc::new(move |reached, pid, attempt| {
        if reached == point && attempt == 1 {
            assert!(proxy.arm(pid, cut), "the proxy doesn't know backend {pid}");
        }
    })
}

/// A burst of `batches`, `at_once` at a time, each cut once.
pub async fn cut_burst(
    server: &PrivateServer,
    (batches, at_once): (u32, u32),
    (point, cut): (Point, Cut),
    seams: Seams,
) -> RunRecord {
    let results = tempfile::tempdir().unwrap();
    let (proxy, through, _socket) = proxy(server).await;
    let proxy = Arc::new(proxy);
    let options = RunOptions {
        tenants: Some(10),
        write_pool: Some(at_once),
        seams: Seams {
            write_url: Some(through),
            at_point: Some(cut_first_attempts(proxy.clone(), point, cut)),
            ..seams
        },
        ..options(&server.dsn(), batches, ROWS, results.path())
    };
    let finished = run(&options).await;
    assert_eq!(proxy.cuts(), u64::from(batches), "every batch was cut once");
    finished.record
}

/// Cuts `batches` batches between COMMIT and its reply: each is in doubt, each
/// is settled rightly, and its rows are there once.
pub async fn cuts_at_commit_are_settled(server: &PrivateServer, batches: u32) {
    let cut = (Point::BeforeCommit, Cut::AfterForward);
    let record = cut_burst(server, (batches, 20), cut, Seams::default()).await;
    let b = &record.load.as_ref().unwrap().batches;
    let all = u64::from(batches);
    assert_eq!((b.succeeded, b.failed, b.in_doubt), (all, 0, all));
    assert_eq!(b.in_doubt_committed + b.in_doubt_rolled_back, all);
    assert_eq!(b.in_doubt_contradicted, 0);
    assert_eq!(damage(&record), [0; 6]);
    let rows = all * u64::from(ROWS);
    assert_eq!(record.verification.as_ref().unwrap().rows_found, rows);
    println!("{} committed, {} rolled back", b.in_doubt_committed, b.in_doubt_rolled_back);
}
