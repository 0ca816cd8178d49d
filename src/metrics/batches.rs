//! What finished batches tell. Everything counts from the first batch on, the
//! warm-up of a soak included: a counter that is scraped knows no phases.

use crate::work::{BatchOutcome, Ending};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use std::time::Duration;

/// Upper ends of the buckets of a batch's times, in seconds: a batch of ten
/// rows takes a millisecond or two, one of 5,000 in a burst a second or more,
/// and after a minute the statements' time-out ends it.
const BATCH_SECONDS: [f64; 15] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0];

/// The same of the wait for a connection, which is there at once where one is
/// free.
const ACQUIRE_SECONDS: [f64; 11] =
    [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 30.0];

/// Counters and histograms that grow with each batch.
pub(super) struct Batches {
    rows: Counter,
    succeeded: Counter,
    failed: Counter,
    stopped: Counter,
    errors: Family<[(&'static str, String); 1], Counter>,
    retries: Counter,
    timeouts: Counter,
    in_doubt: Counter,
    response: Histogram,
    service: Histogram,
    acquire: Histogram,
}

impl Batches {
    pub(super) fn register(registry: &mut Registry) -> Batches {
        let outcomes = Family::<[(&'static str, &'static str); 1], Counter>::default();
        let outcome = |name| outcomes.get_or_create_owned(&[("outcome", name)]);
        let batches = Batches {
            rows: Counter::default(),
            succeeded: outcome("succeeded"),
            failed: outcome("failed"),
            stopped: outcome("stopped"),
            errors: Family::default(),
            retries: Counter::default(),
            timeouts: Counter::default(),
            in_doubt: Counter::default(),
            response: Histogram::new(BATCH_SECONDS),
            service: Histogram::new(BATCH_SECONDS),
            acquire: Histogram::new(ACQUIRE_SECONDS),
        };
        registry.register("rows", "Rows whose commit was acknowledged", batches.rows.clone());
        registry.register("batches", "Batches that were finished with, by outcome", outcomes);
        registry.register(
            "errors",
            "Errors of attempts at a batch, by SQLSTATE or, where the server gave none, by kind",
            batches.errors.clone(),
        );
        registry.register(
            "batch_retries",
            "Attempts at a batch after its first",
            batches.retries.clone(),
        );
        registry.register(
            "timeouts",
            "Waits for a connection, statements and commits that took too long",
            batches.timeouts.clone(),
        );
        registry.register(
            "commits_in_doubt",
            "Commits whose reply was never seen",
            batches.in_doubt.clone(),
        );
        let mut time = |name: &str, help: &str, histogram: &Histogram| {
            registry.register_with_unit(name, help, Unit::Seconds, histogram.clone());
        };
        time("batch_response", "Time of a stored batch from due to done", &batches.response);
        time(
            "batch_service",
            "Time of a stored batch from its first connection to done",
            &batches.service,
        );
        time(
            "batch_acquire",
            "Time that a stored batch waited for connections of the write pool",
            &batches.acquire,
        );
        batches
    }

    pub(super) fn count(&self, outcome: &BatchOutcome) {
        match outcome.ending {
            Ending::Succeeded => {
                self.succeeded.inc();
                self.rows.inc_by(u64::from(outcome.rows));
                let seconds = Duration::as_secs_f64;
                self.response.observe(seconds(&outcome.response));
                self.service.observe(seconds(&outcome.service));
                self.acquire.observe(seconds(&outcome.acquire));
            }
            Ending::Failed => {
                self.failed.inc();
            }
            Ending::Stopped => {
                self.stopped.inc();
            }
        }
        self.retries.inc_by(u64::from(outcome.attempts.saturating_sub(1)));
        self.timeouts.inc_by(u64::from(outcome.timeouts));
        let (committed, not) = outcome.in_doubt;
        self.in_doubt.inc_by(u64::from(committed + not + outcome.unsettled));
        for (code, _) in &outcome.errors {
            self.errors.get_or_create(&[("code", code.clone())]).inc();
        }
    }
}
