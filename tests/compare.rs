//! Two groups of runs compared: by the command, whose errors say what is wrong,
//! and on rates that were recorded, of which none differs from itself.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use pgvalidate::judge::compare::{Metric, Roles, THRESHOLD, comparable, compare_one, judge};
use pgvalidate::judge::set::Done;
use pgvalidate::message::Lang;
use pgvalidate::model::comparison::{Change, Compared};
use pgvalidate::model::record::Setting;
use pgvalidate::model::set::Set;
use pgvalidate::model::{Note, RunRecord};
use pgvalidate::report::compare_text::summary;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;
use unicode_width::UnicodeWidthStr;

const ROLES: Roles<'static> = Roles { base: "A", other: "B" };

/// Eight rates, as shares of their median.
const NEAR: [f64; 8] = [0.97, 0.98, 0.99, 1.0, 1.0, 1.01, 1.02, 1.03];

fn published(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// A run at this rate, begun in that minute, the `no`-th of its kind.
fn record(kind: &str, no: usize, rate: f64) -> RunRecord {
    let mut record: RunRecord =
        serde_json::from_str(&published("results/example/run.json")).unwrap();
    record.run_id = format!("{kind}-{no}");
    record.started_at = format!("2026-01-01T00:{no:02}:00Z");
    let load = record.load.as_mut().unwrap();
    load.rows_per_s = rate;
    load.elapsed_s = load.rows_acknowledged as f64 / rate;
    record
}

fn around(kind: &str, median: f64) -> Vec<RunRecord> {
    NEAR.iter().enumerate().map(|(no, share)| record(kind, no, median * share)).collect()
}

fn set(record: &mut RunRecord, name: &str, value: &str) {
    let settings = &mut record.server.as_mut().unwrap().settings;
    settings.retain(|setting| setting.name != name);
    let (name, value, source) = (name.to_owned(), value.to_owned(), "default".to_owned());
    settings.push(Setting { name, value, source });
}

/// A folder with folders of runs, and results beside them.
struct Place {
    dir: TempDir,
}

impl Place {
    fn new() -> Place {
        Place { dir: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Writes runs into the folder of a group.
    fn group(&self, group: &str, runs: &[RunRecord]) {
        for run in runs {
            let folder = self.path(group).join(&run.run_id);
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join("run.json"), serde_json::to_vec(run).unwrap()).unwrap();
        }
    }

    fn compare(&self, args: &[&str]) -> Output {
        let mut command = Command::new(common::BIN);
        command.current_dir(self.dir.path()).env_remove("PGVALIDATE_LANG").arg("compare");
        command.args(args).output().unwrap()
    }

    /// The set that it prints, and the exit code.
    fn json(&self, args: &[&str]) -> (Set, i32) {
        let out = self.compare(&[args, &["--format", "json"]].concat());
        let said = String::from_utf8_lossy(&out.stderr).into_owned();
        let set = serde_json::from_slice(&out.stdout);
        (set.unwrap_or_else(|error| panic!("{error}: {said}")), out.status.code().unwrap())
    }

    /// What is refused, in both languages; nothing is left in results.
    fn refused(&self, args: &[&str]) -> [String; 2] {
        ["en", "vi"].map(|lang| {
            let out = self.compare(&[args, &["--lang", lang]].concat());
            let said = String::from_utf8(out.stderr).unwrap();
            assert_eq!(out.status.code(), Some(2), "{args:?}: {said}");
            assert!(out.stdout.is_empty() && !self.path("results").exists(), "{args:?}");
            said
        })
    }
}

fn ids(notes: &[Note]) -> Vec<&str> {
    notes.iter().map(|note| note.id.as_str()).collect()
}

#[test]
fn a_gain_passes_and_the_set_leads_to_its_runs() {
    let place = Place::new();
    place.group("results/a", &around("a", 100_000.0));
    place.group("b", &around("b", 120_000.0));
    let (set, code) = place.json(&["results/a", "b"]);
    assert_eq!((code, set.kind.as_str(), set.members.len()), (0, "compare", 16));
    let rate = &set.comparisons[0];
    assert_eq!((rate.metric.as_str(), rate.outcome), ("load.rows_per_s", Change::Better));
    assert_eq!((rate.base_runs, rate.other_runs), (8, 8));
    assert!((rate.change.unwrap() - 0.2).abs() < 1e-9 && rate.change_low.unwrap() > 0.15);
    // Time is the inverse of the rate; WAL a row is the same in all.
    let of = |metric: &str| set.comparisons.iter().find(|c| c.metric == metric).unwrap().outcome;
    assert_eq!(of("load.elapsed_s"), Change::Better);
    assert_eq!(of("database.wal.bytes_per_row"), Change::Same);
    assert_eq!(ids(&set.reasons), ["compared_better"]);
    assert_eq!(set.table.iter().map(|row| row.runs).collect::<Vec<_>>(), [8, 8]);
    // What is left is what was printed, keeps the schema, and leads to the runs.
    let mut folders = std::fs::read_dir(place.path("results")).unwrap().map(|e| e.unwrap().path());
    let folder = folders.find(|path| path.join("set.json").exists()).unwrap();
    let text = std::fs::read_to_string(folder.join("set.json")).unwrap();
    assert_eq!(serde_json::from_str::<Set>(&text).unwrap(), set);
    let schema = serde_json::from_str(&published("results/schema/set.schema.json")).unwrap();
    assert!(jsonschema::is_valid(&schema, &serde_json::from_str(&text).unwrap()));
    assert!(set.members[0].path.starts_with("../a/") && set.members[8].path.starts_with('/'));
    // It can be compared again, by its roles: all at once is no group of one condition.
    let name = folder.display().to_string();
    let (again, code) = place.json(&[&format!("{name}:A"), &format!("{name}/set.json:B")]);
    assert_eq!((code, again.comparisons), (0, set.comparisons));
}

#[test]
fn a_regression_fails_also_by_another_metric() {
    let place = Place::new();
    place.group("a", &around("a", 100_000.0));
    let mut worse = around("b", 100_000.0);
    for run in &mut worse {
        run.latency.as_mut().unwrap().batch.as_mut().unwrap().service_ms.p99 *= 1.4;
    }
    place.group("b", &worse);
    let out = place.compare(&["a", "b"]);
    assert_eq!(out.status.code(), Some(0), "the rate decides");
    assert!(String::from_utf8(out.stdout).unwrap().contains("WORSE"));
    let (set, code) = place.json(&["a", "b", "--metric", "latency.batch.service_ms.p99"]);
    assert_eq!((code, ids(&set.reasons)), (1, vec!["compared_worse"]));
    let (set, code) =
        place.json(&["a", "b", "--metric", "latency.batch.service_ms.p99", "--threshold", "50%"]);
    assert_eq!((code, set.comparisons[0].outcome), (0, Change::Same));
    place.group("c", &around("c", 80_000.0));
    assert_eq!(place.compare(&["a", "c"]).status.code(), Some(1));
    assert_eq!(place.compare(&["c", "a"]).status.code(), Some(0));
}

#[test]
fn single_runs_are_inconclusive_and_every_way_to_name_runs_works() {
    let place = Place::new();
    place.group("a", &around("a", 100_000.0));
    let (set, code) = place.json(&["a/a-0", "a/a-1/run.json"]);
    assert_eq!((code, set.comparisons[0].outcome), (4, Change::Inconclusive));
    assert_eq!(ids(&set.comparisons[0].notes), ["too_few_runs"]);
    let (set, _) = place.json(&["a/a-0, a/a-1/run.json,a/a-2", "a/a-3,a/a-4"]);
    let rate = &set.comparisons[0];
    assert_eq!((rate.base_runs, rate.other_runs), (3, 2));
    assert!(rate.could_see.is_none() && rate.runs_needed.is_some_and(|runs| runs >= 5));
}

#[test]
fn what_is_not_comparable_is_refused_unless_forced() {
    type Change = fn(&mut RunRecord);
    let changes: [(&str, Change); 8] = [
        ("scenario.size", |r| r.scenario.size = 500),
        ("scenario.method", |r| r.scenario.method = pgvalidate::model::Method::Unnest),
        ("scenario.preload", |r| r.scenario.preload = 1_000),
        ("scenario.name", |r| r.scenario.name = "soak".to_owned()),
        ("synchronous_commit", |r| set(r, "synchronous_commit", "local")),
        ("data_checksums", |r| set(r, "data_checksums", "on")),
        ("wal_log_hints", |r| set(r, "wal_log_hints", "on")),
        ("wal_segment_size", |r| set(r, "wal_segment_size", "64MB")),
    ];
    for (what, change) in changes {
        let mut done = done(&around("a", 1e5), &around("b", 1e5));
        done.iter_mut().for_each(|run| set(&mut run.record, "wal_segment_size", "16MB"));
        change(&mut done[12].record);
        let found = comparable(&done, ROLES);
        assert_eq!(ids(&found.refusals), ["condition_differs"], "{what}");
        assert_eq!(found.refusals[0].args["what"], what);
        assert_eq!(found.refusals[0].args["label"], "B #5");
    }
    let place = Place::new();
    place.group("a", &around("a", 100_000.0));
    let mut other = around("b", 80_000.0);
    other.iter_mut().for_each(|run| run.scenario.size = 500);
    place.group("b", &other);
    let [en, vi] = place.refused(&["a", "b"]);
    assert!(en.contains("scenario.size is 5000 in A #1 (a-0) and 500 in B #1 (b-0)"), "{en}");
    assert!(vi.contains("scenario.size là 5000") && vi.contains("--force"), "{vi}");
    let (set, code) = place.json(&["a", "b", "--force"]);
    assert_eq!((code, &ids(&set.findings)[..2]), (1, &["forced", "condition_differs"][..]));
}

#[test]
fn a_run_that_lost_something_fails_and_one_cut_short_or_undurable_is_refused() {
    let judged = |change: fn(&mut RunRecord)| {
        let mut done = done(&around("a", 1e5), &around("b", 1e5));
        change(&mut done[9].record);
        let found = comparable(&done, ROLES);
        (ids(&found.refusals).join(" "), judged(&done))
    };
    let lost = |r: &mut RunRecord| {
        let lost = r.criteria.iter_mut().find(|criterion| criterion.id == "lost").unwrap();
        lost.verdict = pgvalidate::model::Verdict::Fail;
    };
    let (refusals, set) = judged(lost);
    assert_eq!((refusals.as_str(), set.verdict), ("", Some(pgvalidate::model::Verdict::Fail)));
    assert_eq!(ids(&set.reasons), ["run_broke", "compared_same"]);
    assert_eq!(judged(|r| r.load = None).0, "nothing_to_compare");
    assert_eq!(judged(set_off).0, "undurable_run condition_differs");
}

fn set_off(record: &mut RunRecord) {
    set(record, "fsync", "off");
}

#[test]
fn what_differs_besides_is_said_and_what_is_not_recorded() {
    let mut done = done(&around("a", 1e5), &around("b", 1e5));
    for run in &mut done[..8] {
        let server = run.record.server.as_mut().unwrap();
        server.settings.retain(|setting| setting.name != "debug_assertions");
    }
    for run in &mut done[8..] {
        set(&mut run.record, "max_wal_size", "4GB");
        run.record.host.cpus = 8;
        run.record.scenario.seed = 7;
        run.record.server.as_mut().unwrap().version = "17.1".to_owned();
        set(&mut run.record, "debug_assertions", "off");
    }
    done[8..].iter_mut().for_each(|run| run.record.started_at.replace_range(12..13, "1"));
    let found = comparable(&done, ROLES);
    assert!(found.refusals.is_empty(), "{found:?}");
    let differing: Vec<_> = found.findings.iter().filter(|note| note.id == "differs").collect();
    let what: Vec<_> = differing.iter().map(|note| note.args["what"].as_str().unwrap()).collect();
    assert_eq!(what, ["host.cpus", "max_wal_size", "scenario.seed", "server_version"]);
    assert_eq!(
        (&differing[1].args["base_value"], &differing[1].args["other_value"]),
        (&"1GB".into(), &"4GB".into())
    );
    assert_eq!(ids(&found.findings)[0], "not_recorded");
    assert_eq!(found.findings[0].args["what"], "debug_assertions");
    assert_eq!(*ids(&found.findings).last().unwrap(), "not_interleaved");
}

#[test]
fn bad_input_is_a_usage_error_that_says_what_is_wrong() {
    let place = Place::new();
    place.group("a", &around("a", 1e5));
    std::fs::create_dir(place.path("empty")).unwrap();
    let write = |name: &str, text: &str| std::fs::write(place.path(name), text).unwrap();
    write("other.json", "{\"x\": 1}");
    write("broken.json", "{\"schema_version\": ");
    let mut newer = serde_json::to_value(record("n", 0, 1e5)).unwrap();
    newer["schema_version"] = "2.0".into();
    write("newer.json", &newer.to_string());
    let mut lacking = serde_json::to_value(record("n", 0, 1e5)).unwrap();
    lacking["scenario"].as_object_mut().unwrap().remove("size");
    write("lacking.json", &lacking.to_string());
    let mut set: serde_json::Value =
        serde_json::from_str(&published("results/example/run.json")).unwrap();
    set = serde_json::json!({
        "schema_version": set["schema_version"], "tool_version": "0", "set_id": "s", "kind": "methods",
        "started_at": "", "finished_at": null, "argv": [], "private": true, "table": [],
        "verdict": null, "reasons": [], "findings": [],
        "members": [{"label": "l", "role": "values 500", "run_id": "a-0", "sha256": "00", "path": "a/a-0/run.json", "verdict": null}]
    });
    write("set.json", &set.to_string());
    for (args, en, vi) in [
        (vec!["a", "nowhere"], "nowhere can't be read", "không đọc được nowhere"),
        (vec!["a", "empty"], "no run lies in empty", "không có lần chạy nào trong empty"),
        (vec!["a", ""], "can't be read", "không đọc được"),
        (vec!["a", "other.json"], "other.json is no record of pgvalidate", "không phải bản ghi"),
        (vec!["a", "broken.json"], "broken.json can't be read: EOF", "không đọc được broken.json"),
        (vec!["a", "lacking.json"], "missing field `size`", "không đọc được lacking.json"),
        (
            vec!["newer.json", "a"],
            "schema_version 2.0, and this pgvalidate reads 1.",
            "2.0, còn pgvalidate này đọc 1.",
        ),
        (
            vec!["a", "set.json:none"],
            "no members of the role none; its roles: values 500",
            "vai trò none",
        ),
        (
            vec!["a", "set.json:values 500"],
            "isn't the record that its set was written with",
            "SHA-256",
        ),
        (vec!["a/a-0/run.json:role", "a"], "is no record of pgvalidate", "không phải bản ghi"),
        (vec!["a", "a"], "run a-0 is given twice", "được chỉ hai lần"),
        (vec!["a/a-0,a/a-0", "a/a-1"], "run a-0 is given twice", "được chỉ hai lần"),
        (vec!["a", "a", "--metric", "load.rows"], "no such number", "không có số liệu này"),
        (
            vec!["a", "a", "--metric", "scenario.size"],
            "whether more of it is better",
            "không biết nhiều hơn",
        ),
    ] {
        let [said_en, said_vi] = place.refused(&args);
        assert!(said_en.contains(en), "{args:?}: {said_en}");
        assert!(said_vi.contains(vi), "{args:?}: {said_vi}");
    }
    place.refused(&["a"]);
    place.refused(&["a", "a", "--threshold", "0%"]);
}

fn done(base: &[RunRecord], other: &[RunRecord]) -> Vec<Done> {
    let of = |role: &'static str, runs: &[RunRecord]| -> Vec<Done> {
        let label = |no: usize| format!("{role} #{}", no + 1);
        let done = |(no, run): (usize, &RunRecord)| Done {
            label: label(no),
            role: role.to_owned(),
            record: run.clone(),
        };
        runs.iter().enumerate().map(done).collect()
    };
    [of("A", base), of("B", other)].concat()
}

fn judged(done: &[Done]) -> Set {
    let member = |done: &Done| {
        serde_json::json!({
            "label": done.label, "role": done.role, "run_id": done.record.run_id, "sha256": "",
            "path": format!("../{}/run.json", done.record.run_id), "verdict": null
        })
    };
    let mut set: Set = serde_json::from_value(serde_json::json!({
        "schema_version": "1.4", "tool_version": "0", "set_id": "", "kind": "compare",
        "started_at": "", "finished_at": null, "argv": [], "private": true,
        "members": done.iter().map(member).collect::<Vec<_>>(),
        "table": [], "verdict": null, "reasons": [], "findings": []
    }))
    .unwrap();
    let rate = Metric::at("load.rows_per_s").unwrap();
    judge(&mut set, done, ROLES, &rate, THRESHOLD, comparable(done, ROLES));
    set
}

#[test]
fn the_text_is_read_in_both_languages_within_80_columns() {
    let mut worse = around("b", 85_000.0);
    for (no, run) in worse.iter_mut().enumerate() {
        set(run, "max_wal_size", "64MB");
        run.started_at.replace_range(12..13, "1");
        let database = run.database.as_mut().unwrap();
        database.checkpoints.as_mut().unwrap().requested = 39 + no as u64 % 3;
        run.latency.as_mut().unwrap().batch.as_mut().unwrap().response_ms.p99 *=
            0.6 + no as f64 / 10.0;
    }
    worse[0].harness.client_cpu_us_per_row = None;
    let wide = |kind: &str| -> Vec<RunRecord> {
        let rates = [80e3, 95e3, 100e3, 105e3, 110e3, 120e3];
        rates.iter().enumerate().map(|(no, rate)| record(kind, no, *rate)).collect()
    };
    for (name, set) in [
        ("worse", judged(&done(&around("a", 100_000.0), &worse))),
        ("unclear", judged(&done(&wide("a"), &wide("b")))),
        ("single", judged(&done(&wide("a")[..1], &wide("b")[1..2]))),
    ] {
        for (code, lang) in [("en", Lang::En), ("vi", Lang::Vi)] {
            let text = summary(&set, THRESHOLD, lang);
            for line in text.lines() {
                assert!(line.width() <= 80, "{line}");
            }
            insta::assert_snapshot!(format!("{name}_{code}"), text);
        }
    }
}

/// The rates of real bursts, in their order; the file says how they were made.
fn recorded() -> Vec<f64> {
    let text = published("tests/fixtures/burst_rates.txt");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.parse().unwrap()).collect()
}

