//! Advice goes with evidence: each symptom in a record gives the finding that
//! its numbers support, and a plain statement where they don't.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use pgvalidate::judge::troubleshoot::troubles;
use pgvalidate::message::{Lang, Localized};
use pgvalidate::model::RunRecord;
use serde_json::{Value, json};

fn example() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/results/example/run.json");
    let mut value: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    value["preflight"] = json!([{"id": "connections", "outcome": "ok",
        "note": {"id": "connections_free", "args": {"free": 97, "needed": 77}}}]);
    value["pools"]["write"]["size"] = json!(20);
    value["pools"]["write"]["in_use_max"] = json!(20);
    value["database"]["waits"] = json!([]);
    value["series"] = json!([]);
    value
}

/// The server's processors and disk, as they were in every second.
fn busy(value: &mut Value, cpu: f64, disk: f64) {
    let mut record: RunRecord = serde_json::from_value(value.clone()).unwrap();
    record.series = (0..10)
        .map(|second| pgvalidate::model::series::Point {
            second,
            server: Some(pgvalidate::model::series::ServerPoint {
                cpu: Some(cpu),
                disk_busy: Some(disk),
                ..Default::default()
            }),
            ..Default::default()
        })
        .collect();
    *value = serde_json::to_value(record).unwrap();
}

fn waits(value: &mut Value, event: &str, samples: u64) {
    value["database"]["waits"] = json!([{"who": "writers", "events": [
        {"event": event, "samples": samples}, {"event": "CPU", "samples": 30}]}]);
}

/// The ids of what is found; every sentence is there in both languages, with its numbers.
fn found(value: &Value) -> Vec<String> {
    let record: RunRecord = serde_json::from_value(value.clone()).unwrap();
    let found = troubles(&record);
    for note in &found {
        let (en, vi) = (note.text(Lang::En), note.text(Lang::Vi));
        assert!(!en.starts_with(&note.id) && en != vi, "{en}");
        assert!(en.chars().any(|c| c.is_ascii_digit()), "{en}");
    }
    found.into_iter().map(|note| note.id).collect()
}

fn timed_out(pool: u64) -> Value {
    let mut value = example();
    value["load"]["batches"]["total"] = json!(100);
    value["load"]["batches"]["timeouts"] = json!(6);
    value["pools"]["write"]["timeouts"] = json!(pool);
    value
}

#[test]
fn a_run_without_trouble_has_no_advice() {
    assert!(found(&example()).is_empty());
    let mut few = timed_out(6);
    few["load"]["batches"]["timeouts"] = json!(5);
    assert!(found(&few).is_empty(), "5% is the limit");
}

#[test]
fn a_larger_pool_is_advised_only_where_the_server_had_room() {
    let mut value = timed_out(6);
    assert_eq!(found(&value), ["timeouts_in_pool_unclear"], "nothing was seen of the server");
    busy(&mut value, 0.3, 0.4);
    assert_eq!(found(&value), ["timeouts_in_pool"]);
    waits(&mut value, "IO:WALSync", 70);
    assert_eq!(found(&value), ["timeouts_behind_server"]);
    waits(&mut value, "Client:ClientRead", 70);
    assert_eq!(found(&value), ["timeouts_in_pool"], "waiting for the client is no limit");
    busy(&mut value, 0.3, 0.95);
    assert_eq!(found(&value), ["timeouts_behind_server"]);
    busy(&mut value, 0.75, 0.4);
    assert_eq!(found(&value), ["timeouts_in_pool_unclear"]);
    busy(&mut value, 0.3, 0.4);
    value["pools"]["write"]["in_use_max"] = json!(12);
    assert_eq!(found(&value), ["timeouts_in_pool_unclear"], "it was never full");
}

#[test]
fn time_outs_of_statements_are_the_servers() {
    let mut value = timed_out(1);
    assert_eq!(found(&value), ["timeouts_of_server_unclear"]);
    waits(&mut value, "Lock:transactionid", 70);
    assert_eq!(found(&value), ["timeouts_of_server"]);
    waits(&mut value, "Lock:transactionid", 10);
    assert_eq!(found(&value), ["timeouts_of_server_unclear"], "that doesn't lead");
}

#[test]
fn shared_buffers_are_to_be_raised_only_where_the_indexes_do_not_fit() {
    let mut value = example();
    value["database"]["cache"]["index_hit_ratio"] = json!(0.94);
    value["storage"]["index_over_shared_buffers"] = json!(3.0);
    assert_eq!(found(&value), ["index_cache_small"]);
    let record: RunRecord = serde_json::from_value(value.clone()).unwrap();
    let text = troubles(&record)[0].text(Lang::En);
    assert!(text.starts_with("94% of the index blocks") && text.contains("128MB"), "{text}");
    value["storage"]["index_over_shared_buffers"] = json!(0.4);
    assert_eq!(found(&value), ["index_cache_cold"]);
    value["database"]["cache"]["index_hit_ratio"] = json!(0.95);
    assert!(found(&value).is_empty());
}

#[test]
fn the_heap_counts_from_16_on() {
    let mut value = example();
    value["database"]["cache"]["heap_hit_ratio"] = json!(0.5);
    value["storage"]["table_bytes"] = json!(4_u64 << 30);
    value["server"]["version_num"] = json!(150_018);
    assert!(found(&value).is_empty());
    value["server"]["version_num"] = json!(160_004);
    assert_eq!(found(&value), ["heap_cache_small"]);
}

#[test]
fn more_workers_are_advised_only_where_pool_and_server_had_room() {
    let mut value = example();
    value["queue"] = json!({"depth_max": 340, "depth_p95": 300.0, "samples": 100, "scans": 10,
        "scans_completed": 10, "drain_s": 1.0, "claims_empty": 0, "holders_ended": 0, "given_up": 0});
    value["scenario"]["scans"] = json!({"records": 10_000, "arrival_per_s": 10.0,
        "concurrent": null, "workers": 8, "poll_s": 1.0, "heartbeat_s": 5.0});
    value["pools"]["write"]["in_use_max"] = json!(8);
    assert_eq!(found(&value), ["queue_unclear"]);
    busy(&mut value, 0.3, 0.4);
    assert_eq!(found(&value), ["queue_wants_workers"]);
    value["pools"]["write"]["in_use_max"] = json!(20);
    value["scenario"]["scans"]["workers"] = json!(20);
    assert_eq!(found(&value), ["queue_wants_pool"]);
    value["preflight"] = json!([]);
    assert_eq!(found(&value), ["queue_unclear"], "free connections weren't seen");
    waits(&mut value, "LWLock:WALInsert", 90);
    assert_eq!(found(&value), ["queue_behind_server"]);
    value["queue"]["depth_max"] = json!(100);
    assert!(found(&value).is_empty());
}
