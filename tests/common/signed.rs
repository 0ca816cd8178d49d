//! Sign-offs that are put together from constructed runs and facts.

#![allow(dead_code)]

use pgvalidate::judge::checklist::{self, Ran, Seen, Unrun, conf};
use pgvalidate::judge::set::{Done, table};
use pgvalidate::judge::{criteria, judge};
use pgvalidate::model::RunRecord;
use pgvalidate::model::facts::{
    ArchiverFacts, Facts, FileFault, HbaRule, SessionFacts, SettingFact, Sight, StandbyFacts,
};
use pgvalidate::model::set::{Member, Set};
use pgvalidate::model::{Note, Verdict};
use serde_json::{Value, json};

pub fn example() -> Value {
    serde_json::from_str(include_str!("../../results/example/run.json")).unwrap()
}

/// The example's burst as another scenario, with figures of its own.
pub fn record(change: impl FnOnce(&mut Value)) -> RunRecord {
    let mut value = example();
    value["verdict"] = json!("pass");
    change(&mut value);
    serde_json::from_value(value).unwrap()
}

pub fn criterion(
    id: &str,
    metric: &str,
    observed: Option<f64>,
    limit: f64,
    verdict: &str,
) -> Value {
    let reason = match observed {
        Some(_) => json!({"id": "within_limit", "args": {}}),
        None => json!({"id": "no_checkpoint", "args": {"soak_for_s": 600}}),
    };
    json!({"id": id, "metric": metric, "is": "<", "kind": "performance", "observed": observed,
        "limit": limit, "verdict": verdict, "reason": reason})
}

pub fn distribution() -> Value {
    example()["latency"]["batch"]["response_ms"].clone()
}

pub fn burst() -> RunRecord {
    record(|_| {})
}

/// A soak that passed, with tenants, regions and stages.
pub fn soak(name: &str, pass: bool) -> RunRecord {
    record(|value| {
        value["scenario"]["name"] = json!(name);
        value["scenario"]["soak"] = json!({"duration_s": 630.0, "warm_up_s": 5.0,
            "rate_rows_per_s": 5_000.0, "writers": null});
        value["verdict"] = json!(if pass { "pass" } else { "fail" });
        value["gain"] = Value::Null;
        let verdict = if pass { "pass" } else { "fail" };
        value["criteria"] = json!([
            criterion("timeouts", "load.batches.timeouts", Some(0.0), 1.0, "pass"),
            criterion("my_queue", "queue.depth_max", Some(12.0), 50.0, "pass"),
            criterion(
                "my_submit",
                "latency.submit.response_ms.mean",
                Some(if pass { 41.5 } else { 441.5 }),
                200.0,
                verdict
            ),
            criterion(
                "checkpoints_on_schedule",
                "database.checkpoints.requested_share",
                pass.then_some(0.25),
                0.5,
                if pass { "pass" } else { "inconclusive" }
            ),
            criterion(
                "no_checkpoint_stall",
                "stall_summary.checkpoint_stalls",
                pass.then_some(0.0),
                1.0,
                if pass { "pass" } else { "inconclusive" }
            ),
            criterion(
                "index_cache_hit",
                "database.cache.index_hit_ratio",
                Some(0.9987),
                1.0,
                "pass"
            ),
        ]);
        if pass {
            let region = json!({"tenants": 3, "rows": 9, "batches": 3,
                "response_ms": distribution(), "scan_ms": null});
            value["regions"] = json!({"north": region, "central": region, "south": region});
            let spread = json!({"min": 8.0, "p50": 9.5, "max": 17.25, "max_over_p50": 1.8});
            value["tenants"] = json!({"count": 10, "response_p99_ms": spread, "rows": spread,
                "busiest_share": 0.1, "slowest": []});
            value["stages"] = json!([{"share": 0.1, "tenants": 1, "rate_rows_per_s": 500.0,
                "elapsed_s": 60.0, "rows": 30_000, "rows_per_s": 500.0, "response_p99_ms": 9.0,
                "broken": []}]);
        }
    })
}

/// Two tenants that tried to get at each other's rows, `change`d and judged anew.
pub fn isolation(change: impl FnOnce(&mut Value), is_known: bool) -> RunRecord {
    let text = include_str!("../fixtures/isolation.json");
    let mut value: Value = serde_json::from_str(text).unwrap();
    change(&mut value);
    let mut record: RunRecord = serde_json::from_value(value).unwrap();
    record.isolation.as_mut().unwrap().count(is_known);
    let judgement = judge(&record, &criteria::load(None, "isolation").unwrap(), None);
    record.criteria = judgement.criteria;
    record.verdict = Some(judgement.verdict);
    record.reasons = judgement.reasons;
    record
}

