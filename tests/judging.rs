//! Judging is a pure function of the record: each criterion passes, fails and
//! is inconclusive for the right reason, and the one verdict keeps its order.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use pgvalidate::judge::{criteria, judge, verdict::Interruption};
use pgvalidate::message::{Lang, Localized};
use pgvalidate::model::database::{Cache, Database};
use pgvalidate::model::record::{BusyThread, WaitCount};
use pgvalidate::model::{Criterion, Reason, RunRecord, Verdict};
use serde_json::{Value, json};

fn example() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/results/example/run.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn record(value: &Value) -> RunRecord {
    serde_json::from_value(value.clone()).unwrap()
}

fn shipped() -> Vec<Criterion> {
    criteria::load(None, "burst").unwrap()
}

fn set(value: &mut Value, path: &str, new: Value) {
    let pointer = format!("/{}", path.replace('.', "/"));
    *value.pointer_mut(&pointer).unwrap_or_else(|| panic!("no {path}")) = new;
}

#[test]
fn the_example_passes_every_shipped_criterion() {
    let judgement = judge(&record(&example()), &shipped(), None);
    assert!(judgement.criteria.iter().all(|c| c.verdict == Verdict::Pass));
    assert_eq!((judgement.verdict, judgement.reasons.len()), (Verdict::Pass, 0));
}

#[test]
fn each_shipped_criterion_can_fail_alone() {
    let broken = [
        ("rows_stored", "verification.rows_found", json!(249_999)),
        ("elapsed", "load.elapsed_s", json!(120.0)),
        ("batch_response_mean", "latency.batch.response_ms.mean", json!(5000.0)),
        ("write_pool_utilization", "pools.write.utilization_peak", json!(0.8)),
        ("failed_batches", "load.batches.failed", json!(1)),
        ("timeouts", "load.batches.timeouts", json!(1)),
        ("lost", "verification.lost", json!(1)),
        ("duplicated", "verification.duplicated", json!(1)),
        ("corrupted", "verification.corrupted", json!(1)),
        ("misplaced", "verification.misplaced", json!(1)),
        ("unexpected", "verification.unexpected", json!(1)),
        ("acknowledged_lost", "verification.acknowledged_lost", json!(1)),
        ("batches_differing", "verification.batches_differing", json!(1)),
        ("acknowledged_local", "load.batches.acknowledged_local", json!(1)),
        ("settled_wrongly", "load.batches.in_doubt_contradicted", json!(1)),
        ("seed_baseline", "load.rows_per_s", json!(2789.9)),
    ];
    assert_eq!(broken.len(), shipped().len(), "every shipped criterion is tried");
    for (id, path, new) in broken {
        let mut value = example();
        set(&mut value, path, new);
        let judgement = judge(&record(&value), &shipped(), None);
        let failed: Vec<_> = judgement
            .criteria
            .iter()
            .filter(|c| c.verdict == Verdict::Fail)
            .map(|c| c.id.as_str())
            .collect();
        assert_eq!((failed, judgement.verdict), (vec![id], Verdict::Fail));
    }
}

/// The example as the record of a soak whose server was sampled.
fn soak() -> Value {
    let mut value = example();
    value["scenario"]["name"] = json!("soak");
    value["scenario"]["soak"] =
        json!({"duration_s": 60.0, "warm_up_s": 5.0, "rate_rows_per_s": null, "writers": 8});
    value["database"] = serde_json::to_value(Database {
        cache: Some(Cache { index_hit_ratio: Some(0.998), ..Cache::default() }),
        ..Database::default()
    })
    .unwrap();
    value
}

fn shipped_for_soak() -> Vec<Criterion> {
    criteria::load(None, "soak").unwrap()
}

