//! What writers of a run share: the pool above all.

use super::run::{Run, unless_stopped};
use super::{EngineError, place::Place, tenancy};
use crate::faults::Ground;
use crate::ledger::AcknowledgementFile;
use crate::model::record::Server;
use crate::model::scenario::ByRegion;
use crate::model::{Method, RunRecord};
use crate::session::{Pool, PoolOptions, Target};
use crate::table::Tenant;
use crate::table::tenant::Origin;
use crate::work::{Observer, Seams, WriteContext};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// What differs between those who write the load and those who write before it.
pub(super) struct Writers<'a> {
    /// How they write.
    pub(super) method: Method,
    /// The tenants, in order of their numbers.
    pub(super) tenants: Arc<Vec<Tenant>>,
    /// What their sessions call themselves.
    pub(super) application_name: &'a str,
    /// Connections.
    pub(super) pool_size: u32,
    /// How long a batch may wait for one.
    pub(super) acquire_timeout: Duration,
    /// What is added to each round trip of a tenant's, by its region, in milliseconds.
    pub(super) rtt_ms: Option<ByRegion>,
    /// Who is told of every batch that is finished with.
    pub(super) observers: Vec<Arc<dyn Observer>>,
    /// Where they connect instead of the target; None where they don't.
    pub(super) through: Option<Target>,
    /// The seams for tests.
    pub(super) seams: Seams,
}

impl Run<'_, '_> {
    /// Opens the writers' pool, with every connection in it.
    pub(super) async fn writers(
        &self,
        record: &RunRecord,
        place: &Place,
        origin: Origin,
        writers: Writers<'_>,
    ) -> Result<Arc<WriteContext>, EngineError> {
        let through = match (&writers.through, &writers.seams.write_url) {
            (Some(through), _) => through.clone(),
            (None, Some(url)) => Target::parse(url)?,
            (None, None) => place.target.clone(),
        };
        let size = writers.pool_size;
        let first = tenancy::begin_as(self.options, writers.method);
        let refused = || EngineError::pool("--write-pool", size);
        let pool = Pool::new(&PoolOptions {
            engine: record.scenario.pool,
            target: &through,
            control: &place.target,
            application_name: writers.application_name,
            size,
            acquire_timeout: writers.acquire_timeout,
            log_slow_ms: record.scenario.log_slow_ms,
            first: first.as_deref(),
            delayed: writers.rtt_ms.is_some(),
        })
        .map_err(refused())?;
        unless_stopped(self.stop, async { pool.warm().await.map_err(refused()) }).await?;
        Ok(Arc::new(WriteContext {
            pool,
            control: place.target.clone(),
            method: writers.method,
            table: self.table.clone(),
            origin,
            tenants: writers.tenants,
            rtt_ms: writers.rtt_ms,
            acknowledgements: AcknowledgementFile::open(&self.folder.acknowledgements())?,
            waits_for_standby: record.server.as_ref().is_some_and(Server::waits_for_standby),
            has_standby: place.standby.is_some(),
            has_own_disk: self
                .options
                .fault
                .is_some_and(|plan| plan.kind.ground == Ground::SmallDisk),
            attempts_max: record.scenario.attempts_max,
            statement_timeout: self.options.statement_timeout,
            stop: self.stop.token().child_token(),
            enough: self.load_is.as_ref().map_or_else(CancellationToken::new, |is| is.enough()),
            drops: Arc::default(),
            seams: writers.seams,
            observers: writers.observers,
            gauges: Arc::default(),
            rows_acknowledged: AtomicU64::new(0),
            sent_bytes: AtomicU64::new(0),
            sent_early_bytes: AtomicU64::new(0),
        }))
    }
}

/// Closes the writers' pool, once the last of them is done.
pub(super) async fn close(context: Arc<WriteContext>) {
    if let Some(context) = Arc::into_inner(context) {
        context.pool.close().await;
    }
}
