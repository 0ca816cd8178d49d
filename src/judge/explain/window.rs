//! The seconds that speak about a stall, and those that they are compared with.

use super::find::Interval;
use super::lost::Lost;
use super::phases;
use crate::model::RunRecord;
use crate::model::database::CheckpointPhase;
use crate::model::series::{Point, ServerPoint};

/// Two sides of a run.
pub(super) struct Window<'a> {
    /// The record.
    pub record: &'a RunRecord,
    /// From when the stall's slow batches were open to its worst second. What
    /// comes after it is the backlog, and says nothing of the cause.
    pub inside: Vec<&'a Point>,
    /// The seconds that are in no stall, nor lead to one.
    pub outside: Vec<&'a Point>,
    /// What took the batches inside longer than those outside; None where
    /// nobody looked at what they waited for, inside or outside.
    pub lost: Option<Lost<'a>>,
}

/// How often something was so: inside, and outside.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Presence {
    /// Seconds inside in which it was so.
    pub seconds: usize,
    /// Seconds inside in which that was seen.
    pub of: usize,
    /// The share of the seconds outside in which it was so.
    pub usually: f64,
}

impl Presence {
    /// How much more often inside than outside, -1 to 1. Something that goes
    /// on most of the time has a small one however well it overlaps.
    pub fn lift(self) -> f64 {
        self.seconds as f64 / self.of as f64 - self.usually
    }
}

impl<'a> Window<'a> {
    /// About one of the stalls.
    pub fn of(record: &'a RunRecord, all: &[Interval], interval: &Interval) -> Window<'a> {
        let between = |second: u32, from: u32, until: u32| (from..until).contains(&second);
        let (mut inside, mut outside) = (Vec::new(), Vec::new());
        for point in &record.series {
            if between(point.second, interval.open_from, interval.worst + 1) {
                inside.push(point);
            } else if !all.iter().any(|i| between(point.second, i.open_from, i.until)) {
                outside.push(point);
            }
        }
        let lost = Lost::of(&inside, &outside);
        Window { record, inside, outside, lost }
    }

    /// How often `is` was so, where that was seen on both sides.
    pub fn presence(&self, is: impl Fn(&Point) -> Option<bool>) -> Option<Presence> {
        let count = |points: &[&Point]| {
            let seen: Vec<bool> = points.iter().filter_map(|point| is(point)).collect();
            (seen.iter().filter(|so| **so).count(), seen.len())
        };
        let ((seconds, of), (usual, seen)) = (count(&self.inside), count(&self.outside));
        (of > 0 && seen > 0).then(|| Presence { seconds, of, usually: usual as f64 / seen as f64 })
    }

    /// How often the checkpointer was in one of `phases`.
    pub fn in_phases(&self, phases: &[CheckpointPhase]) -> Option<Presence> {
        self.presence(|point| phases::of(point, self.record).map(|phase| phases.contains(&phase)))
    }

    /// The mean of a value inside and outside, where it was seen on both sides.
    pub fn means(&self, value: impl Fn(&Point) -> Option<f64>) -> Option<(f64, f64)> {
        let mean = |points: &[&Point]| {
            let seen: Vec<f64> = points.iter().filter_map(|point| value(point)).collect();
            (!seen.is_empty()).then(|| seen.iter().sum::<f64>() / seen.len() as f64)
        };
        Some((mean(&self.inside)?, mean(&self.outside)?))
    }

    /// The same of something that the server was seen to do.
    pub fn server_means(&self, value: impl Fn(&ServerPoint) -> Option<f64>) -> Option<(f64, f64)> {
        self.means(|point| point.server.as_ref().and_then(&value))
    }
}

/// A share as a whole percentage.
pub(super) fn percent(share: f64) -> u32 {
    // The cast saturates.
    (share * 100.0).round() as u32
}
