//! The durable queue's statements: a scan enters its batches, workers claim
//! them, attempts and heartbeats are committed apart from the claims.

use crate::session::{Backend, sql};
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Error};
use uuid::Uuid;

/// A tenant's import, cut into batches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scan {
    /// The run.
    pub run_id: Uuid,
    /// Its number, unique in its run.
    pub scan_no: i32,
    /// Its tenant.
    pub tenant_no: i32,
    /// The number of its first batch; the others follow it.
    pub first_batch_no: i32,
    /// Rows of all its batches.
    pub rows: u32,
    /// Rows of a batch; the last one may have fewer.
    pub size: u32,
}

impl Scan {
    /// How many batches it is cut into.
    pub fn batches(&self) -> u32 {
        self.rows.div_ceil(self.size)
    }

    /// The rows of its batch number `index`, from 0.
    pub fn rows_of(&self, index: u32) -> u32 {
        self.size.min(self.rows.saturating_sub(index.saturating_mul(self.size)))
    }
}

/// What was claimed: tenant, batch, rows.
pub type Entry = (i32, i32, u32);

/// How far a scan is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// Its batches.
    pub batches: u64,
    /// Of these, those that are stored.
    pub done: u64,
    /// Those that are in the queue, or claimed.
    pub left: u64,
}

/// Enters a scan; in the caller's transaction.
///
/// # Errors
/// The driver's.
pub async fn submit(client: &Client, scan: &Scan) -> Result<(), Error> {
    let parameters: [(&(dyn ToSql + Sync), Type); 7] = [
        (&scan.run_id, Type::UUID),
        (&scan.scan_no, Type::INT4),
        (&scan.tenant_no, Type::INT4),
        (&scan.first_batch_no, Type::INT4),
        (&(scan.batches() as i32), Type::INT4),
        (&(scan.size as i32), Type::INT4),
        (&i64::from(scan.rows), Type::INT8),
    ];
    client.execute_typed(sql!("queue/submit.sql"), &parameters).await?;
    Ok(())
}

/// Claims the first batch that nobody else holds, in the caller's transaction;
/// None where there is none to be had.
///
/// # Errors
/// The driver's.
pub async fn claim(client: &Client, run_id: Uuid) -> Result<Option<Entry>, Error> {
    let row = client.query_typed_opt(sql!("queue/claim.sql"), &[(&run_id, Type::UUID)]).await?;
    Ok(row.map(|row| (row.get(0), row.get(1), row.get::<_, i32>(2) as u32)))
}

/// Enters an attempt at a batch that the caller holds, and gives its number;
/// None where it was attempted `most` times.
///
/// # Errors
/// The driver's.
pub async fn attempt(
    client: &Client,
    (run_id, batch_no, worker_no): (Uuid, i32, i32),
    most: u32,
) -> Result<Option<u32>, Error> {
    let parameters: [(&(dyn ToSql + Sync), Type); 4] = [
        (&run_id, Type::UUID),
        (&batch_no, Type::INT4),
        (&worker_no, Type::INT4),
        (&(most as i32), Type::INT4),
    ];
    let row = client.query_typed_opt(sql!("queue/attempt.sql"), &parameters).await?;
    Ok(row.map(|row| row.get::<_, i32>(0) as u32))
}

/// Says that a worker claims on this backend from now on.
///
/// # Errors
/// The driver's.
pub async fn register_worker(
    client: &Client,
    run_id: Uuid,
    worker_no: i32,
    on: &Backend,
) -> Result<(), Error> {
    of_worker(client, sql!("queue/register_worker.sql"), run_id, worker_no, on).await
}

async fn of_worker(
    client: &Client,
    statement: &str,
    run_id: Uuid,
    worker_no: i32,
    on: &Backend,
) -> Result<(), Error> {
    let parameters: [(&(dyn ToSql + Sync), Type); 4] = [
        (&run_id, Type::UUID),
        (&worker_no, Type::INT4),
        (&on.pid, Type::INT4),
        (&on.start_us, Type::INT8),
    ];
    client.execute_typed(statement, &parameters).await?;
    Ok(())
}

