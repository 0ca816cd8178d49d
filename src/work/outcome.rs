//! How batches came out, and the sum of that.

use super::trouble::Trouble;
use crate::model::record::{Batches, ErrorCount, Latency, Load};
use crate::stats::Recorder;
use crate::table::Digest;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// How a batch ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Its commit is known.
    Succeeded,
    /// It was given up.
    Failed,
    /// It was rolled back, or never begun, because the run was stopped.
    Stopped,
}

/// A batch from due to done.
#[derive(Debug, Clone)]
pub struct BatchOutcome {
    /// How it ended.
    pub ending: Ending,
    /// Its tenant.
    pub tenant_no: i32,
    /// How many rows it has.
    pub rows: u32,
    /// When the schedule wanted it.
    pub due: Instant,
    /// When it first had a connection; None where it never had one.
    pub began: Option<Instant>,
    /// Attempts made, those to get a connection too.
    pub attempts: u32,
    /// How much later than due it was begun.
    pub lag: Duration,
    /// From due to the end.
    pub response: Duration,
    /// From the first connection in hand to the end; zero where there was none.
    pub service: Duration,
    /// Waiting for connections.
    pub acquire: Duration,
    /// Commits in doubt: settled as committed, settled as not.
    pub in_doubt: (u32, u32),
    /// Commits in doubt that could not be settled.
    pub unsettled: u32,
    /// The digest of an attempt whose commit was in doubt.
    pub doubted: Option<Digest>,
    /// A retry found the batch done though it was settled as not.
    pub contradicted: bool,
    /// The commit came with a warning.
    pub local: bool,
    /// Another process stored it: when isn't known here.
    pub elsewhere: bool,
    /// What took too long.
    pub timeouts: u32,
    /// Every error on the way: code and text.
    pub errors: Vec<(String, String)>,
}

impl BatchOutcome {
    /// A batch that hasn't begun.
    pub fn new(rows: u32, due: Instant) -> BatchOutcome {
        BatchOutcome {
            ending: Ending::Stopped,
            tenant_no: 0,
            rows,
            due,
            began: None,
            attempts: 0,
            lag: Duration::ZERO,
            response: Duration::ZERO,
            service: Duration::ZERO,
            acquire: Duration::ZERO,
            in_doubt: (0, 0),
            unsettled: 0,
            doubted: None,
            contradicted: false,
            local: false,
            elsewhere: false,
            timeouts: 0,
            errors: Vec::new(),
        }
    }

    /// It has a connection.
    pub(super) fn has_connection(&mut self) {
        self.began.get_or_insert_with(Instant::now);
    }

    /// It is finished with. Where the run `is_stopped`, what isn't stored
    /// counts as stopped.
    pub(super) fn close(&mut self, is_stopped: bool) {
        let is_open = self.unsettled > 0 || self.ending == Ending::Succeeded;
        if is_stopped && !is_open {
            self.ending = Ending::Stopped;
        }
        self.response = self.due.elapsed();
        self.service = self.began.map_or(Duration::ZERO, |began| began.elapsed());
    }
}

/// Is told of every batch that is finished with.
pub trait Observer: Send + Sync {
    /// A batch is finished with, `at` that moment.
    fn finished(&self, outcome: &BatchOutcome, at: Instant);

    /// All batches of a tenant's scan that was due at `due` are stored, `took` later.
    fn scan_done(&self, _tenant_no: i32, _due: Instant, _took: Duration) {}
}

/// The sum of many outcomes.
#[derive(Debug, Default)]
pub struct Tally {
    rows_attempted: u64,
    rows_acknowledged: u64,
    batches: Batches,
    response: Recorder,
    service: Recorder,
    acquire: Recorder,
    lag: Recorder,
    errors: BTreeMap<String, ErrorCount>,
    last_errors: BTreeMap<String, u64>,
}

