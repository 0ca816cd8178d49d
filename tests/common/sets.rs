//! A set of each kind, with all that its page can show.

use super::advised;
use pgvalidate::judge::advise::{Given, advise};
use pgvalidate::model::set::Set;
use serde_json::{Value, json};

/// The kinds that have more to show than their runs.
pub const KINDS: [&str; 6] = ["methods", "capacity", "sweep", "faults", "tune", "compare"];

/// A set of this kind.
pub fn set(kind: &str) -> Set {
    let value = match kind {
        "methods" => methods(),
        "capacity" => capacity(),
        "sweep" => sweep(),
        "faults" => faults(),
        "tune" => tune(),
        _ => compare(),
    };
    serde_json::from_value(value).unwrap()
}

pub fn note(id: &str, args: Value) -> Value {
    json!({"id": id, "args": args})
}

/// A set with a run of each role and round.
fn of(kind: &str, argv: &[&str], roles: &[&str], rounds: usize, verdict: &str) -> Value {
    let member = |no: usize, role: &&str| {
        json!({"label": format!("{role} #{no}"), "role": role, "sha256": "", "verdict": "pass",
            "run_id": format!("1b4e28ba-2fa1-41d2-883f-0016d3cca4{no:02}"),
            "path": format!("20261125T133605Z-burst-1b4e28b{no}/run.json")})
    };
    let members: Vec<Value> =
        (1..=rounds).flat_map(|no| roles.iter().map(move |role| member(no, role))).collect();
    let argv: Vec<&str> = ["pgvalidate", kind].iter().chain(argv).copied().collect();
    json!({
        "schema_version": "1.5", "tool_version": "0.1.0", "kind": kind,
        "set_id": "7c7bcf26-5c1d-4a6e-9f2d-3f0f5c5e8a11",
        "started_at": "2026-11-25T13:36:05Z", "finished_at": "2026-11-25T13:51:15Z",
        "argv": argv, "private": true, "members": members, "table": [], "verdict": verdict,
        "reasons": [], "findings": []
    })
}

fn methods() -> Value {
    let table: Vec<Value> = [
        ("copy-binary 5000", 182_431.0, 176_002.0, 188_120.0, Some(9.8), 31.2),
        ("copy-binary 500", 151_208.0, 149_870.0, 155_441.0, Some(11.2), 8.4),
        ("copy-text 5000", 133_964.0, 131_027.0, 134_377.0, Some(14.9), 41.0),
        ("unnest 5000", 104_417.0, 98_310.0, 108_802.0, Some(17.3), 55.3),
        ("unnest 500", 97_120.0, 95_002.0, 99_140.0, Some(17.9), 12.8),
        ("values 500", 61_844.0, 58_219.0, 63_030.0, Some(28.4), 18.6),
        ("prepared-batch 500", 40_310.0, 39_877.0, 41_001.0, None, 27.7),
        ("autocommit", 1_942.0, 1_877.0, 2_011.0, None, 1.4),
    ]
    .map(|(role, rate, low, high, server, p99)| {
        json!({"role": role, "runs": 3, "rows_per_s": rate, "rows_per_s_min": low,
            "rows_per_s_max": high, "gain": rate / 1_942.0, "wal_bytes_per_row": 812.4,
            "client_cpu_us_per_row": 0.89, "server_cpu_us_per_row": server,
            "service_p99_ms": p99, "response_p99_ms": 2_029.0,
            "best": role == "copy-binary 5000",
            "broken": if role == "values 500" { json!(["failed_batches"]) } else { json!([]) },
            "notes": if role == "copy-text 5000" {
                json!([note("client_limit", json!({"runs": 1, "of": 3}))])
            } else { json!([]) }})
    })
    .into();
    let roles: Vec<&str> = table.iter().map(|row| row["role"].as_str().unwrap()).collect();
    let mut set = of("methods", &["--rounds", "3"], &roles, 3, "fail");
    let broke =
        note("run_broke", json!({"label": "values 500 #2", "criteria": ["failed_batches"]}));
    set["reasons"] = json!([broke]);
    set["table"] = json!(table);
    set
}

