//! Advice on a finished run: what the command prints and refuses, and that a
//! server accepts the files that it writes, and that the undo script undoes.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use pgvalidate::judge::advise::{self, Given, advise};
use pgvalidate::message::Lang;
use pgvalidate::model::RunRecord;
use pgvalidate::model::advice::{Advice, Recommendation, longer_run_s};
use pgvalidate::report::{advice_files, advice_text, text};
use pgvalidate::server::{PrivateServer, ServerOptions};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};
use unicode_width::UnicodeWidthStr;

/// Settings as a server has them: name, value, unit, type, choices.
fn settings() -> Value {
    let integer = |name: &str, value: &str, unit: &str| json!([name, value, unit, "integer", []]);
    let word = |name: &str, value: &str| json!([name, value, "", "bool", []]);
    let all = [
        integer("max_wal_size", "1024", "MB"),
        integer("min_wal_size", "80", "MB"),
        integer("wal_segment_size", "16777216", "B"),
        integer("checkpoint_timeout", "300", "s"),
        json!(["checkpoint_completion_target", "0.5", "", "real", []]),
        integer("checkpoint_flush_after", "0", "8kB"),
        integer("wal_buffers", "512", "8kB"),
        json!(["wal_compression", "off", "", "enum", ["pglz", "on", "off"]]),
        word("wal_init_zero", "on"),
        word("wal_recycle", "on"),
        json!(["wal_level", "replica", "", "enum", ["minimal", "replica", "logical"]]),
        json!(["archive_mode", "off", "", "enum", ["always", "on", "off"]]),
        integer("max_wal_senders", "10", ""),
        word("fsync", "on"),
        word("full_page_writes", "on"),
        json!(["synchronous_commit", "on", "", "enum", ["local", "on", "off"]]),
        integer("wal_writer_delay", "200", "ms"),
        integer("commit_delay", "0", ""),
        integer("commit_siblings", "5", ""),
        integer("shared_buffers", "16384", "8kB"),
        integer("bgwriter_delay", "200", "ms"),
        integer("bgwriter_lru_maxpages", "100", ""),
        json!(["bgwriter_lru_multiplier", "2", "", "real", []]),
        integer("effective_io_concurrency", "1", ""),
        json!(["huge_pages", "try", "", "enum", ["off", "on", "try"]]),
        word("track_io_timing", "off"),
        word("track_wal_io_timing", "off"),
        word("log_checkpoints", "off"),
        word("log_lock_waits", "off"),
        integer("log_min_duration_statement", "-1", "ms"),
    ];
    let fact = |one: &Value| {
        json!({"name": one[0], "value": one[1], "built_in": one[1], "unit": one[2], "type": one[3],
            "choices": one[4], "context": "sighup", "source": "default", "file": "", "line": 0,
            "pending_restart": false})
    };
    all.iter().map(fact).collect()
}

