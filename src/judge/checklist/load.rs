//! What the load test showed.

use super::by_criteria;
use super::found::{Found, LOAD_TEST, failed, says_nothing, undecided};
use super::{Ran, Seen};
use crate::model::Verdict;
use crate::model::figure::{Figure, PoolSide};
use crate::model::observed::Measured;
use crate::model::record::Pool;
use crate::model::set::{Answer, Answered, Item};
use crate::model::stall::Cause;

const SECTION: &str = "load";

/// Rows a second of the API that the first load test drove.
const OLD_API_ROWS_PER_S: f64 = 93.0;

/// So many times of it are asked for.
const GAIN_ASKED: f64 = 30.0;

/// The items.
pub(super) fn items(seen: &Seen<'_>) -> Vec<Item> {
    let by = |metrics: &[&str], scenarios: &[&str]| by_criteria::found(seen, metrics, scenarios);
    let answered = [
        (LOAD_TEST, load_test(seen)),
        ("gain", gain(seen)),
        ("time_limits", by(&["load.elapsed_s", "queue.drain_s"], &["burst"])),
        (
            "zero_timeouts",
            by(
                &[
                    "load.batches.timeouts",
                    "reads.timeouts",
                    "pools.write.timeouts",
                    "pools.read.timeouts",
                ],
                &[],
            ),
        ),
        ("queue_depth", by(&["queue.depth_"], &["scans", "mixed"])),
        ("pools", pools(seen)),
        ("response_times", by(&["latency."], &[])),
        ("cache_hit", by(&["database.cache."], &[])),
        ("checkpoints_on_schedule", checkpoints(seen, "database.checkpoints.", came)),
        ("no_checkpoint_stall", checkpoints(seen, "stall_summary.checkpoint_", worst_stall)),
        ("nothing_lost", nothing_lost(seen)),
    ];
    let item = |(id, found): (&str, Found)| found.item(SECTION, id, Answered::Measured);
    answered.into_iter().map(item).collect()
}

/// Every run passed.
fn load_test(seen: &Seen<'_>) -> Found {
    let mut found = Found::new();
    for run in &seen.runs {
        let member = run.name.to_owned();
        match run.record.verdict {
            Some(Verdict::Pass) => found.add(Answer::Yes, Measured::MemberPassed { member }),
            Some(Verdict::Fail) => found.add(Answer::No, failed(run)),
            _ => found.merge(undecided(run)),
        }
    }
    for scenario in ["burst", "scans", "mixed", "soak"] {
        if seen.of(scenario).next().is_none() {
            found.add(Answer::Inconclusive, seen.missing(scenario));
        }
    }
    found
}

/// Thirty times the old API, and the gain over a row a transaction here.
fn gain(seen: &Seen<'_>) -> Found {
    let mut found = Found::new();
    for run in seen.of("burst") {
        found.merge(gain_of(run));
    }
    if found.is_empty() {
        found.add(Answer::Inconclusive, seen.missing("burst"));
    }
    found
}

fn gain_of(run: &Ran<'_>) -> Found {
    let mut found = Found::new();
    let member = || run.name.to_owned();
    let Some(load) = run.record.load.as_ref().filter(|_| !run.is_void()) else {
        return says_nothing(run);
    };
    let times = load.rows_per_s / OLD_API_ROWS_PER_S;
    let (rows_per_s, times_seed) = (Figure(load.rows_per_s), Figure(times));
    let answer = if times >= GAIN_ASKED { Answer::Yes } else { Answer::No };
    found.add(answer, Measured::GainSeen { member: member(), rows_per_s, times_seed });
    let gain = run.record.gain.as_ref();
    let halves: Vec<_> =
        gain.into_iter().flat_map(|g| [&g.serial, &g.concurrent]).flatten().collect();
    for half in &halves {
        if let Some(ratio) = half.ratio {
            let answer = if ratio < 1.0 { Answer::No } else { Answer::Yes };
            let (connections, rows_per_s) = (half.connections, Figure(half.rows_per_s));
            let (member, ratio) = (member(), Figure(ratio));
            found.add(answer, Measured::GainOver { member, ratio, connections, rows_per_s });
        }
    }
    if halves.iter().all(|half| half.ratio.is_none()) {
        found.add(Answer::Inconclusive, Measured::NoGain { member: member() });
    }
    found
}