/// What comes of comparing the rates of runs that are otherwise the same.
fn by_rate(base: &[f64], other: &[f64]) -> Compared {
    let records = |rates: &[f64]| -> Vec<RunRecord> {
        rates.iter().enumerate().map(|(no, rate)| record("r", no, *rate)).collect()
    };
    let (base, other) = (records(base), records(other));
    let rate = Metric::at("load.rows_per_s").unwrap();
    let [base, other] = [&base, &other].map(|group| group.iter().collect::<Vec<_>>());
    compare_one(&rate, &base, &other, ROLES, THRESHOLD)
}

/// Groups of interleaved runs: every other one of so many.
fn interleaved(rates: &[f64], runs: usize) -> Vec<[Vec<f64>; 2]> {
    let every = |pair: &[f64], from| pair.iter().skip(from).step_by(2).copied().collect();
    rates.chunks_exact(2 * runs).map(|pair| [every(pair, 0), every(pair, 1)]).collect()
}

#[test]
fn of_20_pairs_a_against_a_at_most_one_differs() {
    let pairs = interleaved(&recorded(), 6);
    assert_eq!(pairs.len(), 20);
    let outcomes: Vec<Change> = pairs.iter().map(|[a, b]| by_rate(a, b).outcome).collect();
    let count = |outcome| outcomes.iter().filter(|is| **is == outcome).count();
    let differing = count(Change::Better) + count(Change::Worse);
    println!(
        "A against A, 6 runs a side: {differing} of {} pairs called a difference, a rate of {}%; {} the same, {} can't tell",
        pairs.len(),
        100 * differing / pairs.len(),
        count(Change::Same),
        count(Change::Inconclusive),
    );
    assert!(differing <= 1, "{outcomes:?}");
}

