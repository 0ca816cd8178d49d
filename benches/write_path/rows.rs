//! A row a transaction against `pgbench -M prepared` with the same statement,
//! from 1, 8 and 50 connections, for so many seconds each.

use crate::bench::{Bench, ROUNDS, connect, head, line, program, ratios};
use pgvalidate::model::Key;
use pgvalidate::session::{Target, with_schema};
use pgvalidate::table::tenant::Origin;
use pgvalidate::table::{BatchRows, Table, Tenant, processing_activities};
use pgvalidate::work::baseline::Baseline;
use pgvalidate::work::write::insert;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

const SECONDS: u64 = 3;

pub async fn against_pgbench(bench: &Bench) {
    let Some(pgbench) = program("pgbench") else {
        println!("pgbench is not installed: a row a transaction is not compared");
        return;
    };
    // The key comes from a sequence, so that both send the same statement.
    let table = Arc::new(processing_activities::table(Key::Bigint));
    let script = script(bench, &table).await;
    head("a row a transaction, rows/s");
    for connections in [1, 8, 50] {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for round in 0..ROUNDS {
            // A B, then B A.
            for turn in 0..2 {
                fresh_table(bench, &table, "rows_ours").await;
                fresh_table(bench, &table, "rows_theirs").await;
                bench.checkpoint().await;
                match (turn + round) % 2 {
                    0 => ours.push(tool(bench, &table, connections).await),
                    _ => theirs.push(rival(bench, &pgbench, &script, connections)),
                }
            }
        }
        line(&format!("tool, {connections} connections"), &ours);
        line(&format!("pgbench, {connections} connections"), &theirs);
        line(&format!("tool over pgbench, {connections} connections"), &ratios(&ours, &theirs));
    }
    one_row_again(bench, &table, &pgbench, &script).await;
}

/// Where the time goes at one connection: the same driver repeats one row, as
/// pgbench does, so that generator and other index pages are left out.
async fn one_row_again(
    bench: &Bench,
    table: &Arc<Table>,
    pgbench: &std::path::Path,
    script: &Script,
) {
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        for turn in 0..2 {
            fresh_table(bench, table, "rows_ours").await;
            fresh_table(bench, table, "rows_theirs").await;
            bench.checkpoint().await;
            match (turn + round) % 2 {
                0 => ours.push(repeating(bench, table).await),
                _ => theirs.push(rival(bench, pgbench, script, 1)),
            }
        }
    }
    line("tool's driver repeating one row, 1 connection", &ours);
    line("tool's driver repeating one row over pgbench, 1 connection", &ratios(&ours, &theirs));
}

/// Rows a second of one connection on a runtime of one thread, always the same row.
async fn repeating(bench: &Bench, table: &Arc<Table>) -> f64 {
    let (dsn, table) = (bench.server.dsn(), table.clone());
    let on_a_thread = move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let client = connect(&dsn).await;
            let origin = Origin { seed: 1, run_id: uuid::Uuid::nil() };
            let tenant = Tenant::new(&origin, "t_", 1);
            let mut row = Vec::new();
            insert::next_row(&mut BatchRows::new(&table, &origin, &tenant, 1, 1), &mut row);
            let statement = insert::prepare(&client, &table, "rows_ours", 1).await.unwrap();
            let (began, mut rows) = (Instant::now(), 0);
            while began.elapsed() < Duration::from_secs(SECONDS) {
                rows += client.execute_raw(&statement, row.clone()).await.unwrap();
            }
            rows as f64 / began.elapsed().as_secs_f64()
        })
    };
    tokio::task::spawn_blocking(on_a_thread).await.unwrap()
}

async fn fresh_table(bench: &Bench, table: &Table, schema: &str) {
    let ddl = with_schema(&table.ddl, schema);
    let fresh = format!("DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}; {ddl}");
    bench.client.batch_execute(&fresh).await.unwrap();
}

async fn tool(bench: &Bench, table: &Arc<Table>, connections: u32) -> f64 {
    let origin = Origin { seed: 1, run_id: uuid::Uuid::nil() };
    let tenant = Tenant { schema: "rows_ours".to_owned(), ..Tenant::new(&origin, "t_", 1) };
    let target = Target::parse(&bench.server.dsn()).unwrap();
    let baseline = Baseline {
        first: None,
        target,
        application_name: "bench".to_owned(),
        table: table.clone(),
        origin,
        tenant,
        connections,
        first_batch: 1,
        duration: Duration::from_secs(SECONDS),
        stop: CancellationToken::new(),
    };
    let measured = baseline.measure().await.unwrap();
    assert!(measured.is_proved());
    measured.acknowledged as f64 / measured.elapsed.as_secs_f64()
}

/// pgbench's script and its variables: the values of a real row, as text.
struct Script {
    dir: tempfile::TempDir,
    variables: Vec<String>,
}

async fn script(bench: &Bench, table: &Table) -> Script {
    bench.burst(&["--batches", "1", "--size", "1", "--key", "bigint"]);
    let columns: Vec<&str> = table.columns.iter().map(|c| c.name).collect();
    let list = columns.iter().map(|c| format!("{c}::text")).collect::<Vec<_>>().join(", ");
    let query = format!("SELECT {list} FROM pgv_tenant_00001.processing_activities");
    let row = bench.client.query_one(&query, &[]).await.unwrap();
    let variables =
        columns.iter().enumerate().map(|(i, c)| format!("{c}={}", row.get::<_, String>(i)));
    let places: Vec<String> = columns.iter().map(|c| format!(":{c}")).collect();
    let mut statement = insert::statement(table, "rows_theirs", 1);
    for (i, place) in places.iter().enumerate().rev() {
        statement = statement.replace(&format!("${}", i + 1), place);
    }
    let statement: String =
        statement.lines().filter(|l| !l.starts_with("--")).collect::<Vec<_>>().join(" ");
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("insert.sql"), statement + ";\n").unwrap();
    Script { variables: variables.collect(), dir }
}

fn rival(bench: &Bench, pgbench: &std::path::Path, script: &Script, connections: u32) -> f64 {
    let mut command = Command::new(pgbench);
    command.args(["-n", "-M", "prepared", "-T", &SECONDS.to_string()]);
    command.args(["-c", &connections.to_string(), "-j", &connections.min(2).to_string(), "-f"]);
    command.arg(script.dir.path().join("insert.sql"));
    script.variables.iter().for_each(|v| {
        command.args(["-D", v]);
    });
    let output = command.arg(bench.server.dsn()).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let tps = text.lines().find_map(|l| l.strip_prefix("tps = "));
    let tps = tps.unwrap_or_else(|| panic!("{text}{}", String::from_utf8_lossy(&output.stderr)));
    tps.split(' ').next().unwrap().parse().unwrap()
}
