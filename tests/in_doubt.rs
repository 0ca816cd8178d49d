//! Commits whose reply is never seen: every one is settled, nothing is lost or
//! doubled; and with a safeguard taken away, that is noticed.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use common::cuts::cut_burst;
use pgvalidate::faults::proxy::Cut;
use pgvalidate::ledger::SettleRead;
use pgvalidate::model::Verdict;
use pgvalidate::work::Seams;
use pgvalidate::work::seams::Point;

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_cuts_between_commit_and_its_reply_are_settled() {
    let server = common::server(&[]).await;
    common::cuts::cuts_at_commit_are_settled(&server, 200).await;
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_swallowed_reply_is_found_to_be_committed() {
    let server = common::server(&[]).await;
    let cut = (Point::BeforeCommit, Cut::AfterReply);
    let record = cut_burst(&server, (40, 20), cut, Seams::default()).await;
    let b = &record.load.as_ref().unwrap().batches;
    assert_eq!((b.succeeded, b.in_doubt_committed, b.in_doubt_rolled_back), (40, 40, 0));
    assert_eq!(common::damage(&record), [0; 6]);
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_never_arrived_is_written_again() {
    let server = common::server(&[]).await;
    let cut = (Point::BeforeCommit, Cut::BeforeForward);
    let record = cut_burst(&server, (40, 20), cut, Seams::default()).await;
    let b = &record.load.as_ref().unwrap().batches;
    assert_eq!((b.succeeded, b.in_doubt_committed, b.in_doubt_rolled_back), (40, 0, 40));
    assert_eq!(b.retried, 40);
    assert_eq!(common::damage(&record), [0; 6]);
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_in_the_middle_of_copy_leaves_nothing_behind() {
    let server = common::server(&[]).await;
    let cut = (Point::BeforeData, Cut::AfterBytes(5_000));
    let record = cut_burst(&server, (40, 20), cut, Seams::default()).await;
    let load = record.load.as_ref().unwrap();
    assert_eq!((load.batches.succeeded, load.batches.retried, load.batches.in_doubt), (40, 40, 0));
    assert_eq!(
        load.errors.iter().map(|e| (e.code.as_str(), e.count)).collect::<Vec<_>>(),
        [("connection", 40)]
    );
    assert_eq!(common::damage(&record), [0; 6]);
    assert_eq!(record.pools.as_ref().unwrap().write.discarded, 40);
    server.stop().await.unwrap();
}

/// The commit takes 100 ms on this server, so that a plain read comes before
/// its end; with few writers at once, so that the settling isn't slower still.
const SLOW_COMMIT: &[(&str, &str)] = &[("commit_delay", "100000"), ("commit_siblings", "0")];

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_read_is_caught_where_the_locking_read_is_right() {
    let server = common::server(SLOW_COMMIT).await;
    let cut = (Point::BeforeCommit, Cut::AfterForward);
    let right = cut_burst(&server, (40, 4), cut, Seams::default()).await;
    assert_eq!(right.load.as_ref().unwrap().batches.in_doubt_contradicted, 0);
    let seams = Seams { settle_read: SettleRead::Plain, ..Seams::default() };
    let wrong = cut_burst(&server, (40, 4), cut, seams).await;
    let b = &wrong.load.as_ref().unwrap().batches;
    println!("the plain read was wrong {} times of {}", b.in_doubt_contradicted, b.in_doubt);
    assert!(
        b.in_doubt_contradicted > 0,
        "a plain read must be wrong at times, or this proves nothing"
    );
    // The ledger's check and the primary key still kept the rows single.
    assert_eq!(common::damage(&wrong), [0; 6]);
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_ledgers_check_and_the_key_duplicates_are_made_and_seen() {
    let server = common::server(&[]).await;
    let seams = Seams {
        settle_read: SettleRead::Never,
        ignore_flip: true,
        no_primary_key: true,
        ..Seams::default()
    };
    let cut = (Point::BeforeCommit, Cut::AfterReply);
    let record = cut_burst(&server, (40, 20), cut, seams).await;
    let [lost, duplicated, ..] = common::damage(&record);
    assert_eq!((lost, duplicated), (0, 40 * 40));
    assert_eq!(record.verdict, Some(Verdict::Fail));
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn with_the_check_alone_a_blind_retry_still_doubles_nothing() {
    let server = common::server(&[]).await;
    let seams = Seams { settle_read: SettleRead::Never, no_primary_key: true, ..Seams::default() };
    let cut = (Point::BeforeCommit, Cut::AfterReply);
    let record = cut_burst(&server, (40, 20), cut, seams).await;
    assert_eq!(record.load.as_ref().unwrap().batches.in_doubt_contradicted, 40);
    assert_eq!(common::damage(&record), [0; 6]);
    server.stop().await.unwrap();
}
