//! What every writer of a run shares.

use super::{Drops, Observer, Seams};
use crate::ledger::{AcknowledgementFile, BatchKey};
use crate::model::Method;
use crate::model::scenario::ByRegion;
use crate::session::{Pool, Target};
use crate::table::tenant::Origin;
use crate::table::vi_vn::Region;
use crate::table::{Table, Tenant};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// A batch to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Batch {
    /// Its place in the ledger.
    pub key: BatchKey,
    /// How many rows it has.
    pub rows: u32,
}

/// How many batches are where at this moment.
#[derive(Debug, Default)]
pub struct Gauges {
    /// Due and not finished with.
    pub open: AtomicU64,
    /// Of these, waiting for a connection.
    pub waiting: AtomicU64,
}

/// Counts in a gauge for as long as it lives.
pub(super) struct Open<'a>(&'a AtomicU64);

impl<'a> Open<'a> {
    pub(super) fn count(gauge: &'a AtomicU64) -> Open<'a> {
        gauge.fetch_add(1, Ordering::Relaxed);
        Open(gauge)
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What every writer of a run shares.
pub struct WriteContext {
    /// The pool that the batches go through.
    pub pool: Pool,
    /// Where sessions outside the pool go.
    pub control: Target,
    /// How rows are written.
    pub method: Method,
    /// The table.
    pub table: Arc<Table>,
    /// What the rows are a function of.
    pub origin: Origin,
    /// The tenants, in order of their numbers: from 1, or from 0 where the
    /// baseline's is among them.
    pub tenants: Arc<Vec<Tenant>>,
    /// What is added to each round trip of a tenant's, by its region, in
    /// milliseconds; None for an ordinary pool.
    pub rtt_ms: Option<ByRegion>,
    /// The file of acknowledgements.
    pub acknowledgements: AcknowledgementFile,
    /// Whether commits wait for a standby: one that our own settling cut short
    /// is then perhaps on this server alone.
    pub waits_for_standby: bool,
    /// Whether a standby may take over. It may lack batches that were entered
    /// into the ledger: these are entered again, and a commit of theirs is gone.
    pub has_standby: bool,
    /// Whether the server has a disk of its own, which is made to run full and
    /// gets its room back: what met it then is tried again.
    pub has_own_disk: bool,
    /// How often a batch is attempted at most.
    pub attempts_max: u32,
    /// How long a batch's statements, or its COMMIT, may take.
    pub statement_timeout: Duration,
    /// Cancelled when the run is to end.
    pub stop: CancellationToken,
    /// Cancelled when nothing is to begin any more, while what was begun is
    /// finished: the end of a soak before its time.
    pub enough: CancellationToken,
    /// Writers that a fault drops in the middle of a batch.
    pub drops: Arc<Drops>,
    /// The seams for tests.
    pub seams: Seams,
    /// Who is told of every batch that is finished with.
    pub observers: Vec<Arc<dyn Observer>>,
    /// How many batches are where.
    pub gauges: Arc<Gauges>,
    /// Rows acknowledged so far, for the progress.
    pub rows_acknowledged: AtomicU64,
    /// Bytes of row data sent so far, for all attempts.
    pub sent_bytes: AtomicU64,
    /// The same when the measure phase began.
    pub sent_early_bytes: AtomicU64,
}

impl WriteContext {
    /// Utilization and bytes are counted from `at` on: those of the measure phase.
    pub async fn measure_from(self: Arc<Self>, at: Instant) {
        tokio::time::sleep_until(at.into()).await;
        self.pool.meter().restart(Instant::now());
        let sent_bytes = self.sent_bytes.load(Ordering::Relaxed);
        self.sent_early_bytes.store(sent_bytes, Ordering::Relaxed);
    }

    /// How far away a tenant is, where that is asked for.
    pub(super) fn round_trip(&self, tenant: &Tenant) -> Option<Duration> {
        let rtt = self.rtt_ms?;
        let ms = match tenant.region {
            Region::North => rtt.north,
            Region::Central => rtt.central,
            Region::South => rtt.south,
        };
        Some(Duration::from_secs_f64(ms / 1e3))
    }

    /// Whether no batch is to begin any more.
    pub fn begins_no_more(&self) -> bool {
        self.stop.is_cancelled() || self.enough.is_cancelled()
    }

    /// The tenant that a batch belongs to.
    pub fn tenant(&self, batch: &Batch) -> &Tenant {
        // Tenants count up by one, and batches are made for existing ones.
        let first = self.tenants.first().map_or(1, |tenant| tenant.no);
        &self.tenants[(batch.key.tenant_no - first) as usize]
    }
}
