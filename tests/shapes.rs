//! The shapes of a soak on a real server: what is due, to whom, and when it ends.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use pgvalidate::engine::workload::SoakWork;
use pgvalidate::engine::{RunOptions, Work};
use pgvalidate::model::business_day::{DAY, HOURS};
use pgvalidate::model::criterion::{Comparison, CriterionKind};
use pgvalidate::model::scenario::{Pattern, Skew};
use pgvalidate::model::{Criterion, Limit, RunRecord, Verdict};
use pgvalidate::server::PrivateServer;
use pgvalidate::work::{Deal, Profile};
use std::path::Path;
use std::time::Duration;

/// A soak of 10 rows a batch at `rate` for so many seconds, after one of warm-up.
fn soak(
    server: &PrivateServer,
    seconds: u64,
    rate: f64,
    shape: impl FnOnce(&mut SoakWork),
    results: &Path,
) -> RunOptions {
    let seconds = Duration::from_secs(seconds);
    let mut options = common::soak(&server.dsn(), seconds, Some(rate), results);
    if let Work::Soak(soak) = &mut options.work {
        shape(soak);
    }
    options
}

/// Rows and batches add up, and every row that was written is there.
fn adds_up(record: &RunRecord) {
    assert_eq!(common::damage(record), [0; 6]);
    let load = record.load.as_ref().unwrap();
    let early = load.warm_up.as_ref().unwrap().rows_acknowledged;
    let found = record.verification.as_ref().unwrap().rows_found;
    assert_eq!(found, load.rows_acknowledged + early);
    assert_eq!(record.series.iter().map(|p| p.rows).sum::<u64>(), load.rows_acknowledged);
    let regions = record.regions.as_ref().unwrap();
    let regions = [&regions.north, &regions.central, &regions.south];
    let in_regions = regions.into_iter().flatten().map(|region| region.rows).sum::<u64>();
    assert_eq!(in_regions, load.rows_acknowledged);
}

/// Rows of each tenant, of at most five.
fn rows(record: &RunRecord) -> Vec<(i32, u64)> {
    let tenants = record.tenants.as_ref().unwrap();
    let mut rows: Vec<_> = tenants.slowest.iter().map(|t| (t.no, t.rows)).collect();
    rows.sort_unstable();
    rows
}

/// One at a time: a schedule that another test makes late by 10 ms is the client's fault.
static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

#[tokio::test(flavor = "multi_thread")]
async fn a_ramp_rises_from_the_warm_up_on() {
    let _alone = ALONE.lock().await;
    let server = common::server(&[]).await;
    let results = tempfile::tempdir().unwrap();
    let ramp = |soak: &mut SoakWork| soak.ramp = Duration::from_secs(2);
    let record = common::run(&soak(&server, 2, 1_000.0, ramp, results.path())).await.record;
    adds_up(&record);
    // 25 t² of 100 a second after two: 25 in the first, 100 in two, 200 in three.
    let load = record.load.as_ref().unwrap();
    assert_eq!(load.warm_up.as_ref().unwrap().batches, 25);
    assert_eq!(load.batches.total, 175);
    assert_eq!(record.pools.as_ref().unwrap().write.offered_per_s, Some(87.5));
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_business_day_with_skewed_tenants_is_what_was_asked_for() {
    let _alone = ALONE.lock().await;
    let server = common::server(&[]).await;
    let results = tempfile::tempdir().unwrap();
    let day = |soak: &mut SoakWork| {
        soak.pattern = Pattern::BusinessHours;
        soak.skew = Skew::Zipf(1.1);
    };
    let options = soak(&server, 4, 2_000.0, day, results.path());
    let record = common::run(&options).await.record;
    adds_up(&record);
    let points = DAY.map(|(hour, share)| (1.0 + hour / HOURS * 4.0, share * 200.0));
    let night = [(0.0, DAY[0].1 * 200.0)];
    let profile = Profile::through(&[&night[..], &points].concat());
    let (early, all) = (profile.count_until(1.0), profile.count_until(5.0));
    let load = record.load.as_ref().unwrap();
    assert_eq!(load.warm_up.as_ref().unwrap().batches, early);
    assert_eq!(load.batches.total, all - early);
    // Batches are numbered in the order in which they are due.
    let deal = Deal::new(Skew::Zipf(1.1), 3, record.scenario.seed);
    let count = |no| (early + 1..=all).filter(|n| deal.tenant(*n as i32) == no).count() as u64;
    assert_eq!(rows(&record), [1, 2, 3].map(|no| (no, count(no) * 10)));
    let tenants = record.tenants.as_ref().unwrap();
    assert!(tenants.busiest_share > 0.45, "{tenants:?}");
    assert_eq!(record.scenario.regions.central, 20.0);
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn stages_share_rate_and_tenants_and_are_one_run() {
    let _alone = ALONE.lock().await;
    let server = common::server(&[]).await;
    let results = tempfile::tempdir().unwrap();
    let stages = |soak: &mut SoakWork| soak.stages = vec![0.25, 0.5, 1.0];
    let options =
        RunOptions { tenants: Some(4), ..soak(&server, 3, 400.0, stages, results.path()) };
    let record = common::run(&options).await.record;
    adds_up(&record);
    let each: Vec<_> =
        record.stages.iter().map(|s| (s.share, s.tenants, s.rate_rows_per_s, s.rows)).collect();
    assert_eq!(
        each,
        [(0.25, 1, Some(100.0), 100), (0.5, 2, Some(200.0), 200), (1.0, 4, Some(400.0), 400)]
    );
    assert!(record.stages.iter().all(|s| s.broken.is_empty() && s.response_p99_ms.is_some()));
    // The first tenant has its part of every stage, the last two of the last one alone.
    assert_eq!(rows(&record), [(1, 300), (2, 200), (3, 100), (4, 100)]);
    let load = record.load.as_ref().unwrap();
    assert_eq!((load.batches.total, load.warm_up.as_ref().unwrap().batches), (70, 10));
    assert!(load.elapsed_s >= 3.0 && record.series.len() >= 3, "{}", load.elapsed_s);
    server.stop().await.unwrap();
}

/// As a whole the run keeps the limit that its second stage breaks.
#[tokio::test(flavor = "multi_thread")]
async fn the_stage_after_one_that_broke_a_criterion_does_not_begin() {
    let _alone = ALONE.lock().await;
    let server = common::server(&[]).await;
    let results = tempfile::tempdir().unwrap();
    let stages = |soak: &mut SoakWork| soak.stages = vec![0.25, 0.5, 1.0];
    let options = soak(&server, 3, 400.0, stages, results.path());
    let calm = Criterion {
        id: "calm".to_owned(),
        metric: "load.rows_per_s".to_owned(),
        is: Comparison::Less,
        limit: Limit::Number(160.0),
        kind: CriterionKind::Performance,
        only_for: None,
    };
    let record = common::run(&RunOptions { criteria: vec![calm], ..options }).await.record;
    adds_up(&record);
    let broken: Vec<_> = record.stages.iter().map(|s| (s.share, s.broken.concat())).collect();
    assert_eq!(broken, [(0.25, String::new()), (0.5, "calm".to_owned())]);
    let load = record.load.as_ref().unwrap();
    assert_eq!((load.rows_acknowledged, record.criteria[0].verdict), (300, Verdict::Pass));
    assert_eq!(record.verdict, Some(Verdict::Fail));
    assert!(record.reasons.iter().any(|reason| reason.id == "stage_broken"));
    server.stop().await.unwrap();
}
