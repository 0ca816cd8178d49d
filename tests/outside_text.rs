//! Records come from disks, mails and other people's machines. Whatever such a
//! file holds, it is a record that can be judged and shown, or an error that
//! names the file; never a panic.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use pgvalidate::engine::records;
use pgvalidate::judge::{advise, explain};
use pgvalidate::message::Lang;
use pgvalidate::model::RunRecord;
use pgvalidate::model::set::{Member, Set};
use pgvalidate::report::{html, set_text, text};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::path::Path;

const EXAMPLE: &str = include_str!("../results/example/run.json");

/// What somebody may have put in the place of something else.
fn odd() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        Just(json!([])),
        Just(json!({})),
        Just(json!(-1)),
        Just(json!(0)),
        Just(json!(u64::MAX)),
        Just(json!(1e300)),
        Just(json!("1.0")),
        any::<bool>().prop_map(|b| json!(b)),
        any::<f64>().prop_map(|n| json!(n)),
        "\\PC{0,9}".prop_map(|s| json!(s)),
    ]
}

/// Every place in a value.
fn places(value: &Value, at: &str, all: &mut Vec<String>) {
    let escaped = |key: &str| key.replace('~', "~0").replace('/', "~1");
    all.push(at.to_owned());
    match value {
        Value::Object(map) => {
            map.iter().for_each(|(k, v)| places(v, &format!("{at}/{}", escaped(k)), all));
        }
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(i, v)| places(v, &format!("{at}/{i}"), all));
        }
        _ => {}
    }
}

fn changed(text: &str, changes: &[(prop::sample::Index, Option<Value>)]) -> Value {
    let mut value: Value = serde_json::from_str(text).unwrap();
    for (at, odd) in changes {
        let mut all = Vec::new();
        places(&value, "", &mut all);
        let at = at.get(&all);
        match (odd, at.rsplit_once('/')) {
            (None, Some((parent, key))) => {
                // A key or an element is left out.
                match value.pointer_mut(parent) {
                    Some(Value::Object(map)) => drop(map.remove(key)),
                    Some(Value::Array(list)) => drop(list.remove(key.parse().unwrap())),
                    _ => {}
                }
            }
            (odd, _) => *value.pointer_mut(at).unwrap() = odd.clone().unwrap_or_default(),
        }
    }
    value
}

/// The file's record; whoever reads it does with it what the commands do.
fn is_shown_or_refused(path: &Path) -> Option<RunRecord> {
    match records::run(path) {
        Err(error) => {
            assert!(error.to_string().contains("run.json"), "{error}");
            None
        }
        Ok(read) => {
            let mut record = read.record;
            explain::enter(&mut record);
            advise::enter(&mut record);
            for lang in [Lang::En, Lang::Vi] {
                assert!(!text::summary(&record, lang).is_empty());
            }
            Some(record)
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_record_with_anything_anywhere_is_shown_or_refused(
        changes in prop::collection::vec((any::<prop::sample::Index>(), prop::option::weighted(0.8, odd())), 1..4),
    ) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("run.json");
        std::fs::write(&path, changed(EXAMPLE, &changes).to_string()).unwrap();
        if let Some(record) = is_shown_or_refused(&path) {
            // What is written of it is read as the same.
            let written = serde_json::to_vec(&record).unwrap();
            let again: RunRecord = serde_json::from_slice(&written).unwrap();
            prop_assert_eq!(serde_json::to_vec(&again).unwrap(), written);
        }
    }

    #[test]
    fn a_file_that_is_cut_or_has_other_bytes_is_refused_by_name(
        at in any::<prop::sample::Index>(), byte: u8, is_cut: bool,
    ) {
        let mut bytes = EXAMPLE.as_bytes().to_vec();
        let at = at.index(bytes.len());
        if is_cut { bytes.truncate(at) } else { bytes[at] = byte }
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("run.json");
        std::fs::write(&path, bytes).unwrap();
        is_shown_or_refused(&path);
    }

    #[test]
    fn a_set_with_anything_anywhere_is_shown_or_refused(
        changes in prop::collection::vec((any::<prop::sample::Index>(), prop::option::weighted(0.8, odd())), 0..3),
    ) {
        let dir = tempfile::tempdir().unwrap();
        let (run, path) = (dir.path().join("run.json"), dir.path().join("set.json"));
        std::fs::write(&run, EXAMPLE).unwrap();
        let known = records::run(&run).unwrap();
        let set = set(&known.sha256, &known.record.run_id.to_string());
        let value = changed(&serde_json::to_string(&set).unwrap(), &changes);
        std::fs::write(&path, value.to_string()).unwrap();
        match records::group(path.to_str().unwrap()) {
            Ok(runs) => prop_assert!(runs.iter().all(|read| read.sha256 == known.sha256)),
            Err(error) => prop_assert!(error.to_string().contains(".json"), "{error}"),
        }
        if let Ok(set) = serde_json::from_value::<Set>(value) {
            for lang in [Lang::En, Lang::Vi] {
                prop_assert!(!set_text::summary(&set, Some(&known.record), lang).is_empty());
                prop_assert!(html::set(&set, lang).contains("</html>"));
            }
        }
    }
}

/// A set of one run.
fn set(sha256: &str, run_id: &str) -> Set {
    let member = Member {
        label: "values 500 #1".to_owned(),
        role: "values 500".to_owned(),
        run_id: run_id.to_owned(),
        sha256: sha256.to_owned(),
        path: "run.json".to_owned(),
        verdict: None,
    };
    Set {
        schema_version: pgvalidate::model::record::SCHEMA_VERSION.to_owned(),
        tool_version: "0.1.0".to_owned(),
        set_id: run_id.to_owned(),
        kind: "methods".to_owned(),
        started_at: "2026-01-01T00:00:00Z".to_owned(),
        private: true,
        members: vec![member],
        table: vec![pgvalidate::model::set::Row { runs: 1, ..Default::default() }],
        ..Set::default()
    }
}
