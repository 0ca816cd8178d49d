//! What the server says of its settings, and how it is made to load them. It is
//! always a new session that looks: it has what the server has loaded, and
//! nothing that we set for our own sessions.

use super::error::{Failure, JournalError};
use super::{APPLICATION, LIMIT, POLL, limited};
use crate::message::doing::{LOADING_SETTINGS, READING_SETTINGS};
use crate::session::alter_system::{AlterSystem, may_alter};
use crate::session::{Session, SessionError, Target, sql};
use std::time::Instant;
use tokio_postgres::Row;
use tokio_postgres::types::{FromSql, ToSql};

/// The server, and what the role may do there.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) system_identifier: String,
    pub(super) version_num: i32,
    pub(super) in_recovery: bool,
    pub(super) role: String,
    pub(super) is_superuser: bool,
    pub(super) may_reload: bool,
    pub(super) reads_files: bool,
    pub(super) alter_system: AlterSystem,
}

/// A setting, as a new session sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seen {
    /// Its name, as the server spells it.
    pub(super) name: String,
    /// None where the server doesn't know it, or hides it. So are the next two.
    pub(super) context: Option<String>,
    pub(super) source: Option<String>,
    pub(super) in_effect: Option<String>,
    /// What stands in postgresql.auto.conf.
    pub(super) stands: Option<String>,
    /// Why the server can't use what stands there.
    pub(super) complaint: Option<String>,
    /// When the server loaded its files, in microseconds since 1970.
    pub(super) loaded_us: i64,
}

/// Asks who the server is, and which of some settings the role may change.
pub(super) async fn server(session: &Session, names: &[&str]) -> Result<Server, SessionError> {
    let question = session.client.query_typed_one(sql!("settings/server.sql"), &[]);
    let row = limited(READING_SETTINGS, question).await?;
    let version_num = field(&row, "version_num")?;
    let asking = may_alter(session, u32::try_from(version_num).unwrap_or(0), names);
    let alter_system = limited(READING_SETTINGS, asking).await?;
    Ok(Server {
        system_identifier: field(&row, "system_identifier")?,
        version_num,
        in_recovery: field(&row, "in_recovery")?,
        role: field(&row, "role")?,
        is_superuser: field(&row, "is_superuser")?,
        may_reload: field(&row, "may_reload")?,
        reads_files: field(&row, "reads_files")?,
        alter_system,
    })
}

/// Looks, from a new session, in the order of `names`.
pub(super) async fn settings(target: &Target, names: &[String]) -> Result<Vec<Seen>, SessionError> {
    let session = Session::open_kept(target, APPLICATION).await?;
    // What every session of ours sets is in the way here.
    limited(READING_SETTINGS, session.client.batch_execute("RESET ALL")).await?;
    let lower: Vec<_> = names.iter().map(|name| name.to_ascii_lowercase()).collect();
    let parameters: [&(dyn ToSql + Sync); 1] = [&lower];
    let question = session.client.query(sql!("settings/look.sql"), &parameters);
    let rows = limited(READING_SETTINGS, question).await?;
    let seen = |row| {
        Ok(Seen {
            name: field(row, "name")?,
            context: field(row, "context")?,
            source: field(row, "source")?,
            in_effect: field(row, "in_effect")?,
            stands: field(row, "stands")?,
            complaint: field(row, "complaint")?,
            loaded_us: field(row, "loaded_us")?,
        })
    };
    rows.iter().map(seen).collect()
}

/// Has the server load its files, and looks when it has.
pub(super) async fn reload(
    session: &Session,
    target: &Target,
    names: &[String],
) -> Result<Vec<Seen>, JournalError> {
    let asking = session.client.query_typed_one(sql!("settings/reload.sql"), &[]);
    let row = limited(LOADING_SETTINGS, asking).await?;
    let asked_us: i64 = field(&row, "asked_us")?;
    let deadline = Instant::now() + LIMIT;
    loop {
        let seen = settings(target, names).await?;
        if seen.iter().all(|setting| setting.loaded_us >= asked_us) {
            return Ok(seen);
        }
        if Instant::now() > deadline {
            return Err(Failure::NotLoaded { after_s: LIMIT.as_secs() }.into());
        }
        tokio::time::sleep(POLL).await;
    }
}

/// A column of an answer.
pub(super) fn field<'a, T: FromSql<'a>>(row: &'a Row, name: &str) -> Result<T, SessionError> {
    row.try_get(name).map_err(SessionError::statement(READING_SETTINGS))
}
