//! The summary as people see it, in both languages; within 80 columns.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use pgvalidate::judge::{criteria, judge, verdict::Interruption};
use pgvalidate::message::Lang;
use pgvalidate::model::{Reason, RunRecord};
use pgvalidate::report::text::summary;
use serde_json::{Value, json};

fn example() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/results/example/run.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn judged(value: Value, interruption: Option<Interruption>) -> RunRecord {
    let mut record: RunRecord = serde_json::from_value(value).unwrap();
    let judgement = judge(&record, &criteria::load(None, "burst").unwrap(), interruption);
    record.criteria = judgement.criteria;
    record.verdict = Some(judgement.verdict);
    record.reasons = judgement.reasons;
    record
}

#[test]
fn a_run_that_passed() {
    let record = judged(example(), None);
    insta::assert_snapshot!("passed_en", summary(&record, Lang::En));
    insta::assert_snapshot!("passed_vi", summary(&record, Lang::Vi));
}

#[test]
fn a_run_with_everything_wrong() {
    let mut value = example();
    value["verification"]["lost"] = json!(12);
    value["verification"]["acknowledged_lost"] = json!(2);
    value["load"]["batches"]["failed"] = json!(3);
    value["load"]["rows_acknowledged"] = json!(235_000);
    value["load"]["errors"] =
        json!([{"code": "57P01", "count": 4, "example": "terminating connection (57P01)"}]);
    value["server"]["durable"] = json!(false);
    let settings = value["server"]["settings"].as_array_mut().unwrap();
    settings.iter_mut().find(|s| s["name"] == "fsync").unwrap()["value"] = json!("off");
    let record = judged(value, None);
    insta::assert_snapshot!("failed_en", summary(&record, Lang::En));
    insta::assert_snapshot!("failed_vi", summary(&record, Lang::Vi));
}

#[test]
fn a_run_that_was_stopped_early() {
    let mut value = example();
    for key in ["load", "latency", "pools", "gain", "verification"] {
        value[key] = Value::Null;
    }
    value["harness"] = json!({"copy_waits": []});
    value["unavailable"] = json!([{"path": "load", "reason": {"id": "not_reached", "args": {}}}]);
    let reason = Reason::StoppedBySignal { signal: "SIGTERM".into() };
    let record = judged(value, Some(Interruption::Stopped(reason)));
    insta::assert_snapshot!("stopped_en", summary(&record, Lang::En));
    insta::assert_snapshot!("stopped_vi", summary(&record, Lang::Vi));
}

#[test]
fn the_numbers_fit_eighty_columns() {
    use unicode_width::UnicodeWidthStr;
    let record = judged(example(), None);
    for lang in [Lang::En, Lang::Vi] {
        for line in summary(&record, lang).lines() {
            assert!(line.width() <= 80, "{} columns: {line}", line.width());
        }
    }
}
