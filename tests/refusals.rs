//! Bad input and targets that must not be written to: one line that names the
//! flag and the next step, the right exit code, and nothing left half made.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use assert_cmd::Command;
use pgvalidate::server::PrivateServer;

/// Runs the tool; its exit code and what it said.
fn told(dir: &std::path::Path, args: &[&str]) -> (i32, String) {
    let mut command = Command::new(common::BIN);
    command
        .env("PGVALIDATE_LANG", "en")
        .env_remove("PGVALIDATE_URL")
        .env_remove("PGPASSWORD")
        .current_dir(dir);
    let output = command.args(args).output().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn bad_flags_are_usage_errors_that_name_the_flag() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("bad.toml"), "[[criterion]]\nid='a'\nmetric='x.y'\n").unwrap();
    for (args, said) in [
        (&["--batches", "0"][..], "--batches 0"),
        (&["--size", "0"], "--size 0"),
        (&["--batches", "-3"], "--batches"),
        (&["--size", "99999999"], "--size 99999999"),
        (&["--tenants", "0"], "--tenants 0"),
        (&["--write-pool", "0"], "--write-pool 0"),
        (&["--tenant-prefix", "pg_x"], "--tenant-prefix"),
        (&["--url", "postgresql://h:port/d"], "--url can't be read"),
        (&["--url", "host=h sslmode=on"], "sslmode"),
        (&["--url", "host=h sslmode=verify-full sslrootcert=/none.crt"], "/none.crt"),
        (&["--url", "host=h requirepeer=x"], "requirepeer"),
        (&["--service", "nowhere"], "nowhere"),
        (&["--service", "a", "--url", "host=h"], "--service"),
        (&["--service", ""], "--service"),
        (&["--url", ""], "--url"),
        (&["--url", "host=h", "--keep"], "--keep"),
        (&["--criteria", "bad.toml"], "bad.toml"),
        (&["--criteria", "none.toml"], "none.toml"),
        (&["--no-such-flag"], "--no-such-flag"),
    ] {
        let (code, text) = told(dir.path(), &[&["burst"], args].concat());
        assert_eq!(code, 2, "{args:?}: {text}");
        assert!(text.contains(said), "{args:?}: {text}");
        assert!(!dir.path().join("results").exists(), "{args:?} left results");
    }
}

#[test]
fn what_the_machine_lacks_is_said_with_the_next_step() {
    let dir = tempfile::tempdir().unwrap();
    let (code, text) = told(dir.path(), &["burst", "--pg-bin", "/nowhere"]);
    assert_eq!(code, 3, "{text}");
    assert!(text.contains("--pg-bin") && text.contains("/nowhere"), "{text}");
    std::fs::write(dir.path().join("file"), "").unwrap();
    let (code, text) = told(dir.path(), &["burst", "--results", "file"]);
    assert_eq!(code, 3, "{text}");
    assert!(text.contains("--results file can't be written to"), "{text}");
    let (code, text) = told(dir.path(), &["burst", "--url", "host=/nowhere user=u dbname=d"]);
    assert_eq!(code, 3, "{text}");
    assert!(text.contains("cannot connect to /nowhere:5432/d as u"), "{text}");
    std::fs::write(dir.path().join("bad.conf"), "no_such_setting = 1\n").unwrap();
    let (code, text) = told(dir.path(), &["burst", "--config", "bad.conf"]);
    assert_eq!(code, 3, "{text}");
    assert!(text.contains("no_such_setting") && text.contains("bad.conf"), "{text}");
}

