//! Signals: what is in flight is settled, the record says aborted, nothing is
//! left; and a tool that is killed leaves no server behind.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use pgvalidate::model::{RunRecord, Verdict};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A burst that takes long enough to be interrupted, once it writes.
fn writing(dir: &Path, more: &[&str]) -> Child {
    let mut child = Command::new(common::BIN)
        .env("PGVALIDATE_LANG", "en")
        .env_remove("PGVALIDATE_URL")
        .current_dir(dir)
        .args(["burst", "--batches", "20", "--size", "400000", "--no-baseline"])
        .args(more)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    lines.find(|line| line.as_ref().unwrap().contains("writing")).unwrap().unwrap();
    // Read on, or a full pipe would hold the tool up.
    std::thread::spawn(move || lines.for_each(drop));
    child
}

fn signal(child: &Child, name: &str) {
    let id = child.id().to_string();
    assert!(Command::new("kill").args([name, &id]).status().unwrap().success());
}

/// Waits until `done`.
fn within(limit: Duration, what: &str, mut done: impl FnMut() -> bool) {
    let deadline = Instant::now() + limit;
    while !done() {
        assert!(Instant::now() < deadline, "{what}: not within {limit:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn record(dir: &Path) -> RunRecord {
    let folder = std::fs::read_dir(dir.join("results")).unwrap().next().unwrap().unwrap();
    let text = std::fs::read_to_string(folder.path().join("run.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_signal_settles_what_is_in_flight_and_removes_everything() {
    let server = common::server(&[]).await;
    let client = common::connect(&server.dsn()).await;
    for (name, code) in [("-INT", 130), ("-TERM", 143), ("-HUP", 143)] {
        let dir = tempfile::tempdir().unwrap();
        let mut child = writing(dir.path(), &["--url", &server.dsn()]);
        signal(&child, name);
        assert_eq!(child.wait().unwrap().code(), Some(code));
        let record = record(dir.path());
        assert_eq!(record.verdict, Some(Verdict::Aborted));
        assert_eq!(record.reasons[0].id, "stopped_by_signal");
        let batches = record.load.as_ref().unwrap().batches.clone();
        assert_eq!((batches.total, batches.failed), (20, 0));
        assert!(batches.stopped > 0);
        assert!(record.unavailable.iter().any(|u| u.path == "verification"));
        assert_eq!(common::schemas(&client).await, ["public"], "{name}");
        let ours =
            "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'pgvalidate%'";
        let deadline = Instant::now() + Duration::from_secs(10);
        while client.query_one(ours, &[]).await.unwrap().get::<_, i64>(0) > 0 {
            assert!(Instant::now() < deadline, "{name}: a backend is left");
        }
    }
    server.stop().await.unwrap();
}

#[test]
fn a_second_signal_leaves_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let mut child = writing(dir.path(), &[]);
    let home = guarded_dir(child.id());
    signal(&child, "-INT");
    signal(&child, "-INT");
    assert_eq!(child.wait().unwrap().code(), Some(130));
    within(Duration::from_secs(10), "the guard cleans up", || !home.exists());
}

/// The directory of the private server whose guard is a child of `tool`.
fn guarded_dir(tool: u32) -> PathBuf {
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let read = |file: &str| std::fs::read(entry.path().join(file)).unwrap_or_default();
        let stat = String::from_utf8_lossy(&read("stat")).into_owned();
        let parent = stat.rsplit(')').next().and_then(|rest| rest.split(' ').nth(2));
        let words: Vec<String> =
            String::from_utf8_lossy(&read("cmdline")).split('\0').map(str::to_owned).collect();
        if parent == Some(&tool.to_string()) && words.get(1).is_some_and(|w| w == "guard") {
            let at = words.iter().position(|w| w == "--dir").unwrap();
            return PathBuf::from(&words[at + 1]);
        }
    }
    panic!("the tool has no guard");
}

/// Processes whose command line names `dir`.
fn processes_naming(dir: &Path) -> usize {
    let needle = dir.to_str().unwrap();
    std::fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .filter(|e| {
            let line = std::fs::read(e.path().join("cmdline")).unwrap_or_default();
            String::from_utf8_lossy(&line).contains(needle)
        })
        .count()
}

#[test]
fn a_killed_tool_leaves_no_server_no_socket_no_directory() {
    let dir = tempfile::tempdir().unwrap();
    let mut child = writing(dir.path(), &[]);
    let home = guarded_dir(child.id());
    assert!(home.join("s/.s.PGSQL.5432").exists() && processes_naming(&home) > 1);
    let killed = Instant::now();
    signal(&child, "-KILL");
    child.wait().unwrap();
    within(Duration::from_secs(10), "everything is gone", || {
        !home.exists() && processes_naming(&home) == 0
    });
    println!("gone after {:?}", killed.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_kill_clean_removes_what_was_left_on_a_target() {
    let server = common::server(&[]).await;
    let client = common::connect(&server.dsn()).await;
    client.batch_execute("CREATE SCHEMA app; CREATE TABLE app.t (a int)").await.unwrap();
    let dir = tempfile::tempdir().unwrap();
    let mut child = writing(dir.path(), &["--url", &server.dsn()]);
    signal(&child, "-KILL");
    child.wait().unwrap();
    assert_eq!(common::schemas(&client).await.len(), 20 + 3);
    let clean = Command::new(common::BIN).args(["clean", "--url", &server.dsn()]).status().unwrap();
    assert!(clean.success());
    assert_eq!(common::schemas(&client).await, ["app", "public"]);
    server.stop().await.unwrap();
}
