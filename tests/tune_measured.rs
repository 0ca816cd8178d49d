//! Tuning on real servers.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use common::{connect, options, run, server};
use pgvalidate::engine::RunOptions;
use pgvalidate::engine::settings_from::settings_of;

#[tokio::test]
async fn a_closing_checkpoint_counts_in_the_time_and_not_in_the_statistics() {
    let server = server(&[]).await;
    let dir = tempfile::tempdir().unwrap();
    let client = connect(&server.dsn()).await;
    let requested = || async {
        let query = "SELECT checkpoint_lsn::text FROM pg_control_checkpoint()";
        client.query_one(query, &[]).await.unwrap().get::<_, String>(0)
    };
    let before = requested().await;
    let closing =
        RunOptions { closing_checkpoint: true, ..options(&server.dsn(), 4, 500, dir.path()) };
    let record = run(&closing).await.record;
    assert_ne!(before, requested().await, "it was made");
    let load = record.load.unwrap();
    let closing_s = load.closing_checkpoint_s.unwrap();
    assert!(closing_s > 0.0);
    let rate = 2_000.0 / (load.elapsed_s + closing_s);
    assert!((load.checkpointed_rows_per_s.unwrap() / rate - 1.0).abs() < 1e-9);
    assert!(load.rows_per_s > rate);
    let statistics = record.database.unwrap().checkpoints.unwrap();
    assert_eq!((statistics.requested, statistics.timed), (0, 0), "neither is the load's");
    server.stop().await.unwrap();
}

#[tokio::test]
async fn without_being_asked_no_checkpoint_is_made() {
    let server = server(&[]).await;
    let dir = tempfile::tempdir().unwrap();
    let client = connect(&server.dsn()).await;
    let last = || async {
        let query = "SELECT checkpoint_lsn::text FROM pg_control_checkpoint()";
        client.query_one(query, &[]).await.unwrap().get::<_, String>(0)
    };
    let before = last().await;
    let record = run(&options(&server.dsn(), 1, 10, dir.path())).await.record;
    assert_eq!(before, last().await);
    assert_eq!(record.load.unwrap().closing_checkpoint_s, None);
    server.stop().await.unwrap();
}

#[tokio::test]
async fn the_settings_of_another_server_are_those_that_can_be_moved() {
    let server = server(&[
        ("max_wal_size", "64MB"),
        ("checkpoint_timeout", "45s"),
        ("synchronous_commit", "local"),
        ("default_transaction_read_only", "off"),
        ("cluster_name", "elsewhere"),
    ])
    .await;
    let taken = settings_of(&server.dsn()).await.unwrap();
    let value = |name: &str| taken.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
    // In base units, as postgresql.conf takes them: MB and seconds.
    assert_eq!((value("max_wal_size"), value("checkpoint_timeout")), (Some("64"), Some("45")));
    assert_eq!(value("synchronous_commit"), Some("local"));
    for tied in ["cluster_name", "port", "unix_socket_directories", "shared_preload_libraries"] {
        assert_eq!(value(tied), None, "{tied}");
    }
    server.stop().await.unwrap();
}
