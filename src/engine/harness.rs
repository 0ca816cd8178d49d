//! What the tool itself costs: measured around the load, entered into the record.

use super::place::Place;
use super::series;
use crate::judge::validity::WAIT_SAMPLES_NEEDED;
use crate::model::record::WaitCount;
use crate::model::{Reason, RunRecord, Unavailable};
use crate::sample::client::{ClientSampler, ClientSecond, Gauges};
use crate::sample::process::{self, ProcessUse, ThreadSampler};
use crate::sample::waits::WaitSampler;
use crate::session::SessionError;
use crate::table::tenant::Origin;
use crate::table::{BatchRows, Table, Tenant};
use crate::work::write::copy_binary::{CHUNK_BYTES, fill};
use crate::work::{Tally, Timeline, WriteContext};
use bytes::BytesMut;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// How long the ceiling is measured.
const CEILING_TIME: Duration = Duration::from_millis(250);

/// Measures while the load runs.
pub struct Watch {
    began: Instant,
    threads: ThreadSampler,
    client: ClientSampler,
    waits: Option<WaitSampler>,
    refused: Option<SessionError>,
}

/// What was seen.
pub struct Seen {
    process: ProcessUse,
    client: Vec<ClientSecond>,
    waits: Result<Vec<WaitCount>, SessionError>,
}

impl Watch {
    /// Watches from `began` on, which may lie ahead. A sampler that can't
    /// connect leaves a gap in the record, and no more.
    pub(super) async fn start(
        place: &Place,
        application_name: &str,
        began: Instant,
        context: &Arc<WriteContext>,
    ) -> Watch {
        let (waits, refused) = match WaitSampler::start(&place.target, application_name).await {
            Ok(sampler) => (Some(sampler), None),
            Err(error) => (None, Some(error)),
        };
        let began = began.max(Instant::now());
        let client = ClientSampler::start(began, gauges(context));
        Watch { began, threads: ThreadSampler::start(began), client, waits, refused }
    }

    /// When the measure phase begins, or began.
    pub fn began(&self) -> Instant {
        self.began
    }

    /// Ends.
    pub async fn finish(self) -> Seen {
        let process = self.threads.finish().await;
        let client = self.client.finish().await;
        let waits = match (self.waits, self.refused) {
            (Some(sampler), _) => sampler.finish().await,
            (None, Some(error)) => Err(error),
            (None, None) => Ok(Vec::new()),
        };
        Seen { process, client, waits }
    }
}

/// Reads the gauges for as long as there are writers.
fn gauges(context: &Arc<WriteContext>) -> impl Fn() -> Gauges + Send + Sync + 'static {
    let context = Arc::downgrade(context);
    move || {
        context.upgrade().map_or_else(Gauges::default, |context| Gauges {
            in_use: context.pool.meter().in_use(),
            waiting: context.gauges.waiting.load(Ordering::Relaxed),
            open: context.gauges.open.load(Ordering::Relaxed),
        })
    }
}

/// Enters what was seen.
pub(super) fn enter(
    record: &mut RunRecord,
    seen: Seen,
    tally: &Tally,
    timeline: &Timeline,
    ceiling_rows_per_s: f64,
) {
    let elapsed_s = record.load.as_ref().map_or(0.0, |load| load.elapsed_s);
    let elapsed = Duration::from_secs_f64(elapsed_s);
    record.series = series::merge(elapsed, timeline.seconds(), seen.client, Default::default());
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
