//! The settings of another server, so that a private one can stand in for it.

use super::EngineError;
use crate::message::doing;
use crate::session::{Session, SessionError, Target, sql};

/// The settings of the write path and of memory in which the server at `url`
/// differs from the built-in defaults, as name and value in its base unit.
/// What ties it to its machine (files, addresses, standbys, archive, libraries)
/// is not among them.
///
/// # Errors
/// Where the URL doesn't parse, or the server doesn't answer.
pub async fn settings_of(url: &str) -> Result<Vec<(String, String)>, EngineError> {
    let session = Session::open(&Target::parse(url)?, "pgvalidate settings").await?;
    let failed = || SessionError::statement(doing::READING_SETTINGS);
    let rows =
        session.client.query_typed(sql!("tune/settings_of.sql"), &[]).await.map_err(failed())?;
    let pair = |row: &tokio_postgres::Row| Ok((row.try_get("name")?, row.try_get("value")?));
    let pairs: Result<_, tokio_postgres::Error> = rows.iter().map(pair).collect();
    Ok(pairs.map_err(failed())?)
}
