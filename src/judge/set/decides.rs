//! What decides whether a recommendation helped: its runs beside those of the
//! server as it is set.
//!
//! Writers that go as fast as they can show it in their rate, with what they
//! left to be written. A rate that is given can't: there it is what the load
//! waits and what it costs.

use super::Done;
use super::table::is_clients;
use crate::judge::compare::{Metric, Roles, THRESHOLD, compare, compare_one};
use crate::model::comparison::{Change, Compared};
use crate::model::observed::TuneNote;
use crate::model::{Note, RunRecord};
use std::borrow::Cow;

/// Of runs at a given rate: what users wait, what is written for a row, and
/// whether the server keeps up.
const AT_A_RATE: [(&str, bool); 3] = [
    ("latency.batch.response_ms.p99", false),
    ("database.wal.bytes_per_row", false),
    ("load.offered_share", true),
];

/// The runs of a role beside those of another.
pub(super) struct Beside {
    /// What came of it.
    pub outcome: Change,
    /// The metrics, the one that decided first.
    pub compared: Vec<Compared>,
    /// What is to be known of it.
    pub notes: Vec<Note>,
}

/// Puts the runs of a role beside those of the base; None where either has no
/// run. At a rate, whatever got worse decides, then whatever got better; there
/// is no effect where all that could decide is the same.
pub(super) fn beside(done: &[Done], base_role: &str, other: &str) -> Option<Beside> {
    let [base, runs] = whole(done, [base_role, other]);
    if base.is_empty() || runs.is_empty() {
        return None;
    }
    let all: Vec<&RunRecord> = base.iter().chain(&runs).copied().collect();
    let is_rate_given = all.iter().any(|record| has_rate(record));
    let roles = Roles { base: base_role, other };
    let deciding = deciding(&all, is_rate_given);
    let one = |metric: &Metric| compare_one(metric, &base, &runs, roles, THRESHOLD);
    let mut compared: Vec<Compared> = deciding.iter().map(one).collect();
    let first = (0..compared.len()).min_by_key(|index| rank(compared[*index].outcome))?;
    compared[..=first].rotate_right(1);
    let mut outcome = compared[0].outcome;
    let mut notes = Vec::new();
    // What the client can't make, no setting shows; and where it was late, so is every response.
    let limited = |records: &[&RunRecord]| records.iter().filter(|r| is_clients(r)).count();
    let is_hidden = |records: &[&RunRecord]| 2 * limited(records) > records.len();
    let is_hidden = match is_rate_given {
        true => is_hidden(&base) || is_hidden(&runs),
        false => outcome == Change::Same && is_hidden(&runs),
    };
    if is_hidden {
        let limited = limited(&base).max(limited(&runs));
        notes.push(TuneNote::HiddenByClient { limited }.into());
        outcome = Change::Inconclusive;
    } else if let Some(better) = compared.iter().find(|one| one.outcome == Change::Better)
        && outcome == Change::Worse
    {
        let (better, worse) = (better.metric.clone(), compared[0].metric.clone());
        notes.push(TuneNote::BetterAndWorse { better, worse }.into());
    }
    let rest = compare(&base, &runs, roles, THRESHOLD);
    let is_new = |one: &Compared| !deciding.iter().any(|metric| metric.path == one.metric);
    compared.extend(rest.into_iter().filter(is_new));
    Some(Beside { outcome, compared, notes })
}

/// The runs of a role that came to their end. Where some have a closing
/// CHECKPOINT, one that lacks it isn't among them.
fn whole<'d>(done: &'d [Done], roles: [&str; 2]) -> [Vec<&'d RunRecord>; 2] {
    let is_whole = |run: &&Done| roles.contains(&run.role.as_str()) && !run.has_failed();
    let is_closed = done.iter().filter(is_whole).any(|run| is_closed(&run.record));
    roles.map(|role| {
        let runs = done.iter().filter(is_whole).filter(|run| run.role == role);
        runs.map(|run| &run.record).filter(|r| !is_closed || self::is_closed(r)).collect()
    })
}

fn is_closed(record: &RunRecord) -> bool {
    record.load.as_ref().is_some_and(|load| load.checkpointed_rows_per_s.is_some())
}

fn has_rate(record: &RunRecord) -> bool {
    record.scenario.soak.as_ref().is_some_and(|soak| soak.rate_rows_per_s.is_some())
}

/// The metrics that may decide. Without a given rate that is the rate, with
/// what it left to be written; of a target where no CHECKPOINT may be made,
/// the plain rate.
fn deciding(records: &[&RunRecord], is_rate_given: bool) -> Vec<Metric> {
    let metric = |path, more_is_better| Metric {
        path: Cow::Borrowed(path),
        more_is_better: Some(more_is_better),
    };
    if is_rate_given {
        return AT_A_RATE.map(|(path, more_is_better)| metric(path, more_is_better)).into();
    }
    let path = match records.iter().all(|record| is_closed(record)) {
        true => "load.checkpointed_rows_per_s",
        false => "load.rows_per_s",
    };
    vec![metric(path, true)]
}

