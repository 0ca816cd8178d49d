//! Whether the server may be asked to log statements of ours that take long.

use super::{failed, field};
use crate::model::Reason;
use crate::session::{Session, SessionError, sql};

/// The major from which on that can be granted.
const GRANTED_FROM: u32 = 15;

/// Asks, as `role`, a server of `major`: why not, where the role may not.
pub(super) async fn ask(session: &Session, major: u32, role: &str) -> Result<(), Reason> {
    let role = role.to_owned();
    match may_set(session, major).await {
        Err(error) => Err(Reason::QueryFailed { error: error.to_string() }),
        Ok(true) => Ok(()),
        Ok(false) if major < GRANTED_FROM => Err(Reason::LogSlowNeedsSuperuser { role }),
        Ok(false) => Err(Reason::LogSlowNeedsGrant { role }),
    }
}

async fn may_set(session: &Session, major: u32) -> Result<bool, SessionError> {
    let question = match major < GRANTED_FROM {
        true => sql!("preflight/slow_log.sql"),
        false => sql!("preflight/slow_log_pg15.sql"),
    };
    let row = session.client.query_typed_one(question, &[]).await.map_err(failed())?;
    field(&row, "may_set")
}
