//! The checkpoints that touch the measure phase, seen from outside: by polling
//! pg_control_checkpoint(), which tells of a checkpoint once it is complete,
//! and by what the checkpointer was seen waiting for. A private server's log
//! is exact: see [`super::checkpoint_log`].

use crate::model::database::{Checkpoint, CheckpointKind, CheckpointPhase};
use std::time::{Duration, Instant, SystemTime};

/// What the server's clock said at an instant: its times are told from it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Clock {
    /// The instant.
    pub at: Instant,
    /// `clock_timestamp()` then, in seconds since 1970.
    pub unix_s: f64,
}

impl Clock {
    /// This machine's clock, for a server on it.
    pub fn of_this_machine() -> Clock {
        let unix_s = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        Clock { at: Instant::now(), unix_s: unix_s.map_or(0.0, |time| time.as_secs_f64()) }
    }

    /// A time of the server in seconds from `began`.
    pub(super) fn since(&self, began: Instant, unix_s: f64) -> f64 {
        seconds_from(began, self.at) + (unix_s - self.unix_s)
    }
}

/// `at` in seconds from `began`, negative before it.
fn seconds_from(began: Instant, at: Instant) -> f64 {
    match at.checked_duration_since(began) {
        Some(after) => after.as_secs_f64(),
        None => -began.duration_since(at).as_secs_f64(),
    }
}

/// The control file's last checkpoint at a moment, and the counters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Observation {
    /// When it was asked for.
    pub at: Instant,
    /// checkpoint_lsn: another one means that a checkpoint was completed.
    pub checkpoint_lsn: u64,
    /// redo_lsn.
    pub redo_lsn: u64,
    /// checkpoint_time: when that checkpoint began, in seconds since 1970 of
    /// the server's clock.
    pub checkpoint_time: i64,
    /// checkpoints_timed or num_timed, which rise when one begins.
    pub timed: Option<u64>,
    /// checkpoints_req or num_requested.
    pub requested: Option<u64>,
}

/// The checkpointer, for those who tell checkpoints apart.
#[derive(Debug, Default)]
pub(super) struct Checkpointer {
    /// The control file and the counters, about once a second.
    pub(super) observations: Vec<Observation>,
    /// What it was seen doing, ten times a second.
    pub(super) phases: Vec<(Instant, CheckpointPhase)>,
}

/// The checkpoints that touch the `elapsed` from `began` on, by observations
/// about a second apart and by what the checkpointer was seen doing ten times a
/// second ([`CheckpointPhase::Write`], [`CheckpointPhase::Sync`]), each in the
/// order of time. They begin by the server's clock, to the second below, and
/// end when the first observation shows it. Of two that were completed between
/// two observations the last alone is seen. Both should begin before `began`
/// and go on a moment after the end.
pub fn polled(
    observations: &[Observation],
    phases: &[(Instant, CheckpointPhase)],
    clock: &Clock,
    began: Instant,
    elapsed: Duration,
) -> Vec<Checkpoint> {
    let seen_at = |wanted: CheckpointPhase, from_s: f64, until_s: f64| {
        let times = phases.iter().filter(|(_, phase)| *phase == wanted);
        let mut times = times.map(|(at, _)| seconds_from(began, *at));
        // To the second below is where it began: a sample can't come before.
        times.find(|at| *at >= from_s && *at <= until_s)
    };
    let mut all = Vec::new();
    for (i, pair) in observations.windows(2).enumerate() {
        let (before, after) = (&pair[0], &pair[1]);
        if before.checkpoint_lsn == after.checkpoint_lsn {
            continue;
        }
        let ended_s = seconds_from(began, after.at);
        let began_s = clock.since(began, after.checkpoint_time as f64).min(ended_s);
        all.push(Checkpoint {
            began_s,
            sync_began_s: seen_at(CheckpointPhase::Sync, began_s, ended_s),
            ended_s: Some(ended_s),
            kind: kind(observations, i + 1, began, began_s),
            buffers: None,
            wal_distance_bytes: after.redo_lsn.checked_sub(before.redo_lsn),
        });
    }
    // One that isn't complete is known by the checkpointer's work alone. What
    // is seen up to the observation that ends one belongs to that one.
    let last_s = observations.last().map_or(f64::NEG_INFINITY, |o| seconds_from(began, o.at));
    let quiet_until_s = all.last().and_then(|c| c.ended_s).unwrap_or(f64::NEG_INFINITY);
    let working = |from_s| {
        // It begins with its write phase: a sync before that is the last one's.
        let write = seen_at(CheckpointPhase::Write, f64::next_up(from_s), f64::INFINITY);
        let sync = write.and_then(|write| seen_at(CheckpointPhase::Sync, write, f64::INFINITY));
        (write, sync)
    };
    // Seen idle afterwards, it was the end of the last one: WAL is removed
    // after the control file is written.
    let idle_after = |from_s: f64| seen_at(CheckpointPhase::None, from_s, f64::INFINITY).is_some();
    if let (Some(began_s), sync_began_s) = working(quiet_until_s)
        && began_s < last_s
        && !idle_after(began_s)
    {
        // Its counter may have risen before its work was seen.
        let at_begin = observations.iter().rposition(|o| seconds_from(began, o.at) <= began_s);
        let before = at_begin.and_then(|i| observations.get(i.saturating_sub(1)));
        let kind = before.zip(observations.last()).and_then(|(a, b)| only_one_rose(a, b));
        let (ended_s, buffers, wal_distance_bytes) = (None, None, None);
        all.push(Checkpoint { began_s, sync_began_s, ended_s, kind, buffers, wal_distance_bytes });
    }
    touching(all, elapsed)
}

