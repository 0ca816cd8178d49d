//! A real checkpoint in the middle of a soak is found, by polling and in the log.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use pgvalidate::engine::phases::{Goal, Progress};
use pgvalidate::engine::signals::Stop;
use pgvalidate::engine::{self, RunOptions};
use pgvalidate::message::label::Label;
use pgvalidate::model::database::{CheckpointKind, CheckpointPhase, CheckpointSource};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

/// Tells when the measure phase begins.
struct AtMeasure(Arc<Notify>);

impl Progress for AtMeasure {
    fn phase(&self, what: &Label) {
        if matches!(what, Label::Writing {}) {
            self.0.notify_one();
        }
    }
    fn rows<'a>(&'a self, _: Arc<dyn Fn() -> u64 + Send + Sync>, _: Goal) -> Box<dyn Send + 'a> {
        Box::new(())
    }
}

/// Most of shared_buffers is dirty when a CHECKPOINT is asked for, in the
/// twelfth second of twenty-four.
#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_that_was_provoked_is_found() {
    const AFTER_S: f64 = 12.0;
    let settings = [
        ("shared_buffers", "512MB"),
        ("max_wal_size", "8GB"),
        ("checkpoint_timeout", "1h"),
        ("bgwriter_lru_maxpages", "0"),
    ];
    let server = common::server(&settings).await;
    let results = tempfile::tempdir().unwrap();
    let options = RunOptions {
        preload: 150_000,
        ..common::soak(&server.dsn(), Duration::from_secs(24), Some(2_000.0), results.path())
    };
    let begins = Arc::new(Notify::new());
    let client = common::connect(&server.dsn()).await;
    let provoked = tokio::spawn({
        let begins = begins.clone();
        async move {
            begins.notified().await;
            tokio::time::sleep(Duration::from_secs_f64(AFTER_S)).await;
            client.batch_execute("CHECKPOINT").await.unwrap();
        }
    });
    let finished = engine::run(&options, &AtMeasure(begins), &Stop::default()).await.unwrap();
    provoked.await.unwrap();
    let record = finished.record;
    assert_eq!(common::damage(&record), [0; 6]);
    let checkpoints = record.database.as_ref().unwrap().checkpoints.as_ref().unwrap();
    assert_eq!((checkpoints.requested, checkpoints.timed), (1, 0));
    let [checkpoint] = &checkpoints.each[..] else { panic!("{:?}", checkpoints.each) };
    assert!((checkpoint.began_s - AFTER_S).abs() < 2.5, "{checkpoint:?}");
    assert!(checkpoint.ended_s.is_some(), "{checkpoint:?}");
    // The seconds in which it was at work are told apart from the others.
    let seconds = |at_work: bool| -> u32 {
        let phases = checkpoints.by_phase.iter();
        phases.filter(|p| (p.phase != CheckpointPhase::None) == at_work).map(|p| p.seconds).sum()
    };
    assert!(seconds(true) >= 1 && seconds(false) >= 12, "{:?}", checkpoints.by_phase);
    server.stop().await.unwrap();
}

/// On a private server the log says of each checkpoint why it began.
#[tokio::test(flavor = "multi_thread")]
async fn checkpoints_of_a_wal_that_is_too_small_are_found_in_the_private_servers_log() {
    let dir = tempfile::tempdir().unwrap();
    let config = dir.path().join("small.conf");
    std::fs::write(&config, "max_wal_size = 64MB\nmin_wal_size = 32MB\n").unwrap();
    let options = RunOptions {
        url: None,
        config: Some(config),
        size: 1_000,
        ..common::soak("", Duration::from_secs(12), None, dir.path())
    };
    let record = common::run(&options).await.record;
    let checkpoints = record.database.as_ref().unwrap().checkpoints.as_ref().unwrap();
    assert_eq!(checkpoints.source, CheckpointSource::Log);
    assert!(checkpoints.requested >= 1, "{checkpoints:?}");
    let of_wal = checkpoints.each.iter().filter(|c| c.kind == Some(CheckpointKind::Wal)).count();
    assert!(of_wal >= 1, "{:?}", checkpoints.each);
    assert!(checkpoints.each.iter().all(|c| c.ended_s.is_none_or(|end| end > c.began_s)));
}
