//! Dashboards that read while scans write.

use super::{DURATION_MOST_S, bounded};
use crate::engine::error::SetupError;
use crate::model::scenario::Mixed;
use crate::work::choice::is_reader;
use std::time::Duration;

/// The share of the write pool that is busy where all workers are, and who
/// submits a scan and who writes a batch besides: below the 0.70 that is
/// judged, so that a default pool can keep it.
const DEFAULT_UTILIZATION: f64 = 0.6;

/// Writers that are reckoned with besides the workers.
const BESIDES_WORKERS: u32 = 2;

/// What think times may be multiplied by at most.
const THINK_MOST: f64 = 1_000.0;

/// What a mixed load is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct MixedWork {
    /// How long it is measured.
    pub duration: Duration,
    /// How long it runs before that.
    pub warm_up: Duration,
    /// The share of operations, or of users, that read, in percent.
    pub reads: u32,
    /// The share that write, in percent.
    pub writes: u32,
    /// Users with think times, where there is no rate.
    pub users: u32,
    /// Operations a second that are due; None where users think.
    pub rate: Option<f64>,
    /// What think times are multiplied by.
    pub think: f64,
    /// Rows of a scan.
    pub records: u32,
    /// Workers that take batches from the queue.
    pub workers: u32,
    /// How long a reader waits between two looks at a scan's status.
    pub poll: Duration,
    /// How old a worker's heartbeat may become before its backend is ended.
    pub heartbeat: Duration,
    /// Reads go through the write pool.
    pub one_pool: bool,
}

impl Default for MixedWork {
    fn default() -> MixedWork {
        MixedWork {
            duration: Duration::from_secs(60),
            warm_up: Duration::from_secs(5),
            reads: 70,
            writes: 30,
            users: 100,
            rate: None,
            think: 1.0,
            records: 10_000,
            workers: 4,
            poll: Duration::from_secs(5),
            heartbeat: Duration::from_secs(15),
            one_pool: false,
        }
    }
}

impl MixedWork {
    /// Tenants where nothing is said.
    pub const DEFAULT_TENANTS: u32 = 20;

    /// Rows that each tenant has beforehand where nothing is said: dashboards
    /// of empty tables read nothing.
    pub const DEFAULT_PRELOAD: u64 = 10_000;

    /// Connections in the read pool where nothing is said.
    pub const DEFAULT_READ_POOL: u32 = 10;

    pub(in crate::engine) fn check(&self, size: u32) -> Result<(), SetupError> {
        let (reads, writes) = (self.reads, self.writes);
        if reads.saturating_add(writes) != 100 {
            return Err(SetupError::Shares { reads, writes });
        }
        bounded("--reads", u64::from(reads), 1, 99)?;
        bounded("--duration [s]", self.duration.as_secs(), 1, DURATION_MOST_S)?;
        bounded("--warm-up [s]", self.warm_up.as_secs(), 0, 86_400)?;
        bounded("--records", u64::from(self.records), 1, 100_000_000)?;
        bounded("--records / --size =", u64::from(self.records.div_ceil(size)), 1, 100_000)?;
        bounded("--workers", u64::from(self.workers), 1, 1_000)?;
        let ms = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        bounded("--poll [ms]", ms(self.poll), 1, 86_400_000)?;
        bounded("--heartbeat [ms]", ms(self.heartbeat), 100, 86_400_000)?;
        match self.rate {
            Some(rate) => {
                bounded("--rate", rate.clamp(0.0, 1e15).ceil() as u64, 1, 1_000_000)?;
                let time = (self.warm_up + self.duration).as_secs_f64();
                let scans = rate * time * f64::from(self.writes) / 100.0;
                let batches = scans * f64::from(self.records.div_ceil(size));
                let flag = "--rate x --duration x --records / --size";
                bounded(flag, batches as u64, 0, 100_000_000)
            }
            None => self.check_users(),
        }
    }

    fn check_users(&self) -> Result<(), SetupError> {
        bounded("--users", u64::from(self.users), 2, 10_000)?;
        let readers = (0..self.users).filter(|user| is_reader(*user, self.reads_share())).count();
        let readers = readers as u64;
        let most = u64::from(self.users) - 1;
        bounded("--users x --reads / 100 =", readers, 1, most)?;
        if (0.0..=THINK_MOST).contains(&self.think) {
            return Ok(());
        }
        let (flag, value) = ("--think".to_owned(), self.think.to_string());
        Err(SetupError::OutOfBounds { flag, value, least: 0, most: THINK_MOST as u64 })
    }

    fn reads_share(&self) -> f64 {
        f64::from(self.reads) / 100.0
    }

    pub(in crate::engine) fn scenario(&self) -> Mixed {
        Mixed {
            duration_s: self.duration.as_secs_f64(),
            warm_up_s: self.warm_up.as_secs_f64(),
            reads: self.reads_share(),
            writes: f64::from(self.writes) / 100.0,
            users: self.rate.is_none().then_some(self.users),
            rate_per_s: self.rate,
            think: self.think,
            records: self.records,
            workers: self.workers,
            poll_s: self.poll.as_secs_f64(),
            heartbeat_s: self.heartbeat.as_secs_f64(),
            one_pool: self.one_pool,
        }
    }

    pub(in crate::engine) fn default_pool(&self) -> u32 {
        (f64::from(self.workers + BESIDES_WORKERS) / DEFAULT_UTILIZATION).ceil() as u32
    }
}