/// Why the checkpoint began that observation `ended` shows to be complete. The
/// counters rise when it begins, and some majors publish that only after its
/// end: one more observation is taken in.
fn kind(
    observations: &[Observation],
    ended: usize,
    began: Instant,
    began_s: f64,
) -> Option<CheckpointKind> {
    let before = observations.iter().rfind(|o| seconds_from(began, o.at) < began_s)?;
    let after = observations.get(ended + 1).or(observations.get(ended))?;
    only_one_rose(before, after)
}

/// Unambiguous where one counter rose and the other did not.
fn only_one_rose(before: &Observation, after: &Observation) -> Option<CheckpointKind> {
    let timed = after.timed?.checked_sub(before.timed?)?;
    let requested = after.requested?.checked_sub(before.requested?)?;
    match (timed, requested) {
        (1.., 0) => Some(CheckpointKind::Timed),
        (0, 1..) => Some(CheckpointKind::Requested),
        _ => None,
    }
}

/// Those that touch the measure phase, with no end after the phase's.
pub(super) fn touching(all: Vec<Checkpoint>, elapsed: Duration) -> Vec<Checkpoint> {
    let end_s = elapsed.as_secs_f64();
    let touches = |c: &Checkpoint| c.began_s <= end_s && c.ended_s.is_none_or(|end| end >= 0.0);
    let within = |time: Option<f64>| time.filter(|s| *s <= end_s);
    let cut = |c: Checkpoint| Checkpoint {
        sync_began_s: within(c.sync_began_s),
        ended_s: within(c.ended_s),
        ..c
    };
    all.into_iter().filter(touches).map(cut).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use CheckpointPhase::{None as Nothing, Sync, Write};

    fn checkpoint(began_s: f64, sync_began_s: Option<f64>, ended_s: Option<f64>) -> Checkpoint {
        let (kind, buffers, wal_distance_bytes) = (None, None, None);
        Checkpoint { began_s, sync_began_s, ended_s, kind, buffers, wal_distance_bytes }
    }

    const BASE: i64 = 1_800_000_000;

    /// An observation each second from 2 s before the beginning, which is BASE
    /// on the server's clock.
    struct Polls {
        began: Instant,
        seen: Vec<Observation>,
    }

    impl Polls {
        fn of(states: &[(u64, u64, i64, u64, u64)]) -> Polls {
            let first = Instant::now();
            let seen = states.iter().enumerate().map(|(i, (lsn, redo, time, timed, requested))| {
                Observation {
                    at: first + Duration::from_secs(i as u64),
                    checkpoint_lsn: *lsn,
                    redo_lsn: *redo,
                    checkpoint_time: BASE + time,
                    timed: Some(*timed),
                    requested: Some(*requested),
                }
            });
            Polls { began: first + Duration::from_secs(2), seen: seen.collect() }
        }

        fn found(&self, phases: &[(u64, CheckpointPhase)], elapsed_s: u64) -> Vec<Checkpoint> {
            let clock = Clock { at: self.began, unix_s: BASE as f64 };
            let first = self.seen[0].at;
            let phases: Vec<_> =
                phases.iter().map(|(ms, p)| (first + Duration::from_millis(*ms), *p)).collect();
            polled(&self.seen, &phases, &clock, self.began, Duration::from_secs(elapsed_s))
        }
    }

    #[test]
    fn a_checkpoint_is_seen_by_its_end() {
        let polls = Polls::of(&[
            (100, 90, -50, 4, 1), // -2
            (100, 90, -50, 4, 1), // -1
            (100, 90, -50, 4, 1), // 0
            (100, 90, -50, 5, 1), // 1: a timed one has begun
            (100, 90, -50, 5, 1), // 2
            (700, 640, 1, 5, 1),  // 3: complete, begun at 1
            (700, 640, 1, 5, 1),  // 4
            (990, 900, 4, 5, 1),  // 5: begun at 4; its counter comes late
            (990, 900, 4, 5, 2),  // 6
            (990, 900, 4, 5, 2),  // 7
        ]);
        let samples = [(3_400, Write), (4_500, Sync), (4_600, Sync), (4_900, Nothing)];
        let found = polls.found(&samples, 30);
        let first = Checkpoint {
            began_s: 1.0,
            sync_began_s: Some(2.5),
            ended_s: Some(3.0),
            kind: Some(CheckpointKind::Timed),
            buffers: None,
            wal_distance_bytes: Some(550),
        };
        let second = Checkpoint {
            began_s: 4.0,
            sync_began_s: None,
            ended_s: Some(5.0),
            kind: Some(CheckpointKind::Requested),
            buffers: None,
            wal_distance_bytes: Some(260),
        };
        assert_eq!(found, [first.clone(), second]);
        // The measure phase ended while the first was syncing.
        assert_eq!(
            polls.found(&samples, 2),
            [Checkpoint { sync_began_s: None, ended_s: None, ..first }]
        );
    }

    #[test]
    fn what_is_ambiguous_or_lost_is_left_open() {
        let polls =
            Polls::of(&[(9, 8, -9, 1, 1), (9, 8, -9, 1, 1), (9, 8, -9, 2, 2), (5, 4, 0, 2, 2)]);
        let found = polls.found(&[], 30);
        assert_eq!((found[0].kind, found[0].wal_distance_bytes), (None, None));
        // A clock that is ahead makes no checkpoint end before it begins.
        let polls = Polls::of(&[(1, 1, 0, 0, 0), (2, 2, 500, 0, 0)]);
        assert_eq!((polls.found(&[], 30)), []);
        let polls =
            Polls::of(&[(1, 1, 0, 0, 0), (1, 1, 0, 0, 0), (1, 1, 0, 0, 0), (2, 2, 500, 0, 0)]);
        let found = polls.found(&[], 30);
        assert_eq!((found[0].began_s, found[0].ended_s), (1.0, Some(1.0)));
    }

    #[test]
    fn one_under_way_is_known_by_the_checkpointers_work() {
        let still = (100, 90, -50, 4, 1);
        let begun = (100, 90, -50, 5, 1);
        let polls = Polls::of(&[still, still, still, begun, begun, begun]);
        let found = polls.found(&[(2_000, Nothing), (3_300, Write), (4_100, Sync)], 3);
        let expected =
            Checkpoint { kind: Some(CheckpointKind::Timed), ..checkpoint(1.3, Some(2.1), None) };
        assert_eq!(found, [expected]);
        assert_eq!(polls.found(&[(2_000, Nothing)], 3), []);
        // What was over before the measure phase doesn't touch it.
        let polls = Polls::of(&[(1, 1, -9, 0, 0), (2, 2, -3, 0, 1), (2, 2, -3, 0, 1)]);
        assert_eq!(polls.found(&[], 3), []);
    }
}