/// Everything came to `outcome`.
pub fn all_probes(value: &mut Value, outcome: &str, note: &Value) {
    for probe in value["isolation"]["probes"].as_array_mut().unwrap() {
        probe["outcome"] = json!(outcome);
        probe["note"] = note.clone();
    }
}

/// A run into which a fault came.
pub fn fault(name: &str, verdict: &str) -> RunRecord {
    record(|value| {
        value["verdict"] = json!(verdict);
        value["faults"] = json!([{"name": name, "injected_at_s": 3.2, "healed_at_s": 4.0,
            "hit": 8, "before_rows_per_s": 9.0, "during_rows_per_s": 1.0, "first_commit_s": 0.1,
            "recovered_s": 0.5, "is_healed": true, "is_recovered": true, "notes": []}]);
        value["criteria"] =
            json!([criterion("lost", "verification.lost", Some(0.0), 1.0, verdict)]);
    })
}

/// A run that came so far, and into which no fault came.
pub fn not_injected(name: &str) -> RunRecord {
    let mut record = fault(name, "inconclusive");
    let why = "there was no connection to hit; let the load run longer or give it more writers";
    let vi = "không có kết nối nào để tác động; hãy cho tải chạy lâu hơn hoặc thêm bộ ghi";
    record.faults[0].injected_at_s = None;
    record.faults[0].notes = vec![note("not_injected", json!({"en": why, "vi": vi}))];
    record
}

pub fn note(id: &str, args: Value) -> Note {
    serde_json::from_value(json!({"id": id, "args": args})).unwrap()
}

pub fn setting(name: &str, kind: &str, value: &str, unit: &str) -> SettingFact {
    let [name, kind, value, unit] = [name, kind, value, unit].map(str::to_owned);
    let source = "configuration file".to_owned();
    SettingFact { name, kind, value, unit, source, ..SettingFact::default() }
}

/// A server with nothing wrong.
pub fn good() -> Facts {
    let on = |name: &str| setting(name, "bool", "on", "");
    let mut settings: Vec<_> = [
        "fsync",
        "full_page_writes",
        "track_io_timing",
        "track_wal_io_timing",
        "track_counts",
        "track_activities",
        "log_checkpoints",
        "log_lock_waits",
    ]
    .map(on)
    .into();
    settings.push(setting("synchronous_commit", "enum", "on", ""));
    settings.push(setting("synchronous_standby_names", "string", "", ""));
    settings.push(setting("password_encryption", "enum", "scram-sha-256", ""));
    settings.push(setting("listen_addresses", "string", "*", ""));
    settings.push(setting("checkpoint_timeout", "integer", "300", "s"));
    settings.push(setting("log_min_duration_statement", "integer", "1000", "ms"));
    settings.push(setting("log_autovacuum_min_duration", "integer", "600000", "ms"));
    Facts {
        session: SessionFacts {
            role: "app".into(),
            encrypted: true,
            tls_version: "TLSv1.3".into(),
            cipher: "TLS_AES_256_GCM_SHA384".into(),
            version: "17.6".into(),
            version_num: 170_006,
            address: "db.example:5432/app as app".into(),
            statements_loaded: true,
            statements_created: true,
            reads_settings: true,
            reads_hba: true,
            reads_files: true,
            ..SessionFacts::default()
        },
        settings,
        files: Sight::Seen(Vec::new()),
        hba: Sight::Seen(vec![HbaRule {
            line: 1,
            kind: "hostssl".into(),
            address: "all".into(),
            method: "scram-sha-256".into(),
            ..HbaRule::default()
        }]),
        md5_roles: Sight::Seen(Vec::new()),
        archiver: Sight::Seen(ArchiverFacts {
            mode: "on".into(),
            archived: 812,
            archived_ago_s: Some(31.4),
            ..ArchiverFacts::default()
        }),
        standbys: Sight::Seen(vec![StandbyFacts {
            name: "b".into(),
            state: Some("streaming".into()),
            behind_bytes: Some(1 << 20),
            behind_s: Some(0.25),
            ..StandbyFacts::default()
        }]),
    }
}

