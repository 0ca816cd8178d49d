//! The ledger: what a run meant to write, what was acknowledged, what the
//! target holds, and the comparison of the three.

pub mod acknowledged;
pub mod error;
pub mod flip;
pub mod presence;
pub mod readback;
pub mod schema;
pub mod settle;
pub mod tenants;
pub mod verify;

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
    /// The batch, from 1, unique in its run.
    pub batch_no: i32,
}

/// Runs statements that return nothing; `what` is what they are for.
async fn execute(client: &Client, what: Words, sql: &str) -> Result<(), LedgerError> {
    Ok(client.batch_execute(sql).await.map_err(SessionError::statement(what))?)
}