/// A soak of ten minutes on a server that is set badly in every way.
fn soak() -> RunRecord {
    let mut value: Value =
        serde_json::from_str(include_str!("../results/example/run.json")).unwrap();
    value["scenario"]["name"] = json!("soak");
    value["server"]["version_num"] = json!(160_002);
    value["tuning"] = json!({
        "settings": settings(),
        "machine": {"cpus": 8, "memory_bytes": 32_u64 << 30, "wal_free_bytes": 199_u64 << 30,
            "wal_bytes": 1_u64 << 30, "wal_copies_on_write": false},
        "peaks": {}, "may_alter_system": true, "managed_by": null
    });
    let mut record: RunRecord = serde_json::from_value(value).unwrap();
    let database = json!({
        "elapsed_s": 576.0,
        "checkpoints": {"timed": 0, "requested": 48, "write_ms": 70_000.0, "sync_ms": 30_000.0,
            "buffers": 9, "source": "polling", "each": []},
        "wal": {"bytes": 576_u64 * 42 << 20, "records": 9, "full_page_images": 9,
            "buffers_full": 18_400, "writes": 21_050, "syncs": 52_000, "write_ms": 9.0,
            "sync_ms": 208_000.0, "bytes_per_row": 900.0, "full_page_share_at_most": 0.67},
        "io": [{"backend_type": "client backend", "object": "relation", "context": "normal",
            "hits": 900, "reads": 100, "evictions": 80, "writes": 300}],
        "buffers": {"checkpointer": 9, "background_writer": 9, "backends": 9, "backend_fsyncs": 0,
            "allocated": 518_400, "maxwritten_clean": 300},
        "cache": null, "tables": null, "statements": null,
        "transactions": {"commits": 62_400, "rollbacks": 0, "rows_inserted": 9, "rows_updated": 0,
            "deadlocks": 0, "temp_bytes": 0, "of_other_databases": 0},
        "waits": [{"who": "writers", "events": [{"event": "IO:WALSync", "samples": 500},
            {"event": "IO:WALInitWrite", "samples": 40}, {"event": "CPU", "samples": 460}]}],
        "replication": [], "archiver": null, "dropped": []
    });
    record.database = Some(serde_json::from_value(database).unwrap());
    let storage = record.storage.as_mut().unwrap();
    (storage.table_bytes, storage.index_bytes) = (100 << 20, 100 << 20);
    let point = |second: u32| {
        json!({"second": second, "rows": 9, "batches": 9, "failed": 0, "response_ms": null,
            "in_use": 16.0, "waiting": 0.0, "queue_depth": 0, "client_cpu": 0.1,
            "server": {"wal_bytes": 48 << 20, "waits": {}, "cpu": 3.6}})
    };
    record.series = (0..576).map(|s| serde_json::from_value(point(s)).unwrap()).collect();
    record
}

fn said(record: &RunRecord) -> Vec<Recommendation> {
    advise(record, &Given::default())
}

/// What is proposed of the whole server, by setting.
fn proposed(said: &[Recommendation]) -> BTreeMap<String, String> {
    let changes = said.iter().filter(|one| one.outcome == Advice::Proposed);
    let settings = changes.flat_map(|one| &one.settings);
    settings.filter_map(|p| Some((p.name.clone(), p.proposed.clone()?))).collect()
}

fn file(record: &RunRecord, name: &str) -> String {
    let files = advice_files::files(record, &said(record), Lang::En);
    files.into_iter().find(|(file, _)| *file == name).unwrap().1
}

#[test]
fn a_server_that_is_set_badly_is_told_so() {
    let proposed = proposed(&said(&soak()));
    let of = |name: &str| proposed.get(name).map(String::as_str);
    assert_eq!(of("max_wal_size"), Some("30GB"));
    assert_eq!(of("min_wal_size"), Some("7680MB"));
    assert_eq!(of("wal_buffers"), Some("16MB"));
    assert_eq!(of("wal_compression"), Some("pglz"));
    assert_eq!(of("checkpoint_completion_target"), Some("0.9"));
    assert_eq!(of("checkpoint_flush_after"), Some("256kB"));
    assert_eq!(of("shared_buffers"), Some("256MB"));
    assert_eq!(of("bgwriter_lru_maxpages"), Some("400"));
    assert_eq!(of("track_wal_io_timing"), Some("on"));
    // Options and trials are no proposals.
    assert_eq!((of("synchronous_commit"), of("commit_delay")), (None, None));
    let outcome =
        |rule: &str| said(&soak()).into_iter().find(|one| one.rule == rule).unwrap().outcome;
    assert_eq!(outcome("synchronous_commit"), Advice::Option);
    assert_eq!(outcome("commit_delay"), Advice::Trial);
}

/// What it proposes, done: nothing more is proposed.
#[test]
fn a_server_that_is_set_so_is_told_nothing() {
    let mut record = soak();
    let changes = said(&record);
    let tuning = record.tuning.as_mut().unwrap();
    for proposal in changes.iter().flat_map(|one| &one.settings) {
        let setting = tuning.settings.iter_mut().find(|s| s.name == proposal.name);
        if let (Some(setting), Some(value)) = (setting, &proposal.proposed) {
            let number = proposal.in_base_unit.map(|number| number.to_string());
            setting.value = number.unwrap_or_else(|| value.clone());
        }
    }
    let database = record.database.as_mut().unwrap();
    let checkpoints = database.checkpoints.as_mut().unwrap();
    (checkpoints.timed, checkpoints.requested) = (4, 0);
    let again = said(&record);
    // The evidence of the background writer is as it was, so that it gets its next step,
    // and of checkpoints every five minutes, with as many full-page images as before.
    let changed = again.iter().filter(|one| one.outcome == Advice::Proposed);
    let rules: Vec<_> = changed.map(|one| one.rule.as_str()).collect();
    assert_eq!(rules, ["checkpoint_timeout", "bgwriter"]);
}

