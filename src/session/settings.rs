//! The server's settings with all that pg_settings says of them: for a
//! sign-off's checklist and for the tuning rules.

use super::{Session, sql};
use crate::model::facts::SettingFact;
use tokio_postgres::types::Type;

/// The settings of these names, or all, as a new session of this role in this
/// database has them, by name. Those that the server doesn't have, or the role
/// may not see, are not among them.
///
/// # Errors
/// Where the statement fails.
pub async fn read(
    session: &Session,
    names: Option<&[&str]>,
) -> Result<Vec<SettingFact>, tokio_postgres::Error> {
    let query = sql!("session/settings.sql");
    let rows = session.client.query_typed(query, &[(&names, Type::TEXT_ARRAY)]).await?;
    let setting = |row: &tokio_postgres::Row| {
        Ok(SettingFact {
            name: row.try_get("name")?,
            value: row.try_get("value")?,
            built_in: row.try_get("built_in")?,
            unit: row.try_get("unit")?,
            kind: row.try_get("type")?,
            choices: row.try_get("choices")?,
            context: row.try_get("context")?,
            source: row.try_get("source")?,
            file: row.try_get("file")?,
            line: row.try_get("line")?,
            pending_restart: row.try_get("pending_restart")?,
        })
    };
    rows.iter().map(setting).collect()
}