#[test]
fn each_shipped_criterion_of_a_soak_can_fail_alone() {
    let whole = judge(&record(&soak()), &shipped_for_soak(), None);
    assert_eq!(whole.verdict, Verdict::Pass, "{:?}", whole.criteria);
    let broken = [
        ("batch_response_p99", "latency.batch.response_ms.p99", json!(5000.0)),
        ("failed_batches", "load.batches.failed", json!(1)),
        ("timeouts", "load.batches.timeouts", json!(1)),
        ("index_cache_hit", "database.cache.index_hit_ratio", json!(0.99)),
        ("lost", "verification.lost", json!(1)),
        ("duplicated", "verification.duplicated", json!(1)),
        ("corrupted", "verification.corrupted", json!(1)),
        ("misplaced", "verification.misplaced", json!(1)),
        ("unexpected", "verification.unexpected", json!(1)),
        ("acknowledged_lost", "verification.acknowledged_lost", json!(1)),
        ("batches_differing", "verification.batches_differing", json!(1)),
        ("acknowledged_local", "load.batches.acknowledged_local", json!(1)),
        ("settled_wrongly", "load.batches.in_doubt_contradicted", json!(1)),
        ("rows_as_in_ledger", "verification.rows_found", json!(249_999)),
    ];
    assert_eq!(broken.len(), shipped_for_soak().len(), "every shipped criterion is tried");
    for (id, path, new) in broken {
        let mut value = soak();
        set(&mut value, path, new);
        let judgement = judge(&record(&value), &shipped_for_soak(), None);
        let failed = judgement.criteria.iter().filter(|c| c.verdict == Verdict::Fail);
        let failed: Vec<_> = failed.map(|c| c.id.as_str()).collect();
        assert_eq!((failed, judgement.verdict), (vec![id], Verdict::Fail));
    }
}

#[test]
fn each_criterion_that_a_mixed_load_has_of_its_own_can_fail_alone() {
    let mut mixed = soak();
    mixed["scenario"]["name"] = json!("mixed");
    mixed["scenario"]["soak"] = Value::Null;
    mixed["pools"]["write"]["utilization_peak"] = json!(0.4);
    mixed["pools"]["read"] = mixed["pools"]["write"].clone();
    mixed["pools"]["contention"] = json!({"reads_waited": 0, "writes_waited": 0, "waited": 0});
    let mut fast = mixed["latency"]["batch"].clone();
    fast["response_ms"]["mean"] = json!(20.0);
    mixed["latency"]["read"] = fast.clone();
    mixed["latency"]["submit"] = fast;
    mixed["reads"] = json!({"total": 9, "succeeded": 9, "failed": 0, "timeouts": 0,
                            "reads_per_s": 1.0, "share": 0.7});
    let criteria = criteria::load(None, "mixed").unwrap();
    let whole = judge(&record(&mixed), &criteria, None);
    assert_eq!(whole.verdict, Verdict::Pass, "{:?}", whole.criteria);
    for (id, path, new) in [
        ("read_pool_utilization", "pools.read.utilization_peak", json!(0.5)),
        ("write_pool_utilization", "pools.write.utilization_peak", json!(0.7)),
        ("read_response_mean", "latency.read.response_ms.mean", json!(200.0)),
        ("submit_response_mean", "latency.submit.response_ms.mean", json!(200.0)),
        ("contention", "pools.contention.waited", json!(1)),
        ("failed_reads", "reads.failed", json!(1)),
        ("read_timeouts", "reads.timeouts", json!(1)),
    ] {
        let mut value = mixed.clone();
        set(&mut value, path, new);
        let judgement = judge(&record(&value), &criteria, None);
        let failed = judgement.criteria.iter().filter(|c| c.verdict == Verdict::Fail);
        let failed: Vec<_> = failed.map(|c| c.id.as_str()).collect();
        assert_eq!((failed, judgement.verdict), (vec![id], Verdict::Fail));
    }
    // The others are those of a soak, but for what is judged of its batches' response.
    let of_soak = shipped_for_soak();
    let own = |id: &str| criteria.iter().any(|c| c.id == id);
    assert!(of_soak.iter().all(|c| own(&c.id) || c.id == "batch_response_p99"));
}

#[test]
fn a_cache_that_was_not_seen_is_inconclusive_and_says_why() {
    let off = json!({"id": "switched_off", "args": {"flag": "--no-sampling"}});
    let counts = json!({"id": "counts_missing", "args": {}});
    for (gone, path, reason, words) in [
        ("database", "database", off, "switched off by --no-sampling"),
        ("database.cache", "database.cache", counts, "track_counts is off: tables have no"),
    ] {
        let mut value = soak();
        set(&mut value, gone, Value::Null);
        value["unavailable"] = json!([{"path": path, "reason": reason}]);
        let judgement = judge(&record(&value), &shipped_for_soak(), None);
        let cache = judgement.criteria.iter().find(|c| c.id == "index_cache_hit").unwrap();
        assert_eq!((cache.verdict, cache.observed), (Verdict::Inconclusive, None));
        assert!(cache.reason.text(Lang::En).starts_with(words), "{:?}", cache.reason);
        assert_eq!(judgement.verdict, Verdict::Inconclusive);
    }
}