impl Tally {
    /// Adds an outcome.
    pub fn add(&mut self, outcome: &BatchOutcome) {
        let b = &mut self.batches;
        b.total += 1;
        b.retried += u64::from(outcome.attempts > 1);
        b.in_doubt_committed += u64::from(outcome.in_doubt.0);
        b.in_doubt_rolled_back += u64::from(outcome.in_doubt.1);
        b.in_doubt += u64::from(outcome.in_doubt.0 + outcome.in_doubt.1 + outcome.unsettled);
        b.in_doubt_contradicted += u64::from(outcome.contradicted);
        b.acknowledged_local += u64::from(outcome.local);
        b.timeouts += u64::from(outcome.timeouts);
        if outcome.began.is_some() || outcome.elsewhere {
            self.rows_attempted += u64::from(outcome.rows);
        }
        if outcome.ending == Ending::Succeeded {
            b.succeeded += 1;
            self.rows_acknowledged += u64::from(outcome.rows);
        }
        match outcome.ending {
            Ending::Succeeded if outcome.elsewhere => {}
            Ending::Succeeded => {
                self.response.record(outcome.response);
                self.service.record(outcome.service);
                self.acquire.record(outcome.acquire);
                self.lag.record(outcome.lag);
            }
            Ending::Failed => {
                b.failed += 1;
                if let Some((_, text)) = outcome.errors.last() {
                    *self.last_errors.entry(text.clone()).or_default() += 1;
                }
            }
            Ending::Stopped => b.stopped += 1,
        }
        outcome.errors.iter().for_each(|(code, text)| self.count_error(code, text));
    }

    /// Notes what went wrong, and was of no batch.
    pub(super) fn note(&mut self, trouble: Trouble) {
        self.batches.timeouts += u64::from(trouble.is_timeout());
        self.count_error(&trouble.code, &trouble.text);
    }

    /// Batches that are stored, and their rows.
    pub fn stored(&self) -> (u64, u64) {
        (self.batches.succeeded, self.rows_acknowledged)
    }

    fn count_error(&mut self, code: &str, text: &str) {
        let entry = self.errors.entry(code.to_owned()).or_insert_with(|| ErrorCount {
            code: code.to_owned(),
            count: 0,
            example: text.to_owned(),
        });
        entry.count += 1;
    }

    /// That of one outcome.
    pub fn of(outcome: &BatchOutcome) -> Tally {
        let mut tally = Tally::default();
        tally.add(outcome);
        tally
    }

    /// Adds all that another one counted.
    pub fn merge(&mut self, other: &Tally) {
        self.answer_for(other);
        self.rows_attempted += other.rows_attempted;
        self.rows_acknowledged += other.rows_acknowledged;
        let (mine, theirs) = (&mut self.batches, &other.batches);
        mine.total += theirs.total;
        mine.succeeded += theirs.succeeded;
        mine.failed += theirs.failed;
        mine.stopped += theirs.stopped;
        mine.retried += theirs.retried;
        mine.timeouts += theirs.timeouts;
        self.response.merge(&other.response);
        self.service.merge(&other.service);
        self.acquire.merge(&other.acquire);
        self.lag.merge(&other.lag);
        for (text, count) in &other.last_errors {
            *self.last_errors.entry(text.clone()).or_default() += count;
        }
    }

    /// Takes over what must not be forgotten of batches that aren't measured:
    /// commits in doubt, commits without the standby, and errors.
    pub fn answer_for(&mut self, other: &Tally) {
        let (mine, theirs) = (&mut self.batches, &other.batches);
        mine.in_doubt += theirs.in_doubt;
        mine.in_doubt_committed += theirs.in_doubt_committed;
        mine.in_doubt_rolled_back += theirs.in_doubt_rolled_back;
        mine.in_doubt_contradicted += theirs.in_doubt_contradicted;
        mine.acknowledged_local += theirs.acknowledged_local;
        for (code, error) in &other.errors {
            let entry = ErrorCount { count: 0, ..error.clone() };
            self.errors.entry(code.clone()).or_insert(entry).count += error.count;
        }
    }

    /// Counts what took too long of something else too.
    pub fn add_timeouts_of(&mut self, other: &Tally) {
        self.batches.timeouts += other.batches.timeouts;
    }

    /// How many there were.
    pub fn count(&self) -> u64 {
        self.batches.total
    }

    /// Whether there was no batch at all.
    pub fn is_empty(&self) -> bool {
        self.batches.total == 0
    }