#[test]
fn a_burst_is_too_short_and_says_what_would_do() {
    let mut record = soak();
    record.database.as_mut().unwrap().elapsed_s = 2.0;
    record.series.truncate(2);
    advise::enter(&mut record);
    let lacking = record.recommendations.iter().filter(|r| r.outcome == Advice::NotEnoughEvidence);
    assert!(lacking.count() >= 10);
    assert_eq!(longer_run_s(&record.recommendations), Some(180));
    for lang in [Lang::En, Lang::Vi] {
        let summary = text::summary(&record, lang);
        let words: Vec<_> = summary.split_whitespace().collect();
        assert!(words.join(" ").contains("pgvalidate soak --duration 180s"), "{summary}");
        let longest = summary.lines().map(UnicodeWidthStr::width).max();
        assert!(longest.is_some_and(|columns| columns <= 80), "{summary}");
    }
}

#[test]
fn the_advice_reads_well_in_both_languages() {
    let record = soak();
    insta::assert_snapshot!("tune_en", advice_text::full(&record, &said(&record), Lang::En));
    let vi = advice_text::full(&record, &said(&record), Lang::Vi);
    for english in ["not enough", "takes effect", "with a restart", "writers waiting", "change it"]
    {
        assert!(!vi.contains(english), "{english}: {vi}");
    }
    insta::assert_snapshot!("tune_vi", vi);
    let mut off = soak();
    let settings = &mut off.tuning.as_mut().unwrap().settings;
    settings.iter_mut().find(|s| s.name == "fsync").unwrap().value = "off".into();
    assert!(advice_text::full(&off, &said(&off), Lang::En).contains("CRITICAL: fsync off -> on"));
}

#[test]
fn a_managed_service_is_given_parameters_and_no_script() {
    let mut record = soak();
    record.tuning.as_mut().unwrap().managed_by = Some("rds_superuser".into());
    let files = advice_files::files(&record, &said(&record), Lang::En);
    let names: Vec<_> = files.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["recommended.conf", "recommended-parameters.txt"]);
    assert!(files[1].1.contains("\nmax_wal_size = 30720 (MB)\n"), "{}", files[1].1);
    assert!(files[1].1.contains("\nwal_buffers = 2048 (8kB)\n"));
    let text = advice_text::full(&record, &said(&record), Lang::En);
    assert!(text.contains("a managed service (rds_superuser)"));
}

/// The value of a setting as the server shows it.
async fn shown(client: &tokio_postgres::Client, name: &str) -> String {
    client.query_one("SELECT current_setting($1)", &[&name]).await.unwrap().get(0)
}

#[tokio::test]
async fn a_server_starts_with_the_fragment() {
    let record = soak();
    let dir = tempfile::tempdir().unwrap();
    let config = dir.path().join("recommended.conf");
    std::fs::write(&config, file(&record, "recommended.conf")).unwrap();
    let options = ServerOptions {
        config: Some(config),
        guard_exe: Some(common::BIN.into()),
        ..ServerOptions::default()
    };
    let server = PrivateServer::start(&options).await.unwrap();
    let client = common::connect(&server.dsn()).await;
    let proposed = proposed(&said(&record));
    assert!(proposed.len() >= 12);
    for (name, value) in &proposed {
        assert_eq!(shown(&client, name).await, *value, "{name}");
    }
    // A comment is no setting.
    assert_eq!(shown(&client, "synchronous_commit").await, "on");
    server.stop().await.unwrap();
}

