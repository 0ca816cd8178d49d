//! The summary of isolation from a recorded run, and its verdict, which are
//! functions of the record.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use pgvalidate::judge::{criteria, judge};
use pgvalidate::message::Lang;
use pgvalidate::model::{RunRecord, Verdict};
use pgvalidate::report::text::summary;
use pgvalidate::report::{junit, markdown};
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

fn recorded() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/isolation.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Counted and judged anew.
fn judged(value: Value, is_known: bool) -> RunRecord {
    let mut record: RunRecord = serde_json::from_value(value).unwrap();
    record.isolation.as_mut().unwrap().count(is_known);
    let judgement = judge(&record, &criteria::load(None, "isolation").unwrap(), None);
    record.criteria = judgement.criteria;
    record.verdict = Some(judgement.verdict);
    record.reasons = judgement.reasons;
    record
}

fn becomes(value: &mut Value, name: &str, outcome: &str, observed: Value, note: Value) {
    let probes = value["isolation"]["probes"].as_array_mut().unwrap();
    let mut found = 0;
    for probe in probes.iter_mut().filter(|p| p["name"] == name && p["from"] == 1) {
        probe["outcome"] = json!(outcome);
        probe["observed"] = observed.clone();
        probe["note"] = note.clone();
        found += 1;
    }
    assert!(found > 0, "{name}");
}

fn fits(record: &RunRecord) {
    for lang in [Lang::En, Lang::Vi] {
        for line in summary(record, lang).lines() {
            assert!(line.width() <= 80, "{} columns: {line}", line.width());
        }
    }
}

#[test]
fn tenants_that_are_kept_apart() {
    let record = judged(recorded(), true);
    assert_eq!(record.verdict, Some(Verdict::Pass));
    insta::assert_snapshot!("passed_en", summary(&record, Lang::En));
    insta::assert_snapshot!("passed_vi", summary(&record, Lang::Vi));
    fits(&record);
}

#[test]
fn leaks_come_first_and_a_probe_that_was_not_tried_is_named() {
    let mut value = recorded();
    let due = json!({"id": "leak_by_row_security", "args": {}});
    becomes(&mut value, "claim_tenant", "leak", json!(100), due.clone());
    becomes(&mut value, "bypass_attribute", "leak", json!(1), due);
    let right = json!({"id": "leak_by_right", "args": {}});
    becomes(&mut value, "select", "leak", json!(100), right);
    let error = json!({"error": "canceling statement due to lock timeout (55P03)"});
    let unclear = json!({"id": "unexpected_answer", "args": error});
    becomes(&mut value, "drop_table", "not_tried", json!("55P03"), unclear);
    let none = json!({"id": "no_statements_extension", "args": {}});
    becomes(&mut value, "statements", "not_tried", Value::Null, none);
    let record = judged(value, false);
    assert_eq!(record.verdict, Some(Verdict::Fail), "a leak is one, whatever wasn't tried");
    insta::assert_snapshot!("leaking_en", summary(&record, Lang::En));
    insta::assert_snapshot!("leaking_vi", summary(&record, Lang::Vi));
    // What others read names them too.
    let names = "probes that got through: ";
    assert!(junit::run(&record, Lang::En).contains(names));
    let markdown = markdown::run(&record, Lang::En);
    let line = markdown.lines().find(|line| line.contains(names)).unwrap().replace('\\', "");
    assert!(["select", "claim_tenant", "bypass_attribute"].iter().all(|name| line.contains(name)));
    fits(&record);
}

#[test]
fn what_was_not_tried_is_no_pass() {
    let mut value = recorded();
    let why = json!({"id": "no_create_role", "args": {"role": "app"}});
    for probe in value["isolation"]["probes"].as_array_mut().unwrap() {
        probe["outcome"] = json!("not_tried");
        probe["observed"] = Value::Null;
        probe["note"] = why.clone();
    }
    value["isolation"]["beside_load"] = Value::Null;
    for path in ["isolation.leaks", "isolation.beside_load"] {
        let missing = json!({"path": path, "reason": why});
        value["unavailable"].as_array_mut().unwrap().push(missing);
    }
    for key in ["load", "latency", "pools", "verification"] {
        value[key] = Value::Null;
    }
    let record = judged(value, false);
    assert_eq!(record.verdict, Some(Verdict::Inconclusive));
    let leaks = record.criteria.iter().find(|c| c.id == "leaks").unwrap();
    assert_eq!((leaks.observed, leaks.reason.id.as_str()), (None, "no_create_role"));
    let text = summary(&record, Lang::En);
    assert!(text.contains("nothing was tried"), "{text}");
    assert!(text.contains("ALTER ROLE \"app\" CREATEROLE"), "{text}");
    fits(&record);
}

/// The client may be as busy as it likes: nothing is measured of the server's speed.
#[test]
fn a_busy_client_does_not_make_isolation_invalid() {
    let mut value = recorded();
    value["harness"]["busiest_thread"] = json!({"name": "tokio", "busy": 0.99});
    assert_eq!(judged(value.clone(), true).verdict, Some(Verdict::Pass));
    value["scenario"]["name"] = json!("soak");
    assert_eq!(judged(value, true).verdict, Some(Verdict::Invalid));
}
