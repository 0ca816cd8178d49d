//! A run whose data was kept, to be broken by hand and verified again.

use super::{connect, counts, options, run};
use pgvalidate::engine::RunOptions;
use pgvalidate::ledger::AcknowledgementFile;
use pgvalidate::ledger::verify::{Question, verify};
use pgvalidate::model::record::Verification;
use pgvalidate::model::{Key, Tenancy};
use pgvalidate::server::PrivateServer;
use pgvalidate::session::{Pool, PoolOptions, Target};
use pgvalidate::table::tenant::Origin;
use pgvalidate::table::{Tenant, processing_activities};
use std::sync::Arc;

/// A run of four batches of 100 rows: 1 and 3 are tenant 1's, 2 and 4 tenant 2's.
pub struct Kept {
    /// Where its data is.
    pub server: PrivateServer,
    question: Arc<Question>,
    _results: tempfile::TempDir,
}

impl Kept {
    /// Runs it on `server`, with a schema a tenant.
    pub async fn on(server: PrivateServer) -> Kept {
        Kept::under(server, Tenancy::Schema).await
    }

    /// Runs it on `server`, which has a role `writer` where tenants share a table.
    pub async fn under(server: PrivateServer, tenancy: Tenancy) -> Kept {
        let results = tempfile::tempdir().unwrap();
        let options = RunOptions {
            keep_data: true,
            tenants: Some(2),
            tenancy,
            method: tenancy.default_method(),
            writer_role: (tenancy == Tenancy::Rls).then(|| "writer".to_owned()),
            ..options(&server.dsn(), 4, 100, results.path())
        };
        let finished = run(&options).await;
        assert_eq!(super::damage(&finished.record), [0; 6]);
        let origin = Origin { seed: 1, run_id: finished.record.run_id.parse().unwrap() };
        let prefix = &finished.record.scenario.tenant_prefix;
        let tenant = |no| Tenant::new(&origin, prefix, no).kept_apart_by(tenancy, prefix);
        let acknowledged =
            AcknowledgementFile::read(&finished.path.join("acknowledged.tsv")).unwrap();
        let question = Arc::new(Question {
            origin,
            table: Arc::new(processing_activities::table(Key::UuidV4)),
            tenants: Arc::new((1..=2).map(tenant).collect()),
            acknowledged,
        });
        Kept { server, question, _results: results }
    }

    /// Breaks something, verifies, and mends nothing.
    pub async fn after(&self, sql: &str) -> Verification {
        connect(&self.server.dsn()).await.batch_execute(sql).await.unwrap();
        let target = Target::parse(&self.server.dsn()).unwrap();
        let readers = PoolOptions {
            engine: Default::default(),
            target: &target,
            control: &target,
            application_name: "readers",
            size: 2,
            acquire_timeout: std::time::Duration::from_secs(30),
            log_slow_ms: None,
            first: Some("row_security = off"),
            delayed: false,
        };
        let readers = Arc::new(Pool::new(&readers).unwrap());
        verify(&target, &readers, self.question.clone()).await.unwrap()
    }

    /// The table of tenant `no`, with its schema.
    fn table_of(&self, no: usize) -> String {
        format!("{}.{}", self.question.tenants[no - 1].schema, self.question.table.name)
    }

    /// Copies a row of tenant 1's to tenant 2.
    fn misplacing(&self, one: &str, two: &str) -> String {
        let which = "WHERE batch_no = 1 AND row_no = 8";
        let tenant = &self.question.tenants[1];
        match tenant.shares {
            false => format!("INSERT INTO {two} SELECT * FROM {one} {which}"),
            // In the same table the key may not be the same, and whose it is says tenant_id alone.
            true => format!(
                "CREATE TEMP TABLE t AS SELECT * FROM {one} {which}; \
                 UPDATE t SET id = gen_random_uuid(), tenant_id = '{}'; \
                 INSERT INTO {two} SELECT * FROM t",
                tenant.id
            ),
        }
    }

    /// Breaks the data in every way, one after the other: each kind of damage
    /// is counted as what it is.
    pub async fn each_kind_of_damage_is_told_apart(&self) {
        let [one, two] = [1, 2].map(|no| self.table_of(no));
        let v = self.after(&format!("DELETE FROM {one} WHERE batch_no = 1 AND row_no = 7")).await;
        assert_eq!(counts(&v), [1, 0, 0, 0, 0, 0], "a deleted row is lost");
        assert_eq!((v.rows_expected, v.rows_found, v.batches_differing), (400, 399, 1));

        let change = "SET purpose = overlay(purpose PLACING 'X' FROM 3 FOR 1)";
        let v =
            self.after(&format!("UPDATE {one} {change} WHERE batch_no = 3 AND row_no = 99")).await;
        assert_eq!(counts(&v), [1, 0, 1, 0, 0, 0], "a changed byte is corruption");

        let v = self.after(&self.misplacing(&one, &two)).await;
        assert_eq!(counts(&v), [1, 0, 1, 1, 0, 0], "another tenant's row is misplaced");

        let again = format!(
            "ALTER TABLE {two} DROP CONSTRAINT processing_activities_pkey; \
             INSERT INTO {two} SELECT * FROM {two} WHERE batch_no = 2 AND row_no = 5"
        );
        let v = self.after(&again).await;
        assert_eq!(counts(&v), [1, 1, 1, 1, 0, 0], "a second copy is a duplicate");

        let new_row = |set: &str| {
            format!(
                "CREATE TEMP TABLE t AS SELECT * FROM {two} WHERE batch_no = 4 AND row_no = 1; \
                 UPDATE t SET id = gen_random_uuid(), {set}; INSERT INTO {two} SELECT * FROM t"
            )
        };
        let v = self.after(&new_row("row_no = 100")).await;
        assert_eq!(counts(&v), [1, 1, 1, 1, 1, 0], "a row beyond its batch is unexpected");
        let v = self.after(&new_row("batch_no = 77")).await;
        assert_eq!(counts(&v), [1, 1, 1, 1, 2, 0], "a row of no batch is unexpected");
        let v = self.after(&new_row("tenant_id = gen_random_uuid()")).await;
        assert_eq!(counts(&v), [1, 1, 1, 1, 3, 0], "a row of no tenant is unexpected");

        let undo =
            "UPDATE pgvalidate.batch SET state = 'pending', digest = NULL WHERE batch_no = 4";
        let v = self.after(undo).await;
        assert_eq!(v.acknowledged_lost, 1, "an acknowledged batch that isn't done is lost");
        assert_eq!(v.unexpected, 3 + 100, "and its rows are of no finished batch");
    }
}
