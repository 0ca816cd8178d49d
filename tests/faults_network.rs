//! Faults of the network and of connections, into a short load: what is in
//! doubt is settled, nothing is lost, everything comes back.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use pgvalidate::engine::RunOptions;
use pgvalidate::engine::set::faults::FaultsPlan;
use pgvalidate::faults::catalogue;
use pgvalidate::judge::criteria;
use pgvalidate::model::RunRecord;
use pgvalidate::model::fault::FaultLoad;
use std::time::Duration;

/// A soak by four writers on a private server into which the fault comes, as
/// `faults` runs it but for a shorter time before; sees that the ledger is
/// whole and that the load came back.
async fn prove(name: &str) -> RunRecord {
    prove_on(None, name).await
}

/// The same on a target.
async fn prove_on(url: Option<String>, name: &str) -> RunRecord {
    let dir = tempfile::tempdir().unwrap();
    let base = RunOptions {
        url,
        attempts_max: 1_000,
        criteria: criteria::load(None, "faults").unwrap(),
        ..common::soak("", Duration::from_secs(60), None, dir.path())
    };
    let kind = *catalogue::named(name).unwrap();
    let plan = FaultsPlan {
        base,
        kinds: vec![kind],
        load: FaultLoad::Soak,
        writers: 4,
        batches: 0,
        recovery: Duration::from_secs(30),
    };
    let mut options = plan.options(kind);
    options.fault.as_mut().unwrap().before = Duration::from_secs(1);
    let record = common::run(&options).await.record;
    let fault = &record.faults[0];
    let load = record.load.as_ref().unwrap();
    println!("{fault:?} {:?} {:?}", load.batches, load.errors);
    assert!(fault.first_commit_s.is_some() && fault.recovered_s.is_some(), "{fault:?}");
    assert_eq!(common::damage(&record), [0; 6]);
    let recovery = record.recovery.as_ref().unwrap();
    assert_eq!((recovery.orphaned_sessions, recovery.orphaned_locks), (Some(0), Some(0)));
    assert_eq!(load.batches.failed, 0);
    record
}

/// Batches that it met: those whose COMMIT was under way are in doubt, and
/// others are tried again.
fn met(record: &RunRecord) -> u64 {
    let batches = &record.load.as_ref().unwrap().batches;
    batches.retried + batches.in_doubt
}

#[tokio::test(flavor = "multi_thread")]
async fn commits_whose_reply_was_cut_are_in_doubt_and_settled() {
    let record = prove("commit-reply-cut").await;
    let batches = &record.load.as_ref().unwrap().batches;
    assert!(batches.in_doubt > 0);
    assert_eq!(batches.in_doubt_committed + batches.in_doubt_rolled_back, batches.in_doubt);
    assert_eq!(batches.in_doubt_contradicted, 0);
    assert!(record.faults[0].hit.unwrap() >= batches.in_doubt);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_is_cut_is_written_again() {
    let record = prove("copy-cut").await;
    assert!(record.load.unwrap().batches.retried > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_black_hole_ends_by_our_own_time_outs() {
    let record = prove("network-blackhole").await;
    assert!(met(&record) > 0);
    assert_eq!(record.scenario.statement_timeout_s, 5.0);
    assert!(record.faults[0].hit.unwrap() > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_are_reset_are_opened_again() {
    let record = prove("network-rst").await;
    assert!(met(&record) > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_a_free_slot_is_waited_for() {
    let record = prove("slots-taken").await;
    let errors = &record.load.as_ref().unwrap().errors;
    assert!(errors.iter().any(|error| error.code == "53300" && error.count > 0), "{errors:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_keeps_ten_slots_for_its_others() {
    let server = common::server(&[("max_connections", "50")]).await;
    let record = prove_on(Some(server.dsn()), "slots-taken").await;
    // Three are the superuser's, ten are left, four were the writers'.
    let hit = record.faults[0].hit.unwrap();
    assert!((1..=50 - 3 - 10 - 4).contains(&hit), "{hit}");
    let errors = &record.load.as_ref().unwrap().errors;
    assert!(errors.iter().all(|error| error.code != "53300"), "{errors:?}");
    server.stop().await.unwrap();
}
