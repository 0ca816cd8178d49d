//! What stands between a session of ours and the server's processes, and what
//! follows from it.
//!
//! A pooler such as PgBouncer gives a server connection to a client for a
//! session or for a transaction. In transaction mode whatever a session sets
//! stays with a backend that serves strangers next, so all of ours is `SET
//! LOCAL`. In either mode the backend that served us may be a stranger's by
//! the time that we would end it, so none is ended: it ends its transaction by
//! itself, and who wants to know waits for the row's lock.

use super::connect::{Connected, Opening, connect};
use super::error::SessionError;
use super::key::key_of;
use super::params::Parameters;
use super::{Target, quote_ident, sql};
use std::time::Duration;
use tokio_postgres::{Client, Error, SimpleQueryMessage};

/// What stands in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pooler {
    /// Nothing: a session has one backend, and the backend no other session.
    None,
    /// A pooler that gives a backend to a session until it ends.
    Session,
    /// A pooler that gives a backend to a transaction until it ends.
    Transaction,
}

/// READ COMMITTED in so many words: under a higher default the flip would fail
/// with 40001 where it must find the row done.
const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";

/// How often two sessions are compared before it is believed that they share nothing.
const ROUNDS: u32 = 6;

/// How long the comparison may take. A pooler whose server connections are all
/// in use lets us wait; then the careful answer is given.
const COMPARED_WITHIN: Duration = Duration::from_secs(10);

impl Pooler {
    /// What a connection string says; None where it is to be found out.
    ///
    /// # Errors
    /// Where it says something else.
    pub(super) fn of(parameters: &Parameters) -> Result<Option<Pooler>, SessionError> {
        let choices = [
            ("detect", None),
            ("none", Some(Pooler::None)),
            ("session", Some(Pooler::Session)),
            ("transaction", Some(Pooler::Transaction)),
        ];
        parameters.choice("pooler", &choices, None)
    }

    /// Whether what a session sets, prepares or locks stays with it.
    pub fn keeps_state(self) -> bool {
        self != Pooler::Transaction
    }

    /// Whether a backend that served a session serves no other one, and so may
    /// be cancelled and ended for it.
    pub fn keeps_backend(self) -> bool {
        self == Pooler::None
    }

    /// `setting`, as `name = value`, for a session as it is opened; None where
    /// it would stay with strangers.
    pub(super) fn at_opening(self, setting: &str) -> Option<String> {
        self.keeps_state().then(|| format!("SET {setting}"))
    }

    /// Begins a transaction with `statements` in the same round trip. Where
    /// sessions keep nothing, it begins with what they would have kept: our
    /// settings and the pool's `setting`.
    ///
    /// # Errors
    /// The driver's.
    pub(super) async fn begin(
        self,
        client: &Client,
        setting: Option<&str>,
        statements: &str,
    ) -> Result<(), Error> {
        if self.keeps_state() {
            return client.batch_execute(&format!("{BEGIN}; {statements}")).await;
        }
        let ours = sql!("session/begin_transaction.sql");
        let setting = setting.map(|setting| format!("SET LOCAL {setting};")).unwrap_or_default();
        let begun =
            client.simple_query(&format!("{BEGIN};\n{ours}\n{setting} {statements}")).await?;
        // Statements that somebody's driver, by the names that ours uses too,
        // left on this backend: they would be in the way of COPY and prepare.
        let stale = begun.iter().filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.try_get("stale").ok().flatten(),
            _ => None,
        });
        let close: String =
            stale.map(|name| format!("DEALLOCATE {};", quote_ident(name))).collect();
        if close.is_empty() { Ok(()) } else { client.batch_execute(&close).await }
    }

    /// Finds out, with a session that is open already. Sets nothing.
    ///
    /// The number of the server process that a login answers with is the
    /// backend's own where nothing is in between; a pooler answers with one of
    /// its own. Sessions that keep their backends never have one in common, and
    /// never another than before; one observation to the contrary is proof.
    pub(super) async fn find(target: &Target, one: &Connected) -> Result<Pooler, Error> {
        if pid(&one.client).await? == key_of(&one.client).await {
            return Ok(Pooler::None);
        }
        match tokio::time::timeout(COMPARED_WITHIN, share(target, one)).await {
            Ok(Ok(false)) => Ok(Pooler::Session),
            Ok(Ok(true)) | Err(_) => Ok(Pooler::Transaction),
            Ok(Err(error)) => Err(error),
        }
    }
}

/// Whether two sessions share backends. The other one holds its own meanwhile,
/// so that the first is given another than before where it can be.
async fn share(target: &Target, one: &Connected) -> Result<bool, Error> {
    let other = match connect(target, Opening::ordinary("pgvalidate preflight")).await {
        Ok(other) => other,
        Err(failure) => return Err(failure.into_driver_error().await),
    };
    for _ in 0..ROUNDS {
        let before = pid(&one.client).await?;
        other.client.batch_execute("BEGIN").await?;
        let held = pid(&other.client).await?;
        if held == before {
            return Ok(true); // it goes with the session, and its transaction too
        }
        let after = pid(&one.client).await?;
        other.client.batch_execute("ROLLBACK").await?;
        if after != before {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn pid(client: &Client) -> Result<i32, Error> {
    Ok(client.query_typed_one("SELECT pg_catalog.pg_backend_pid()", &[]).await?.get(0))
}
