//! The published schema is the one of the types, and the example keeps it.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use pgvalidate::model::RunRecord;
use pgvalidate::model::set::Set;
use std::path::{Path, PathBuf};

fn published(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("results").join(file)
}

/// With `UPDATE_SCHEMA=1` the file is written anew.
#[test]
fn the_published_schemas_are_those_of_the_types() {
    is_published(&schemars::schema_for!(RunRecord), "schema/run.schema.json");
    is_published(&schemars::schema_for!(Set), "schema/set.schema.json");
}

fn is_published(schema: &schemars::Schema, file: &str) {
    let current = serde_json::to_string_pretty(schema).unwrap() + "\n";
    let path = published(file);
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(&path, &current).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), current, "run: UPDATE_SCHEMA=1 cargo test");
}

#[test]
fn the_example_keeps_the_schema_and_is_read() {
    let text = std::fs::read_to_string(published("example/run.json")).unwrap();
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let schema: serde_json::Value = serde_json::from_str(
        &std::fs::read_to_string(published("schema/run.schema.json")).unwrap(),
    )
    .unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<_> = validator.iter_errors(&value).map(|e| e.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    let record: RunRecord = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(serde_json::to_value(&record).unwrap(), value, "nothing is lost on the way");
    // The schema must be able to refuse.
    let mut broken = value;
    broken["load"]["rows_per_s"] = "fast".into();
    assert!(!validator.is_valid(&broken));
}

#[test]
fn a_newer_records_unknown_keys_and_reasons_do_no_harm() {
    use pgvalidate::message::{Lang, Localized};
    let text = std::fs::read_to_string(published("example/run.json")).unwrap();
    let mut value: serde_json::Value = serde_json::from_str(&text).unwrap();
    value["series_of_the_future"] = serde_json::json!([1, 2]);
    value["findings"] = serde_json::json!([{"id": "of_the_future", "args": {"n": 1}}]);
    let record: RunRecord = serde_json::from_value(value).unwrap();
    assert_eq!(record.findings[0].text(Lang::En), "of_the_future {\"n\":1}");
}
