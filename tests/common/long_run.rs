//! A record with as much in it as a report has to cope with: ten minutes, a
//! hundred tenants, twenty checkpoints, stalls, recommendations.

use super::advised;
use pgvalidate::judge::advise;
use pgvalidate::judge::{criteria, judge};
use pgvalidate::model::RunRecord;
use serde_json::{Value, json};

/// How long it is.
pub const SECONDS: u32 = 600;

/// Checkpoints begin so many seconds apart.
const APART_S: u32 = 30;

/// A number between 0 and 1 that looks random, the same each time.
fn noise(second: u32, of: u32) -> f64 {
    let mixed =
        (second.wrapping_mul(2_654_435_761) ^ of.wrapping_mul(40_503)).wrapping_mul(2_246_822_519);
    f64::from(mixed >> 8) / f64::from(1 << 24)
}

/// How far a checkpoint is, from 0 to 1; none in the last third of its time.
fn in_checkpoint(second: u32) -> Option<f64> {
    let done = f64::from(second % APART_S) / f64::from(APART_S);
    (done < 0.7).then_some(done)
}

fn stalls_at(second: u32) -> bool {
    matches!(second, 81..=83 | 231 | 410..=414 | 530)
}

fn point(second: u32, histogram: &str) -> Value {
    let slow = match in_checkpoint(second) {
        Some(done) if done < 0.1 => 1.9,
        Some(_) => 1.3,
        None => 1.0,
    } * if stalls_at(second) { 9.0 } else { 1.0 };
    let p50 = (21.0 + 6.0 * noise(second, 1)) * slow;
    let p99 = p50 * (2.2 + 1.5 * noise(second, 2));
    let rows = (20_000.0 - 400.0 * noise(second, 3)) / if stalls_at(second) { 4.0 } else { 1.0 };
    let samples = |share: f64| (share * (60.0 + 50.0 * noise(second, 4))) as u32;
    json!({
        "second": second, "rows": rows as u64, "batches": (rows / 1000.0) as u64, "failed": 0,
        "response_ms": {"mean": p50 * 1.1, "p50": p50, "p95": p99 * 0.8, "p99": p99,
            "max": p99 * 1.2, "histogram": histogram},
        "in_use": 4.0 * slow + 3.0 * noise(second, 5), "waiting": if stalls_at(second) { 14.0 } else { 0.0 },
        "queue_depth": (5.0 * slow) as u64, "client_cpu": 0.12,
        "server": {
            "wal_bytes": (17.0e6 + 3.0e6 * noise(second, 6)) as u64 * if in_checkpoint(second).is_some_and(|d| d < 0.3) { 2 } else { 1 },
            "full_page_images": in_checkpoint(second).map_or(10, |d| (2_400.0 * (1.0 - d)) as u64),
            "wal_buffers_full": 3, "checkpointer_buffers": 900, "backend_buffers": 40,
            "waits": {"CPU": samples(0.3), "IO:WALSync": samples(0.25), "IO:DataFileRead": samples(0.05),
                "LWLock:WALInsert": samples(0.5), "LWLock:WALWrite": samples(0.2), "Client:ClientRead": samples(0.1),
                "Lock:extend": samples(0.04), "IPC:SyncRep": samples(0.01), "Timeout:VacuumDelay": samples(0.01),
                "BufferPin:BufferPin": 1, "Extension:Extension": 1, "Activity:WalWriterMain": 1},
            "checkpoint": if in_checkpoint(second).is_some() { "write" } else { "none" },
            "autovacuum_workers": 1, "copying_rows": 900, "replay_lag_bytes": null, "cpu": 1.4,
            "disk_written_bytes": 60_000_000, "disk_busy": 0.4
        }
    })
}

fn checkpoint(no: u32) -> Value {
    let began = f64::from(no * APART_S) - 2.0;
    json!({"began_s": began, "sync_began_s": began + 19.0, "ended_s": if no == 19 { Value::Null } else { json!(began + 21.0) },
        "kind": if no.is_multiple_of(3) { "timed" } else { "wal" }, "buffers": 9_000 + no * 17,
        "wal_distance_bytes": 480_000_000 + u64::from(no) * 1_000_000})
}