/// On a machine whose noise is as wide as that of the recorded runs: what the
/// tool says could be seen is seen.
#[test]
fn a_change_that_could_have_been_seen_is_found_in_the_recorded_noise() {
    let pairs = interleaved(&recorded(), 8);
    let found = |shift: f64| {
        let shifted = |rates: &[f64]| rates.iter().map(|rate| rate * shift).collect::<Vec<_>>();
        let is_better = |[a, b]: &&[Vec<f64>; 2]| by_rate(a, &shifted(b)).outcome == Change::Better;
        pairs.iter().filter(is_better).count()
    };
    let (fifth, double) = (found(1.2), found(2.0));
    println!("8 runs a side: +20% found in {fifth} of {} pairs, +100% in {double}", pairs.len());
    assert_eq!((pairs.len(), double), (15, 15));
    let could_see = by_rate(&pairs[0][0], &pairs[0][1]).could_see.unwrap();
    assert!((0.2..0.9).contains(&could_see), "{could_see}");
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_of_a_real_server_are_comparable_and_their_records_hold_how_it_was_made() {
    let server = common::server(&[]).await;
    let dir = tempfile::tempdir().unwrap();
    let options = common::options(&server.dsn(), 2, 50, dir.path());
    let [first, second] = [common::run(&options).await.record, common::run(&options).await.record];
    server.stop().await.unwrap();
    let settings = &first.server.as_ref().unwrap().settings;
    let value = |name: &str| settings.iter().find(|s| s.name == name).map(|s| s.value.as_str());
    assert_eq!(value("wal_log_hints"), Some("off"));
    assert_eq!((value("block_size"), value("wal_segment_size")), (Some("8192"), Some("16MB")));
    assert!(value("debug_assertions").is_some() && value("wal_block_size").is_some());
    assert!(value("segment_size").is_some());
    let done = done(&[first], &[second]);
    let found = comparable(&done, ROLES);
    assert!(found.refusals.is_empty() && found.findings.is_empty(), "{found:?}");
    let set = judged(&done);
    assert_eq!(set.verdict, Some(pgvalidate::model::Verdict::Inconclusive));
    assert!(set.comparisons.len() > 10, "{:?}", set.comparisons.len());
}
