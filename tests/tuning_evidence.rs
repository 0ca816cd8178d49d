//! What a run's record has for the tuning rules, on real servers: the settings
//! as the server says them, the machine, what came close to a limit, and what
//! a role without rights can't see.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use common::majors::{bin_dir, server_of};
use pgvalidate::engine::{RunOptions, Work};
use pgvalidate::judge::advise::{Given, advise};
use pgvalidate::judge::criteria;
use pgvalidate::message::{Lang, Localized};
use pgvalidate::model::advice::{Advice, Recommendation};
use pgvalidate::model::tuning::SETTINGS;
use pgvalidate::model::{RunRecord, Unavailable};
use std::path::Path;
use std::time::Duration;

/// Segments are this large unless initdb was told otherwise.
const SEGMENT: u64 = 16 << 20;

#[tokio::test(flavor = "multi_thread")]
async fn a_run_on_14_records_what_the_rules_need() {
    a_run_records_what_the_rules_need(14).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_on_15_records_what_the_rules_need() {
    a_run_records_what_the_rules_need(15).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_on_16_records_what_the_rules_need() {
    a_run_records_what_the_rules_need(16).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_on_17_records_what_the_rules_need() {
    a_run_records_what_the_rules_need(17).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_on_18_records_what_the_rules_need() {
    a_run_records_what_the_rules_need(18).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_without_rights_on_14_says_which_it_needs() {
    a_role_without_rights_says_which_it_needs(14).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_without_rights_on_18_says_which_it_needs() {
    a_role_without_rights_says_which_it_needs(18).await;
}

fn soak(dsn: &str, results: &Path) -> RunOptions {
    let work = Work::soak(Duration::from_secs(2), Duration::ZERO, None, 3);
    let criteria = criteria::load(None, work.name()).unwrap();
    RunOptions {
        tenants: Some(3),
        write_pool: Some(3),
        work,
        criteria,
        ..common::options(dsn, 1, 500, results)
    }
}

/// Why what lies below `path` isn't there: by its end, the reason's id.
fn missing(record: &RunRecord, path: &str) -> Vec<(String, String)> {
    let below = |u: &Unavailable| Some((u.path.strip_prefix(path)?.into(), u.reason.id.clone()));
    record.unavailable.iter().filter_map(below).collect()
}

/// A new segment of WAL now and then, however little the load writes.
async fn switch_segments(client: &tokio_postgres::Client) {
    let mut now_and_then = tokio::time::interval(Duration::from_millis(400));
    loop {
        now_and_then.tick().await;
        client.batch_execute("SELECT pg_switch_wal()").await.unwrap();
    }
}

async fn a_run_records_what_the_rules_need(major: u32) {
    // The names are the server's own: those that it doesn't know are left out.
    let server = server_of(&bin_dir(major), &[("max_wal_size", "2GB")]).await;
    let client = common::connect(&server.dsn()).await;
    client
        .batch_execute(
            "CREATE EXTENSION pg_stat_statements; ALTER ROLE postgres SET work_mem = '6MB'; \
             ALTER DATABASE postgres SET commit_siblings = 7",
        )
        .await
        .unwrap();
    let results = tempfile::tempdir().unwrap();
    let options = soak(&server.dsn(), results.path());
    let record = tokio::select! {
        finished = common::run(&options) => finished.record,
        () = switch_segments(&client) => unreachable!(),
    };
    let tuning = record.tuning.as_ref().unwrap();

    let fresh = common::connect(&server.dsn()).await;
    let query = "SELECT name, setting, coalesce(unit, ''), context, source FROM pg_settings \
                 WHERE name = ANY ($1) ORDER BY name";
    let said = fresh.query(query, &[&SETTINGS]).await.unwrap();
    let said: Vec<[String; 5]> =
        said.iter().map(|row| [0, 1, 2, 3, 4].map(|i| row.get::<_, String>(i))).collect();
    let recorded: Vec<[String; 5]> = tuning
        .settings
        .iter()
        .cloned()
        .map(|s| [s.name, s.value, s.unit, s.context, s.source])
        .collect();
    assert_eq!(recorded, said);
    assert!(recorded.len() >= 60, "{}", recorded.len());
    let of = |name: &str| tuning.setting(name).unwrap();
    assert_eq!((of("work_mem").value.as_str(), of("work_mem").source.as_str()), ("6144", "user"));
    assert_eq!(of("commit_siblings").source, "database");
    assert_eq!(
        (of("max_wal_size").value.as_str(), of("max_wal_size").unit.as_str()),
        ("2048", "MB")
    );
    assert!(of("max_wal_size").file.ends_with(".conf") && of("max_wal_size").line > 0);
    assert!(of("wal_sync_method").choices.iter().any(|choice| choice == "fdatasync"));
    for (name, from) in [("huge_pages_status", 17), ("io_method", 18), ("reserved_connections", 16)]
    {
        assert_eq!(tuning.setting(name).is_some(), major >= from, "{name}");
    }

    assert_eq!((tuning.may_alter_system, &tuning.managed_by), (Some(true), &None));

    let machine = &tuning.machine;
    let all: u32 = std::thread::available_parallelism().unwrap().get() as u32;
    assert!(machine.cpus.is_some_and(|cpus| (1..=all).contains(&cpus)), "{machine:?}");
    assert!(machine.memory_bytes <= record.host.memory_bytes, "{machine:?}");
    assert!(machine.memory_bytes.is_some_and(|bytes| bytes > 64 << 20));
    // A segment that is being made has its size from the beginning.
    assert!(machine.wal_bytes.is_some_and(|bytes| bytes >= SEGMENT && bytes % SEGMENT == 0));
    let stat = rustix::fs::statvfs(server.data_dir()).unwrap();
    let free = stat.f_bavail * stat.f_frsize;
    assert!(machine.wal_free_bytes.unwrap().abs_diff(free) < free / 5, "{machine:?} {free}");

    let peaks = &tuning.peaks;
    // The writers, the sampler, the ledger's, and ours.
    assert!((5..40).contains(&peaks.connections.unwrap()), "{peaks:?}");
    assert!(peaks.active.unwrap() < peaks.connections.unwrap(), "{peaks:?}");
    assert!((1..400).contains(&peaks.shared_locks.unwrap()), "{peaks:?}");
    assert!(peaks.autovacuum_workers.is_some(), "{peaks:?}");
    assert!(peaks.autovacuum_full_share.is_some_and(|share| (0.0..=1.0).contains(&share)));
    let most = peaks.most_inserted.as_ref().unwrap();
    assert!(most.table.ends_with(".processing_activities"), "{most:?}");
    let inserted = most.inserted_since_vacuum;
    assert!((1..=record.load.as_ref().unwrap().rows_attempted).contains(&inserted), "{most:?}");
    assert_eq!(most.unfrozen_share, 1.0);
    assert!(peaks.toast_blocks.is_some(), "{peaks:?}");
    assert!(peaks.vacuum_backlog_grown.is_some_and(|rows| rows > 0), "{peaks:?}");
    // The extension of 14 doesn't count.
    assert_eq!(peaks.jit_functions.is_some(), major >= 15, "{peaks:?}");
    let said = missing(&record, "tuning.peaks.jit");
    assert_eq!(said.iter().any(|(_, id)| id == "jit_uncounted"), major < 15, "{said:?}");
    let said = missing(&record, "tuning.");
    let known = [
        "peaks.jit_functions",
        "peaks.vacuum_delay_share",
        "peaks.vacuum_index_passes",
        "machine.wal_copies_on_write",
    ];
    assert!(said.iter().all(|(path, _)| known.contains(&path.as_str())), "{said:?}");
    // From 18 on pg_stat_io says that segments were made.
    let io = record.database.as_ref().unwrap().io.iter().flatten();
    let init = io.filter(|io| (io.object.as_str(), io.context.as_str()) == ("wal", "init"));
    let writes: u64 = init.filter_map(|io| io.writes).sum();
    assert_eq!(writes > 0, major >= 18, "{writes} on {major}");
    server.stop().await.unwrap();
}

async fn a_role_without_rights_says_which_it_needs(major: u32) {
    let server = server_of(&bin_dir(major), &[]).await;
    let client = common::connect(&server.dsn()).await;
    client
        .batch_execute(
            "CREATE ROLE plain LOGIN; GRANT CREATE ON DATABASE postgres TO plain; \
             CREATE ROLE rds_superuser",
        )
        .await
        .unwrap();
    let dsn = server.dsn().replace("user=postgres", "user=plain");
    let results = tempfile::tempdir().unwrap();
    let record = common::run(&soak(&dsn, results.path())).await.record;
    server.stop().await.unwrap();
    let tuning = record.tuning.as_ref().unwrap();
    assert!(tuning.setting("max_wal_size").is_some_and(|s| s.file.is_empty()));
    assert_eq!(tuning.may_alter_system, Some(false));
    assert_eq!(tuning.managed_by.as_deref(), Some("rds_superuser"));
    let (machine, peaks) = (&tuning.machine, &tuning.peaks);
    assert!(machine.cpus.is_some() && machine.memory_bytes.is_some(), "{machine:?}");
    assert_eq!((machine.wal_bytes, machine.wal_free_bytes), (None, None));
    assert_eq!((peaks.connections, peaks.active, peaks.autovacuum_workers), (None, None, None));
    assert!(peaks.shared_locks.is_some() && peaks.most_inserted.is_some(), "{peaks:?}");
    let why = |path: &str| {
        let found = record.unavailable.iter().find(|u| u.path == format!("tuning.{path}"));
        found.unwrap_or_else(|| panic!("{path}: {:?}", record.unavailable)).reason.clone()
    };
    assert_eq!(why("machine.wal_free_bytes").id, "data_directory_hidden");
    assert_eq!(why("peaks.jit_functions").id, "statements_uncreated");
    for path in ["machine.wal_bytes", "peaks.connections", "peaks.autovacuum_full_share"] {
        for lang in [Lang::En, Lang::Vi] {
            let said = why(path).text(lang);
            assert!(said.contains("GRANT pg_monitor TO \"plain\""), "{path}: {said}");
        }
    }
}

/// Rows a second that both servers below are asked about.
const RATE: f64 = 1_000.0;

/// One checkpoint by the schedule is within it for sure.
const CYCLE: Duration = Duration::from_secs(33);

/// What is advised of a server with `settings` at that rate.
async fn advised_at_a_rate(settings: &[(&str, &str)]) -> Vec<Recommendation> {
    let server = common::server(&[&[("checkpoint_timeout", "30s")][..], settings].concat()).await;
    let results = tempfile::tempdir().unwrap();
    let work = Work::soak(CYCLE, Duration::from_secs(1), Some(RATE), 1);
    let options = RunOptions {
        criteria: criteria::load(None, work.name()).unwrap(),
        work,
        tenants: Some(3),
        ..common::options(&server.dsn(), 1, 500, results.path())
    };
    let record = common::run(&options).await.record;
    server.stop().await.unwrap();
    // A recovery may take a minute, for which checkpoints every 30 s are right.
    let given = Given { recovery_s: Some(60.0), ..Given::default() };
    advise(&four_in_a_row(record), &given)
}

/// The rules take two minutes and three checkpoints. Counted four times over, a
/// run is that long, and has what four like it would have.
fn four_in_a_row(mut record: RunRecord) -> RunRecord {
    let database = record.database.as_mut().unwrap();
    let once_s = database.elapsed_s;
    database.elapsed_s *= 4.0;
    let checkpoints = database.checkpoints.as_mut().unwrap();
    assert!(checkpoints.timed + checkpoints.requested > 0, "a cycle is within it");
    checkpoints.timed *= 4;
    checkpoints.requested *= 4;
    let each = std::mem::take(&mut checkpoints.each);
    for no in 0..4 {
        let mut again = each.clone();
        again.iter_mut().for_each(|one| one.began_s += once_s * f64::from(no));
        checkpoints.each.extend(again);
    }
    let wal = database.wal.as_mut().unwrap();
    wal.bytes *= 4;
    wal.buffers_full *= 4;
    wal.writes = wal.writes.map(|writes| writes * 4);
    let buffers = database.buffers.as_mut().unwrap();
    buffers.allocated *= 4;
    buffers.maxwritten_clean *= 4;
    let seconds = record.series.len() as u32;
    let once = record.series.clone();
    for no in 1..4 {
        let mut again = once.clone();
        again.iter_mut().for_each(|point| point.second += seconds * no);
        record.series.extend(again);
    }
    record
}

/// What is asked to be changed.
fn changes(said: &[Recommendation]) -> Vec<&str> {
    let asks = |one: &&Recommendation| {
        matches!(one.outcome, Advice::Critical | Advice::Proposed | Advice::Trial)
    };
    let changed = said.iter().filter(asks).flat_map(|one| &one.settings);
    changed.filter(|p| p.proposed.is_some()).map(|p| p.name.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_set_for_its_load_is_told_nothing_and_one_that_is_not_is() {
    // As the rules have it for this rate, and for the few rows that there are.
    let well = [
        ("max_wal_size", "4GB"),
        ("min_wal_size", "1GB"),
        ("wal_buffers", "16MB"),
        ("shared_buffers", "256MB"),
        ("wal_compression", "on"),
        ("log_checkpoints", "on"),
        ("track_io_timing", "on"),
        ("track_wal_io_timing", "on"),
        ("log_lock_waits", "on"),
        ("log_min_duration_statement", "60s"),
    ];
    let mut badly = well;
    (badly[0].1, badly[1].1) = ("32MB", "32MB");
    let (well, badly) = tokio::join!(advised_at_a_rate(&well), advised_at_a_rate(&badly));
    assert_eq!(changes(&well), Vec::<&str>::new(), "{well:#?}");
    // It was seen to be right, and not only unseen.
    for rule in ["max_wal_size", "checkpoint_completion_target", "wal_buffers", "bgwriter"] {
        let said = well.iter().find(|one| one.rule == rule).unwrap();
        assert_eq!(said.outcome, Advice::Settled, "{said:#?}");
    }
    assert!(changes(&badly).contains(&"max_wal_size"), "{badly:#?}");
}
