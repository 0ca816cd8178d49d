//! What the server says of a load, on every supported major: statements,
//! tables, checkpoints and the machine, against what was done.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use common::majors::{bin_dir, majors, server_of};
use futures_util::SinkExt;
use pgvalidate::model::database::{CheckpointKind, CheckpointPhase, DropReason, Statements};
use pgvalidate::sample::checkpoints::{Clock, Observation};
use pgvalidate::sample::{checkpoint_log, checkpoints, files::FILES, host, statements, tables};
use pgvalidate::server::PrivateServer;
use pgvalidate::session::{Session, Target};
use std::path::PathBuf;
use std::time::{Duration, Instant};
use uuid::Uuid;

const PREFIX: &str = "pgv_tenant_";

/// How long anything may take.
const LIMIT: Duration = Duration::from_secs(60);

macro_rules! on_each {
    ($($module:ident $major:literal),*) => {
        /// The majors that have tests.
        const TESTED: &[u32] = &[$($major),*];

        $(mod $module {
            #[tokio::test(flavor = "multi_thread")]
            async fn statements_are_counted_exactly() {
                super::statements_are_counted_exactly($major).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn every_version_of_the_extension_is_read() {
                super::every_version_of_the_extension_is_read($major).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn tables_are_counted_exactly() {
                super::tables_are_counted_exactly($major).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn a_checkpoint_is_found_both_ways() {
                super::a_checkpoint_is_found_both_ways($major).await;
            }
        })*
    };
}

on_each!(pg14 14, pg15 15, pg16 16, pg17 17, pg18 18);

#[test]
fn every_supported_major_is_tested() {
    let there: Vec<u32> = majors().into_iter().map(|(major, _)| major).collect();
    assert_eq!(TESTED, there);
}

async fn open(server: &PrivateServer) -> Session {
    Session::open(&Target::parse_alone(&server.dsn()).unwrap(), "pgvalidate test").await.unwrap()
}

/// Entries, calls and rows of a shape.
fn counted(statements: &Statements, query: &str) -> Option<[u64; 3]> {
    let found = statements.by_total.iter().chain(&statements.by_mean).find(|s| s.query == query);
    found.map(|s| [s.entries, s.calls, s.rows])
}

async fn statements_are_counted_exactly(major: u32) {
    let server = server_of(&bin_dir(major), &[]).await;
    let session = open(&server).await;
    let client = &session.client;
    let unseen = statements::read(&session, None).await.unwrap_err();
    assert_eq!(unseen.id, "statements_uncreated");
    client
        .batch_execute("CREATE SCHEMA \"odd \"\"name\"; CREATE EXTENSION pg_stat_statements SCHEMA \"odd \"\"name\"")
        .await
        .unwrap();
    for (set, id) in [
        ("SET compute_query_id = off", "query_ids_missing"),
        ("SET pg_stat_statements.track = none", "statements_untracked"),
    ] {
        client.batch_execute(set).await.unwrap();
        assert_eq!(statements::read(&session, None).await.unwrap_err().id, id);
        client.batch_execute("RESET ALL").await.unwrap();
    }
    for tenant in ["00001", "00002", "baseline"] {
        let make = format!(
            "CREATE SCHEMA {PREFIX}{tenant}; CREATE TABLE {PREFIX}{tenant}.t (a int, b text)"
        );
        client.batch_execute(&make).await.unwrap();
    }
    let insert =
        |tenant: &str| format!("INSERT INTO \"{PREFIX}{tenant}\".t (a, b)  VALUES ($1, $2)");
    let one = |tenant: &'static str| async move {
        let statement = client.prepare(&insert(tenant)).await.unwrap();
        client.execute(&statement, &[&1, &"x"]).await.unwrap();
    };
    // What was done before the first snapshot doesn't count.
    for tenant in ["00001", "baseline", "baseline"] {
        one(tenant).await;
    }
    let before = statements::read(&session, None).await.unwrap();
    for tenant in ["00001", "00002", "00001", "00002", "00001", "00002", "00001"] {
        one(tenant).await;
    }
    for rows in ["(1, 'a'), (2, 'b'), (3, 'c')", "(1, 'a'), (2, 'b')"] {
        let many = format!("INSERT INTO \"{PREFIX}00002\".t (a, b) VALUES {rows}");
        client.batch_execute(&many).await.unwrap();
    }
    let copy = format!("COPY \"{PREFIX}00001\".t (a, b) FROM STDIN");
    let sink = client.copy_in(&copy).await.unwrap();
    let mut sink = std::pin::pin!(sink);
    sink.send(bytes::Bytes::from_static(b"1\tx\n2\ty\n3\tz\n4\t\xc3\xa1\n5\tw\n")).await.unwrap();
    sink.as_mut().finish().await.unwrap();
    let after = statements::read(&session, None).await.unwrap();

    let folded = statements::fold(&before, &after, PREFIX, &of_the_sampler());
    assert!(!folded.is_partial);
    // 18 counts tables of one name together, whatever their schemas.
    let entries = if major >= 18 { 1 } else { 2 };
    let single = "INSERT INTO {tenant}.t (a, b) VALUES ($1, $2)";
    assert_eq!(counted(&folded, single), Some([entries, 7, 7]), "{folded:#?}");
    let many = "INSERT INTO {tenant}.t (a, b) VALUES ($1, $2), ...";
    assert_eq!(counted(&folded, many), Some([2, 2, 5]), "{folded:#?}");
    let copied = "COPY {tenant}.t (a, b) FROM STDIN";
    assert_eq!(counted(&folded, copied), Some([1, 1, 5]), "{folded:#?}");
    let wal = folded.by_total.iter().find(|s| s.query == single).unwrap();
    assert!(wal.wal_bytes > 0 && wal.blocks_hit > 0 && wal.total_ms > 0.0, "{wal:?}");
    assert!((wal.mean_ms * 7.0 - wal.total_ms).abs() < 1e-9);
    // The snapshots themselves are known; nothing of the load is taken for them.
    let own: Vec<_> = folded.by_total.iter().filter(|s| s.of_sampler).collect();
    assert_eq!(own.len(), 3, "{folded:#?}");
    let is_known = |text: &str| ["pg_catalog.", "_info"].iter().any(|word| text.contains(word));
    assert!(own.iter().all(|s| is_known(&s.query)), "{own:#?}");

    // What the user resets is named, and nothing is negative.
    client.batch_execute("SELECT \"odd \"\"name\".pg_stat_statements_reset()").await.unwrap();
    one("00001").await;
    let reset = statements::read(&session, None).await.unwrap();
    let folded = statements::fold(&after, &reset, PREFIX, &of_the_sampler());
    assert!(folded.is_partial);
    assert_eq!(counted(&folded, single), None, "{folded:#?}");
    server.stop().await.unwrap();
}

async fn every_version_of_the_extension_is_read(major: u32) {
    let server = server_of(&bin_dir(major), &[]).await;
    let session = open(&server).await;
    let versions = "SELECT version FROM pg_available_extension_versions \
                    WHERE name = 'pg_stat_statements'";
    let rows = session.client.query(versions, &[]).await.unwrap();
    let mut read = 0;
    for row in rows {
        let version: String = row.get(0);
        let minor: u32 = version.split_once('.').unwrap().1.parse().unwrap();
        let make = format!("CREATE EXTENSION pg_stat_statements VERSION '{version}'");
        // Some of the oldest are there in name alone.
        if minor < 8 || session.client.batch_execute(&make).await.is_err() {
            assert!(minor <= 8, "{version} can't be made");
            continue;
        }
        match statements::read(&session, None).await {
            Ok(snapshot) => {
                assert!(minor >= 9, "{version}");
                let folded = statements::fold(&snapshot, &snapshot, PREFIX, &[]);
                assert_eq!(folded.version, version);
                read += 1;
            }
            Err(unseen) => assert_eq!((minor, unseen.id.as_str()), (8, "statements_outdated")),
        }
        session.client.batch_execute("DROP EXTENSION pg_stat_statements").await.unwrap();
    }
    assert!(read >= 1, "{read}");
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_library_that_is_not_loaded_is_named() {
    let server = common::server(&[("shared_preload_libraries", "")]).await;
    let session = open(&server).await;
    session.client.batch_execute("CREATE EXTENSION pg_stat_statements").await.unwrap();
    let unseen = statements::read(&session, None).await.unwrap_err();
    assert_eq!(unseen.id, "statements_unloaded");
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_role_sees_its_own_statements_and_no_others() {
    let server = common::server(&[]).await;
    let admin = open(&server).await;
    let make = "CREATE EXTENSION pg_stat_statements; CREATE ROLE plain LOGIN; \
                CREATE TABLE t (a int); GRANT INSERT ON t TO plain";
    admin.client.batch_execute(make).await.unwrap();
    let dsn = server.dsn().replace("user=postgres", "user=plain");
    let plain = Session::open(&Target::parse_alone(&dsn).unwrap(), "plain").await.unwrap();
    let before = statements::read(&plain, None).await.unwrap();
    plain.client.batch_execute("INSERT INTO t VALUES (7)").await.unwrap();
    for _ in 0..3 {
        admin.client.batch_execute("INSERT INTO t VALUES (7)").await.unwrap();
    }
    let after = statements::read(&plain, None).await.unwrap();
    let folded = statements::fold(&before, &after, PREFIX, &of_the_sampler());
    assert_eq!(counted(&folded, "INSERT INTO t VALUES ($1)"), Some([1, 1, 1]), "{folded:#?}");
    // It is on this machine, which the role needs no right to learn; the path does.
    assert_eq!(host::data_dir_here(&plain).await.unwrap(), Some(None));
    server.stop().await.unwrap();
}

async fn tables_are_counted_exactly(major: u32) {
    let server = server_of(&bin_dir(major), &[]).await;
    let session = open(&server).await;
    let run_id = Uuid::from_u128(7);
    let client = &session.client;
    client.batch_execute(include_str!("../sql/ledger/create.sql")).await.unwrap();
    let enter =
        format!("INSERT INTO pgvalidate.run VALUES ('{run_id}', 's', '1', '1', 1, 'h', 't', 'p')");
    client.batch_execute(&enter).await.unwrap();
    for (no, schema) in [(0, "p_baseline"), (1, "p_1"), (2, "p_2")] {
        let make = format!(
            "INSERT INTO pgvalidate.tenant VALUES ('{run_id}', {no}, gen_random_uuid(), '{schema}', 'n', 'r', 'i', 'c');
             CREATE SCHEMA {schema}; CREATE TABLE {schema}.t (a int PRIMARY KEY, b text);
             INSERT INTO {schema}.t VALUES (-1, 'x'); CREATE TABLE {schema}.other (a int)"
        );
        client.batch_execute(&make).await.unwrap();
    }
    // The counters of the set-up are published once the session is idle: the
    // difference begins where they stand still.
    let before = standing(&session, run_id).await;
    assert_eq!(before.tables, 2);
    let writer = open(&server).await;
    for (schema, rows) in [("p_1", 1_000), ("p_2", 234), ("p_baseline", 99)] {
        let write = format!(
            "INSERT INTO {schema}.t SELECT i, repeat('x', 100) FROM generate_series(1, {rows}) AS i;
             INSERT INTO {schema}.other SELECT 1 FROM generate_series(1, 50)"
        );
        writer.client.batch_execute(&write).await.unwrap();
    }
    drop(writer);
    let inserted = |t: &tables::Tables| {
        tables::difference(&before, t).map_or(0, |(counts, _)| counts.rows_inserted)
    };
    let after = settled(&session, run_id, |t| inserted(t) >= 1_234).await;
    let (counts, cache) = tables::difference(&before, &after).unwrap();
    assert_eq!(counts.rows_inserted, 1_234, "{counts:?}");
    assert!(counts.table_bytes_after > counts.table_bytes_before + 123_400, "{counts:?}");
    assert!(counts.index_bytes_after > counts.index_bytes_before, "{counts:?}");
    assert!(cache.index_blocks_hit >= 1_234, "{cache:?}");
    assert!(cache.index_hit_ratio.unwrap() > 0.9 && cache.heap_blocks_hit > 0, "{cache:?}");

    // A reset of a single table is seen, and so is that nothing is counted.
    client
        .batch_execute("SELECT pg_stat_reset_single_table_counters('p_1.t'::regclass)")
        .await
        .unwrap();
    let reset = settled(&session, run_id, |t| tables::difference(&after, t).is_err()).await;
    assert_eq!(tables::difference(&after, &reset), Err(DropReason::Reset));
    client.batch_execute("SET track_counts = off").await.unwrap();
    let unseen = tables::read(&session, run_id, "t").await.unwrap_err();
    assert_eq!(unseen.id, "counts_missing");
    server.stop().await.unwrap();
}

/// Reads until `done`.
async fn settled(
    session: &Session,
    run_id: Uuid,
    done: impl Fn(&tables::Tables) -> bool,
) -> tables::Tables {
    let deadline = Instant::now() + LIMIT;
    loop {
        let seen = tables::read(session, run_id, "t").await.unwrap();
        if done(&seen) {
            return seen;
        }
        assert!(Instant::now() < deadline, "{seen:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Reads until nothing changes any more for longer than it takes a backend or
/// the collector of 14 to publish.
async fn standing(session: &Session, run_id: Uuid) -> tables::Tables {
    let mut last = tables::read(session, run_id, "t").await.unwrap();
    let mut since = Instant::now();
    while since.elapsed() < Duration::from_secs(2) {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let seen = tables::read(session, run_id, "t").await.unwrap();
        if seen != last {
            (last, since) = (seen, Instant::now());
        }
    }
    last
}

async fn observe(session: &Session, counters: &str) -> Observation {
    let query = format!(
        "SELECT (checkpoint_lsn - '0/0')::bigint, (redo_lsn - '0/0')::bigint, \
                extract(epoch FROM checkpoint_time)::bigint, {counters} \
         FROM pg_control_checkpoint()"
    );
    let row = session.client.query_one(&query, &[]).await.unwrap();
    let number = |i| row.get::<_, i64>(i);
    Observation {
        at: Instant::now(),
        checkpoint_lsn: number(0) as u64,
        redo_lsn: number(1) as u64,
        checkpoint_time: number(2),
        timed: Some(number(3) as u64),
        requested: Some(number(4) as u64),
    }
}

async fn a_checkpoint_is_found_both_ways(major: u32) {
    // A fragment of production's may have the log otherwise.
    let settings = [
        ("log_timezone", "Asia/Ho_Chi_Minh"),
        ("log_line_prefix", "%t "),
        ("checkpoint_timeout", "1h"),
    ];
    let server = server_of(&bin_dir(major), &settings).await;
    let (session, writer) = (open(&server).await, open(&server).await);
    let read_from = checkpoint_log::position(server.log_path());
    let (clock, began) = (Clock::of_this_machine(), Instant::now());
    let counters = match major {
        ..17 => {
            "(SELECT checkpoints_timed FROM pg_stat_bgwriter), (SELECT checkpoints_req FROM pg_stat_bgwriter)"
        }
        _ => {
            "(SELECT num_timed FROM pg_stat_checkpointer), (SELECT num_requested FROM pg_stat_checkpointer)"
        }
    };
    let mut observations = vec![observe(&session, counters).await];
    // Writes go on while it runs.
    let writing = tokio::spawn(async move {
        writer.client.batch_execute("CREATE TABLE w (a int, b text)").await.unwrap();
        for _ in 0..8 {
            let write =
                "INSERT INTO w SELECT i, repeat('x', 200) FROM generate_series(1, 20000) AS i";
            writer.client.batch_execute(write).await.unwrap();
        }
    });
    let control = open(&server).await;
    let checkpoint = tokio::spawn(async move {
        // A second later than the first observation, as its time has no fractions.
        tokio::time::sleep(Duration::from_millis(1_100)).await;
        control.client.batch_execute("CHECKPOINT").await.unwrap();
    });
    let deadline = Instant::now() + LIMIT;
    let mut after_end = 0;
    while after_end < 4 {
        tokio::time::sleep(Duration::from_millis(250)).await;
        observations.push(observe(&session, counters).await);
        let (first, last) = (observations[0], observations[observations.len() - 1]);
        after_end += usize::from(last.checkpoint_lsn != first.checkpoint_lsn);
        assert!(Instant::now() < deadline, "no checkpoint: {last:?}");
    }
    checkpoint.await.unwrap();
    writing.await.unwrap();
    let elapsed = began.elapsed();

    let log = checkpoint_log::appended(server.log_path(), read_from).unwrap();
    let logged = checkpoint_log::logged(&log, &clock, began, elapsed);
    let polled = checkpoints::polled(&observations, &[], &clock, began, elapsed);
    assert_eq!((logged.len(), polled.len()), (1, 1), "{log}\n{logged:?}\n{polled:?}");
    let (logged, polled) = (&logged[0], &polled[0]);
    let (log_end, poll_end) = (logged.ended_s.unwrap(), polled.ended_s.unwrap());
    assert!((logged.began_s - polled.began_s).abs() < 2.0, "{logged:?}\n{polled:?}");
    assert!((log_end - poll_end).abs() < 2.0, "{logged:?}\n{polled:?}");
    assert!(logged.began_s >= 1.0 && log_end >= logged.began_s, "{logged:?}");
    let sync = logged.sync_began_s.unwrap();
    assert!((logged.began_s..=log_end).contains(&sync), "{logged:?}");
    assert_eq!(logged.kind, Some(CheckpointKind::Requested));
    assert_eq!(polled.kind, Some(CheckpointKind::Requested), "{observations:#?}");
    assert!(logged.buffers.unwrap() > 0);
    let (a, b) = (logged.wal_distance_bytes.unwrap(), polled.wal_distance_bytes.unwrap());
    assert!(a > 0 && b.abs_diff(a) < 1024, "{a} {b}");
    let at = |second: f64| logged.phase_in(second as u32);
    assert_ne!(at(logged.began_s), CheckpointPhase::None);
    assert_eq!(at(log_end + 2.0), CheckpointPhase::None);
    the_machine_is_this_one(&server, &session).await;
    server.stop().await.unwrap();
}

async fn the_machine_is_this_one(server: &PrivateServer, session: &Session) {
    let data: PathBuf = server.data_dir().to_owned();
    assert_eq!(host::data_dir_here(session).await.unwrap(), Some(Some(data.clone())));
    let stranger = pgvalidate::session::Backend::with_identity(
        session.backend.pid,
        session.backend.start_us - 60_000_000,
    );
    assert!(!host::is_here(&stranger));
    let mut reader = host::HostReader::open(Some(&data)).unwrap();
    session
        .client
        .batch_execute("SELECT sum(i) FROM generate_series(1, 1000000) AS i")
        .await
        .unwrap();
    let seen = reader.second();
    assert!(seen.cpu.unwrap() > 0.0, "{seen:?}");
    // Where the disk can be seen both of its numbers are.
    assert_eq!(seen.disk_busy.is_some(), reader.sees_disk());
    assert_eq!(seen.disk_written_bytes.is_some(), reader.sees_disk());
}

/// The sampler's own statements.
fn of_the_sampler() -> Vec<&'static str> {
    FILES.iter().map(|file| file.sql).collect()
}