/// A server with much wrong, seen by a role that sees little.
pub fn bad() -> Facts {
    let mut facts = good();
    for (name, value) in [
        ("fsync", "off"),
        ("track_io_timing", "off"),
        ("password_encryption", "md5"),
        ("log_lock_waits", "off"),
        ("log_min_duration_statement", "-1"),
    ] {
        facts.settings.iter_mut().find(|s| s.name == name).unwrap().value = value.into();
    }
    facts.settings[2].pending_restart = true;
    facts.session.encrypted = false;
    facts.session.is_superuser = true;
    facts.session.reads_settings = false;
    facts.session.statements_loaded = false;
    facts.session.started_s = 100.0;
    let file = "/etc/postgresql/17/main/postgresql.conf".to_owned();
    let (name, error) = ("no_such".to_owned(), "42704".to_owned());
    facts.files = Sight::Seen(vec![FileFault { name, file, line: 12, error }]);
    let rule = |line, address: &str, method: &str| HbaRule {
        line,
        kind: "host".into(),
        address: address.into(),
        method: method.into(),
        ..HbaRule::default()
    };
    facts.hba = Sight::Seen(vec![
        rule(3, "all", "trust"),
        rule(4, "samehost", "trust"),
        rule(5, "all", "password"),
        rule(6, "all", "md5"),
    ]);
    facts.md5_roles = Sight::Needs("GRANT SELECT ON pg_authid TO \"app\"".into());
    facts.archiver = Sight::Seen(ArchiverFacts {
        mode: "on".into(),
        failed: 4,
        failed_ago_s: Some(8.0),
        ..ArchiverFacts::default()
    });
    if let Sight::Seen(standbys) = &mut facts.standbys {
        standbys[0].behind_bytes = Some(900 << 20);
        standbys[0].behind_s = Some(75.0);
    }
    facts
}

/// A role that may see nothing, on a socket.
pub fn hidden() -> Facts {
    let mut facts = good();
    let needs = || "GRANT SELECT ON pg_hba_file_rules TO \"app\"".to_owned();
    facts.session.encrypted = false;
    facts.session.is_socket = true;
    facts.hba = Sight::Needs(needs());
    facts.files = Sight::Needs(needs());
    facts.md5_roles = Sight::Needs(needs());
    if let Sight::Seen(archiver) = &mut facts.archiver {
        archiver.mode = "off".into();
    }
    facts.standbys = Sight::Seen(Vec::new());
    facts
}

pub fn set(runs: &[(&str, RunRecord)], facts: &Facts, expect: &str, private: bool) -> Set {
    set_without(&[], runs, facts, expect, private)
}

pub fn set_without(
    unrun: &[Unrun],
    runs: &[(&str, RunRecord)],
    facts: &Facts,
    expect: &str,
    private: bool,
) -> Set {
    let done: Vec<Done> = runs
        .iter()
        .map(|(name, record)| Done {
            label: (*name).to_owned(),
            role: (*name).to_owned(),
            record: record.clone(),
        })
        .collect();
    let ran = |is_meant: &dyn Fn(&RunRecord) -> bool| {
        let done = done.iter().filter(|d| is_meant(&d.record));
        done.map(|d| Ran { name: &d.label, record: &d.record }).collect::<Vec<_>>()
    };
    let is_load = |record: &RunRecord| record.isolation.is_none() && record.faults.is_empty();
    let private_alone = note("only_private", json!({}));
    let left_out = [("crash", private_alone.clone()), ("freeze", private_alone)];
    let has_faults = done.iter().any(|d| !d.record.faults.is_empty());
    let expected = (!expect.is_empty()).then(|| conf::parse(expect, "expected.conf").unwrap());
    let snapshot = ["settings.json", "settings.conf", "undo.sql"].map(str::to_owned);
    let before = good();
    let checklist = checklist::answer(&Seen {
        unrun,
        runs: ran(&is_load),
        isolation: ran(&|record| record.isolation.is_some()),
        faults: ran(&|record| !record.faults.is_empty()),
        left_out: if has_faults && !private { &left_out[..] } else { &[] },
        before: &before,
        after: facts,
        expected: expected.as_ref(),
        snapshot: &snapshot,
        is_private: private,
        is_quick: private,
    });
    let (verdict, reasons) = checklist::conclude(&checklist);
    let member = |d: &Done| Member {
        label: d.label.clone(),
        role: d.role.clone(),
        run_id: String::new(),
        sha256: String::new(),
        path: String::new(),
        verdict: d.record.verdict,
    };
    let version = "17.6";
    let mut findings = vec![match private {
        true => note("private_server", json!({"version": version})),
        false => {
            let args = json!({"version": version, "address": "db.example:5432/app", "role": "app"});
            note("signed_server", args)
        }
    }];
    if private {
        findings.extend(["rehearsal", "quick"].map(|id| note(id, json!({}))));
    }
    Set {
        schema_version: "1.3".into(),
        tool_version: "0.1.0".into(),
        kind: "signoff".into(),
        started_at: "2026-11-25T13:36:05Z".into(),
        finished_at: Some("2026-11-25T13:51:15Z".into()),
        private,
        members: done.iter().map(member).collect(),
        table: table::rows(done.iter().filter(|d| is_load(&d.record))),
        checklist,
        verdict: Some(verdict),
        reasons,
        findings,
        ..Set::default()
    }
}

