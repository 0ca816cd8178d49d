//! The reports other than the page: what they hold, and that whoever else reads
//! such files reads them as they are meant. Whatever a record's texts are, they
//! stay texts.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "common/advised.rs"]
mod advised;
#[path = "common/long_run.rs"]
mod long_run;

use pgvalidate::judge::{criteria, judge};
use pgvalidate::message::Lang;
use pgvalidate::model::{RunRecord, Verdict};
use pgvalidate::report::{junit, markdown, series_csv, text};
use pulldown_cmark::{Event, Options, Parser, Tag};
use quick_junit::{NonSuccessKind, Report, TestCaseStatus};
use serde_json::{Value, json};
use std::path::Path;

const EXAMPLE: &str = include_str!("../results/example/run.json");

/// Text that means something in one of the formats, controls, and what turns
/// the way of writing around.
const HOSTILE: &str = "</script><b>|`x`| a,\"b\";'c' &amp;]]> @all #1 [l](http://e.vil) \
    www.e.vil **x**\r\n- y\t\u{0}\u{1b}[31m\u{7f}\u{ffff}\u{202e}gnp.exe\u{200f}\u{2066}";

const HIDDEN: [char; 8] =
    ['\u{0}', '\u{1b}', '\u{7f}', '\u{ffff}', '\u{202e}', '\u{200f}', '\u{2066}', '\u{feff}'];

fn example() -> RunRecord {
    serde_json::from_str(EXAMPLE).unwrap()
}

/// The example with a criterion that failed, one that wasn't seen, and one that
/// isn't for it.
fn broken() -> RunRecord {
    let mut value: Value = serde_json::from_str(EXAMPLE).unwrap();
    value["verification"]["lost"] = json!(12);
    value["latency"]["batch"] = Value::Null;
    value["unavailable"] =
        json!([{"path": "latency.batch", "reason": {"id": "not_reached", "args": {}}}]);
    let mut record: RunRecord = serde_json::from_value(value).unwrap();
    let judgement = judge(&record, &criteria::load(None, "burst").unwrap(), None);
    (record.criteria, record.reasons) = (judgement.criteria, judgement.reasons);
    record.verdict = Some(judgement.verdict);
    record
}

/// Every text of the record that comes from elsewhere, replaced.
fn hostile() -> RunRecord {
    let mut value = serde_json::to_value(long_run::long_run()).unwrap();
    for path in [
        "/server/version",
        "/server/address",
        "/server/settings/0/name",
        "/server/settings/0/value",
        "/database/statements/by_total/0/query",
        "/load/errors/0/code",
        "/load/errors/0/example",
        "/run_id",
        "/started_at",
        "/tool_version",
        "/schema_version",
        "/criteria/0/id",
        "/criteria/1/id",
        "/unavailable/0/path",
        "/stalls/0/evidence/1/args/waits",
        "/scenario/name",
    ] {
        *value.pointer_mut(path).expect(path) = json!(HOSTILE);
    }
    (value["criteria"][0]["verdict"], value["criteria"][1]["verdict"]) =
        (json!("fail"), json!("inconclusive"));
    value["criteria"][1]["reason"] = json!({"id": HOSTILE, "args": {HOSTILE: HOSTILE}});
    let waits = value["series"][5]["server"]["waits"].as_object_mut().unwrap();
    waits.insert(HOSTILE.to_owned(), json!(9_000));
    value["findings"] = json!([{"id": HOSTILE, "args": {HOSTILE: HOSTILE}},
        {"id": "server_said", "args": {"line": HOSTILE}}]);
    serde_json::from_value(value).unwrap()
}

#[test]
fn each_format_looks_as_it_is_meant_to() {
    for (name, record) in [("passed", example()), ("broken", broken())] {
        for (code, lang) in [("en", Lang::En), ("vi", Lang::Vi)] {
            let text = markdown::run(&record, lang);
            insta::assert_snapshot!(format!("markdown_{name}_{code}"), text);
            insta::assert_snapshot!(format!("junit_{name}_{code}"), junit::run(&record, lang));
        }
    }
    let mut record = long_run::long_run();
    record.series.truncate(3);
    insta::assert_snapshot!("series", series_csv::series(&record).replace("\r\n", "\n"));
}

