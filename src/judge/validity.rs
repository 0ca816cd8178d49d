//! Whether a run says anything about the server: it must be durable, and the
//! client must not have been the limit.

use crate::model::scenario::ISOLATION;
use crate::model::{Note, Reason, RunRecord};

/// A thread that is busier than this for a second had nothing left to give.
pub const BUSY_LIMIT: f64 = 0.85;

/// Fewer samples of our COPYs than this say nothing about what leads.
pub const WAIT_SAMPLES_NEEDED: u64 = 20;

/// The wait of a COPY for its client's data.
const CLIENT_READ: &str = "Client:ClientRead";

/// Why the run is invalid as a measurement of the server; empty where it is valid.
pub fn invalid(record: &RunRecord) -> Vec<Note> {
    let server = record.server.iter().flat_map(|server| {
        server
            .settings
            .iter()
            .filter(|s| s.is_unsafe())
            .map(|s| Reason::NotDurable { setting: s.name.clone(), value: s.value.clone() })
    });
    let thread = record.harness.busiest_thread.iter().filter(|t| t.busy > BUSY_LIMIT).map(|t| {
        Reason::ClientThreadBusy {
            thread: t.name.clone(),
            busy_percent: (t.busy * 100.0).round() as u32,
            limit_percent: (BUSY_LIMIT * 100.0) as u32,
        }
    });
    if record.scenario.name == ISOLATION || !record.faults.is_empty() {
        // What is judged is who may do what, or what came through a fault, and
        // not how fast.
        return server.map(Note::from).collect();
    }
    let ours = client_read(record).into_iter().chain(behind_schedule(record));
    server.chain(thread).chain(ours).map(Note::from).collect()
}

/// What is known to be missing of the load that was asked for: such a run may
/// fail, and never passes.
pub fn not_offered(record: &RunRecord) -> Option<Reason> {
    if !record.faults.is_empty() {
        return None;
    }
    let batches = record.harness.backlog.as_ref()?.unreleased;
    let (offered, made) = offered_and_made(record)?;
    (batches > 0).then_some(Reason::NotAllOffered { offered, made, batches })
}

/// Rows a second that were due in an open loop, and that were acknowledged.
fn offered_and_made(record: &RunRecord) -> Option<(u64, u64)> {
    let scenario = &record.scenario;
    let due = scenario.rows_due_per_s()?;
    // A soak's rate may rise and fall: what was due in the end its pool says.
    let soak = scenario.soak.as_ref().and(record.pools.as_ref());
    let batches = soak.and_then(|pools| pools.write.offered_per_s);
    let offered = batches.map_or(due, |batches| batches * f64::from(scenario.size));
    let made = record.load.as_ref()?.rows_per_s;
    Some((offered.round() as u64, made.round() as u64))
}

/// An open loop that its client holds up: late, by more than a tenth of the
/// response times, and not because the schedule had to wait for open batches.
fn behind_schedule(record: &RunRecord) -> Option<Reason> {
    let lag = record.harness.schedule_lag_ms.as_ref()?.p99;
    let response = response_ms(record)?;
    let was_held = record.harness.backlog.as_ref().is_some_and(|backlog| backlog.held_s > 0.0);
    let (offered, made) = offered_and_made(record)?;
    let limit = LATE_MS.max(response * LATE_SHARE);
    let (lag_ms, limit_ms) = (lag.ceil() as u64, limit.round() as u64);
    (lag > limit && !was_held).then_some(Reason::BehindSchedule { offered, made, lag_ms, limit_ms })
}

/// How long what the schedule begins takes (p99): batches, of scans their
/// submissions, of a mixed load the quicker of reads and submissions.
fn response_ms(record: &RunRecord) -> Option<f64> {
    let latencies = record.latency.as_ref()?;
    let begun = match record.scenario.soak {
        Some(_) => [latencies.batch.as_ref(), None],
        None => [latencies.submit.as_ref(), latencies.read.as_ref()],
    };
    begun.into_iter().flatten().map(|latency| latency.response_ms.p99).reduce(f64::min)
}

/// An open loop that releases its batches no later than this (p99) isn't held
/// up by its client, however little the server has to wait for besides.
const LATE_MS: f64 = 10.0;

/// A lag that is less than this share of the response times changes nothing of
/// what they say.
const LATE_SHARE: f64 = 0.1;

fn is_on_schedule(record: &RunRecord) -> bool {
    let s = &record.scenario;
    // Users who think have a schedule too: it says when they are to wake.
    let is_open = s.soak.as_ref().is_some_and(|s| s.rate_rows_per_s.is_some())
        || s.scans.as_ref().is_some_and(|s| s.arrival_per_s.is_some())
        || s.mixed.as_ref().is_some_and(|s| s.rate_per_s.is_some() || s.think > 0.0);
    let lag = record.harness.schedule_lag_ms.as_ref();
    is_open && lag.is_some_and(|lag| lag.p99 <= LATE_MS)
}

fn client_read(record: &RunRecord) -> Option<Reason> {
    if is_on_schedule(record) {
        return None;
    }
    let waits = &record.harness.copy_waits;
    let samples: u64 = waits.iter().map(|w| w.samples).fold(0, u64::saturating_add);
    let ours = waits.iter().find(|w| w.event == CLIENT_READ)?.samples;
    let leads = waits.iter().all(|w| w.event == CLIENT_READ || w.samples < ours);
    (leads && samples >= WAIT_SAMPLES_NEEDED).then(|| Reason::ClientReadLeads {
        client_read_percent: (100 * ours / samples) as u32,
        samples,
    })
}