fn capacity() -> Value {
    let step = |role: String, rate: Option<f64>, stored: f64, p99: f64, broken: &[&str]| {
        json!({"role": role, "runs": if rate == Some(30_000.0) { 3 } else { 1 },
            "offered_rows_per_s": rate, "rows_per_s": stored, "rows_per_s_min": stored * 0.98,
            "rows_per_s_max": stored * 1.01, "response_p99_ms": p99, "best": false,
            "broken": broken, "notes": []})
    };
    let mut table: Vec<Value> =
        [(1, 9_870.0), (2, 19_020.0), (4, 33_412.0), (8, 34_001.0), (16, 33_100.0)]
            .map(|(n, rate)| step(format!("writers {n}"), None, rate, 14.0 * f64::from(n), &[]))
            .into();
    let pool = "write_pool_utilization";
    for (rate, stored, p99, broken) in [
        (40_000.0, 35_210.0, 8_760.0, &[pool, "offered_share"][..]),
        (20_000.0, 20_000.0, 31.0, &[]),
        (30_000.0, 29_980.0, 88.0, &[pool]),
        (32_500.0, 32_480.0, 140.0, &[]),
        (35_000.0, 34_390.0, 1_904.0, &["batch_response_p99", pool]),
        (33_800.0, 33_700.0, 610.0, &[pool]),
    ] {
        table.push(step(format!("rate {rate}"), Some(rate), stored, p99, broken));
    }
    let mut unseen = step("rate 80000".to_owned(), Some(80_000.0), 61_000.0, 12_400.0, &[]);
    unseen["notes"] = json!([note("client_limit", json!({"runs": 1, "of": 1}))]);
    table.push(unseen);
    let roles: Vec<&str> = table.iter().map(|row| row["role"].as_str().unwrap()).collect();
    let mut set = of("capacity", &["--need", "25000/s"], &roles, 1, "pass");
    set["findings"] = json!([note("short_steps", json!({"seconds": 20, "rate": 32_500.0}))]);
    set["capacity"] = json!({"sustained_rows_per_s": 32_500.0, "broken_rows_per_s": 33_800.0,
        "first_broken": pool, "best_writers": 4, "need_rows_per_s": 25_000.0, "headroom": 1.3});
    set["table"] = json!(table);
    set
}

/// A metric of two groups: medians, change, its ends and p.
fn compared(
    (base, other): (&str, &str),
    metric: &str,
    [before, after]: [f64; 2],
    [low, high]: [f64; 2],
    (p, outcome): (f64, &str),
) -> Value {
    let more = if metric.contains("rows_per_s") { json!(true) } else { json!(false) };
    json!({"base": base, "other": other, "metric": metric, "more_is_better": more,
        "base_runs": 6, "other_runs": 6, "base_median": before, "other_median": after,
        "change": after / before - 1.0, "change_low": low, "change_high": high, "p": p,
        "outcome": outcome, "could_see": 0.11, "runs_needed": 12, "notes": []})
}

fn sweep() -> Value {
    let row = |role: &str, median: f64, verdict: &str, gives_up: &[&str]| {
        json!({"role": role, "runs": 6, "rows_per_s": median, "rows_per_s_min": median * 0.95,
            "rows_per_s_max": median * 1.04, "wal_bytes_per_row": 812.0, "service_p99_ms": 140.0,
            "response_p99_ms": 2_028.0, "best": role == "tuned", "notes": [],
            "broken": if verdict == "fail" { json!(["elapsed"]) } else { json!([]) },
            "arm": {"config": format!("configs/postgres/{role}.conf"),
                "metric": "load.rows_per_s", "median": median, "low": median * 0.97,
                "high": median * 1.03, "checkpoints_timed": 0, "checkpoints_requested": 7,
                "broke_runs": if verdict == "fail" { 2 } else { 0 }, "verdict": verdict,
                "gives_up": gives_up, "failed_runs": 0, "left_out": 0}})
    };
    let unmeasured = |role: &str, notes: Value, failed: u32, left_out: u32| {
        json!({"role": role, "runs": 0, "best": false, "broken": [], "notes": notes,
            "arm": {"config": format!("configs/{role}.conf"), "metric": "load.rows_per_s",
                "median": null, "low": null, "high": null, "checkpoints_timed": null,
                "checkpoints_requested": null, "broke_runs": 0, "verdict": null, "gives_up": [],
                "failed_runs": failed, "left_out": left_out}})
    };
    let mut lax = row("async-commit", 163_815.0, "pass", &["synchronous_commit = off"]);
    let settings = json!({"settings": "synchronous_commit = off"});
    lax["notes"] = json!([note("gives_up", settings)]);
    let said = "LOG: unrecognized configuration parameter \"shared_bufers\" in file \
        \"configs/typo.conf\" line 7";
    let panic = "PANIC: could not write to file \"pg_wal/xlogtemp.9\": No space left on device";
    let crashed = json!([
        note("runs_failed", json!({"failed": 2, "of": 2})),
        note("server_said", json!({"line": panic})),
        note("runs_left_out", json!({"runs": 4}))
    ]);
    let table = json!([
        lax,
        row("tuned", 134_620.0, "pass", &[]),
        row("tuned-for-a-machine-with-much-memory", 124_620.0, "fail", &[]),
        row("stock", 121_605.0, "pass", &[]),
        row("low-memory", 84_420.0, "pass", &[]),
        unmeasured("crashes", crashed, 2, 4),
        unmeasured("typo", json!([note("does_not_start", json!({"said": said}))]), 0, 6),
    ]);
    let roles = ["stock", "tuned", "low-memory", "async-commit", "crashes"];
    let argv = ["configs/postgres/*.conf", "--repeat", "6"];
    let mut set = of("sweep", &argv, &roles, 6, "inconclusive");
    let with = |other: &str, median: f64, ends: [f64; 2], sure: (f64, &str)| {
        compared(("stock", other), "load.rows_per_s", [121_605.0, median], ends, sure)
    };
    let pair = ("low-memory", "tuned");
    let rates = [84_420.0, 134_620.0];
    set["comparisons"] = json!([
        with("tuned", 134_620.0, [0.07, 0.14], (0.002, "better")),
        with("low-memory", 84_420.0, [-0.34, -0.27], (0.0002, "worse")),
        with("async-commit", 163_815.0, [0.31, 0.39], (0.002, "better")),
        with(
            "tuned-for-a-machine-with-much-memory",
            124_620.0,
            [-0.02, 0.08],
            (0.13, "inconclusive")
        ),
        compared(pair, "load.rows_per_s", rates, [0.55, 0.63], (0.002, "better")),
    ]);
    set["table"] = table;
    set["reasons"] = json!([note("not_measured", json!({"roles": "crashes, typo"}))]);
    set
}