/// The JUnit report, read by a reader of JUnit that isn't ours.
fn read(record: &RunRecord) -> Report {
    let text = junit::run(record, Lang::En);
    for hidden in HIDDEN {
        assert!(!text.contains(hidden), "{hidden:?}");
    }
    Report::deserialize_from_str(&text).unwrap()
}

#[test]
fn a_criterion_is_a_test_case() {
    let record = broken();
    let report = read(&record);
    assert_eq!(report.test_suites.len(), 1);
    let suite = &report.test_suites[0];
    assert_eq!(suite.test_cases.len(), record.criteria.len());
    let of = |id: &str| {
        let case = suite.test_cases.iter().find(|case| case.name.as_str() == id);
        match &case.expect(id).status {
            TestCaseStatus::Success { .. } => ("passed", String::new()),
            TestCaseStatus::NonSuccess { kind, message, .. } => {
                let message = message.as_ref().unwrap().as_str().to_owned();
                (if *kind == NonSuccessKind::Failure { "failed" } else { "error" }, message)
            }
            TestCaseStatus::Skipped { message, .. } => {
                ("skipped", message.as_ref().unwrap().as_str().to_owned())
            }
        }
    };
    let lost = record.criteria.iter().find(|c| c.metric == "verification.lost").unwrap();
    let (outcome, message) = of(&lost.id);
    assert_eq!(outcome, "failed");
    assert!(message.ends_with("observed 12, limit = 0"), "{message}");
    let unseen = record.criteria.iter().find(|c| c.metric.starts_with("latency.batch")).unwrap();
    assert_eq!(of(&unseen.id).0, "skipped");
    assert!(!of(&unseen.id).1.is_empty());
    let counts = |kind: &str| record.criteria.iter().filter(|c| of(&c.id).0 == kind).count();
    assert_eq!((suite.failures, suite.errors), (counts("failed"), 0));
    assert_eq!(suite.tests, record.criteria.len());
    let skipped = format!(" skipped=\"{}\" ", counts("skipped"));
    assert!(junit::run(&record, Lang::En).contains(&skipped));
    assert!(suite.timestamp.is_some() && suite.time.is_some());
}

/// Without a case of its own, a run that was stopped would look as good as one that passed.
#[test]
fn a_verdict_that_no_criterion_stands_for_is_a_test_case_too() {
    let outcome = |verdict: Value, is_begun: bool| {
        let mut value: Value = serde_json::from_str(EXAMPLE).unwrap();
        value["verdict"] = verdict;
        if !is_begun {
            value["load"] = Value::Null;
        }
        let record: RunRecord = serde_json::from_value(value).unwrap();
        assert!(!record.criteria.is_empty());
        let suite = read(&record).test_suites.remove(0);
        let case = suite.test_cases.into_iter().find(|case| case.name.as_str() == "verdict");
        case.map(|case| match case.status {
            TestCaseStatus::NonSuccess { kind: NonSuccessKind::Error, .. } => "error",
            TestCaseStatus::NonSuccess { .. } => "failure",
            TestCaseStatus::Skipped { .. } => "skipped",
            TestCaseStatus::Success { .. } => "success",
        })
    };
    assert_eq!(outcome(json!("pass"), true), None);
    assert_eq!(outcome(json!("aborted"), true), Some("error"));
    assert_eq!(outcome(json!("invalid"), true), Some("error"));
    assert_eq!(outcome(json!("fail"), true), Some("failure"));
    assert_eq!(outcome(json!("inconclusive"), true), Some("skipped"));
    assert_eq!(outcome(Value::Null, true), Some("skipped"));
    // Refused before anything was written.
    assert_eq!(outcome(json!("inconclusive"), false), Some("error"));
    assert_eq!(outcome(Value::Null, false), Some("error"));
}

