//! Every method against the others: the same rows on four connections.

use crate::bench::{Bench, ROUNDS, head, line};
use pgvalidate::model::Method;

pub async fn one_against_the_other(bench: &Bench) {
    let mut rates = vec![Vec::new(); Method::ALL.len()];
    let mut cpu = vec![Vec::new(); Method::ALL.len()];
    for _ in 0..ROUNDS {
        for (index, method) in Method::ALL.into_iter().enumerate() {
            // The slow ones get fewer rows, so that all take about as long.
            let size = match method {
                Method::Autocommit => "500",
                Method::Single | Method::Pipeline => "2000",
                _ => "10000",
            };
            bench.checkpoint().await;
            let record = bench.burst(&[
                "--method",
                method.name(),
                "--batches",
                "12",
                "--size",
                size,
                "--tenants",
                "12",
                "--write-pool",
                "4",
            ]);
            rates[index].push(record.load.unwrap().rows_per_s);
            cpu[index].push(record.harness.client_cpu_us_per_row.unwrap());
        }
    }
    head("methods on four connections");
    for (method, rates) in Method::ALL.into_iter().zip(&rates) {
        line(&format!("{}, rows/s", method.name()), rates);
    }
    for (method, cpu) in Method::ALL.into_iter().zip(&cpu) {
        line(&format!("{}, client CPU, µs a row", method.name()), cpu);
    }
}
