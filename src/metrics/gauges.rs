//! What is so at the moment of a scrape: which run this is, the write pool, and
//! how many batches are where.

use crate::session::meter::Meter;
use crate::work::{Gauges, WriteContext};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::info::Info;
use prometheus_client::metrics::{MetricType, TypedMetric};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Which run it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunInfo {
    /// The run's id, as in its record.
    pub run_id: String,
    /// `burst` or `soak`.
    pub scenario: String,
    /// The server's version, in its own words.
    pub server_version: String,
}

/// What is read at each scrape.
#[derive(Debug, Default)]
pub(super) struct Live {
    run: OnceLock<RunInfo>,
    writers: Mutex<Option<Writers>>,
}

/// The writers' own handles, and not the writers: whoever closes them must
/// be the last to hold them.
#[derive(Debug, Clone)]
struct Writers {
    pool: Arc<Meter>,
    size: u32,
    gauges: Arc<Gauges>,
}

impl Live {
    pub(super) fn run_is(&self, info: RunInfo) {
        // A run has one server; the first word stands.
        let _ = self.run.set(info);
    }

    pub(super) fn watch(&self, context: &WriteContext) {
        let (pool, size) = (context.pool.meter().clone(), context.pool.size());
        self.set(Some(Writers { pool, size, gauges: context.gauges.clone() }));
    }

    pub(super) fn unwatch(&self) {
        self.set(None);
    }

    fn set(&self, writers: Option<Writers>) {
        *self.writers.lock().unwrap_or_else(PoisonError::into_inner) = writers;
    }
}

impl Collector for Live {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let tool_version = env!("CARGO_PKG_VERSION");
        let tool = Info::new([("version", tool_version)]);
        tool.encode(encoder.encode_descriptor("tool", "The tool", None, MetricType::Info)?)?;
        if let Some(run) = self.run.get() {
            let info = Info::new([
                ("run_id", run.run_id.as_str()),
                ("scenario", &run.scenario),
                ("tool_version", tool_version),
                ("server_version", &run.server_version),
            ]);
            info.encode(encoder.encode_descriptor("run", "The run", None, MetricType::Info)?)?;
        }
        let writers = self.writers.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(writers) = writers else { return Ok(()) };
        let mut gauge = |name: &str, help: &str, value: u64| {
            let gauge = ConstGauge::new(value);
            gauge.encode(encoder.encode_descriptor(name, help, None, ConstGauge::<u64>::TYPE)?)
        };
        let now = |gauge: &AtomicU64| gauge.load(Ordering::Relaxed);
        let in_use = u64::from(writers.pool.in_use());
        gauge("write_pool_in_use", "Connections of the write pool in use", in_use)?;
        gauge("write_pool_size", "Connections of the write pool", u64::from(writers.size))?;
        let waiting = now(&writers.gauges.waiting);
        gauge("write_pool_waiting", "Batches that wait for a connection", waiting)?;
        let open = now(&writers.gauges.open);
        gauge("batches_open", "Batches that are due and not finished with: the queue", open)
    }
}
