//! Sums of the differences between snapshots, and what of them means nothing.

use super::delta::{Delta, Reading, Rows, of_view, single};
use super::snapshot::{Snapshot, View};
use crate::model::database::{DropReason, Dropped};
use std::collections::BTreeMap;
use std::time::Instant;

/// The sums until now.
#[derive(Debug)]
pub struct Totals {
    began: Instant,
    first: Option<Instant>,
    latest: Option<Instant>,
    last: BTreeMap<View, (Instant, Reading)>,
    sums: BTreeMap<View, Rows>,
    dropped: Vec<Dropped>,
}

/// From one snapshot to the next.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Where it began, in seconds of the measure phase.
    pub from_s: f64,
    /// Where it ended.
    pub until_s: f64,
    /// The differences that count; a view that wasn't read at the beginning isn't there.
    pub counted: BTreeMap<View, Rows>,
}

impl Totals {
    /// No sums, of a measure phase that began at `began`.
    pub fn new(began: Instant) -> Totals {
        Totals {
            began,
            first: None,
            latest: None,
            last: BTreeMap::new(),
            sums: BTreeMap::new(),
            dropped: Vec::new(),
        }
    }

    fn seconds(&self, at: Instant) -> f64 {
        at.saturating_duration_since(self.began).as_secs_f64()
    }

    /// Adds the differences since the last snapshot; None at the first one.
    pub fn add(&mut self, snapshot: Snapshot) -> Option<Step> {
        let Snapshot { at, views, .. } = snapshot;
        let before = self.latest.replace(at);
        self.first.get_or_insert(at);
        let mut counted = BTreeMap::new();
        for (view, reading) in views {
            let last = self.last.get(&view);
            let from = last.map_or(at, |(from, _)| *from);
            match of_view(last.map(|(_, reading)| reading), Some(&reading)) {
                Delta::Counted(rows) => {
                    add_rows(self.sums.entry(view).or_default(), &rows);
                    // One that spans a snapshot without the view is of no one second.
                    if before == Some(from) {
                        counted.insert(view, rows);
                    }
                }
                other => {
                    if let Some(why) = other.dropped() {
                        self.drop(view, from, at, why);
                    }
                }
            }
            self.last.insert(view, (at, reading));
        }
        let before = before?;
        Some(Step { from_s: self.seconds(before), until_s: self.seconds(at), counted })
    }

    /// Nothing follows: what wasn't read at `end` is named.
    pub fn end(&mut self, end: Instant) {
        let latest = self.latest;
        let unread: Vec<_> = self
            .last
            .iter()
            .filter(|(_, (at, _))| latest != Some(*at) || *at < end)
            .map(|(view, (at, _))| (*view, *at))
            .collect();
        for (view, from) in unread {
            self.drop(view, from, end, DropReason::Unanswered);
        }
    }

    fn drop(&mut self, view: View, from: Instant, until: Instant, why: DropReason) {
        let (from_s, until_s) = (self.seconds(from), self.seconds(until));
        self.dropped.push(Dropped { view: view.name().to_owned(), from_s, until_s, why });
    }

    /// From the first snapshot to the last.
    pub fn elapsed_s(&self) -> f64 {
        match (self.first, self.latest) {
            (Some(first), Some(latest)) => latest.duration_since(first).as_secs_f64(),
            _ => 0.0,
        }
    }

    /// What was left out.
    pub fn dropped(&self) -> &[Dropped] {
        &self.dropped
    }

    /// Whether the view was ever read.
    pub fn was_read(&self, view: View) -> bool {
        self.last.contains_key(&view)
    }

    /// The sum of a one-row view's counter; None where no interval of it counts.
    pub fn of(&self, view: View, counter: &str) -> Option<u64> {
        single(self.sums.get(&view)?)?.get(counter).copied()
    }

    /// The sums of a view by row; None where no interval of it counts.
    pub fn rows(&self, view: View) -> Option<&Rows> {
        self.sums.get(&view)
    }
}