fn faults() -> Value {
    let row = |name: &str,
               verdict: Value,
               counts: [u64; 4],
               back: Option<[f64; 2]>,
               notes: Value| {
        let [retried, in_doubt, committed, lost] = counts;
        json!({"fault": {"name": name, "injected_at_s": 5.0, "healed_at_s": 9.3, "hit": 4,
                "before_rows_per_s": 21_340.0, "during_rows_per_s": 1_204.5,
                "first_commit_s": back.map(|b| b[0]), "recovered_s": back.map(|b| b[1]),
                "is_healed": true, "is_recovered": back.map(|_| true), "notes": notes},
            "batches": {"total": 1_204, "succeeded": 1_204, "failed": 0, "retried": retried,
                "in_doubt": in_doubt, "in_doubt_committed": committed,
                "in_doubt_rolled_back": in_doubt - committed, "timeouts": 0, "stopped": 0, "in_doubt_contradicted": 0,
                "acknowledged_local": 0},
            "errors": [{"code": "57P01", "count": 4, "example": "terminating connection"},
                {"code": "connection reset", "count": 2, "example": "reset"}],
            "lost": lost, "duplicated": 0, "corrupted": 0, "misplaced": 0,
            "acknowledged_lost": 0,
            "recovery": {"first_commit_s": 0.1, "recovered_s": 1.0, "not_recovered": 0,
                "not_healed": 0, "orphaned_sessions": 0, "orphaned_locks": 0},
            "verdict": verdict})
    };
    let absent = |name: &str, why: &str| {
        json!({"fault": {"name": name, "injected_at_s": null, "healed_at_s": null, "hit": null,
                "before_rows_per_s": null, "during_rows_per_s": null, "first_commit_s": null,
                "recovered_s": null, "notes": [note(why, json!({}))]},
            "batches": null, "errors": [], "lost": null, "duplicated": null, "corrupted": null,
            "misplaced": null, "acknowledged_lost": null, "recovery": null, "verdict": null})
    };
    let none = || json!([]);
    let caveat = || json!([note("kill_proves_no_fsync", json!({}))]);
    let rows = json!([
        row("terminate-backends", json!("pass"), [4, 0, 0, 0], Some([0.02, 1.0]), none()),
        row("network-rst", json!("pass"), [4, 3, 2, 0], Some([0.31, 1.9]), none()),
        row("commit-reply-cut", json!("pass"), [1, 1, 1, 0], Some([0.04, 0.0]), none()),
        row(
            "freeze",
            json!("inconclusive"),
            [0, 0, 0, 0],
            None,
            json!([note("load_over_before_recovery", json!({}))])
        ),
        row("kill-postmaster", json!("pass"), [9, 4, 1, 0], Some([1.2, 3.4]), caveat()),
        row("crash", json!("fail"), [12, 5, 2, 14], Some([2.6, 6.1]), caveat()),
        absent("disk-full", "only_private"),
        absent("table-lock", "holds_locks"),
    ]);
    let roles = ["terminate-backends", "network-rst", "commit-reply-cut", "freeze", "crash"];
    let mut set = of("faults", &[], &roles, 1, "fail");
    set["faults"] = rows;
    let broke = json!({"label": "crash", "criteria": "lost"});
    set["reasons"] = json!([note("run_broke", broke)]);
    set
}

