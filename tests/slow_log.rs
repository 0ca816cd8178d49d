//! Slow statements: the server logs those of our pools' sessions and nobody
//! else's, and a role that may not ask for it is told which grant helps.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use common::majors::{bin_dir, server_of};
use pgvalidate::engine::{RunOptions, Work};
use pgvalidate::message::{Lang, Localized};
use pgvalidate::model::RunRecord;
use pgvalidate::server::{PrivateServer, ServerOptions};
use std::path::Path;
use std::time::{Duration, Instant};

/// What is slow here; the sessions of others wait longer, too.
const SLOW: Duration = Duration::from_millis(150);

/// A soak of a second or two on two tenants.
fn soak(dsn: &str, results: &Path) -> RunOptions {
    let work = Work::soak(Duration::from_secs(2), Duration::ZERO, None, 2);
    RunOptions { work, tenants: Some(2), log_slow: SLOW, ..common::options(dsn, 1, 50, results) }
}

/// Why slow statements of this run are not logged, in a language.
fn why_not(record: &RunRecord, lang: Lang) -> Option<String> {
    let path = "scenario.log_slow_ms";
    record.unavailable.iter().find(|u| u.path == path).map(|u| u.reason.text(lang))
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_statements_of_our_own_sessions_are_logged_and_of_no_other() {
    for major in [14, 17] {
        // The server's own prefix is on its command line: only what comes later wins.
        let prefix = ("log_line_prefix".to_owned(), "<%a> ".to_owned());
        let options = ServerOptions {
            bin_dir: Some(bin_dir(major)),
            guard_exe: Some(common::BIN.into()),
            max_connections: 150,
            last_settings: vec![prefix],
            ..ServerOptions::default()
        };
        let server = PrivateServer::start(&options).await.unwrap();
        let dir = tempfile::tempdir().unwrap();
        let options = soak(&server.dsn(), dir.path());
        let run = tokio::spawn(async move { common::run(&options).await.record });

        // A writer waits for our lock for longer than is slow, and so does a stranger.
        let holder = common::connect(&server.dsn()).await;
        let table = "pgv_tenant_00001.processing_activities";
        until("the table is there", async || {
            let lock = format!("BEGIN; LOCK TABLE {table}");
            let locked = holder.batch_execute(&lock).await.is_ok();
            if !locked {
                holder.batch_execute("ROLLBACK").await.unwrap();
            }
            locked
        })
        .await;
        let stranger = common::connect(&server.dsn()).await;
        stranger.batch_execute("SET application_name = 'stranger'").await.unwrap();
        let waits = tokio::spawn(async move {
            stranger.batch_execute(&format!("SELECT count(*) FROM {table}")).await
        });
        let long = "SELECT count(DISTINCT application_name) FROM pg_stat_activity WHERE \
                    wait_event_type = 'Lock' AND clock_timestamp() - query_start > '400 ms' \
                    AND (application_name = 'stranger' OR application_name ~ ' write$')";
        // A transaction sees pg_stat_activity as it was at its first look.
        let watcher = common::connect(&server.dsn()).await;
        until("a writer and a stranger have waited", async || {
            watcher.query_one(long, &[]).await.unwrap().get::<_, i64>(0) == 2
        })
        .await;
        holder.batch_execute("COMMIT").await.unwrap();
        waits.await.unwrap().unwrap();

        let record = run.await.unwrap();
        assert_eq!(record.scenario.log_slow_ms, Some(150), "on {major}");
        assert_eq!(why_not(&record, Lang::En), None);
        let log = std::fs::read_to_string(server.log_path()).unwrap();
        let slow: Vec<_> = log.lines().filter(|line| line.contains("duration:")).collect();
        let name = format!("pgvalidate {}", &record.run_id[..8]);
        let of_writers = format!("<{name} write>");
        let copy = "COPY \"pgv_tenant_00001\"";
        assert!(
            slow.iter().any(|line| line.starts_with(&of_writers) && line.contains(copy)),
            "on {major}: {slow:#?}\n{log}"
        );
        for line in slow {
            let ours = [of_writers.as_str(), "<pgvalidate verify>"];
            assert!(ours.iter().any(|name| line.starts_with(name)), "on {major}: {line}");
        }
        // Nothing outlives the sessions.
        let row = holder.query_one("SHOW log_min_duration_statement", &[]).await.unwrap();
        assert_eq!(row.get::<_, String>(0), "-1");
        server.stop().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ordinary_role_is_told_and_its_run_goes_on() {
    let grant = "GRANT SET ON PARAMETER log_min_duration_statement TO \"app\"";
    for major in [14, 17] {
        let server = server_of(&bin_dir(major), &[]).await;
        let admin = common::connect(&server.dsn()).await;
        let app = "CREATE ROLE app LOGIN; GRANT CREATE ON DATABASE postgres TO app";
        admin.batch_execute(app).await.unwrap();
        let dir = tempfile::tempdir().unwrap();
        let dsn = server.dsn().replace("user=postgres", "user=app");
        let options = RunOptions { log_slow: SLOW, ..common::options(&dsn, 2, 100, dir.path()) };
        let record = common::run(&options).await.record;
        assert_eq!(record.scenario.log_slow_ms, None, "on {major}");
        assert_eq!(common::damage(&record), [0; 6], "on {major}");
        for (lang, word) in [(Lang::En, "superuser"), (Lang::Vi, "superuser")] {
            let said = why_not(&record, lang).unwrap();
            assert!(said.contains(grant) && said.contains(word), "on {major}: {said}");
            assert_eq!(said.contains("PostgreSQL 14"), major == 14, "on {major}: {said}");
        }
        if major > 14 {
            // What the sentence says helps.
            admin.batch_execute(grant).await.unwrap();
            let record = common::run(&options).await.record;
            assert_eq!(record.scenario.log_slow_ms, Some(150));
            assert_eq!(why_not(&record, Lang::En), None);
        }
        server.stop().await.unwrap();
    }
}

async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !is_so().await {
        assert!(Instant::now() < deadline, "{what}: not so");
    }
}
