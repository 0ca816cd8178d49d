//! What the series means: the stalls with their causes, and response times by
//! what the checkpointer was doing.
//!
//! Pure functions of the record. A cause needs evidence from the seconds in
//! which the stalled batches were open; where there is none, or too little,
//! the stall is `unexplained`: a wrong cause is worse than none.

mod background;
mod checkpoint;
mod client;
pub(super) mod find;
mod lost;
mod phases;
mod restart;
pub(super) mod waits;
mod wal;
mod window;

use super::checkpoints;
use crate::model::database::PhaseLatency;
use crate::model::observed::Evidence;
use crate::model::stall::{Stall, StallSummary};
use crate::model::{Cause, Note, Reason, RunRecord, Unavailable};
use window::Window;

/// What came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Explained {
    /// The stalls, in their order.
    pub stalls: Vec<Stall>,
    /// How they were found; the reason where they can't be.
    pub summary: Result<StallSummary, Reason>,
    /// Response times by checkpoint phase; empty where checkpoints weren't seen.
    pub by_phase: Vec<PhaseLatency>,
}

/// A cause must account for at least that share of the time that the batches
/// lost: with less, something else took more.
const MOST: f64 = 0.5;

/// The evidence for one cause.
struct Case {
    cause: Cause,
    rank: Rank,
    /// Among cases of one rank the greatest wins.
    strength: f64,
    /// With numbers.
    evidence: Vec<Note>,
}

/// Which kind of evidence goes before which, the weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// Of the tool alone: it holds only where the server did its work as usual.
    Client,
    /// What the writers waited for.
    Wait,
    /// What was at work meanwhile, and made them wait for it.
    Behind,
}

/// Each looks for one cause.
const CASES: [fn(&Window) -> Option<Case>; 12] = [
    restart::restart,
    checkpoint::sync,
    checkpoint::write,
    background::autovacuum,
    wal::full_page_images,
    wal::flush,
    wal::buffers,
    waits::relation_extension,
    waits::lock,
    waits::replication,
    client::pool_wait,
    client::cpu,
];

/// Finds the stalls of a run and their causes. A burst has none: its batches
/// are all due at once, so that response times grow by themselves.
pub fn explain(record: &RunRecord) -> Explained {
    let found = match (&record.scenario.soak, &record.load) {
        (None, _) if record.scenario.mixed.is_some() => Err(Reason::NoStallsOfQueues {}),
        (None, _) => Err(Reason::StallsOfSoaksOnly {}),
        (Some(_), None) => Err(Reason::NotReached {}),
        (Some(_), Some(_)) => find::find(&record.series),
    };
    let by_phase = match &record.scenario.soak {
        Some(_) => phases::by_phase(record),
        None => Vec::new(),
    };
    let found = match found {
        Ok(found) => found,
        Err(reason) => return Explained { stalls: Vec::new(), summary: Err(reason), by_phase },
    };
    let stalls: Vec<Stall> = found
        .intervals
        .iter()
        .map(|interval| {
            let (cause, evidence) = cause(&Window::of(record, &found.intervals, interval));
            let (from_s, until_s) = (interval.from, interval.until);
            Stall { from_s, until_s, response_ms: interval.response_ms, cause, evidence }
        })
        .collect();
    let seconds = |stalls: &mut dyn Iterator<Item = &Stall>| -> u32 {
        stalls.map(|stall| stall.until_s - stall.from_s).sum()
    };
    let stalled_seconds = seconds(&mut stalls.iter());
    let explained = seconds(&mut stalls.iter().filter(|s| s.cause != Cause::Unexplained));
    let summary = StallSummary {
        seconds: found.seconds,
        usual_ms: found.usual_ms,
        limit_ms: found.limit_ms,
        stalled_seconds,
        explained_share: (stalled_seconds > 0)
            .then(|| f64::from(explained) / f64::from(stalled_seconds)),
        checkpoint_stalls: None,
    };
    Explained { stalls, summary: Ok(summary), by_phase }
}

/// Puts it into the record.
pub fn enter(record: &mut RunRecord) {
    let Explained { stalls, summary, by_phase } = explain(record);
    record.stalls = stalls;
    record.stall_summary = match summary {
        Ok(summary) => Some(summary),
        Err(reason) => {
            let path = "stall_summary".to_owned();
            record.unavailable.push(Unavailable { path, reason: reason.into() });
            None
        }
    };
    let checkpoints = record.database.as_mut().and_then(|d| d.checkpoints.as_mut());
    if let Some(checkpoints) = checkpoints {
        checkpoints.by_phase = by_phase;
    }
    checkpoints::enter(record);
}

fn cause(window: &Window) -> (Cause, Vec<Note>) {
    let cases = CASES.iter().filter_map(|look| look(window));
    // Of equal ones the first in the list.
    let best = cases.reduce(|best, case| {
        let stronger = (case.rank, case.strength) > (best.rank, best.strength);
        if stronger { case } else { best }
    });
    match best {
        Some(case) => (case.cause, case.evidence),
        None => (Cause::Unexplained, vec![why_unexplained(window).into()]),
    }
}

fn why_unexplained(window: &Window) -> Evidence {
    match &window.lost {
        None => Evidence::WaitsUnseen {},
        Some(lost) => match lost.leading() {
            Some((event, share)) => {
                Evidence::LeadingWait { event: event.to_owned(), percent: window::percent(share) }
            }
            None => Evidence::NothingStandsOut {},
        },
    }
}