#[tokio::test]
async fn the_script_is_accepted_and_undone() {
    let server = common::server(&[("max_wal_size", "1GB")]).await;
    let client = common::connect(&server.dsn()).await;
    let run = async |script: &str| {
        for line in script.lines().filter(|line| !line.starts_with("--") && !line.is_empty()) {
            client.batch_execute(line).await.unwrap();
        }
    };
    // Of these, one stood in postgresql.auto.conf before.
    run("ALTER SYSTEM SET min_wal_size = '96MB'").await;
    let auto_conf = async || -> Vec<String> {
        let rows = client
            .query(
                "SELECT name || '=' || setting FROM pg_file_settings \
                 WHERE sourcefile LIKE '%postgresql.auto.conf' AND error IS NULL ORDER BY 1",
                &[],
            )
            .await
            .unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    };
    let before = auto_conf().await;
    assert_eq!(before, ["min_wal_size=96MB"]);
    let mut record = soak();
    let settings = &mut record.tuning.as_mut().unwrap().settings;
    let min_wal = settings.iter_mut().find(|setting| setting.name == "min_wal_size").unwrap();
    (min_wal.value, min_wal.source) = ("96".into(), "configuration file".into());
    min_wal.file = "/somewhere/postgresql.auto.conf".into();
    run(&file(&record, "recommended.sql")).await;
    assert!(auto_conf().await.contains(&"max_wal_size=30GB".to_owned()));
    assert!(auto_conf().await.contains(&"min_wal_size=7680MB".to_owned()));
    run(&file(&record, "undo-recommended.sql")).await;
    assert_eq!(auto_conf().await, before);
    server.stop().await.unwrap();
}

fn tune(arguments: &[&str]) -> Output {
    let mut command = Command::new(common::BIN);
    command.arg("tune").args(arguments).args(["--lang", "en"]).output().unwrap()
}

fn saved(dir: &Path, record: &Value) -> String {
    std::fs::write(dir.join("run.json"), record.to_string()).unwrap();
    dir.display().to_string()
}

#[test]
fn a_finished_run_is_advised_on() {
    let dir = tempfile::tempdir().unwrap();
    let folder = saved(dir.path(), &serde_json::to_value(soak()).unwrap());
    let output = tune(&[&folder]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.contains("max_wal_size 1GB -> 30GB"), "{text}");
    for name in ["recommended.conf", "recommended.sql", "undo-recommended.sql"] {
        assert!(text.contains(name) && dir.path().join(name).exists(), "{name}: {text}");
    }
    // What is given goes before what was seen.
    let arguments = [&*folder, "--wal-disk", "20GB", "--format", "json"];
    let output = tune(&arguments);
    let all: Vec<Recommendation> = serde_json::from_slice(&output.stdout).unwrap();
    let wal = all.iter().find(|one| one.rule == "max_wal_size").unwrap();
    assert_eq!(wal.settings[0].proposed.as_deref(), Some("10GB"));
}

#[test]
fn what_is_no_run_of_this_schema_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let refused = |arguments: &[&str], words: &[&str]| {
        let output = tune(arguments);
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{text}");
        for word in words {
            assert!(text.contains(word), "{word}: {text}");
        }
    };
    let folder = dir.path().display().to_string();
    refused(&[&folder], &["run.json", "no run can be read there"]);
    std::fs::write(dir.path().join("set.json"), "{}").unwrap();
    refused(&[&folder], &["is a set of runs"]);
    let mut record = serde_json::to_value(soak()).unwrap();
    record["schema_version"] = json!("2.0");
    saved(dir.path(), &record);
    refused(&[&folder], &["schema is 2.0", "reads 1."]);
    std::fs::write(dir.path().join("run.json"), "{").unwrap();
    refused(&[&folder], &["no run can be read there"]);
    refused(&[&folder, "--ram", "64"], &["20GB"]);
    refused(&[&folder, "--recovery", "10"], &["10m"]);
    refused(&[], &["<RUN>"]);
}

#[test]
fn an_old_record_says_what_lacks() {
    let dir = tempfile::tempdir().unwrap();
    let mut record = serde_json::to_value(soak()).unwrap();
    record["schema_version"] = json!("1.3");
    record.as_object_mut().unwrap().remove("tuning");
    let output = tune(&[&saved(dir.path(), &record)]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(text.contains("(schema 1.3) doesn't hold the settings"), "{text}");
    assert!(text.contains("no change is proposed"), "{text}");
    assert!(!dir.path().join("recommended.conf").exists());
}
