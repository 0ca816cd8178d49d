//! Advice on a finished run: what the command prints and refuses, and that a
//! server accepts the files that it writes, and that the undo script undoes.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use common::advised::soak;
use pgvalidate::judge::advise::{self, Given, advise};
use pgvalidate::judge::set::tune::{self, kept};
use pgvalidate::judge::set::{Done, trials};
use pgvalidate::message::{Lang, Localized};
use pgvalidate::model::RunRecord;
use pgvalidate::model::advice::{Advice, Recommendation, Verification, Verified, longer_run_s};
use pgvalidate::model::set::Set;
use pgvalidate::report::{advice_files, advice_text, text, tune_text};
use pgvalidate::server::{PrivateServer, ServerOptions};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};
use unicode_width::UnicodeWidthStr;

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
    // All other evidence is as it was. New are checkpoints every five minutes, with as
    // many full-page images as before.
    let changed = again.iter().filter(|one| one.outcome == Advice::Proposed);
    let rules: Vec<_> = changed.map(|one| one.rule.as_str()).collect();
    assert_eq!(rules, ["checkpoint_timeout"]);
}

/// After a verification: a setting that made no difference is in no file.
#[test]
fn what_had_no_effect_is_in_no_file() {
    let record = soak();
    let mut said = said(&record);
    let measured = |outcome| Verified { outcome, compared: Vec::new(), notes: Vec::new() };
    for one in &mut said {
        one.verified = match one.rule.as_str() {
            "max_wal_size" | "commit_delay" => Some(measured(Verification::Verified)),
            "wal_buffers" => Some(measured(Verification::NoEffect)),
            "bgwriter" => Some(measured(Verification::Regressed)),
            "wal_compression" => Some(measured(Verification::CouldNotTell)),
            _ => None,
        };
    }
    let files = advice_files::files(&record, &kept(&said), Lang::En);
    assert_eq!(files.len(), 3);
    for (name, text) in files {
        for held in ["max_wal_size", "wal_compression", "commit_delay"] {
            assert!(text.contains(held), "{held} is missing in {name}");
        }
        for dropped in ["wal_buffers", "bgwriter"] {
            assert!(!text.contains(dropped), "{dropped} is in {name}: {text}");
        }
        // A trial that helped is switched on.
        assert!(name != "recommended.conf" || text.contains("\ncommit_delay = "), "{text}");
    }
}

/// A tuning at 5,000 rows a second, whose greater max_wal_size halves the p99.
fn tuned_at_a_rate() -> (Set, RunRecord) {
    let mut record = soak();
    record.scenario.soak = serde_json::from_value(json!({
        "duration_s": 576.0, "warm_up_s": 5.0, "rate_rows_per_s": 5_000.0, "writers": null
    }))
    .unwrap();
    let run = |role: &str, no: usize, p99: f64| {
        let mut record = record.clone();
        record.load.as_mut().unwrap().offered_share = Some(1.0);
        record.latency.as_mut().unwrap().batch.as_mut().unwrap().response_ms.p99 = p99;
        Done { label: format!("{role} #{no}"), role: role.to_owned(), record }
    };
    let mut done = vec![run(trials::EVIDENCE, 1, 40.0)];
    for (no, p99) in [38.0, 39.0, 40.0, 40.0, 41.0, 42.0].into_iter().enumerate() {
        done.push(run(trials::CURRENT, no + 1, p99));
        done.push(run("max_wal_size", no + 1, p99 / 2.0));
    }
    let mut set: Set = serde_json::from_value(json!({
        "schema_version": "1.4", "tool_version": "0", "set_id": "", "kind": "tune",
        "started_at": "", "finished_at": null, "argv": [], "private": true, "members": [],
        "table": [], "verdict": null, "reasons": [], "findings": []
    }))
    .unwrap();
    let only = vec!["max_wal_size".to_owned()];
    let asked = trials::Asked { repeat: 6, only, is_private: true, ..trials::Asked::default() };
    tune::judge(&mut set, &done, None, &Given::default(), Some(&asked));
    (set, record)
}

