//! What the tool itself costs: measured around the load, entered into the record.

use super::place::Place;
use super::series;
use crate::judge::validity::WAIT_SAMPLES_NEEDED;
use crate::model::record::WaitCount;
use crate::model::scenario::ISOLATION;
use crate::model::series::ServerPoint;
use crate::model::{Note, Reason, RunRecord, Scenario, Unavailable};
use crate::sample::client::{ClientSampler, ClientSecond, Gauges};
use crate::sample::options::{Local, SamplerOptions};
use crate::sample::process::{self, ProcessUse, ThreadSampler};
use crate::sample::sampler::{OnSecond, Sampled, Sampler, Sampling};
use crate::sample::snapshot::View;
use crate::table::tenant::Origin;
use crate::table::{BatchRows, Table, Tenant};
use crate::work::write::copy_binary::{CHUNK_BYTES, fill};
use crate::work::{Tally, Timeline, WriteContext};
use bytes::BytesMut;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// How long the ceiling is measured.
const CEILING_TIME: Duration = Duration::from_millis(250);

/// The size of a full page image before holes are left out.
const PAGE_BYTES: f64 = 8192.0;

/// Measures while the load runs.
pub struct Watch {
    began: Instant,
    threads: ThreadSampler,
    client: ClientSampler,
    server: Option<Sampling>,
}

/// What was seen.
pub struct Seen {
    process: ProcessUse,
    client: Vec<ClientSecond>,
    server: Option<Sampled>,
}

impl Watch {
    /// Watches from `began` on, which may lie ahead; the server by `sampler`,
    /// where there is one.
    pub(super) async fn start(
        sampler: Option<SamplerOptions>,
        on_second: Option<OnSecond>,
        began: Instant,
        context: &Arc<WriteContext>,
    ) -> Watch {
        let server = match sampler {
            Some(options) => {
                let sampler = Sampler::open(options).await.observed(on_second);
                Some(sampler.begin(began).await)
            }
            None => None,
        };
        let began = server.as_ref().map_or(began, Sampling::began).max(began);
        let client = ClientSampler::start(began, gauges(context));
        Watch { began, threads: ThreadSampler::start(began), client, server }
    }

    /// When the measure phase begins, or began.
    pub fn began(&self) -> Instant {
        self.began
    }

    /// Ends, once the writers' sessions are closed.
    pub async fn finish(self) -> Seen {
        let process = self.threads.finish().await;
        let client = self.client.finish().await;
        let server = match self.server {
            Some(sampling) => Some(sampling.finish().await),
            None => None,
        };
        Seen { process, client, server }
    }
}

/// What is sampled of the server of a run; None where the scenario says no.
pub(super) fn sampler(
    record: &RunRecord,
    place: &Place,
    run_id: Uuid,
    writers: &str,
    writer_role: Option<String>,
) -> Option<SamplerOptions> {
    let Scenario { sampling, table, tenant_prefix, .. } = &record.scenario;
    sampling.then(|| SamplerOptions {
        target: place.target.clone(),
        application_name: writers.to_owned(),
        run_id,
        table: table.clone(),
        tenant_prefix: tenant_prefix.clone(),
        writer_role,
        version_num: record.server.as_ref().map_or(0, |server| server.version_num),
        // Of a pair it isn't known beforehand whose files will count.
        local: place.private.as_ref().filter(|_| place.standby.is_none()).map(|server| Local {
            log: server.log_path().to_owned(),
            data_dir: server.data_dir().to_owned(),
        }),
    })
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
    let (points, waits) = match seen.server {
        Some(sampled) => enter_server(record, sampled),
        None => {
            let is_probed = record.scenario.name == ISOLATION;
            let off = || match is_probed {
                true => Reason::NotSampled { scenario: ISOLATION.to_owned() },
                false => Reason::SwitchedOff { flag: "--no-sampling".to_owned() },
            };
            for path in ["database", "tuning"] {
                let reason = Note::from(off());
                record.unavailable.push(Unavailable { path: path.to_owned(), reason });
            }
            (BTreeMap::new(), Err(off()))
        }
    };
    record.series = series::merge(elapsed, timeline.seconds(), seen.client, points);
    let rows = record.load.as_ref().map_or(0, |load| load.rows_attempted);
    let harness = &mut record.harness;
    harness.ceiling_rows_per_s = Some(ceiling_rows_per_s);
    harness.client_cpu_s = seen.process.cpu_s;
    let cpu_s = seen.process.cpu_s.filter(|_| rows > 0);
    harness.client_cpu_us_per_row = cpu_s.map(|cpu_s| cpu_s * 1e6 / rows as f64);
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
        let none = Reason::NoneDone { what: "load.rows_attempted".to_owned() };
        let is_measured = elapsed_s > 0.0;
        missing("client_cpu_us_per_row", if is_measured { none } else { Reason::NotReached {} });
    }
    if thread {
        missing("busiest_thread", Reason::TooFewSamples { samples: 0, needed: 1 });
    }
    let method = record.scenario.method;
    let is_far = record.scenario.rtt_ms.is_some();
    match waits {
        // While a reply is on its way its backend waits for a client that can't know yet.
        Ok(_) if is_far => {
            missing("copy_waits", Reason::SwitchedOff { flag: "--rtt".to_owned() });
        }
        // Between two rows a backend waits for the client by the method's nature.
        Ok(_) if !method.is_copy() => {
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
        Err(reason) => missing("copy_waits", reason),
    }
}

