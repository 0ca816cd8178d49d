//! Rows that are there before anything is measured: empty tables hide what
//! keys and indexes cost. They go through the ledger as every other batch, and
//! are verified with them.

use super::phases::Goal;
use super::place::Place;
use super::run::Run;
use super::writers::{Writers, close};
use super::{EngineError, SetupError};
use crate::ledger::BatchKey;
use crate::message::label::Label;
use crate::model::record::Preload;
use crate::model::{Method, RunRecord};
use crate::table::Tenant;
use crate::table::tenant::Origin;
use crate::work::{Batch, Seams, burst as work};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use uuid::Uuid;

/// Rows in a batch.
const BATCH_ROWS: u64 = 10_000;

/// Connections: enough to keep a small server's processors busy.
const CONNECTIONS: u32 = 4;

/// All batches wait for the few connections at once, so a wait is no fault.
const PATIENCE: Duration = Duration::from_secs(86_400);

/// The batches of `rows` rows for each tenant, numbered from -1 downwards.
pub(super) fn batches(run_id: Uuid, tenants: &[Tenant], rows: u64) -> Vec<Batch> {
    let sizes = (0..rows.div_ceil(BATCH_ROWS)).map(|i| BATCH_ROWS.min(rows - i * BATCH_ROWS));
    let each = tenants.iter().flat_map(|tenant| sizes.clone().map(move |size| (tenant.no, size)));
    each.zip(1..)
        .map(|((tenant_no, size), number)| Batch {
            key: BatchKey { run_id, tenant_no, batch_no: -number },
            rows: size as u32,
        })
        .collect()
}

impl Run<'_, '_> {
    /// Writes the batches, and none may fail.
    pub(super) async fn preload(
        &mut self,
        record: &mut RunRecord,
        place: &Place,
        origin: Origin,
        tenants: Arc<Vec<Tenant>>,
        batches: &[Batch],
    ) -> Result<(), EngineError> {
        if batches.is_empty() {
            return Ok(());
        }
        self.phases.begin("preload", &Label::Preloading {});
        let name = self.name("preload");
        let writers = Writers {
            method: Method::CopyBinary,
            tenants,
            application_name: &name,
            pool_size: CONNECTIONS.min(record.scenario.write_pool),
            acquire_timeout: PATIENCE,
            rtt_ms: None,
            observers: Vec::new(),
            through: None,
            seams: Seams { no_primary_key: self.options.seams.no_primary_key, ..Seams::default() },
        };
        let context = self.writers(record, place, origin, writers).await?;
        let counted = Arc::downgrade(&context);
        let done =
            move || counted.upgrade().map_or(0, |c| c.rows_acknowledged.load(Ordering::Relaxed));
        let rows = batches.iter().map(|b| u64::from(b.rows)).sum();
        let bar = self.phases.progress().rows(Arc::new(done), Goal::Rows(rows));
        let released = work::release(&context, batches).await;
        drop(bar);
        self.phases.end();
        close(context).await;
        let (tally, elapsed) = released?;
        if self.stop.is_stopped() {
            return Err(EngineError::Stopped);
        }
        let load = tally.load(elapsed, 0);
        if load.batches.succeeded < load.batches.total {
            let error = tally.commonest_failure().unwrap_or_default().to_owned();
            let failed = load.batches.total - load.batches.succeeded;
            return Err(SetupError::Preload { failed, error }.into());
        }
        self.before = tally;
        record.preload =
            Some(Preload { rows: load.rows_acknowledged, elapsed_s: elapsed.as_secs_f64() });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tenant_gets_its_rows_in_batches_of_their_own() {
        let origin = Origin { seed: 1, run_id: Uuid::nil() };
        let tenants: Vec<Tenant> = (0..3).map(|no| Tenant::new(&origin, "t_", no)).collect();
        let made = batches(Uuid::nil(), &tenants, 25_000);
        let of = |no: i32| -> Vec<u32> {
            made.iter().filter(|b| b.key.tenant_no == no).map(|b| b.rows).collect()
        };
        assert!((0..3).all(|no| of(no) == [10_000, 10_000, 5_000]));
        let numbers: Vec<i32> = made.iter().map(|b| b.key.batch_no).collect();
        assert_eq!(numbers, (1..=9).map(|n| -n).collect::<Vec<i32>>());
        assert!(batches(Uuid::nil(), &tenants, 0).is_empty());
    }
}
