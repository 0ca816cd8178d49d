//! Checkpoints are judged only where one was there to be judged: what a soak
//! was too short for is inconclusive, and says how long it has to be.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use pgvalidate::judge::{criteria, explain, judge};
use pgvalidate::message::{Lang, Localized};
use pgvalidate::model::database::{Checkpoint, CheckpointSource, Checkpoints, Database};
use pgvalidate::model::record::Setting;
use pgvalidate::model::scenario::Soak;
use pgvalidate::model::series::{Point, PointLatency, ServerPoint};
use pgvalidate::model::{Reason, RunRecord, Unavailable, Verdict};

const SECONDS: u32 = 40;

fn checkpoint(began_s: f64, ended_s: Option<f64>) -> Checkpoint {
    let (sync_began_s, kind) = (ended_s.map(|end| end - 1.0), None);
    Checkpoint { began_s, sync_began_s, ended_s, kind, buffers: None, wal_distance_bytes: None }
}

/// A soak on a server with a checkpoint_timeout of five minutes, and its checkpoints.
fn soak(timed: u64, requested: u64, each: Vec<Checkpoint>) -> RunRecord {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/results/example/run.json");
    let mut record: RunRecord =
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    record.scenario.name = "soak".into();
    record.scenario.soak = Some(Soak { duration_s: 40.0, writers: Some(10), ..Soak::default() });
    let settings = &mut record.server.as_mut().unwrap().settings;
    settings.retain(|setting| setting.name != "checkpoint_timeout");
    settings.push(Setting {
        name: "checkpoint_timeout".into(),
        value: "5min".into(),
        source: "default".into(),
    });
    let source = CheckpointSource::Log;
    let checkpoints = Checkpoints { timed, requested, source, each, ..Checkpoints::default() };
    record.database = Some(Database { checkpoints: Some(checkpoints), ..Database::default() });
    record.unavailable.clear();
    record.series = (0..SECONDS).map(|second| point(second, 100.0, &[("CPU", 30)])).collect();
    record
}

fn point(second: u32, p99: f64, waits: &[(&str, u32)]) -> Point {
    let histogram = String::new();
    let response = PointLatency { mean: p99, p50: p99, p95: p99, p99, max: p99, histogram };
    let waits = waits.iter().map(|(event, n)| ((*event).to_owned(), *n)).collect();
    let server = ServerPoint { waits, ..ServerPoint::default() };
    let response_ms = Some(response);
    Point {
        second,
        batches: 100,
        rows: 10_000,
        response_ms,
        server: Some(server),
        ..Point::default()
    }
}

/// Verdict, number and words of the two criteria.
fn judged(mut record: RunRecord) -> [(Verdict, Option<f64>, String); 2] {
    record.stalls.clear();
    explain::enter(&mut record);
    let shipped = criteria::load(None, "soak").unwrap();
    let judgement = judge(&record, &shipped, None);
    ["checkpoints_on_schedule", "no_checkpoint_stall"].map(|id| {
        let one = judgement.criteria.iter().find(|c| c.id == id).unwrap();
        (one.verdict, one.observed, one.reason.text(Lang::En))
    })
}

#[test]
fn a_soak_without_a_checkpoint_says_how_long_it_has_to_be() {
    let says = "no checkpoint fell into the run; soak for 2 x checkpoint_timeout = 600 s";
    for (verdict, observed, words) in judged(soak(0, 0, vec![])) {
        assert_eq!((verdict, observed, words.as_str()), (Verdict::Inconclusive, None, says));
    }
}

#[test]
fn part_of_a_checkpoint_is_no_proof_that_none_stalls() {
    for each in [vec![checkpoint(10.0, None)], vec![checkpoint(-5.0, Some(20.0))]] {
        let [schedule, stall] = judged(soak(1, 0, each));
        assert_eq!((schedule.0, schedule.1), (Verdict::Pass, Some(0.0)));
        assert_eq!((stall.0, stall.1), (Verdict::Inconclusive, None));
        assert!(stall.2.starts_with("no checkpoint ran from beginning to end"), "{}", stall.2);
    }
    let [schedule, stall] = judged(soak(1, 1, vec![checkpoint(3.0, Some(20.0))]));
    assert_eq!((schedule.0, schedule.1), (Verdict::Pass, Some(0.5)));
    assert_eq!((stall.0, stall.1), (Verdict::Pass, Some(0.0)));
}

#[test]
fn checkpoints_that_max_wal_size_asks_for_are_not_on_schedule() {
    let [schedule, _] = judged(soak(1, 2, vec![checkpoint(3.0, Some(20.0))]));
    assert_eq!((schedule.0, schedule.1), (Verdict::Fail, Some(2.0 / 3.0)));
}

/// Found is found, though the checkpoint didn't end within the run.
#[test]
fn a_stall_by_a_checkpoint_fails() {
    for ended_s in [Some(23.0), None] {
        let mut each = checkpoint(19.0, ended_s);
        each.sync_began_s = Some(20.0);
        let mut record = soak(1, 0, vec![each]);
        for second in [20, 21] {
            record.series[second as usize] =
                point(second, 2_000.0, &[("IO:WALSync", 90), ("IO:DataFileImmediateSync", 5)]);
        }
        if ended_s.is_none() {
            // Idle again as far as the series goes, so that it stands out.
            record.series.truncate(23);
        }
        let [_, stall] = judged(record);
        assert_eq!((stall.0, stall.1), (Verdict::Fail, Some(1.0)), "{}", stall.2);
    }
}

/// Response times that grow all the while hide whatever a checkpoint does.
#[test]
fn where_no_stall_could_stand_out_none_is_no_proof() {
    let mut record = soak(1, 0, vec![checkpoint(3.0, Some(20.0))]);
    let growing = |second| point(second, f64::from(second + 1) * 200.0, &[("CPU", 30)]);
    record.series = (0..SECONDS).map(growing).collect();
    let [_, stall] = judged(record.clone());
    assert_eq!((stall.0, stall.1), (Verdict::Inconclusive, None), "{}", stall.2);
    assert!(stall.2.contains("would stand out"), "{}", stall.2);
    // Nor where one was found that comes from something else.
    record.series[30] = point(30, 900_000.0, &[("Lock:tuple", 90)]);
    let [_, stall] = judged(record);
    assert_eq!((stall.0, stall.1), (Verdict::Inconclusive, None), "{}", stall.2);
}

#[test]
fn where_nothing_was_sampled_the_reason_is_that() {
    let mut record = soak(0, 0, vec![]);
    record.database = None;
    let reason = Reason::SwitchedOff { flag: "--no-sampling".into() }.into();
    record.unavailable.push(Unavailable { path: "database".into(), reason });
    for (verdict, observed, words) in judged(record) {
        assert_eq!((verdict, observed), (Verdict::Inconclusive, None));
        assert_eq!(words, "switched off by --no-sampling");
    }
}

#[test]
fn without_a_known_checkpoint_timeout_nothing_is_promised() {
    let mut record = soak(0, 0, vec![]);
    record.server.as_mut().unwrap().settings.clear();
    let [schedule, stall] = judged(record);
    assert_eq!((schedule.0, stall.0), (Verdict::Inconclusive, Verdict::Inconclusive));
    assert!(!schedule.2.contains(" s"), "{}", schedule.2);
}
