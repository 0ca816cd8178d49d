//! Recorded series with a known cause each: explaining finds the stall and
//! that cause, and gives none where the evidence is missing.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use pgvalidate::judge::explain::{enter, explain};
use pgvalidate::message::{Lang, Localized};
use pgvalidate::model::database::{
    Checkpoint, CheckpointPhase, CheckpointSource, Checkpoints, Database,
};
use pgvalidate::model::scenario::Soak;
use pgvalidate::model::series::{Point, PointLatency, ServerPoint};
use pgvalidate::model::{Cause, RunRecord};

/// How long the series are, and where each has its stall.
const SECONDS: u32 = 120;
const STALL: std::ops::Range<u32> = 60..63;

/// A soak of two minutes with ten writers, 100 batches/s of 100 rows, sampled:
/// as even as it gets.
fn even() -> RunRecord {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/results/example/run.json");
    let mut record: RunRecord =
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    record.scenario.name = "soak".into();
    record.scenario.soak = Some(Soak { duration_s: 120.0, writers: Some(10), ..Soak::default() });
    record.scenario.write_pool = 16;
    record.host.cpus = 4;
    let checkpoints = Checkpoints { source: CheckpointSource::Log, ..Checkpoints::default() };
    record.database = Some(Database { checkpoints: Some(checkpoints), ..Database::default() });
    record.series = (0..SECONDS).map(usual).collect();
    record
}

fn usual(second: u32) -> Point {
    Point {
        second,
        rows: 10_000,
        batches: 100,
        response_ms: Some(response(100.0 + f64::from(second % 7) * 3.0)),
        in_use: Some(10.0),
        waiting: Some(0.0),
        queue_depth: Some(10),
        client_cpu: Some(0.4),
        server: Some(ServerPoint {
            wal_bytes: Some(4_000_000),
            full_page_images: Some(40),
            wal_buffers_full: Some(5),
            checkpointer_buffers: Some(0),
            waits: waits(&[("IO:WALSync", 40), ("LWLock:WALWrite", 30), ("CPU", 30)]),
            checkpoint: Some(CheckpointPhase::None),
            autovacuum_workers: Some(0),
            disk_busy: Some(0.3),
            ..ServerPoint::default()
        }),
        ..Point::default()
    }
}

fn response(p99: f64) -> PointLatency {
    let (p50, p95) = (p99 / 2.0, p99 * 0.9);
    PointLatency { mean: p50, p50, p95, p99, max: p99, histogram: String::new() }
}

fn waits(events: &[(&str, u32)]) -> std::collections::BTreeMap<String, u32> {
    events.iter().map(|(event, samples)| ((*event).to_owned(), *samples)).collect()
}

/// An even run with a stall of three seconds in it, in which the writers wait for `events`.
fn stalled(events: &[(&str, u32)]) -> RunRecord {
    let mut record = even();
    for point in in_stall(&mut record) {
        (point.rows, point.batches) = (1_000, 10);
        point.response_ms = Some(response(1_000.0));
        server(point).waits = waits(events);
    }
    record
}

fn in_stall(record: &mut RunRecord) -> impl Iterator<Item = &mut Point> {
    record.series.iter_mut().filter(|point| STALL.contains(&point.second))
}

fn server(point: &mut Point) -> &mut ServerPoint {
    point.server.as_mut().unwrap()
}

fn checkpoint(record: &mut RunRecord, began_s: f64, sync_began_s: f64, ended_s: f64) {
    let checkpoints = record.database.as_mut().unwrap().checkpoints.as_mut().unwrap();
    checkpoints.each.push(Checkpoint {
        began_s,
        sync_began_s: Some(sync_began_s),
        ended_s: Some(ended_s),
        kind: None,
        buffers: None,
        wal_distance_bytes: None,
    });
}

