//! What several runs say together is a pure function of their records, and
//! what comes next is one of what is done.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use pgvalidate::engine::set::capacity::CapacityPlan;
use pgvalidate::engine::set::methods::Methods;
use pgvalidate::engine::set::{Done, Plan};
use pgvalidate::engine::{RunOptions, Work};
use pgvalidate::judge::set::{capacity, methods, table};
use pgvalidate::judge::{criteria, judge};
use pgvalidate::message::{Lang, Localized};
use pgvalidate::model::series::{Point, ServerPoint};
use pgvalidate::model::set::{Member, Row, Set};
use pgvalidate::model::{Method, RunRecord, Verdict};
use pgvalidate::report::set_text::summary;
use pgvalidate::table::processing_activities;
use serde_json::json;
use std::collections::HashSet;
use std::path::PathBuf;
use std::time::Duration;
use unicode_width::UnicodeWidthStr;

fn example() -> RunRecord {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/results/example/run.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn empty(kind: &str) -> Set {
    serde_json::from_value(serde_json::json!({
        "schema_version": "1.3", "tool_version": "0", "set_id": "", "kind": kind,
        "started_at": "", "finished_at": null, "argv": [], "private": true, "members": [],
        "table": [], "verdict": null, "reasons": [], "findings": []
    }))
    .unwrap()
}

/// The `no`-th run of a role, at this rate; what else is changed, and judged anew.
fn run(role: &str, no: u32, rows_per_s: f64, change: impl FnOnce(&mut RunRecord)) -> Done {
    let mut record = example();
    record.load.as_mut().unwrap().rows_per_s = rows_per_s;
    change(&mut record);
    let judgement = judge(&record, &criteria::load(None, "methods").unwrap(), None);
    record.criteria = judgement.criteria;
    record.verdict = Some(judgement.verdict);
    Done { label: format!("{role} #{no}"), role: role.to_owned(), record }
}

/// Two rounds of three roles; `near` is how fast the second is.
fn two_rounds(near: [f64; 2]) -> Vec<Done> {
    let same = |_: &mut RunRecord| {};
    vec![
        run("values 500", 1, near[0], same),
        run("autocommit", 1, 900.0, same),
        run("copy-binary 5000", 1, 100_000.0, same),
        run("autocommit", 2, 1_100.0, same),
        run("copy-binary 5000", 2, 120_000.0, same),
        run("values 500", 2, near[1], same),
    ]
}

fn judged(done: &[Done]) -> Set {
    let mut set = of(done, "methods");
    methods::judge(&mut set, done);
    set
}

/// A set of these runs that isn't judged.
fn of(done: &[Done], kind: &str) -> Set {
    let member = |done: &Done| Member {
        label: done.label.clone(),
        role: done.role.clone(),
        run_id: done.record.run_id.clone(),
        sha256: String::new(),
        path: String::new(),
        verdict: done.record.verdict,
    };
    Set { members: done.iter().map(member).collect(), ..empty(kind) }
}

fn setting(record: &mut RunRecord, name: &str, value: &str) {
    let settings = &mut record.server.as_mut().unwrap().settings;
    settings.iter_mut().find(|s| s.name == name).unwrap().value = value.to_owned();
}

/// The ids of the reasons and of the findings.
fn ids(set: &Set) -> (Vec<&str>, Vec<&str>) {
    let reasons = set.reasons.iter().map(|note| note.id.as_str());
    let findings = set.findings.iter().map(|note| note.id.as_str());
    (reasons.collect(), findings.collect())
}

#[test]
fn the_fastest_is_the_best_where_all_its_runs_were_faster() {
    let set = judged(&two_rounds([70_000.0, 99_999.0]));
    let rates: Vec<_> = set.table.iter().map(|r| (r.role.as_str(), r.rows_per_s)).collect();
    let expected = [
        ("copy-binary 5000", Some(110_000.0)),
        ("values 500", Some(84_999.5)),
        ("autocommit", Some(1_000.0)),
    ];
    assert_eq!(rates, expected);
    assert_eq!(set.table[0].gain, Some(110.0));
    assert_eq!((set.table[0].rows_per_s_min, set.table[0].runs), (Some(100_000.0), 2));
    let best: Vec<_> = set.table.iter().map(|row| row.best).collect();
    assert_eq!((best, set.verdict), (vec![true, false, false], Some(Verdict::Pass)));
}

#[test]
fn runs_that_overlap_show_no_difference() {
    let set = judged(&two_rounds([70_000.0, 100_000.0]));
    assert!(set.table.iter().all(|row| !row.best));
    let roles = &set.findings[0].args["roles"];
    assert_eq!(
        (ids(&set).1, roles),
        (vec!["no_difference"], &"copy-binary 5000, values 500".into())
    );
    assert_eq!(set.verdict, Some(Verdict::Pass));
    let once = judged(&two_rounds([70_000.0, 80_000.0])[..3]);
    assert!(once.table.iter().all(|row| !row.best));
    assert_eq!(ids(&once).1, ["one_round"]);
}

#[test]
fn runs_of_different_durability_are_not_compared() {
    for (name, value) in [
        ("synchronous_commit", "local"),
        ("full_page_writes", "off"),
        ("wal_level", "logical"),
        ("synchronous_standby_names", "s1"),
    ] {
        let mut done = two_rounds([70_000.0, 80_000.0]);
        setting(&mut done[4].record, name, value);
        let set = judged(&done);
        assert_eq!((set.verdict, set.table.len()), (Some(Verdict::Invalid), 0), "{name}");
        let text = set.reasons[0].text(Lang::En);
        assert!(text.contains(name) && text.contains("copy-binary 5000 #2"), "{text}");
    }
    let mut done = two_rounds([70_000.0, 80_000.0]);
    done[1].record.server.as_mut().unwrap().address = "elsewhere".to_owned();
    assert_eq!(ids(&judged(&done)).0, ["servers_differ"]);
    // Another setting is a finding.
    let mut done = two_rounds([70_000.0, 80_000.0]);
    setting(&mut done[1].record, "max_wal_size", "9GB");
    let set = judged(&done);
    assert_eq!((ids(&set).1, set.verdict), (vec!["setting_changed"], Some(Verdict::Pass)));
}

#[test]
fn what_was_lost_goes_before_everything_and_a_broken_row_is_not_the_best() {
    let mut done = two_rounds([70_000.0, 80_000.0]);
    setting(&mut done[4].record, "wal_level", "logical");
    done[0] = run("values 500", 1, 7.0, |r| r.verification.as_mut().unwrap().lost = 1);
    let set = judged(&done);
    assert_eq!((set.verdict, ids(&set).0), (Some(Verdict::Fail), vec!["run_broke"]));

    let mut done = two_rounds([70_000.0, 80_000.0]);
    done[2] = run("copy-binary 5000", 1, 100_000.0, |r| {
        r.load.as_mut().unwrap().batches.failed = 1;
    });
    let set = judged(&done);
    assert_eq!(
        (set.verdict, &set.table[0].broken),
        (Some(Verdict::Fail), &vec!["failed_batches".to_owned()])
    );
    assert_eq!(set.table.iter().find(|row| row.best).unwrap().role, "values 500");
}

#[test]
fn a_lead_that_is_the_clients_decides_nothing() {
    let mut done = two_rounds([70_000.0, 80_000.0]);
    for (index, no, rate) in [(2, 1, 100_000.0), (4, 2, 120_000.0)] {
        done[index] = run("copy-binary 5000", no, rate, |r| {
            r.harness.busiest_thread.as_mut().unwrap().busy = 0.99;
        });
    }
    let set = judged(&done);
    assert_eq!((set.verdict, ids(&set).0), (Some(Verdict::Inconclusive), vec!["best_is_clients"]));
    assert_eq!(set.table[0].notes[0].id, "client_limit");

    let off = two_rounds([7.0, 8.0]).into_iter().map(|mut done| {
        setting(&mut done.record, "fsync", "off");
        done
    });
    let set = judged(&off.collect::<Vec<_>>());
    assert_eq!((set.verdict, ids(&set).0), (Some(Verdict::Invalid), vec!["not_durable"]));
}

#[test]
fn the_servers_processor_time_is_what_is_left_of_the_machines() {
    let mut record = example();
    let load = record.load.as_mut().unwrap();
    (load.rows_acknowledged, load.elapsed_s) = (1_000_000, 2.5);
    let point = |second, cpu| Point {
        second,
        client_cpu: Some(0.5),
        server: Some(ServerPoint { cpu, ..ServerPoint::default() }),
        ..Point::default()
    };
    record.series = vec![point(0, Some(1.5)), point(1, Some(2.0)), point(2, Some(1.5))];
    // 1.0 + 1.5 + half a second of 1.0.
    let us = table::server_cpu_us_per_row(&record).unwrap();
    assert!((us - 3.0).abs() < 1e-9, "{us}");
    record.series[1].server = None;
    assert_eq!(table::server_cpu_us_per_row(&record), None);
}

fn options() -> RunOptions {
    let criteria = criteria::load(None, "capacity").unwrap();
    RunOptions::new(Work::burst(1), 1_000, criteria, PathBuf::new())
}

fn comparison(seed: u64) -> Methods {
    Methods {
        base: RunOptions { seed, ..options() },
        methods: vec![Method::CopyBinary, Method::Values, Method::Unnest],
        sizes: vec![500, 5_000],
        rounds: 3,
        rows: 100_000,
        writers: 4,
    }
}

/// The labels of a plan, whose runs all come out like the example.
fn labels(plan: &dyn Plan) -> Vec<String> {
    let mut done: Vec<Done> = Vec::new();
    while let Some(step) = plan.next(&done) {
        done.push(Done { label: step.label, role: step.role, record: example() });
    }
    done.into_iter().map(|done| done.label).collect()
}

#[test]
fn each_round_has_every_method_and_size_once_in_an_order_of_its_own() {
    let plan = comparison(1);
    let labels_of_1 = labels(&plan);
    assert_eq!(plan.total(&[]), Some(21));
    assert_eq!(labels_of_1.iter().collect::<HashSet<_>>().len(), 21);
    let rounds: Vec<Vec<_>> = labels_of_1
        .chunks(7)
        .map(|round| round.iter().map(|label| label.split(" #").next().unwrap()).collect())
        .collect();
    let sorted = |round: &[_]| {
        let mut round: Vec<&str> = round.to_vec();
        round.sort_unstable();
        round
    };
    assert_eq!(sorted(&rounds[0]), sorted(&rounds[1]));
    assert!(rounds[0] != rounds[1] && rounds[1] != rounds[2], "{rounds:?}");
    assert_eq!(labels(&comparison(1)), labels_of_1, "the same again");
    assert_ne!(labels(&comparison(2)), labels_of_1);
}

#[test]
fn a_comparison_ends_where_the_durability_changed() {
    let mut done: Vec<Done> = Vec::new();
    let plan = comparison(1);
    while let Some(step) = plan.next(&done) {
        let mut record = example();
        if done.len() == 4 {
            setting(&mut record, "synchronous_commit", "local");
        }
        done.push(Done { label: step.label, role: step.role, record });
    }
    assert_eq!(done.len(), 5);
}

/// A server that stores so many rows a second: `by_writers` in closed loops,
/// and `holds` whatever it says of a rate and how often it was tried.
fn search(
    start: Option<f64>,
    by_writers: impl Fn(u32) -> u64,
    holds: impl Fn(f64, usize) -> Verdict,
) -> (CapacityPlan, Vec<Done>) {
    search_with(64, start, by_writers, holds)
}

fn search_with(
    max_writers: u32,
    start: Option<f64>,
    by_writers: impl Fn(u32) -> u64,
    holds: impl Fn(f64, usize) -> Verdict,
) -> (CapacityPlan, Vec<Done>) {
    let plan = CapacityPlan {
        base: options(),
        step_time: Duration::from_secs(20),
        start,
        precision: 0.05,
        max_writers,
    };
    let table = processing_activities::table(plan.base.key);
    let mut done: Vec<Done> = Vec::new();
    while let Some(step) = plan.next(&done) {
        assert!(done.len() < 50);
        let mut record = example();
        record.scenario = step.options.scenario(&table).unwrap();
        let soak = record.scenario.soak.clone().unwrap();
        let load = record.load.as_mut().unwrap();
        load.elapsed_s = soak.duration_s;
        record.verdict = Some(Verdict::Pass);
        match soak.rate_rows_per_s {
            None => {
                let rows = by_writers(soak.writers.unwrap());
                load.rows_per_s = rows as f64;
                let point = |second| Point { second, rows, ..Point::default() };
                record.series = (0..20).map(point).collect();
            }
            Some(rate) => {
                let again = done.iter().filter(|done| done.role == step.role).count() + 1;
                let verdict = holds(rate, again);
                record.verdict = Some(verdict);
                let mut criteria = record.criteria.iter_mut();
                criteria.find(|c| c.id == "write_pool_utilization").unwrap().verdict = verdict;
            }
        }
        done.push(Done { label: step.label, role: step.role, record });
    }
    (plan, done)
}

fn found(plan: &CapacityPlan, done: &[Done], need: Option<f64>) -> Set {
    let mut set = of(done, "capacity");
    capacity::judge(&mut set, done, plan.bounds(done).as_ref(), need);
    set
}

fn up_to(capacity: f64) -> impl Fn(f64, usize) -> Verdict {
    move |rate, _| if rate <= capacity { Verdict::Pass } else { Verdict::Fail }
}

fn saturating(writers: u32) -> u64 {
    u64::from(writers.min(4)) * 10_000
}

#[test]
fn writers_are_doubled_then_rates_are_stepped_and_both_ends_confirmed() {
    let (plan, done) = search(None, saturating, up_to(33_000.0));
    let labels: Vec<&str> = done.iter().map(|done| done.label.as_str()).collect();
    let expected = [
        "writers 1",
        "writers 2",
        "writers 4",
        "writers 8",
        "writers 16",
        "rate 40000",
        "rate 20000",
        "rate 30000",
        "rate 35000",
        "rate 32500",
        "rate 33800",
        "rate 32500 #2",
        "rate 33800 #2",
    ];
    assert_eq!(labels, expected);
    // Four writers use three quarters of the pool.
    assert_eq!(done[5].record.scenario.write_pool, 6);
    let set = found(&plan, &done, Some(20_000.0));
    let capacity = set.capacity.as_ref().unwrap();
    assert_eq!(capacity.sustained_rows_per_s, Some(32_500.0));
    assert_eq!(capacity.broken_rows_per_s, Some(33_800.0));
    assert_eq!(capacity.first_broken.as_deref(), Some("write_pool_utilization"));
    assert_eq!((capacity.best_writers, capacity.headroom), (Some(4), Some(1.625)));
    assert_eq!(set.verdict, Some(Verdict::Pass));
    let best: Vec<&str> = set.table.iter().filter(|r| r.best).map(|r| r.role.as_str()).collect();
    assert_eq!(best, ["rate 32500"]);
}

/// Where the writers' limit ends their search, nothing says that more bring nothing.
#[test]
fn writers_that_were_not_tried_are_not_called_worse() {
    for (max_writers, best, pool) in [(1, 1, 2), (2, 2, 3), (8, 4, 6)] {
        let (plan, done) = search_with(max_writers, None, saturating, up_to(15_000.0));
        let set = found(&plan, &done, None);
        let note = set.findings.iter().find(|note| note.id == "writers_not_settled").unwrap();
        let args = json!({"best": best, "most": max_writers, "pool": pool});
        assert_eq!(serde_json::to_value(&note.args).unwrap(), args);
        assert!(note.text(Lang::En).contains("--write-pool"), "{}", note.text(Lang::En));
    }
    let (plan, done) = search_with(16, None, saturating, up_to(15_000.0));
    let set = found(&plan, &done, None);
    assert!(!ids(&set).1.contains(&"writers_not_settled"), "two steps brought nothing");
    // Numbers are grouped as in the table.
    let short = set.findings.iter().find(|note| note.id == "short_steps").unwrap();
    assert!(short.text(Lang::En).contains("rely on 15,000 rows/s"), "{}", short.text(Lang::En));
    assert!(short.text(Lang::Vi).contains("15.000 dòng/giây"), "{}", short.text(Lang::Vi));
}

#[test]
fn headroom_decides_where_something_is_needed() {
    let (plan, done) = search(Some(30_000.0), saturating, up_to(33_000.0));
    let verdict = |need| {
        let set = found(&plan, &done, need);
        (set.verdict.unwrap(), ids(&set).0.first().map(|id| (*id).to_owned()))
    };
    let held = found(&plan, &done, None).capacity.unwrap().sustained_rows_per_s.unwrap();
    assert_eq!(verdict(Some(held)), (Verdict::Pass, None));
    assert_eq!(verdict(Some(held + 1.0)), (Verdict::Fail, Some("need_not_met".to_owned())));
    assert_eq!(verdict(None), (Verdict::Pass, None));
    assert!(ids(&found(&plan, &done, None)).1.contains(&"no_need"));
    let (plan, done) = search(Some(30_000.0), saturating, up_to(1.0));
    let set = found(&plan, &done, None);
    assert_eq!((set.verdict, ids(&set).0), (Some(Verdict::Fail), vec!["nothing_held"]));
}

#[test]
fn a_step_whose_limit_is_the_client_ends_the_search_and_passes_for_nothing() {
    let (plan, done) = search(Some(20_000.0), saturating, |rate, _| match rate > 50_000.0 {
        true => Verdict::Invalid,
        false => Verdict::Pass,
    });
    let set = found(&plan, &done, None);
    assert_eq!((set.verdict, ids(&set).0), (Some(Verdict::Invalid), vec!["client_limit_at"]));
    assert_eq!(set.capacity.as_ref().unwrap().sustained_rows_per_s, Some(40_000.0));
    // What is needed was held below.
    assert_eq!(found(&plan, &done, Some(40_000.0)).verdict, Some(Verdict::Pass));
    assert_eq!(found(&plan, &done, Some(40_001.0)).verdict, Some(Verdict::Invalid));
    let (plan, done) = search(Some(20_000.0), saturating, |_, _| Verdict::Inconclusive);
    assert_eq!(found(&plan, &done, None).verdict, Some(Verdict::Inconclusive));
}

#[test]
fn what_was_lost_in_a_step_fails_the_set() {
    let (plan, mut done) = search(Some(30_000.0), saturating, up_to(33_000.0));
    let lost = done[0].record.criteria.iter_mut().find(|c| c.id == "lost").unwrap();
    lost.verdict = Verdict::Fail;
    assert_eq!(found(&plan, &done, Some(1.0)).verdict, Some(Verdict::Fail));
}

fn fits(text: &str) {
    for line in text.lines() {
        assert!(line.width() <= 80, "{line}");
    }
}

#[test]
fn the_texts_are_read_in_both_languages_within_80_columns() {
    let done = two_rounds([70_000.0, 100_000.0]);
    let mut set = judged(&done);
    set.table.push(Row { role: "copy-binary 50000".to_owned(), ..set.table[0].clone() });
    for (name, lang) in [("methods_en", Lang::En), ("methods_vi", Lang::Vi)] {
        let text = summary(&set, Some(&done[0].record), lang);
        fits(&text);
        insta::assert_snapshot!(name, text);
    }
    let (plan, done) = search(None, saturating, |rate, run| match (rate, run) {
        (30_000.0, 1) => Verdict::Fail,
        _ => up_to(33_000.0)(rate, run),
    });
    let set = found(&plan, &done, Some(20_000.0));
    for (name, lang) in [("capacity_en", Lang::En), ("capacity_vi", Lang::Vi)] {
        let text = summary(&set, Some(&done[0].record), lang);
        fits(&text);
        insta::assert_snapshot!(name, text);
    }
}
