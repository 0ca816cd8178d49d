//! The summary as people see it, in both languages; within 80 columns.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use pgvalidate::judge::{criteria, judge, verdict::Interruption};
use pgvalidate::message::Lang;
use pgvalidate::model::{Reason, RunRecord};
use pgvalidate::report::terminal::Terminal;
use pgvalidate::report::text::summary;
use serde_json::{Value, json};

fn example() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/results/example/run.json");
    let mut value: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let tenant = |no: i32, p99: f64| json!({"no": no, "region": "south", "rows": 5_000, "batches": 1, "response_p99_ms": p99});
    value["tenants"] = json!({
        "count": 50, "busiest_share": 0.02,
        "response_p99_ms": {"min": 812.0, "p50": 1_290.0, "max": 1_482.0, "max_over_p50": 1.15},
        "rows": {"min": 5_000.0, "p50": 5_000.0, "max": 5_000.0, "max_over_p50": 1.0},
        "slowest": [tenant(17, 1_482.0), tenant(3, 1_475.0)]
    });
    let region = |tenants: u32, p99: f64| {
        let response = json!({"count": tenants, "mean": p99 / 2.0, "p50": p99 / 2.0, "p95": p99,
            "p99": p99, "max": p99, "histogram": ""});
        json!({"tenants": tenants, "rows": tenants * 5_000, "batches": tenants,
            "response_ms": response, "scan_ms": null})
    };
    value["regions"] = json!({"north": region(19, 1_475.0), "central": region(14, 1_390.0),
        "south": region(17, 1_482.0)});
    value
}

