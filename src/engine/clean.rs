//! `clean`: removes everything that the tool ever made in a database, and nothing else.

use super::EngineError;
use super::error::SetupError;
use crate::ledger::{schema, tenants};
use crate::session::{Session, SessionError, Target, sql};
use std::time::{Duration, Instant};

/// How long the backends of a tool that was killed may take to notice.
const BACKENDS_GONE_WITHIN: Duration = Duration::from_secs(10);

/// How often it is looked whether they are gone.
const LOOK_EVERY: Duration = Duration::from_millis(100);

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
/// Where a run is under way and `yes` isn't given; where the schema `pgvalidate` isn't ours, or something else lies in a
/// schema of ours: that one is left and named.
pub async fn clean(url: &str, yes: bool) -> Result<Cleaned, EngineError> {
    let target = Target::parse(url)?;
    let session = Session::open(&target, "pgvalidate clean").await?;
    // Before anything is removed: a foreign ledger means that this isn't our place.
    schema::owner(&session.client).await?;
    if !yes {
        wait_for_runs(&session).await?;
    }
    let found = tenants::find(&session.client, None).await?;
    let schemas = found.len();
    tenants::remove(&target, found).await?;
    let ledger = schema::remove(&session).await?;
    Ok(Cleaned { schemas, ledger })
}

/// Waits until no connection of a run is at work.
async fn wait_for_runs(session: &Session) -> Result<(), EngineError> {
    let deadline = Instant::now() + BACKENDS_GONE_WITHIN;
    loop {
        let row = session
            .client
            .query_one(sql!("clean/other_backends.sql"), &[])
            .await
            .map_err(SessionError::statement("looking for runs under way"))?;
        let backends = row.get::<_, i64>(0).unsigned_abs();
        if backends == 0 {
            return Ok(());
        }
        if Instant::now() > deadline {
            return Err(SetupError::RunUnderWay { backends }.into());
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}
