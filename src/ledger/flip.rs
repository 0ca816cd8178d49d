//! The flip: a batch becomes `done` in the transaction that writes its rows.

use super::BatchKey;
use crate::session::sql;
use crate::table::Digest;
use tokio_postgres::Client;
use tokio_postgres::types::Type;

/// Marks the batch as done. True where exactly one pending row was hit; false
/// says that an earlier attempt had committed, and this transaction must be
/// rolled back.
///
/// # Errors
/// The driver's.
pub async fn flip(
    client: &Client,
    key: &BatchKey,
    digest: &Digest,
    attempts: u32,
) -> Result<bool, tokio_postgres::Error> {
    let sum = digest.sum_bytes();
    let rows = client
        .execute_typed(
            sql!("ledger/flip.sql"),
            &[
                (&key.run_id, Type::UUID),
                (&key.tenant_no, Type::INT4),
                (&key.batch_no, Type::INT4),
                (&&sum[..], Type::BYTEA),
                (&(attempts as i32), Type::INT4),
            ],
        )
        .await?;
    Ok(rows == 1)
}
