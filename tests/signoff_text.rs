//! A sign-off's text, from constructed runs and facts: both languages, within
//! 80 columns, the Vietnamese one without an English sentence.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use pgvalidate::judge::checklist::{self, Ran, Seen, Unrun, conf};
use pgvalidate::judge::set::{Done, table};
use pgvalidate::message::{Lang, Localized};
use pgvalidate::model::RunRecord;
use pgvalidate::model::facts::{
    ArchiverFacts, Facts, FileFault, HbaRule, NOT_RECORDED, SessionFacts, SettingFact, Sight,
    StandbyFacts,
};
use pgvalidate::model::set::{Answer, Member, Set};
use pgvalidate::model::share::Queue;
use pgvalidate::model::{CriterionResult, Note, Reason, Verdict};
use pgvalidate::report::signoff_text::summary;
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

fn example() -> Value {
    serde_json::from_str(include_str!("../results/example/run.json")).unwrap()
}

/// The example's burst as another scenario, with figures of its own.
fn record(change: impl FnOnce(&mut Value)) -> RunRecord {
    let mut value = example();
    value["verdict"] = json!("pass");
    change(&mut value);
    serde_json::from_value(value).unwrap()
}

fn criterion(id: &str, metric: &str, observed: Option<f64>, limit: f64, verdict: &str) -> Value {
    let reason = match observed {
        Some(_) => json!({"id": "within_limit", "args": {}}),
        None => json!({"id": "no_checkpoint", "args": {"soak_for_s": 600}}),
    };
    json!({"id": id, "metric": metric, "is": "<", "kind": "performance", "observed": observed,
        "limit": limit, "verdict": verdict, "reason": reason})
}

fn distribution() -> Value {
    example()["latency"]["batch"]["response_ms"].clone()
}

fn burst() -> RunRecord {
    record(|_| {})
}

