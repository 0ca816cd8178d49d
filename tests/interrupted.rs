//! Ctrl-C at any moment: what is under way is settled or rolled back, the
//! record says aborted, and nothing of the tool's stays on the server.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use pgvalidate::model::{RunRecord, Verdict};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use std::io::{BufRead, BufReader, Lines};
use std::path::Path;
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};
use tokio_postgres::Client;

/// A burst with a baseline, that is read back too.
fn burst(dir: &Path, dsn: &str, prefix: &str, more: &[&str]) -> Child {
    Command::new(common::BIN)
        .env("PGVALIDATE_LANG", "en")
        .env_remove("PGVALIDATE_URL")
        .current_dir(dir)
        .args(["burst", "--batches", "4", "--baseline-time", "300ms"])
        .args(["--tenant-prefix", prefix, "--url", dsn])
        .args(more)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// What it says on stderr.
struct Said(Option<Lines<BufReader<ChildStderr>>>);

impl Said {
    fn by(child: &mut Child) -> Said {
        Said(child.stderr.take().map(|stderr| BufReader::new(stderr).lines()))
    }

    /// Waits until it says this.
    fn until(&mut self, what: &str) {
        let said = self.0.as_mut().unwrap().find(|line| line.as_ref().unwrap().contains(what));
        assert!(said.is_some(), "it never came to {what}");
    }
}

/// A thread reads the rest, or a full pipe would hold the tool up.
impl Drop for Said {
    fn drop(&mut self) {
        let lines = self.0.take();
        std::thread::spawn(move || lines.into_iter().flatten().for_each(drop));
    }
}

fn interrupt(child: &Child) {
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
}

/// Busy for a time, so that a moment within a phase is hit and not its begin.
fn spin(time: Duration) {
    let until = Instant::now() + time;
    while Instant::now() < until {
        std::hint::spin_loop();
    }
}

fn record(dir: &Path) -> RunRecord {
    let folder = std::fs::read_dir(dir.join("results")).unwrap().next().unwrap().unwrap();
    let text = std::fs::read_to_string(folder.path().join("run.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Schemas, sessions, locks and prepared transactions that aren't the test's.
async fn left(client: &Client) -> Vec<String> {
    let question = "SELECT 'schema ' || nspname FROM pg_namespace \
           WHERE nspname !~ '^(pg_|information_schema$|public$)' \
         UNION ALL SELECT 'session ' || application_name FROM pg_stat_activity \
           WHERE application_name LIKE 'pgvalidate%' \
         UNION ALL SELECT 'lock ' || locktype FROM pg_locks WHERE pid <> pg_backend_pid() \
           AND (locktype = 'advisory' OR mode = 'AccessExclusiveLock') \
         UNION ALL SELECT 'prepared ' || gid FROM pg_prepared_xacts ORDER BY 1";
    let rows = client.query(question, &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

/// Nothing is left, at once but for sessions, whose ends are seen a little later.
async fn nothing_is_left(client: &Client) {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        let left = left(client).await;
        assert!(!left.iter().any(|what| what.starts_with("schema")), "{left:?}");
        if left.is_empty() {
            return;
        }
        assert!(Instant::now() < deadline, "{left:?}");
    }
}

/// Where in its life each run is interrupted, and by how much later at most.
const MOMENTS: [(&str, u64); 8] = [
    // The preflight, which takes a second.
    ("connecting", 900),
    ("connecting", 900),
    ("creating tenants", 60),
    ("creating tenants", 60),
    ("measuring the row-at-a-time", 500),
    ("writing", 200),
    ("reading back", 20),
    ("removing what was made", 0),
];

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupt_at_any_moment_leaves_a_record_and_nothing_else() {
    let server = common::server(&[("max_connections", "300")]).await;
    let client = common::connect(&server.dsn()).await;
    let seed = 7;
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let runs: Vec<_> = MOMENTS
        .into_iter()
        .enumerate()
        .map(|(no, (what, most_ms))| {
            let later = Duration::from_micros(random.random_range(0..=most_ms * 1_000));
            let (dsn, dir) = (server.dsn(), tempfile::tempdir().unwrap());
            std::thread::spawn(move || {
                let prefix = format!("run{no}_");
                let mut child = burst(dir.path(), &dsn, &prefix, &["--size", "4000"]);
                Said::by(&mut child).until(what);
                spin(later);
                interrupt(&child);
                (what, later, child.wait().unwrap(), record(dir.path()))
            })
        })
        .collect();
    for run in runs {
        let (what, later, status, record) = run.join().unwrap();
        let told = format!("seed {seed}: {what} + {later:?}: {status:?} {:?}", record.reasons);
        assert_eq!(status.code(), Some(130), "{told}");
        assert_eq!(record.verdict, Some(Verdict::Aborted), "{told}");
        assert_eq!(record.reasons.last().unwrap().id, "stopped_by_signal", "{told}");
        assert!(
            record.finished_at.is_some() && !record.findings.iter().any(|f| f.id == "objects_left")
        );
        let failed = record.load.as_ref().map(|load| load.batches.failed);
        assert!(failed.is_none_or(|failed| failed == 0), "{told}");
    }
    nothing_is_left(&client).await;
    server.stop().await.unwrap();
}

/// The same before there is a folder: no record, and nothing else either.
#[tokio::test(flavor = "multi_thread")]
async fn a_second_interrupt_ends_at_once_and_clean_removes_the_rest() {
    let server = common::server(&[]).await;
    let client = common::connect(&server.dsn()).await;
    let dir = tempfile::tempdir().unwrap();
    // So much that settling it would take its time.
    let mut child =
        burst(dir.path(), &server.dsn(), "two_", &["--size", "2000000", "--no-baseline"]);
    let mut said = Said::by(&mut child);
    said.until("writing");
    // Nobody removes what another one reads: the orderly end takes its time.
    let reader = common::connect(&server.dsn()).await;
    let hold = "BEGIN; LOCK TABLE two_00001.processing_activities IN ACCESS SHARE MODE";
    reader.batch_execute(hold).await.unwrap();
    interrupt(&child);
    // Two at once are one.
    said.until("SIGINT");
    interrupt(&child);
    let began = Instant::now();
    let status: ExitStatus = child.wait().unwrap();
    assert_eq!(status.code(), Some(130));
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    assert!(left(&client).await.iter().any(|what| what == "schema two_00001"));
    reader.batch_execute("ROLLBACK").await.unwrap();
    drop(reader);
    let clean = Command::new(common::BIN)
        .args(["clean", "--url", &server.dsn()])
        .env("PGVALIDATE_LANG", "en")
        .output()
        .unwrap();
    assert_eq!(clean.status.code(), Some(0), "{}", String::from_utf8_lossy(&clean.stderr));
    nothing_is_left(&client).await;
    server.stop().await.unwrap();
}
