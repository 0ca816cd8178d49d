//! What the tool itself costs: measured around the load, entered into the record.

use crate::judge::validity::WAIT_SAMPLES_NEEDED;
use crate::model::record::WaitCount;
use crate::model::{Reason, RunRecord, Unavailable};
use crate::sample::process::{self, ProcessUse, ThreadSampler};
use crate::sample::waits::WaitSampler;
use crate::session::{SessionError, Target};
use crate::table::tenant::Origin;
use crate::table::{BatchRows, Table, Tenant};
use crate::work::Tally;
use crate::work::write::copy_binary::{CHUNK_BYTES, fill};
use bytes::BytesMut;
use std::time::{Duration, Instant};

/// How long the ceiling is measured.
const CEILING_TIME: Duration = Duration::from_millis(250);

/// Measures while the load runs.
pub struct Watch {
    threads: ThreadSampler,
    waits: Option<WaitSampler>,
    refused: Option<SessionError>,
}

/// What was seen.
pub struct Seen {
    process: ProcessUse,
    waits: Result<Vec<WaitCount>, SessionError>,
}

impl Watch {
    /// Begins. A sampler that can't connect leaves a gap in the record, and no more.
    pub async fn start(target: &Target, application_name: &str) -> Watch {
        let (waits, refused) = match WaitSampler::start(target, application_name).await {
            Ok(sampler) => (Some(sampler), None),
            Err(error) => (None, Some(error)),
        };
        Watch { threads: ThreadSampler::start(), waits, refused }
    }

    /// Ends.
    pub async fn finish(self) -> Seen {
        let process = self.threads.finish().await;
        let waits = match (self.waits, self.refused) {
            (Some(sampler), _) => sampler.finish().await,
            (None, Some(error)) => Err(error),
            (None, None) => Ok(Vec::new()),
        };
        Seen { process, waits }
    }
}

/// Enters what was seen.
pub fn enter(record: &mut RunRecord, seen: Seen, tally: &Tally, ceiling_rows_per_s: f64) {
    let rows = record.load.as_ref().map_or(0, |load| load.rows_attempted);
    let harness = &mut record.harness;
    harness.ceiling_rows_per_s = Some(ceiling_rows_per_s);
    harness.client_cpu_s = Some(seen.process.cpu_s);
    harness.client_cpu_us_per_row = (rows > 0).then(|| seen.process.cpu_s * 1e6 / rows as f64);
    harness.busiest_thread = seen.process.busiest;
    harness.peak_rss_bytes = process::peak_rss_bytes();
    harness.schedule_lag_ms = tally.lag().distribution();
    let memory = harness.peak_rss_bytes.is_none();
    let thread = harness.busiest_thread.is_none();
    let mut missing = |path: &str, reason: Reason| {
        let path = format!("harness.{path}");
        record.unavailable.push(Unavailable { path, reason: reason.into() });
    };
    if memory {
        missing("peak_rss_bytes", Reason::NotOnThisSystem { what: "/proc".to_owned() });
    }
    if rows == 0 {
        missing("client_cpu_us_per_row", Reason::NotReached {});
    }
    if thread {
        missing("busiest_thread", Reason::TooFewSamples { samples: 0, needed: 1 });
    }
    let method = record.scenario.method;
    match seen.waits {
        // Between two rows a backend waits for the client by the method's nature.
        _ if !method.is_copy() => {
            missing("copy_waits", Reason::OnlyForCopy { method: method.name().to_owned() });
        }
        Ok(waits) => {
            let samples = waits.iter().map(|w| w.samples).sum();
            if samples < WAIT_SAMPLES_NEEDED {
                let needed = WAIT_SAMPLES_NEEDED;
                missing("copy_waits", Reason::TooFewSamples { samples, needed });
            }
            record.harness.copy_waits = waits;
        }
        Err(error) => missing("copy_waits", Reason::QueryFailed { error: error.to_string() }),
    }
}

/// Rows a second that generator and encoder make with nothing behind them, on
/// as many threads as there are processors: what no server can exceed here.
pub fn ceiling_rows_per_s(table: &Table, origin: &Origin, tenant: &Tenant) -> f64 {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let began = Instant::now();
    let rows: u64 = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|worker| scope.spawn(move || encode(table, origin, tenant, worker as i32)))
            .collect();
        workers.into_iter().map(|w| w.join().unwrap_or(0)).sum()
    });
    rows as f64 / began.elapsed().as_secs_f64()
}

fn encode(table: &Table, origin: &Origin, tenant: &Tenant, worker: i32) -> u64 {
    let until = Instant::now() + CEILING_TIME;
    let mut rows = BatchRows::new(table, origin, tenant, -1 - worker, u32::MAX);
    let mut buf = BytesMut::with_capacity(CHUNK_BYTES + 4 * 1024);
    while Instant::now() < until && fill(&mut rows, &mut buf) {
        std::hint::black_box(&buf);
        buf.clear();
    }
    u64::from(rows.encoded())
}
