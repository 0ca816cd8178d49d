//! `clean`: removes everything that the tool ever made in a database, and nothing else.

use super::error::SetupError;
use super::{EngineError, isolation};
use crate::ledger::{presence, schema, tenants};
use crate::model::observed::Isolated;
use crate::probes;
use crate::probes::isolation::RunRole;
use crate::session::{Session, Target};
use std::collections::BTreeSet;
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
    /// Roles that stood for tenants.
    pub roles: usize,
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
    let found = tenants::find(&session.client, None).await?;
    // Also of runs whose schemas are gone.
    let roles = probes::isolation::roles(&session.client, None).await?;
    if !yes {
        let of_schemas = found.iter().map(|found| found.run_id.as_str());
        let runs = of_schemas.chain(roles.iter().map(RunRole::run_id)).collect();
        wait_for_runs(&session, runs).await?;
    }
    let schemas = found.len();
    let left = isolation::remove(&session, &roles, &found).await?;
    tenants::remove(&target, found).await?;
    let ledger = schema::remove(&session, yes).await?;
    match left {
        Some(Isolated::RolesLeft { roles, detail }) => {
            Err(SetupError::RolesLeft { roles, detail }.into())
        }
        _ => Ok(Cleaned { schemas, roles: roles.len(), ledger }),
    }
}

/// Waits until none of the runs is going on; a tool that was killed is gone soon.
async fn wait_for_runs(session: &Session, runs: BTreeSet<&str>) -> Result<(), EngineError> {
    let deadline = Instant::now() + BACKENDS_GONE_WITHIN;
    for run_id in runs {
        while presence::is_held(&session.client, run_id).await? {
            if Instant::now() > deadline {
                let run_id = run_id.to_owned();
                return Err(SetupError::RunUnderWay { run_id }.into());
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
    Ok(())
}
