//! Tenants in one table with row-level security: it holds for the writers, on
//! every major; every row is stored, every kind of damage told apart, and what
//! was made is removed.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use common::kept::Kept;
use common::majors::{bin_dir, server_of};
use pgvalidate::engine::workload::ScanWork;
use pgvalidate::engine::{RunOptions, Work};
use pgvalidate::message::Lang;
use pgvalidate::model::{Key, Method, Outcome, RunRecord, Tenancy, Verdict};
use pgvalidate::report::text::summary;
use pgvalidate::server::PrivateServer;
use pgvalidate::work::Seams;
use std::path::Path;
use std::time::Duration;

/// A server with a role for the writers.
async fn server(major: u32) -> PrivateServer {
    let server = server_of(&bin_dir(major), &[]).await;
    let client = common::connect(&server.dsn()).await;
    client.batch_execute("CREATE ROLE writer NOLOGIN").await.unwrap();
    client.batch_execute("CREATE EXTENSION pg_stat_statements").await.unwrap();
    server
}

fn options(dsn: &str, results: &Path) -> RunOptions {
    RunOptions {
        tenancy: Tenancy::Rls,
        method: Method::Unnest,
        writer_role: Some("writer".to_owned()),
        tenants: Some(3),
        preload: 20,
        ..common::options(dsn, 6, 50, results)
    }
}

/// Every row is stored and proved, and the statistics are the shared table's.
fn agrees(record: &RunRecord, what: &str) {
    let rows = 6 * 50 + 3 * 20;
    assert_eq!(common::damage(record), [0; 6], "{what}");
    let proof = record.verification.as_ref().unwrap();
    assert_eq!((proof.rows_found, proof.rows_expected), (rows, rows), "{what}");
    assert_eq!(record.scenario.rows_stored, Some(rows), "{what}");
    let tables = record.database.as_ref().unwrap().tables.as_ref().unwrap();
    assert_eq!(tables.rows_inserted, 6 * 50, "{what}: a table that is shared counts once");
}

