//! Isolation on real servers: a right set-up passes, one right too many fails
//! with the name of the probe that found it, and nothing stays.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use common::majors::{bin_dir, server_of};
use pgvalidate::engine::phases::{Goal, Progress, Silent};
use pgvalidate::engine::signals::{Signal, Stop};
use pgvalidate::engine::{self, Finished, RunOptions, Work};
use pgvalidate::judge::criteria;
use pgvalidate::message::Lang;
use pgvalidate::message::label::Label;
use pgvalidate::model::isolation::{Group, Isolation, ProbeOutcome, When};
use pgvalidate::model::scenario::ISOLATION;
use pgvalidate::model::{RunRecord, Tenancy, Verdict};
use pgvalidate::report::text::summary;
use pgvalidate::server::PrivateServer;
use pgvalidate::work::Seams;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio_postgres::Client;

/// A server with a role that isn't a superuser and may make roles, and one for
/// the writers of a table of all.
async fn server(major: u32) -> PrivateServer {
    let server = server_of(&bin_dir(major), &[]).await;
    let client = common::connect(&server.dsn()).await;
    client
        .batch_execute(
            "CREATE ROLE dba LOGIN CREATEROLE; CREATE ROLE writer NOLOGIN; GRANT writer TO dba; \
             GRANT CREATE ON DATABASE postgres TO dba; GRANT pg_monitor TO dba; \
             CREATE EXTENSION pg_stat_statements",
        )
        .await
        .unwrap();
    server
}

/// As a role that isn't a superuser.
fn as_dba(server: &PrivateServer) -> String {
    server.dsn().replace("user=postgres", "user=dba")
}

fn options(dsn: &str, tenancy: Tenancy, results: &Path) -> RunOptions {
    // It ends once all was tried.
    let work = Work::soak(Duration::from_secs(30), Duration::ZERO, None, 2);
    RunOptions {
        isolation: true,
        url: Some(dsn.to_owned()),
        guard_exe: Some(common::BIN.into()),
        baseline: false,
        sampling: false,
        preload: 20,
        tenants: Some(2),
        tenancy,
        method: tenancy.default_method(),
        writer_role: (tenancy == Tenancy::Rls).then(|| "writer".to_owned()),
        ..RunOptions::new(work, 20, criteria::load(None, ISOLATION).unwrap(), results.to_owned())
    }
}

/// A run that is over at once, in which the first tenant was given too much.
async fn given_too_much(dsn: &str, tenancy: Tenancy, statements: &[&str]) -> RunRecord {
    let results = tempfile::tempdir().unwrap();
    let too_much = statements.iter().map(|sql| (*sql).to_owned()).collect();
    let options = RunOptions {
        seams: Seams { too_much, ..Seams::default() },
        work: Work::soak(Duration::from_secs(1), Duration::ZERO, None, 1),
        ..options(dsn, tenancy, results.path())
    };
    common::run(&options).await.record
}

fn isolation(record: &RunRecord) -> &Isolation {
    record.isolation.as_ref().expect("the tenants were probed")
}

/// The probes that got at the other tenant, at rest.
fn leaks(record: &RunRecord) -> BTreeSet<&str> {
    let all = isolation(record).probes.iter();
    all.filter(|p| p.outcome == ProbeOutcome::Leak && p.when == When::AtRest)
        .map(|p| p.name.as_str())
        .collect()
}

/// Neither a role nor a schema of ours is there.
async fn nothing_is_left(client: &Client, what: &str) {
    assert_eq!(common::schemas(client).await, ["public"], "{what}");
    let roles = "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'pgv\\_isolation\\_%'";
    let left: i64 = client.query_one(roles, &[]).await.unwrap().get(0);
    assert_eq!(left, 0, "{what}: roles were left");
    let objects = "SELECT count(*) FROM pg_largeobject_metadata";
    let left: i64 = client.query_one(objects, &[]).await.unwrap().get(0);
    assert_eq!(left, 0, "{what}: large objects were left");
}

