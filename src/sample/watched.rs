//! What the sampler has seen until now: sums, the points of the series, and
//! what others make checkpoints of. Fed with snapshots and looks, it knows no
//! server, so that tests feed it what they like.

use super::activity::{Activity, PhaseCounts, Seen};
use super::checkpoints::{Checkpointer, Observation};
use super::delta::Rows;

use super::link::Facts;
use super::sections::{self, is_of_clients};
use super::snapshot::{Snapshot, View};
use super::standbys::Standbys;
use super::totals::{Step, Totals};
use crate::model::database::Database;
use crate::model::series::ServerPoint;
use std::collections::BTreeMap;
use std::time::Instant;

/// How far from the turn of a second a snapshot may be to stand for it, in seconds.
const NEAR: f64 = 0.25;

/// What was seen until now.
pub struct Watched {
    began: Instant,
    pub(super) totals: Totals,
    pub(super) points: BTreeMap<u32, ServerPoint>,
    pub(super) activity: Activity,
    standbys: Standbys,
    phases: (u32, PhaseCounts),
    pub(super) checkpointer: Checkpointer,
    snapshots: u64,
    /// Intervals whose differences are of no one second.
    pub(super) late: u32,
}

impl Watched {
    /// Nothing, of a measure phase that began at `began`.
    pub fn new(began: Instant) -> Watched {
        Watched {
            began,
            totals: Totals::new(began),
            points: BTreeMap::new(),
            activity: Activity::default(),
            standbys: Standbys::default(),
            phases: (0, PhaseCounts::default()),
            checkpointer: Checkpointer::default(),
            snapshots: 0,
            late: 0,
        }
    }

    /// Whether no snapshot was taken yet.
    pub(super) fn is_empty(&self) -> bool {
        self.snapshots == 0
    }

    /// Adds a look at `at`.
    pub fn look(&mut self, at: Instant, seen: &[Seen], sees_all: bool) {
        let look = self.activity.add(seen, sees_all);
        let second = at.saturating_duration_since(self.began).as_secs() as u32;
        let point = self.points.entry(second).or_default();
        for (event, samples) in look.writers {
            *point.waits.entry(event).or_default() += samples;
        }
        point.autovacuum_workers = point.autovacuum_workers.max(look.autovacuum_workers);
        if self.phases.0 != second {
            self.phases = (second, PhaseCounts::default());
        }
        if let Some(phase) = look.phase {
            point.checkpoint = Some(self.phases.1.add(phase));
        }
        self.checkpointer.phases.extend(look.phase.map(|phase| (at, phase)));
    }

    /// Adds a snapshot; `is_end` is the one when the load is over, in the
    /// middle of a second. Says which second is complete by it.
    pub fn snapshot(&mut self, snapshot: Snapshot, is_end: bool) -> Option<u32> {
        self.snapshots += 1;
        self.checkpointer.observations.extend(observation(&snapshot));
        let copying_rows = snapshot.copying_rows;
        let lag = snapshot.standbys.as_ref().and_then(|seen| self.standbys.add(seen));
        let step = self.totals.add(snapshot)?;
        let Some(second) = second(&step, is_end) else {
            self.late += 1;
            return None;
        };
        let point = self.points.entry(second).or_default();
        (point.copying_rows, point.replay_lag_bytes) = (copying_rows, lag);
        enter(point, &step.counted);
        Some(second)
    }

    /// A snapshot that belongs to the sums alone, after the load.
    pub fn last(&mut self, snapshot: Snapshot) {
        self.checkpointer.observations.extend(observation(&snapshot));
        if let Some(seen) = &snapshot.standbys {
            self.standbys.add(seen);
        }
        self.totals.add(snapshot);
    }

    /// What the record says of it.
    pub(super) fn database(&self, facts: Option<&Facts>) -> Database {
        Database {
            waits: self.activity.waits(),
            replication: self.standbys.all().to_vec(),
            ..sections::database(&self.totals, facts)
        }
    }
}

/// The last complete checkpoint, and the counters, at a moment.
fn observation(snapshot: &Snapshot) -> Option<Observation> {
    let control = snapshot.control?;
    let counter = |name: &str| {
        let views = [View::Checkpointer, View::Bgwriter];
        let mut readings = views.iter().filter_map(|view| snapshot.views.get(view));
        readings.find_map(|reading| reading.rows.get(&Vec::new())?.get(name).copied())
    };
    Some(Observation {
        at: snapshot.at,
        checkpoint_lsn: control.checkpoint_lsn,
        redo_lsn: control.redo_lsn,
        checkpoint_time: control.checkpoint_time_us / 1_000_000,
        timed: counter("timed"),
        requested: counter("requested"),
    })
}

/// The second that a step is the difference of; None where it spans others, too.
fn second(step: &Step, is_end: bool) -> Option<u32> {
    let second = step.from_s.round();
    let until = step.until_s - second;
    let is_whole = (step.from_s - second).abs() <= NEAR && (until - 1.0).abs() <= NEAR;
    let is_rest = is_end && (step.from_s - second).abs() <= NEAR && until <= 1.0 + NEAR;
    (is_whole || is_rest).then_some(second as u32)
}

