//! The flip: a batch becomes `done` in the transaction that writes its rows.

use super::BatchKey;
use crate::session::sql;
use crate::table::Digest;
use tokio_postgres::Client;
use tokio_postgres::types::{ToSql, Type};

/// What the flip found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flip {
    /// Exactly one pending row, which is done now.
    Flipped,
    /// The batch was done: an earlier attempt had committed, and this
    /// transaction must be rolled back.
    AlreadyDone,
    /// The ledger has no such batch: somebody removed it.
    Gone,
}

/// Marks the batch as done.
///
/// # Errors
/// The driver's.
pub async fn flip(
    client: &Client,
    key: &BatchKey,
    digest: &Digest,
    attempts: u32,
) -> Result<Flip, tokio_postgres::Error> {
    let sum = digest.sum_bytes();
    let place = [
        (&key.run_id as &(dyn ToSql + Sync), Type::UUID),
        (&key.tenant_no, Type::INT4),
        (&key.batch_no, Type::INT4),
    ];
    let [run, tenant, batch] = place.clone();
    let attempts = attempts as i32;
    let parameters =
        [run, tenant, batch, (&&sum[..] as _, Type::BYTEA), (&attempts as _, Type::INT4)];
    if client.execute_typed(sql!("ledger/flip.sql"), &parameters).await? == 1 {
        return Ok(Flip::Flipped);
    }
    // Under READ COMMITTED this statement sees what the update waited for.
    let row = client.query_typed_opt(sql!("ledger/settle.sql"), &place).await?;
    Ok(match row {
        Some(row) if row.get::<_, &str>(0) == "done" => Flip::AlreadyDone,
        _ => Flip::Gone,
    })
}