/// Each tenant is kept from the other's, at rest and among writers.
async fn passes(server: &PrivateServer, tenancy: Tenancy) {
    let what = format!("{tenancy:?} on {}", server.dsn());
    let results = tempfile::tempdir().unwrap();
    let record = common::run(&options(&as_dba(server), tenancy, results.path())).await.record;
    let found = isolation(&record);
    let odd: Vec<_> = found
        .probes
        .iter()
        .filter(|p| matches!(p.outcome, ProbeOutcome::Leak | ProbeOutcome::NotTried))
        .collect();
    assert!(odd.is_empty(), "{what}: {odd:#?}");
    assert_eq!((found.leaks, found.pairs), (Some(0), 2), "{what}");
    assert!(found.beside_load > Some(0), "{what}: probes among writers");
    assert!(found.probes.len() > 150, "{what}: {}", found.probes.len());
    assert_eq!(found.tried, found.denied + found.open_by_design, "{what}");
    let beside = found.probes.iter().filter(|p| p.when == When::BesideLoad).count();
    assert_eq!(found.beside_load, Some(beside as u64), "{what}: all of them");
    let open = found.probes.iter().filter(|p| p.outcome == ProbeOutcome::OpenByDesign);
    for name in ["pool_prepared", "pool_cursor", "pool_listen"] {
        assert!(open.clone().any(|p| p.name == name), "{what}: {name} outlives COMMIT");
    }
    assert!(open.clone().all(|p| p.note.is_some()), "{what}: a remedy for each");
    assert!(open.clone().any(|p| p.name == "notify"), "{what}: payloads reach everyone");
    let proof: Vec<_> = found.probes.iter().filter(|p| p.group == Group::Proof).collect();
    assert_eq!(proof.len(), 2, "{what}");
    assert_eq!(common::damage(&record), [0; 6], "{what}");
    assert_eq!(record.verdict, Some(Verdict::Pass), "{what}: {:?}", record.reasons);
    for lang in [Lang::En, Lang::Vi] {
        let text = summary(&record, lang);
        let widest = text.lines().map(|line| line.chars().count()).max();
        assert!(widest <= Some(80), "{text}");
    }
    let client = common::connect(&server.dsn()).await;
    nothing_is_left(&client, &what).await;
    let kept = "SELECT count(*), count(*) FILTER (WHERE query NOT LIKE '%SCRAM-SHA-256$%') \
                FROM pg_stat_statements WHERE query LIKE '%CREATE ROLE%PASSWORD%LOGIN%' \
                OR query LIKE '%CREATE ROLE pgv_isolation%' OR query LIKE '%CREATE ROLE \"pgv%'";
    let kept = client.query_one(kept, &[]).await.unwrap();
    let (all, plain): (i64, i64) = (kept.get(0), kept.get(1));
    assert!(all >= 2 && plain == 0, "{what}: {plain} of {all} have a password in them");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_set_up_passes_on_the_oldest() {
    let server = server(14).await;
    passes(&server, Tenancy::Schema).await;
    passes(&server, Tenancy::Rls).await;
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_set_up_passes_on_the_newest() {
    let server = server(18).await;
    passes(&server, Tenancy::Schema).await;
    passes(&server, Tenancy::Rls).await;
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_too_many_is_found_by_name() {
    let server = server(17).await;
    let dsn = as_dba(&server);
    let granted = given_too_much(
        &dsn,
        Tenancy::Schema,
        &["GRANT USAGE ON SCHEMA {{other_schema}} TO {{own_role}}; \
           GRANT SELECT ON {{other}} TO {{own_role}}"],
    )
    .await;
    let found = leaks(&granted);
    for name in ["select", "copy_out", "search_path", "temp_view", "prepared", "pg_stats"] {
        assert!(found.contains(name), "{name}: {found:?}");
    }
    for name in ["insert", "update", "delete", "drop_table", "set_role", "rows_unchanged"] {
        assert!(!found.contains(name), "{name}: {found:?}");
    }
    assert_eq!(granted.verdict, Some(Verdict::Fail));
    let text = summary(&granted, Lang::En);
    assert!(text.contains("LEAKS") && text.contains("select, tenant 1 to 2, at rest"), "{text}");
    let others = |probe: &&pgvalidate::model::isolation::Probe| {
        probe.outcome == ProbeOutcome::Leak && probe.from != 1
    };
    assert_eq!(isolation(&granted).probes.iter().find(others), None, "the right is one tenant's");

    let function = "CREATE FUNCTION {{own_schema}}.too_much() RETURNS bigint LANGUAGE sql \
                    SECURITY DEFINER AS 'SELECT count(*) FROM {{other}}'; \
                    CREATE VIEW {{own_schema}}.too_much AS SELECT id FROM {{other}}; \
                    GRANT SELECT ON {{own_schema}}.too_much TO {{own_role}}";
    let results = tempfile::tempdir().unwrap();
    let too_much = vec![function.to_owned()];
    let with_theirs = RunOptions {
        seams: Seams { too_much, ..Seams::default() },
        work: Work::soak(Duration::from_secs(1), Duration::ZERO, None, 1),
        ..options(&dsn, Tenancy::Schema, results.path())
    };
    let finished = engine::run(&with_theirs, &Silent, &Stop::default()).await.unwrap();
    let found = leaks(&finished.record);
    assert_eq!(found, BTreeSet::from(["functions_as_owner", "views_as_owner"]));
    let text = summary(&finished.record, Lang::En);
    for name in ["pgv_tenant_00001.too_much()", "pgv_tenant_00001.too_much;"] {
        let unfolded = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(unfolded.contains(name), "{name}: {text}");
    }
    // What the tool didn't make it doesn't drop: it is named, and the roles are gone.
    let error = finished.error.expect("a schema was left").to_string();
    assert!(error.contains("pgv_tenant_00001"), "{error}");
    let client = common::connect(&server.dsn()).await;
    client
        .batch_execute(
            "DROP VIEW pgv_tenant_00001.too_much; DROP FUNCTION pgv_tenant_00001.too_much()",
        )
        .await
        .unwrap();
    pgvalidate::engine::clean::clean(&server.dsn(), false).await.unwrap();
    nothing_is_left(&client, "schema").await;
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn row_security_that_does_not_hold_is_found_by_name() {
    let server = server(16).await;
    // BYPASSRLS is a superuser's to give.
    let dsn = server.dsn();
    let bypassing =
        given_too_much(&dsn, Tenancy::Rls, &["ALTER ROLE {{own_role}} BYPASSRLS"]).await;
    let found = leaks(&bypassing);
    for name in ["select", "update", "delete", "bypass_attribute", "row_security_inactive"] {
        assert!(found.contains(name), "{name}: {found:?}");
    }
    assert!(!found.contains("truncate") && !found.contains("rows_unchanged"), "{found:?}");
    assert_eq!(bypassing.verdict, Some(Verdict::Fail));

    let owner = ["ALTER TABLE {{other}} OWNER TO {{own_role}}"];
    let owning = given_owner(&dsn, &owner).await;
    let found = leaks(&owning);
    for name in ["owner_not_forced", "row_security_inactive", "select", "disable_row_security"] {
        assert!(found.contains(name), "{name}: {found:?}");
    }
    assert!(!found.contains("bypass_attribute"), "{found:?}");

    // The setting alone is what any session may set.
    let unbound =
        given_too_much(&dsn, Tenancy::Rls, &["DROP POLICY isolation_00001 ON {{other}}"]).await;
    assert_eq!(leaks(&unbound), BTreeSet::from(["claim_tenant"]));
    let client = common::connect(&server.dsn()).await;
    nothing_is_left(&client, "rls").await;
    server.stop().await.unwrap();
}

/// The table is given back in the end, or its owner's role would take it along.
async fn given_owner(dsn: &str, statements: &[&str]) -> RunRecord {
    let results = tempfile::tempdir().unwrap();
    let options = RunOptions {
        seams: Seams {
            too_much: statements.iter().map(|sql| (*sql).to_owned()).collect(),
            ..Seams::default()
        },
        work: Work::soak(Duration::from_secs(1), Duration::ZERO, None, 1),
        ..options(dsn, Tenancy::Rls, results.path())
    };
    engine::run(&options, &Silent, &Stop::default()).await.unwrap().record
}

/// Every probe but those that the server refuses to superusers too can fail,
/// and what leaks is rolled back.
#[tokio::test(flavor = "multi_thread")]
async fn a_superuser_gets_through_everywhere_and_changes_nothing() {
    let server = server(15).await;
    // Where tenants share a table, no view or function of its owner's is there.
    let shared = ["functions_as_owner", "temp_read", "views_as_owner"];
    for (tenancy, refused) in [(Tenancy::Schema, &["temp_read"][..]), (Tenancy::Rls, &shared)] {
        let record =
            given_too_much(&server.dsn(), tenancy, &["ALTER ROLE {{own_role}} SUPERUSER"]).await;
        let denied: BTreeSet<_> = isolation(&record)
            .probes
            .iter()
            .filter(|p| p.from == 1 && p.to == 2 && p.when == When::AtRest)
            .filter(|p| !matches!(p.group, Group::Pool | Group::Proof))
            .filter(|p| !matches!(p.outcome, ProbeOutcome::Leak | ProbeOutcome::OpenByDesign))
            .map(|p| (p.name.as_str(), format!("{:?} {:?}", p.outcome, p.observed)))
            .collect();
        let names: Vec<_> = denied.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, refused, "{tenancy:?}: {denied:?}");
        assert!(!leaks(&record).contains("rows_unchanged"), "{tenancy:?}: all was rolled back");
        assert_eq!(common::damage(&record), [0; 6], "{tenancy:?}");
    }
    let client = common::connect(&server.dsn()).await;
    nothing_is_left(&client, "superuser").await;
    server.stop().await.unwrap();
}

/// Stops the run when it begins to probe.
struct StopsAtProbes(Stop);

impl Progress for StopsAtProbes {
    fn phase(&self, what: &Label) {
        if matches!(what, Label::Probing {}) {
            self.0.stop(Signal::Interrupt);
        }
    }

    fn rows<'a>(&'a self, _: Arc<dyn Fn() -> u64 + Send + Sync>, _: Goal) -> Box<dyn Send + 'a> {
        Box::new(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_tried_is_said_and_nothing_stays_after_a_stop_or_an_error() {
    let server = server(16).await;
    let client = common::connect(&server.dsn()).await;
    let results = tempfile::tempdir().unwrap();
    let ordinary = options(&as_dba(&server), Tenancy::Schema, results.path());

    let failing = RunOptions {
        seams: Seams { too_much: vec!["SELECT 1/0".to_owned()], ..Seams::default() },
        ..ordinary.clone()
    };
    let finished = engine::run(&failing, &Silent, &Stop::default()).await.unwrap();
    assert!(finished.error.unwrap().to_string().contains("22012"));
    nothing_is_left(&client, "after an error").await;

    let stop = Stop::default();
    let stopped = engine::run(&ordinary, &StopsAtProbes(stop.clone()), &stop).await.unwrap();
    assert_eq!(stopped.record.verdict, Some(Verdict::Aborted));
    nothing_is_left(&client, "after a stop").await;
    stopped_at_rest(&client, &ordinary).await;

    client.batch_execute("ALTER ROLE dba NOCREATEROLE").await.unwrap();
    let Finished { record, error, .. } =
        engine::run(&ordinary, &Silent, &Stop::default()).await.unwrap();
    assert!(error.is_none(), "{error:?}");
    let found = isolation(&record);
    assert_eq!((found.leaks, found.tried), (None, 0));
    assert!(found.not_tried > 100, "{}", found.not_tried);
    assert_eq!(record.verdict, Some(Verdict::Inconclusive));
    let text = summary(&record, Lang::En);
    assert!(text.contains("CREATEROLE"), "{text}");
    nothing_is_left(&client, "without CREATEROLE").await;
    server.stop().await.unwrap();
}

/// Stops the run once its roles are there, while it waits for a lock at rest:
/// roles, schemas and what they own are gone.
async fn stopped_at_rest(client: &Client, ordinary: &RunOptions) {
    let lock = "SELECT pg_advisory_lock(4711)";
    client.batch_execute(lock).await.unwrap();
    let waiting = RunOptions {
        seams: Seams { too_much: vec![lock.to_owned()], ..Seams::default() },
        ..ordinary.clone()
    };
    let stop = Stop::default();
    let made = "SELECT (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted), \
                (SELECT count(*) FROM pg_roles WHERE rolname LIKE 'pgv\\_isolation\\_%'), \
                (SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'pgv\\_tenant\\_%')";
    let stopping = async {
        let made: (i64, i64) = loop {
            let row = client.query_one(made, &[]).await.unwrap();
            if row.get::<_, i64>(0) > 0 {
                break (row.get(1), row.get(2));
            }
        };
        stop.stop(Signal::Interrupt);
        client.batch_execute("SELECT pg_advisory_unlock(4711)").await.unwrap();
        made
    };
    let (stopped, made) = tokio::join!(engine::run(&waiting, &Silent, &stop), stopping);
    let Finished { record, .. } = stopped.unwrap();
    assert_eq!(made, (2, 2), "roles and schemas that were there");
    assert_eq!(record.verdict, Some(Verdict::Aborted));
    assert!(record.load.is_none(), "it came no further than its phase at rest");
    nothing_is_left(client, "after a stop at rest").await;
}

/// What a tool that was killed left goes with `clean`; another run's role stays.
#[tokio::test(flavor = "multi_thread")]
async fn clean_removes_the_roles_of_a_tool_that_was_killed() {
    let server = server(15).await;
    let client = common::connect(&server.dsn()).await;
    let alone = "7b9f9c1e";
    let (ours, others) =
        ("6a9f9c1e-4b0c-4f65-9a51-6f2d6f0f0a01", "6a9f9c1e-4b0c-4f65-9a51-6f2d6f0f0a02");
    let left = format!(
        "CREATE SCHEMA pgv_tenant_00001; \
         COMMENT ON SCHEMA pgv_tenant_00001 IS 'pgvalidate tenant of run {ours}'; \
         CREATE SEQUENCE pgv_tenant_00001.isolation_seq; \
         CREATE ROLE pgv_isolation_6a9f9c1e_1; \
         COMMENT ON ROLE pgv_isolation_6a9f9c1e_1 IS 'pgvalidate isolation role of run {ours}'; \
         GRANT USAGE ON SCHEMA pgv_tenant_00001 TO pgv_isolation_6a9f9c1e_1; \
         CREATE ROLE elsewhere; \
         COMMENT ON ROLE elsewhere IS 'pgvalidate isolation role of run {others}'; \
         CREATE ROLE pgv_isolation_{alone}_1 LOGIN; \
         COMMENT ON ROLE pgv_isolation_{alone}_1 IS \
             'pgvalidate isolation role of run {alone}-4b0c-4f65-9a51-6f2d6f0f0a03'; \
         CREATE VIEW public.depends AS SELECT * FROM pgv_tenant_00001.isolation_seq"
    );
    client.batch_execute(&left).await.unwrap();
    // Something of somebody else's depends on what a tenant had: the roles go all the same.
    let error = pgvalidate::engine::clean::clean(&server.dsn(), false).await.unwrap_err();
    assert!(error.to_string().contains("pgv_tenant_00001"), "{error}");
    let roles = "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'pgv\\_%'";
    assert_eq!(client.query_one(roles, &[]).await.unwrap().get::<_, i64>(0), 0);
    client.batch_execute("DROP VIEW public.depends").await.unwrap();
    let cleaned = pgvalidate::engine::clean::clean(&server.dsn(), false).await.unwrap();
    assert_eq!(cleaned.schemas, 1);
    nothing_is_left(&client, "clean").await;
    let elsewhere = "SELECT count(*) FROM pg_roles WHERE rolname = 'elsewhere'";
    assert_eq!(client.query_one(elsewhere, &[]).await.unwrap().get::<_, i64>(0), 1);
    server.stop().await.unwrap();
}

/// A role that lets somebody in and can't be removed is an error of the run, and
/// goes with `clean` once it can be, though the run's schemas are gone.
#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_stays_is_an_error() {
    let server = server(17).await;
    let client = common::connect(&server.dsn()).await;
    client.batch_execute("CREATE DATABASE elsewhere").await.unwrap();
    let results = tempfile::tempdir().unwrap();
    let too_much = vec!["ALTER DATABASE elsewhere OWNER TO {{own_role}}".to_owned()];
    let options = RunOptions {
        seams: Seams { too_much, ..Seams::default() },
        work: Work::soak(Duration::from_secs(1), Duration::ZERO, None, 1),
        ..options(&server.dsn(), Tenancy::Schema, results.path())
    };
    let finished = engine::run(&options, &Silent, &Stop::default()).await.unwrap();
    let error = finished.error.expect("a role was left").to_string();
    assert!(error.contains("pgv_isolation_") && error.contains("DROP ROLE"), "{error}");
    assert_ne!(finished.record.verdict, Some(Verdict::Pass));
    let left = finished.record.findings.iter().filter(|note| note.id == "roles_left");
    assert_eq!(left.count(), 1, "said once");
    client.batch_execute("ALTER DATABASE elsewhere OWNER TO postgres").await.unwrap();
    pgvalidate::engine::clean::clean(&server.dsn(), false).await.unwrap();
    nothing_is_left(&client, "clean").await;
    server.stop().await.unwrap();
}

/// Each look at a pooled connection sees what a tenant before left in it.
#[tokio::test(flavor = "multi_thread")]
async fn every_probe_of_the_pool_can_fail() {
    let server = server(18).await;
    let client = common::connect(&server.dsn()).await;
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("sql/isolation");
    let probes = ["role", "setting", "search_path", "temp_table", "prepared", "cursor", "lock"];
    let probes = probes.into_iter().chain(["listen", "session"]);
    let looks: Vec<(&str, String)> = probes
        .map(|name| (name, std::fs::read_to_string(dir.join(format!("pool_{name}.sql"))).unwrap()))
        .collect();
    let sees = async |sql: &str| {
        let said = client.simple_query(sql).await.unwrap();
        said.iter().any(|m| matches!(m, tokio_postgres::SimpleQueryMessage::Row(_)))
    };
    for (name, look) in &looks {
        assert!(!sees(look).await, "{name} sees something where nothing was left");
    }
    let leave = "SELECT set_config('pgvalidate.tenant_id', '1', false); \
                 CREATE TEMPORARY TABLE work AS SELECT 1; SELECT pg_advisory_lock(7); \
                 SET search_path = pg_catalog; PREPARE work AS SELECT 1; LISTEN work; \
                 DECLARE work CURSOR WITH HOLD FOR SELECT 1; SET ROLE writer";
    client.batch_execute(leave).await.unwrap();
    for (name, look) in &looks {
        assert!(sees(look).await, "{name} sees nothing of what was left");
    }
    server.stop().await.unwrap();
}
