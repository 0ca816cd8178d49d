//! Random faults over bursts: whatever happens at whatever moment, nothing is
//! lost and nothing is there twice.
//!
//! Ten rounds; `make torture` makes a hundred. A round is its seed: which
//! fault, when it comes, and what it meets. `PGVALIDATE_TORTURE_SEED` begins
//! with another one, so that a round that failed can be played again alone.

#![allow(clippy::unwrap_used)]

mod common;

use common::{BIN, damage, options};
use pgvalidate::engine::faults::FaultPlan;
use pgvalidate::engine::phases::Silent;
use pgvalidate::engine::signals::Stop;
use pgvalidate::engine::{self, RunOptions};
use pgvalidate::faults::{ALL, Kind};
use pgvalidate::judge::criteria;
use std::time::Duration;

/// Batches of a burst and their rows: enough for a fault to come in between.
const BATCHES: u32 = 300;
const ROWS: u32 = 200;

fn from_surroundings(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |value| value.parse().unwrap())
}

/// Faults that a burst on one server can meet.
fn kinds() -> Vec<&'static Kind> {
    ALL.iter().filter(|kind| kind.into.is_none()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_and_nothing_is_there_twice() {
    let rounds = from_surroundings("PGVALIDATE_TORTURE_ROUNDS", 10);
    let first = from_surroundings("PGVALIDATE_TORTURE_SEED", 1);
    let kinds = kinds();
    let (mut met, mut doubts) = (0, 0);
    for seed in first..first + rounds {
        // Each in turn, begun anew in another order by the seed's hash.
        let kind = kinds[(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 33) as usize % kinds.len()];
        let (hit, in_doubt) = round(seed, *kind).await;
        met += u64::from(hit);
        doubts += in_doubt;
    }
    println!("{rounds} rounds: {met} met their burst, {doubts} commits were in doubt and settled");
    assert!(2 * met > rounds, "most faults came when the bursts were over");
}

/// Whether the fault came in time, and how many commits were in doubt.
async fn round(seed: u64, kind: Kind) -> (bool, u64) {
    let results = tempfile::tempdir().unwrap();
    let options = RunOptions {
        url: None,
        guard_exe: Some(BIN.into()),
        seed,
        write_pool: Some(12),
        tenants: Some(20),
        attempts_max: 1_000,
        acquire_timeout: Duration::from_secs(60),
        statement_timeout: Duration::from_secs(5),
        criteria: criteria::load(None, "faults").unwrap(),
        fault: Some(FaultPlan {
            kind,
            before: Duration::from_millis(100),
            recovery: Duration::from_secs(30),
        }),
        ..options("", BATCHES, ROWS, results.path())
    };
    let finished = engine::run(&options, &Silent, &Stop::default()).await.unwrap();
    let record = finished.record;
    if let Some(error) = &finished.error {
        panic!("seed {seed}, {}: the run failed: {error}", kind.name);
    }
    let batches = &record.load.as_ref().unwrap().batches;
    let fault = &record.faults[0];
    println!(
        "seed {seed}, {}: {} stored, {} retried, {} in doubt, {} given up, injected at {:?} s",
        kind.name,
        batches.succeeded,
        batches.retried,
        batches.in_doubt,
        batches.failed,
        fault.injected_at_s,
    );
    assert_eq!(damage(&record), [0; 6], "seed {seed}, {}", kind.name);
    assert_eq!(batches.in_doubt_contradicted, 0, "seed {seed}, {}", kind.name);
    let settled = batches.in_doubt_committed + batches.in_doubt_rolled_back;
    assert_eq!(settled, batches.in_doubt, "seed {seed}, {}: a commit stayed in doubt", kind.name);
    assert_eq!(batches.succeeded + batches.failed, u64::from(BATCHES), "seed {seed}");
    (fault.injected_at_s.is_some(), batches.in_doubt)
}