#[test]
fn what_was_not_seen_is_inconclusive_and_says_why() {
    let mut value = example();
    value["verification"] = Value::Null;
    value["unavailable"] =
        json!([{"path": "verification", "reason": {"id": "not_reached", "args": {}}}]);
    let judgement = judge(&record(&value), &shipped(), None);
    assert_eq!(judgement.verdict, Verdict::Inconclusive);
    let lost = judgement.criteria.iter().find(|c| c.id == "lost").unwrap();
    assert_eq!((lost.verdict, lost.observed), (Verdict::Inconclusive, None));
    assert_eq!(lost.reason.text(Lang::En), "the run ended before this was measured");
    // Without a reason in the record it still isn't a pass.
    value["unavailable"] = json!([]);
    let judgement = judge(&record(&value), &shipped(), None);
    assert_eq!(judgement.verdict, Verdict::Inconclusive);
}

#[test]
fn expected_gain_is_judged_only_where_it_is_asked_for() {
    let ratio = example()["gain"]["serial"]["ratio"].as_f64().unwrap();
    for (expected, verdict) in [(ratio - 1.0, Verdict::Pass), (ratio + 1.0, Verdict::Fail)] {
        let mut criteria = shipped();
        criteria.push(criteria::expected_gain(expected));
        assert_eq!(judge(&record(&example()), &criteria, None).verdict, verdict);
    }
    let mut without = example();
    without["gain"] = Value::Null;
    let criteria = [criteria::expected_gain(1.0)];
    assert_eq!(judge(&record(&without), &criteria, None).verdict, Verdict::Inconclusive);
}

#[test]
fn a_server_that_is_not_durable_makes_the_run_invalid() {
    for name in ["fsync", "full_page_writes", "synchronous_commit"] {
        let mut r = record(&example());
        let server = r.server.as_mut().unwrap();
        server.settings.iter_mut().find(|s| s.name == name).unwrap().value = "off".into();
        let judgement = judge(&r, &shipped(), None);
        assert_eq!(judgement.verdict, Verdict::Invalid, "{name}");
        assert!(judgement.reasons[0].text(Lang::En).contains(name));
        assert!(judgement.reasons[0].text(Lang::Vi).contains(name));
    }
}

#[test]
fn a_client_at_its_limit_makes_the_run_invalid() {
    let mut r = record(&example());
    r.harness.busiest_thread = Some(BusyThread { name: "w".into(), busy: 0.85 });
    assert_eq!(judge(&r, &shipped(), None).verdict, Verdict::Pass);
    r.harness.busiest_thread = Some(BusyThread { name: "w".into(), busy: 0.86 });
    assert_eq!(judge(&r, &shipped(), None).verdict, Verdict::Invalid);
}

#[test]
fn client_read_must_lead_over_enough_samples() {
    let waits = |ours: u64, other: u64| {
        let mut r = record(&example());
        r.harness.copy_waits = vec![
            WaitCount { event: "Client:ClientRead".into(), samples: ours },
            WaitCount { event: "CPU".into(), samples: other },
        ];
        judge(&r, &shipped(), None).verdict
    };
    assert_eq!(waits(50, 49), Verdict::Invalid);
    assert_eq!(waits(50, 50), Verdict::Pass, "a tie is no lead");
    assert_eq!(waits(19, 0), Verdict::Pass, "too few samples say nothing");
}

#[test]
fn the_one_verdict_keeps_its_order() {
    let mut invalid = example();
    let settings = invalid["server"]["settings"].as_array_mut().unwrap();
    settings.iter_mut().find(|s| s["name"] == "fsync").unwrap()["value"] = json!("off");
    let mut slow = invalid.clone();
    set(&mut slow, "load.elapsed_s", json!(500.0));
    assert_eq!(judge(&record(&slow), &shipped(), None).verdict, Verdict::Invalid);
    let mut lost = invalid.clone();
    set(&mut lost, "verification.lost", json!(3));
    assert_eq!(judge(&record(&lost), &shipped(), None).verdict, Verdict::Fail);
    let stopped =
        || Some(Interruption::Stopped(Reason::StoppedBySignal { signal: "SIGINT".into() }));
    assert_eq!(judge(&record(&lost), &shipped(), stopped()).verdict, Verdict::Fail);
    assert_eq!(judge(&record(&slow), &shipped(), stopped()).verdict, Verdict::Aborted);
    let failed =
        || Some(Interruption::Failed(Reason::RunFailed { en: "x".into(), vi: "x".into() }));
    assert_eq!(judge(&record(&example()), &shipped(), failed()).verdict, Verdict::Inconclusive);
    assert_eq!(judge(&record(&example()), &[], None).verdict, Verdict::Inconclusive);
}