    /// The load, `elapsed` after the batches were released.
    pub fn load(&self, elapsed: Duration, sent_bytes: u64) -> Load {
        let elapsed_s = elapsed.as_secs_f64();
        let rows_per_s =
            if elapsed_s > 0.0 { self.rows_acknowledged as f64 / elapsed_s } else { 0.0 };
        Load {
            rows_attempted: self.rows_attempted,
            rows_acknowledged: self.rows_acknowledged,
            elapsed_s,
            rows_per_s,
            sent_bytes,
            batches: self.batches.clone(),
            offered_share: None,
            closing_checkpoint_s: None,
            checkpointed_rows_per_s: None,
            warm_up: None,
            errors: self.errors.values().cloned().collect(),
        }
    }

    /// The latencies; None where no batch succeeded.
    pub fn latency(&self) -> Option<Latency> {
        Some(Latency {
            response_ms: self.response.distribution()?,
            service_ms: self.service.distribution()?,
            acquire_ms: self.acquire.distribution()?,
        })
    }

    /// How late batches were begun; None where none succeeded.
    pub fn lag(&self) -> &Recorder {
        &self.lag
    }

    /// Says how late operations were begun where batches don't tell: those of a
    /// queue are begun when it is their turn.
    pub(super) fn set_lag(&mut self, lag: Recorder) {
        self.lag = lag;
    }

    /// The commonest last error of the batches that failed.
    pub fn commonest_failure(&self) -> Option<&str> {
        self.last_errors.iter().max_by_key(|(_, count)| **count).map(|(text, _)| text.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happened_before_the_measure_phase_is_answered_for_and_not_counted_as_load() {
        let (mut early, mut measured) = (Tally::default(), Tally::default());
        let mut bad = BatchOutcome::new(10, Instant::now());
        bad.ending = Ending::Failed;
        bad.contradicted = true;
        bad.local = true;
        bad.in_doubt = (1, 2);
        bad.errors.push(("57P01".to_owned(), "ended".to_owned()));
        early.add(&bad);
        measured.add(&BatchOutcome {
            ending: Ending::Succeeded,
            ..BatchOutcome::new(10, Instant::now())
        });
        measured.answer_for(&early);
        let load = measured.load(Duration::from_secs(1), 0);
        let b = &load.batches;
        assert_eq!((b.in_doubt_contradicted, b.acknowledged_local, b.in_doubt), (1, 1, 3));
        assert_eq!((load.errors[0].code.as_str(), load.errors[0].count), ("57P01", 1));
        assert_eq!((b.total, b.succeeded, b.failed, load.rows_acknowledged), (1, 1, 0, 10));
    }

    #[test]
    fn merged_tallies_are_one_that_had_counted_everything() {
        let ms = Duration::from_millis;
        let outcome = |ending, n: u64| BatchOutcome {
            ending,
            began: Some(Instant::now()),
            attempts: n as u32,
            lag: ms(n),
            response: ms(n * 100),
            service: ms(n * 10),
            acquire: ms(n * 3),
            in_doubt: (1, 0),
            unsettled: 1,
            contradicted: n == 2,
            local: n == 1,
            timeouts: 2,
            errors: vec![("40001".to_owned(), "again".to_owned())],
            ..BatchOutcome::new(10, Instant::now())
        };
        let all = [
            outcome(Ending::Succeeded, 1),
            outcome(Ending::Failed, 2),
            outcome(Ending::Succeeded, 3),
            outcome(Ending::Stopped, 4),
        ];
        let tally = |outcomes: &[BatchOutcome]| {
            let mut tally = Tally::default();
            outcomes.iter().for_each(|outcome| tally.add(outcome));
            tally
        };
        let whole = tally(&all);
        let mut merged = tally(&all[..1]);
        merged.merge(&tally(&all[1..]));
        let second = Duration::from_secs(1);
        assert_eq!(merged.load(second, 7), whole.load(second, 7));
        assert_eq!(merged.latency(), whole.latency());
        assert_eq!(merged.lag().distribution(), whole.lag().distribution());
        assert_eq!(merged.commonest_failure(), whole.commonest_failure());
    }
}