/// The cause of the one stall, which is where it was put, with its evidence in both languages.
fn cause(record: &RunRecord) -> Cause {
    let explained = explain(record);
    assert_eq!(explained.stalls.len(), 1, "{:?}", explained.stalls);
    let stall = &explained.stalls[0];
    assert_eq!((stall.from_s, stall.until_s), (STALL.start, STALL.end));
    assert!(!stall.evidence.is_empty());
    for note in &stall.evidence {
        for lang in [Lang::En, Lang::Vi] {
            assert!(!note.text(lang).contains(&note.id), "{}", note.text(lang));
        }
    }
    let share = explained.summary.unwrap().explained_share;
    assert_eq!(share, Some(if stall.cause == Cause::Unexplained { 0.0 } else { 1.0 }));
    stall.cause
}

/// What slow storage looks like.
const STORAGE: [(&str, u32); 3] =
    [("IO:WALSync", 30), ("LWLock:WALWrite", 60), ("IO:DataFileExtend", 10)];

#[test]
fn a_checkpoint_that_writes() {
    let mut record = stalled(&STORAGE);
    checkpoint(&mut record, 45.0, 70.0, 70.2);
    let checkpoint_writes = record.series.iter_mut().filter(|p| (45..71).contains(&p.second));
    checkpoint_writes.for_each(|point| server(point).checkpointer_buffers = Some(9_000));
    assert_eq!(cause(&record), Cause::CheckpointWrite);
}

#[test]
fn a_checkpoint_that_syncs() {
    let mut record = stalled(&STORAGE);
    checkpoint(&mut record, 20.0, 60.3, 62.5);
    assert_eq!(cause(&record), Cause::CheckpointSync);
}

#[test]
fn a_short_checkpoint_seen_by_polling_and_by_its_waits() {
    let mut record = stalled(&STORAGE);
    let checkpoints = record.database.as_mut().unwrap().checkpoints.as_mut().unwrap();
    checkpoints.source = CheckpointSource::Polling;
    for point in in_stall(&mut record) {
        server(point).checkpoint = Some(CheckpointPhase::Sync);
    }
    assert_eq!(cause(&record), Cause::CheckpointSync);
}

#[test]
fn a_checkpoint_that_goes_on_all_the_time_explains_nothing() {
    let mut record = stalled(&STORAGE);
    checkpoint(&mut record, -10.0, 110.0, 110.1);
    assert_eq!(cause(&record), Cause::WalFlush);
}

#[test]
fn a_flush_that_takes_long_in_both_spellings() {
    for event in ["IO:WALSync", "IO:WalSync"] {
        let record = stalled(&[(event, 30), ("LWLock:WALWrite", 70)]);
        assert_eq!(cause(&record), Cause::WalFlush);
    }
}

#[test]
fn full_page_images_after_a_checkpoint_began() {
    let mut record = stalled(&[("IO:WALWrite", 30), ("LWLock:WALWrite", 50), ("CPU", 20)]);
    checkpoint(&mut record, 59.5, 110.0, 110.1);
    for point in in_stall(&mut record) {
        server(point).wal_bytes = Some(5_000_000);
        server(point).full_page_images = Some(500);
    }
    assert_eq!(cause(&record), Cause::FullPageImages);
}

#[test]
fn no_room_in_wal_buffers() {
    let mut record = stalled(&[("LWLock:WALBufMapping", 70), ("IO:WALWrite", 15), ("CPU", 15)]);
    in_stall(&mut record).for_each(|point| server(point).wal_buffers_full = Some(900));
    assert_eq!(cause(&record), Cause::WalBuffers);
}

#[test]
fn a_table_that_is_extended() {
    let record = stalled(&[("Lock:extend", 80), ("IO:DataFileExtend", 10), ("CPU", 10)]);
    assert_eq!(cause(&record), Cause::RelationExtension);
}

#[test]
fn a_lock_even_while_a_checkpoint_writes() {
    let mut record = stalled(&[("Lock:relation", 95), ("CPU", 5)]);
    checkpoint(&mut record, 50.0, 63.5, 64.0);
    assert_eq!(cause(&record), Cause::Lock);
}

