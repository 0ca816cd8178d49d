//! The server, the tool, and the tables that are printed.

use pgvalidate::model::RunRecord;
use pgvalidate::server::{PrivateServer, ServerOptions};
use std::path::PathBuf;
use std::process::Command;
use tokio_postgres::{Client, NoTls};

/// How often each measurement is taken.
pub const ROUNDS: usize = 5;

/// A server, a connection to it, and a place for results.
pub struct Bench {
    pub server: PrivateServer,
    pub client: Client,
    results: tempfile::TempDir,
}

impl Bench {
    pub async fn start() -> Bench {
        let options = ServerOptions {
            guard_exe: Some(env!("CARGO_BIN_EXE_pgvalidate").into()),
            max_connections: 150,
            ..ServerOptions::default()
        };
        let server = PrivateServer::start(&options).await.unwrap();
        let client = connect(&server.dsn()).await;
        let bench = Bench { server, client, results: tempfile::tempdir().unwrap() };
        // Fills pg_wal, so that nothing is measured while segments are made.
        bench.burst(&["--batches", "50", "--size", "5000"]);
        bench
    }

    pub async fn stop(self) {
        self.server.stop().await.unwrap();
    }

    pub async fn checkpoint(&self) {
        self.client.batch_execute("CHECKPOINT").await.unwrap();
    }

    /// The tool as a user runs it. Every run is verified.
    pub fn burst(&self, flags: &[&str]) -> RunRecord {
        let record = self.run("burst", &["--no-baseline"], flags);
        let proof = record.verification.as_ref().unwrap();
        assert_eq!(
            (proof.rows_found, proof.batches_differing),
            (record.scenario.rows_stored.unwrap(), 0)
        );
        record
    }

    /// A soak, whose rows are as many as its ledger says.
    pub fn soak(&self, flags: &[&str]) -> RunRecord {
        let record = self.run("soak", &[], flags);
        let proof = record.verification.as_ref().unwrap();
        assert_eq!((proof.rows_found, proof.batches_differing), (proof.rows_expected, 0));
        record
    }

    fn run(&self, command: &str, first: &[&str], flags: &[&str]) -> RunRecord {
        let output = Command::new(env!("CARGO_BIN_EXE_pgvalidate"))
            .arg(command)
            .args(first)
            .args(["--keep-data", "--replace", "--format", "json"])
            .args(["--acquire-timeout", "10m", "--statement-timeout", "10m", "--yes"])
            .args(["--url", &self.server.dsn(), "--results"])
            .arg(self.results.path())
            .args(flags)
            .output()
            .unwrap();
        serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&output.stderr)))
    }

    /// Removes what the tool left, as a user does.
    pub fn clean(&self) {
        let dsn = self.server.dsn();
        let status = Command::new(env!("CARGO_BIN_EXE_pgvalidate"))
            .args(["clean", "--url", &dsn])
            .stdout(std::process::Stdio::null())
            .status();
        assert!(status.unwrap().success());
    }
}

pub async fn connect(dsn: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(dsn, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// A client program of PostgreSQL's; None where it isn't installed.
pub fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let packages = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let dirs = std::env::split_paths(&path).chain(packages.map(|p| p.path().join("bin")));
    dirs.map(|dir| dir.join(name)).find(|program| program.is_file())
}

/// Begins a table.
pub fn head(title: &str) {
    println!("\n| {title} | median | min | max |");
    println!("|---|---|---|---|");
}

/// A line of a table.
pub fn line(name: &str, values: &[f64]) {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (median, least, most) = (sorted[sorted.len() / 2], sorted[0], sorted[sorted.len() - 1]);
    let digits = if median >= 1_000.0 { 0 } else { 2 };
    println!("| {name} | {median:.digits$} | {least:.digits$} | {most:.digits$} |");
}

/// Rival over ours, pair by pair of a round.
pub fn ratios(rival: &[f64], ours: &[f64]) -> Vec<f64> {
    rival.iter().zip(ours).map(|(rival, ours)| rival / ours).collect()
}
