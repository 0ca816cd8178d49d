//! What comes close to a limit of the server, once a second while the load
//! runs: connections, locks, autovacuum workers. Fed with readings it knows no
//! server, so that tests feed it what they like.

use super::snapshot::count;
use crate::model::tuning::Peaks;
use tokio_postgres::Row;

/// What was there at a moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reading {
    /// Client backends.
    pub connections: u64,
    /// Of these, active ones.
    pub active: u64,
    /// Locks in the shared lock table.
    pub shared_locks: u64,
    /// Autovacuum workers.
    pub workers: u64,
    /// Of these, those that waited for the cost delay.
    pub delayed: u64,
    /// How many workers there may be.
    pub worker_limit: u64,
    /// Passes over indexes that a vacuum under way had behind it; None where there was none.
    pub index_passes: Option<u64>,
}

impl Reading {
    /// An answer to peaks.sql.
    pub(super) fn of(row: &Row) -> Option<Reading> {
        Some(Reading {
            connections: count(row, "connections")?,
            active: count(row, "active")?,
            shared_locks: count(row, "shared_locks")?,
            workers: count(row, "workers")?,
            delayed: count(row, "delayed")?,
            worker_limit: count(row, "worker_limit")?,
            index_passes: count(row, "index_passes"),
        })
    }
}

/// The most of all readings.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PeakWatch {
    /// Of all readings; None before the first.
    shared_locks: Option<u64>,
    /// Readings in which others' backends were told apart.
    seen: u64,
    most: Reading,
    /// Readings in which every worker was busy.
    full: u64,
    /// Workers in all readings, and those that waited for the cost delay.
    workers: u64,
    delayed: u64,
}

impl PeakWatch {
    /// Adds a reading by a role that may see other roles' backends, or not.
    pub fn add(&mut self, reading: &Reading, sees_all: bool) {
        self.shared_locks = self.shared_locks.max(Some(reading.shared_locks));
        if !sees_all {
            return;
        }
        self.seen += 1;
        self.full += u64::from(reading.workers >= reading.worker_limit);
        self.workers += reading.workers;
        self.delayed += reading.delayed;
        let most = &mut self.most;
        most.connections = most.connections.max(reading.connections);
        most.active = most.active.max(reading.active);
        most.workers = most.workers.max(reading.workers);
        most.index_passes = most.index_passes.max(reading.index_passes);
    }

    /// The peaks, without what is read at the end alone.
    pub fn peaks(&self) -> Peaks {
        let of_all = |value: u64| (self.seen > 0).then_some(value as u32);
        let share = |part: u64, of: u64| (of > 0).then(|| part as f64 / of as f64);
        Peaks {
            connections: of_all(self.most.connections),
            active: of_all(self.most.active),
            shared_locks: self.shared_locks.map(|locks| locks as u32),
            autovacuum_workers: of_all(self.most.workers),
            autovacuum_full_share: share(self.full, self.seen),
            vacuum_delay_share: share(self.delayed, self.workers),
            vacuum_index_passes: self.most.index_passes.map(|passes| passes as u32),
            ..Peaks::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(connections: u64, workers: u64, delayed: u64) -> Reading {
        let (active, shared_locks, worker_limit) = (connections / 2, connections * 10, 3);
        let index_passes = workers.checked_sub(1);
        Reading { connections, active, shared_locks, workers, delayed, worker_limit, index_passes }
    }

    #[test]
    fn the_most_of_each_is_kept_and_shares_are_of_all() {
        let mut watch = PeakWatch::default();
        for reading in [reading(20, 0, 0), reading(80, 3, 2), reading(40, 3, 3), reading(10, 2, 1)]
        {
            watch.add(&reading, true);
        }
        let expected = Peaks {
            connections: Some(80),
            active: Some(40),
            shared_locks: Some(800),
            autovacuum_workers: Some(3),
            autovacuum_full_share: Some(0.5),
            vacuum_delay_share: Some(0.75),
            vacuum_index_passes: Some(2),
            ..Peaks::default()
        };
        assert_eq!(watch.peaks(), expected);
    }

    #[test]
    fn without_a_reading_nothing_was_seen_and_without_workers_none_waited() {
        assert_eq!(PeakWatch::default().peaks(), Peaks::default());
        let mut watch = PeakWatch::default();
        watch.add(&reading(5, 0, 0), true);
        let peaks = watch.peaks();
        assert_eq!((peaks.autovacuum_workers, peaks.autovacuum_full_share), (Some(0), Some(0.0)));
        assert_eq!((peaks.vacuum_delay_share, peaks.vacuum_index_passes), (None, None));
    }

    #[test]
    fn whoever_sees_only_his_own_counts_locks_alone() {
        let mut watch = PeakWatch::default();
        watch.add(&reading(5, 0, 0), false);
        let expected = Peaks { shared_locks: Some(50), ..Peaks::default() };
        assert_eq!(watch.peaks(), expected);
    }
}