fn stalls() -> Value {
    json!([
        {"from_s": 81, "until_s": 84, "response_ms": 980.0, "cause": "checkpoint_sync", "evidence": [
            {"id": "checkpoint_synced", "args": {"seconds": 2, "of": 3, "usual_percent": 0}},
            {"id": "lost_to", "args": {"waits": "IO, LWLock:WALWrite", "percent": 93}}]},
        {"from_s": 231, "until_s": 232, "response_ms": 620.0, "cause": "full_page_images", "evidence": []},
        {"from_s": 410, "until_s": 415, "response_ms": 1_104.0, "cause": "lock", "evidence": [
            {"id": "lost_to", "args": {"waits": "Lock", "percent": 90}}]},
        {"from_s": 530, "until_s": 531, "response_ms": 597.0, "cause": "unexplained", "evidence": [
            {"id": "leading_wait", "args": {"event": "LWLock:LockManager", "percent": 71}}]}
    ])
}

fn statement(no: u64) -> Value {
    let columns: Vec<String> = (0..12).map(|c| format!("column_{c}")).collect();
    let query = format!(
        "INSERT INTO {{tenant}}.\"processing_activities\" ({}) SELECT * FROM pg_catalog.unnest($1, $2, $3) -- {no}",
        columns.join(", ")
    );
    json!({"query": query, "of_sampler": no == 9, "entries": 100, "calls": 12_000 / (no + 1),
        "rows": 12_000_000 / (no + 1), "total_ms": 400_000.0 / (no + 1) as f64, "mean_ms": 31.0,
        "blocks_hit": 9, "blocks_read": 1, "wal_bytes": 9_000_000_000_u64 / (no + 1)})
}

