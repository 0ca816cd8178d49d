//! The command line, end to end on real servers.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use assert_cmd::Command;
use pgvalidate::model::{RunRecord, Verdict};
use std::path::Path;

/// The command with its results in `results` and no surroundings of the user's.
fn pgvalidate(results: &Path) -> Command {
    let mut command = Command::new(common::BIN);
    command
        .env("PGVALIDATE_LANG", "en")
        .env_remove("PGVALIDATE_URL")
        .env_remove("PGPASSWORD")
        .current_dir(results);
    command
}

fn small(results: &Path, url: &str) -> Command {
    let mut command = pgvalidate(results);
    command.args(["burst", "--batches", "4", "--size", "2000", "--no-baseline", "--url", url]);
    command
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_on_a_private_server_passes_and_its_record_keeps_the_schema() {
    let dir = tempfile::tempdir().unwrap();
    let args = ["burst", "--batches", "6", "--size", "3000", "--baseline-time", "300ms"];
    let output = pgvalidate(dir.path()).args(args).args(["--format", "json"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let schema = include_str!("../results/schema/run.schema.json");
    let validator = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
    let errors: Vec<_> = validator.iter_errors(&value).map(|e| e.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    let record: RunRecord = serde_json::from_value(value).unwrap();
    assert_eq!(record.verdict, Some(Verdict::Pass));
    assert_eq!(record.verification.as_ref().unwrap().rows_found, 18_000);
    let gain = record.gain.as_ref().unwrap();
    let (serial, concurrent) = (gain.serial.as_ref().unwrap(), gain.concurrent.as_ref().unwrap());
    assert_eq!((serial.connections, concurrent.connections), (1, 6));
    assert!(serial.rows > 10 && serial.commit_ms.p50 > gain.round_trip_ms.unwrap());
    // What was printed is what was written.
    let folder = std::fs::read_dir(dir.path().join("results")).unwrap().next().unwrap().unwrap();
    let written = std::fs::read_to_string(folder.path().join("run.json")).unwrap();
    assert_eq!(serde_json::from_str::<RunRecord>(&written).unwrap(), record);
    let page = std::fs::read_to_string(folder.path().join("report.html")).unwrap();
    assert_eq!(page, pgvalidate::report::html::run(&record, pgvalidate::message::Lang::En));
    let acknowledged = std::fs::read_to_string(folder.path().join("acknowledged.tsv")).unwrap();
    assert_eq!(acknowledged.lines().count(), 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_by_url_is_left_as_it_was() {
    let server = common::server(&[]).await;
    let client = common::connect(&server.dsn()).await;
    let dir = tempfile::tempdir().unwrap();
    let url = format!(
        "postgresql://postgres@%2F{}/postgres",
        server.socket_dir().to_str().unwrap()[1..].replace('/', "%2F")
    );
    let output = small(dir.path(), &url).args(["--lang", "vi"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.contains("kết luận: đạt"), "{text}");
    assert_eq!(common::schemas(&client).await, ["public"]);
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn kept_data_is_refused_replaced_and_cleaned_and_nothing_else_is() {
    let server = common::server(&[]).await;
    let (dsn, client) = (server.dsn(), common::connect(&server.dsn()).await);
    client
        .batch_execute(
            "CREATE SCHEMA app; CREATE TABLE app.t AS SELECT 1 AS a; \
             CREATE SCHEMA pgv_other; COMMENT ON SCHEMA app IS 'pgvalidate tenant of nobody'",
        )
        .await
        .unwrap();
    let dir = tempfile::tempdir().unwrap();
    small(dir.path(), &dsn).arg("--keep-data").assert().code(0);
    let kept = common::schemas(&client).await;
    assert_eq!(kept.len(), 4 + 4, "four tenants, the ledger, and three of others: {kept:?}");

    let refused = small(dir.path(), &dsn).output().unwrap();
    let text = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(3), "{text}");
    assert!(text.contains("pgvalidate clean") && text.contains("--replace"), "{text}");
    assert_eq!(common::schemas(&client).await, kept, "a refusal touches nothing");

    small(dir.path(), &dsn).args(["--keep-data", "--replace"]).assert().code(0);
    assert_eq!(common::schemas(&client).await, kept);
    let runs: i64 =
        client.query_one("SELECT count(*) FROM pgvalidate.run", &[]).await.unwrap().get(0);
    assert_eq!(runs, 1, "the replaced run is forgotten");

    // Somebody's own table in a tenant's schema is not ours to drop.
    client.batch_execute("CREATE TABLE pgv_tenant_00002.mine (a int)").await.unwrap();
    let left = pgvalidate(dir.path()).args(["clean", "--url", &dsn]).output().unwrap();
    let text = String::from_utf8(left.stderr).unwrap();
    assert_eq!(left.status.code(), Some(3), "{text}");
    assert!(text.contains("pgv_tenant_00002"), "{text}");
    client.batch_execute("DROP TABLE pgv_tenant_00002.mine").await.unwrap();

    pgvalidate(dir.path()).args(["clean", "--url", &dsn]).assert().code(0);
    assert_eq!(common::schemas(&client).await, ["app", "pgv_other", "public"]);
    let again = pgvalidate(dir.path()).args(["clean", "--url", &dsn]).output().unwrap();
    assert!(String::from_utf8(again.stdout).unwrap().contains("nothing of ours"));
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn clean_waits_for_a_run_under_way_and_then_refuses() {
    let server = common::server(&[]).await;
    let dir = tempfile::tempdir().unwrap();
    small(dir.path(), &server.dsn()).arg("--keep-data").assert().code(0);
    let client = common::connect(&server.dsn()).await;
    let run: String =
        client.query_one("SELECT run_id::text FROM pgvalidate.run", &[]).await.unwrap().get(0);
    let target = pgvalidate::session::Target::parse(&server.dsn()).unwrap();
    let run_id = run.parse().unwrap();
    let _presence = pgvalidate::ledger::Presence::hold(&target, "a run", run_id).await.unwrap();
    let replaced = small(dir.path(), &server.dsn()).arg("--replace").output().unwrap();
    let text = String::from_utf8(replaced.stderr).unwrap();
    assert!(replaced.status.code() == Some(3) && text.contains("still going on"), "{text}");
    let refused = pgvalidate(dir.path()).args(["clean", "--url", &server.dsn()]).output().unwrap();
    let text = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(3), "{text}");
    assert!(text.contains("--yes"), "{text}");
    pgvalidate(dir.path()).args(["clean", "--yes", "--url", &server.dsn()]).assert().code(0);
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn two_runs_at_once_share_a_target() {
    let server = common::server(&[]).await;
    let dir = tempfile::tempdir().unwrap();
    let runs: Vec<_> = ["one_", "two_", "three_"]
        .map(|prefix| {
            let (dsn, dir) = (server.dsn(), dir.path().to_owned());
            std::thread::spawn(move || {
                small(&dir, &dsn).args(["--tenant-prefix", prefix]).output().unwrap()
            })
        })
        .into_iter()
        .map(|run| run.join().unwrap())
        .collect();
    for run in runs {
        assert_eq!(run.status.code(), Some(0), "{}", String::from_utf8_lossy(&run.stderr));
    }
    let client = common::connect(&server.dsn()).await;
    assert_eq!(common::schemas(&client).await, ["public"]);
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn scram_works_and_the_password_is_nowhere() {
    let server = common::server(&[]).await;
    let client = common::connect(&server.dsn()).await;
    client.batch_execute("CREATE ROLE dba LOGIN PASSWORD 's3cret-pässword'").await.unwrap();
    client.batch_execute("CREATE DATABASE app OWNER dba").await.unwrap();
    let hba = server.data_dir().join("pg_hba.conf");
    std::fs::write(&hba, "local all postgres trust\nlocal all all scram-sha-256\n").unwrap();
    client.batch_execute("SELECT pg_reload_conf()").await.unwrap();
    let dir = tempfile::tempdir().unwrap();
    let url = server.dsn().replace("user=postgres dbname=postgres", "user=dba dbname=app");
    // The reload is asynchronous: until it is done the role is let in by trust.
    let wrong = format!("{url} password=wrong");
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    let refused = loop {
        let output = small(dir.path(), &wrong).output().unwrap();
        if output.status.code() == Some(3) || std::time::Instant::now() > deadline {
            break output;
        }
    };
    let text = String::from_utf8(refused.stderr).unwrap();
    assert!(text.contains("refused the login") && text.contains("PGPASSWORD"), "{text}");
    let given = small(dir.path(), &format!("{url} password='s3cret-pässword'")).output().unwrap();
    assert_eq!(given.status.code(), Some(0), "{}", String::from_utf8_lossy(&given.stderr));
    let env = small(dir.path(), &url).env("PGPASSWORD", "s3cret-pässword").output().unwrap();
    assert_eq!(env.status.code(), Some(0));
    let mut written = String::new();
    for folder in std::fs::read_dir(dir.path().join("results")).unwrap() {
        let path = folder.unwrap().path().join("run.json");
        written.push_str(&std::fs::read_to_string(path).unwrap());
    }
    for output in [given, env] {
        written.push_str(&String::from_utf8(output.stdout).unwrap());
        written.push_str(&String::from_utf8(output.stderr).unwrap());
    }
    assert!(written.contains("as dba") && !written.contains("s3cret"));
    server.stop().await.unwrap();
}

#[test]
fn a_kept_server_goes_on_until_it_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let args =
        ["burst", "--batches", "2", "--size", "2000", "--no-baseline", "--keep", "--keep-data"];
    let output = pgvalidate(dir.path()).args(args).output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{text}");
    let after = |word: &str| text.split(word).nth(1).unwrap().lines().next().unwrap().to_owned();
    let (dsn, guard) = (after("still running: "), after("with: kill "));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let schemas = runtime.block_on(async { common::schemas(&common::connect(&dsn).await).await });
    assert_eq!(schemas, ["pgv_tenant_00001", "pgv_tenant_00002", "pgvalidate", "public"]);
    let socket = dsn.split("host=").nth(1).unwrap().split(' ').next().unwrap();
    let home = Path::new(socket).parent().unwrap();
    assert!(home.exists());
    assert!(std::process::Command::new("kill").arg(&guard).status().unwrap().success());
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while home.exists() {
        assert!(std::time::Instant::now() < deadline, "{} is left", home.display());
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}

#[test]
fn output_that_nobody_reads_is_no_panic() {
    let dir = tempfile::tempdir().unwrap();
    for (script, code) in [
        ("exec \"$0\" burst --batches 2 --size 2000 --no-baseline >/dev/full", 3),
        ("exec \"$0\" burst --batches 2 --size 2000 --no-baseline 2>/dev/full", 0),
    ] {
        let output = Command::new("sh")
            .args(["-c", script, common::BIN])
            .env_remove("PGVALIDATE_URL")
            .current_dir(dir.path())
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{script}: {text}");
        assert!(!text.contains("panicked"), "{text}");
    }
}
