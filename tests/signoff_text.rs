//! A sign-off's text, from constructed runs and facts: both languages, within
//! 80 columns, the Vietnamese one without an English sentence.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "common/signed.rs"]
mod signed;

use pgvalidate::message::{Lang, Localized};
use pgvalidate::model::RunRecord;
use pgvalidate::model::facts::NOT_RECORDED;
use pgvalidate::model::set::{Answer, Set};
use pgvalidate::model::share::Queue;
use pgvalidate::model::{CriterionResult, Reason, Verdict};
use pgvalidate::report::signoff_text::summary;
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use signed::*;

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
    // Elsewhere it is said where the reasons are.
    assert_eq!(item("response_times").evidence[0].id, "member_void");
    assert_eq!(item("gain").evidence[0].id, "member_void");
    // Its rows were read back all the same.
    let (answer, said) = answered(&set, "nothing_lost");
    assert!(!said.iter().any(|id| id == "member_void"), "{answer:?} {said:?}");
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
    let expected = ["members_unmade", "no_create_role"].map(str::to_owned).to_vec();
    assert_eq!(answered(&set, "tenant_isolation"), (Answer::NotRun, expected));
    let expected =
        ["members_unmade", "not_injected", "faults_left_out"].map(str::to_owned).to_vec();
    assert_eq!(answered(&set, "faults"), (Answer::NotRun, expected));
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
                _ if id == "load_test" => {
                    assert_eq!(notes[..2], ["member_undecided", "client_thread_busy"]);
                }
                _ => assert_eq!(notes[0], "member_void", "{id}"),
            }
            let figures = ["gain_seen", "region_seen", "tenants_seen", "stage_held"];
            assert_eq!(answered(&all_void, "nothing_lost").0, Answer::Yes);
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

/// What isolation and faults came to is the sign-off's, and no other item's.
#[test]
fn a_member_that_failed_fails_the_sign_off_and_its_item_alone() {
    let answers = |runs: &[(&str, RunRecord)]| {
        let set = set(runs, &good(), EXPECTED, false);
        let no = set.checklist.iter().filter(|item| item.answer == Answer::No);
        let no: Vec<_> = no.map(|item| item.id.clone()).collect();
        let [isolation, faults] = ["tenant_isolation", "faults"].map(|id| answered(&set, id).0);
        (isolation, faults, no, set.verdict)
    };
    let good_ones = answers(&all_runs());
    assert_eq!(good_ones, (Answer::Yes, Answer::Yes, vec![], Some(Verdict::Pass)));
    let mut runs = all_runs();
    runs[5].1.verdict = Some(Verdict::Fail);
    let (_, answer, no, verdict) = answers(&runs);
    assert_eq!((answer, no, verdict), (Answer::No, vec!["faults".into()], Some(Verdict::Fail)));
    // Injected, and not seen to recover.
    runs[5].1.verdict = Some(Verdict::Inconclusive);
    assert_eq!(answers(&runs).1, Answer::Inconclusive);
    // Of several one that couldn't be injected is not made up for by the others.
    runs[5].1 = not_injected("terminate-backends");
    let (isolation, answer, no, verdict) = answers(&runs);
    assert_eq!((isolation, answer, no.len()), (Answer::Yes, Answer::NotRun, 0));
    assert_eq!(verdict, Some(Verdict::Pass), "what wasn't run stops nothing, and is named");
    // What can't be injected on that server has no say, unless nothing else was.
    let tls = note("through_tls", json!({}));
    runs[5].1.faults[0].notes = vec![tls.clone()];
    assert_eq!(answers(&runs).1, Answer::Yes);
    let mut alone = runs.clone();
    alone.pop();
    let (_, answer, no, _) = answers(&alone);
    assert_eq!((answer, no.len()), (Answer::NotRun, 0));
    // A run that never came so far is no pass: its reasons are the item's.
    let why = "the server is a standby".to_owned();
    let refused = Reason::RunFailed { en: why.clone(), vi: why };
    runs[4].1.isolation.as_mut().unwrap().probes.clear();
    (runs[4].1.verdict, runs[4].1.reasons) = (Some(Verdict::Aborted), vec![refused.into()]);
    let set = set(&runs, &good(), EXPECTED, false);
    let expected = ["members_unmade", "run_failed"].map(str::to_owned).to_vec();
    assert_eq!(answered(&set, "tenant_isolation"), (Answer::NotRun, expected));
    // Without them the items are as they were before anybody asked.
    let set = self::set(&self::runs(), &good(), EXPECTED, false);
    let (answer, notes) = answered(&set, "tenant_isolation");
    assert_eq!((answer, notes[0].as_str()), (Answer::NotRun, "isolation_not_run"));
    assert_eq!(answered(&set, "faults"), (Answer::NotRun, vec!["faults_not_run".into()]));
    let (answer, notes) = answered(&cut_short(), "faults");
    assert_eq!((answer, notes), (Answer::NotRun, vec!["member_not_reached".into()]));
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