fn add_rows(sums: &mut Rows, rows: &Rows) {
    for (key, counters) in rows {
        let sum = sums.entry(key.clone()).or_default();
        for (name, value) in counters {
            let total = sum.entry(name.clone()).or_default();
            *total = total.saturating_add(*value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::delta::Counters;
    use super::*;
    use std::time::Duration;

    /// A server at a second: its start, the resets of pg_stat_wal, its WAL.
    fn snapshot(began: Instant, at_s: u64, started_us: i64, reset_us: i64, wal: u64) -> Snapshot {
        let reading = |name: &str, reset_us, value| Reading {
            started_us,
            reset_us,
            rows: Rows::from([(Vec::new(), Counters::from([(name.into(), value)]))]),
        };
        Snapshot {
            at: began + Duration::from_secs(at_s),
            views: BTreeMap::from([
                (View::Wal, reading("bytes", Some(reset_us), wal)),
                (View::Lsn, reading("bytes", None, 1_000 + 10 * at_s)),
            ]),
            control: None,
            standbys: None,
            copying_rows: None,
        }
    }

    fn dropped(totals: &Totals) -> Vec<(&str, f64, f64, DropReason)> {
        totals.dropped().iter().map(|d| (d.view.as_str(), d.from_s, d.until_s, d.why)).collect()
    }

    #[test]
    fn a_reset_drops_one_interval_of_its_view() {
        let began = Instant::now();
        let mut totals = Totals::new(began);
        assert_eq!(totals.add(snapshot(began, 0, 1, 1, 500)), None);
        totals.add(snapshot(began, 1, 1, 1, 530)).unwrap();
        // Grown beyond the old value: only the reset's time tells.
        let step = totals.add(snapshot(began, 2, 1, 2, 900)).unwrap();
        assert_eq!(step.counted.keys().collect::<Vec<_>>(), [&View::Lsn]);
        totals.add(snapshot(began, 3, 1, 2, 904)).unwrap();
        totals.end(began + Duration::from_secs(3));
        assert_eq!(totals.of(View::Wal, "bytes"), Some(34));
        assert_eq!(totals.of(View::Lsn, "bytes"), Some(30));
        assert_eq!(dropped(&totals), [("pg_stat_wal", 1.0, 2.0, DropReason::Reset)]);
        assert_eq!(totals.elapsed_s(), 3.0);
    }

    #[test]
    fn a_restart_drops_one_interval_of_every_view() {
        let began = Instant::now();
        let mut totals = Totals::new(began);
        totals.add(snapshot(began, 0, 1, 1, 500));
        totals.add(snapshot(began, 1, 1, 1, 510));
        // Seconds 2 and 3 went unanswered.
        let step = totals.add(snapshot(began, 4, 2, 1, 700)).unwrap();
        assert_eq!((step.from_s, step.until_s, step.counted.len()), (1.0, 4.0, 0));
        totals.add(snapshot(began, 5, 2, 1, 703));
        assert_eq!(totals.of(View::Wal, "bytes"), Some(13));
        let why = DropReason::Restarted;
        assert_eq!(
            dropped(&totals),
            [("pg_stat_wal", 1.0, 4.0, why), ("pg_current_wal_insert_lsn", 1.0, 4.0, why)]
        );
    }

    #[test]
    fn a_counter_that_fell_is_never_subtracted() {
        let began = Instant::now();
        let mut totals = Totals::new(began);
        totals.add(snapshot(began, 0, 1, 1, 500));
        totals.add(snapshot(began, 1, 1, 1, 20));
        assert_eq!(totals.of(View::Wal, "bytes"), None);
        totals.add(snapshot(began, 2, 1, 1, 21));
        assert_eq!(totals.of(View::Wal, "bytes"), Some(1));
        assert_eq!(dropped(&totals), [("pg_stat_wal", 0.0, 1.0, DropReason::Fell)]);
    }

    #[test]
    fn a_view_that_was_not_read_meanwhile_is_summed_and_of_no_second() {
        let began = Instant::now();
        let mut totals = Totals::new(began);
        totals.add(snapshot(began, 0, 1, 1, 500));
        let mut without = snapshot(began, 1, 1, 1, 0);
        without.views.remove(&View::Wal);
        totals.add(without);
        let step = totals.add(snapshot(began, 2, 1, 1, 507)).unwrap();
        assert!(!step.counted.contains_key(&View::Wal));
        assert_eq!(totals.of(View::Wal, "bytes"), Some(7));
        let mut without = snapshot(began, 3, 1, 1, 0);
        without.views.remove(&View::Wal);
        totals.add(without);
        totals.end(began + Duration::from_secs(3));
        assert_eq!(dropped(&totals), [("pg_stat_wal", 2.0, 3.0, DropReason::Unanswered)]);
    }
}
