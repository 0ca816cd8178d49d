//! A process that joins a run of scans stays for as long as more may come.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use pgvalidate::engine::signals::Stop;
use pgvalidate::engine::work::{Joining, Worked, join};
use pgvalidate::engine::workload::ScanWork;
use pgvalidate::engine::{RunOptions, Work};
use pgvalidate::judge::criteria;
use pgvalidate::model::Method;
use std::path::Path;
use std::time::{Duration, Instant};
use tokio_postgres::Client;
use uuid::Uuid;

const TENANTS: u32 = 6;

/// Scans that arrive so slowly that the queue is empty most of the time.
fn slow_scans(dsn: &str, results: &Path) -> RunOptions {
    let work = Work::Scans(ScanWork {
        records: 40,
        arrival: 4.0,
        workers: 1,
        poll: Duration::from_millis(50),
        ..ScanWork::default()
    });
    RunOptions {
        url: Some(dsn.to_owned()),
        guard_exe: Some(common::BIN.into()),
        baseline: false,
        tenants: Some(TENANTS),
        keep_data: true,
        sampling: false,
        ..RunOptions::new(work, 20, criteria::load(None, "scans").unwrap(), results.to_owned())
    }
}

/// The run that is entered, and whether it has said that its last scan is submitted.
async fn entered(client: &Client) -> Option<(Uuid, bool)> {
    // The ledger appears with the run.
    let rows = client.query("SELECT run_id, submitted_at IS NOT NULL FROM pgvalidate.run", &[]);
    rows.await.ok()?.first().map(|row| (row.get(0), row.get(1)))
}

async fn help(dsn: &str, run_id: Uuid, results: &Path) -> Worked {
    let folder = std::fs::read_dir(results).unwrap().next().unwrap().unwrap();
    let joining = Joining {
        url: dsn.to_owned(),
        run_id,
        results: folder.path(),
        workers: 2,
        method: Method::default(),
        attempts_max: 10,
        heartbeat: Duration::from_secs(15),
    };
    join(&joining, &Stop::default()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_joins_stays_until_the_last_scan_is_submitted_or_the_run_is_gone() {
    let server = common::server(&[]).await;
    let dsn = server.dsn();
    let dir = tempfile::tempdir().unwrap();
    let client = common::connect(&dsn).await;
    let helping = async {
        let until = Instant::now() + Duration::from_secs(60);
        let run_id = loop {
            assert!(Instant::now() < until, "the run was to be entered");
            if let Some((run_id, _)) = entered(&client).await {
                break run_id;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        };
        let worked = help(&dsn, run_id, dir.path()).await;
        assert_eq!(entered(&client).await, Some((run_id, true)), "{worked:?}");
        run_id
    };
    let options = slow_scans(&dsn, dir.path());
    let (run, run_id) = tokio::join!(common::run(&options), helping);
    let scans = u64::from(TENANTS);
    assert_eq!(run.record.queue.unwrap().scans_completed, scans);
    assert_eq!(run.record.verification.unwrap().rows_found, scans * 40);

    // One whose process was killed never says that it is done.
    client.execute("UPDATE pgvalidate.run SET submitted_at = NULL", &[]).await.unwrap();
    assert_eq!(help(&dsn, run_id, dir.path()).await.batches, 0);
    server.stop().await.unwrap();
}