#[test]
fn hostile_text_is_text_in_junit() {
    let record = hostile();
    let suite = read(&record).test_suites.remove(0);
    assert_eq!(suite.test_cases.len(), record.criteria.len());
    // What an XML reader gives back is what was there, with hidden characters by their codes.
    let name = suite.test_cases[0].name.as_str();
    assert!(name.starts_with("</script><b>|`x`| a,\"b\";'c' &amp;]]> @all"), "{name}");
    assert!(name.ends_with("[U+FFFF][U+202E]gnp.exe[U+200F][U+2066]"), "{name}");
    assert!(suite.timestamp.is_none());
}

#[test]
fn hostile_text_is_text_in_markdown() {
    let record = hostile();
    let text = markdown::run(&record, Lang::En);
    let mut texts = String::new();
    for event in Parser::new_ext(&text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Text(text) => texts.push_str(&text),
            // It parts an @ from the name behind it.
            Event::InlineHtml(html) => assert_eq!(&*html, "<!-- -->"),
            Event::Html(_) | Event::Code(_) | Event::Rule => panic!("{event:?}"),
            Event::Start(
                tag @ (Tag::Link { .. }
                | Tag::Image { .. }
                | Tag::Strong
                | Tag::Emphasis
                | Tag::Strikethrough
                | Tag::CodeBlock(_)
                | Tag::HtmlBlock
                | Tag::BlockQuote(_)),
            ) => panic!("{tag:?}"),
            _ => {}
        }
    }
    assert!(texts.contains("</script><b>|`x`| a,\"b\";'c' &amp;]]> @all #1"), "{texts}");
    // Each row has as many cells as its head.
    let cells = |line: &str| line.replace("\\|", "").matches('|').count();
    let rows: Vec<_> = text.lines().filter(|line| line.starts_with('|')).map(cells).collect();
    let judged = record.criteria.iter().filter(|c| c.verdict != Verdict::NotApplicable).count();
    assert_eq!(rows.iter().filter(|n| **n == 6).count(), 4);
    assert_eq!(rows.iter().filter(|n| **n == 5).count(), 2 + judged);
    assert_eq!(rows.len(), 6 + judged);
    for hidden in HIDDEN {
        assert!(!text.contains(hidden), "{hidden:?}");
    }
    // GitHub makes links of addresses in plain text.
    assert!(!text.contains("http://") && !text.contains("www.") && !text.contains("@a"));
}

#[test]
fn hostile_text_is_text_in_a_terminal_and_in_csv() {
    let record = hostile();
    for text in [text::summary(&record, Lang::En), series_csv::series(&record)] {
        for hidden in HIDDEN {
            assert!(!text.contains(hidden), "{hidden:?}");
        }
        assert!(text.contains("[U+202E]gnp.exe"));
    }
}

/// Read by a reader of CSV that isn't ours, every number is the record's.
#[test]
fn the_series_is_read_back_as_it_was() {
    let record = hostile();
    let text = series_csv::series(&record);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let heads = reader.headers().unwrap().clone();
    let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), record.series.len());
    let column = |name: &str| heads.iter().position(|head| head == name).expect(name);
    for (row, point) in rows.iter().zip(&record.series) {
        let value = serde_json::to_value(point).unwrap();
        for path in [
            "second",
            "rows",
            "in_use",
            "response_ms.p99",
            "server.wal_bytes",
            "server.checkpoint",
            "server.replay_lag_bytes",
            "server.waits.IO:WALSync",
        ] {
            let pointer = match path.strip_prefix("server.waits.") {
                Some(wait) => format!("/server/waits/{wait}"),
                None => format!("/{}", path.replace('.', "/")),
            };
            let expected = match value.pointer(&pointer) {
                None | Some(Value::Null) => String::new(),
                Some(Value::String(text)) => text.clone(),
                Some(other) => other.to_string(),
            };
            assert_eq!(&row[column(path)], expected, "{path} at {}", point.second);
        }
    }
    let odd = heads.iter().position(|head| head.contains("gnp.exe")).unwrap();
    assert_eq!(&rows[5][odd], "9000");
    assert_eq!(&rows[6][odd], "");
    assert!(heads[odd].starts_with("server.waits.</script><b>|`x`| a,\"b\";"));
    assert!(!text.replace("\r\n", "").contains('\r'));
}

