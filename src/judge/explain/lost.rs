//! What the batches of a stall lost their time to: the samples of what the
//! writers waited for, less those that as many batches usually make.

use crate::model::series::Point;
use std::collections::{BTreeMap, BTreeSet};

/// Fewer samples than this beyond what is usual say nothing: half a second of
/// one writer.
const SAMPLES_NEEDED: f64 = 5.0;

/// An event counts where it was seen more often than usual by so many standard
/// deviations of a count that comes by chance.
const SIGMAS: f64 = 3.0;

/// The lost time, in samples of a writer.
pub(super) struct Lost<'a> {
    by_event: BTreeMap<&'a str, f64>,
    total: f64,
}

impl<'a> Lost<'a> {
    /// None where one side has no samples, or nothing was finished outside.
    pub fn of(inside: &[&'a Point], outside: &[&'a Point]) -> Option<Lost<'a>> {
        let (seen, batches) = samples(inside);
        let (usual, usual_batches) = samples(outside);
        if seen.is_empty() || usual.is_empty() || usual_batches == 0 {
            return None;
        }
        let scale = batches as f64 / usual_batches as f64;
        let events: BTreeSet<&str> = seen.keys().chain(usual.keys()).copied().collect();
        let by_event: BTreeMap<&str, f64> = events
            .into_iter()
            .filter_map(|event| {
                let count = |side: &BTreeMap<&str, u64>| side.get(event).copied().unwrap_or(0);
                let expected = count(&usual) as f64 * scale;
                let beyond = count(&seen) as f64 - expected;
                (beyond > SIGMAS * expected.sqrt()).then_some((event, beyond))
            })
            .collect();
        let total = by_event.values().sum();
        Some(Lost { by_event, total })
    }

    /// The share that went to events for which `is` holds, given their type
    /// and name; 0 where too little was lost to say so.
    pub fn share(&self, is: impl Fn(&str, &str) -> bool) -> f64 {
        if self.total < SAMPLES_NEEDED {
            return 0.0;
        }
        let of_it = self.by_event.iter().filter(|(event, _)| {
            let (kind, name) = event.split_once(':').unwrap_or((event, ""));
            is(kind, name)
        });
        of_it.map(|(_, samples)| samples).sum::<f64>() / self.total
    }

    /// The event that took most of it, with its share.
    pub fn leading(&self) -> Option<(&'a str, f64)> {
        let most = self.by_event.iter().max_by(|a, b| a.1.total_cmp(b.1));
        most.filter(|_| self.total >= SAMPLES_NEEDED)
            .map(|(event, samples)| (*event, samples / self.total))
    }
}

/// Samples by event, and the batches of the seconds that were sampled.
fn samples<'a>(points: &[&'a Point]) -> (BTreeMap<&'a str, u64>, u64) {
    let (mut events, mut batches) = (BTreeMap::new(), 0);
    for point in points {
        let Some(server) = point.server.as_ref().filter(|server| !server.waits.is_empty()) else {
            continue;
        };
        batches += point.batches;
        for (event, samples) in &server.waits {
            *events.entry(event.as_str()).or_default() += u64::from(*samples);
        }
    }
    (events, batches)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::series::ServerPoint;

    fn point(batches: u64, waits: &[(&str, u32)]) -> Point {
        let waits = waits.iter().map(|(event, n)| ((*event).to_owned(), *n)).collect();
        let server = Some(ServerPoint { waits, ..ServerPoint::default() });
        Point { batches, server, ..Point::default() }
    }

    #[test]
    fn what_is_usual_is_not_lost() {
        let usual = point(100, &[("IO:WalSync", 30), ("CPU", 10)]);
        let stalled = point(50, &[("IO:WalSync", 60), ("Lock:relation", 20), ("CPU", 5)]);
        let lost = Lost::of(&[&stalled], &[&usual, &usual]).unwrap();
        assert_eq!(lost.leading(), Some(("IO:WalSync", 45.0 / 65.0)));
        assert_eq!(lost.share(|kind, _| kind == "Lock"), 20.0 / 65.0);
        assert_eq!(lost.share(|kind, _| kind == "CPU"), 0.0);
    }

    #[test]
    fn a_few_samples_say_nothing() {
        let usual = point(100, &[("CPU", 40)]);
        let few = point(100, &[("Lock:relation", 4)]);
        let lost = Lost::of(&[&few], &[&usual]).unwrap();
        assert_eq!((lost.leading(), lost.share(|_, _| true)), (None, 0.0));
        // Within what comes by chance.
        let chance = point(100, &[("CPU", 55)]);
        let lost = Lost::of(&[&chance], &[&usual]).unwrap();
        assert_eq!(lost.share(|_, _| true), 0.0);
    }

    #[test]
    fn without_samples_on_both_sides_nothing_is_known() {
        let (seen, unseen) = (point(9, &[("CPU", 40)]), Point::default());
        assert!(Lost::of(&[&unseen], &[&seen]).is_none());
        assert!(Lost::of(&[&seen], &[&unseen]).is_none());
    }
}