#[test]
fn a_worker_of_autovacuum() {
    let mut record = stalled(&[("IO:DataFileRead", 60), ("LWLock:WALWrite", 40)]);
    in_stall(&mut record).for_each(|point| server(point).autovacuum_workers = Some(2));
    assert_eq!(cause(&record), Cause::Autovacuum);
}

#[test]
fn a_standby_that_answers_late() {
    let mut record = stalled(&[("IPC:SyncRep", 95), ("CPU", 5)]);
    in_stall(&mut record).for_each(|point| server(point).replay_lag_bytes = Some(50 << 20));
    record.series.iter_mut().filter(|p| p.second < 60).for_each(|point| {
        server(point).replay_lag_bytes = Some(1 << 10);
    });
    assert_eq!(cause(&record), Cause::Replication);
}

/// More batches than connections, while each takes no longer than usual.
fn crowded() -> RunRecord {
    let mut record = even();
    for point in in_stall(&mut record) {
        (point.rows, point.batches) = (16_000, 160);
        point.response_ms = Some(response(1_000.0));
        (point.in_use, point.waiting, point.queue_depth) = (Some(16.0), Some(120.0), Some(150));
    }
    record
}

#[test]
fn a_pool_that_is_too_small_for_a_rush() {
    assert_eq!(cause(&crowded()), Cause::PoolWait);
}

#[test]
fn a_pool_that_fills_since_the_server_is_slow_is_no_cause() {
    let mut record = crowded();
    in_stall(&mut record).for_each(|point| point.batches = 10);
    let mut unseen = record.clone();
    unseen.series.iter_mut().for_each(|point| point.server = None);
    assert_eq!(cause(&unseen), Cause::Unexplained);
    for point in in_stall(&mut record) {
        server(point).waits = waits(&[("IO:WALSync", 60), ("LWLock:WALWrite", 100)]);
    }
    assert_eq!(cause(&record), Cause::WalFlush);
}

#[test]
fn a_tool_that_has_no_processor_left() {
    let mut record = stalled(&[("Client:ClientRead", 90), ("CPU", 10)]);
    in_stall(&mut record).for_each(|point| point.client_cpu = Some(3.9));
    assert_eq!(cause(&record), Cause::ClientCpu);
    // A server that waits for a client that has processors left: something between them.
    in_stall(&mut record).for_each(|point| point.client_cpu = Some(0.2));
    assert_eq!(cause(&record), Cause::Unexplained);
}

#[test]
fn something_else_is_unexplained_and_named() {
    let record = stalled(&[("LWLock:LockManager", 90), ("CPU", 10)]);
    assert_eq!(cause(&record), Cause::Unexplained);
    let stalls = explain(&record).stalls;
    assert_eq!(stalls[0].evidence[0].text(Lang::En), "93% of the lost time in LWLock:LockManager");
}

#[test]
fn a_cause_must_take_most_of_the_time() {
    let events = [("Lock:relation", 40), ("LWLock:LockManager", 30), ("IO:DataFileRead", 30)];
    assert_eq!(cause(&stalled(&events)), Cause::Unexplained);
}

#[test]
fn without_sampling_no_cause_is_claimed() {
    let mut record = stalled(&STORAGE);
    record.database = None;
    record.series.iter_mut().for_each(|point| point.server = None);
    assert_eq!(cause(&record), Cause::Unexplained);
    let stalls = explain(&record).stalls;
    assert_eq!(stalls[0].evidence[0].text(Lang::En), "what the server did then wasn't seen");
    // Nor where only the stall itself wasn't sampled.
    let mut record = stalled(&STORAGE);
    checkpoint(&mut record, 45.0, 90.0, 90.2);
    in_stall(&mut record).for_each(|point| point.server = None);
    assert_eq!(cause(&record), Cause::Unexplained);
}

#[test]
fn where_nobody_saw_the_waits_a_rare_coincidence_counts() {
    let mut record = stalled(&STORAGE);
    record.series.iter_mut().for_each(|point| server(point).waits.clear());
    checkpoint(&mut record, 59.0, 60.1, 63.0);
    assert_eq!(cause(&record), Cause::CheckpointSync);
}

