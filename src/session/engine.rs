//! The libraries behind a pool, as one enum: everything else about a pool, the
//! lease and the measurements above all, is ours and the same for both.

use super::deadpool::{Deadpool, Taken};
use super::pool::Registry;
use super::{AcquireError, Backend, Target, bb8};
use crate::model::PoolEngine;
use std::sync::Arc;
use std::time::Duration;
use tokio_postgres::Client;

/// A pool of one library or the other.
pub(super) enum Engine {
    Deadpool(Deadpool),
    Bb8(bb8::Bb8),
}

/// A connection out of it.
pub(super) enum Pooled {
    Deadpool(Taken),
    Bb8(bb8::Checked),
}

/// What opens connections for a pool.
#[derive(Clone)]
pub(super) struct Dialer {
    pub(super) target: Target,
    pub(super) application_name: String,
    pub(super) registry: Registry,
    pub(super) log_slow_ms: Option<u64>,
    pub(super) first: Option<String>,
    pub(super) delayed: bool,
    /// The server looks every second whether the client is still there.
    pub(super) looks_for_client: bool,
}

impl Engine {
    /// A pool of at most `size` connections, none of them open yet.
    pub(super) fn new(
        engine: PoolEngine,
        dialer: Dialer,
        size: u32,
        acquire_timeout: Duration,
    ) -> Result<Engine, AcquireError> {
        Ok(match engine {
            PoolEngine::Deadpool => Engine::Deadpool(Deadpool::new(dialer, size, acquire_timeout)?),
            PoolEngine::Bb8 => Engine::Bb8(bb8::Bb8::new(dialer, size, acquire_timeout)),
        })
    }

    /// Takes a connection out.
    pub(super) async fn get(&self) -> Result<Pooled, AcquireError> {
        match self {
            Engine::Deadpool(pool) => pool.get().await.map(Pooled::Deadpool),
            Engine::Bb8(pool) => pool.get().await.map(Pooled::Bb8),
        }
    }

    /// Closes the connections that are idle. Those in use close with their leases.
    pub(super) fn close(self) {
        match self {
            Engine::Deadpool(pool) => pool.close(),
            Engine::Bb8(pool) => drop(pool),
        }
    }
}

impl Pooled {
    /// The driver's client.
    pub(super) fn client(&self) -> &Client {
        match self {
            Pooled::Deadpool(taken) => taken.client(),
            Pooled::Bb8(checked) => checked.client(),
        }
    }

    /// The server process behind it; None where it isn't known.
    pub(super) fn backend(&self) -> Option<Arc<Backend>> {
        match self {
            Pooled::Deadpool(taken) => taken.backend(),
            Pooled::Bb8(checked) => Some(checked.backend()),
        }
    }

    /// Takes the connection from the pool for good and closes its socket.
    pub(super) fn discard(self) {
        match self {
            Pooled::Deadpool(taken) => taken.discard(),
            Pooled::Bb8(checked) => checked.discard(),
        }
    }
}
