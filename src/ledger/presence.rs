//! Presence: a run holds a lock for as long as it goes on, so that neither
//! `clean` nor another run's `--replace` removes what it is writing.
//!
//! An advisory lock of a session ends with it: a tool that is killed holds
//! nothing. A restart of the server ends it too. Where a pooler shares
//! sessions' backends it is the lock of a transaction that stays open: it keeps
//! one server connection for the run, and no snapshot.

use super::LedgerError;
use crate::message::doing;
use crate::session::{Session, SessionError, Target, sql};
use tokio_postgres::Client;
use tokio_postgres::types::Type;
use uuid::Uuid;

/// The lock, held until it is dropped.
pub struct Presence {
    _session: Session,
}

impl Presence {
    /// Takes the run's lock on a session of its own.
    ///
    /// # Errors
    /// Where the session or the statement fails.
    pub async fn hold(target: &Target, name: &str, run_id: Uuid) -> Result<Presence, LedgerError> {
        let session = Session::open(target, name).await?;
        let run_id = run_id.to_string();
        if session.pooler().keeps_state() {
            ask(&session.client, sql!("ledger/presence.sql"), &run_id).await?;
        } else {
            let begun = session.begin_with("").await;
            begun.map_err(SessionError::statement(doing::LOOKING_FOR_RUNS))?;
            ask(&session.client, LOOK, &run_id).await?;
        }
        Ok(Presence { _session: session })
    }
}

/// Takes the lock where nobody has it, until the end of the transaction.
const LOOK: &str = sql!("ledger/presence_look.sql");

/// Whether the run is going on.
///
/// # Errors
/// Where the statement fails.
pub async fn is_held(client: &Client, run_id: &str) -> Result<bool, LedgerError> {
    Ok(!ask(client, LOOK, run_id).await?)
}

async fn ask(client: &Client, statement: &str, run_id: &str) -> Result<bool, SessionError> {
    let row = client
        .query_typed_one(statement, &[(&run_id, Type::TEXT)])
        .await
        .map_err(SessionError::statement(doing::LOOKING_FOR_RUNS))?;
    Ok(row.get(0))
}
