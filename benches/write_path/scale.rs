//! How memory grows with rows, set-up with tenants, and how fast a million
//! rows are read back.

use crate::bench::{Bench, head, line};
use pgvalidate::model::RunRecord;

pub fn memory(bench: &Bench) {
    println!("\n| rows | client memory, MiB |");
    println!("|---|---|");
    for size in ["5000", "100000"] {
        let record = bench.burst(&["--batches", "50", "--size", size]);
        let peak = record.harness.peak_rss_bytes.unwrap() >> 20;
        println!("| {} | {peak} |", record.scenario.rows.unwrap());
    }
}

pub fn read_back(bench: &Bench) {
    let times: Vec<f64> = (0..3)
        .map(|_| {
            let record = bench.burst(&["--batches", "50", "--size", "20000"]);
            record.verification.unwrap().elapsed_s
        })
        .collect();
    head("read-back");
    line("1,000,000 rows, first read, s", &times);
}

/// A batch of ten rows a tenant. The lock table keeps its stock size.
pub async fn tenants(bench: &Bench) {
    let locks = bench.client.query_one("SHOW max_locks_per_transaction", &[]).await.unwrap();
    assert_eq!(locks.get::<_, String>(0), "64");
    println!("\n| tenants | set-up, s | ms a tenant | load, s | read-back, s | drop, s |");
    println!("|---|---|---|---|---|---|");
    for tenants in [10, 100, 1_000, 10_000] {
        let count = tenants.to_string();
        bench.clean();
        let record = bench.burst(&[
            "--tenants",
            &count,
            "--batches",
            &count,
            "--size",
            "10",
            "--write-pool",
            "20",
        ]);
        let phase = |name: &str| phase_s(&record, name);
        let began = std::time::Instant::now();
        bench.clean();
        let dropped = began.elapsed().as_secs_f64();
        println!(
            "| {tenants} | {:.2} | {:.2} | {:.2} | {:.2} | {dropped:.2} |",
            phase("setup"),
            phase("setup") * 1e3 / f64::from(tenants),
            phase("measure"),
            record.verification.as_ref().unwrap().elapsed_s,
        );
    }
}

fn phase_s(record: &RunRecord, name: &str) -> f64 {
    record.phases.iter().find(|p| p.name == name).unwrap().elapsed_s
}
