//! The session beside the pools: attempts, heartbeats and counts are committed
//! there, apart from the claims and whatever becomes of them.

use crate::message::doing;
use crate::session::{Session, SessionError, Target};
use std::sync::Arc;
use tokio::sync::Mutex;
use tokio_postgres::Error;

pub(super) struct Desk {
    target: Target,
    name: String,
    session: Mutex<Arc<Session>>,
}

impl Desk {
    pub(super) async fn open(target: Target, name: String) -> Result<Desk, SessionError> {
        let session = Mutex::new(Arc::new(Session::open(&target, &name).await?));
        Ok(Desk { target, name, session })
    }

    /// The session, opened again where it was lost, as in a restart. Statements
    /// of several workers share it; each is a transaction of its own.
    pub(super) async fn session(&self) -> Result<Arc<Session>, SessionError> {
        let mut session = self.session.lock().await;
        if session.client.is_closed() {
            *session = Arc::new(Session::open(&self.target, &self.name).await?);
        }
        Ok(session.clone())
    }

    /// Its errors, as those of a session.
    pub(super) fn failed() -> impl FnOnce(Error) -> SessionError {
        SessionError::statement(doing::USING_QUEUE)
    }
}