/// The record, advised on and judged.
pub fn long_run() -> RunRecord {
    let mut record = advised::soak();
    advise::enter(&mut record);
    let mut value = serde_json::to_value(&record).unwrap();
    let histogram = value["latency"]["batch"]["response_ms"]["histogram"].clone();
    let histogram = histogram.as_str().unwrap();
    value["series"] = (0..SECONDS).map(|second| point(second, histogram)).collect();
    let s = &mut value["scenario"];
    s["soak"] = json!({"duration_s": f64::from(SECONDS), "warm_up_s": 10.0, "rate_rows_per_s": 20_000.0,
        "writers": null, "stages": [0.1, 0.5, 1.0]});
    (s["size"], s["tenants"], s["seed"]) = (json!(1_000), json!(100), json!(7));
    for key in ["batches", "rows", "rows_stored"] {
        s[key] = Value::Null;
    }
    value["argv"] = json!([
        "pgvalidate",
        "soak",
        "--url",
        "(db.example:5432/app as dba)",
        "--rate",
        "20000",
        "--duration",
        "10m",
        "--stages",
        "10%,50%,100%"
    ]);
    value["server"]["private"] = json!(false);
    value["server"]["address"] = json!("db.example:5432/app as dba");
    value["load"]["rows_acknowledged"] = json!(11_880_000);
    value["load"]["rows_per_s"] = json!(19_797.4);
    value["load"]["elapsed_s"] = json!(600.1);
    value["load"]["batches"]["total"] = json!(11_880);
    value["load"]["batches"]["succeeded"] = json!(11_880);
    value["load"]["batches"]["retried"] = json!(2);
    value["load"]["errors"] = json!([{"code": "57P01", "count": 2,
        "example": "terminating connection due to administrator command (57P01)"}]);
    value["verification"]["rows_expected"] = json!(11_880_000);
    value["verification"]["rows_found"] = json!(11_880_000);
    let response = &mut value["latency"]["batch"]["response_ms"];
    for (name, ms) in
        [("mean", 31.0), ("p50", 26.4), ("p95", 61.0), ("p99", 97.8), ("max", 1_104.0)]
    {
        response[name] = json!(ms);
    }
    response["count"] = json!(11_880);
    let tenant = |no: u32| {
        json!({"no": no, "region": "north", "rows": 119_000 - no, "batches": 119,
        "response_p99_ms": 210.0 - f64::from(no)})
    };
    value["tenants"] = json!({"count": 100, "busiest_share": 0.011,
        "response_p99_ms": {"min": 60.0, "p50": 96.0, "max": 209.0, "max_over_p50": 2.177},
        "rows": {"min": 110_000.0, "p50": 118_000.0, "max": 121_000.0, "max_over_p50": 1.0254},
        "slowest": (1..=5).map(tenant).collect::<Vec<_>>()});
    value["regions"]["central"] = Value::Null;
    let stage = |share: f64, tenants: u32| {
        json!({"share": share, "tenants": tenants,
        "rate_rows_per_s": 20_000.0 * share, "elapsed_s": 200.0, "rows": 400_000, "rows_per_s": 19_990.0 * share,
        "response_p99_ms": 45.6, "broken": []})
    };
    value["stages"] = json!([stage(0.1, 10), stage(0.5, 50), stage(1.0, 100)]);
    let database = &mut value["database"];
    let by_phase = |phase: &str, ratio: f64| {
        json!({"phase": phase, "seconds": 120, "batches": 2_400,
        "response_ms_mean": 24.0 * ratio, "ratio": ratio})
    };
    database["checkpoints"] = json!({"timed": 7, "requested": 13, "requested_share": 0.65,
        "write_ms": 380_000.0, "sync_ms": 40_000.0, "buffers": 180_000, "source": "log",
        "each": (0..20).map(checkpoint).collect::<Vec<_>>(),
        "by_phase": [by_phase("early", 1.92), by_phase("write", 1.31), by_phase("sync", 1.5), by_phase("none", 1.0)]});
    database["statements"] = json!({"version": "1.10", "is_partial": false, "total_ms": 900_000.0,
        "sampler_ms": 900.0, "by_mean": [], "by_total": (0..10).map(statement).collect::<Vec<_>>()});
    database["replication"] = json!([{"name": "standby-1", "state": "streaming", "sync_state": "async",
        "replay_lag_bytes_max": 48_000_000}]);
    database["dropped"] =
        json!([{"view": "pg_stat_wal", "from_s": 300.0, "until_s": 301.0, "why": "restarted"}]);
    value["stall_summary"] = json!({"seconds": SECONDS, "usual_ms": 81.0, "limit_ms": 240.0,
        "stalled_seconds": 10, "explained_share": 0.9, "checkpoint_stalls": 1});
    value["stalls"] = stalls();
    value["faults"] = json!([{"name": "kill-backends", "injected_at_s": 150.0, "healed_at_s": 156.5,
        "hit": 20, "before_rows_per_s": 19_900.0, "during_rows_per_s": 11_020.0, "first_commit_s": 0.41,
        "recovered_s": 2.0, "notes": []}]);
    value["recovery"] = json!({"first_commit_s": 0.41, "recovered_s": 2.0, "orphaned_sessions": 0,
        "orphaned_locks": null});
    let probe = |name: &str, outcome: &str, observed: Value| {
        json!({"name": name, "group": "reading",
        "when": "beside_load", "from": 1, "to": 2, "expected": ["42501"], "observed": observed,
        "outcome": outcome, "note": null})
    };
    value["isolation"] = json!({"pairs": 6, "pairs_all": 9_900, "tried": 2, "denied": 1,
        "open_by_design": 0, "leaks": 1, "not_tried": 1, "beside_load": 2,
        "probes": [probe("select_rows", "denied", json!("42501")), probe("copy_rows", "leak", json!(118)),
            probe("read_file", "not_tried", Value::Null)]});
    measure_one(&mut value["recommendations"]);
    let mut record: RunRecord = serde_json::from_value(value).unwrap();
    let judgement = judge(&record, &criteria::load(None, "soak").unwrap(), None);
    record.criteria = judgement.criteria;
    record.verdict = Some(judgement.verdict);
    record.reasons = judgement.reasons;
    record
}

/// One of the recommendations was measured again, and helped.
fn measure_one(recommendations: &mut Value) {
    let compared = |metric: &str, before: f64, after: f64| {
        let change = after / before - 1.0;
        json!({"base": "before", "other": "after", "metric": metric, "more_is_better": true,
            "base_runs": 6, "other_runs": 6, "base_median": before, "other_median": after,
            "change": change, "change_low": change - 0.02, "change_high": change + 0.02, "p": 0.002,
            "outcome": "better", "could_see": null, "runs_needed": null, "notes": []})
    };
    let all = recommendations.as_array_mut().unwrap();
    let first = all.iter_mut().find(|one| one["outcome"] == "proposed").unwrap();
    first["verified"] = json!({"outcome": "verified", "notes": [], "compared": [
        compared("load.checkpointed_rows_per_s", 19_700.0, 24_310.0),
        compared("database.wal.bytes_per_row", 900.0, 512.0)]});
}
