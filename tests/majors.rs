//! The same on every supported major: the burst, commits whose reply is never
//! seen, damage told apart, and what the private server is.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use common::kept::Kept;
use common::majors::{bin_dir, majors, server_of};
use pgvalidate::engine::RunOptions;
use pgvalidate::model::{Key, Method, PoolEngine, RunRecord, Unavailable};
use pgvalidate::server::{Pair, PrivateServer, Replication, ServerError, ServerOptions};
use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

/// Tests of each major by its name, so that a failure names the major.
macro_rules! on_each {
    ($($module:ident $major:literal),*) => {
        /// The majors that have tests.
        const TESTED: &[u32] = &[$($major),*];

        $(mod $module {
            #[tokio::test(flavor = "multi_thread")]
            async fn a_burst_on_a_private_server_is_verified() {
                super::bursts_on_private_servers($major).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn a_burst_by_url_is_verified() {
                super::bursts_by_url($major).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn cuts_between_commit_and_its_reply_are_settled() {
                let server = super::server_of(&super::bin_dir($major), &[]).await;
                super::common::cuts::cuts_at_commit_are_settled(&server, 20).await;
                server.stop().await.unwrap();
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn each_kind_of_damage_is_told_apart() {
                let server = super::server_of(&super::bin_dir($major), &[]).await;
                let kept = super::Kept::on(server).await;
                kept.each_kind_of_damage_is_told_apart().await;
                kept.server.stop().await.unwrap();
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn a_standby_takes_over() {
                super::a_standby_takes_over($major).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn the_private_server_is_like_the_others() {
                super::the_private_server_is_like_the_others($major).await;
            }
        })*
    };
}

on_each!(pg14 14, pg15 15, pg16 16, pg17 17, pg18 18);

#[test]
fn every_supported_major_is_there_and_tested() {
    let there: Vec<u32> = majors().into_iter().map(|(major, _)| major).collect();
    assert_eq!(TESTED, there);
}

/// The bursts that a major is tried with, each with a name for failures: the
/// default one with its baseline, then every pair of method and key, method and
/// pool, key and pool. Which pool a method and a key go with changes from major
/// to major, so that each three come together on two of them at least.
///
/// Where a server is started for each: two, so that every method, key and pool
/// is there on some major.
fn variants(base: &RunOptions, major: u32, on_one_server: bool) -> Vec<(String, RunOptions)> {
    let mut variants = vec![("default".to_owned(), base.clone())];
    let major = major as usize;
    for (i, method) in Method::ALL.into_iter().enumerate() {
        for (j, key) in Key::ALL.into_iter().enumerate() {
            let pool = PoolEngine::ALL[(i + j + major) % 2];
            let is_first_or_second = (2 * major + i) % Method::ALL.len() < 2 && j == i % 3;
            if on_one_server || is_first_or_second {
                let name = format!("{} {} {}", method.name(), key.name(), pool.name());
                let options = RunOptions { method, key, pool, baseline: false, ..base.clone() };
                variants.push((name, options));
            }
        }
    }
    variants
}

/// Where a burst of `major` takes place, without and with a target.
fn bursts(major: u32, url: Option<String>, results: &Path) -> Vec<(String, RunOptions)> {
    let pg_bin = url.is_none().then(|| bin_dir(major));
    let on_one_server = url.is_some();
    let base = RunOptions {
        url,
        pg_bin,
        tenants: Some(6),
        baseline: true,
        baseline_time: Duration::from_millis(200),
        ..common::options("", 12, 503, results)
    };
    variants(&base, major, on_one_server)
}

#[test]
fn every_pair_on_every_major_and_every_three_on_some() {
    let base = common::options("", 12, 503, Path::new("nowhere"));
    let of = |major, on_one_server| {
        let all = variants(&base, major, on_one_server).into_iter().skip(1);
        all.map(|(_, o)| (o.method.name(), o.key.name(), o.pool.name())).collect::<Vec<_>>()
    };
    let (mut threes, mut private) = (BTreeSet::new(), Vec::new());
    let [methods, keys, pools] = [Method::ALL.len(), Key::ALL.len(), PoolEngine::ALL.len()];
    for major in TESTED {
        let by_url = of(*major, true);
        let pairs = |pair: fn(&(&'static str, &'static str, &'static str)) -> [&'static str; 2]| {
            by_url.iter().map(pair).collect::<BTreeSet<_>>().len()
        };
        assert_eq!(pairs(|(method, key, _)| [method, key]), methods * keys, "{major}");
        assert_eq!(pairs(|(method, _, pool)| [method, pool]), methods * pools, "{major}");
        assert_eq!(pairs(|(_, key, pool)| [key, pool]), keys * pools, "{major}");
        threes.extend(by_url);
        private.extend(of(*major, false));
    }
    assert_eq!(threes.len(), methods * keys * pools);
    let distinct = |what: BTreeSet<&str>| what.len();
    assert_eq!(private.len(), 2 * TESTED.len());
    assert_eq!(distinct(private.iter().map(|(method, ..)| *method).collect()), methods);
    assert_eq!(distinct(private.iter().map(|(_, key, _)| *key).collect()), keys);
    assert_eq!(distinct(private.iter().map(|(.., pool)| *pool).collect()), pools);
}

/// Runs a burst that must store every row, on a server of `major`.
async fn verified(name: &str, major: u32, options: &RunOptions) -> RunRecord {
    let record = common::run(options).await.record;
    let name = format!("{name} on {major}");
    let server = record.server.as_ref().unwrap();
    assert_eq!(server.version_num / 10_000, major, "{name}: {}", server.version);
    assert_eq!(server.private, options.url.is_none(), "{name}");
    assert!(server.durable, "{name}");
    let load = record.load.as_ref().unwrap();
    let rows = record.scenario.rows.unwrap();
    assert_eq!(load.batches.succeeded, 12, "{name}");
    assert_eq!((load.batches.failed, load.batches.in_doubt), (0, 0), "{name}");
    assert_eq!(load.rows_acknowledged, rows, "{name}");
    assert!(load.errors.is_empty(), "{name}: {:?}", load.errors);
    assert_eq!(common::damage(&record), [0; 6], "{name}");
    let verification = record.verification.as_ref().unwrap();
    assert_eq!(verification.rows_found, rows, "{name}");
    assert_eq!(verification.batches_differing, 0, "{name}");
    assert_eq!(record.gain.is_some(), options.baseline, "{name}");
    // So short a burst may have too few samples; nothing else is out of sight
    // but what was switched off, waits of what is no COPY, stalls, and what the
    // server by its version, its settings or its disk doesn't keep.
    let known = [
        "too_few_samples",
        "switched_off",
        "only_for_copy",
        "stalls_of_soaks_only",
        "only_from_major",
        "io_times_missing",
        "wal_times_missing",
        "statements_uncreated",
        "not_on_this_system",
        // A burst is too short for one, and has few tenants; what comes close to
        // a limit is looked at once a second.
        "not_reached",
        "no_vacuum_seen",
        "jit_uncounted",
        // A machine that is busy with other tests.
        "snapshots_late",
        "no_checkpoint",
        "no_batch_in_region",
    ];
    let unseen = record.unavailable.iter().filter(|u| !known.contains(&u.reason.id.as_str()));
    assert_eq!(unseen.collect::<Vec<_>>(), Vec::<&Unavailable>::new(), "{name}");
    record
}

async fn bursts_on_private_servers(major: u32) {
    let results = tempfile::tempdir().unwrap();
    for (name, options) in bursts(major, None, results.path()) {
        verified(&name, major, &options).await;
    }
}

/// A burst waits more than it works: two servers share them.
async fn bursts_by_url(major: u32) {
    let [even, odd] = [0, 1].map(|part| tokio::spawn(bursts_by_url_in_two(major, part)));
    let (even, odd) = tokio::join!(even, odd);
    even.unwrap();
    odd.unwrap();
}

async fn bursts_by_url_in_two(major: u32, part: usize) {
    let server = server_of(&bin_dir(major), &[]).await;
    let client = common::connect(&server.dsn()).await;
    let before = common::schemas(&client).await;
    let results = tempfile::tempdir().unwrap();
    let bursts = bursts(major, Some(server.dsn()), results.path());
    for (name, options) in bursts.into_iter().skip(part).step_by(2) {
        verified(&name, major, &options).await;
        assert_eq!(common::schemas(&client).await, before, "{name} on {major} left something");
    }
    server.stop().await.unwrap();
}

/// A standby that commits wait for has what was acknowledged, and waits for
/// nobody once it takes writes itself.
async fn a_standby_takes_over(major: u32) {
    let options = ServerOptions {
        bin_dir: Some(bin_dir(major)),
        guard_exe: Some(common::BIN.into()),
        ..ServerOptions::default()
    };
    let Pair { primary, standby } = Pair::start(&options, Replication::Sync).await.unwrap();
    let before = common::connect(&primary.dsn()).await;
    let create = "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n";
    before.batch_execute(create).await.unwrap();
    primary.crash().await.unwrap();
    standby.promote().await.unwrap();
    // Once more changes nothing.
    standby.promote().await.unwrap();
    let after = common::connect(&standby.dsn()).await;
    after.batch_execute("INSERT INTO kept VALUES (0)").await.unwrap();
    let kept: i64 = after.query_one("SELECT count(*) FROM kept", &[]).await.unwrap().get(0);
    assert_eq!(kept, 1_001);
    standby.stop().await.unwrap();
    primary.stop().await.unwrap();
}

/// The defaults of the majors differ, and packages differ; where it matters to
/// a measurement, a private server is alike on all.
async fn the_private_server_is_like_the_others(major: u32) {
    let server = server_of(&bin_dir(major), &[]).await;
    let client = common::connect(&server.dsn()).await;
    for (name, value) in [
        ("data_checksums", "off"),
        ("fsync", "on"),
        ("full_page_writes", "on"),
        ("synchronous_commit", "on"),
        ("log_checkpoints", "on"),
        ("shared_preload_libraries", "pg_stat_statements"),
        ("server_encoding", "UTF8"),
        ("listen_addresses", ""),
        ("max_connections", "150"),
    ] {
        let row = client.query_one(&format!("SHOW {name}"), &[]).await.unwrap();
        assert_eq!(row.get::<_, String>(0), value, "{name} on {major}");
    }
    client.batch_execute("CREATE EXTENSION pg_stat_statements").await.unwrap();
    let seen = "SELECT count(*) FROM pg_stat_statements";
    assert!(client.query_one(seen, &[]).await.unwrap().get::<_, i64>(0) > 0);
    let locale = "SELECT datcollate::text FROM pg_database WHERE datname = current_database()";
    let locale: String = client.query_one(locale, &[]).await.unwrap().get(0);
    assert!(["C.UTF-8", "C"].contains(&locale.as_str()), "{locale} on {major}");
    // The time zones' data is there.
    let hour = "SELECT extract(hour FROM '2026-01-01 00:00Z'::timestamptz \
                AT TIME ZONE 'Asia/Ho_Chi_Minh')::int";
    assert_eq!(client.query_one(hour, &[]).await.unwrap().get::<_, i32>(0), 7);
    server.stop().await.unwrap();
}

#[tokio::test]
async fn programs_of_an_unsupported_major_are_refused_before_anything_is_made() {
    let dir = tempfile::tempdir().unwrap();
    let bin = dir.path().canonicalize().unwrap();
    for version in ["13.22", "19devel", "9.6.24"] {
        for program in ["postgres", "initdb"] {
            let path = bin.join(program);
            let script = format!("#!/bin/sh\necho '{program} (PostgreSQL) {version}'\n");
            std::fs::write(&path, script).unwrap();
            std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
        }
        let options = ServerOptions { bin_dir: Some(bin.clone()), ..ServerOptions::default() };
        let refused = PrivateServer::start(&options).await.unwrap_err();
        let said = refused.to_string();
        assert!(matches!(refused, ServerError::Unsupported { .. }), "{said}");
        for word in [bin.to_str().unwrap(), version, "14 to 18", "--pg-bin"] {
            assert!(said.contains(word), "{word}: {said}");
        }
    }
}