fn enter(point: &mut ServerPoint, counted: &BTreeMap<View, Rows>) {
    let of =
        |view: View, counter: &str| counted.get(&view)?.get(&Vec::new())?.get(counter).copied();
    point.wal_bytes = of(View::Lsn, "bytes");
    point.full_page_images = of(View::Wal, "full_page_images");
    point.wal_buffers_full = of(View::Wal, "buffers_full");
    point.checkpointer_buffers = of(View::Checkpointer, "checkpointer_buffers")
        .or_else(|| of(View::Bgwriter, "checkpointer_buffers"));
    let clients = || {
        let rows = counted.get(&View::Io)?.iter().filter(|(key, _)| is_of_clients(key));
        rows.filter_map(|(_, c)| c.get("writes").copied()).reduce(|a, b| a + b)
    };
    let of_backends = of(View::Bgwriter, "backend_buffers");
    point.backend_buffers = of_backends.or_else(|| {
        // Up to 16 the view has them, and a dropped interval is no reason to count otherwise.
        let has_view = counted.get(&View::Bgwriter).is_some();
        has_view.then(clients).flatten()
    });
}

#[cfg(test)]
mod tests {
    use super::super::delta::{Counters, Reading};
    use super::*;
    use crate::model::database::CheckpointPhase;
    use std::time::Duration;

    fn snapshot(at: Instant, started_us: i64, bytes: u64, images: u64) -> Snapshot {
        let reading = |name: &str, value| Reading {
            started_us,
            reset_us: None,
            rows: Rows::from([(Vec::new(), Counters::from([(name.into(), value)]))]),
        };
        Snapshot {
            at,
            views: BTreeMap::from([
                (View::Lsn, reading("bytes", bytes)),
                (View::Wal, reading("full_page_images", images)),
            ]),
            control: None,
            standbys: None,
            copying_rows: Some(5),
        }
    }

    #[test]
    fn each_second_has_the_difference_of_its_own() {
        let began = Instant::now();
        let at = |ms| began + Duration::from_millis(ms);
        let mut watched = Watched::new(began);
        assert_eq!(watched.snapshot(snapshot(at(2), 1, 100, 7), false), None);
        assert_eq!(watched.snapshot(snapshot(at(1_003), 1, 140, 9), false), Some(0));
        assert_eq!(watched.snapshot(snapshot(at(2_001), 1, 145, 9), false), Some(1));
        assert_eq!(watched.snapshot(snapshot(at(2_400), 1, 149, 10), true), Some(2));
        watched.last(snapshot(at(2_900), 1, 151, 12));
        let points: Vec<_> =
            watched.points.iter().map(|(s, p)| (*s, p.wal_bytes, p.full_page_images)).collect();
        assert_eq!(points, [(0, Some(40), Some(2)), (1, Some(5), Some(0)), (2, Some(4), Some(1))]);
        assert_eq!(watched.totals.of(View::Lsn, "bytes"), Some(51));
        assert_eq!(watched.late, 0);
    }

    #[test]
    fn a_late_answer_is_of_no_one_second_and_in_the_sums() {
        let began = Instant::now();
        let at = |ms| began + Duration::from_millis(ms);
        let mut watched = Watched::new(began);
        watched.snapshot(snapshot(at(0), 1, 100, 0), false);
        assert_eq!(watched.snapshot(snapshot(at(2_700), 1, 190, 3), false), None);
        assert_eq!(watched.snapshot(snapshot(at(3_000), 1, 200, 4), false), None);
        assert_eq!(watched.snapshot(snapshot(at(4_000), 1, 201, 4), false), Some(3));
        assert_eq!(watched.points.keys().collect::<Vec<_>>(), [&3]);
        assert_eq!((watched.late, watched.totals.of(View::Lsn, "bytes")), (2, Some(101)));
    }

    #[test]
    fn a_restart_leaves_its_seconds_empty() {
        let began = Instant::now();
        let at = |s| began + Duration::from_secs(s);
        let mut watched = Watched::new(began);
        watched.snapshot(snapshot(at(0), 1, 100, 0), false);
        assert_eq!(watched.snapshot(snapshot(at(1), 2, 90, 0), false), Some(0));
        assert_eq!(watched.points[&0].wal_bytes, None);
        assert_eq!(watched.points[&0].full_page_images, None);
        assert_eq!(watched.totals.dropped().len(), 2);
    }

    #[test]
    fn looks_are_counted_in_their_second() {
        let began = Instant::now();
        let seen = |who: &str, event: &str| Seen {
            who: who.into(),
            event: event.into(),
            copies: false,
            backends: 2,
        };
        let mut watched = Watched::new(began);
        let at = |ms| began + Duration::from_millis(ms);
        let write = seen("checkpointer", "IO:DataFileWrite");
        watched.look(at(900), &[seen("writers", "CPU"), write.clone()], true);
        watched.look(at(1_000), &[seen("writers", "CPU"), write], true);
        watched.look(at(1_100), &[seen("writers", "CPU")], false);
        assert_eq!(watched.points[&0].waits["CPU"], 2);
        assert_eq!(watched.points[&1].waits["CPU"], 4);
        assert_eq!(watched.points[&1].checkpoint, Some(CheckpointPhase::Write));
        let phases: Vec<_> = watched.checkpointer.phases.iter().map(|(at, _)| *at).collect();
        assert_eq!(phases, [at(900), at(1_000)]);
    }
}