/// Their criteria, with the load that was offered: without one, utilization says nothing.
fn pools(seen: &Seen<'_>) -> Found {
    let mut found = by_criteria::found(seen, &["pools."], &[]);
    for run in &seen.runs {
        let Some(pools) = &run.record.pools else { continue };
        // The read-back's pool is no load's.
        let is_read = run.record.reads.is_some() || run.record.queue.is_some();
        let read = pools.read.as_ref().filter(|_| is_read);
        for (side, pool) in [(PoolSide::Write, Some(&pools.write)), (PoolSide::Read, read)] {
            let pool = pool.filter(|_| run.record.scenario.name != "burst");
            if let Some(offered) = pool.and_then(|pool| offered(run, side, pool)) {
                found.add(Answer::Yes, offered);
            }
        }
    }
    found
}

/// The rate of what was due on a pool; None of one that nothing is due on
/// though the loop is open: looks at a scan's status come while it is under way.
fn offered(run: &Ran<'_>, pool: PoolSide, of: &Pool) -> Option<Measured> {
    let member = run.name.to_owned();
    let soak = run.record.scenario.soak.as_ref().filter(|_| pool == PoolSide::Write);
    let size = f64::from(run.record.scenario.size.max(1));
    let batches = soak.and_then(|soak| soak.rate_rows_per_s).map(|rate| rate / size);
    match of.offered_per_s.or(batches) {
        Some(offered) => Some(Measured::OfferedRate { member, pool, offered: Figure(offered) }),
        None if run.record.scenario.rows_due_per_s().is_some() => None,
        None => Some(Measured::ClosedLoop { member, pool }),
    }
}

/// What only a soak that spans checkpoints can show, by its criteria, with what they rest on.
fn checkpoints(seen: &Seen<'_>, metric: &str, evidence: fn(&Ran<'_>) -> Option<Measured>) -> Found {
    if seen.is_quick {
        return Found::one(Answer::Inconclusive, Measured::QuickSoak {});
    }
    let mut found = by_criteria::found(seen, &[metric], &["soak"]);
    for note in seen.of("soak").filter(|run| !run.is_void()).filter_map(evidence) {
        found.add(Answer::Yes, note);
    }
    found
}

fn came(run: &Ran<'_>) -> Option<Measured> {
    let checkpoints = run.record.database.as_ref()?.checkpoints.as_ref()?;
    let (member, timed) = (run.name.to_owned(), checkpoints.timed);
    Some(Measured::CheckpointsCame { member, timed, requested: checkpoints.requested })
}

fn worst_stall(run: &Ran<'_>) -> Option<Measured> {
    let is_checkpoint = |cause| matches!(cause, Cause::CheckpointSync | Cause::CheckpointWrite);
    let from = run.record.stalls.iter().filter(|stall| is_checkpoint(stall.cause));
    let worst = from.map(|stall| stall.response_ms).reduce(f64::max)?;
    Some(Measured::CheckpointStalls { member: run.name.to_owned(), worst_ms: Figure(worst) })
}

/// Every row that was acknowledged was read back as it was sent.
fn nothing_lost(seen: &Seen<'_>) -> Found {
    let metrics = ["verification.", "load.batches.acknowledged_local", "load.batches.in_doubt"];
    let mut found = by_criteria::found(seen, &metrics, &[]);
    let mut rows = 0;
    for run in &seen.runs {
        match &run.record.verification {
            Some(verification) => rows += verification.rows_found,
            None => {
                let member = run.name.to_owned();
                found.add(Answer::Inconclusive, Measured::NotVerified { member });
            }
        }
    }
    if found.answer() == Answer::Yes {
        let (rows, members) = (Figure(rows as f64), seen.runs.len());
        found.add(Answer::Yes, Measured::RowsFound { rows, members });
    }
    found
}
