//! Whether a run says anything about the server: it must be durable, and the
//! client must not have been the limit.

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
    server.chain(thread).chain(client_read(record)).map(Note::from).collect()
}

/// An open loop that releases its batches no later than this (p99) isn't held
/// up by its client, however little the server has to wait for besides.
const LATE_MS: f64 = 10.0;

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
    let samples: u64 = waits.iter().map(|w| w.samples).sum();
    let ours = waits.iter().find(|w| w.event == CLIENT_READ)?.samples;
    let leads = waits.iter().all(|w| w.event == CLIENT_READ || w.samples < ours);
    (leads && samples >= WAIT_SAMPLES_NEEDED).then(|| Reason::ClientReadLeads {
        client_read_percent: (100 * ours / samples) as u32,
        samples,
    })
}