fn tune() -> Value {
    let said = advise(&advised::soak(), &Given::default());
    let mut said = serde_json::to_value(said).unwrap();
    let sides = |rule: &str, rates: [f64; 2], ends: [f64; 2], sure: (f64, &str)| {
        let roles = ("before", rule);
        json!([
            compared(roles, "load.checkpointed_rows_per_s", rates, ends, sure),
            compared(
                roles,
                "latency.batch.response_ms.p99",
                [88.0, 61.0],
                [-0.4, -0.2],
                (0.002, "better")
            ),
            compared(
                roles,
                "database.wal.bytes_per_row",
                [900.0, 640.0],
                [-0.3, -0.28],
                (0.002, "better")
            ),
        ])
    };
    let outcomes = [
        ("verified", [42_100.0, 55_310.0], [0.27, 0.36], (0.002, "better")),
        ("no-effect", [42_100.0, 42_310.0], [-0.02, 0.03], (0.7, "same")),
        ("regressed", [42_100.0, 35_010.0], [-0.2, -0.13], (0.004, "worse")),
        ("could-not-tell", [42_100.0, 44_900.0], [-0.06, 0.19], (0.09, "inconclusive")),
    ];
    let proposed = said.as_array_mut().unwrap().iter_mut();
    let mut proposed = proposed.filter(|one| one["outcome"] == "proposed");
    for (outcome, rates, ends, sure) in outcomes {
        let one = proposed.next().unwrap();
        let rule = one["rule"].as_str().unwrap().to_owned();
        one["verified"] =
            json!({"outcome": outcome, "compared": sides(&rule, rates, ends, sure), "notes": []});
    }
    let open = proposed.next().unwrap();
    open["verified"] = json!({"outcome": "not-verifiable", "compared": [],
        "notes": [note("no_time_for", json!({"needed_s": 5_400, "time_s": 1_800}))]});
    let mut set =
        of("tune", &["--verify"], &["evidence", "before", "max_wal_size"], 6, "inconclusive");
    set["private"] = json!(false);
    set["comparisons"] =
        sides("max_wal_size, wal_buffers", [42_100.0, 58_400.0], [0.33, 0.45], (0.002, "better"));
    set["recommendations"] = said;
    set["journal"] = json!([
        {"label": "max_wal_size #1", "setting": "max_wal_size", "before": "1GB", "during": "16GB",
            "at": "2026-11-25T13:40:00Z", "undone_at": "2026-11-25T13:42:00Z"},
        {"label": "max_wal_size #2", "setting": "max_wal_size", "before": "1GB", "during": "16GB",
            "at": "2026-11-25T13:44:00Z", "undone_at": null},
    ]);
    set["reasons"] = json!([note("could_not_tell_of", json!({"rules": "checkpoint_timeout"}))]);
    set
}

fn compare() -> Value {
    let metric = |path: &str, medians, ends, sure| compared(("A", "B"), path, medians, ends, sure);
    let same = (1.0, "same");
    let mut all = vec![
        metric("load.rows_per_s", [100_000.0, 85_000.0], [-0.171, -0.129], (0.0002, "worse")),
        metric("load.elapsed_s", [2.5, 2.94], [0.147, 0.206], (0.0002, "worse")),
        metric("latency.batch.response_ms.mean", [1_756.0, 1_756.0], [0.0, 0.0], same),
        metric(
            "latency.batch.response_ms.p99",
            [2_029.0, 1_927.0],
            [-0.3, 0.2],
            (0.69, "inconclusive"),
        ),
        metric("database.wal.bytes_per_row", [812.0, 640.0], [-0.22, -0.2], (0.0002, "better")),
        metric("database.wal.full_page_share_at_most", [0.0004, 0.0004], [0.0, 0.0], same),
        metric("server_cpu_us_per_row", [16.4, 19.8], [0.174, 0.245], (0.0002, "worse")),
        metric("database.checkpoints.requested", [1.0, 40.0], [30.0, 42.0], (0.0002, "worse")),
    ];
    // One that rose from nothing has no change to name.
    for key in ["change", "change_low", "change_high"] {
        all[7][key] = Value::Null;
    }
    (all[7]["base_median"], all[7]["more_is_better"]) = (json!(0.0), Value::Null);
    all[6]["notes"] = json!([note("missing_in", json!({"missing": 1, "of": 16}))]);
    let mut set = of("compare", &["a", "b", "--threshold", "5%"], &["A", "B"], 8, "fail");
    for (no, member) in set["members"].as_array_mut().unwrap().iter_mut().enumerate() {
        member["path"] = json!(format!("../20261125T133605Z-burst-1b4e28b{no}/run.json"));
    }
    set["private"] = json!(false);
    set["comparisons"] = json!(all);
    set["findings"] = json!([note("not_interleaved", json!({"first": "A", "then": "B"}))]);
    set["reasons"] = json!([note(
        "compared_worse",
        json!({"base": "A", "other": "B",
        "metric": "load.rows_per_s", "percent": -15.0, "p": 0.0002, "threshold": 5.0})
    )]);
    set
}

