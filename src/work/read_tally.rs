//! How reads came out, and the sum of that.

use super::choice::Read;
use super::reads::{Errors, ReadOutcome};
use crate::model::record::{ErrorCount, Latencies, Latency};
use crate::stats::Recorder;
use std::time::Duration;

/// The sum of many reads.
#[derive(Default)]
pub struct ReadTally {
    /// Reads that were due, without those that the end of the run cut short.
    pub total: u64,
    /// Those that were answered.
    pub succeeded: u64,
    /// Waits for a connection and statements that took too long.
    pub timeouts: u64,
    /// Rows of all answers.
    pub rows: u64,
    summary: Times,
    page: Times,
    health: Times,
    errors: Errors,
}

/// The times of what was answered.
#[derive(Default)]
pub(super) struct Times {
    response: Recorder,
    service: Recorder,
    acquire: Recorder,
}

impl ReadTally {
    /// Adds an outcome.
    pub fn add(&mut self, outcome: &ReadOutcome) {
        let Some(ending) = &outcome.ending else { return };
        self.total += 1;
        match ending {
            Ok(rows) => {
                self.succeeded += 1;
                self.rows += rows;
                let times = match outcome.read {
                    Read::Summary => &mut self.summary,
                    Read::Page { .. } => &mut self.page,
                    Read::Health => &mut self.health,
                };
                times.add(outcome.response, outcome.service, outcome.acquire);
            }
            Err(error) => {
                self.timeouts += u64::from(error.code == "timeout");
                self.errors.count(error);
            }
        }
    }

    /// Those that weren't answered.
    pub fn failed(&self) -> u64 {
        self.total - self.succeeded
    }

    /// Errors by code.
    pub fn errors(&self) -> Vec<ErrorCount> {
        self.errors.list()
    }

    /// Enters the latencies of reads, all together and by kind; null where none was answered.
    pub fn enter(&self, latencies: &mut Latencies) {
        let mut all = Times::default();
        [&self.summary, &self.page, &self.health].into_iter().for_each(|times| all.merge(times));
        latencies.read = all.latency();
        latencies.summary = self.summary.latency();
        latencies.page = self.page.latency();
        latencies.health = self.health.latency();
    }
}

impl Times {
    pub(super) fn add(&mut self, response: Duration, service: Duration, acquire: Duration) {
        self.response.record(response);
        self.service.record(service);
        self.acquire.record(acquire);
    }

    fn merge(&mut self, other: &Times) {
        self.response.merge(&other.response);
        self.service.merge(&other.service);
        self.acquire.merge(&other.acquire);
    }

    pub(super) fn latency(&self) -> Option<Latency> {
        Some(Latency {
            response_ms: self.response.distribution()?,
            service_ms: self.service.distribution()?,
            acquire_ms: self.acquire.distribution()?,
        })
    }
}
