//! `clean`: removes everything that the tool ever made in a database, and nothing else.

use super::EngineError;
use crate::ledger::{schema, tenants};
use crate::session::{Session, Target};

/// What was removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cleaned {
    /// Tenant schemas.
    pub schemas: usize,
    /// Whether there was a ledger.
    pub ledger: bool,
}

/// Removes every tenant schema that carries our mark, then the ledger.
///
/// # Errors
/// Where the schema `pgvalidate` isn't ours, or something else lies in a
/// schema of ours: that one is left and named.
pub async fn clean(url: &str) -> Result<Cleaned, EngineError> {
    let target = Target::parse(url)?;
    let session = Session::open(&target, "pgvalidate clean").await?;
    // Before anything is removed: a foreign ledger means that this isn't our place.
    schema::owner(&session.client).await?;
    let found = tenants::find(&session.client, None).await?;
    let schemas = found.len();
    tenants::remove(&target, found).await?;
    let ledger = schema::remove(&session).await?;
    Ok(Cleaned { schemas, ledger })
}
