//! What watching the server costs, and how late batches are released.

use crate::bench::{Bench, head, line, ratios};
use pgvalidate::stats::bootstrap::median_interval;
use pgvalidate::stats::spread::median;

/// Soaks a side.
const PAIRS: usize = 6;

/// Sampling may cost as much, and no more.
const LEAST_RATIO: f64 = 0.98;

/// How late a batch may be released, p99.
const LAG_MOST_MS: f64 = 2.0;

/// 1,000 batches of 10 rows a second.
pub fn lag(bench: &Bench) {
    let lags: Vec<_> = (0..3)
        .map(|_| {
            let record = bench.soak(&["--rate", "10000", "--size", "10", "--duration", "20s"]);
            record.harness.schedule_lag_ms.unwrap()
        })
        .collect();
    head("1,000 batches a second of 10 rows");
    line("schedule lag, p50, ms", &lags.iter().map(|lag| lag.p50).collect::<Vec<_>>());
    let p99s: Vec<f64> = lags.iter().map(|lag| lag.p99).collect();
    line("schedule lag, p99, ms", &p99s);
    assert!(median(&p99s).unwrap() < LAG_MOST_MS, "batches are released too late");
}

/// A soak of 30 s in a closed loop with sampling against the same without: A B, then B A.
pub async fn cost_of_sampling(bench: &Bench) {
    let (mut with, mut without) = (Vec::new(), Vec::new());
    let mut share = Vec::new();
    for pair in 0..PAIRS {
        for turn in 0..2 {
            bench.checkpoint().await;
            let soak = ["--duration", "30s", "--writers", "8"];
            match (pair + turn) % 2 {
                0 => {
                    let record = bench.soak(&soak);
                    let cost = record.harness.sampler_cost.as_ref().unwrap();
                    share.push(cost.share_of_time * 100.0);
                    with.push(record.load.unwrap().rows_per_s);
                }
                _ => {
                    let record = bench.soak(&[&soak[..], &["--no-sampling"]].concat());
                    assert!(record.database.is_none());
                    without.push(record.load.unwrap().rows_per_s);
                }
            }
        }
    }
    let ratios = ratios(&with, &without);
    head("a soak of 30 s on 8 connections");
    line("with sampling, rows/s", &with);
    line("without, rows/s", &without);
    line("with over without", &ratios);
    line("the sampler's statements, % of the time", &share);
    let interval = median_interval(&ratios).unwrap();
    println!(
        "\nwith over without: {:.3}, 95% interval {:.3} to {:.3} of {PAIRS} pairs",
        interval.median, interval.low, interval.high
    );
    assert!(interval.high >= LEAST_RATIO, "sampling costs too much");
}
