//! What a sweep says is a pure function of its runs' records.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use pgvalidate::engine::set::arms::{Arm, Arms};
use pgvalidate::engine::set::{Done, Plan};
use pgvalidate::engine::{EngineError, RunOptions, Work};
use pgvalidate::judge::compare::Metric;
use pgvalidate::judge::set::sweep::{Asked, Candidate, judge};
use pgvalidate::judge::{criteria, judge as judge_run};
use pgvalidate::message::Lang;
use pgvalidate::model::comparison::Change;
use pgvalidate::model::observed::SweepNote;
use pgvalidate::model::set::{Member, Row, Set};
use pgvalidate::model::{Reason, RunRecord, Verdict};
use pgvalidate::report::sweep_text::summary;
use std::path::PathBuf;
use unicode_width::UnicodeWidthStr;

/// Six runs of the same kind: around 1.
const SPREAD: [f64; 6] = [0.97, 0.98, 1.0, 1.01, 1.02, 1.03];

fn example() -> RunRecord {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/results/example/run.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn empty() -> Set {
    serde_json::from_value(serde_json::json!({
        "schema_version": "1.4", "tool_version": "0", "set_id": "", "kind": "sweep",
        "started_at": "", "finished_at": null, "argv": [], "private": true, "members": [],
        "table": [], "verdict": null, "reasons": [], "findings": []
    }))
    .unwrap()
}

fn set_to(record: &mut RunRecord, name: &str, value: &str) {
    let settings = &mut record.server.as_mut().unwrap().settings;
    settings.iter_mut().find(|s| s.name == name).unwrap().value = value.to_owned();
}

/// A run of a configuration at this rate; what else is changed, and judged anew.
fn run(role: &str, no: usize, rate: f64, change: &dyn Fn(&mut RunRecord)) -> Done {
    let mut record = example();
    record.load.as_mut().unwrap().rows_per_s = rate;
    change(&mut record);
    let judgement = judge_run(&record, &criteria::load(None, "burst").unwrap(), None);
    record.criteria = judgement.criteria;
    record.verdict = Some(judgement.verdict);
    Done { label: format!("{role} #{}", no + 1), role: role.to_owned(), record }
}

/// Six runs around this rate.
fn six(role: &str, rate: f64, change: &dyn Fn(&mut RunRecord)) -> Vec<Done> {
    SPREAD.iter().enumerate().map(|(no, share)| run(role, no, share * rate, change)).collect()
}

fn same(_: &mut RunRecord) {}

/// A run that couldn't be carried through.
fn failed(role: &str, no: usize) -> Done {
    let mut done = run(role, no, 0.0, &|record| record.load = None);
    let said = "PANIC: could not write to file \"pg_wal/xlogtemp.9\"".to_owned();
    let why = Reason::RunFailed { en: "lost".to_owned(), vi: "mất".to_owned() };
    done.record.reasons = vec![why.into()];
    done.record.findings.push(Reason::ServerSaid { line: said }.into());
    done
}

fn asked(names: &[&str]) -> Asked {
    let candidate = |name: &&str| Candidate {
        name: (*name).to_owned(),
        config: format!("configs/postgres/{name}.conf"),
        refused: None,
    };
    Asked {
        candidates: names.iter().map(candidate).collect(),
        against: names[0].to_owned(),
        metric: Metric::at("load.rows_per_s").unwrap(),
        repeat: 6,
        allow_unsafe: false,
        has_own_rate: false,
    }
}

fn judged(done: &[Done], asked: &Asked) -> Set {
    let member = |done: &Done| Member {
        label: done.label.clone(),
        role: done.role.clone(),
        run_id: done.record.run_id.clone(),
        sha256: String::new(),
        path: String::new(),
        verdict: done.record.verdict,
    };
    let mut set = Set { members: done.iter().map(member).collect(), ..empty() };
    judge(&mut set, done, asked);
    set
}

fn ids(set: &Set) -> (Vec<&str>, Vec<&str>) {
    let reasons = set.reasons.iter().map(|note| note.id.as_str());
    let findings = set.findings.iter().map(|note| note.id.as_str());
    (reasons.collect(), findings.collect())
}

fn roles(set: &Set) -> Vec<&str> {
    set.table.iter().map(|row| row.role.as_str()).collect()
}

fn best(set: &Set) -> Vec<&str> {
    set.table.iter().filter(|row| row.best).map(|row| row.role.as_str()).collect()
}

#[test]
fn rows_are_ordered_and_the_best_is_surely_better_than_each_other() {
    let done = [
        six("stock", 50_000.0, &same),
        six("tuned", 90_000.0, &same),
        six("small", 30_000.0, &same),
    ]
    .concat();
    let set = judged(&done, &asked(&["stock", "tuned", "small"]));
    assert_eq!(roles(&set), ["tuned", "stock", "small"]);
    assert_eq!((best(&set), set.verdict), (vec!["tuned"], Some(Verdict::Pass)));
    let arm = set.table[0].arm.as_ref().unwrap();
    assert!((arm.median.unwrap() - 90_450.0).abs() < 1e-6, "{arm:?}");
    assert!(arm.low.unwrap() < 90_450.0 && arm.high.unwrap() > 90_450.0);
    let outcomes: Vec<_> = set
        .comparisons
        .iter()
        .filter(|c| c.base == "stock")
        .map(|c| (c.other.as_str(), c.outcome))
        .collect();
    assert_eq!(outcomes, [("tuned", Change::Better), ("small", Change::Worse)]);

    // Where less is better the order is the other one, and so is the best.
    let less = Metric::at("latency.batch.service_ms.p99").unwrap();
    let slow = |record: &mut RunRecord| {
        let rate = record.load.as_ref().unwrap().rows_per_s;
        record.latency.as_mut().unwrap().batch.as_mut().unwrap().service_ms.p99 = 1e7 / rate;
    };
    let done = [six("stock", 50_000.0, &slow), six("tuned", 90_000.0, &slow)].concat();
    let set = judged(&done, &Asked { metric: less, ..asked(&["stock", "tuned"]) });
    assert_eq!((roles(&set), best(&set)), (vec!["tuned", "stock"], vec!["tuned"]));
}

#[test]
fn intervals_that_overlap_are_no_difference() {
    let wide = |role: &str, rate: f64| -> Vec<Done> {
        let shares = [0.7, 0.8, 0.95, 1.05, 1.2, 1.3];
        shares.iter().enumerate().map(|(no, s)| run(role, no, s * rate, &same)).collect()
    };
    let done = [wide("stock", 50_000.0), wide("tuned", 52_000.0)].concat();
    let set = judged(&done, &asked(&["stock", "tuned"]));
    assert!(best(&set).is_empty());
    assert_eq!(ids(&set).1, ["not_told_apart", "would_have_seen"]);
    assert_eq!(
        (set.findings[0].args["roles"].as_str(), set.verdict),
        (Some("tuned, stock"), Some(Verdict::Pass))
    );

    let tight = |role: &str| -> Vec<Done> {
        (0..6).map(|no| run(role, no, 50_000.0 + 10.0 * no as f64, &same)).collect()
    };
    let set = judged(&[tight("stock"), tight("tuned")].concat(), &asked(&["stock", "tuned"]));
    assert_eq!((ids(&set).1, set.verdict), (vec!["no_difference_at_all"], Some(Verdict::Pass)));
    assert!(best(&set).is_empty());

    // Four runs of each are sure of nothing, however far apart.
    let few: Vec<Done> = (0..4)
        .flat_map(|no| [run("stock", no, 1e4, &same), run("tuned", no, 9e4, &same)])
        .collect();
    let set = judged(&few, &Asked { repeat: 4, ..asked(&["stock", "tuned"]) });
    assert_eq!((ids(&set).0, set.verdict), (vec!["too_few_repeats"], Some(Verdict::Inconclusive)));
    assert!(best(&set).is_empty());
}

#[test]
fn what_gives_durability_up_is_compared_and_never_the_best_unasked() {
    let off = |record: &mut RunRecord| set_to(record, "synchronous_commit", "off");
    let done = [
        six("stock", 50_000.0, &same),
        six("async", 90_000.0, &off),
        six("small", 30_000.0, &same),
    ]
    .concat();
    let asked = asked(&["stock", "async", "small"]);
    let set = judged(&done, &asked);
    assert_eq!((roles(&set)[0], best(&set)), ("async", vec!["stock"]));
    assert_eq!(set.verdict, Some(Verdict::Pass), "{:?}", set.reasons);
    let row = &set.table[0];
    let arm = row.arm.as_ref().unwrap();
    assert_eq!(arm.gives_up, ["synchronous_commit = off"]);
    // By the criteria it is as good as the others, though no sign-off would pass it.
    assert_eq!((arm.verdict, row.notes[0].id.as_str()), (Some(Verdict::Pass), "gives_up"));
    assert_eq!(set.comparisons[0].outcome, Change::Better);
    let set = judged(&done, &Asked { allow_unsafe: true, ..asked });
    assert_eq!(best(&set), ["async"]);
}

#[test]
fn what_failed_or_never_started_is_a_row_in_the_servers_words() {
    let mut done = [six("stock", 50_000.0, &same), six("tuned", 90_000.0, &same)].concat();
    done.extend([failed("crashes", 0), failed("crashes", 1)]);
    let mut asked = asked(&["stock", "typo", "crashes", "tuned"]);
    let said = "LOG: unrecognized configuration parameter \"shared_bufers\"".to_owned();
    asked.candidates[1].refused = Some(SweepNote::DoesNotStart { said });
    let set = judged(&done, &asked);
    assert_eq!(roles(&set), ["tuned", "stock", "typo", "crashes"]);
    let notes = |row: &Row| row.notes.iter().map(|note| note.id.clone()).collect::<Vec<_>>();
    let (typo, crashes) = (&set.table[2], &set.table[3]);
    assert_eq!((typo.runs, notes(typo)), (0, vec!["does_not_start".to_owned()]));
    assert_eq!(notes(crashes), ["runs_failed", "server_said", "runs_left_out"]);
    let arm = crashes.arm.as_ref().unwrap();
    assert_eq!((arm.failed_runs, arm.left_out, arm.median), (2, 4, None));
    assert_eq!((crashes.rows_per_s, crashes.runs), (None, 0), "never a zero");
    assert_eq!(typo.arm.as_ref().unwrap().left_out, 6);
    assert_eq!((ids(&set).0, set.verdict), (vec!["not_measured"], Some(Verdict::Inconclusive)));
    assert_eq!(best(&set), ["tuned"]);

    // The base isn't there: another one is, and that is said.
    let set = judged(&done, &Asked { against: "typo".to_owned(), ..asked });
    assert_eq!((set.comparisons[0].base.as_str(), ids(&set).1[0]), ("stock", "other_base"));
}

#[test]
fn a_broken_criterion_is_the_rows_and_a_lost_row_the_sets() {
    let slow = |record: &mut RunRecord| record.load.as_mut().unwrap().elapsed_s = 500.0;
    let mut tuned = six("tuned", 90_000.0, &same);
    tuned[3] = run("tuned", 3, 90_900.0, &slow);
    let done = [six("stock", 50_000.0, &same), tuned].concat();
    let set = judged(&done, &asked(&["stock", "tuned"]));
    let (row, arm) = (&set.table[0], set.table[0].arm.clone().unwrap());
    assert_eq!((arm.verdict, arm.broke_runs), (Some(Verdict::Fail), 1));
    assert_eq!((row.broken.as_slice(), row.best), (["elapsed".to_owned()].as_slice(), false));
    assert_eq!((best(&set), set.verdict), (vec!["stock"], Some(Verdict::Pass)));

    let all = [six("stock", 50_000.0, &slow), six("tuned", 90_000.0, &slow)].concat();
    let set = judged(&all, &asked(&["stock", "tuned"]));
    assert_eq!((ids(&set).0, set.verdict), (vec!["all_broke"], Some(Verdict::Inconclusive)));

    let mut lost = done.clone();
    lost[0] = run("stock", 0, 1.0, &|record| record.verification.as_mut().unwrap().lost = 1);
    let set = judged(&lost, &asked(&["stock", "tuned"]));
    assert_eq!((ids(&set).0, set.verdict), (vec!["run_broke"], Some(Verdict::Fail)));

    let mut other = done.clone();
    other[11].record.server.as_mut().unwrap().version = "18.0".to_owned();
    let set = judged(&other, &asked(&["stock", "tuned"]));
    assert_eq!((ids(&set).0, set.verdict), (vec!["servers_differ"], Some(Verdict::Invalid)));
    assert!(set.comparisons.is_empty() && best(&set).is_empty());
}

#[test]
fn runs_that_saw_no_checkpoint_say_nothing_about_checkpoints() {
    let large = |record: &mut RunRecord| set_to(record, "max_wal_size", "9GB");
    let done = [six("stock", 50_000.0, &same), six("tuned", 50_000.0, &large)].concat();
    let set = judged(&done, &asked(&["stock", "tuned"]));
    let note = set.findings.iter().find(|note| note.id == "no_checkpoint_there").unwrap();
    assert_eq!(note.args["settings"], "max_wal_size");
    let mut seen = done;
    let database = seen[0].record.database.as_mut().unwrap();
    database.checkpoints.as_mut().unwrap().requested = 1;
    let set = judged(&seen, &asked(&["stock", "tuned"]));
    assert!(!ids(&set).1.contains(&"no_checkpoint_there"));
    let arm = set.table.iter().find(|row| row.role == "stock").unwrap().arm.clone().unwrap();
    assert_eq!((arm.checkpoints_timed, arm.checkpoints_requested), (Some(0), Some(1)));
}

/// The labels that a plan makes where the arms in `bad` always fail.
fn labels(plan: &Arms, bad: &[&str]) -> Vec<String> {
    let mut done: Vec<Done> = Vec::new();
    while let Some(step) = plan.next(&done) {
        let mut one = match bad.contains(&step.role.as_str()) {
            true => failed(&step.role, 0),
            false => run(&step.role, 0, 1.0, &same),
        };
        one.label = step.label;
        done.push(one);
    }
    done.into_iter().map(|done| done.label).collect()
}

fn plan(names: &[&str], repeat: u32) -> Arms {
    let options = RunOptions::new(Work::burst(1), 1, Vec::new(), PathBuf::new());
    let arm = |name: &&str| Arm { name: (*name).to_owned(), options: options.clone() };
    Arms { all: names.iter().map(arm).collect(), repeat, seed: 1 }
}

#[test]
fn arms_are_interleaved_and_one_that_fails_twice_is_left_out() {
    assert_eq!(
        labels(&plan(&["a", "b"], 3), &[]),
        ["a #1", "b #1", "b #2", "a #2", "a #3", "b #3"]
    );
    let left = labels(&plan(&["a", "b"], 4), &["b"]);
    assert_eq!(left, ["a #1", "b #1", "b #2", "a #2", "a #3", "a #4"]);
    let many = plan(&["a", "b", "c", "d"], 6);
    let rounds = labels(&many, &[]);
    assert_eq!((rounds.len(), many.total(&[])), (24, Some(24)));
    let role = |label: &String| label.split(' ').next().unwrap().to_owned();
    let first: Vec<_> = rounds[..4].iter().map(role).collect();
    let second: Vec<_> = rounds[4..8].iter().rev().map(role).collect();
    assert_eq!(first, second, "every second round is backwards");
    let step = many.next(&[]).unwrap();
    assert!(!many.shares_place() && many.keeps_failure(&step, &EngineError::Stopped));
    // More rounds of a sweep that was done are more of the same.
    assert_eq!(labels(&plan(&["a", "b", "c", "d"], 8), &[])[..24], rounds);
}

fn fits(text: &str) {
    for line in text.lines() {
        assert!(line.width() <= 80, "{line}");
    }
}

#[test]
fn the_text_is_read_in_both_languages_within_80_columns() {
    let off = |record: &mut RunRecord| set_to(record, "synchronous_commit", "off");
    let large = |record: &mut RunRecord| {
        set_to(record, "max_wal_size", "4GB");
        record.load.as_mut().unwrap().elapsed_s = 130.0;
    };
    let mut done = [
        six("stock", 121_000.0, &same),
        six("async-commit", 163_000.0, &off),
        six("low-memory", 84_000.0, &same),
        six("wal-compressed", 119_000.0, &same),
    ]
    .concat();
    done.extend(six("tuned-for-a-machine-with-much-memory", 124_000.0, &large));
    done.extend([failed("crashes", 0), failed("crashes", 1)]);
    let names = [
        "async-commit",
        "crashes",
        "low-memory",
        "stock",
        "tuned-for-a-machine-with-much-memory",
        "typo",
        "wal-compressed",
    ];
    let mut asked = Asked { against: "stock".to_owned(), ..asked(&names) };
    let said = "LOG: unrecognized configuration parameter \"shared_bufers\" in file \
                \"configs/typo.conf\" line 7"
        .to_owned();
    asked.candidates[5].refused = Some(SweepNote::DoesNotStart { said });
    let set = judged(&done, &asked);
    for (name, lang) in [("sweep_en", Lang::En), ("sweep_vi", Lang::Vi)] {
        let text = summary(&set, Some(&done[0].record), lang);
        fits(&text);
        insta::assert_snapshot!(name, text);
    }
}