/// What goes before what.
fn rank(outcome: Change) -> u8 {
    match outcome {
        Change::Worse => 0,
        Change::Better => 1,
        Change::Inconclusive => 2,
        Change::Same => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::super::trials::CURRENT;
    use super::super::tune::tests::{at_rate, evidence_run, run};
    use super::*;
    use crate::model::Verdict;
    use crate::model::scenario::Soak;

    const RULE: &str = "max_wal_size";

    /// Six runs a side at 5,000 rows a second, a little apart; the rule's have
    /// so many times the p99 and the WAL.
    fn offered(p99: f64, wal: f64, share: f64) -> Vec<Done> {
        let mut done = Vec::new();
        for (no, noise) in [0.97, 0.98, 1.0, 1.0, 1.02, 1.03].into_iter().enumerate() {
            for (role, p99, wal, share) in [(CURRENT, 1.0, 1.0, 1.0), (RULE, p99, wal, share)] {
                let mut one = run(role, no + 1, evidence_run().record);
                let record = &mut one.record;
                let soak = Soak { rate_rows_per_s: Some(5_000.0), ..Soak::default() };
                record.scenario.soak = Some(soak);
                let load = record.load.as_mut().unwrap();
                load.rows_per_s = 5_000.0;
                // The greater max_wal_size leaves more to the closing CHECKPOINT.
                load.checkpointed_rows_per_s = Some(if role == RULE { 4_000.0 } else { 5_000.0 });
                load.offered_share = Some(share);
                let latency = record.latency.as_mut().unwrap();
                latency.batch.as_mut().unwrap().response_ms.p99 = 20.0 * p99 * noise;
                let wal_of_row = Some(900.0 * wal * noise);
                record.database.as_mut().unwrap().wal.as_mut().unwrap().bytes_per_row = wal_of_row;
                done.push(one);
            }
        }
        done
    }

    fn said(done: &[Done]) -> (Change, String, Vec<String>) {
        let beside = beside(done, CURRENT, RULE).unwrap();
        let notes = beside.notes.into_iter().map(|note| note.id).collect();
        (beside.outcome, beside.compared[0].metric.clone(), notes)
    }

    #[test]
    fn at_a_rate_what_the_load_waits_and_costs_decides() {
        let [p99, wal, share] = AT_A_RATE.map(|(path, _)| path.to_owned());
        let none = Vec::new;
        assert_eq!(said(&offered(0.5, 1.0, 1.0)), (Change::Better, p99.clone(), none()));
        assert_eq!(said(&offered(1.0, 0.6, 1.0)), (Change::Better, wal.clone(), none()));
        assert_eq!(said(&offered(1.0, 1.0, 0.8)), (Change::Worse, share, none()));
        assert_eq!(said(&offered(1.0, 1.0, 1.0)), (Change::Same, p99.clone(), none()));
        // Near the threshold in one of them.
        assert_eq!(said(&offered(1.0, 1.06, 1.0)), (Change::Inconclusive, wal.clone(), none()));
        let both = vec!["better_and_worse".to_owned()];
        assert_eq!(said(&offered(2.0, 0.6, 1.0)), (Change::Worse, p99, both));
    }

    #[test]
    fn the_rates_of_an_open_loop_decide_nothing_and_are_shown() {
        let beside = beside(&offered(1.0, 1.0, 1.0), CURRENT, RULE).unwrap();
        let metrics: Vec<_> = beside.compared.iter().map(|one| one.metric.as_str()).collect();
        assert!(!metrics.contains(&"load.checkpointed_rows_per_s"), "{metrics:?}");
        assert!(metrics.contains(&"load.rows_per_s") && metrics.contains(&"load.offered_share"));
        let once = |metric| metrics.iter().filter(|one| **one == metric).count() == 1;
        assert!(metrics.iter().all(|metric| once(*metric)), "{metrics:?}");
    }

    #[test]
    fn responses_of_a_client_that_was_late_decide_nothing() {
        let mut done = offered(0.5, 1.0, 1.0);
        for one in done.iter_mut().filter(|one| one.role == CURRENT) {
            one.record.verdict = Some(Verdict::Invalid);
        }
        let (outcome, _, notes) = said(&done);
        assert_eq!((outcome, notes), (Change::Inconclusive, vec!["hidden_by_client".to_owned()]));
    }

    #[test]
    fn a_closed_loop_is_decided_by_its_rate() {
        let rates = [(CURRENT, 100.0), (RULE, 150.0)];
        let both = |no| rates.map(|(role, rate)| at_rate(role, no, rate + no as f64));
        let done: Vec<Done> = (1..=6).flat_map(both).collect();
        let (outcome, metric, _) = said(&done);
        assert_eq!((outcome, metric.as_str()), (Change::Better, "load.checkpointed_rows_per_s"));
    }
}
