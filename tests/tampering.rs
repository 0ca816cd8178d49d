//! Data broken by hand after a run: each kind of damage is counted as what it is.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use common::kept::Kept;
use pgvalidate::model::Key;
use pgvalidate::table::processing_activities;

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_of_damage_is_counted_as_what_it_is() {
    let kept = Kept::on(common::server(&[]).await).await;
    kept.each_kind_of_damage_is_told_apart().await;
    kept.server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tables_columns_are_those_that_the_plan_writes() {
    let kept = Kept::on(common::server(&[]).await).await;
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
        table.columns.iter().map(|c| (c.name.to_owned(), c.sql_type.name().to_owned())).collect();
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