/// What a run stores and counts, what the writers' role can do with it, and
/// that nothing is left in the end.
async fn row_security_holds_for_the_writers(server: &PrivateServer, major: u32) {
    let results = tempfile::tempdir().unwrap();
    let client = common::connect(&server.dsn()).await;
    let before = common::schemas(&client).await;
    let kept = RunOptions {
        keep_data: true,
        baseline: true,
        baseline_time: Duration::from_millis(200),
        ..options(&server.dsn(), results.path())
    };
    let record = common::run(&kept).await.record;
    agrees(&record, &format!("{major}"));
    assert!(summary(&record, Lang::En).lines().next().unwrap().ends_with("3 tenants, unnest, rls"));
    assert!(record.gain.as_ref().unwrap().serial.is_some(), "{major}");
    // What the writers did is counted, though it was as another role.
    let all = &record.database.as_ref().unwrap().statements.as_ref().unwrap().by_total;
    let inserts = all.iter().find(|s| s.query.starts_with("INSERT INTO {tenant}."));
    assert_eq!(inserts.map(|s| (s.calls, s.rows)), Some((6, 300)), "{major}: {all:?}");
    let table = "pgv_tenant_shared.processing_activities";
    let size = format!("SELECT pg_table_size('{table}'), pg_indexes_size('{table}')");
    let row = client.query_one(&size, &[]).await.unwrap();
    let storage = record.storage.as_ref().unwrap();
    let sizes = [0, 1].map(|i| row.get::<_, i64>(i).unsigned_abs());
    assert_eq!([storage.table_bytes, storage.index_bytes], sizes, "{major}");

    let question = "SELECT tenant_id::text FROM pgvalidate.tenant WHERE tenant_no IN (1, 2) \
                    ORDER BY tenant_no";
    let ids = client.query(question, &[]).await.unwrap();
    let [one, two] = [0, 1].map(|i| ids[i].get::<_, String>(0));
    let seen =
        format!("SELECT count(*), count(DISTINCT tenant_id), min(tenant_id::text) FROM {table}");
    // A burst has no queue, and is granted nothing there.
    let granted = "SELECT has_table_privilege('writer', 'pgvalidate.' || t, 'INSERT') \
                   FROM unnest(ARRAY['batch', 'scan', 'queue']) t";
    let granted = client.query(granted, &[]).await.unwrap();
    assert!(granted.iter().all(|row| !row.get::<_, bool>(0)), "{major}");
    client.batch_execute("SET ROLE writer").await.unwrap();
    client.batch_execute(&format!("SET pgvalidate.tenant_id = '{one}'")).await.unwrap();
    let row = client.query_one(&seen, &[]).await.unwrap();
    let found: (i64, i64, String) = (row.get(0), row.get(1), row.get(2));
    assert_eq!(found, (120, 1, one.clone()), "{major}: another tenant's rows are invisible");
    let copy = |id: &str| {
        format!(
            "INSERT INTO {table} SELECT -99, 0, '{id}', gen_random_uuid(), region, created_at, \
             activity_name, pdpl_category, data_fields, purpose, legal_basis, retention_period, \
             data_recipients FROM {table} LIMIT 1"
        )
    };
    let code = async |sql: &str| {
        let refused = client.batch_execute(sql).await.unwrap_err();
        refused.code().map(|code| code.code().to_owned()).unwrap()
    };
    assert_eq!(code(&copy(&two)).await, "42501", "{major}: a row of another tenant's");
    client.batch_execute(&copy(&one)).await.expect("its own row it may write");
    let hidden = format!("SET row_security = off; SELECT FROM {table}");
    assert_eq!(code(&hidden).await, "42501", "{major}: what would be hidden is an error");
    client.batch_execute("SET row_security = on; RESET ROLE").await.unwrap();
    let row = client.query_one(&seen, &[]).await.unwrap();
    assert_eq!((row.get::<_, i64>(0), row.get::<_, i64>(1)), (361, 3), "the owner sees all");

    let cleaned = pgvalidate::engine::clean::clean(&server.dsn(), false).await.unwrap();
    assert_eq!((cleaned.schemas, cleaned.ledger), (2, true), "{major}");
    assert_eq!(common::schemas(&client).await, before, "{major}: something was left");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_method_that_is_no_copy_stores_every_row_once() {
    let server = server(17).await;
    let results = tempfile::tempdir().unwrap();
    let methods = [Method::Values, Method::Pipeline, Method::Single];
    for (method, key) in methods.into_iter().zip([Key::Bigint, Key::UuidV7, Key::UuidV4]) {
        // What the one before left is replaced.
        let options = RunOptions {
            method,
            key,
            keep_data: method != Method::Single,
            replace: true,
            ..options(&server.dsn(), results.path())
        };
        agrees(&common::run(&options).await.record, method.name());
    }
    let client = common::connect(&server.dsn()).await;
    assert_eq!(common::schemas(&client).await, ["public"]);
    server.stop().await.unwrap();
}

/// With the safeguard taken away that each transaction names its own tenant.
async fn writers_that_claim_another_tenant_store_nothing(server: &PrivateServer, major: u32) {
    let results = tempfile::tempdir().unwrap();
    let seams = Seams { wrong_tenant: true, ..Seams::default() };
    let wrong = RunOptions { seams, ..options(&server.dsn(), results.path()) };
    let record = common::run(&wrong).await.record;
    let load = record.load.as_ref().unwrap();
    assert_eq!((load.batches.succeeded, load.batches.failed), (0, 6), "{major}");
    let codes: Vec<_> = load.errors.iter().map(|e| (e.code.as_str(), e.count)).collect();
    assert_eq!(codes, [("42501", 6)], "{major}");
    assert_eq!(record.verification.unwrap().rows_found, 60, "{major}");
    assert_eq!(record.verdict, Some(Verdict::Fail), "{major}");
}

async fn on(major: u32) {
    let server = server(major).await;
    row_security_holds_for_the_writers(&server, major).await;
    writers_that_claim_another_tenant_store_nothing(&server, major).await;
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn on_14() {
    on(14).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_15() {
    on(15).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_16() {
    on(16).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_17() {
    on(17).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_18() {
    on(18).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_of_damage_is_counted_as_what_it_is() {
    let kept = Kept::under(server(16).await, Tenancy::Rls).await;
    kept.each_kind_of_damage_is_told_apart().await;
    kept.server.stop().await.unwrap();
}

/// And no record is made of it.
#[test]
fn what_row_security_cannot_do_is_a_usage_error() {
    let dir = tempfile::tempdir().unwrap();
    for (flags, word) in [
        (&["--method", "copy-binary"][..], "unnest"),
        (&["--method", "autocommit"], "unnest"),
        (&["--url", "postgresql://nowhere/x"], "--writer-role"),
    ] {
        let mut command = assert_cmd::Command::new(common::BIN);
        command.env_remove("PGVALIDATE_URL").current_dir(dir.path());
        let output = command.args(["burst", "--tenancy", "rls"]).args(flags).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{flags:?}: {said}");
        assert!(said.contains(word), "{flags:?}: {said}");
    }
    assert!(!dir.path().join("results").exists());
}

/// On a private server the role is made for the run.
#[tokio::test(flavor = "multi_thread")]
async fn a_soak_on_a_private_server_needs_no_role() {
    let results = tempfile::tempdir().unwrap();
    let work = Work::soak(Duration::from_secs(1), Duration::ZERO, None, 2);
    let options = RunOptions {
        work,
        url: None,
        writer_role: None,
        preload: 0,
        ..options("", results.path())
    };
    let record = common::run(&options).await.record;
    let load = record.load.as_ref().unwrap();
    assert_eq!((load.batches.failed, common::damage(&record)), (0, [0; 6]));
    assert!(load.rows_acknowledged > 0);
    assert_eq!(record.verification.unwrap().rows_found, load.rows_acknowledged);
}

/// Who submits and who takes from the queue works as the writers' role too.
#[tokio::test(flavor = "multi_thread")]
async fn scans_go_through_the_queue_as_the_writers_role() {
    let results = tempfile::tempdir().unwrap();
    let scans = ScanWork { records: 100, arrival: 50.0, workers: 2, ..ScanWork::default() };
    let options = RunOptions {
        work: Work::Scans(scans),
        url: None,
        writer_role: None,
        preload: 0,
        ..options("", results.path())
    };
    let record = common::run(&options).await.record;
    let proof = record.verification.as_ref().unwrap();
    assert_eq!((proof.rows_found, common::damage(&record)), (300, [0; 6]), "{:?}", record.findings);
}

/// On a target the role must be one for whom row-level security holds.
#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_would_test_nothing_is_refused() {
    let server = server(16).await;
    let client = common::connect(&server.dsn()).await;
    client
        .batch_execute(
            "CREATE ROLE dba LOGIN; CREATE ROLE member; CREATE ROLE bypassing BYPASSRLS; \
             CREATE ROLE super SUPERUSER; CREATE ROLE others; CREATE ROLE inherited; \
             GRANT dba TO member; GRANT bypassing, super, writer TO dba; \
             GRANT inherited TO dba WITH SET FALSE; \
             GRANT CREATE ON DATABASE postgres TO dba; GRANT pg_monitor TO dba",
        )
        .await
        .unwrap();
    let dsn = server.dsn().replace("user=postgres", "user=dba");
    let results = tempfile::tempdir().unwrap();
    for (role, note) in [
        ("super", "is a superuser"),
        ("bypassing", "BYPASSRLS"),
        ("dba", "or a member of it"),
        ("member", "or a member of it"),
        ("others", "GRANT \"others\" TO \"dba\""),
        ("inherited", "GRANT \"inherited\" TO \"dba\""),
        ("nobody_at_all", "there is no role"),
    ] {
        let options =
            RunOptions { writer_role: Some(role.to_owned()), ..options(&dsn, results.path()) };
        let said = common::refusal(&options).await;
        assert!(said.contains(note), "{role}: {said}");
        assert_eq!(common::schemas(&client).await, ["public"], "{role}");
    }
    // And one that is as it should be, for a role that is no superuser itself.
    let record = common::run(&options(&dsn, results.path())).await.record;
    let check = record.preflight.iter().find(|check| check.id == "writer_role").unwrap();
    assert_eq!((check.outcome, check.note.id.as_str()), (Outcome::Ok, "writer_fits"));
    assert_eq!(common::damage(&record), [0; 6]);
    assert_eq!(common::schemas(&client).await, ["public"]);
    server.stop().await.unwrap();
}
