//! Tuning on real servers.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use common::advised::soak;
use common::{connect, options, run, server};
use pgvalidate::engine::RunOptions;
use pgvalidate::engine::settings_from::settings_of;
use pgvalidate::model::RunRecord;
use pgvalidate::model::set::Set;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

#[tokio::test]
async fn a_closing_checkpoint_counts_in_the_time_and_not_in_the_statistics() {
    let server = server(&[]).await;
    let dir = tempfile::tempdir().unwrap();
    let client = connect(&server.dsn()).await;
    let requested = || async {
        let query = "SELECT checkpoint_lsn::text FROM pg_control_checkpoint()";
        client.query_one(query, &[]).await.unwrap().get::<_, String>(0)
    };
    let before = requested().await;
    let closing =
        RunOptions { closing_checkpoint: true, ..options(&server.dsn(), 4, 500, dir.path()) };
    let record = run(&closing).await.record;
    assert_ne!(before, requested().await, "it was made");
    let load = record.load.unwrap();
    let closing_s = load.closing_checkpoint_s.unwrap();
    assert!(closing_s > 0.0);
    let rate = 2_000.0 / (load.elapsed_s + closing_s);
    assert!((load.checkpointed_rows_per_s.unwrap() / rate - 1.0).abs() < 1e-9);
    assert!(load.rows_per_s > rate);
    let statistics = record.database.unwrap().checkpoints.unwrap();
    assert_eq!((statistics.requested, statistics.timed), (0, 0), "neither is the load's");
    server.stop().await.unwrap();
}

#[tokio::test]
async fn without_being_asked_no_checkpoint_is_made() {
    let server = server(&[]).await;
    let dir = tempfile::tempdir().unwrap();
    let client = connect(&server.dsn()).await;
    let last = || async {
        let query = "SELECT checkpoint_lsn::text FROM pg_control_checkpoint()";
        client.query_one(query, &[]).await.unwrap().get::<_, String>(0)
    };
    let before = last().await;
    let record = run(&options(&server.dsn(), 1, 10, dir.path())).await.record;
    assert_eq!(before, last().await);
    assert_eq!(record.load.unwrap().closing_checkpoint_s, None);
    server.stop().await.unwrap();
}

#[tokio::test]
async fn the_settings_of_another_server_are_those_that_can_be_moved() {
    let server = server(&[
        ("max_wal_size", "64MB"),
        ("checkpoint_timeout", "45s"),
        ("synchronous_commit", "local"),
        ("default_transaction_read_only", "off"),
        ("cluster_name", "elsewhere"),
    ])
    .await;
    let taken = settings_of(&server.dsn()).await.unwrap();
    let value = |name: &str| taken.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
    // In base units, as postgresql.conf takes them: MB and seconds.
    assert_eq!((value("max_wal_size"), value("checkpoint_timeout")), (Some("64"), Some("45")));
    assert_eq!(value("synchronous_commit"), Some("local"));
    for tied in ["cluster_name", "port", "unix_socket_directories", "shared_preload_libraries"] {
        assert_eq!(value(tied), None, "{tied}");
    }
    server.stop().await.unwrap();
}

/// What the finished run's server is set to, where that isn't the default.
const AS_IN_THE_RUN: [(&str, &str); 3] = [
    ("checkpoint_completion_target", "0.5"),
    ("checkpoint_flush_after", "0"),
    ("wal_buffers", "4MB"),
];

