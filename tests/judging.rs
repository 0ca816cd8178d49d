//! Judging is a pure function of the record: each criterion passes, fails and
//! is inconclusive for the right reason, and the one verdict keeps its order.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use pgvalidate::judge::{criteria, judge, verdict::Interruption};
use pgvalidate::message::{Lang, Localized};
use pgvalidate::model::database::{Cache, Checkpoints, Database};
use pgvalidate::model::record::{BusyThread, WaitCount};
use pgvalidate::model::scenario::{Mixed, Scans};
use pgvalidate::model::share::Queue;
use pgvalidate::model::{Criterion, Reason, RunRecord, Unavailable, Verdict};
use serde_json::{Value, json};

fn example() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/results/example/run.json");
    let mut value: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let spread = json!({"min": 1.0, "p50": 2.0, "max": 3.0, "max_over_p50": 1.5});
    value["tenants"] = json!({"count": 50, "response_p99_ms": spread, "rows": spread,
        "busiest_share": 0.02, "slowest": []});
    value
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
    let (judged, others): (Vec<_>, Vec<_>) =
        judgement.criteria.iter().partition(|c| c.verdict != Verdict::NotApplicable);
    assert!(judged.iter().all(|c| c.verdict == Verdict::Pass));
    // Not for a burst, and without effect on its verdict.
    let others: Vec<_> = others.iter().map(|c| c.id.as_str()).collect();
    assert_eq!(others, ["checkpoints_on_schedule", "no_checkpoint_stall"]);
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
        ("tenant_sla", "tenants.response_p99_ms.max", json!(10_000.0)),
        ("seed_baseline", "load.rows_per_s", json!(2789.9)),
    ];
    let judged = shipped().iter().filter(|c| c.applies_to("burst")).count();
    assert_eq!(broken.len(), judged, "every shipped criterion is tried");
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
        checkpoints: Some(Checkpoints { requested_share: Some(0.5), ..Checkpoints::default() }),
        ..Database::default()
    })
    .unwrap();
    value["stall_summary"] = json!({"seconds": 600, "usual_ms": 5.0, "limit_ms": 60.0,
        "stalled_seconds": 0, "explained_share": null, "checkpoint_stalls": 0});
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
        ("tenant_sla", "tenants.response_p99_ms.max", json!(5_000.0)),
        ("rows_as_in_ledger", "verification.rows_found", json!(249_999)),
        ("checkpoints_on_schedule", "database.checkpoints.requested_share", json!(0.51)),
        ("no_checkpoint_stall", "stall_summary.checkpoint_stalls", json!(1)),
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

/// The example as the record of scans.
fn scans() -> Value {
    let mut value = soak();
    value["scenario"]["name"] = json!("scans");
    value["scenario"]["soak"] = Value::Null;
    value["pools"]["write"]["utilization_peak"] = json!(0.62);
    value["pools"]["read"] = value["pools"]["write"].clone();
    value["pools"]["read"]["utilization_peak"] = json!(0.1);
    value["latency"]["submit"] = value["latency"]["batch"].clone();
    value["latency"]["submit"]["response_ms"]["mean"] = json!(12.0);
    let queue = pgvalidate::model::share::Queue { depth_max: Some(49), ..Default::default() };
    value["queue"] = serde_json::to_value(queue).unwrap();
    value
}

