//! What the tests on real servers share.

#![allow(dead_code, clippy::unwrap_used, clippy::expect_used)]

pub mod advised;
pub mod bouncer;
pub mod cuts;
pub mod kept;
pub mod majors;
pub mod prometheus;

use pgvalidate::engine::phases::Silent;
use pgvalidate::engine::signals::Stop;
use pgvalidate::engine::{self, Finished, RunOptions, Work};
use pgvalidate::faults::proxy::{Endpoint, Proxy};
use pgvalidate::judge::criteria;
use pgvalidate::model::RunRecord;
use pgvalidate::model::record::Verification;
use pgvalidate::server::{PrivateServer, ServerOptions};
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;

pub mod tls;

/// The binary under test; it also guards the servers that tests start.
pub const BIN: &str = env!("CARGO_BIN_EXE_pgvalidate");

/// A server of the test's own, with `settings`.
pub async fn server(settings: &[(&str, &str)]) -> PrivateServer {
    start(ServerOptions::default(), settings).await
}

/// A server by `options`, with the guard and the connections that tests need.
async fn start(options: ServerOptions, settings: &[(&str, &str)]) -> PrivateServer {
    let settings = settings.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    let options =
        ServerOptions { guard_exe: Some(BIN.into()), max_connections: 150, settings, ..options };
    PrivateServer::start(&options).await.unwrap()
}

/// A burst against `dsn` without a baseline, its results in `dir`.
pub fn options(dsn: &str, batches: u32, size: u32, dir: &Path) -> RunOptions {
    let options = RunOptions::new(
        Work::burst(batches),
        size,
        criteria::load(None, "burst").unwrap(),
        dir.to_owned(),
    );
    RunOptions {
        url: Some(dsn.to_owned()),
        guard_exe: Some(BIN.into()),
        baseline: false,
        ..options
    }
}

/// A soak of batches of 10 rows against `dsn`, by four writers or at `rate`
/// rows a second, after a second of warm-up.
pub fn soak(dsn: &str, duration: Duration, rate: Option<f64>, dir: &Path) -> RunOptions {
    let warm_up = Duration::from_secs(1);
    let work = Work::soak(duration, warm_up, rate, 4);
    let criteria = criteria::load(None, work.name()).unwrap();
    RunOptions {
        url: Some(dsn.to_owned()),
        guard_exe: Some(BIN.into()),
        baseline: false,
        tenants: Some(3),
        ..RunOptions::new(work, 10, criteria, dir.to_owned())
    }
}

/// Runs it to its end, which must not be an error.
pub async fn run(options: &RunOptions) -> Finished {
    let finished = engine::run(options, &Silent, &Stop::default()).await.unwrap();
    if let Some(error) = &finished.error {
        panic!("the run failed: {error}");
    }
    finished
}

/// A client of its own.
pub async fn connect(dsn: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(dsn, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// A proxy in front of `server`, and how to connect through it.
pub async fn proxy(server: &PrivateServer) -> (Proxy, String, TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let listen = Endpoint::Unix(dir.path().join(".s.PGSQL.5432"));
    let upstream = Endpoint::Unix(server.socket_dir().join(".s.PGSQL.5432"));
    let proxy = Proxy::start(listen, upstream).await.unwrap();
    let through =
        server.dsn().replace(server.socket_dir().to_str().unwrap(), dir.path().to_str().unwrap());
    (proxy, through, dir)
}

/// Lost, duplicated, corrupted, misplaced, unexpected, acknowledged lost.
pub fn damage(record: &RunRecord) -> [u64; 6] {
    counts(record.verification.as_ref().expect("the run was verified"))
}

/// The same of one verification.
pub fn counts(v: &Verification) -> [u64; 6] {
    [v.lost, v.duplicated, v.corrupted, v.misplaced, v.unexpected, v.acknowledged_lost]
}

/// Every schema that isn't the system's.
pub async fn schemas(client: &tokio_postgres::Client) -> Vec<String> {
    let rows = client
        .query(
            "SELECT nspname::text FROM pg_namespace \
             WHERE nspname !~ '^(pg_|information_schema$)' ORDER BY 1",
            &[],
        )
        .await
        .unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

/// Why a burst could not be run.
pub async fn refusal(options: &RunOptions) -> String {
    let finished = engine::run(options, &Silent, &Stop::default()).await.unwrap();
    finished.error.expect("the run was to be refused").to_string()
}