/// A soak that passed, with tenants, regions and stages.
fn soak(name: &str, pass: bool) -> RunRecord {
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

fn setting(name: &str, kind: &str, value: &str, unit: &str) -> SettingFact {
    let [name, kind, value, unit] = [name, kind, value, unit].map(str::to_owned);
    let source = "configuration file".to_owned();
    SettingFact { name, kind, value, unit, source, ..SettingFact::default() }
}

/// A server with nothing wrong.
fn good() -> Facts {
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
fn bad() -> Facts {
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
fn hidden() -> Facts {
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

fn set(runs: &[(&str, RunRecord)], facts: &Facts, expect: &str, private: bool) -> Set {
    set_without(&[], runs, facts, expect, private)
}

fn set_without(
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
    let expected = (!expect.is_empty()).then(|| conf::parse(expect, "expected.conf").unwrap());
    let snapshot = ["settings.json", "settings.conf", "undo.sql"].map(str::to_owned);
    let before = good();
    let checklist = checklist::answer(&Seen {
        unrun,
        runs: done.iter().map(|d| Ran { name: &d.label, record: &d.record }).collect(),
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
    let note = |id: &str, args: Value| -> Note {
        serde_json::from_value(json!({"id": id, "args": args})).unwrap()
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
        set_id: String::new(),
        kind: "signoff".into(),
        started_at: "2026-11-25T13:36:05Z".into(),
        finished_at: Some("2026-11-25T13:51:15Z".into()),
        argv: Vec::new(),
        private,
        members: done.iter().map(member).collect(),
        table: table::rows(&done),
        capacity: None,
        comparisons: Vec::new(),
        recommendations: Vec::new(),
        faults: Vec::new(),
        checklist,
        verdict: Some(verdict),
        reasons,
        findings,
    }
}

/// All four runs, good ones.
fn runs() -> Vec<(&'static str, RunRecord)> {
    vec![
        ("burst", burst()),
        ("scans", soak("scans", true)),
        ("mixed", soak("mixed", true)),
        ("soak", soak("soak", true)),
    ]
}

const EXPECTED: &str = "checkpoint_timeout = 5min\ntrack_io_timing = on\n";

fn passed() -> Set {
    set(&runs(), &good(), EXPECTED, false)
}

fn failed() -> Set {
    let runs = [("burst", burst()), ("soak", soak("soak", false))];
    let expected = "fsync = on\ntrack_io_timing = true\nno_such = 1\ncheckpoint_timeout = soon\n\
                    log_lock_waits = on\n";
    set(&runs, &bad(), expected, false)
}

fn rehearsed() -> Set {
    set(&[("burst", burst())], &good(), "", true)
}

fn half_seen() -> Set {
    set(&runs(), &hidden(), "log_directory = 'log'\n", false)
}

/// A run that says nothing, one that wasn't seen enough of, one that was
/// refused, and one that wasn't reached.
fn cut_short() -> Set {
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
    let unrun = [unrun("mixed", &["disk", "slots"]), unrun("scans", &[])];
    set_without(&unrun, &[("burst", busy), ("soak", soak)], &good(), EXPECTED, false)
}

#[test]
fn what_kept_a_run_from_a_verdict_is_said_with_it() {
    let set = cut_short();
    let item = |id: &str| set.checklist.iter().find(|item| item.id == id).unwrap();
    let said: Vec<_> = item("load_test").evidence.iter().map(|note| note.id.as_str()).collect();
    let all = [
        "member_undecided",
        "client_read_leads",
        "member_unseen",
        "member_not_reached",
        "member_refused",
    ];
    assert_eq!(said, all);
    assert_eq!(item("queue_depth").evidence[0].id, "member_not_reached");
    let text = summary(&set, Lang::En);
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for says in [
        "burst: invalid, for the reasons that follow",
        "soak: inconclusive, since there is no figure for: checkpoints",
        "mixed was not run: its preflight refused it (disk, slots)",
        "scans was not run: the sign-off ended before it",
    ] {
        assert!(words.contains(says), "{says}: {text}");
    }
    // Without any run no sentence ends in a list of none.
    let empty = self::set(&[], &good(), "", false);
    let text = summary(&empty, Lang::En);
    assert!(text.contains("no run of this sign-off was carried through"), "{text}");
    assert!(!text.lines().any(|line| line.trim_end().ends_with(':')), "{text}");
}

#[test]
fn a_right_to_see_password_hashes_is_not_asked_for_without_a_warning() {
    for (lang, words) in [(Lang::En, "better look there yourself"), (Lang::Vi, "tự xem")] {
        let text = summary(&failed(), lang);
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let advice = text.split("pg_authid TO").next().unwrap();
        assert!(advice.contains(words) && text.contains("REVOKE"), "{text}");
    }
}

#[test]
fn a_sign_off_that_passed_has_a_place_for_a_signature() {
    let set = passed();
    let no: Vec<_> = set.checklist.iter().filter(|i| i.answer != Answer::Yes).collect();
    assert_eq!(set.verdict, Some(Verdict::Pass), "{no:#?}");
    insta::assert_snapshot!("signoff_passed_en", summary(&set, Lang::En));
    insta::assert_snapshot!("signoff_passed_vi", summary(&set, Lang::Vi));
}

#[test]
fn a_sign_off_that_failed_says_what_to_do() {
    let set = failed();
    assert_eq!(set.verdict, Some(Verdict::Fail));
    insta::assert_snapshot!("signoff_failed_en", summary(&set, Lang::En));
    insta::assert_snapshot!("signoff_failed_vi", summary(&set, Lang::Vi));
}

#[test]
fn a_rehearsal_is_one_in_title_verdict_and_findings() {
    let set = rehearsed();
    for (lang, word) in [(Lang::En, "REHEARSAL"), (Lang::Vi, "DIỄN TẬP")] {
        let text = summary(&set, lang);
        let with_it: Vec<_> = text.lines().filter(|line| line.contains(word)).collect();
        assert!(with_it.len() >= 3, "{text}");
        assert!(text.lines().next().unwrap().contains(word), "{text}");
    }
}

#[test]
fn what_is_not_seen_is_never_a_yes() {
    let set = half_seen();
    for id in ["tls", "hba_trust", "password_method", "config_files", "backups", "replication"] {
        let item = set.checklist.iter().find(|item| item.id == id).unwrap();
        assert_eq!(item.answer, Answer::Open, "{id}");
    }
    // Without any run nothing that a run would show is good.
    let empty = self::set(&[], &good(), "", false);
    assert_eq!(empty.verdict, Some(Verdict::Inconclusive));
    for item in empty.checklist.iter().filter(|item| item.section == "load") {
        assert!(item.answer != Answer::Yes || item.id == "nothing_lost", "{item:?}");
        assert!(item.answer != Answer::Yes, "{item:?}");
    }
}

/// The set is passed on; the file of `--expect` is its owner's alone.
#[test]
fn a_password_in_the_expected_settings_stays_there() {
    let planted = "Primary_Conninfo = 'host=a password=s3cret'\narchive_command = 'put s3cret'\n\
                   restore_command = 's3cret'\nssl_passphrase_command = ''\n";
    let mut facts = good();
    // Empty, not read, not known to this server, and not read where none is to be.
    facts.settings.push(setting("primary_conninfo", "string", "", ""));
    facts.settings.push(setting("archive_command", "string", NOT_RECORDED, ""));
    facts.settings.push(setting("ssl_passphrase_command", "string", NOT_RECORDED, ""));
    let set = set(&runs(), &facts, planted, false);
    let item = set.checklist.iter().find(|item| item.id == "settings_expected").unwrap();
    let said: Vec<_> = item.evidence.iter().map(|note| note.id.as_str()).collect();
    assert_eq!(said, ["drift", "expected_unknown", "drift", "expected_secret"]);
    let json = serde_json::to_string(&set).unwrap();
    for text in [json, summary(&set, Lang::En), summary(&set, Lang::Vi)] {
        assert!(text.contains("primary_conninfo") && !text.contains("s3cret"), "{text}");
    }
}

#[test]
fn a_queue_is_as_deep_as_the_deepest_of_scans_and_mixed() {
    type Runs = Vec<(&'static str, RunRecord)>;
    let queue = |change: &dyn Fn(&mut Runs)| {
        let mut runs = runs();
        change(&mut runs);
        answered(&set(&runs, &good(), EXPECTED, false), "queue_depth")
    };
    let is_queue = |c: &CriterionResult| c.metric == "queue.depth_max";
    assert_eq!(queue(&|_| {}).0, Answer::Yes);
    let (answer, notes) = queue(&|runs| {
        let mixed = &mut runs[2].1;
        let depth = mixed.criteria.iter_mut().find(|c| is_queue(c)).unwrap();
        (depth.observed, depth.verdict) = (Some(51.0), Verdict::Fail);
    });
    assert_eq!((answer, notes[0].as_str()), (Answer::No, "criterion_broken"));
    let (answer, notes) = queue(&|runs| drop(runs.remove(2)));
    assert_eq!((answer, notes[0].as_str()), (Answer::Inconclusive, "member_not_run"));
    let (answer, notes) = queue(&|runs| runs[2].1.criteria.retain(|c| !is_queue(c)));
    assert_eq!((answer, notes[0].as_str()), (Answer::Inconclusive, "no_criterion"));
}

/// The answer to an item, and the names of its evidence.
fn answered(set: &Set, id: &str) -> (Answer, Vec<String>) {
    let item = set.checklist.iter().find(|item| item.id == id).unwrap();
    (item.answer, item.evidence.iter().map(|note| note.id.clone()).collect())
}

#[test]
fn the_figures_of_a_run_that_says_nothing_are_no_evidence_and_its_reasons_are_named() {
    let busy =
        Reason::ClientThreadBusy { thread: "pgv".into(), busy_percent: 97, limit_percent: 85 };
    for verdict in [None, Some(Verdict::Invalid), Some(Verdict::Aborted)] {
        let mut runs = runs();
        for (_, record) in &mut runs {
            record.verdict = verdict;
            record.reasons = vec![busy.clone().into()];
        }
        let all_void = set(&runs, &good(), EXPECTED, false);
        let about_speed = ["load_test", "gain", "time_limits", "zero_timeouts", "queue_depth"];
        let others = ["pools", "response_times", "cache_hit", "checkpoints_on_schedule"];
        let compliance = ["rollout", "regional_metrics", "tenant_sla"];
        for id in about_speed.into_iter().chain(others).chain(compliance) {
            let (answer, notes) = answered(&all_void, id);
            assert_eq!(answer, Answer::Inconclusive, "{id}");
            match verdict {
                None => assert_eq!(notes[0], "member_unjudged", "{id}"),
                _ => assert_eq!(notes[..2], ["member_undecided", "client_thread_busy"], "{id}"),
            }
            let figures = ["gain_seen", "region_seen", "tenants_seen", "stage_held"];
            assert!(!notes.iter().any(|note| figures.contains(&note.as_str())), "{id}: {notes:?}");
        }
        // A row that was lost was lost.
        let mut one_lost = runs.clone();
        one_lost[0].1.criteria.iter_mut().find(|c| c.id == "lost").unwrap().verdict = Verdict::Fail;
        let one_lost = set(&one_lost, &good(), EXPECTED, false);
        assert_eq!(answered(&one_lost, "nothing_lost").0, Answer::No);
        // Where another run shows it, that one isn't needed.
        runs[0].1.verdict = Some(Verdict::Pass);
        let one_counts = set(&runs, &good(), EXPECTED, false);
        assert_eq!(answered(&one_counts, "gain").0, Answer::Yes);
        assert_eq!(
            answered(&one_counts, "regional_metrics"),
            (Answer::Yes, vec!["region_seen".into()])
        );
    }
}

#[test]
fn nothing_is_due_on_the_read_pool_of_scans_and_the_loop_is_open_all_the_same() {
    let notes = |arrival: Value, offered: Value| {
        let scans = record(|value| {
            value["scenario"]["name"] = json!("scans");
            value["scenario"]["scans"] = json!({"records": 10_000, "arrival_per_s": arrival,
                "concurrent": 5, "workers": 8, "poll_s": 5.0, "heartbeat_s": 15.0});
            value["queue"] = json!(Queue::default());
            value["pools"]["write"]["offered_per_s"] = offered;
            value["pools"]["read"] = value["pools"]["write"].clone();
            value["pools"]["read"]["offered_per_s"] = Value::Null;
        });
        let (_, mut notes) = answered(&set(&[("scans", scans)], &good(), "", false), "pools");
        notes.retain(|note| note == "offered_rate" || note == "closed_loop");
        notes
    };
    assert_eq!(notes(json!(10.0), json!(30.0)), ["offered_rate"]);
    assert_eq!(notes(Value::Null, Value::Null), ["closed_loop", "closed_loop"]);
}

#[test]
fn a_gain_below_one_is_none() {
    let of = |ratio: f64| {
        let mut burst = burst();
        burst.gain.as_mut().unwrap().serial.as_mut().unwrap().ratio = Some(ratio);
        answered(&set(&[("burst", burst)], &good(), "", false), "gain").0
    };
    assert_eq!((of(0.99), of(1.0)), (Answer::No, Answer::Yes));
}

#[test]
fn every_line_fits_eighty_columns_and_no_vietnamese_one_is_english() {
    for set in [passed(), failed(), rehearsed(), half_seen(), cut_short()] {
        let [en, vi] = [Lang::En, Lang::Vi].map(|lang| summary(&set, lang));
        for line in en.lines().chain(vi.lines()) {
            assert!(line.width() <= 80, "{} columns: {line}", line.width());
        }
        let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let (en, vi) = (flat(&en), flat(&vi));
        let evidence = set.checklist.iter().flat_map(|item| &item.evidence);
        for note in evidence.chain(&set.reasons).chain(&set.findings) {
            let [said_en, said_vi] = [Lang::En, Lang::Vi].map(|lang| flat(&note.text(lang)));
            assert!(en.contains(&said_en), "{said_en}");
            assert!(vi.contains(&said_vi), "{said_vi}");
            // Settings are the same in both.
            let alike = ["settings_are", "file_fault"].contains(&note.id.as_str());
            assert!(alike || !vi.contains(&said_en), "{said_en}");
        }
        // Words that every English sentence has some of, and no Vietnamese one.
        let words = vi.split(|c: char| !c.is_alphanumeric() && c != '_').collect::<Vec<_>>();
        for word in ["the", "is", "are", "was", "not", "and", "of", "for", "with", "which", "that"]
        {
            let found = words.iter().position(|w| w.eq_ignore_ascii_case(word));
            let near =
                found.map(|at| words[at.saturating_sub(4)..(at + 5).min(words.len())].join(" "));
            assert_eq!(near, None, "{word}");
        }
    }
}