#[test]
fn a_series_that_is_not_there_is_a_head_alone() {
    let mut record = example();
    record.series.clear();
    let text = series_csv::series(&record);
    assert_eq!(text.lines().count(), 1);
    assert!(text.starts_with("second,rows,batches,failed,response_ms.mean,"), "{text}");
    assert!(!text.contains("histogram"));
}

/// A folder with the example in it, changed.
fn folder(change: impl FnOnce(&mut Value)) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let mut value: Value = serde_json::from_str(EXAMPLE).unwrap();
    change(&mut value);
    std::fs::create_dir(dir.path().join("run")).unwrap();
    std::fs::write(dir.path().join("run/run.json"), value.to_string()).unwrap();
    dir
}

/// `report run` in a folder: exit code, stdout, stderr.
fn report(dir: &Path, args: &[&str]) -> (i32, String, String) {
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_pgvalidate"));
    command.env("PGVALIDATE_LANG", "en").current_dir(dir).args(["report", "run"]).args(args);
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn the_command_makes_each_format() {
    let dir = folder(|_| {});
    let made = |format: &str| {
        let (code, text, error) = report(dir.path(), &["--format", format]);
        assert_eq!((code, error.as_str()), (0, ""), "{format}");
        text
    };
    let record = example();
    assert_eq!(made("text"), text::summary(&record, Lang::En) + "result: run/run.json\n");
    assert_eq!(made("markdown").trim(), markdown::run(&record, Lang::En).trim());
    assert_eq!(made("junit"), junit::run(&record, Lang::En));
    assert_eq!(made("csv").trim(), series_csv::series(&record).trim());
    let value: Value = serde_json::from_str(&made("json")).unwrap();
    assert_eq!(value, serde_json::from_str::<Value>(EXAMPLE).unwrap());
    let schema: Value =
        serde_json::from_str(include_str!("../results/schema/run.schema.json")).unwrap();
    assert!(jsonschema::validator_for(&schema).unwrap().is_valid(&value));
    let (code, said, _) = report(dir.path(), &["--format", "junit", "--output", "j.xml"]);
    assert_eq!((code, said.as_str()), (0, "report: j.xml\n"));
    let text = std::fs::read_to_string(dir.path().join("j.xml")).unwrap();
    assert_eq!(text, junit::run(&record, Lang::En));
    assert!(!dir.path().join("run/report.html").exists());
}

#[test]
fn an_old_run_is_judged_by_new_limits() {
    let dir = folder(|_| {});
    let limits = |name: &str, limit: &str| {
        let text = format!(
            "[[criterion]]\nid = \"rate\"\nmetric = \"load.rows_per_s\"\nis = \">=\"\nlimit = {limit}\n"
        );
        std::fs::write(dir.path().join(name), text).unwrap();
    };
    limits("lax.toml", "1");
    limits("strict.toml", "1e12");
    limits("wrong.toml", "\"nowhere.at_all\"");
    for format in ["text", "markdown", "junit", "json"] {
        let judged = |file| report(dir.path(), &["--format", format, "--criteria", file]);
        let (code, text, _) = judged("lax.toml");
        assert_eq!(code, 0, "{format}");
        let says = if format == "json" { "judged_again" } else { "judged again by the criteria" };
        assert!(text.contains(says), "{format}: {text}");
        assert_eq!(judged("strict.toml").0, 1, "{format}");
        let (code, _, error) = judged("wrong.toml");
        assert_eq!(code, 2);
        assert!(error.contains("wrong.toml"), "{error}");
    }
    // A page too, and the record itself stays as it was.
    assert_eq!(report(dir.path(), &["--criteria", "strict.toml", "--output", "p.html"]).0, 1);
    let page = std::fs::read_to_string(dir.path().join("p.html")).unwrap();
    assert!(page.contains("judged again by the criteria from strict.toml"));
    let record = std::fs::read_to_string(dir.path().join("run/run.json")).unwrap();
    assert!(!record.contains("judged_again"));
}

/// What a record of version 1.0 doesn't have, and of another major nothing is guessed.
#[test]
fn records_of_an_older_minor_are_read_and_of_another_major_refused() {
    let later = [
        "from_file",
        "preflight",
        "queue",
        "reads",
        "tenants",
        "regions",
        "stages",
        "preload",
        "storage",
        "faults",
        "recovery",
        "isolation",
        "database",
        "tuning",
        "recommendations",
        "series",
        "stalls",
        "stall_summary",
        "watched",
    ];
    let old = folder(|value| {
        let record = value.as_object_mut().unwrap();
        later.iter().for_each(|key| drop(record.remove(*key)));
        record.insert("schema_version".into(), json!("1.0"));
    });
    let schema: Value =
        serde_json::from_str(include_str!("../results/schema/run.schema.json")).unwrap();
    for format in ["html", "text", "markdown", "junit", "csv", "json"] {
        let (code, text, error) = report(old.path(), &["--format", format, "--output", "-"]);
        assert_eq!((code, error.as_str()), (0, ""), "{format}");
        assert!(!text.is_empty(), "{format}");
        if format == "json" {
            let value: Value = serde_json::from_str(&text).unwrap();
            assert!(jsonschema::validator_for(&schema).unwrap().is_valid(&value));
            assert_eq!(value["schema_version"], "1.0");
        }
    }
    let newer = folder(|value| value["schema_version"] = json!("2.0"));
    let (code, _, error) = report(newer.path(), &["--format", "text"]);
    assert_eq!(code, 2);
    assert!(error.contains("schema_version 2.0"), "{error}");
}

fn pgvalidate(dir: &Path, args: &[&str]) -> (i32, String, String) {
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_pgvalidate"));
    let output = command.env("PGVALIDATE_LANG", "en").current_dir(dir).args(args).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn a_set_is_shown_as_text_and_json_and_judged_by_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let set = json!({"schema_version": "1.1", "tool_version": "0.1.0", "set_id": "s", "kind": "methods",
        "started_at": "2026-01-01T09:00:00Z", "finished_at": null, "argv": [], "private": true,
        "members": [], "table": [], "verdict": "pass", "reasons": [],
        "findings": [{"id": "server_said", "args": {"line": HOSTILE}}]});
    std::fs::write(dir.path().join("set.json"), set.to_string()).unwrap();
    let report = |args: &[&str]| pgvalidate(dir.path(), &[&["report", "."], args].concat());
    let (code, text, error) = report(&["--format", "text"]);
    assert_eq!((code, error.as_str()), (0, ""));
    assert!(text.ends_with("result: ./set.json\n") && text.contains("verdict: pass"), "{text}");
    assert!(!text.contains(HIDDEN), "{text}");
    let (_, text, _) = report(&["--format", "json"]);
    let value: Value = serde_json::from_str(&text).unwrap();
    let schema = serde_json::from_str(include_str!("../results/schema/set.schema.json")).unwrap();
    assert!(jsonschema::validator_for(&schema).unwrap().is_valid(&value));
    assert_eq!(value["findings"], set["findings"]);
    for args in [&["--format", "csv"][..], &["--format", "text", "--criteria", "c.toml"]] {
        let (code, text, error) = report(args);
        assert_eq!((code, text.as_str()), (2, ""));
        assert!(error.contains("is for a single run"), "{error}");
    }
}

#[test]
fn results_are_listed_and_what_cannot_be_read_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let put = |folder: &str, file: &str, text: &str| {
        std::fs::create_dir_all(dir.path().join("all").join(folder)).unwrap();
        std::fs::write(dir.path().join("all").join(folder).join(file), text).unwrap();
    };
    let run = |started: &str, rate: f64, batches: u32| {
        let mut value: Value = serde_json::from_str(EXAMPLE).unwrap();
        value["started_at"] = json!(started);
        value["load"]["rows_per_s"] = json!(rate);
        value["scenario"]["batches"] = json!(batches);
        value.to_string()
    };
    put("b", "run.json", &run("2026-01-02T09:00:00Z", 90_001.0, 50));
    put("a&<b>", "run.json", &run("2026-01-01T09:00:00Z", 80_001.0, 50));
    put("a&<b>", "report.html", "a page");
    put("other", "run.json", &run("2026-01-03T09:00:00Z", 70_001.0, 49));
    put("broken", "run.json", "{");
    put("empty", "notes.txt", "");
    let (code, text, error) = pgvalidate(dir.path(), &["results", "all"]);
    assert_eq!(code, 0, "{error}");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 5, "{text}");
    for (line, parts) in lines[1..4].iter().zip([
        ["a&<b>", "burst", "pass", "80,001"],
        ["b", "burst", "pass", "90,001"],
        ["other", "burst", "pass", "70,001"],
    ]) {
        assert_eq!(line.split_whitespace().take(4).collect::<Vec<_>>(), parts);
    }
    assert_eq!(lines[4], "report: all/index.html");
    assert!(error.contains("all/broken/run.json can't be read"), "{error}");
    assert!(error.contains("all/empty holds no record"), "{error}");
    let page = std::fs::read_to_string(dir.path().join("all/index.html")).unwrap();
    // Two runs of the same load make a trend; the third is of another.
    assert_eq!(page.matches("<figure").count(), 2);
    assert!(page.contains("2 runs: 80,001 at first, 90,001 at last"));
    assert_eq!(page.matches("<a href=\"./").count(), 1);
    assert!(page.contains("<a href=\"./a%26%3Cb%3E/report.html\">a&amp;&lt;b&gt;</a>"));
    // The same results, the same page.
    let (_, text, _) = pgvalidate(dir.path(), &["results", "all", "--format", "json"]);
    let listed: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(listed.as_array().unwrap().len(), 3);
    assert_eq!(listed[1]["started_at"], "2026-01-02T09:00:00Z");
    assert_eq!((&listed[1]["folder"], &listed[1]["rows_per_s"]), (&json!("b"), &json!(90_001.0)));
    assert_eq!(std::fs::read_to_string(dir.path().join("all/index.html")).unwrap(), page);
    let (code, _, error) = pgvalidate(dir.path(), &["results", "nowhere"]);
    assert_eq!(code, 2);
    assert!(error.contains("nowhere can't be read"), "{error}");
}