/// `tune --verify` of a finished run on `dsn`, of max_wal_size alone; its
/// progress goes by line by line.
fn verifying(dsn: &str, dir: &Path, arm: &str, repeat: &str) -> Child {
    let run = dir.join("run.json");
    std::fs::write(&run, serde_json::to_string(&soak()).unwrap()).unwrap();
    Command::new(common::BIN)
        .env("PGVALIDATE_LANG", "en")
        .env("PGVALIDATE_STATE_DIR", dir.join("state"))
        .env_remove("PGVALIDATE_URL")
        .current_dir(dir)
        .arg("tune")
        .arg(&run)
        .args(["--verify", "--url", dsn, "--allow-alter-system", "--allow-checkpoint"])
        .args(["--only", "max_wal_size", "--arm", arm, "--repeat", repeat, "--warm-up", "0s"])
        .args(["--preload", "10", "--size", "50", "--rate", "300", "--yes"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Waits until a new session has `value`.
async fn until_shown(dsn: &str, value: &str) {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let client = connect(dsn).await;
        let query = "SELECT current_setting('max_wal_size')";
        let shown: String = client.query_one(query, &[]).await.unwrap().get(0);
        if shown == value {
            return;
        }
        assert!(Instant::now() < deadline, "max_wal_size is {shown} and not {value}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

/// The set that was left in `dir`, and its folder.
fn result(dir: &Path) -> (PathBuf, Set) {
    let mut folders = std::fs::read_dir(dir.join("results")).unwrap();
    let folder = folders.next().unwrap().unwrap().path();
    let set = std::fs::read_to_string(folder.join("set.json")).unwrap();
    (folder, serde_json::from_str(&set).unwrap())
}

/// What a run's session had; the run was at the rate that was asked for.
fn max_wal_size(record: &Path) -> String {
    let record: RunRecord =
        serde_json::from_str(&std::fs::read_to_string(record).unwrap()).unwrap();
    assert_eq!(record.scenario.soak.unwrap().rate_rows_per_s, Some(300.0));
    let settings = record.server.unwrap().settings;
    settings.into_iter().find(|s| s.name == "max_wal_size").unwrap().value
}

fn undo(dir: &Path, dsn: &str) -> (Option<i32>, String) {
    let output = Command::new(common::BIN)
        .env("PGVALIDATE_LANG", "en")
        .env("PGVALIDATE_STATE_DIR", dir.join("state"))
        .args(["undo", "--url", dsn])
        .output()
        .unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_has_the_settings_of_each_side_in_turn_and_its_own_again() {
    let server = server(&AS_IN_THE_RUN).await;
    let dir = tempfile::tempdir().unwrap();
    let file = server.data_dir().join("postgresql.auto.conf");
    let before = std::fs::read(&file).unwrap();
    let output = verifying(&server.dsn(), dir.path(), "1s", "2").wait_with_output().unwrap();
    let (out, err) = (text(output.stdout), text(output.stderr));
    // A second spans no checkpoint cycle, so nothing is known, and it says so.
    assert_eq!(output.status.code(), Some(4), "{out}\n{err}");
    let words = out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("a run of 1 s spans no two checkpoint cycles"), "{out}");
    assert!(err.contains("1 of 4: current #1") && err.contains("3 of 4: max_wal_size #2"), "{err}");
    let (folder, set) = result(dir.path());
    let sides = set.members.iter().map(|m| (m.role.clone(), max_wal_size(&folder.join(&m.path))));
    let values: Vec<_> = sides.collect();
    let side = |role: &str, value: &str| (role.to_owned(), value.to_owned());
    let (current, changed) = (side("current", "1GB"), side("max_wal_size", "30GB"));
    assert!(set.argv.windows(2).any(|two| two == ["--rate", "300"]), "{:?}", set.argv);
    assert!(set.table.iter().all(|row| row.offered_rows_per_s == Some(300.0)));
    assert_eq!(values, [current.clone(), changed.clone(), changed, current]);
    // What was changed, and put back.
    let changed = set.journal.iter().map(|one| (one.label.as_str(), one.setting.as_str()));
    let runs = [("max_wal_size #1", "max_wal_size"), ("max_wal_size #2", "max_wal_size")];
    assert_eq!(changed.collect::<Vec<_>>(), runs);
    for one in &set.journal {
        assert_eq!((one.before.as_str(), one.during.as_str()), ("1GB", "30GB"));
        assert!(one.undone_at.as_ref().unwrap() > &one.at, "{one:?}");
    }
    assert_eq!(std::fs::read(&file).unwrap(), before);
    assert_eq!(undo(dir.path(), &server.dsn()).0, Some(0));
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_puts_the_settings_back_and_undo_does_after_a_kill() {
    let server = server(&AS_IN_THE_RUN).await;
    let file = server.data_dir().join("postgresql.auto.conf");
    let before = std::fs::read(&file).unwrap();
    for (signal, code) in [("-INT", Some(130)), ("-KILL", None)] {
        let dir = tempfile::tempdir().unwrap();
        let mut child = verifying(&server.dsn(), dir.path(), "4s", "2");
        // The second and third runs are the changed side's.
        until_shown(&server.dsn(), "30GB").await;
        let id = child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
        assert_eq!(child.wait().unwrap().code(), code);
        if code.is_none() {
            assert_ne!(std::fs::read(&file).unwrap(), before);
            let (code, said) = undo(dir.path(), &server.dsn());
            assert_eq!(code, Some(0), "{said}");
            assert!(said.contains("max_wal_size"), "{said}");
        }
        until_shown(&server.dsn(), "1GB").await;
        assert_eq!(std::fs::read(&file).unwrap(), before);
    }
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn advice_on_a_run_is_not_measured_on_a_server_that_is_set_otherwise() {
    let server = server(&[("checkpoint_completion_target", "0.7"), ("wal_buffers", "4MB")]).await;
    let dir = tempfile::tempdir().unwrap();
    let output = verifying(&server.dsn(), dir.path(), "1s", "2").wait_with_output().unwrap();
    let err = text(output.stderr);
    assert_eq!(output.status.code(), Some(2), "{err}");
    assert!(err.contains("checkpoint_completion_target 0.5 -> 0.7"), "{err}");
    assert!(
        err.contains("checkpoint_flush_after 0 -> 256kB") && !err.contains("wal_buffers"),
        "{err}"
    );
    assert!(!dir.path().join("results").exists(), "nothing was begun");
    server.stop().await.unwrap();
}