#[test]
fn each_criterion_that_only_scans_have_can_fail_alone() {
    let criteria = criteria::load(None, "scans").unwrap();
    let whole = judge(&record(&scans()), &criteria, None);
    assert_eq!(whole.verdict, Verdict::Pass, "{:?}", whole.criteria);
    for (id, path, new) in [
        ("elapsed", "load.elapsed_s", json!(300.0)),
        ("submit_response_mean", "latency.submit.response_ms.mean", json!(200.0)),
        ("write_pool_utilization", "pools.write.utilization_peak", json!(0.7)),
        ("read_pool_utilization", "pools.read.utilization_peak", json!(0.5)),
        ("index_cache_hit", "database.cache.index_hit_ratio", json!(0.99)),
        ("queue_depth", "queue.depth_max", json!(50)),
    ] {
        let mut value = scans();
        set(&mut value, path, new);
        let judgement = judge(&record(&value), &criteria, None);
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
    mixed["queue"] =
        serde_json::to_value(Queue { depth_max: Some(49), ..Queue::default() }).unwrap();
    let criteria = criteria::load(None, "mixed").unwrap();
    let whole = judge(&record(&mixed), &criteria, None);
    assert_eq!(whole.verdict, Verdict::Pass, "{:?}", whole.criteria);
    for (id, path, new) in [
        ("read_pool_utilization", "pools.read.utilization_peak", json!(0.5)),
        ("write_pool_utilization", "pools.write.utilization_peak", json!(0.7)),
        ("read_response_mean", "latency.read.response_ms.mean", json!(200.0)),
        ("submit_response_mean", "latency.submit.response_ms.mean", json!(200.0)),
        ("contention", "pools.contention.waited", json!(1)),
        ("queue_depth", "queue.depth_max", json!(50)),
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
        || Some(Interruption::Stopped(Reason::StoppedBySignal { signal: "SIGINT".into() }.into()));
    assert_eq!(judge(&record(&lost), &shipped(), stopped()).verdict, Verdict::Fail);
    assert_eq!(judge(&record(&slow), &shipped(), stopped()).verdict, Verdict::Aborted);
    let failed =
        || Some(Interruption::Failed(Reason::RunFailed { en: "x".into(), vi: "x".into() }));
    assert_eq!(judge(&record(&example()), &shipped(), failed()).verdict, Verdict::Inconclusive);
    assert_eq!(judge(&record(&example()), &[], None).verdict, Verdict::Inconclusive);
}

/// A soak at 20,000 rows a second, late by `lag_ms` where responses take `response_ms`.
fn open_loop(lag_ms: f64, response_ms: f64) -> RunRecord {
    let mut value = soak();
    value["scenario"]["soak"]["rate_rows_per_s"] = json!(20_000.0);
    value["scenario"]["soak"]["writers"] = Value::Null;
    set(&mut value, "latency.batch.response_ms.p99", json!(response_ms));
    value["harness"]["schedule_lag_ms"] = json!({"count": 100, "mean": lag_ms, "p50": lag_ms,
        "p95": lag_ms, "p99": lag_ms, "max": lag_ms, "histogram": ""});
    value["harness"]["backlog"] = json!({"held_s": 0.0, "unreleased": 0});
    record(&value)
}

#[test]
fn an_open_loop_that_its_client_holds_up_is_invalid_and_says_what_was_made() {
    let verdict = |r: &RunRecord| judge(r, &shipped_for_soak(), None);
    assert_eq!(verdict(&open_loop(10.0, 50.0)).verdict, Verdict::Pass, "no later than allowed");
    let late = verdict(&open_loop(10.5, 50.0));
    assert_eq!(late.verdict, Verdict::Invalid);
    assert_eq!(late.reasons[0].id, "behind_schedule");
    assert_eq!(late.reasons[0].args["offered"], 20_000);
    let made = example()["load"]["rows_per_s"].as_f64().unwrap().round() as u64;
    assert_eq!(late.reasons[0].args["made"], made);
    // A tenth of the response times is the least that tells.
    assert_eq!(verdict(&open_loop(300.0, 3_000.0)).verdict, Verdict::Pass);
    assert_eq!(verdict(&open_loop(301.0, 3_000.0)).verdict, Verdict::Invalid);
    // A schedule that had to wait for the server's backlog is late through no fault of its own.
    let mut held = open_loop(4_000.0, 4_500.0);
    held.harness.backlog.as_mut().unwrap().held_s = 1.5;
    assert_eq!(verdict(&held).verdict, Verdict::Pass);
}

#[test]
fn a_load_that_was_not_all_offered_never_passes() {
    let mut r = open_loop(5.0, 100.0);
    r.harness.backlog.as_mut().unwrap().unreleased = 7;
    let judgement = judge(&r, &shipped_for_soak(), None);
    assert_eq!(judgement.verdict, Verdict::Invalid);
    assert_eq!(judgement.reasons[0].id, "not_all_offered");
    // What was made was too slow already: that is the server's.
    r.latency.as_mut().unwrap().batch.as_mut().unwrap().response_ms.p99 = 9_000.0;
    assert_eq!(judge(&r, &shipped_for_soak(), None).verdict, Verdict::Fail);
}

/// The same as scans, or as a mixed load, whose schedule begins what takes `response_ms`.
fn queued(name: &str, lag_ms: f64, response_ms: f64) -> RunRecord {
    let mut r = open_loop(lag_ms, 9_000.0);
    r.scenario.name = name.to_owned();
    r.scenario.soak = None;
    let (records, workers, poll_s, heartbeat_s) = (10_000, 4, 5.0, 15.0);
    match name {
        "scans" => {
            let (arrival_per_s, concurrent) = (Some(2.0), None);
            r.scenario.scans =
                Some(Scans { records, arrival_per_s, concurrent, workers, poll_s, heartbeat_s });
        }
        _ => {
            r.scenario.mixed = Some(Mixed {
                duration_s: 60.0,
                warm_up_s: 5.0,
                reads: 0.5,
                writes: 0.5,
                users: None,
                rate_per_s: Some(4.0),
                think: 1.0,
                records,
                workers,
                poll_s,
                heartbeat_s,
                one_pool: false,
            });
        }
    }
    let latencies = r.latency.as_mut().unwrap();
    let mut begun = latencies.batch.clone().unwrap();
    begun.response_ms.p99 = response_ms;
    latencies.submit = Some(begun.clone());
    if name == "mixed" {
        // Reads are the quicker ones.
        latencies.read = Some(begun.clone());
        begun.response_ms.p99 *= 9.0;
        latencies.submit = Some(begun);
    }
    r
}

#[test]
fn scans_and_mixed_loads_that_their_client_holds_up_are_invalid_like_a_soak() {
    // Two scans; two writes, of which 0.5 are batches and 1.5 are scans.
    for (name, offered) in [("scans", 20_000), ("mixed", 17_500)] {
        let reasons = |r: &RunRecord| judge(r, &shipped_for_soak(), None).reasons;
        assert_eq!(reasons(&queued(name, 10.0, 50.0)), [], "{name}");
        let late = &reasons(&queued(name, 10.5, 50.0))[0];
        assert_eq!((late.id.as_str(), &late.args["offered"]), ("behind_schedule", &json!(offered)));
        assert!(late.text(Lang::En).contains("--arrival"));
        assert_eq!(reasons(&queued(name, 300.0, 3_000.0)), [], "{name}");
        assert_eq!(reasons(&queued(name, 301.0, 3_000.0)).len(), 1, "{name}");
        let mut short = queued(name, 5.0, 100.0);
        short.harness.backlog.as_mut().unwrap().unreleased = 7;
        let reason = &reasons(&short)[0];
        assert_eq!(
            (reason.id.as_str(), &reason.args["offered"]),
            ("not_all_offered", &json!(offered))
        );
    }
}

#[test]
fn where_no_batch_succeeded_the_other_latencies_are_judged() {
    let mut r = queued("mixed", 5.0, 100.0);
    r.latency.as_mut().unwrap().batch = None;
    let (path, reason) = ("latency.batch".to_owned(), Reason::NoneSucceeded {}.into());
    r.unavailable.push(Unavailable { path, reason });
    let r = record(&serde_json::to_value(&r).unwrap());
    let judged = |scenario: &str, id: &str| {
        let judgement = judge(&r, &criteria::load(None, scenario).unwrap(), None);
        let one = judgement.criteria.into_iter().find(|c| c.id == id).unwrap();
        (one.observed.is_some(), one.reason.id)
    };
    assert_eq!(judged("soak", "batch_response_p99"), (false, "none_succeeded".to_owned()));
    assert!(judged("mixed", "read_response_mean").0);
}

#[test]
fn a_stage_that_broke_a_criterion_fails_the_run() {
    let mut r = record(&soak());
    let stage = |share, broken: &[&str]| pgvalidate::model::share::Stage {
        share,
        tenants: 5,
        rate_rows_per_s: None,
        elapsed_s: 20.0,
        rows: 1_000,
        rows_per_s: 50.0,
        response_p99_ms: Some(12.0),
        broken: broken.iter().map(|id| (*id).to_owned()).collect(),
    };
    r.stages = vec![stage(0.1, &[]), stage(0.5, &[])];
    assert_eq!(judge(&r, &shipped_for_soak(), None).verdict, Verdict::Pass);
    r.stages[1] = stage(0.5, &["timeouts", "failed_batches"]);
    let judgement = judge(&r, &shipped_for_soak(), None);
    assert_eq!(judgement.verdict, Verdict::Fail);
    let reason = judgement.reasons[0].text(Lang::En);
    assert!(reason.contains("50%") && reason.contains("timeouts, failed_batches"), "{reason}");
}