fn judged(value: Value, interruption: Option<Interruption>) -> RunRecord {
    let mut record: RunRecord = serde_json::from_value(value).unwrap();
    let criteria = criteria::load(None, &record.scenario.name).unwrap();
    let judgement = judge(&record, &criteria, interruption);
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
fn a_narrow_terminal_gets_narrow_lines_and_whole_numbers() {
    let record = judged(example(), None);
    for lang in [Lang::En, Lang::Vi] {
        let text = summary(&record, Terminal::new(lang, Some(60)));
        let wide: Vec<_> = text.lines().filter(|line| line.chars().count() > 60).collect();
        assert!(wide.is_empty(), "{wide:#?}");
        // A number that went on below would be half of one.
        let numbers = |text: &str| {
            let words =
                text.split_whitespace().filter(|word| word.contains(|c: char| c.is_ascii_digit()));
            let mut words: Vec<_> = words.map(str::to_owned).collect();
            words.sort();
            words
        };
        assert_eq!(numbers(&text), numbers(&summary(&record, lang)));
    }
    insta::assert_snapshot!("narrow_en", summary(&record, Terminal::new(Lang::En, Some(60))));
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
    for key in ["load", "latency", "pools", "tenants", "regions", "gain", "verification"] {
        value[key] = Value::Null;
    }
    value["harness"] = json!({"copy_waits": []});
    value["unavailable"] = json!([{"path": "load", "reason": {"id": "not_reached", "args": {}}}]);
    let reason = Reason::StoppedBySignal { signal: "SIGTERM".into() };
    let record = judged(value, Some(Interruption::Stopped(reason.into())));
    insta::assert_snapshot!("stopped_en", summary(&record, Lang::En));
    insta::assert_snapshot!("stopped_vi", summary(&record, Lang::Vi));
}

/// A soak with an open loop that was watched, and had stalls.
fn soak() -> Value {
    let mut value = example();
    value["scenario"]["name"] = json!("soak");
    value["scenario"]["soak"] = json!({"duration_s": 120.0, "warm_up_s": 5.0, "rate_rows_per_s": 10_000.0, "writers": null});
    for key in ["batches", "rows", "rows_stored"] {
        value["scenario"][key] = Value::Null;
    }
    (value["scenario"]["size"], value["scenario"]["tenants"]) = (json!(1000), json!(10));
    value["gain"] = Value::Null;
    value["verification"]["rows_expected"] = json!(1_250_000);
    value["verification"]["rows_found"] = json!(1_250_000);
    value["load"]["rows_acknowledged"] = json!(1_200_000);
    value["load"]["rows_per_s"] = json!(9_991.2);
    value["load"]["elapsed_s"] = json!(120.1);
    value["load"]["batches"]["total"] = json!(1_200);
    value["load"]["batches"]["succeeded"] = json!(1_200);
    value["load"]["warm_up"] = json!({"rows_acknowledged": 50_000, "batches": 50, "failed": 0});
    value["findings"] = json!([]);
    value["harness"]["schedule_lag_ms"] = json!({"count": 1_200, "mean": 0.4, "p50": 0.31,
        "p95": 0.8, "p99": 0.94, "max": 2.25, "histogram": ""});
    value["harness"]["sampler_cost"] = json!({"queries": 1_834, "elapsed_s": 1.06,
        "share_of_time": 0.0088, "share_of_statements": 0.0041, "ticks_missed": 2});
    value["database"] = database();
    value["stall_summary"] = json!({"seconds": 121, "usual_ms": 104.4, "limit_ms": 208.8,
        "stalled_seconds": 5, "explained_share": 0.8, "checkpoint_stalls": 1});
    value["stalls"] = json!([
        {"from_s": 60, "until_s": 64, "response_ms": 1_830.0, "cause": "checkpoint_sync",
         "evidence": [
            {"id": "checkpoint_synced", "args": {"seconds": 3, "of": 4, "usual_percent": 0}},
            {"id": "lost_to", "args": {"waits": "IO, LWLock:WALWrite", "percent": 93}},
            {"id": "disk_busy", "args": {"percent": 99, "usual_percent": 31}}]},
        {"from_s": 90, "until_s": 91, "response_ms": 412.0, "cause": "unexplained",
         "evidence": [
            {"id": "leading_wait", "args": {"event": "LWLock:LockManager", "percent": 71}}]}
    ]);
    let missing =
        |path: &str, reason: &str| json!({"path": path, "reason": {"id": reason, "args": {}}});
    value["unavailable"] = json!([
        missing("gain", "not_reached"),
        missing("database.wal.sync_ms", "wal_times_missing"),
        missing("database.wal.write_ms", "wal_times_missing"),
    ]);
    value
}

fn database() -> Value {
    let wait = |event: &str, samples: u64| json!({"event": event, "samples": samples});
    let statement = |query: &str, of_sampler: bool, calls: u64, rows: u64, mean_ms: f64| {
        json!({"query": query, "of_sampler": of_sampler, "entries": 10, "calls": calls,
            "rows": rows, "total_ms": mean_ms * calls as f64, "mean_ms": mean_ms,
            "blocks_hit": 9, "blocks_read": 1, "wal_bytes": 4_096})
    };
    let copy = "COPY {tenant}.processing_activities (batch_no, row_no) FROM STDIN (FORMAT binary)";
    json!({
        "elapsed_s": 127.3,
        "checkpoints": {
            "timed": 2, "requested": 1, "requested_share": 1.0 / 3.0, "write_ms": 48_211.0, "sync_ms": 1_204.0,
            "buffers": 31_022, "source": "log", "each": [],
            "by_phase": [
                {"phase": "early", "seconds": 6, "batches": 60, "response_ms_mean": 90.0, "ratio": null},
                {"phase": "write", "seconds": 50, "batches": 5_000, "response_ms_mean": 70.0, "ratio": 1.31},
                {"phase": "none", "seconds": 64, "batches": 6_400, "response_ms_mean": 53.0, "ratio": 1.0}
            ]
        },
        "wal": {"bytes": 1_031_000_000_u64, "records": 5_000_000, "full_page_images": 29_000,
            "buffers_full": 120, "writes": 900, "syncs": 800, "write_ms": null, "sync_ms": null,
            "bytes_per_row": 824.6, "full_page_share_at_most": 0.23},
        "io": null,
        "buffers": null,
        "transactions": {"commits": 1_300, "rollbacks": 0, "rows_inserted": 1_250_000,
            "rows_updated": 1_250, "deadlocks": 0, "temp_bytes": 0, "of_other_databases": 70},
        "cache": {"index_blocks_hit": 9_987, "index_blocks_read": 13, "index_hit_ratio": 0.9987,
            "heap_blocks_hit": 68, "heap_blocks_read": 32, "heap_hit_ratio": 0.68},
        "tables": null,
        "statements": {"version": "1.10", "is_partial": false, "total_ms": 20000.0, "sampler_ms": 90.0, "by_mean": [], "by_total": [
            statement(copy, false, 1_250, 1_250_000, 42.1),
            statement("COMMIT", false, 1_250, 0, 3.25),
            statement("SELECT pg_catalog.pg_current_wal_insert_lsn()", true, 125, 125, 0.09),
        ]},
        "waits": [{"who": "writers", "events": [wait("IO:WALSync", 450), wait("LWLock:WALWrite", 300),
            wait("CPU", 120), wait("Client:ClientRead", 80), wait("Lock:extend", 30), wait("IO:DataFileExtend", 20)]}],
        "replication": [],
        "archiver": {"archived": 0, "failed": 0},
        "dropped": [{"view": "pg_stat_wal", "from_s": 31.0, "until_s": 32.0, "why": "reset"}]
    })
}

#[test]
fn a_soak_that_was_watched() {
    let record = judged(soak(), None);
    // One of its stalls came from a checkpoint.
    assert_eq!(record.verdict, Some(pgvalidate::model::Verdict::Fail));
    insta::assert_snapshot!("soak_en", summary(&record, Lang::En));
    insta::assert_snapshot!("soak_vi", summary(&record, Lang::Vi));
}

#[test]
fn a_soak_says_what_shape_it_had() {
    let mut value = soak();
    value["scenario"]["soak"]["pattern"] = json!("business-hours");
    value["scenario"]["soak"]["duration_s"] = json!(24.0);
    // A second an hour: the last batches are done after the day.
    value["series"] = (0..25)
        .map(|second| {
            json!({"second": second, "rows": (second + 1) * 10, "batches": 1, "failed": 0,
            "response_ms": null, "in_use": null, "waiting": null, "queue_depth": null,
            "client_cpu": null, "server": null})
        })
        .collect();
    let stage = |share: f64, tenants: u32, broken: &[&str]| {
        json!({"share": share, "tenants": tenants, "rate_rows_per_s": 10_000.0 * share,
            "elapsed_s": 8.0, "rows": 79_920, "rows_per_s": 9_990.0 * share,
            "response_p99_ms": 45.6, "broken": broken})
    };
    value["stages"] =
        json!([stage(0.1, 1, &[]), stage(0.5, 5, &["batch_response_p99", "tenant_sla"])]);
    value["regions"]["central"] = Value::Null;
    let record = judged(value, None);
    let part = |lang| {
        let text = summary(&record, lang);
        let from = text.find("  business day").or_else(|| text.find("  ngày làm việc")).unwrap();
        let to = text.find("  write pool").or_else(|| text.find("  pool ghi")).unwrap();
        text[from..to].to_owned()
    };
    insta::assert_snapshot!("shapes_en", part(Lang::En));
    insta::assert_snapshot!("shapes_vi", part(Lang::Vi));
}

#[test]
fn a_soak_of_which_little_was_seen_is_short() {
    let mut value = soak();
    value["scenario"]["soak"]["rate_rows_per_s"] = Value::Null;
    value["scenario"]["soak"]["writers"] = json!(8);
    for key in ["database", "stall_summary"] {
        value[key] = Value::Null;
    }
    value["stalls"] = json!([]);
    value["load"]["warm_up"] = Value::Null;
    value["harness"]["sampler_cost"] = Value::Null;
    let off = json!({"id": "switched_off", "args": {"flag": "--no-sampling"}});
    let few = json!({"id": "too_few_seconds", "args": {"seconds": 4, "needed": 10}});
    value["unavailable"] =
        json!([{"path": "database", "reason": off}, {"path": "stall_summary", "reason": few}]);
    let record = judged(value, None);
    insta::assert_snapshot!("blind_en", summary(&record, Lang::En));
}

/// Scans in an open loop, with a silent holder and a batch that was given up.
fn scans() -> Value {
    let mut value = example();
    value["scenario"]["name"] = json!("scans");
    value["scenario"]["scans"] = json!({"records": 10_000, "arrival_per_s": 10.0,
        "concurrent": null, "workers": 8, "poll_s": 5.0, "heartbeat_s": 15.0});
    value["scenario"]["batches"] = Value::Null;
    value["gain"] = Value::Null;
    value["database"] = database();
    value["findings"] = json!([]);
    value["harness"]["schedule_lag_ms"] = json!({"count": 200, "mean": 0.4, "p50": 0.31,
        "p95": 0.8, "p99": 0.94, "max": 2.25, "histogram": ""});
    for (name, ms) in [("submit", 3.2), ("poll", 1.1), ("scan", 181.0)] {
        let mut latency = value["latency"]["batch"].clone();
        latency["response_ms"] = json!({"count": 100, "mean": ms, "p50": ms, "p95": 2.0 * ms,
            "p99": 3.0 * ms, "max": 4.0 * ms, "histogram": ""});
        value["latency"][name] = latency;
    }
    value["pools"]["read"] = value["pools"]["write"].clone();
    value["queue"] = json!({"depth_max": 31, "depth_p95": 12.0, "samples": 104, "scans": 100,
        "scans_completed": 99, "drain_s": null, "claims_empty": 4, "holders_ended": 1,
        "given_up": 1});
    value
}

#[test]
fn scans_show_their_queue_and_what_tenants_wait_for() {
    let record = judged(scans(), None);
    insta::assert_snapshot!("scans_en", summary(&record, Lang::En));
    insta::assert_snapshot!("scans_vi", summary(&record, Lang::Vi));
}

#[test]
fn only_the_worst_stalls_are_shown() {
    let mut value = soak();
    let stall = |n: u32| {
        json!({"from_s": n * 10, "until_s": n * 10 + 1, "cause": "lock",
        "response_ms": 500.0 + f64::from(n), "evidence": [{"id": "lost_to",
        "args": {"waits": "Lock", "percent": 90}}]})
    };
    value["stalls"] = (0..9).map(stall).collect();
    let text = summary(&judged(value, None), Lang::En);
    let shown = text.lines().filter(|line| line.contains("a lock (90%")).count();
    assert_eq!(shown, 5);
    assert!(text.contains("    40-41 s, 504 ms: a lock"), "{text}");
    assert!(text.contains("    and 4 that were less bad, in the record"), "{text}");
}

#[test]
fn every_line_fits_eighty_columns() {
    use unicode_width::UnicodeWidthStr;
    let mut noted = example();
    let long = json!({"id": "batches_failed", "args": {"batches": 3,
        "error": "terminating connection due to administrator command, and more of it (57P01)"}});
    noted["findings"] = json!([long]);
    for value in [example(), noted, soak(), scans()] {
        let record = judged(value, None);
        for lang in [Lang::En, Lang::Vi] {
            for line in summary(&record, lang).lines() {
                assert!(line.width() <= 80, "{} columns: {line}", line.width());
            }
        }
    }
}

/// A mixed load: who reads and writes, what dashboards waited, contention.
#[test]
fn a_mixed_load() {
    let mut value = example();
    value["scenario"]["name"] = json!("mixed");
    value["scenario"]["mixed"] = json!({
        "duration_s": 600.0, "warm_up_s": 5.0, "reads": 0.7, "writes": 0.3, "users": 100,
        "rate_per_s": null, "think": 1.0, "records": 10_000, "workers": 4, "poll_s": 5.0,
        "heartbeat_s": 15.0,
    });
    value["gain"] = Value::Null;
    let latency = value["latency"]["batch"].clone();
    for kind in ["read", "summary", "page", "health", "submit", "poll", "scan"] {
        value["latency"][kind] = latency.clone();
    }
    value["reads"] = json!({
        "total": 2_100, "succeeded": 2_098, "failed": 2, "timeouts": 1, "reads_per_s": 3.4967,
        "share": 0.84, "rows": 70_000,
        "errors": [{"code": "57P01", "count": 2, "example": "terminating connection (57P01)"}],
    });
    value["pools"]["read"] = value["pools"]["write"].clone();
    value["pools"]["contention"] = json!({"reads_waited": 3, "writes_waited": 1, "waited": 4});
    let follows =
        json!({"id": "utilization_follows_from_users", "args": {"users": 100, "think": "1"}});
    value["findings"] = json!([follows]);
    let record = judged(value.clone(), None);
    insta::assert_snapshot!("mixed_en", summary(&record, Lang::En));
    insta::assert_snapshot!("mixed_vi", summary(&record, Lang::Vi));
    value["scenario"]["mixed"]["one_pool"] = json!(true);
    value["pools"]["read"] = Value::Null;
    let said = summary(&judged(value, None), Lang::En);
    assert!(said.contains("one pool for both: 3 reads waited"), "{said}");
}
