//! bb8 as an engine, on a connection manager of our own: bb8's for PostgreSQL
//! has no way to throw a connection away.

use super::engine::Dialer;
use super::{AcquireError, Backend, Session};
use bb8::{ErrorSink, ManageConnection, PooledConnection};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio_postgres::{Client, Error};

pub(super) struct Bb8 {
    pool: bb8::Pool<Dialer>,
    waiting: Waiting,
    acquire_timeout: Duration,
}

/// A connection that is checked out.
pub(super) struct Checked(PooledConnection<'static, Dialer>);

/// A connection with a mark that it is not to be used again.
pub(super) struct Tracked {
    session: Session,
    broken: bool,
}

/// Those who wait for a connection. bb8 opens connections in the background
/// and says there why one can't be had; without this a refusal would look like
/// a time-out, and come as late.
#[derive(Clone, Default)]
struct Waiting(Arc<Mutex<VecDeque<oneshot::Sender<Error>>>>);

impl std::fmt::Debug for Waiting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Waiting")
    }
}

impl Waiting {
    fn enlist(&self) -> oneshot::Receiver<Error> {
        let (sender, refusal) = oneshot::channel();
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|waiter| !waiter.is_closed());
        waiting.push_back(sender);
        refusal
    }
}

impl ErrorSink<Error> for Waiting {
    fn sink(&self, error: Error) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut undelivered = error;
        while let Some(waiter) = waiting.pop_front() {
            match waiter.send(undelivered) {
                Ok(()) => return,
                // It has got a connection meanwhile: the next one.
                Err(error) => undelivered = error,
            }
        }
        tracing::debug!("a connection that nobody waits for: {undelivered}");
    }

    fn boxed_clone(&self) -> Box<dyn ErrorSink<Error>> {
        Box::new(self.clone())
    }
}

impl ManageConnection for Dialer {
    type Connection = Tracked;
    type Error = Error;

    async fn connect(&self) -> Result<Tracked, Error> {
        Ok(Tracked { session: self.dial().await?, broken: false })
    }

    /// Never asked: the lease gives back clean connections alone.
    async fn is_valid(&self, _: &mut Tracked) -> Result<(), Error> {
        Ok(())
    }

    fn has_broken(&self, connection: &mut Tracked) -> bool {
        connection.broken || connection.session.client.is_closed()
    }
}

impl Bb8 {
    pub(super) fn new(dialer: Dialer, size: u32, acquire_timeout: Duration) -> Bb8 {
        let waiting = Waiting::default();
        let pool = bb8::Pool::builder()
            .max_size(size)
            .connection_timeout(acquire_timeout)
            .test_on_check_out(false)
            .max_lifetime(None)
            .idle_timeout(None)
            .retry_connection(false)
            .error_sink(waiting.boxed_clone())
            .build_unchecked(dialer);
        Bb8 { pool, waiting, acquire_timeout }
    }

    pub(super) async fn get(&self) -> Result<Checked, AcquireError> {
        let refusal = self.waiting.enlist();
        tokio::select! {
            biased;
            connection = self.pool.get_owned() => connection.map(Checked).map_err(|error| match error {
                bb8::RunError::TimedOut => AcquireError::TimedOut(self.acquire_timeout),
                bb8::RunError::User(error) => AcquireError::Connect(error),
            }),
            Ok(error) = refusal => Err(AcquireError::Connect(error)),
        }
    }
}

impl Checked {
    pub(super) fn client(&self) -> &Client {
        &self.0.session.client
    }

    pub(super) fn backend(&self) -> Arc<Backend> {
        self.0.session.backend.clone()
    }

    /// Gives it back as broken, which makes the pool drop it.
    pub(super) fn discard(mut self) {
        self.0.broken = true;
    }
}
