//! A session with the server, and the backend behind it: who it is, so that it
//! can be ended and no other; and the warnings that it sent.

use super::error::describe;
use super::{SessionError, Target, sql};
use futures_util::future::poll_fn;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::task::JoinHandle;
use tokio_postgres::types::Type;
use tokio_postgres::{AsyncMessage, Client, NoTls, SimpleQueryMessage};

/// The server process behind a connection.
#[derive(Debug)]
pub struct Backend {
    /// Its process id.
    pub pid: i32,
    /// When it was started, in microseconds since 1970: with the pid, an identity.
    pub start_us: i64,
    warnings: Arc<Mutex<Vec<String>>>,
}

impl Backend {
    /// The backend with this pid that began at `start_us`.
    pub fn with_identity(pid: i32, start_us: i64) -> Backend {
        Backend { pid, start_us, warnings: Arc::default() }
    }

    /// Takes the warnings that arrived since the last call. One during COMMIT
    /// says that the commit is not what it seems (a cancelled wait for a standby).
    pub fn take_warnings(&self) -> Vec<String> {
        std::mem::take(&mut *self.warnings.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A connection with its backend. Dropping it closes the connection.
pub struct Session {
    /// The driver's client.
    pub client: Client,
    /// The server process behind it.
    pub backend: Arc<Backend>,
    task: Connection,
}

/// The task that carries a connection. Dropping it closes the socket at once:
/// without that, the driver would first send what was already queued.
struct Connection(Option<JoinHandle<()>>);

impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(task) = self.0.take() {
            task.abort();
        }
    }
}

impl Session {
    /// Opens a session that calls itself `application_name`.
    ///
    /// # Errors
    /// Where the server can't be reached, refuses the login, or refuses our settings.
    pub async fn open(target: &Target, application_name: &str) -> Result<Session, SessionError> {
        Session::dial(target, application_name)
            .await
            .map_err(|e| SessionError::connecting(&target.address(), e))
    }

    /// As [`Session::open`], with the driver's own error, which the pool needs.
    pub(super) async fn dial(
        target: &Target,
        application_name: &str,
    ) -> Result<Session, tokio_postgres::Error> {
        let (client, mut connection) = target.config(application_name).connect(NoTls).await?;
        let warnings = Arc::new(Mutex::new(Vec::new()));
        let inbox = warnings.clone();
        let task = tokio::spawn(async move {
            while let Some(message) = poll_fn(|cx| connection.poll_message(cx)).await {
                match message {
                    Ok(AsyncMessage::Notice(notice)) => {
                        let text = format!("{} ({})", notice.message(), notice.code().code());
                        inbox.lock().unwrap_or_else(PoisonError::into_inner).push(text);
                    }
                    Ok(_) => {}
                    Err(error) => {
                        tracing::debug!("connection ended: {}", describe(&error));
                        break;
                    }
                }
            }
        });
        let task = Connection(Some(task));
        let (pid, start_us) = begin(&client).await?;
        Ok(Session { client, backend: Arc::new(Backend { pid, start_us, warnings }), task })
    }

    /// Gives the parts to a pool that keeps them together itself.
    pub(super) fn into_client_and_task(mut self) -> (Client, JoinHandle<()>) {
        // Only this takes the task, and it consumes the session; a task that
        // does nothing would keep a pool from closing the socket, no more.
        let task = self.task.0.take().unwrap_or_else(|| tokio::spawn(async {}));
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
    // Behind a pooler that isn't one backend; preflight refuses those. 0 matches nobody.
    Ok((number(0).unwrap_or(0) as i32, number(1).unwrap_or(0)))
}

/// Ends a backend of ours. True where it was there and was signalled.
///
/// # Errors
/// Where the statement fails, as for want of a connection.
pub async fn terminate(control: &Client, backend: &Backend) -> Result<bool, tokio_postgres::Error> {
    let parameters: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 2] =
        [(&backend.pid, Type::INT4), (&backend.start_us, Type::INT8)];
    let rows = control.query_typed(sql!("session/terminate.sql"), &parameters).await?;
    Ok(rows.first().is_some_and(|row| row.get::<_, bool>(0)))
}

/// Whether a pooler shares server connections between sessions, as PgBouncer
/// does in transaction mode: two sessions that are open at once are then served
/// by one backend. Sets nothing: what is set there would stay with strangers.
///
/// # Errors
/// Where a session can't be opened.
pub async fn is_behind_pooler(target: &Target) -> Result<bool, SessionError> {
    let refused = |e| SessionError::connecting(&target.address(), e);
    let mut pids = Vec::new();
    let (mut open, mut clients) = (Vec::new(), Vec::new());
    for _ in 0..2 {
        let (client, connection) =
            target.config("pgvalidate preflight").connect(NoTls).await.map_err(refused)?;
        open.push(Connection(Some(tokio::spawn(async move {
            // Its end is this question's end.
            let _ = connection.await;
        }))));
        let row = client.query_typed_one("SELECT pg_catalog.pg_backend_pid()", &[]).await;
        pids.push(row.map_err(refused)?.get::<_, i32>(0));
        // Kept open, idle, while the other one asks.
        clients.push(client);
    }
    Ok(pids[0] == pids[1])
}
