//! What the checkpointer was doing in a second, and response times by it.

use crate::model::RunRecord;
use crate::model::database::{CheckpointPhase, CheckpointSource, PhaseLatency};
use crate::model::series::Point;

/// A phase with less than this has no ratio: its mean says nothing.
const SECONDS_NEEDED: u32 = 30;

/// Nor one with fewer batches.
const BATCHES_NEEDED: u64 = 1_000;

/// All phases, in their order.
const PHASES: [CheckpointPhase; 4] =
    [CheckpointPhase::Early, CheckpointPhase::Write, CheckpointPhase::Sync, CheckpointPhase::None];

/// What the checkpointer was doing; None where that wasn't seen. Polling
/// doesn't see the sync phase, and is late by a second or two; the
/// checkpointer's waits fill in. The log is exact.
pub(super) fn of(point: &Point, record: &RunRecord) -> Option<CheckpointPhase> {
    let checkpoints = record.database.as_ref()?.checkpoints.as_ref()?;
    if record.unavailable.iter().any(|u| u.path == "database.checkpoints.each") {
        return point.server.as_ref().and_then(|server| server.checkpoint);
    }
    let phases = checkpoints.each.iter().map(|one| one.phase_in(point.second));
    let known = phases.max_by_key(|phase| precedence(*phase)).unwrap_or(CheckpointPhase::None);
    let seen = point.server.as_ref().and_then(|server| server.checkpoint);
    Some(match (checkpoints.source, known, seen) {
        (CheckpointSource::Log, known, _) => known,
        (_, CheckpointPhase::None, Some(seen)) => seen,
        (_, _, Some(CheckpointPhase::Sync)) => CheckpointPhase::Sync,
        (_, known, _) => known,
    })
}

/// Where one checkpoint ends and the next begins in one second, the phase that
/// weighs most counts.
fn precedence(phase: CheckpointPhase) -> u8 {
    match phase {
        CheckpointPhase::None => 0,
        CheckpointPhase::Write => 1,
        CheckpointPhase::Early => 2,
        CheckpointPhase::Sync => 3,
    }
}

/// Response times by what the checkpointer was doing, of the phases that there
/// were; empty where checkpoints weren't seen.
pub(super) fn by_phase(record: &RunRecord) -> Vec<PhaseLatency> {
    let mut all: Vec<PhaseLatency> = Vec::new();
    for phase in PHASES {
        let (mut seconds, mut batches, mut sum_ms) = (0, 0, 0.0);
        for point in record.series.iter().filter(|point| of(point, record) == Some(phase)) {
            seconds += 1;
            if let Some(response) = &point.response_ms {
                batches += point.batches;
                sum_ms += response.mean * point.batches as f64;
            }
        }
        let response_ms_mean = (batches > 0).then(|| sum_ms / batches as f64);
        if seconds > 0 {
            all.push(PhaseLatency { phase, seconds, batches, response_ms_mean, ratio: None });
        }
    }
    let says_something =
        |one: &PhaseLatency| one.seconds >= SECONDS_NEEDED && one.batches >= BATCHES_NEEDED;
    let outside = all.iter().find(|one| one.phase == CheckpointPhase::None);
    let usual = outside.filter(|one| says_something(one)).and_then(|one| one.response_ms_mean);
    for one in all.iter_mut().filter(|one| says_something(one)) {
        one.ratio = one.response_ms_mean.zip(usual).map(|(mean, usual)| mean / usual);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::database::{Checkpoint, Checkpoints, Database};
    use crate::model::series::{PointLatency, ServerPoint};

    fn record(checkpoints: Checkpoints, series: Vec<Point>) -> RunRecord {
        let example = include_str!("../../../results/example/run.json");
        let mut record: RunRecord = serde_json::from_str(example).unwrap();
        let checkpoints = Some(checkpoints);
        record.database = Some(Database { checkpoints, ..Database::default() });
        record.series = series;
        record
    }

    fn checkpoint(began_s: f64, ended_s: f64) -> Checkpoint {
        Checkpoint {
            began_s,
            sync_began_s: None,
            ended_s: Some(ended_s),
            kind: None,
            buffers: None,
            wal_distance_bytes: None,
        }
    }

    fn point(second: u32, batches: u64, mean: f64) -> Point {
        let [p50, p95, p99, max] = [mean; 4];
        let histogram = String::new();
        let response_ms = Some(PointLatency { mean, p50, p95, p99, max, histogram });
        Point { second, batches, response_ms, ..Point::default() }
    }

    #[test]
    fn a_phase_has_a_ratio_where_there_is_enough_of_it() {
        let each = vec![checkpoint(100.0, 200.0)];
        let seconds = (0..200).map(|second| match second {
            0..100 => point(second, 40, 10.0),
            100..110 => point(second, 40, 30.0),
            _ => point(second, 40, 15.0),
        });
        let series: Vec<Point> = seconds.collect();
        let source = CheckpointSource::Log;
        let phases = by_phase(&record(Checkpoints { each, source, ..Default::default() }, series));
        let seen: Vec<_> =
            phases.iter().map(|p| (p.phase, p.seconds, p.batches, p.ratio)).collect();
        assert_eq!(
            seen,
            [
                (CheckpointPhase::Early, 10, 400, None),
                (CheckpointPhase::Write, 90, 3_600, Some(1.5)),
                (CheckpointPhase::None, 100, 4_000, Some(1.0)),
            ]
        );
        assert_eq!(phases[0].response_ms_mean, Some(30.0));
    }

    #[test]
    fn few_batches_have_no_ratio_and_no_batch_has_no_mean() {
        let each = vec![checkpoint(40.0, 400.0)];
        let mut series: Vec<Point> = (0..40).map(|second| point(second, 24, 10.0)).collect();
        series.push(Point { second: 200, ..Point::default() });
        let source = CheckpointSource::Log;
        let phases = by_phase(&record(Checkpoints { each, source, ..Default::default() }, series));
        assert_eq!((phases[0].phase, phases[0].response_ms_mean), (CheckpointPhase::Write, None));
        assert_eq!((phases[1].batches, phases[1].ratio), (960, None));
    }

    #[test]
    fn the_checkpointers_waits_show_what_polling_cannot() {
        let seen = |second, checkpoint| Point {
            server: Some(ServerPoint { checkpoint, ..ServerPoint::default() }),
            ..point(second, 1, 1.0)
        };
        let series = vec![
            seen(0, Some(CheckpointPhase::Write)),
            seen(2, Some(CheckpointPhase::None)),
            seen(3, Some(CheckpointPhase::Sync)),
            seen(9, None),
        ];
        let each = vec![checkpoint(1.0, 5.0)];
        let phases = |source| {
            let each = each.clone();
            let record = record(Checkpoints { each, source, ..Default::default() }, series.clone());
            record.series.iter().map(|point| of(point, &record)).collect::<Vec<_>>()
        };
        use CheckpointPhase::{None as Nothing, Sync, Write};
        let polled = [Some(Write), Some(Write), Some(Sync), Some(Nothing)];
        assert_eq!(phases(CheckpointSource::Polling), polled);
        let logged = [Some(Nothing), Some(Write), Some(Write), Some(Nothing)];
        assert_eq!(phases(CheckpointSource::Log), logged);
    }
}
