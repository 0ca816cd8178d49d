//! Data broken by hand after a run: each kind of damage is counted as what it is.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use pgvalidate::engine::BurstOptions;
use pgvalidate::ledger::AcknowledgementFile;
use pgvalidate::ledger::verify::{Question, verify};
use pgvalidate::model::Key;
use pgvalidate::model::record::Verification;
use pgvalidate::server::PrivateServer;
use pgvalidate::session::Target;
use pgvalidate::table::tenant::Origin;
use pgvalidate::table::{Tenant, processing_activities};
use std::sync::Arc;

/// A run whose data was kept, to be broken and verified again.
struct Kept {
    server: PrivateServer,
    question: Arc<Question>,
    _results: tempfile::TempDir,
}

impl Kept {
    async fn new() -> Kept {
        let server = common::server(&[]).await;
        let results = tempfile::tempdir().unwrap();
        let options = BurstOptions {
            keep_data: true,
            tenants: Some(2),
            ..common::options(&server.dsn(), 4, 100, results.path())
        };
        let finished = common::run(&options).await;
        assert_eq!(common::damage(&finished.record), [0; 6]);
        let origin = Origin { seed: 1, run_id: finished.record.run_id.parse().unwrap() };
        let prefix = &finished.record.scenario.tenant_prefix;
        let acknowledged =
            AcknowledgementFile::read(&finished.path.join("acknowledged.tsv")).unwrap();
        let question = Arc::new(Question {
            origin,
            table: Arc::new(processing_activities::table(Key::UuidV4)),
            tenants: Arc::new((1..=2).map(|no| Tenant::new(&origin, prefix, no)).collect()),
            acknowledged,
        });
        Kept { server, question, _results: results }
    }

    /// Breaks something, verifies, and mends nothing.
    async fn after(&self, sql: &str) -> Verification {
        common::connect(&self.server.dsn()).await.batch_execute(sql).await.unwrap();
        verify(&Target::parse(&self.server.dsn()).unwrap(), self.question.clone()).await.unwrap()
    }
}

fn counts(v: &Verification) -> [u64; 6] {
    [v.lost, v.duplicated, v.corrupted, v.misplaced, v.unexpected, v.acknowledged_lost]
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_of_damage_is_counted_as_what_it_is() {
    let kept = Kept::new().await;
    let one = "pgv_tenant_00001.processing_activities";
    let two = "pgv_tenant_00002.processing_activities";
    // Batches 1 and 3 are tenant 1's, 2 and 4 tenant 2's.
    let v = kept.after(&format!("DELETE FROM {one} WHERE batch_no = 1 AND row_no = 7")).await;
    assert_eq!(counts(&v), [1, 0, 0, 0, 0, 0], "a deleted row is lost");
    assert_eq!((v.rows_expected, v.rows_found, v.batches_differing), (400, 399, 1));

    let change = "SET purpose = overlay(purpose PLACING 'X' FROM 3 FOR 1)";
    let v = kept.after(&format!("UPDATE {one} {change} WHERE batch_no = 3 AND row_no = 99")).await;
    assert_eq!(counts(&v), [1, 0, 1, 0, 0, 0], "a changed byte is corruption");

    let copy = format!("INSERT INTO {two} SELECT * FROM {one} WHERE batch_no = 1 AND row_no = 8");
    let v = kept.after(&copy).await;
    assert_eq!(counts(&v), [1, 0, 1, 1, 0, 0], "another tenant's row is misplaced");

    let again = format!(
        "ALTER TABLE {two} DROP CONSTRAINT processing_activities_pkey; \
         INSERT INTO {two} SELECT * FROM {two} WHERE batch_no = 2 AND row_no = 5"
    );
    let v = kept.after(&again).await;
    assert_eq!(counts(&v), [1, 1, 1, 1, 0, 0], "a second copy is a duplicate");

    let new_row = |set: &str| {
        format!(
            "CREATE TEMP TABLE t AS SELECT * FROM {two} WHERE batch_no = 4 AND row_no = 1; \
             UPDATE t SET id = gen_random_uuid(), {set}; INSERT INTO {two} SELECT * FROM t"
        )
    };
    let v = kept.after(&new_row("row_no = 100")).await;
    assert_eq!(counts(&v), [1, 1, 1, 1, 1, 0], "a row beyond its batch is unexpected");
    let v = kept.after(&new_row("batch_no = 77")).await;
    assert_eq!(counts(&v), [1, 1, 1, 1, 2, 0], "a row of no batch is unexpected");
    let v = kept.after(&new_row("tenant_id = gen_random_uuid()")).await;
    assert_eq!(counts(&v), [1, 1, 1, 1, 3, 0], "a row of no tenant is unexpected");

    let undo = "UPDATE pgvalidate.batch SET state = 'pending', digest = NULL WHERE batch_no = 4";
    let v = kept.after(undo).await;
    assert_eq!(v.acknowledged_lost, 1, "an acknowledged batch that isn't done is lost");
    assert_eq!(v.unexpected, 3 + 100, "and its rows are of no finished batch");
    kept.server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tables_columns_are_those_that_the_plan_writes() {
    let kept = Kept::new().await;
    let client = common::connect(&kept.server.dsn()).await;
    let rows = client
        .query(
            "SELECT attname::text, format_type(atttypid, atttypmod), attnotnull \
             FROM pg_attribute WHERE attrelid = 'pgv_tenant_00001.processing_activities'::regclass \
             AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
            &[],
        )
        .await
        .unwrap();
    let catalog: Vec<(String, String)> = rows.iter().map(|r| (r.get(0), r.get(1))).collect();
    let table = processing_activities::table(Key::UuidV4);
    let plan: Vec<(String, String)> =
        table.columns.iter().map(|c| (c.name.to_owned(), c.sql_type.to_owned())).collect();
    assert_eq!(catalog, plan);
    assert!(rows.iter().all(|r| r.get::<_, bool>(2)), "no generated cell is null");
    // What the rows say reads as it was meant, diacritics and all.
    let row = client
        .query_one(
            "SELECT purpose, data_recipients, legal_basis, retention_period, id::text, \
                    created_at BETWEEN '2025-01-01Z' AND '2026-01-01Z' \
             FROM pgv_tenant_00001.processing_activities WHERE batch_no = 1 AND row_no = 0",
            &[],
        )
        .await
        .unwrap();
    let purpose: String = row.get(0);
    assert!(purpose.contains(" tại ") && purpose.contains("; phụ trách: "), "{purpose}");
    let recipients: Vec<String> = row.get(1);
    assert!((1..=3).contains(&recipients.len()));
    assert!(row.get::<_, String>(3).ends_with(" năm"));
    assert_eq!(row.get::<_, String>(4).as_bytes()[14], b'4', "a version 4 UUID");
    assert!(row.get::<_, bool>(5));
    kept.server.stop().await.unwrap();
}
