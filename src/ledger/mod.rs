//! The ledger: what a run meant to write, what was acknowledged, what the
//! target holds, and the comparison of the three.

pub mod acknowledged;
pub mod error;
pub mod flip;
pub mod joined;
pub mod presence;
pub mod queue;
pub mod readback;
pub mod schema;
pub mod settle;
pub mod shared;
pub mod tenants;
pub mod verify;
mod verify_shared;

pub use acknowledged::{Acknowledged, AcknowledgementFile};
pub use error::LedgerError;
pub use presence::Presence;
pub use settle::{SettleRead, Settled};

use crate::message::Words;
use crate::session::SessionError;
use tokio_postgres::Client;
use uuid::Uuid;

/// A batch: the rows of one transaction, and its place in the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BatchKey {
    /// The run.
    pub run_id: Uuid,
    /// The tenant, from 1.
    pub tenant_no: i32,
    /// The batch, unique in its run: from 1, and from -1 downwards for rows
    /// that are there before anything is measured.
    pub batch_no: i32,
}

impl BatchKey {
    /// The key of the batch's advisory lock. Two batches with the same one
    /// would only wait for each other.
    pub fn lock(&self) -> i64 {
        let mut bytes = self.run_id.as_bytes().to_vec();
        bytes.extend_from_slice(&self.tenant_no.to_be_bytes());
        bytes.extend_from_slice(&self.batch_no.to_be_bytes());
        xxhash_rust::xxh3::xxh3_64(&bytes) as i64
    }
}

/// Runs statements that return nothing; `what` is what they are for.
async fn execute(client: &Client, what: Words, sql: &str) -> Result<(), LedgerError> {
    Ok(client.batch_execute(sql).await.map_err(SessionError::statement(what))?)
}
