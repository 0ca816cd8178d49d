//! Whether a role may use ALTER SYSTEM: asked ahead of a change to a target's
//! settings, and for the advice that says how a change can be made.

use super::{Session, sql};
use tokio_postgres::types::Type;

/// What a role may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlterSystem {
    /// Whether the server allows it at all (`allow_alter_system`, from 17 on).
    pub allowed: bool,
    /// Of the settings that were asked about those that the role may not change.
    pub lacking: Vec<String>,
    /// The role that shows a managed service, as `rds_superuser`.
    pub managed_by: Option<String>,
}

/// Asks about settings on a server of `version_num`.
///
/// # Errors
/// Where the statement fails.
pub async fn may_alter(
    session: &Session,
    version_num: u32,
    names: &[&str],
) -> Result<AlterSystem, tokio_postgres::Error> {
    let query = match version_num / 10_000 {
        ..15 => sql!("session/alter_system.sql"),
        _ => sql!("session/alter_system_pg15.sql"),
    };
    let row = session.client.query_typed_one(query, &[(&names, Type::TEXT_ARRAY)]).await?;
    Ok(AlterSystem {
        allowed: row.try_get("allowed")?,
        lacking: row.try_get("lacking")?,
        managed_by: row.try_get("managed_by")?,
    })
}