/// Runs a small burst against `dsn` and expects it to be refused with `said`.
async fn refused(server: &PrivateServer, dsn: &str, said: &str) {
    let admin = common::connect(&server.dsn()).await;
    let before = common::schemas(&admin).await;
    let dir = tempfile::tempdir().unwrap();
    let args = ["burst", "--batches", "2", "--size", "10", "--no-baseline", "--url", dsn];
    let (code, text) = told(dir.path(), &args);
    assert_eq!(code, 3, "{text}");
    let error = text.lines().find(|l| l.starts_with("error: ")).unwrap_or_default();
    assert!(error.contains(said), "{said}: {text}");
    assert_eq!(common::schemas(&admin).await, before, "a refusal leaves nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn targets_that_must_not_be_written_to_are_refused() {
    let server = common::server(&[]).await;
    let admin = common::connect(&server.dsn()).await;
    let dsn = server.dsn();
    refused(&server, &dsn.replace("dbname=postgres", "dbname=nowhere"), "createdb").await;

    admin.batch_execute("CREATE ROLE reader LOGIN").await.unwrap();
    let reader = dsn.replace("user=postgres", "user=reader");
    refused(&server, &reader, "GRANT CREATE ON DATABASE \"postgres\" TO \"reader\"").await;

    admin.batch_execute("ALTER ROLE reader SET default_transaction_read_only = on").await.unwrap();
    refused(&server, &reader, "read-only").await;

    admin.batch_execute("CREATE PUBLICATION everything FOR ALL TABLES").await.unwrap();
    refused(&server, &dsn, "--allow-publication").await;
    admin.batch_execute("DROP PUBLICATION everything").await.unwrap();

    admin
        .batch_execute(
            "CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; \
             CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION f()",
        )
        .await
        .unwrap();
    refused(&server, &dsn, "--allow-event-triggers").await;
    admin.batch_execute("DROP EVENT TRIGGER watch").await.unwrap();

    admin.batch_execute("CREATE SCHEMA pgvalidate; CREATE TABLE pgvalidate.t ()").await.unwrap();
    refused(&server, &dsn, "\"pgvalidate\" that this tool did not make").await;
    admin.batch_execute("DROP SCHEMA pgvalidate CASCADE").await.unwrap();

    admin.batch_execute("CREATE SCHEMA pgv_tenant_00002").await.unwrap();
    refused(&server, &dsn, "\"pgv_tenant_00002\" exists").await;
    admin.batch_execute("DROP SCHEMA pgv_tenant_00002").await.unwrap();

    let latin = "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0";
    admin.batch_execute(latin).await.unwrap();
    refused(&server, &dsn.replace("dbname=postgres", "dbname=latin"), "UTF8").await;

    let dir = tempfile::tempdir().unwrap();
    let args = ["burst", "--no-baseline", "--write-pool", "500", "--url", &dsn];
    let (code, text) = told(dir.path(), &args);
    assert_eq!(code, 3, "{text}");
    assert!(text.contains("lower --write-pool"), "{text}");
    let args = ["burst", "--no-baseline", "--tenants", "3000", "--url", &dsn];
    let (code, text) = told(dir.path(), &args);
    assert_eq!(code, 3, "{text}");
    assert!(text.contains("pg_stat_statements") && text.contains("--yes"), "{text}");
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_standby_is_refused() {
    let server = common::server(&[]).await;
    std::fs::write(server.data_dir().join("standby.signal"), "").unwrap();
    server.crash().await.unwrap();
    server.restart().await.unwrap();
    refused(&server, &server.dsn(), "standby").await;
    server.stop().await.unwrap();
}

/// A run is in the ledger before it has a tenant: `clean` leaves it there.
#[tokio::test(flavor = "multi_thread")]
async fn clean_leaves_the_ledger_to_a_run_that_has_just_begun() {
    use pgvalidate::engine::clean::clean;
    use pgvalidate::ledger::{Presence, schema};
    use pgvalidate::session::{Session, Target};
    let server = common::server(&[]).await;
    let target = Target::parse_alone(&server.dsn()).unwrap();
    let run_id = uuid::Uuid::new_v4();
    let presence = Presence::hold(&target, "test", run_id).await.unwrap();
    let session = Session::open(&target, "test").await.unwrap();
    let registration = schema::Registration {
        run_id,
        scenario: "burst",
        seed: 1,
        table: &pgvalidate::table::processing_activities::table(pgvalidate::model::Key::UuidV4),
        tenant_prefix: "t_",
        batches: &[(1, 1, 10)],
    };
    schema::enter(&session, &registration, &[]).await.unwrap();
    let refused = clean(&server.dsn(), false).await.unwrap_err().to_string();
    assert!(refused.contains(&run_id.to_string()), "{refused}");
    assert!(schema::owner(&session.client).await.unwrap().is_some());
    drop(presence);
    // Its session ends some moments later; with --yes nobody is waited for.
    assert!(clean(&server.dsn(), true).await.unwrap().ledger);
    assert!(schema::owner(&session.client).await.unwrap().is_none());
    server.stop().await.unwrap();
}