#[test]
fn a_shell_and_man_know_the_command_line() {
    let dir = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish"] {
        let (code, text, error) = pgvalidate(dir.path(), &["completions", shell]);
        assert_eq!((code, error.as_str()), (0, ""), "{shell}");
        assert!(text.contains("pgvalidate") && text.contains("capacity"), "{shell}");
    }
    // A shell that is everywhere takes it.
    let (_, text, _) = pgvalidate(dir.path(), &["completions", "bash"]);
    let mut bash = assert_cmd::Command::new("bash");
    bash.args(["-c", "eval \"$(cat)\" && complete -p pgvalidate"]).write_stdin(text);
    let output = bash.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let (code, text, _) = pgvalidate(dir.path(), &["man"]);
    assert_eq!(code, 0);
    assert!(text.contains(".TH pgvalidate 1") && text.contains("soak"), "{text}");
    assert!(!text.contains("guard"), "{text}");
    let (_, text, _) = pgvalidate(dir.path(), &["man", "burst"]);
    assert!(text.contains(".TH pgvalidate-burst 1") && text.contains("batches"), "{text}");
    let (code, _, error) = pgvalidate(dir.path(), &["man", "nothing"]);
    assert_eq!(code, 2);
    assert!(error.contains("burst, soak"), "{error}");
}
