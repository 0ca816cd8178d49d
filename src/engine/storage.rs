//! How large the tenants' tables and their indexes are after the load.

use crate::message::doing;
use crate::model::record::Storage;
use crate::model::{Reason, RunRecord, Unavailable};
use crate::session::{Session, SessionError, Target, sql};
use tokio_postgres::types::Type;
use uuid::Uuid;

/// Enters the sizes; where they can't be had, why.
pub(super) async fn enter(record: &mut RunRecord, target: &Target, run_id: Uuid) {
    match measure(target, run_id, &record.scenario.table).await {
        Ok(storage) => record.storage = Some(storage),
        Err(error) => record.unavailable.push(Unavailable {
            path: "storage".to_owned(),
            reason: Reason::QueryFailed { error: error.to_string() }.into(),
        }),
    }
}

async fn measure(target: &Target, run_id: Uuid, table: &str) -> Result<Storage, SessionError> {
    let session = Session::open(target, "pgvalidate control").await?;
    let row = session
        .client
        .query_typed_one(
            sql!("sample/table_sizes.sql"),
            &[(&run_id, Type::UUID), (&table, Type::TEXT)],
        )
        .await
        .map_err(SessionError::statement(doing::MEASURING_TABLES))?;
    let bytes = |column| row.get::<_, i64>(column).unsigned_abs();
    let (index_bytes, shared_buffers_bytes) = (bytes("index_bytes"), bytes("shared_buffers_bytes"));
    Ok(Storage {
        table_bytes: bytes("table_bytes"),
        index_bytes,
        shared_buffers_bytes,
        index_over_shared_buffers: index_bytes as f64 / shared_buffers_bytes.max(1) as f64,
    })
}
