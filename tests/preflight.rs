//! The preflight on real servers: what it sees, what it says, and that it
//! leaves nothing behind.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use assert_cmd::Command;
use pgvalidate::model::facts::Sight;
use pgvalidate::model::{Check, Outcome, RunRecord};
use pgvalidate::probes::signoff;
use pgvalidate::server::{PrivateServer, ServerOptions};
use pgvalidate::session::Target;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// What the command told.
struct Told {
    code: i32,
    checks: Vec<Check>,
}

impl Told {
    fn of(&self, id: &str) -> &Check {
        self.checks.iter().find(|c| c.id == id).unwrap_or_else(|| panic!("no check {id}"))
    }

    /// Outcome and message of a check.
    fn is(&self, id: &str) -> (Outcome, &str) {
        (self.of(id).outcome, &self.of(id).note.id)
    }

    fn blocking(&self) -> Vec<&str> {
        let blocking = self.checks.iter().filter(|c| c.outcome == Outcome::Blocking);
        blocking.map(|c| c.id.as_str()).collect()
    }
}

fn command(args: &[&str]) -> Command {
    let mut command = Command::new(common::BIN);
    command
        .env("PGVALIDATE_LANG", "en")
        .env_remove("PGVALIDATE_URL")
        .env_remove("PGPASSWORD")
        .args(args);
    command
}

fn told(dsn: &str, flags: &[&str]) -> Told {
    let args = [&["preflight", "--format", "json", "--url", dsn], flags].concat();
    let output = command(&args).output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    let checks = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|e| panic!("{e}: {}{text}", String::from_utf8_lossy(&output.stdout)));
    Told { code: output.status.code().unwrap(), checks }
}

/// What it prints for people.
fn printed(dsn: &str, flags: &[&str]) -> (i32, String) {
    let output = command(&[&["preflight", "--url", dsn], flags].concat()).output().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
}

