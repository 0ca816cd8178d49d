//! The row-at-a-time baseline: one INSERT a transaction, autocommit, prepared
//! once a connection; what the load's gain is measured against.
//!
//! It has a tenant of its own and no ledger, since a ledger would be a second
//! write a row. Its proof is simpler: acknowledged rows must be stored, and
//! stored rows must have been attempted.

use crate::ledger::{LedgerError, readback};
use crate::message::doing;
use crate::session::{Session, SessionError, Target};
use crate::stats::Recorder;
use crate::table::tenant::Origin;
use crate::table::{BatchRows, Table, Tenant};
use crate::work::write::insert::{next_row, prepare};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// More rows than a worker can write in the time: the generator's end.
const ENDLESS: u32 = u32::MAX >> 1;

/// What a baseline run gave.
pub struct Measured {
    /// How many connections wrote.
    pub connections: u32,
    /// Rows acknowledged.
    pub acknowledged: u64,
    /// Rows sent, acknowledged or not.
    pub attempted: u64,
    /// Rows stored that were acknowledged or at least attempted.
    pub found: u64,
    /// How long.
    pub elapsed: Duration,
    /// A row's latency.
    pub commit: Recorder,
}

impl Measured {
    /// Whether acknowledged rows are stored and stored rows were attempted.
    pub fn is_proved(&self) -> bool {
        self.acknowledged <= self.found && self.found <= self.attempted
    }
}

/// Writes for `duration` on `connections` connections, then reads back.
/// `first_batch` numbers the workers' batches: no two measurements may share one.
///
/// # Errors
/// Where a connection or a statement fails.
#[allow(clippy::too_many_arguments)]
pub async fn measure(
    target: &Target,
    application_name: &str,
    table: &Arc<Table>,
    origin: Origin,
    tenant: &Tenant,
    (connections, first_batch): (u32, i32),
    duration: Duration,
    stop: &CancellationToken,
) -> Result<Measured, LedgerError> {
    let mut sessions = Vec::new();
    for _ in 0..connections {
        sessions.push(Session::open(target, application_name).await?);
    }
    let mut workers = JoinSet::new();
    let began = Instant::now();
    for (index, session) in sessions.into_iter().enumerate() {
        let (table, tenant, stop) = (table.clone(), tenant.clone(), stop.clone());
        let batch_no = first_batch + index as i32;
        workers.spawn(async move {
            let until = began + duration;
            write_rows(&session, &table, origin, &tenant, batch_no, until, &stop).await
        });
    }
    let (mut commit, mut acknowledged, mut attempted) = (Recorder::default(), 0, 0);
    while let Some(finished) = workers.join_next().await {
        match finished {
            Ok(worker) => {
                let (recorder, done, tried) = worker?;
                commit.merge(&recorder);
                acknowledged += done;
                attempted += tried;
            }
            Err(panic) => std::panic::resume_unwind(panic.into_panic()),
        }
    }
    let elapsed = began.elapsed();
    let found = count_found(target, table, tenant, first_batch, connections).await?;
    Ok(Measured { connections, acknowledged, attempted, found, elapsed, commit })
}

/// Returns latencies, rows acknowledged, rows sent.
async fn write_rows(
    session: &Session,
    table: &Table,
    origin: Origin,
    tenant: &Tenant,
    batch_no: i32,
    until: Instant,
    stop: &CancellationToken,
) -> Result<(Recorder, u64, u64), SessionError> {
    let failed = || SessionError::statement(doing::MEASURING_BASELINE);
    let statement = prepare(&session.client, table, &tenant.schema, 1).await.map_err(failed())?;
    let mut rows = BatchRows::new(table, &origin, tenant, batch_no, ENDLESS);
    let mut recorder = Recorder::default();
    let (mut acknowledged, mut attempted) = (0, 0);
    while Instant::now() < until && !stop.is_cancelled() {
        let mut cells = Vec::with_capacity(table.sent_columns());
        if next_row(&mut rows, &mut cells).is_none() {
            break;
        }
        let sent = Instant::now();
        attempted += 1;
        let stored = tokio::select! {
            () = stop.cancelled() => break, // this row is attempted, not acknowledged
            stored = session.client.execute_raw(&statement, cells) => stored,
        };
        stored.map_err(failed())?;
        recorder.record(sent.elapsed());
        acknowledged += 1;
    }
    Ok((recorder, acknowledged, attempted))
}

/// How many distinct rows of these batches are stored. A row that was stored
/// twice counts once here; the primary key rules it out.
async fn count_found(
    target: &Target,
    table: &Table,
    tenant: &Tenant,
    first_batch: i32,
    connections: u32,
) -> Result<u64, LedgerError> {
    let session = Session::open(target, "pgvalidate verify").await?;
    let batches: Vec<i32> = (first_batch..).take(connections as usize).collect();
    let mut found = HashSet::new();
    readback::read(&session.client, &tenant.schema, table, Some(&batches), |row| {
        found.insert((row.batch_no, row.row_no));
    })
    .await?;
    Ok(found.len() as u64)
}
