//! Metrics: numbers of the record, by their path, as in `load.elapsed_s`.
//!
//! Whether a path exists is asked of the record's schema, so that a criterion
//! with a typing error is refused before the run and not judged as unseen
//! after it.

use crate::model::{Note, RunRecord};
use serde_json::Value;

/// Whether the record's schema has a number at `path`.
pub fn exists(path: &str) -> bool {
    let schema = schemars::schema_for!(RunRecord);
    let root = schema.as_value();
    let segments: Vec<&str> = path.split('.').collect();
    leads_to_number(root, root, &segments)
}

fn leads_to_number(root: &Value, node: &Value, segments: &[&str]) -> bool {
    if let Some(name) = node.get("$ref").and_then(Value::as_str) {
        let target = root.pointer(name.trim_start_matches('#'));
        return target.is_some_and(|target| leads_to_number(root, target, segments));
    }
    // An optional object: itself or null.
    if let Some(choices) = node.get("anyOf").and_then(Value::as_array) {
        return choices.iter().any(|choice| leads_to_number(root, choice, segments));
    }
    match segments {
        [] => is_number(node),
        [first, rest @ ..] => node
            .get("properties")
            .and_then(|p| p.get(first))
            .is_some_and(|next| leads_to_number(root, next, rest)),
    }
}

fn is_number(node: &Value) -> bool {
    let numeric = |t: &Value| matches!(t.as_str(), Some("number" | "integer"));
    match node.get("type") {
        Some(Value::Array(types)) => types.iter().any(numeric),
        Some(one) => numeric(one),
        None => false,
    }
}

/// The number at `path`; None where it wasn't seen.
pub fn value(record: &Value, path: &str) -> Option<f64> {
    path.split('.').try_fold(record, |node, key| node.get(key))?.as_f64()
}

/// The reason that the record gives for a missing value, at its path or above.
pub fn why_unseen(record: &RunRecord, path: &str) -> Option<Note> {
    let mut all = record.unavailable.iter();
    let at = all.find(|u| path == u.path || path.starts_with(&format!("{}.", u.path)));
    at.map(|u| u.reason.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_checked_against_the_schema() {
        for path in [
            "load.elapsed_s",
            "latency.batch.response_ms.p99",
            "verification.first_read_wal_bytes",
            "gain.serial.ratio",
            "scenario.rows",
            "scenario.rows_stored",
            "harness.busiest_thread.busy",
        ] {
            assert!(exists(path), "{path}");
        }
        for path in ["load.elapsed", "load", "verdict", "latency.batch.response_ms", "", "host.os"]
        {
            assert!(!exists(path), "{path}");
        }
    }

    #[test]
    fn a_null_is_not_a_number() {
        let record = serde_json::json!({"a": {"b": 2, "c": null}});
        assert_eq!(value(&record, "a.b"), Some(2.0));
        assert_eq!(value(&record, "a.c"), None);
        assert_eq!(value(&record, "a.c.d"), None);
    }
}
