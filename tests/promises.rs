//! The promises to a target: what a run leaves as it was, and what `clean`
//! leaves to whom it belongs.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};
use tokio_postgres::{Client, SimpleQueryMessage};

/// What a target is, but for counters: each question with its answer, as text.
const QUESTIONS: [(&str, &str); 11] = [
    (
        "settings",
        "SELECT name, setting, source, sourcefile, sourceline FROM pg_settings ORDER BY 1",
    ),
    ("settings of roles and databases", "SELECT * FROM pg_db_role_setting ORDER BY 1, 2"),
    ("settings in files", "SELECT * FROM pg_file_settings ORDER BY 1, 2"),
    ("roles", "SELECT rolname, rolsuper, rolconfig, rolvaliduntil FROM pg_roles ORDER BY 1"),
    ("memberships", "SELECT roleid, member FROM pg_auth_members ORDER BY 1, 2"),
    ("databases", "SELECT datname, datdba, datacl, datconnlimit FROM pg_database ORDER BY 1"),
    (
        "schemas",
        "SELECT oid, nspname, nspowner, nspacl FROM pg_namespace \
                 WHERE nspname !~ '^pg_(toast_)?temp_' ORDER BY 1",
    ),
    (
        "relations",
        "SELECT oid, relname, relowner, relacl FROM pg_class \
                   WHERE relnamespace <> 'pg_toast'::regnamespace ORDER BY 1",
    ),
    (
        "functions and types",
        "SELECT oid, proname FROM pg_proc \
                             UNION ALL SELECT oid, typname FROM pg_type ORDER BY 1",
    ),
    (
        "extensions, publications, slots",
        "SELECT extname, '' FROM pg_extension \
                             UNION ALL SELECT pubname, '' FROM pg_publication \
                             UNION ALL SELECT slot_name, '' FROM pg_replication_slots \
                             UNION ALL SELECT gid, '' FROM pg_prepared_xacts ORDER BY 1",
    ),
    (
        "resets of statistics",
        "SELECT datname, stats_reset FROM pg_stat_database \
                  UNION ALL SELECT 'bgwriter', stats_reset FROM pg_stat_bgwriter \
                  UNION ALL SELECT 'archiver', stats_reset FROM pg_stat_archiver \
                  UNION ALL SELECT 'wal', stats_reset FROM pg_stat_wal \
                  UNION ALL SELECT slru.name, stats_reset FROM pg_stat_slru AS slru \
                  UNION ALL SELECT 'statements', stats_reset FROM pg_stat_statements_info ORDER BY 1",
    ),
];

async fn rows(client: &Client, question: &str) -> Vec<Vec<Option<String>>> {
    let messages = client.simple_query(question).await.unwrap();
    let row = |message| match message {
        SimpleQueryMessage::Row(row) => {
            Some((0..row.len()).map(|i| row.get(i).map(str::to_owned)).collect())
        }
        _ => None,
    };
    messages.into_iter().filter_map(row).collect()
}

async fn look(client: &Client) -> BTreeMap<&'static str, Vec<Vec<Option<String>>>> {
    let mut all = BTreeMap::new();
    for (what, question) in QUESTIONS {
        all.insert(what, rows(client, question).await);
    }
    all
}

fn pgvalidate(dir: &Path, args: &[&str]) -> Output {
    Command::new(common::BIN)
        .env("PGVALIDATE_LANG", "en")
        .env("PGVALIDATE_STATE_DIR", dir.join("state"))
        .env_remove("PGVALIDATE_URL")
        .env_remove("PGPASSWORD")
        .current_dir(dir)
        .args(args)
        .output()
        .unwrap()
}

