//! What keeps a copy: the archiver and the standbys.

use super::super::count;
use super::{failed, field};
use crate::model::facts::{ArchiverFacts, StandbyFacts};
use crate::session::{Session, SessionError, sql};

/// The archiver.
pub(super) async fn archiver(session: &Session) -> Result<ArchiverFacts, SessionError> {
    let query = session.client.query_typed_one(sql!("signoff/archiver.sql"), &[]);
    let row = query.await.map_err(failed())?;
    Ok(ArchiverFacts {
        mode: field(&row, "mode")?,
        no_command: field(&row, "no_command")?,
        archived: count(field(&row, "archived")?),
        failed: count(field(&row, "failed")?),
        archived_ago_s: field(&row, "archived_ago_s")?,
        failed_ago_s: field(&row, "failed_ago_s")?,
    })
}

/// The standbys.
pub(super) async fn standbys(session: &Session) -> Result<Vec<StandbyFacts>, SessionError> {
    let query = session.client.query_typed(sql!("signoff/standbys.sql"), &[]);
    let standby = |row| {
        let behind: Option<i64> = field(row, "behind_bytes")?;
        Ok(StandbyFacts {
            name: field(row, "name")?,
            state: field(row, "state")?,
            sync_state: field(row, "sync_state")?,
            behind_bytes: behind.map(count),
            behind_s: field(row, "behind_s")?,
        })
    };
    query.await.map_err(failed())?.iter().map(standby).collect()
}