/// All loads, good ones.
pub fn runs() -> Vec<(&'static str, RunRecord)> {
    vec![
        ("burst", burst()),
        ("scans", soak("scans", true)),
        ("mixed", soak("mixed", true)),
        ("soak", soak("soak", true)),
    ]
}

/// All runs, good ones.
pub fn all_runs() -> Vec<(&'static str, RunRecord)> {
    let mut all = runs();
    all.push(("isolation", isolation(|_| {}, true)));
    for name in ["terminate-backends", "commit-reply-cut"] {
        all.push((name, fault(name, "pass")));
    }
    all
}

pub const EXPECTED: &str = "checkpoint_timeout = 5min\ntrack_io_timing = on\n";

pub fn passed() -> Set {
    set(&all_runs(), &good(), EXPECTED, false)
}

pub fn failed() -> Set {
    let leak = |value: &mut Value| {
        let probes = value["isolation"]["probes"].as_array_mut().unwrap();
        for probe in probes.iter_mut().filter(|p| p["name"] == "select" && p["from"] == 1) {
            (probe["outcome"], probe["observed"]) = (json!("leak"), json!(100));
        }
    };
    let runs = [
        ("burst", burst()),
        ("soak", soak("soak", false)),
        ("isolation", isolation(leak, true)),
        ("writer-dropped", fault("writer-dropped", "fail")),
        ("commit-reply-cut", fault("commit-reply-cut", "pass")),
    ];
    let expected = "fsync = on\ntrack_io_timing = true\nno_such = 1\ncheckpoint_timeout = soon\n\
                    log_lock_waits = on\n";
    set(&runs, &bad(), expected, false)
}

pub fn rehearsed() -> Set {
    set(&[("burst", burst())], &good(), "", true)
}

pub fn half_seen() -> Set {
    let why = note("no_create_role", json!({"role": "app"}));
    let untried = isolation(
        |value| {
            all_probes(value, "not_tried", &json!(why));
            value["isolation"]["beside_load"] = Value::Null;
            value["unavailable"] = json!([
                {"path": "isolation.leaks", "reason": why},
                {"path": "isolation.beside_load", "reason": why},
            ]);
        },
        false,
    );
    let mut all = runs();
    all.push(("isolation", untried));
    all.push(("commit-reply-cut", not_injected("commit-reply-cut")));
    set(&all, &hidden(), "log_directory = 'log'\n", false)
}

/// A run that says nothing, one that wasn't seen enough of, one that was
/// refused, and one that wasn't reached.
pub fn cut_short() -> Set {
    let busy = record(|value| {
        value["verdict"] = json!("invalid");
        let args = json!({"client_read_percent": 61, "samples": 120});
        value["reasons"] = json!([{"id": "client_read_leads", "args": args}]);
    });
    let mut soak = soak("soak", false);
    soak.verdict = Some(Verdict::Inconclusive);
    let unrun = |name: &str, refused_by: &[&str]| Unrun {
        name: name.to_owned(),
        scenario: name.to_owned(),
        refused_by: refused_by.iter().map(|id| (*id).to_owned()).collect(),
    };
    let unrun = [
        unrun("mixed", &["disk", "slots"]),
        unrun("scans", &[]),
        unrun("isolation", &[]),
        unrun("faults", &[]),
    ];
    set_without(&unrun, &[("burst", busy), ("soak", soak)], &good(), EXPECTED, false)
}
