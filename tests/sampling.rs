//! The sampler on real servers: its statements on every major, what a soak's
//! record has and says it lacks, and what happens when the statistics are
//! reset or the server crashes in the middle.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use common::majors::{bin_dir, server_of};
use pgvalidate::engine::{RunOptions, Work};
use pgvalidate::judge::criteria;
use pgvalidate::message::{Lang, Localized};
use pgvalidate::model::database::{DropReason, Dropped};
use pgvalidate::model::{Method, RunRecord, Verdict};
use pgvalidate::sample::files::{self, FILES, Parameter};
use pgvalidate::work::Seams;
use pgvalidate::work::seams::Point;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};
use tokio::sync::Notify;
use tokio_postgres::types::{ToSql, Type};

/// Tests of each major by its name, so that a failure names the major.
macro_rules! on_each {
    ($($module:ident $major:literal),*) => {
        $(mod $module {
            #[tokio::test(flavor = "multi_thread")]
            async fn every_statement_runs() {
                super::every_statement_runs($major).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn a_soak_has_every_section_or_says_why_not() {
                super::a_soak_has_every_section_or_says_why_not($major).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn statements_are_counted_as_they_were_sent() {
                super::statements_are_counted_as_they_were_sent($major).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn a_reset_drops_its_interval() {
                super::a_reset_drops_its_interval($major).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn a_crash_drops_the_interval_of_every_view() {
                super::a_crash_drops_the_interval_of_every_view($major).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn a_killed_process_drops_what_recovery_discards() {
                super::a_killed_process_drops_what_recovery_discards($major).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn a_role_without_rights_says_what_it_cannot_see() {
                super::a_role_without_rights_says_what_it_cannot_see($major).await;
            }
        })*

        #[test]
        fn every_supported_major_is_tested() {
            assert_eq!(pgvalidate::model::MAJORS.collect::<Vec<u32>>(), [$($major),*]);
        }
    };
}

on_each!(pg14 14, pg15 15, pg16 16, pg17 17, pg18 18);

fn soak(dsn: &str, seconds: u64, results: &Path) -> RunOptions {
    let work = Work::soak(Duration::from_secs(seconds), Duration::from_millis(300), None, 3);
    let criteria = criteria::load(None, work.name()).unwrap();
    RunOptions {
        tenants: Some(3),
        baseline: false,
        work,
        criteria,
        size: 200,
        ..common::options(dsn, 1, 200, results)
    }
}

/// What the server counted is what the tool sent, by method. There is no
/// warm-up, so that nothing is under way at the first reading.
async fn statements_are_counted_as_they_were_sent(major: u32) {
    let server = server_of(&bin_dir(major), &[]).await;
    let client = common::connect(&server.dsn()).await;
    client.batch_execute("CREATE EXTENSION pg_stat_statements").await.unwrap();
    let results = tempfile::tempdir().unwrap();
    for (method, text, per_batch) in
        [(Method::CopyBinary, "COPY {tenant}.", 1), (Method::Single, "INSERT INTO {tenant}.", 200)]
    {
        let soak = soak(&server.dsn(), 2, results.path());
        let work = Work::soak(Duration::from_secs(2), Duration::ZERO, None, 3);
        let record = common::run(&RunOptions { work, method, ..soak }).await.record;
        let load = record.load.as_ref().unwrap();
        assert_eq!((load.batches.failed, load.batches.retried), (0, 0));
        let statements = record.database.as_ref().unwrap().statements.as_ref().unwrap();
        assert!(!statements.is_partial, "on {major}");
        let of = |wanted: &str| {
            let found = statements.by_total.iter().find(|s| s.query.starts_with(wanted));
            let found = found.unwrap_or_else(|| panic!("{wanted}: {:#?}", statements.by_total));
            (found.calls, found.rows)
        };
        let batches = load.batches.total;
        assert_eq!(of(text), (batches * per_batch, load.rows_acknowledged), "on {major}");
        assert_eq!(of("UPDATE pgvalidate.batch"), (batches, batches), "on {major}");
    }
    server.stop().await.unwrap();
}

/// Why `path` isn't there, by the id of the reason; none where it is.
fn why<'a>(record: &'a RunRecord, path: &str) -> Option<&'a str> {
    record.unavailable.iter().find(|u| u.path == path).map(|u| u.reason.id.as_str())
}

/// No counter of the record is below zero.
fn assert_nothing_is_negative(value: &Value, path: &str) {
    match value {
        Value::Number(n) => {
            assert!(n.as_f64().unwrap() >= 0.0, "{path} = {n}");
        }
        Value::Array(all) => {
            all.iter().enumerate().for_each(|(i, v)| {
                assert_nothing_is_negative(v, &format!("{path}[{i}]"));
            });
        }
        Value::Object(all) => all.iter().for_each(|(key, v)| {
            // A checkpoint that began before the measure phase is.
            if !["began_s", "sync_began_s", "ended_s"].contains(&key.as_str()) {
                assert_nothing_is_negative(v, &format!("{path}.{key}"));
            }
        }),
        _ => {}
    }
}

#[test]
fn every_file_of_the_folder_is_in_the_list() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("sql/sample");
    let there: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let listed: BTreeSet<String> = FILES.iter().map(|file| file.path.to_owned()).collect();
    assert_eq!(there, listed);
}

async fn every_statement_runs(major: u32) {
    let server = server_of(&bin_dir(major), &[]).await;
    let results = tempfile::tempdir().unwrap();
    // The ledger is there, and the tables.
    let kept = RunOptions {
        keep_data: true,
        sampling: false,
        ..common::options(&server.dsn(), 2, 10, results.path())
    };
    let run_id: uuid::Uuid = common::run(&kept).await.record.run_id.parse().unwrap();
    let client = common::connect(&server.dsn()).await;
    client.batch_execute("CREATE EXTENSION pg_stat_statements").await.unwrap();
    let mut ran = 0;
    for file in FILES.iter().filter(|file| files::majors(file).any(|m| m == major)) {
        let statement = client.prepare(&file.sql.replace("{{schema}}", "public")).await;
        let statement = statement.unwrap_or_else(|e| panic!("{} on {major}: {e:?}", file.path));
        let types: Vec<_> = statement.params().iter().collect();
        let mut values: Vec<&(dyn ToSql + Sync)> = Vec::new();
        for (parameter, of) in file.parameters.iter().zip(&types) {
            let (value, wanted): (&(dyn ToSql + Sync), _) = match parameter {
                Parameter::Writers => (&"writers", Type::TEXT),
                Parameter::Table => (&"processing_activities", Type::TEXT),
                Parameter::RunId => (&run_id, Type::UUID),
                Parameter::WriterRole => (&"postgres", Type::TEXT),
            };
            // A name compares with a text.
            assert!(**of == wanted || **of == Type::NAME, "{}: {of}", file.path);
            values.push(value);
        }
        assert_eq!(types.len(), values.len(), "{}", file.path);
        let rows = client.query(&statement, &values).await;
        let rows = rows.unwrap_or_else(|e| panic!("{} on {major}: {e:?}", file.path));
        assert!(!rows.is_empty() || file.name == "standbys", "{} on {major}", file.path);
        ran += 1;
    }
    assert!(ran >= 7, "only {ran} files are for {major}");
    server.stop().await.unwrap();
}

async fn a_soak_has_every_section_or_says_why_not(major: u32) {
    let settings = [("track_io_timing", "on"), ("track_wal_io_timing", "on")];
    let server = server_of(&bin_dir(major), &settings).await;
    let results = tempfile::tempdir().unwrap();
    let record = common::run(&soak(&server.dsn(), 3, results.path())).await.record;
    server.stop().await.unwrap();
    let load = record.load.as_ref().unwrap();
    let database = record.database.as_ref().unwrap();
    assert!(database.dropped.is_empty(), "{:?}", database.dropped);
    assert!(database.elapsed_s >= 3.0, "{}", database.elapsed_s);

    let wal = database.wal.as_ref().unwrap();
    assert!(wal.bytes > 100 * load.rows_acknowledged, "{wal:?}");
    assert!(wal.records > load.rows_acknowledged, "{wal:?}");
    assert!(wal.syncs.unwrap() > 0 && wal.sync_ms.unwrap() > 0.0, "{wal:?}");
    assert!(wal.writes.unwrap() > 0 && wal.write_ms.unwrap() > 0.0, "{wal:?}");
    let per_row = wal.bytes as f64 / load.rows_acknowledged as f64;
    // By position, so that what the warm-up's backends published late isn't in it.
    let by_position = wal.bytes_per_row.unwrap();
    assert!((300.0..per_row * 1.2).contains(&by_position), "{by_position} {per_row}");
    assert!(wal.full_page_share_at_most.unwrap() <= 1.0);

    // Whoever was measured is in there; what was sampled since the warm-up, too.
    let transactions = database.transactions.as_ref().unwrap();
    assert!(transactions.rows_inserted >= load.rows_acknowledged, "{transactions:?}");
    assert!(transactions.commits >= load.batches.succeeded);
    assert!(database.checkpoints.is_some());
    assert!(database.archiver.is_some());
    let buffers = database.buffers.as_ref().unwrap();
    assert!(buffers.allocated > 0 && buffers.backends.is_some(), "{buffers:?}");
    match &database.io {
        Some(io) => {
            assert!(major >= 16);
            let copies = |i: &&pgvalidate::model::database::IoCount| {
                i.backend_type == "client backend" && i.object == "relation"
            };
            let ours: Vec<_> = io.iter().filter(copies).collect();
            assert!(ours.iter().map(|i| i.extend_bytes.unwrap_or(0)).sum::<u64>() > 0, "{ours:?}");
            assert!(io.iter().any(|i| i.extend_ms.is_some_and(|ms| ms > 0.0)), "{io:?}");
        }
        None => {
            assert!(major < 16);
            assert_eq!(why(&record, "database.io"), Some("only_from_major"));
        }
    }
    let who: Vec<_> = database.waits.iter().map(|w| w.who.as_str()).collect();
    assert_eq!(who, ["writers", "checkpointer"]);

    assert!(record.series.len() >= 3);
    for point in &record.series[..3] {
        let server = point.server.as_ref().unwrap_or_else(|| panic!("{point:?}"));
        assert!(server.wal_bytes.unwrap() > 0, "{server:?}");
        assert!(server.full_page_images.is_some() && server.wal_buffers_full.is_some());
        assert!(server.checkpointer_buffers.is_some() && server.backend_buffers.is_some());
        assert!(!server.waits.is_empty() && server.autovacuum_workers.is_some());
        assert!(server.checkpoint.is_some() && server.copying_rows.is_some(), "{server:?}");
        assert_eq!(server.replay_lag_bytes, None, "there is no standby");
    }
    assert!(!record.harness.copy_waits.is_empty());
    let cost = record.harness.sampler_cost.as_ref().unwrap();
    assert!(cost.queries >= 30 && cost.share_of_time > 0.0, "{cost:?}");
    assert!(cost.share_of_time < 0.5, "{cost:?}");
    assert_nothing_is_negative(&serde_json::to_value(&record).unwrap(), "");
}

/// Tells when batches have been committed for `after`, and are being.
fn once_written_for(after: Duration) -> (Seams, Arc<Notify>) {
    let (began, reached) = (OnceLock::new(), Arc::new(Notify::new()));
    let now = reached.clone();
    let at_point = move |point: Point, _: i32, _: u32| {
        let began: &Instant = began.get_or_init(Instant::now);
        if point == Point::BeforeCommit && began.elapsed() > after {
            now.notify_one();
        }
    };
    (Seams { at_point: Some(Arc::new(at_point)), ..Seams::default() }, reached)
}

/// The views of which an interval was dropped, each once.
fn dropped(record: &RunRecord, wanted: DropReason) -> Vec<&str> {
    let mut views = Vec::new();
    for dropped in &record.database.as_ref().unwrap().dropped {
        assert_eq!(dropped.why, wanted, "{dropped:?}");
        assert!(dropped.from_s < dropped.until_s, "{dropped:?}");
        views.push(dropped.view.as_str());
    }
    views.sort_unstable();
    views
}

async fn a_reset_drops_its_interval(major: u32) {
    let server = server_of(&bin_dir(major), &[]).await;
    let results = tempfile::tempdir().unwrap();
    let (seams, reached) = once_written_for(Duration::from_millis(1_500));
    let options = RunOptions { seams, ..soak(&server.dsn(), 4, results.path()) };
    let running = tokio::spawn(async move { common::run(&options).await.record });
    reached.notified().await;
    let client = common::connect(&server.dsn()).await;
    // What is read at the beginning and the end alone has one interval.
    let mut views =
        vec!["pg_stat_bgwriter", "pg_stat_database", "pg_stat_user_tables", "pg_stat_wal"];
    let mut shared = vec!["bgwriter", "wal"];
    if major >= 16 {
        views.push("pg_stat_io");
        shared.push("io");
    }
    if major >= 17 {
        views.push("pg_stat_checkpointer");
        shared.push("checkpointer");
    }
    views.sort_unstable();
    client.batch_execute("SELECT pg_stat_reset()").await.unwrap();
    for target in shared {
        let reset = format!("SELECT pg_stat_reset_shared('{target}')");
        client.batch_execute(&reset).await.unwrap();
    }
    let record = running.await.unwrap();
    server.stop().await.unwrap();
    assert_eq!(dropped(&record, DropReason::Reset), views);
    let database = record.database.as_ref().unwrap();
    // The seconds around it are counted; backends publish up to a second late.
    let rows = database.transactions.as_ref().unwrap().rows_inserted;
    let stored = record.load.as_ref().unwrap().rows_acknowledged;
    assert!(rows > stored / 10 && rows < 2 * stored, "{rows} counted, {stored} stored");
    assert!(database.wal.as_ref().unwrap().bytes > 0);
    let unseen = record.series.iter().filter_map(|p| p.server.as_ref());
    let unseen = unseen.filter(|s| s.full_page_images.is_none()).count();
    assert!(unseen >= 1, "the second of the reset has no count");
    assert!(record.series.iter().all(|p| p.server.as_ref().is_none_or(|s| {
        // A position is no statistic and can't be reset.
        s.wal_bytes.is_some() || s.full_page_images.is_none()
    })));
    assert_nothing_is_negative(&serde_json::to_value(&record).unwrap(), "");
}

async fn a_crash_drops_the_interval_of_every_view(major: u32) {
    let server = server_of(&bin_dir(major), &[]).await;
    let results = tempfile::tempdir().unwrap();
    let (seams, reached) = once_written_for(Duration::from_millis(2_500));
    let (duration, warm_up) = (Duration::from_secs(10), Duration::from_millis(300));
    let work = Work::soak(duration, warm_up, Some(4_000.0), 1);
    let options = RunOptions {
        work,
        attempts_max: 100,
        acquire_timeout: Duration::from_secs(60),
        seams,
        ..soak(&server.dsn(), 10, results.path())
    };
    let running = tokio::spawn(async move { common::run(&options).await.record });
    reached.notified().await;
    server.crash().await.unwrap();
    server.restart().await.unwrap();
    let record = running.await.unwrap();
    server.stop().await.unwrap();
    let mut views = vec![
        "pg_current_wal_insert_lsn",
        "pg_stat_archiver",
        "pg_stat_bgwriter",
        "pg_stat_database",
        "pg_stat_user_tables",
        "pg_stat_wal",
    ];
    if major >= 16 {
        views.push("pg_stat_io");
    }
    if major >= 17 {
        views.push("pg_stat_checkpointer");
    }
    views.sort_unstable();
    let mut record = record;
    if major == 14 {
        // Its collector may make the database's entry, with a stats_reset of
        // its own, only a second after the restart.
        let made = |d: &Dropped| d.view == "pg_stat_database" && d.why == DropReason::Reset;
        record.database.as_mut().unwrap().dropped.retain(|d| !made(d));
    }
    assert_eq!(dropped(&record, DropReason::Restarted), views);
    let database = record.database.as_ref().unwrap();
    let once_a_second = database.dropped.iter().filter(|d| d.view != "pg_stat_user_tables");
    let last = once_a_second.map(|d| d.until_s).fold(0.0, f64::max);
    // Backends publish up to a second late, and rows rolled back are counted,
    // too: this says that nothing was wrapped; the unit tests have exact numbers.
    let rows = database.transactions.as_ref().unwrap().rows_inserted;
    let stored = record.load.as_ref().unwrap().rows_acknowledged;
    assert!(rows > stored / 10 && rows < 2 * stored, "{rows} counted, {stored} stored");
    let wal_bytes = |second: usize| record.series[second].server.as_ref().and_then(|s| s.wal_bytes);
    assert!(wal_bytes(0).is_some(), "before it");
    let after = last.ceil() as usize + 1;
    assert!((after..9).any(|second| wal_bytes(second).is_some()), "after {after}: it goes on");
    assert_nothing_is_negative(&serde_json::to_value(&record).unwrap(), "");
}

/// As the kernel does where memory runs out: the postmaster stays, the server
/// recovers, and its statistics are gone.
async fn a_killed_process_drops_what_recovery_discards(major: u32) {
    let server = server_of(&bin_dir(major), &[]).await;
    let results = tempfile::tempdir().unwrap();
    let (seams, reached) = once_written_for(Duration::from_millis(2_500));
    let options = RunOptions { attempts_max: 100, seams, ..soak(&server.dsn(), 8, results.path()) };
    let running = tokio::spawn(async move { common::run(&options).await.record });
    reached.notified().await;
    let client = common::connect(&server.dsn()).await;
    let writer = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'";
    let pid: i32 = client.query_one(writer, &[]).await.unwrap().get(0);
    let pid = rustix::process::Pid::from_raw(pid).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    let record = running.await.unwrap();
    server.stop().await.unwrap();
    assert_eq!(common::damage(&record), [0; 6]);
    let database = record.database.as_ref().unwrap();
    assert_eq!((&database.tables, &database.cache), (&None, &None), "on {major}");
    let dropped: BTreeSet<&str> = database.dropped.iter().map(|d| d.view.as_str()).collect();
    for view in ["pg_stat_database", "pg_stat_user_tables", "pg_stat_wal", "pg_stat_bgwriter"] {
        assert!(dropped.contains(view), "{view} on {major}: {dropped:?}");
    }
    // What is judged of the caches can't pass.
    let cache = record.criteria.iter().find(|c| c.id == "index_cache_hit").unwrap();
    assert_eq!(cache.verdict, Verdict::Inconclusive);
    assert_nothing_is_negative(&serde_json::to_value(&record).unwrap(), "");
}

async fn a_role_without_rights_says_what_it_cannot_see(major: u32) {
    let server = server_of(&bin_dir(major), &[]).await;
    let client = common::connect(&server.dsn()).await;
    client
        .batch_execute("CREATE ROLE plain LOGIN; GRANT CREATE ON DATABASE postgres TO plain")
        .await
        .unwrap();
    let dsn = server.dsn().replace("user=postgres", "user=plain");
    assert_ne!(dsn, server.dsn());
    let results = tempfile::tempdir().unwrap();
    let record = common::run(&soak(&dsn, 2, results.path())).await.record;
    server.stop().await.unwrap();
    let database = record.database.as_ref().unwrap();
    assert!(database.wal.is_some() && database.checkpoints.is_some());
    assert_eq!(database.io.is_some(), major >= 16);
    for path in ["series.server.checkpoint", "series.server.autovacuum_workers"] {
        let missing = record.unavailable.iter().find(|u| u.path == path).unwrap();
        for lang in [Lang::En, Lang::Vi] {
            let said = missing.reason.text(lang);
            assert!(said.contains("GRANT pg_monitor TO \"plain\""), "{said}");
        }
    }
    assert_eq!(why(&record, "database.wal.sync_ms"), Some("wal_times_missing"));
    if major >= 16 {
        assert_eq!(why(&record, "database.io"), Some("io_times_missing"));
        assert!(database.io.iter().flatten().all(|i| i.read_ms.is_none() && i.write_ms.is_none()));
    }
    for point in record.series.iter().filter_map(|p| p.server.as_ref()) {
        assert_eq!((point.checkpoint, point.autovacuum_workers), (None, None));
    }
    // Its own backends it sees.
    assert!(!record.harness.copy_waits.is_empty());
    assert_eq!(database.waits.iter().map(|w| w.who.as_str()).collect::<Vec<_>>(), ["writers"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_sampling_nothing_is_asked() {
    let server = common::server(&[]).await;
    let results = tempfile::tempdir().unwrap();
    let options = RunOptions { sampling: false, ..soak(&server.dsn(), 1, results.path()) };
    let record = common::run(&options).await.record;
    server.stop().await.unwrap();
    assert_eq!((&record.database, &record.harness.sampler_cost), (&None, &None));
    assert_eq!(why(&record, "database"), Some("switched_off"));
    assert_eq!(why(&record, "harness.copy_waits"), Some("switched_off"));
    assert!(record.series.iter().all(|point| point.server.is_none()));
}
