//! The write path against its nearest rival: the tool's burst on its own pool
//! and on two connections, and two server-side `COPY FROM` of the same rows
//! into the same tables, from text files (COPY's default) and binary ones;
//! interleaved on one server, medians of five with their spread. Then the
//! tool's memory by the number of rows.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use pgvalidate::model::{Key, RunRecord};
use pgvalidate::server::{PrivateServer, ServerOptions};
use pgvalidate::session::with_schema;
use pgvalidate::table::{Table, processing_activities};
use std::path::Path;
use std::process::Command;
use std::time::Instant;
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
    let table = processing_activities::table(Key::UuidV4);

    burst(&server, results.path(), SIZE, 67); // fills the tables that are exported, and warms up
    let text = export(&client, &server, "text").await;
    let binary = export(&client, &server, "binary").await;

    let mut times: [Vec<f64>; 5] = Default::default();
    let mut cpu = Vec::new();
    for round in 1..=ROUNDS {
        for (way, times) in times.iter_mut().enumerate() {
            checkpoint(&client).await;
            times.push(match way {
                0 | 1 => {
                    let record = burst(&server, results.path(), SIZE, [67, 2][way]);
                    if way == 0 {
                        cpu.push(record.harness.client_cpu_us_per_row.unwrap());
                    }
                    record.load.unwrap().elapsed_s
                }
                2 => server_side(&server, &client, &table, &text, ("text", 2)).await,
                3 => server_side(&server, &client, &table, &binary, ("binary", 2)).await,
                _ => server_side(&server, &client, &table, &binary, ("binary", 50)).await,
            });
        }
        let last: Vec<String> = times.iter().map(|t| format!("{:.2}", t[round - 1])).collect();
        println!("round {round}: {} s", last.join(", "));
    }
    let over = |rival: usize, ours: usize| -> Vec<f64> {
        times[rival].iter().zip(&times[ours]).map(|(rival, ours)| rival / ours).collect()
    };
    println!("\n| {} rows, {ROUNDS} rounds | median | min | max |", BATCHES * SIZE);
    println!("|---|---|---|---|");
    row("burst, 50 batches at once, s", &times[0]);
    row("burst on two connections, s", &times[1]);
    row("two server-side COPY FROM, text, s", &times[2]);
    row("two server-side COPY FROM, binary, s", &times[3]);
    row("fifty server-side COPY FROM, binary, s", &times[4]);
    row("text over burst, pair by pair", &over(2, 0));
    row("text over burst on two connections", &over(2, 1));
    row("binary over burst", &over(3, 0));
    row("binary over burst on two connections", &over(3, 1));
    row("fifty binary over burst", &over(4, 0));
    row("client CPU of the burst, µs a row", &cpu);
    for size in [SIZE, SIZE * 20] {
        let record = burst(&server, results.path(), size, 67);
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
fn burst(server: &PrivateServer, results: &Path, size: u32, pool: u32) -> RunRecord {
    let output = Command::new(BIN)
        .args(["burst", "--no-baseline", "--keep-data", "--replace", "--format", "json"])
        .args(["--batches", &BATCHES.to_string(), "--size", &size.to_string()])
        .args(["--write-pool", &pool.to_string(), "--acquire-timeout", "10m"])
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
async fn export(client: &Client, server: &PrivateServer, format: &str) -> Vec<String> {
    let mut files = Vec::new();
    for tenant in 1..=BATCHES {
        let file =
            server.data_dir().join(format!("tenant_{tenant}.{format}")).display().to_string();
        let from = format!("pgv_tenant_{tenant:05}.processing_activities");
        let copy = format!("COPY {from} TO '{file}' (FORMAT {format})");
        client.batch_execute(&copy).await.unwrap();
        files.push(file);
    }
    files
}

/// So many connections, each loading its share of the files, a transaction a
/// file. The tables are fresh, as the burst's are.
async fn server_side(
    server: &PrivateServer,
    client: &Client,
    table: &Table,
    files: &[String],
    (format, connections): (&str, usize),
) -> f64 {
    for tenant in 1..=files.len() {
        let schema = format!("rival_{tenant}");
        let ddl = with_schema(&table.ddl, &schema);
        let fresh =
            format!("DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}; {ddl}");
        client.batch_execute(&fresh).await.unwrap();
    }
    let mut clients = Vec::new();
    for _ in 0..connections {
        clients.push(connect(&server.dsn()).await);
    }
    let began = Instant::now();
    let loads = clients.iter().enumerate().map(|(which, client)| async move {
        for index in (which..files.len()).step_by(connections) {
            let into = format!("rival_{}.processing_activities", index + 1);
            let copy = format!("COPY {into} FROM '{}' (FORMAT {format})", files[index]);
            client.batch_execute(&copy).await.unwrap();
        }
    });
    futures_util::future::join_all(loads).await;
    began.elapsed().as_secs_f64()
}