async fn server(bin_dir: Option<&Path>, arguments: &[&str]) -> PrivateServer {
    let options = ServerOptions {
        guard_exe: Some(common::BIN.into()),
        bin_dir: bin_dir.map(Path::to_owned),
        max_connections: 150,
        last_settings: arguments
            .iter()
            .filter_map(|a| a.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        ..ServerOptions::default()
    };
    PrivateServer::start(&options).await.unwrap()
}

/// Every statement in `sql/preflight`, `sql/signoff` and `sql/watch` is prepared and run, as
/// a superuser and as somebody with no privilege, on every server there is.
#[tokio::test(flavor = "multi_thread")]
async fn every_question_can_be_asked_of_every_server() {
    for (major, bin_dir) in common::majors::majors() {
        let server = server(Some(&bin_dir), &[]).await;
        let admin = common::connect(&server.dsn()).await;
        admin.batch_execute("CREATE ROLE nobody LOGIN").await.unwrap();
        let nobody = common::connect(&server.dsn().replace("user=postgres", "user=nobody")).await;
        let mut asked = 0;
        for path in questions() {
            let name = path.file_stem().unwrap().to_str().unwrap();
            // From that major on.
            let from = name.rsplit_once("_pg").and_then(|(_, from)| from.parse::<u32>().ok());
            if from.is_some_and(|from| major < from) {
                continue;
            }
            let sql = std::fs::read_to_string(&path).unwrap();
            for header in ["-- Purpose:", "-- Parameters:", "-- Privileges:"] {
                assert!(sql.contains(header), "{} lacks {header}", path.display());
            }
            let needs_rights = sql.contains("-- Privileges: superuser");
            let sql = filled_in(&sql);
            for (client, is_admin) in [(&admin, true), (&nobody, false)] {
                let name = format!("{} on {}", path.display(), bin_dir.display());
                let statement = client.prepare(&sql).await.expect(&name);
                let prefix = &"pgv_tenant_" as &(dyn tokio_postgres::types::ToSql + Sync);
                let parameters = vec![prefix; statement.params().len()];
                let answer = client.query(&statement, &parameters).await;
                match answer {
                    // What needs a right says so, and fails for want of it alone.
                    Err(error) if needs_rights && !is_admin => {
                        assert_eq!(error.code().unwrap().code(), "42501", "{name}");
                    }
                    answer => {
                        answer.expect(&name);
                        assert!(is_admin || !needs_rights, "{name}: no right was needed");
                    }
                }
            }
            asked += 1;
        }
        assert!(asked >= 19, "the statements were found");
        // And as the tool asks it: no question fails.
        for dsn in [server.dsn(), server.dsn().replace("user=postgres", "user=nobody")] {
            let told = told(&dsn, &[]);
            let failed: Vec<_> =
                told.checks.iter().filter(|c| c.note.id == "query_failed").collect();
            assert!(failed.is_empty(), "{}: {failed:?}", bin_dir.display());
            assert_eq!(told.of("version").outcome, Outcome::Ok);
            assert!(told.is("other_load").1.starts_with("quiet"), "{:?}", told.checks);
        }
        rights_that_are_named_suffice(&server, &admin).await;
        server.stop().await.unwrap();
    }
}

/// The files of questions.
fn questions() -> Vec<PathBuf> {
    let sql = Path::new(env!("CARGO_MANIFEST_DIR")).join("sql");
    let folders =
        ["preflight", "signoff", "watch"].map(|folder| std::fs::read_dir(sql.join(folder)));
    folders.into_iter().flat_map(|folder| folder.unwrap().map(|e| e.unwrap().path())).collect()
}

/// A statement with its own statements in it.
fn filled_in(sql: &str) -> String {
    sql.replace("{{drop_tenant}}", include_str!("../sql/ledger/drop_tenant.sql"))
        .replace("{{drop_ledger}}", include_str!("../sql/ledger/drop.sql"))
}

/// What a sign-off may not see names the statements with which it may; each of
/// them is run, and what was hidden is seen.
async fn rights_that_are_named_suffice(server: &PrivateServer, admin: &tokio_postgres::Client) {
    let asked = |dsn: String| async move {
        signoff::ask(&Target::parse_alone(&dsn).unwrap()).await.unwrap()
    };
    let all = asked(server.dsn()).await;
    assert!(matches!(&all.hba, Sight::Seen(rules) if !rules.is_empty()), "{:?}", all.hba);
    assert!(matches!(all.files, Sight::Seen(_)) && matches!(all.md5_roles, Sight::Seen(_)));
    let nobody = || asked(server.dsn().replace("user=postgres", "user=nobody"));
    let little = nobody().await;
    assert!(little.settings.len() < all.settings.len() && !little.session.reads_settings);
    assert!(matches!(little.archiver, Sight::Seen(_)) && matches!(little.standbys, Sight::Seen(_)));
    let grants = [
        needed(&little.hba),
        needed(&little.files),
        needed(&little.md5_roles),
        "GRANT pg_read_all_settings TO nobody".to_owned(),
    ];
    for grant in grants {
        admin.batch_execute(&grant).await.expect(&grant);
    }
    let more = nobody().await;
    assert_eq!((&more.hba, &more.files), (&all.hba, &all.files));
    assert_eq!(more.md5_roles, all.md5_roles);
    assert_eq!(more.settings.len(), all.settings.len());
}

fn needed<T: std::fmt::Debug>(sight: &Sight<T>) -> String {
    match sight {
        Sight::Needs(grants) => grants.clone(),
        other => panic!("seen without a right: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_good_target_may_be_written_to_and_a_role_without_privileges_is_told_its_grants() {
    let server = server(None, &[]).await;
    let (dsn, admin) = (server.dsn(), common::connect(&server.dsn()).await);
    let before = common::schemas(&admin).await;

    let good = told(&dsn, &[]);
    assert_eq!((good.code, good.blocking()), (0, vec![]));
    assert_eq!(good.is("disk"), (Outcome::Ok, "disk_room"), "a socket: its disk is seen");
    assert_eq!(good.is("other_load"), (Outcome::Ok, "quiet"));
    assert_eq!(good.is("monitor_privilege"), (Outcome::Ok, "sees_all"));
    assert_eq!(good.is("track_io_timing"), (Outcome::Warning, "io_times_missing"));
    assert_eq!(good.is("pg_stat_statements"), (Outcome::Warning, "statements_uncreated"));
    assert_eq!(good.is("standbys"), (Outcome::Ok, "no_standbys"));
    for (flags, id) in [
        (&["--write-pool", "500"][..], "connections"),
        (&["--tenants", "3000"], "statements_kept"),
        (&["--disk-budget", "1MB"], "disk"),
        (&["--batches", "1000", "--size", "9000000", "--write-pool", "10"], "disk"),
    ] {
        let told = told(&dsn, flags);
        assert_eq!((told.code, told.blocking()), (3, vec![id]), "{flags:?}");
    }
    assert_eq!(told(&dsn, &["--tenants", "3000", "--yes"]).code, 0);

    admin.batch_execute("CREATE ROLE app LOGIN").await.unwrap();
    let app = dsn.replace("user=postgres", "user=app");
    let busy = common::connect(&dsn).await;
    busy.batch_execute("BEGIN; SELECT pg_current_xact_id()").await.unwrap();
    let poor = told(&app, &[]);
    assert_eq!((poor.code, poor.blocking()), (3, vec!["create_privilege"]));
    assert_eq!(poor.is("monitor_privilege"), (Outcome::Warning, "sees_own"));
    assert_eq!(poor.is("disk"), (Outcome::Unknown, "disk_unseen"));
    assert_eq!(poor.is("other_load"), (Outcome::Unknown, "quiet_as_far_as_seen"));
    assert_eq!(poor.is("old_transactions"), (Outcome::Unknown, "transactions_hidden"));
    let (code, text) = printed(&app, &[]);
    assert_eq!(code, 3);
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("GRANT CREATE ON DATABASE \"postgres\" TO \"app\""), "{text}");
    assert!(words.contains("GRANT pg_monitor TO \"app\""), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    assert!(text.find("\nblocking\n") < text.find("\nwarning\n"), "{text}");
    assert!(text.ends_with(" ok\n") && text.contains("a run may not begin"), "{text}");

    // What the grants help.
    let grants = "GRANT CREATE ON DATABASE postgres TO app; GRANT pg_monitor TO app";
    admin.batch_execute(grants).await.unwrap();
    let granted = told(&app, &[]);
    assert_eq!((granted.code, granted.blocking()), (0, vec![]));
    assert_eq!(granted.is("monitor_privilege").0, Outcome::Ok);
    assert_eq!(granted.is("disk").0, Outcome::Ok);
    assert_eq!(granted.is("old_transactions").0, Outcome::Ok, "it is young");
    let (_, text) = printed(&app, &["--lang", "vi"]);
    assert!(text.contains("có thể bắt đầu chạy"), "{text}");

    assert_eq!(common::schemas(&admin).await, before, "nothing is written");
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ways_to_ask_wrongly_have_their_exit_codes() {
    let code = |args: &[&str]| command(args).output().unwrap().status.code();
    assert_eq!(code(&["preflight"]), Some(2), "--url is needed");
    assert_eq!(code(&["preflight", "--url", "host=/nowhere user=u dbname=d"]), Some(3));
    assert_eq!(code(&["preflight", "--url", "host=h", "--batches", "0"]), Some(2));
    assert_eq!(code(&["preflight", "--url", "host=h", "--disk-budget", "20"]), Some(2));
    assert_eq!(code(&["preflight", "--url", "postgresql://h:port/d"]), Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn schemas_that_are_in_the_way_are_named_before_anything_is_made() {
    let server = server(None, &[]).await;
    let (dsn, admin) = (server.dsn(), common::connect(&server.dsn()).await);
    let run = "4f5c8f3e-0000-4000-8000-000000000001";
    let tenant = |schema: &str| {
        format!(
            "CREATE SCHEMA {schema}; COMMENT ON SCHEMA {schema} IS 'pgvalidate tenant of run {run}';"
        )
    };
    admin.batch_execute(&(tenant("pgv_tenant_00001") + &tenant("x_00001"))).await.unwrap();
    let left = told(&dsn, &[]);
    assert_eq!((left.code, left.blocking()), (3, vec!["tenant_schemas"]));
    assert_eq!(left.of("tenant_schemas").note.args["run_id"], run);
    assert_eq!(left.is("other_runs"), (Outcome::Warning, "other_runs"));
    let replaced = told(&dsn, &["--replace"]);
    assert_eq!(replaced.is("tenant_schemas"), (Outcome::Warning, "schemas_replaced"));
    assert_eq!(told(&dsn, &["--tenant-prefix", "free_"]).code, 0);

    // Another role may not drop them, whatever it is told.
    let app = "CREATE ROLE app LOGIN; GRANT CREATE ON DATABASE postgres TO app";
    admin.batch_execute(app).await.unwrap();
    let locked = told(&dsn.replace("user=postgres", "user=app"), &["--replace"]);
    assert_eq!(locked.is("tenant_schemas"), (Outcome::Blocking, "schemas_of_other"));
    assert_eq!(locked.of("tenant_schemas").note.args["owner"], "postgres");

    // Everything that blocks is named, by a run too, and nothing is made.
    admin.batch_execute("CREATE SCHEMA pgvalidate; CREATE SCHEMA pgv_tenant_mine").await.unwrap();
    let foreign = told(&dsn, &["--replace"]);
    assert_eq!(foreign.blocking(), ["ledger_schema", "tenant_schemas"]);
    let before = common::schemas(&admin).await;
    let dir = tempfile::tempdir().unwrap();
    let output = command(&["burst", "--no-baseline", "--replace", "--url", &dsn])
        .current_dir(dir.path())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(3), "{text}");
    assert!(text.contains("\"pgvalidate\" that this tool did not make"), "{text}");
    assert!(text.contains("\"pgv_tenant_mine\" exists"), "{text}");
    assert!(!text.contains("creating tenants"), "{text}");
    assert_eq!(common::schemas(&admin).await, before);
    let record = record(dir.path());
    assert_eq!(record.preflight.iter().filter(|c| c.outcome == Outcome::Blocking).count(), 2);
    server.stop().await.unwrap();
}

/// The record of the only run below `dir`.
fn record(dir: &Path) -> RunRecord {
    let folder = std::fs::read_dir(dir.join("results")).unwrap().next().unwrap().unwrap();
    let text = std::fs::read_to_string(folder.path().join("run.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_piles_up_wal_and_who_is_at_work_is_a_warning() {
    let arguments =
        ["archive_mode=on", "archive_command=false", "max_prepared_transactions=2", "fsync=off"];
    let server = server(None, &arguments).await;
    let (dsn, admin) = (server.dsn(), common::connect(&server.dsn()).await);
    let unsafe_server = told(&dsn, &[]);
    assert_eq!((unsafe_server.code, unsafe_server.blocking()), (3, vec!["durability"]));

    let slot = "SELECT pg_create_physical_replication_slot('abandoned', true)";
    admin.batch_execute(slot).await.unwrap();
    admin.batch_execute("CREATE TABLE t (a int)").await.unwrap();
    admin.batch_execute("SELECT pg_switch_wal()").await.unwrap();
    let deadline = Instant::now() + Duration::from_secs(30);
    let fails = "SELECT failed_count > 0 FROM pg_stat_archiver";
    while !admin.query_one(fails, &[]).await.unwrap().get::<_, bool>(0) {
        assert!(Instant::now() < deadline, "the archiver was to fail");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let busy = common::connect(&dsn).await;
    let stop = Arc::new(AtomicBool::new(false));
    let told_to = stop.clone();
    let load = tokio::spawn(async move {
        while !told_to.load(Ordering::Relaxed) {
            busy.batch_execute("INSERT INTO t VALUES (1)").await.unwrap();
        }
    });
    let began = Instant::now();
    let warned = told(&dsn, &["--allow-unsafe"]);
    assert!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
    stop.store(true, Ordering::Relaxed);
    load.await.unwrap();
    assert_eq!((warned.code, warned.blocking()), (0, vec![]));
    assert_eq!(warned.is("archiver"), (Outcome::Warning, "archiver_fails"));
    assert_eq!(warned.is("replication_slots"), (Outcome::Warning, "slot_abandoned"));
    assert_eq!(warned.is("durability"), (Outcome::Warning, "undurable_allowed"));
    assert_eq!(warned.is("other_load"), (Outcome::Warning, "busy"));
    let rate = &warned.of("other_load").note.args["transactions_per_s"];
    assert!(rate.as_u64().unwrap() >= 50, "{rate}");

    // A run goes on with all that, records it and says so.
    let dir = tempfile::tempdir().unwrap();
    let args = ["burst", "--batches", "2", "--size", "50", "--no-baseline", "--allow-unsafe"];
    let output = command(&args).args(["--url", &dsn]).current_dir(dir.path()).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(4), "{text}");
    for said in ["warning: archiving fails", "\"abandoned\"", "fewer statistics"] {
        assert!(text.contains(said), "{said}: {text}");
    }
    assert!(!text.contains("the server is a primary"), "what is well isn't told: {text}");
    assert!(record(dir.path()).preflight.len() > 20);
    server.stop().await.unwrap();
}

/// The estimate that the disk is held against: never far below what a burst
/// writes, and no multiple of it.
#[tokio::test(flavor = "multi_thread")]
async fn the_estimate_is_near_what_a_burst_writes() {
    let server = server(None, &[]).await;
    let (dsn, admin) = (server.dsn(), common::connect(&server.dsn()).await);
    let size = ["--batches", "20", "--size", "5000", "--tenants", "20"];
    let wal = "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint";
    let before: i64 = admin.query_one(wal, &[]).await.unwrap().get(0);
    let dir = tempfile::tempdir().unwrap();
    command(&["burst", "--no-baseline", "--keep-data", "--url", &dsn])
        .args(size)
        .current_dir(dir.path())
        .assert()
        // Whether the client was the limit, on a busy machine, is not asked here.
        .code(vec![0, 4]);
    let after: i64 = admin.query_one(wal, &[]).await.unwrap().get(0);
    let tables = "SELECT sum(pg_total_relation_size(c.oid))::bigint FROM pg_class AS c \
                  WHERE relnamespace::regnamespace::text LIKE 'pgv_tenant_%' AND relkind = 'r'";
    let tables: i64 = admin.query_one(tables, &[]).await.unwrap().get(0);
    let written = tables + after - before;
    let check = record(dir.path()).preflight.into_iter().find(|c| c.id == "disk").unwrap();
    let estimate = check.note.args["write_bytes"].as_i64().unwrap();
    let share = estimate as f64 / written as f64;
    println!("tables {tables}, WAL {}, estimate {estimate}: {share:.2}", after - before);
    assert!((0.9..2.5).contains(&share), "tables {tables}, written {written}, said {estimate}");
    server.stop().await.unwrap();
}

/// A WAL sender that nobody waits for: opened by hand, since the driver knows no replication.
fn asynchronous_standby(server: &PrivateServer) -> std::os::unix::net::UnixStream {
    use std::io::{Read, Write};
    let mut socket =
        std::os::unix::net::UnixStream::connect(server.socket_dir().join(".s.PGSQL.5432")).unwrap();
    let parameters = b"user\0postgres\0replication\0true\0application_name\0other\0\0";
    let mut message = (8 + parameters.len() as i32).to_be_bytes().to_vec();
    message.extend(196_608_i32.to_be_bytes());
    message.extend(parameters);
    socket.write_all(&message).unwrap();
    // Ready for queries: "Z", its length, idle.
    let mut said = Vec::new();
    let mut byte = [0];
    while !said.ends_with(b"Z\0\0\0\x05I") {
        socket.read_exact(&mut byte).unwrap();
        said.push(byte[0]);
    }
    socket
}

/// A standby that is connected need not be the one that commits wait for.
#[tokio::test(flavor = "multi_thread")]
async fn a_standby_that_no_commit_waits_for_is_not_taken_for_one() {
    let server = server(None, &["synchronous_standby_names=ghost"]).await;
    let admin = common::connect(&server.dsn()).await;
    let role = "SET synchronous_commit = local; CREATE ROLE writer LOGIN; \
                GRANT CREATE ON DATABASE postgres TO writer";
    admin.batch_execute(role).await.unwrap();
    let none = told(&server.dsn(), &[]);
    assert_eq!(none.is("synchronous_standby"), (Outcome::Blocking, "sync_standby_missing"));
    let _standby = asynchronous_standby(&server);
    let other = told(&server.dsn(), &[]);
    assert_eq!(other.is("synchronous_standby"), (Outcome::Blocking, "sync_standby_missing"));
    // Who may not see what it is, isn't told that all is well.
    let unseen = told(&server.dsn().replace("user=postgres", "user=writer"), &[]);
    assert_eq!(unseen.is("synchronous_standby"), (Outcome::Unknown, "sync_standby_unseen"));
    server.stop().await.unwrap();
}

#[test]
fn a_variable_that_is_empty_names_no_server() {
    let mut command = command(&["preflight"]);
    let output = command.env("PGVALIDATE_URL", "").env("PGHOST", "/nowhere").output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("no server is named"), "{text}");
}