/// Runs it; whatever the verdict, it was carried through.
fn carried_through(dir: &Path, args: &[&str]) {
    let output = pgvalidate(dir, args);
    let code = output.status.code();
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(matches!(code, Some(0 | 1 | 4)), "{args:?}: {code:?} {text}");
    assert!(!text.contains("error: "), "{args:?}: {text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_is_afterwards_as_it_was() {
    let server = common::server(&[]).await;
    let client = common::connect(&server.dsn()).await;
    let theirs = "CREATE EXTENSION pg_stat_statements; \
        CREATE ROLE writer LOGIN; GRANT CREATE ON DATABASE postgres TO writer; \
        ALTER ROLE writer SET work_mem = '5MB'; ALTER DATABASE postgres SET lock_timeout = '9s'; \
        CREATE SCHEMA app; CREATE TABLE app.t (a int PRIMARY KEY); \
        INSERT INTO app.t SELECT generate_series(1, 1000)";
    client.batch_execute(theirs).await.unwrap();
    client.batch_execute("ALTER SYSTEM SET log_checkpoints = on").await.unwrap();
    client.batch_execute("SELECT pg_reload_conf()").await.unwrap();
    // What the file holds is in effect, so that it isn't a run's doing.
    let dsn = server.dsn();
    let session = common::connect(&dsn).await;
    let applied = "SELECT source FROM pg_settings WHERE name = 'log_checkpoints'";
    let file =
        "SELECT sourcefile LIKE '%auto.conf' FROM pg_settings WHERE name = 'log_checkpoints'";
    while !session.query_one(file, &[]).await.unwrap().get::<_, bool>(0) {}
    assert_eq!(
        session.query_one(applied, &[]).await.unwrap().get::<_, String>(0),
        "configuration file"
    );
    let auto = server.data_dir().join("postgresql.auto.conf");
    let (before, conf) = (look(&session).await, std::fs::read_to_string(&auto).unwrap());
    let calls =
        "SELECT sum(calls)::bigint FROM pg_stat_statements WHERE query LIKE 'CREATE SCHEMA app%'";
    let counted: Option<i64> = session.query_one(calls, &[]).await.unwrap().get(0);

    let dir = tempfile::tempdir().unwrap();
    let on = ["--url", &dsn, "--no-sampling"];
    let small = ["--batches", "3", "--size", "100", "--baseline-time", "200ms"];
    let short = ["--duration", "1s", "--warm-up", "0s", "--rate", "500", "--size", "50"];
    let scans = ["--tenants", "2", "--records", "200", "--size", "100", "--arrival", "20"];
    let rls = ["--poll", "50ms", "--tenancy", "rls", "--writer-role", "writer"];
    // What a run leaves that is told to, `clean` takes away.
    let kept = ["--no-baseline", "--keep-data", "--tenant-prefix", "kept_"];
    let commands = [
        vec!["preflight", "--url", &dsn],
        [&["burst"], &small[..], &["--tenant-prefix", "burst_", "--url", &dsn]].concat(),
        [&["soak"], &short[..], &["--tenant-prefix", "soak_"], &on].concat(),
        [&["scans"], &scans[..], &rls, &["--tenant-prefix", "scans_"], &on].concat(),
        [&["burst"], &small[..2], &kept[..], &on].concat(),
    ];
    std::thread::scope(|all| {
        for command in &commands {
            all.spawn(|| carried_through(dir.path(), command));
        }
    });
    assert!(common::schemas(&session).await.contains(&"kept_00001".to_owned()));
    carried_through(dir.path(), &["clean", "--url", &dsn]);

    let after = look(&session).await;
    for (what, _) in QUESTIONS {
        assert_eq!(before[what], after[what], "{what}");
    }
    assert_eq!(std::fs::read_to_string(&auto).unwrap(), conf);
    assert_eq!(session.query_one(calls, &[]).await.unwrap().get::<_, Option<i64>>(0), counted);
    assert!(!dir.path().join("state").exists(), "no journal, since nothing was changed");
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn clean_leaves_to_others_what_is_theirs() {
    let server = common::server(&[]).await;
    let (dsn, client) = (server.dsn(), common::connect(&server.dsn()).await);
    let dir = tempfile::tempdir().unwrap();
    // Somebody else's schema of the ledger's name: nothing at all is removed.
    client
        .batch_execute("CREATE SCHEMA pgvalidate; CREATE TABLE pgvalidate.run (a int)")
        .await
        .unwrap();
    let refused = pgvalidate(dir.path(), &["clean", "--yes", "--url", &dsn]);
    let text = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(3), "{text}");
    assert!(text.contains("\"pgvalidate\" that this tool did not make"), "{text}");
    let there = "SELECT to_regclass('pgvalidate.run') IS NOT NULL";
    assert!(client.query_one(there, &[]).await.unwrap().get::<_, bool>(0));
    client.batch_execute("DROP SCHEMA pgvalidate CASCADE").await.unwrap();

    let run = ["burst", "--batches", "3", "--size", "10", "--no-baseline", "--keep-data"];
    carried_through(dir.path(), &[&run[..], &["--no-sampling", "--url", &dsn]].concat());
    // A schema with a tenant's name and no mark, one whose mark only looks like
    // ours, a marked one in which something else lies, and one that somebody's
    // view depends on.
    let theirs = "CREATE SCHEMA pgv_tenant_09999; CREATE TABLE pgv_tenant_09999.t (a int); \
        CREATE SCHEMA pgv_tenant_09998; \
        COMMENT ON SCHEMA pgv_tenant_09998 IS 'pgvalidate tenant of run mine'; \
        CREATE TABLE pgv_tenant_00002.theirs (a int); \
        CREATE VIEW public.v AS SELECT id FROM pgv_tenant_00003.processing_activities";
    client.batch_execute(theirs).await.unwrap();
    let cleaned = pgvalidate(dir.path(), &["clean", "--url", &dsn]);
    let text = String::from_utf8(cleaned.stderr).unwrap();
    assert_eq!(cleaned.status.code(), Some(3), "{text}");
    assert!(text.contains("pgv_tenant_00002") && text.contains("pgv_tenant_00003"), "{text}");
    assert!(!text.contains("0999"), "{text}");
    let left = common::schemas(&client).await;
    let expected = [
        "pgv_tenant_00002",
        "pgv_tenant_00003",
        "pgv_tenant_09998",
        "pgv_tenant_09999",
        "pgvalidate",
        "public",
    ];
    assert_eq!(left, expected);
    client.batch_execute("SELECT * FROM public.v, pgv_tenant_00002.theirs").await.unwrap();

    client.batch_execute("DROP VIEW public.v; DROP TABLE pgv_tenant_00002.theirs").await.unwrap();
    let cleaned = pgvalidate(dir.path(), &["clean", "--url", &dsn]);
    assert_eq!(cleaned.status.code(), Some(0), "{}", String::from_utf8_lossy(&cleaned.stderr));
    assert_eq!(common::schemas(&client).await, ["pgv_tenant_09998", "pgv_tenant_09999", "public"]);
    server.stop().await.unwrap();
}
