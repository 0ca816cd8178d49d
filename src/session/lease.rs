//! A lease on a pooled connection, which throws the connection away unless it
//! is given back clean.
//!
//! Measured: after a rejected COPY `is_closed()` is false and the next
//! statement dies with "unexpected message"; after a timed-out future the next
//! user waited 2.8 s. So only [`Lease::release`], after a clean reply, gives a
//! connection back. Dropping the lease closes it and ends its backend.

use super::Backend;
use super::meter::Meter;
use super::pool::Registry;
use deadpool_postgres::Object;
use std::sync::{Arc, PoisonError};
use std::time::Instant;
use tokio::sync::mpsc;
use tokio_postgres::{Client, SimpleQueryMessage};

/// READ COMMITTED in so many words: under a higher default the flip would fail
/// with 40001 where it must find the row done.
const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; \
                     SELECT pg_catalog.pg_backend_pid()";

/// A connection in use.
pub struct Lease {
    object: Option<Object>,
    backend: Option<Arc<Backend>>,
    meter: Arc<Meter>,
    registry: Registry,
    reaper: mpsc::UnboundedSender<Arc<Backend>>,
}

impl Lease {
    pub(super) fn new(
        object: Object,
        meter: Arc<Meter>,
        registry: Registry,
        reaper: mpsc::UnboundedSender<Arc<Backend>>,
    ) -> Lease {
        Lease { object: Some(object), backend: None, meter, registry, reaper }
    }

    /// The driver's client.
    pub fn client(&self) -> &Client {
        match &self.object {
            Some(object) => object,
            // Only `release` and `drop` take the object, and both consume the lease.
            None => unreachable!("a lease holds its connection until it is consumed"),
        }
    }

    /// Begins a transaction, and learns in the same round trip which backend it runs on.
    ///
    /// # Errors
    /// The driver's.
    pub async fn begin(&mut self) -> Result<Option<Arc<Backend>>, tokio_postgres::Error> {
        let messages = self.client().simple_query(BEGIN).await?;
        let pid = messages.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0).and_then(|pid| pid.parse::<i32>().ok()),
            _ => None,
        });
        let known = self.registry.lock().unwrap_or_else(PoisonError::into_inner);
        self.backend = pid.and_then(|pid| known.get(&pid).cloned());
        drop(known);
        Ok(self.backend.clone())
    }

    /// Gives the connection back. Only after a clean reply, outside a transaction.
    pub fn release(mut self) {
        self.object = None;
        self.meter.returned(Instant::now(), false);
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(object) = self.object.take() {
            // Takes it from the pool and aborts its task, which closes the socket.
            drop(Object::take(object));
            if let Some(backend) = self.backend.take() {
                // Nobody listens only where the pool is gone, and with it its backends.
                let _ = self.reaper.send(backend);
            }
            self.meter.returned(Instant::now(), true);
        }
    }
}