/// Enters what the sampler saw, and gives what else is made of it: the points,
/// and what COPYs waited for.
fn enter_server(
    record: &mut RunRecord,
    sampled: Sampled,
) -> (BTreeMap<u32, ServerPoint>, Result<Vec<WaitCount>, Reason>) {
    let Sampled { database, points, copy_waits, copy_waits_error, .. } = sampled;
    let inserted = sampled.inserted_wal_bytes.map(|bytes| bytes as f64);
    record.tuning = sampled.tuning;
    record.unavailable.extend(sampled.unavailable);
    record.findings.extend(sampled.findings);
    record.harness.sampler_cost = Some(sampled.cost);
    let rows = record.load.as_ref().map_or(0, |load| load.rows_acknowledged);
    let waits = match copy_waits_error {
        Some(error) => Err(Reason::QueryFailed { error }),
        None => Ok(copy_waits),
    };
    // Nothing was read before the load was over.
    let Some(mut database) = database else { return (points, waits) };
    if let Some(wal) = &mut database.wal {
        let bytes = wal.bytes as f64;
        // All rows against a part of the WAL would be too little.
        let is_whole = !database.dropped.iter().any(|d| d.view == View::Lsn.name());
        let inserted = inserted.filter(|_| rows > 0 && is_whole);
        wal.bytes_per_row = inserted.map(|bytes| bytes / rows as f64);
        let images = wal.full_page_images as f64 * PAGE_BYTES;
        wal.full_page_share_at_most = (wal.bytes > 0).then(|| (images / bytes).min(1.0));
        let missing = [
            ("database.wal.bytes_per_row", wal.bytes_per_row.is_none()),
            ("database.wal.full_page_share_at_most", wal.full_page_share_at_most.is_none()),
        ];
        for (path, _) in missing.into_iter().filter(|(_, is_missing)| *is_missing) {
            let view = View::Lsn.name().to_owned();
            let reason: Note = match is_whole {
                true => Reason::NotReached {}.into(),
                false => Reason::IntervalDropped { view }.into(),
            };
            record.unavailable.push(Unavailable { path: path.to_owned(), reason });
        }
    }
    if let Some(cost) = &mut record.harness.sampler_cost {
        let counted = database.statements.as_ref();
        let counted = counted.filter(|s| s.total_ms > 0.0 && !s.is_partial);
        cost.share_of_statements = counted.map(|s| s.sampler_ms / s.total_ms);
    }
    record.database = Some(database);
    (points, waits)
}

/// Rows a second that generator and encoder make with nothing behind them, on
/// as many threads as there are processors: what no server can exceed here.
pub fn ceiling_rows_per_s(table: &Table, seed: u64) -> f64 {
    let origin = &Origin { seed, run_id: Uuid::nil() };
    let tenant = &Tenant::new(origin, "ceiling_", 1);
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
