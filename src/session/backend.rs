//! A session with the server, and the backend behind it: who it is, so that it
//! can be ended and no other; and the warnings that it sent.

use super::connect::{Carrier, Connected, Opening, Warnings, connect};
use super::delay::Delay;
use super::key::key_of;
use super::{Cancel, Pooler, SessionError, Target, sql};
use std::sync::{Arc, PoisonError};
use tokio::task::JoinHandle;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, SimpleQueryMessage};

/// The server process behind a connection.
#[derive(Debug)]
pub struct Backend {
    /// Its process id; behind a pooler the number that this one gave the connection.
    pub pid: i32,
    /// When it was started, in microseconds since 1970: with the pid, an
    /// identity. Behind a pooler 0, which is nobody's.
    pub start_us: i64,
    /// The number that the connection was given at its login.
    pub(super) key: i32,
    pooler: Pooler,
    warnings: Warnings,
    notifications: Warnings,
    cancel: Option<Cancel>,
    encrypted: bool,
    delay: Option<Delay>,
}

impl Backend {
    /// The backend with this pid that began at `start_us`.
    pub fn with_identity(pid: i32, start_us: i64) -> Backend {
        Backend {
            pid,
            start_us,
            key: pid,
            pooler: Pooler::None,
            warnings: Arc::default(),
            notifications: Arc::default(),
            cancel: None,
            encrypted: false,
            delay: None,
        }
    }

    /// Takes the warnings that arrived since the last call. One during COMMIT
    /// says that the commit is not what it seems (a cancelled wait for a standby).
    pub fn take_warnings(&self) -> Vec<String> {
        std::mem::take(&mut *self.warnings.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What stands between it and the session.
    pub(super) fn pooler(&self) -> Pooler {
        self.pooler
    }

    /// Whether it is known for certain, so that it can be ended. Behind a pooler
    /// the backend that served us may be a stranger's at any time.
    pub fn is_known(&self) -> bool {
        self.start_us != 0
    }

    /// Takes the notifications that arrived since the last call: their payloads.
    pub fn take_notifications(&self) -> Vec<String> {
        let mut inbox = self.notifications.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *inbox)
    }

    /// What cancels the statement that the backend runs; never for a COMMIT.
    /// None where the backend is known by its identity alone, or not at all.
    pub fn cancel(&self) -> Option<&Cancel> {
        self.cancel.as_ref()
    }

    /// What makes its replies arrive later; None where nothing can.
    pub(super) fn delay(&self) -> Option<&Delay> {
        self.delay.as_ref()
    }

    /// Whether the connection to it is encrypted.
    pub fn is_encrypted(&self) -> bool {
        self.encrypted
    }
}

/// A connection with its backend. Dropping it closes the connection.
pub struct Session {
    /// The driver's client.
    pub client: Client,
    /// The server process behind it.
    pub backend: Arc<Backend>,
    carrier: Carrier,
}

impl Session {
    /// Opens a session that calls itself `application_name`.
    ///
    /// # Errors
    /// Where the server can't be reached, refuses the login, or refuses our settings.
    pub async fn open(target: &Target, application_name: &str) -> Result<Session, SessionError> {
        let connected = connect(target, Opening::ordinary(application_name))
            .await
            .map_err(|e| e.into_session_error())?;
        let begun = Session::begin(target, connected).await;
        begun.map_err(|e| SessionError::connecting(&target.address(), e))
    }

    /// As [`Session::open`], for what needs a session that keeps its backend
    /// and what it sets.
    ///
    /// # Errors
    /// As [`Session::open`], and behind a pooler in transaction mode.
    pub async fn open_kept(target: &Target, name: &str) -> Result<Session, SessionError> {
        let session = Session::open(target, name).await?;
        match session.pooler().keeps_state() {
            true => Ok(session),
            false => Err(SessionError::Shared { address: target.address() }),
        }
    }

    /// As [`Session::open`], with the driver's own error, which the pool needs.
    pub(super) async fn dial(
        target: &Target,
        opening: Opening<'_>,
    ) -> Result<Session, tokio_postgres::Error> {
        match connect(target, opening).await {
            Ok(connected) => Session::begin(target, connected).await,
            Err(failure) => Err(failure.into_driver_error().await),
        }
    }

    async fn begin(
        target: &Target,
        connected: Connected,
    ) -> Result<Session, tokio_postgres::Error> {
        let pooler = target.pooler(&connected).await?;
        let Connected { client, carrier, warnings, notifications, cancel, encrypted, delay } =
            connected;
        let told = match pooler.keeps_state() {
            true => begin(&client).await?,
            false => (0, 0),
        };
        let key = key_of(&client).await;
        let (pid, start_us) = if pooler.keeps_backend() { told } else { (key, 0) };
        let cancel = Some(cancel).filter(|_| pooler.keeps_backend());
        let backend = Backend {
            pid,
            start_us,
            key,
            pooler,
            warnings,
            notifications,
            cancel,
            encrypted,
            delay,
        };
        Ok(Session { client, backend: Arc::new(backend), carrier })
    }

    /// What stands between it and the server.
    pub fn pooler(&self) -> Pooler {
        self.backend.pooler
    }

    /// Begins a transaction with `statements` in the same round trip.
    ///
    /// # Errors
    /// The driver's.
    pub async fn begin_with(&self, statements: &str) -> Result<(), tokio_postgres::Error> {
        self.pooler().begin(&self.client, None, statements).await
    }

    /// Gives the parts to a pool that keeps them together itself.
    pub(super) fn into_client_and_task(mut self) -> (Client, JoinHandle<()>) {
        // Only this takes the task, and it consumes the session; a task that
        // does nothing would keep a pool from closing the socket, no more.
        let task = self.carrier.0.take().unwrap_or_else(|| tokio::spawn(async {}));
        (self.client, task)
    }
}

/// Sets the session up and asks for the backend's identity, in one round trip.
async fn begin(client: &Client) -> Result<(i32, i64), tokio_postgres::Error> {
    let messages = client.simple_query(sql!("session/begin_session.sql")).await?;
    let row = messages.iter().rev().find_map(|m| match m {
        SimpleQueryMessage::Row(row) => Some(row),
        _ => None,
    });
    let number = |i| row.and_then(|r| r.try_get(i).ok().flatten()).and_then(|t| t.parse().ok());
    // 0 matches nobody.
    Ok((number(0).unwrap_or(0) as i32, number(1).unwrap_or(0)))
}

/// Ends a backend of ours. True where it was there and was signalled.
///
/// # Errors
/// Where the statement fails, as for want of a connection.
pub async fn terminate(control: &Client, backend: &Backend) -> Result<bool, tokio_postgres::Error> {
    if !backend.is_known() {
        return Ok(false);
    }
    let parameters: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 2] =
        [(&backend.pid, Type::INT4), (&backend.start_us, Type::INT8)];
    let rows = control.query_typed(sql!("session/terminate.sql"), &parameters).await?;
    Ok(rows.first().is_some_and(|row| row.get::<_, bool>(0)))
}
