//! A lease on a pooled connection, which throws the connection away unless it
//! is given back clean.
//!
//! Measured: after a rejected COPY `is_closed()` is false and the next
//! statement dies with "unexpected message"; after a timed-out future the next
//! user waited 2.8 s. So only [`Lease::release`], after a clean reply, gives a
//! connection back. Dropping the lease closes it and ends its backend.

use super::engine::Pooled;
use super::meter::Meter;
use super::pool::Registry;
use super::reaper::{Discarded, Left};
use super::{Backend, Pooler};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};
use tokio_postgres::Client;

/// A connection in use.
pub struct Lease {
    object: Option<Pooled>,
    backend: Option<Arc<Backend>>,
    meter: Arc<Meter>,
    registry: Registry,
    first: Option<Arc<str>>,
    reaper: Discarded,
    cancel: bool,
    distance: Option<Duration>,
}

impl Lease {
    pub(super) fn new(
        object: Pooled,
        meter: Arc<Meter>,
        registry: Registry,
        first: Option<Arc<str>>,
        reaper: Discarded,
    ) -> Lease {
        Lease {
            backend: object.backend(),
            object: Some(object),
            meter,
            registry,
            first,
            reaper,
            cancel: false,
            distance: None,
        }
    }

    /// The driver's client.
    pub fn client(&self) -> &Client {
        match &self.object {
            Some(object) => object.client(),
            // Only `release` and `drop` take the object, and both consume the lease.
            None => unreachable!("a lease holds its connection until it is consumed"),
        }
    }

    /// Has every reply arrive later by `round_trip`, from the one to BEGIN on
    /// until the connection is given back. Only in a pool of delayed connections.
    pub fn at_distance(&mut self, round_trip: Duration) {
        self.distance = Some(round_trip);
    }

    /// What stands between its connection and the server.
    pub fn pooler(&self) -> Pooler {
        // Of a backend that isn't known the most careful is assumed.
        self.backend.as_ref().map_or(Pooler::Transaction, |backend| backend.pooler())
    }

    /// Keeps one backend, with our settings, until [`Lease::let_go`]: in a
    /// transaction where sessions keep nothing; elsewhere it is so anyway.
    ///
    /// # Errors
    /// The driver's.
    pub async fn hold(&mut self) -> Result<(), tokio_postgres::Error> {
        if !self.pooler().keeps_state() {
            self.begin().await?;
        }
        Ok(())
    }

    /// The end of [`Lease::hold`].
    ///
    /// # Errors
    /// The driver's.
    pub async fn let_go(&self) -> Result<(), tokio_postgres::Error> {
        match self.pooler().keeps_state() {
            true => Ok(()),
            false => self.client().batch_execute("COMMIT").await,
        }
    }

    /// Begins a transaction on the backend that is returned.
    ///
    /// # Errors
    /// The driver's.
    pub async fn begin(&mut self) -> Result<Option<Arc<Backend>>, tokio_postgres::Error> {
        self.begin_with("").await
    }

    /// The same with statements that belong to the beginning, such as SET
    /// LOCAL, in the same round trip.
    ///
    /// # Errors
    /// The driver's.
    pub async fn begin_with(
        &mut self,
        statements: &str,
    ) -> Result<Option<Arc<Backend>>, tokio_postgres::Error> {
        self.pooler().begin(self.client(), self.first.as_deref(), statements).await?;
        Ok(self.begun().await)
    }

    /// Takes the session's advisory lock `key`, outside a transaction, on the
    /// backend that is returned. It ends with the session at the latest. Not
    /// where sessions keep nothing.
    ///
    /// # Errors
    /// The driver's.
    pub async fn lock(&mut self, key: i64) -> Result<Option<Arc<Backend>>, tokio_postgres::Error> {
        let lock = format!("SELECT pg_catalog.pg_advisory_lock({key})");
        self.client().batch_execute(&lock).await?;
        Ok(self.begun().await)
    }

    /// Gives the advisory lock back.
    ///
    /// # Errors
    /// The driver's.
    pub async fn unlock(&self, key: i64) -> Result<(), tokio_postgres::Error> {
        self.client().batch_execute(&format!("SELECT pg_catalog.pg_advisory_unlock({key})")).await
    }

    /// The first statement was answered, if not from afar; from now on it is.
    async fn begun(&mut self) -> Option<Arc<Backend>> {
        if let (Some(round_trip), Some(backend)) = (self.distance.take(), &self.backend) {
            tokio::time::sleep(round_trip).await;
            backend.delay().inspect(|delay| delay.set(round_trip));
        }
        self.backend.clone()
    }

    /// Throws the connection away because its statement took too long: the
    /// statement is cancelled, the way that the session went, and the backend
    /// ended. Not for a COMMIT, which must never be cancelled.
    pub fn give_up(mut self) {
        self.cancel = true;
    }

    /// Gives the connection back. Only after a clean reply, outside a transaction.
    pub fn release(mut self) {
        if let Some(delay) = self.backend.as_ref().and_then(|backend| backend.delay()) {
            delay.set(Duration::ZERO);
        }
        // Counted first: whoever waits for it takes it in the same moment.
        self.meter.returned(Instant::now(), false);
        self.object = None;
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(object) = self.object.take() {
            self.meter.returned(Instant::now(), true);
            // Its task is aborted with it, which closes the socket.
            object.discard();
            if let Some(backend) = self.backend.take() {
                let mut known = self.registry.lock().unwrap_or_else(PoisonError::into_inner);
                // Unless another one has its number by now.
                if known.get(&backend.key).is_some_and(|found| Arc::ptr_eq(found, &backend)) {
                    known.remove(&backend.key);
                }
                drop(known);
                if backend.is_known() {
                    // Nobody listens only where the pool is gone, and with it its backends.
                    let _ = self.reaper.send(Left { backend, cancel: self.cancel });
                }
            }
        }
    }
}