#[test]
fn at_a_rate_the_text_says_what_decided() {
    let (set, record) = tuned_at_a_rate();
    for (lang, expected) in [
        (Lang::En, ["for a load of 5,000 rows a second", "response p99*", "stored of due"]),
        (Lang::Vi, ["cho tải 5.000 dòng mỗi giây", "phản hồi p99*", "lưu/đến hạn"]),
    ] {
        let text = tune_text::summary(&set, Some(&record), lang);
        let outcome = Verification::Verified.text(lang);
        assert!(text.contains(&format!("max_wal_size: {outcome}")), "{text}");
        assert!(!text.contains("rows/s, closed") && !text.contains("ck."), "{text}");
        for words in expected {
            assert!(text.contains(words), "{words}: {text}");
        }
        assert!(text.lines().all(|line| line.width() <= 80), "{text}");
    }
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
    for name in ["recommended.conf", "recommended.sql", "undo-recommended.sql"] {
        insta::assert_snapshot!(name.replace(['.', '-'], "_"), file(&record, name));
    }
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

fn run_tune(arguments: &[&str]) -> Output {
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
    let output = run_tune(&[&folder]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.contains("max_wal_size 1GB -> 30GB"), "{text}");
    for name in ["recommended.conf", "recommended.sql", "undo-recommended.sql"] {
        assert!(text.contains(name) && dir.path().join(name).exists(), "{name}: {text}");
    }
    // What is given goes before what was seen.
    let arguments = [&*folder, "--wal-disk", "20GB", "--format", "json"];
    let output = run_tune(&arguments);
    let all: Vec<Recommendation> = serde_json::from_slice(&output.stdout).unwrap();
    let wal = all.iter().find(|one| one.rule == "max_wal_size").unwrap();
    assert_eq!(wal.settings[0].proposed.as_deref(), Some("10GB"));
}

#[test]
fn what_is_no_run_of_this_schema_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let refused = |arguments: &[&str], words: &[&str]| {
        let output = run_tune(arguments);
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{text}");
        for word in words {
            assert!(text.contains(word), "{word}: {text}");
        }
    };
    let folder = dir.path().display().to_string();
    refused(&[&folder], &["run.json can't be read", "name a folder that pgvalidate wrote"]);
    let mut record = serde_json::to_value(soak()).unwrap();
    record["schema_version"] = json!("2.0");
    saved(dir.path(), &record);
    refused(&[&folder], &["schema_version 2.0", "reads 1."]);
    std::fs::write(dir.path().join("run.json"), "{").unwrap();
    refused(&[&folder], &["run.json can't be read"]);
    refused(&[&folder, "--ram", "64"], &["20GB"]);
    refused(&[&folder, "--recovery", "10"], &["10m"]);
    refused(&[&folder, "--only", "max_wal_size"], &["--verify"]);
    refused(&["--verify", "--only", "sort_mem"], &["there is no such rule", "max_wal_size"]);
    for rate in ["0", "-5", "nan", "1e12"] {
        refused(&["--rate", rate], &["--rate", "out of bounds"]);
    }
    refused(&["--rate", "many"], &["--rate", "many"]);
    refused(&["--rate", "100", "--writers", "4"], &["--rate", "cannot be used with"]);
    refused(&["--verify", "--url", "host=/nowhere"], &["--allow-alter-system"]);
    refused(&["--settings-from", "host=a", "--url", "host=b"], &["cannot be used with"]);
}

#[test]
fn an_old_record_says_what_lacks() {
    let dir = tempfile::tempdir().unwrap();
    let mut record = serde_json::to_value(soak()).unwrap();
    record["schema_version"] = json!("1.3");
    record.as_object_mut().unwrap().remove("tuning");
    let output = run_tune(&[&saved(dir.path(), &record)]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(text.contains("(schema 1.3) doesn't hold the settings"), "{text}");
    assert!(text.contains("no change is proposed"), "{text}");
    assert!(!dir.path().join("recommended.conf").exists());
}

#[test]
fn what_stood_in_a_file_that_was_not_seen_is_not_reset() {
    let undo = |source: &str, path: &str| {
        let mut record = soak();
        let settings = &mut record.tuning.as_mut().unwrap().settings;
        let setting = settings.iter_mut().find(|s| s.name == "max_wal_size").unwrap();
        (setting.source, setting.file) = (source.into(), path.into());
        file(&record, "undo-recommended.sql")
    };
    let reset = "\nALTER SYSTEM RESET max_wal_size;";
    assert!(undo("default", "").contains(reset));
    assert!(undo("configuration file", "/data/postgresql.conf").contains(reset));
    let back = "\nALTER SYSTEM SET max_wal_size = '1GB';";
    assert!(undo("configuration file", "/data/postgresql.auto.conf").contains(back));
    for (source, path) in [("configuration file", ""), ("command line", "")] {
        let text = undo(source, path);
        assert!(!text.contains(reset) && !text.contains(back), "{text}");
        assert!(text.contains("-- ALTER SYSTEM RESET max_wal_size;"), "{text}");
    }
}
