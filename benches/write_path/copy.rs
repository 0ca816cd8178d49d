//! The burst against `psql \copy` and server-side `COPY FROM` of the same rows
//! into the same tables, fresh each time, a transaction a table.

use crate::bench::{Bench, ROUNDS, connect, head, line, program, ratios};
use pgvalidate::model::Key;
use pgvalidate::session::with_schema;
use pgvalidate::table::processing_activities;
use std::process::Command;
use std::time::Instant;

const BATCHES: usize = 50;

pub async fn against_copy(bench: &Bench) {
    let psql = program("psql");
    if psql.is_none() {
        println!("psql is not installed: \\copy is not measured");
    }
    bench.burst(&["--batches", "50", "--size", "5000"]);
    let text = export(bench, "text").await;
    let binary = export(bench, "binary").await;
    let mut times: [Vec<f64>; 6] = Default::default();
    let mut cpu = Vec::new();
    for round in 0..ROUNDS {
        for (way, times) in times.iter_mut().enumerate() {
            bench.checkpoint().await;
            times.push(match way {
                0 | 1 => {
                    let pool = ["67", "2"][way];
                    let flags = ["--batches", "50", "--size", "5000", "--write-pool", pool];
                    let record = bench.burst(&flags);
                    if way == 0 {
                        cpu.push(record.harness.client_cpu_us_per_row.unwrap());
                    }
                    record.load.unwrap().elapsed_s
                }
                2 => match &psql {
                    Some(psql) => with_psql(bench, psql, &text).await,
                    None => continue,
                },
                3 => server_side(bench, &text, ("text", 2)).await,
                4 => server_side(bench, &binary, ("binary", 2)).await,
                _ => server_side(bench, &binary, ("binary", 50)).await,
            });
        }
        let last: Vec<_> = times.iter().filter_map(|t| t.get(round)).collect();
        println!("round {}: {last:.2?} s", round + 1);
    }
    let [burst, two, psql, text, binary, fifty] = &times;
    head("250,000 rows into 50 tables");
    line("burst, 50 batches at once, s", burst);
    line("burst on two connections, s", two);
    for (name, rival) in [
        ("two `psql \\copy`, text", psql),
        ("two server-side COPY FROM, text", text),
        ("two server-side COPY FROM, binary", binary),
        ("fifty server-side COPY FROM, binary", fifty),
    ] {
        if rival.is_empty() {
            continue;
        }
        line(&format!("{name}, s"), rival);
        line(&format!("{name}, over the burst"), &ratios(rival, burst));
        line(&format!("{name}, over the burst on two connections"), &ratios(rival, two));
    }
    line("client CPU of the burst, µs a row", &cpu);
}

/// Writes each tenant's rows to a file that the server can read.
async fn export(bench: &Bench, format: &str) -> Vec<String> {
    let mut files = Vec::new();
    for tenant in 1..=BATCHES {
        let file = bench.server.data_dir().join(format!("tenant_{tenant}.{format}"));
        let file = file.display().to_string();
        let from = format!("pgv_tenant_{tenant:05}.processing_activities");
        let copy = format!("COPY {from} TO '{file}' (FORMAT {format})");
        bench.client.batch_execute(&copy).await.unwrap();
        files.push(file);
    }
    files
}

async fn fresh_tables(bench: &Bench) {
    let table = processing_activities::table(Key::UuidV4);
    for tenant in 1..=BATCHES {
        let schema = format!("rival_{tenant}");
        let ddl = with_schema(&table.ddl, &schema);
        let fresh =
            format!("DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}; {ddl}");
        bench.client.batch_execute(&fresh).await.unwrap();
    }
}

/// Two psql at once, each with half of the files, a `\copy` a transaction.
async fn with_psql(bench: &Bench, psql: &std::path::Path, files: &[String]) -> f64 {
    fresh_tables(bench).await;
    let scripts: Vec<String> = (0..2)
        .map(|which| {
            let share = files.iter().enumerate().skip(which).step_by(2);
            share
                .map(|(i, file)| {
                    format!("\\copy rival_{}.processing_activities from '{file}'\n", i + 1)
                })
                .collect()
        })
        .collect();
    let dir = tempfile::tempdir().unwrap();
    let began = Instant::now();
    let children: Vec<_> = scripts
        .iter()
        .enumerate()
        .map(|(which, script)| {
            let path = dir.path().join(format!("{which}.sql"));
            std::fs::write(&path, script).unwrap();
            Command::new(psql)
                .args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", &bench.server.dsn(), "-f"])
                .arg(path)
                .spawn()
                .unwrap()
        })
        .collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    began.elapsed().as_secs_f64()
}

/// So many connections, each loading its share of the files on the server.
async fn server_side(bench: &Bench, files: &[String], (format, connections): (&str, usize)) -> f64 {
    fresh_tables(bench).await;
    let mut clients = Vec::new();
    for _ in 0..connections {
        clients.push(connect(&bench.server.dsn()).await);
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
