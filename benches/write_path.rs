//! The write path against its nearest rival: the tool's burst and two
//! server-side `COPY FROM` of the same rows into the same tables, interleaved
//! on one server, medians of five with their spread. Then the tool's memory by
//! the number of rows.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use pgvalidate::model::RunRecord;
use pgvalidate::server::{PrivateServer, ServerOptions};
use pgvalidate::session::with_schema;
use pgvalidate::table::{Table, processing_activities};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use tokio_postgres::{Client, NoTls};

const BIN: &str = env!("CARGO_BIN_EXE_pgvalidate");
const ROUNDS: usize = 5;
const BATCHES: u32 = 50;
const SIZE: u32 = 5_000;

fn main() {
    // `cargo test --benches` asks whether there is something to test.
    if std::env::args().any(|arg| arg == "--test") {
        return;
    }
    tokio::runtime::Runtime::new().unwrap().block_on(bench());
}

async fn bench() {
    let options = ServerOptions {
        guard_exe: Some(BIN.into()),
        max_connections: 150,
        ..ServerOptions::default()
    };
    let server = PrivateServer::start(&options).await.unwrap();
    let results = tempfile::tempdir().unwrap();
    let client = connect(&server.dsn()).await;
    let table = processing_activities::table();

    burst(&server, results.path(), SIZE); // fills the tables that are exported, and warms up
    let files = export(&client, &server).await;
    server_side(&server, &client, &table, &files).await;

    let (mut ours, mut theirs, mut cpu) = (Vec::new(), Vec::new(), Vec::new());
    for round in 1..=ROUNDS {
        checkpoint(&client).await;
        let record = burst(&server, results.path(), SIZE);
        let load = record.load.unwrap();
        checkpoint(&client).await;
        let other = server_side(&server, &client, &table, &files).await.as_secs_f64();
        println!("round {round}: burst {:.3} s, two COPY FROM {other:.3} s", load.elapsed_s);
        ours.push(load.elapsed_s);
        theirs.push(other);
        cpu.push(record.harness.client_cpu_us_per_row.unwrap());
    }
    let ratios: Vec<f64> = ours.iter().zip(&theirs).map(|(a, b)| b / a).collect();
    println!("\n| {} rows, {ROUNDS} rounds | median | min | max |", BATCHES * SIZE);
    println!("|---|---|---|---|");
    row("burst, s", &ours);
    row("two server-side COPY FROM, s", &theirs);
    row("their time over ours, pair by pair", &ratios);
    row("client CPU, µs a row", &cpu);
    for size in [SIZE, SIZE * 20] {
        let record = burst(&server, results.path(), size);
        let rows = record.load.unwrap().rows_acknowledged;
        let peak = record.harness.peak_rss_bytes.unwrap() as f64 / f64::from(1 << 20);
        println!("| client memory for {rows} rows, MiB | {peak:.0} | | |");
    }
    server.stop().await.unwrap();
}

fn row(name: &str, values: &[f64]) {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (median, least, most) = (sorted[sorted.len() / 2], sorted[0], sorted[sorted.len() - 1]);
    println!("| {name} | {median:.2} | {least:.2} | {most:.2} |");
}

async fn connect(dsn: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(dsn, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

async fn checkpoint(client: &Client) {
    client.batch_execute("CHECKPOINT").await.unwrap();
}

/// The tool as a user runs it. Its time is that from release to the last
/// acknowledgement; every run is verified.
fn burst(server: &PrivateServer, results: &Path, size: u32) -> RunRecord {
    let output = Command::new(BIN)
        .args(["burst", "--no-baseline", "--keep-data", "--replace", "--format", "json"])
        .args(["--batches", &BATCHES.to_string(), "--size", &size.to_string()])
        .args(["--url", &server.dsn(), "--results"])
        .arg(results)
        .output()
        .unwrap();
    let record: RunRecord = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&output.stderr)));
    let proof = record.verification.as_ref().unwrap();
    assert_eq!((proof.rows_found, proof.batches_differing), (u64::from(BATCHES * size), 0));
    record
}

/// Writes each tenant's rows to a file that the server can read.
async fn export(client: &Client, server: &PrivateServer) -> Vec<String> {
    let mut files = Vec::new();
    for tenant in 1..=BATCHES {
        let file = server.data_dir().join(format!("tenant_{tenant}.bin")).display().to_string();
        let from = format!("pgv_tenant_{tenant:05}.processing_activities");
        let copy = format!("COPY {from} TO '{file}' (FORMAT binary)");
        client.batch_execute(&copy).await.unwrap();
        files.push(file);
    }
    files
}

/// Two connections, each loading every second file, a transaction a file. The
/// tables are fresh, as the burst's are.
async fn server_side(
    server: &PrivateServer,
    client: &Client,
    table: &Table,
    files: &[String],
) -> Duration {
    for tenant in 1..=files.len() {
        let schema = format!("rival_{tenant}");
        let ddl = with_schema(table.ddl, &schema);
        client
            .batch_execute(&format!(
                "DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}; {ddl}"
            ))
            .await
            .unwrap();
    }
    let clients = [connect(&server.dsn()).await, connect(&server.dsn()).await];
    let began = Instant::now();
    let load = |which: usize| {
        let client = &clients[which];
        async move {
            for (index, file) in files.iter().enumerate().filter(|(i, _)| i % 2 == which) {
                let into = format!("rival_{}.processing_activities", index + 1);
                let copy = format!("COPY {into} FROM '{file}' (FORMAT binary)");
                client.batch_execute(&copy).await.unwrap();
            }
        }
    };
    tokio::join!(load(0), load(1));
    began.elapsed()
}