/// Says that these workers are alive.
///
/// # Errors
/// The driver's.
pub async fn beat(client: &Client, run_id: Uuid, workers: &[i32]) -> Result<(), Error> {
    let parameters: [(&(dyn ToSql + Sync), Type); 2] =
        [(&run_id, Type::UUID), (&workers, Type::INT4_ARRAY)];
    client.execute_typed(sql!("queue/beat.sql"), &parameters).await?;
    Ok(())
}

/// The run's workers, besides those `alive`, that weren't heard of for so many
/// seconds, each with the backend that it claims on.
///
/// # Errors
/// The driver's.
pub async fn silent_workers(
    client: &Client,
    run_id: Uuid,
    alive: &[i32],
    for_s: f64,
) -> Result<Vec<(i32, Backend)>, Error> {
    let parameters: [(&(dyn ToSql + Sync), Type); 3] =
        [(&run_id, Type::UUID), (&alive, Type::INT4_ARRAY), (&for_s, Type::FLOAT8)];
    let rows = client.query_typed(sql!("queue/silent_workers.sql"), &parameters).await?;
    let worker =
        |row: &tokio_postgres::Row| (row.get(0), Backend::with_identity(row.get(1), row.get(2)));
    Ok(rows.iter().map(worker).collect())
}

/// Removes a worker whose backend was ended.
///
/// # Errors
/// The driver's.
pub async fn forget_worker(
    client: &Client,
    run_id: Uuid,
    worker_no: i32,
    on: &Backend,
) -> Result<(), Error> {
    of_worker(client, sql!("queue/forget_worker.sql"), run_id, worker_no, on).await
}

/// How many batches of the run aren't finished with, the claimed ones among them.
///
/// # Errors
/// The driver's.
pub async fn left(client: &Client, run_id: Uuid) -> Result<u64, Error> {
    let row = client.query_typed_one(sql!("queue/left.sql"), &[(&run_id, Type::UUID)]).await?;
    Ok(row.get::<_, i64>(0).unsigned_abs())
}

/// Says that the run submits no further scan.
///
/// # Errors
/// The driver's.
pub async fn all_submitted(client: &Client, run_id: Uuid) -> Result<(), Error> {
    client.execute_typed(sql!("queue/all_submitted.sql"), &[(&run_id, Type::UUID)]).await?;
    Ok(())
}

/// Whether the run has submitted a scan.
///
/// # Errors
/// The driver's.
pub async fn has_scans(client: &Client, run_id: Uuid) -> Result<bool, Error> {
    let id = [(&run_id as _, Type::UUID)];
    Ok(client.query_typed_one(sql!("queue/has_scans.sql"), &id).await?.get(0))
}

/// Whether the run, where it is there, may submit further scans.
///
/// # Errors
/// The driver's.
pub async fn more_to_come(client: &Client, run_id: Uuid) -> Result<bool, Error> {
    let id = [(&run_id as _, Type::UUID)];
    Ok(client.query_typed_one(sql!("queue/more_to_come.sql"), &id).await?.get(0))
}

/// How far a scan is; None where there is no such scan.
///
/// # Errors
/// The driver's.
pub async fn status(client: &Client, run_id: Uuid, scan_no: i32) -> Result<Option<Status>, Error> {
    let parameters: [(&(dyn ToSql + Sync), Type); 2] =
        [(&run_id, Type::UUID), (&scan_no, Type::INT4)];
    let row = client.query_typed_opt(sql!("queue/status.sql"), &parameters).await?;
    let count = |row: &tokio_postgres::Row, i| row.get::<_, i64>(i).unsigned_abs();
    Ok(row.map(|row| Status {
        batches: row.get::<_, i32>(0).unsigned_abs().into(),
        done: count(&row, 1),
        left: count(&row, 2),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_batch_has_what_is_left_over() {
        let scan = Scan {
            run_id: Uuid::nil(),
            scan_no: 1,
            tenant_no: 1,
            first_batch_no: 1,
            rows: 10_001,
            size: 5_000,
        };
        assert_eq!(scan.batches(), 3);
        let rows: Vec<u32> = (0..4).map(|index| scan.rows_of(index)).collect();
        assert_eq!(rows, [5_000, 5_000, 1, 0]);
    }
}