#[test]
fn noise_has_no_stall() {
    let mut record = even();
    // The middle of twelve draws is close to a normal distribution.
    let mut state = 42_u64;
    let mut draw = move || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / f64::from(1_u32 << 31)
    };
    record.series = (0..1_800)
        .map(|second| {
            let normal: f64 = (0..12).map(|_| draw()).sum::<f64>() - 6.0;
            Point { response_ms: Some(response(200.0 * (0.4 * normal).exp())), ..usual(second) }
        })
        .collect();
    let explained = explain(&record);
    assert_eq!(explained.stalls, []);
    let summary = explained.summary.unwrap();
    assert_eq!((summary.seconds, summary.stalled_seconds), (1_800, 0));
    assert_eq!(summary.explained_share, None);
}

#[test]
fn the_share_explained_is_of_seconds() {
    let mut record = stalled(&[("Lock:relation", 95), ("CPU", 5)]);
    let point = &mut record.series[100];
    point.batches = 10;
    point.response_ms = Some(response(800.0));
    server(point).waits = waits(&[("LWLock:LockManager", 90), ("CPU", 10)]);
    enter(&mut record);
    let causes: Vec<Cause> = record.stalls.iter().map(|stall| stall.cause).collect();
    assert_eq!(causes, [Cause::Lock, Cause::Unexplained]);
    let summary = record.stall_summary.as_ref().unwrap();
    assert_eq!((summary.stalled_seconds, summary.explained_share), (4, Some(0.75)));
}

#[test]
fn a_stall_reaches_back_to_where_its_batches_were_due() {
    // All writers but one go on; the one that is held up is told of at its end.
    let mut record = even();
    for point in &mut record.series[50..60] {
        server(point).waits.insert("Lock:transactionid".into(), 10);
    }
    record.series[60].response_ms = Some(response(10_000.0));
    let stalls = explain(&record).stalls;
    assert_eq!((stalls[0].from_s, stalls[0].until_s), (60, 61));
    assert_eq!((stalls[0].response_ms, stalls[0].cause), (10_000.0, Cause::Lock));
}

#[test]
fn seconds_in_which_nothing_ends_are_a_stall() {
    let mut record = stalled(&[("Lock:relation", 95), ("CPU", 5)]);
    for point in in_stall(&mut record).take(2) {
        (point.rows, point.batches, point.response_ms) = (0, 0, None);
    }
    in_stall(&mut record).for_each(|point| {
        point.response_ms = point.response_ms.take().map(|_| response(2_900.0));
    });
    assert_eq!(cause(&record), Cause::Lock);
    assert_eq!(explain(&record).stalls[0].response_ms, 2_900.0);
}

#[test]
fn few_seconds_and_bursts_have_no_summary_and_say_why() {
    let mut record = even();
    record.series.truncate(9);
    record.unavailable.clear();
    enter(&mut record);
    assert_eq!((record.stall_summary.as_ref(), record.stalls.len()), (None, 0));
    let missing = &record.unavailable[0];
    assert_eq!(
        (missing.path.as_str(), missing.reason.id.as_str()),
        ("stall_summary", "too_few_seconds")
    );
    let mut burst = stalled(&STORAGE);
    burst.scenario.soak = None;
    burst.unavailable.clear();
    enter(&mut burst);
    assert_eq!(burst.unavailable[0].reason.id, "stalls_of_soaks_only");
}

#[test]
fn response_times_by_phase_go_into_the_record() {
    let mut record = even();
    checkpoint(&mut record, 20.0, 69.0, 70.0);
    enter(&mut record);
    let checkpoints = record.database.unwrap().checkpoints.unwrap();
    let phases: Vec<_> = checkpoints.by_phase.iter().map(|p| (p.phase, p.seconds)).collect();
    use CheckpointPhase::{Early, None, Sync, Write};
    assert_eq!(phases, [(Early, 5), (Write, 44), (Sync, 1), (None, 70)]);
}