/// A name that means something in markup.
const ODD: &str = "</script><img src=x onerror=window.owned=1>";

fn item(id: &str, section: &str, how: &str, answer: &str, evidence: Value) -> Value {
    json!({"id": id, "section": section, "how": how, "answer": answer, "evidence": evidence})
}

/// A sign-off; one of its runs lies elsewhere, and one has an odd name.
pub fn signoff(private: bool, verdict: &str) -> Set {
    let member = |name: &str| {
        json!({"label": name, "role": name, "run_id": "1", "sha256": "", "verdict": "pass",
            "path": format!("20260101T000000Z-{name}-1b4e28ba/run.json")})
    };
    let row = |name: &str| {
        json!({"role": name, "runs": 1, "rows_per_s": 19_990.4, "response_p99_ms": 97.8,
            "best": false, "broken": [], "notes": []})
    };
    let passed = |name: &str| note("member_passed", json!({"member": name}));
    let hostile = note("not_verified", json!({"member": ODD}));
    let is_good = verdict == "pass";
    let unless_good = |answer: &'static str| if is_good { "yes" } else { answer };
    let checklist = json!([
        item("load_test", "load", "measured", "yes", json!([passed("burst"), passed("soak")])),
        item("gain", "load", "measured", "yes", json!([])),
        item("nothing_lost", "load", "measured", unless_good("inconclusive"), json!([hostile])),
        item("durability", "server", "read", "yes", json!([])),
        item("logging", "server", "read", "warning", json!([])),
        item("tls", "security", "read", unless_good("no"), json!([])),
        item("credentials", "security", "person", "open", json!([])),
        item("restore", "operations", "person", "open", json!([])),
        item("audit_trail", "compliance", "person", "not-run", json!([])),
    ]);
    let value = json!({
        "schema_version": "1.4", "tool_version": "0.1.0", "set_id": "7c7bcf26", "kind": "signoff",
        "started_at": "2026-11-25T13:36:05Z", "finished_at": "2026-11-25T13:51:15Z",
        "argv": ["pgvalidate", "signoff", "--url", "(db.example:5432/app as app)"],
        "private": private, "members": [member("burst"), member("soak"), member(ODD),
            {"label": "far", "role": "far", "run_id": "1", "sha256": "", "verdict": "pass",
                "path": "//far.example/run.json"}],
        "table": [row("burst"), row("soak")], "checklist": checklist, "verdict": verdict,
        "reasons": [note("items_open", json!({"items": 2}))], "findings": []
    });
    serde_json::from_value(value).unwrap()
}

/// A set of each kind, a sign-off among them.
pub fn all() -> Vec<Set> {
    KINDS.iter().map(|kind| set(kind)).chain([signoff(false, "pass")]).collect()
}

/// Changes each value within another by what it is called.
pub fn each(value: &mut Value, change: &mut impl FnMut(&str, &mut Value)) {
    fn go(key: &str, value: &mut Value, change: &mut impl FnMut(&str, &mut Value)) {
        match value {
            Value::Object(map) => map.iter_mut().for_each(|(key, value)| go(key, value, change)),
            Value::Array(list) => list.iter_mut().for_each(|value| go(key, value, change)),
            value => change(key, value),
        }
    }
    go("", value, change);
}

/// Every text of a set that isn't a word of ours, replaced.
pub fn hostile(set: &Set, text: &str) -> Set {
    const OURS: [&str; 11] = [
        "kind",
        "verdict",
        "outcome",
        "applies",
        "risk",
        "confidence",
        "is",
        "section",
        "how",
        "answer",
        "path",
    ];
    let mut value = serde_json::to_value(set).unwrap();
    each(&mut value, &mut |key, value| {
        if value.is_string() && !OURS.contains(&key) {
            *value = json!(text);
        }
    });
    serde_json::from_value(value).unwrap()
}
