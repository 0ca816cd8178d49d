//! A pool of sessions: a library's engine behind our lease, with our own
//! measurements.

use super::connect::Opening;
use super::engine::{Dialer, Engine, Pooled};
use super::meter::Meter;
use super::reaper::{self, Discarded};
use super::{Backend, Lease, Session, SessionError, Target};
use crate::message::doing;
use crate::model::PoolEngine;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};
use tokio::task::{JoinHandle, JoinSet};

/// A connection could not be had from the pool.
#[derive(Debug, thiserror::Error)]
pub enum AcquireError {
    /// None came free in time.
    #[error("no connection came free within {0:?}")]
    TimedOut(Duration),
    /// A new one could not be opened.
    #[error("{}", super::error::describe(.0))]
    Connect(#[from] tokio_postgres::Error),
    /// The pool was closed.
    #[error("the pool is closed")]
    Closed,
    /// The library refused to make the pool.
    #[error("{0}")]
    NotBuilt(String),
}

impl AcquireError {
    /// The same for who isn't a writer: with the address, and what to do.
    pub fn into_session_error(self, target: &Target) -> SessionError {
        match self {
            AcquireError::Connect(error) => SessionError::connecting(&target.address(), error),
            AcquireError::TimedOut(after) => SessionError::TimedOut {
                what: doing::WAITING_FOR_CONNECTION,
                after_s: after.as_secs_f64(),
            },
            AcquireError::Closed | AcquireError::NotBuilt(_) => {
                SessionError::NoPool { detail: self.to_string() }
            }
        }
    }
}

/// The backends behind a pool's connections, by the number that each was given
/// at its login. deadpool hands out the driver's client alone, which has that.
pub(super) type Registry = Arc<Mutex<HashMap<i32, Arc<Backend>>>>;

/// The backend of the connection that was given this number.
pub(super) fn known(registry: &Registry, key: i32) -> Option<Arc<Backend>> {
    registry.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned()
}

impl Dialer {
    /// Opens a session and enters its backend.
    pub(super) async fn dial(&self) -> Result<Session, tokio_postgres::Error> {
        let Dialer { application_name, delayed, .. } = self;
        let opening = Opening { application_name, delayed: *delayed };
        let session = Session::dial(&self.target, opening).await?;
        let pooler = session.pooler();
        if let Some(ms) = self.log_slow_ms.filter(|_| pooler.keeps_state()) {
            // A server that logs more than that goes on doing so: what
            // production pays belongs to the measurement.
            let set = format!(
                "SELECT pg_catalog.set_config(name, '{ms}', false) FROM pg_catalog.pg_settings \
                 WHERE name = 'log_min_duration_statement' \
                 AND (setting::int = -1 OR setting::int > {ms})"
            );
            session.client.batch_execute(&set).await?;
        }
        let first = self.first.as_deref().and_then(|setting| pooler.at_opening(setting));
        if let Some(set) = first {
            session.client.batch_execute(&set).await?;
        }
        let look = pooler.at_opening("client_connection_check_interval = '1s'");
        if let Some(set) = look.filter(|_| self.looks_for_client) {
            // Not everywhere can a server see that; then a read ends by itself.
            if let Err(error) = session.client.batch_execute(&set).await {
                tracing::debug!("reads that are given up are not ended: {error}");
            }
        }
        let mut known = self.registry.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(session.backend.key, session.backend.clone());
        drop(known);
        Ok(session)
    }
}

/// What a pool is to be.
#[derive(Debug, Clone)]
pub struct PoolOptions<'a> {
    /// The library.
    pub engine: PoolEngine,
    /// Where its connections go.
    pub target: &'a Target,
    /// Where the sessions go that end discarded backends, outside the pool.
    pub control: &'a Target,
    /// What its sessions call themselves.
    pub application_name: &'a str,
    /// Its greatest number of connections.
    pub size: u32,
    /// How long a wait for a connection may take.
    pub acquire_timeout: Duration,
    /// The server logs statements of its sessions that take longer, in
    /// milliseconds; None leaves that as it is. Only for a role that may ask for it.
    pub log_slow_ms: Option<u64>,
    /// What each of its sessions sets first, as `ROLE name` or `name = value`.
    pub first: Option<&'a str>,
    /// Whether [`Lease::at_distance`] can make replies arrive later.
    pub delayed: bool,
}

/// A pool of sessions.
pub struct Pool {
    engine: Arc<Engine>,
    size: u32,
    meter: Arc<Meter>,
    registry: Registry,
    /// Where sessions keep nothing, each transaction sets it.
    first: Option<Arc<str>>,
    reaper: Discarded,
    /// None in a share of another pool, which has the task.
    reaper_task: Option<JoinHandle<()>>,
    hindrance: OnceLock<Hindrance>,
}

/// Says whether others than a pool's own users keep connections busy now.
type Hindrance = Box<dyn Fn() -> bool + Send + Sync>;

impl Pool {
    /// A pool whose connections are not open yet.
    ///
    /// # Errors
    /// Where the library refuses to make it.
    pub fn new(options: &PoolOptions<'_>) -> Result<Pool, AcquireError> {
        Pool::build(options, false)
    }

    /// A pool of readers: the server ends a read whose connection was thrown
    /// away. Not for writers, whose COMMIT must never be cut short.
    ///
    /// # Errors
    /// Where the library refuses to make it.
    pub fn of_readers(options: &PoolOptions<'_>) -> Result<Pool, AcquireError> {
        Pool::build(options, true)
    }

    fn build(options: &PoolOptions<'_>, looks_for_client: bool) -> Result<Pool, AcquireError> {
        let registry = Registry::default();
        let dialer = Dialer {
            target: options.target.clone(),
            application_name: options.application_name.to_owned(),
            registry: registry.clone(),
            log_slow_ms: options.log_slow_ms,
            first: options.first.map(str::to_owned),
            delayed: options.delayed,
            looks_for_client,
        };
        let (size, timeout) = (options.size, options.acquire_timeout);
        let engine = Arc::new(Engine::new(options.engine, dialer, size, timeout)?);
        let (reaper, reaper_task) = reaper::start(options.control.clone());
        Ok(Pool {
            engine,
            size,
            meter: Arc::new(Meter::default()),
            registry,
            first: options.first.map(Arc::from),
            reaper,
            reaper_task: Some(reaper_task),
            hindrance: OnceLock::new(),
        })
    }

    /// The same connections for other users, who are measured apart, and in
    /// this pool too. It is closed before this one.
    pub fn share(&self) -> Pool {
        Pool {
            engine: self.engine.clone(),
            size: self.size,
            meter: Arc::new(Meter::part_of(self.meter.clone())),
            registry: self.registry.clone(),
            first: self.first.clone(),
            reaper: self.reaper.clone(),
            reaper_task: None,
            hindrance: OnceLock::new(),
        }
    }

    /// Counts the waits for a connection at whose beginning or end `others` is
    /// true. The first call counts.
    pub fn blame(&self, others: impl Fn() -> bool + Send + Sync + 'static) {
        let _ = self.hindrance.set(Box::new(others));
    }

    /// The greatest number of connections.
    pub fn size(&self) -> u32 {
        self.size
    }

    /// What is measured of the pool.
    pub fn meter(&self) -> &Arc<Meter> {
        &self.meter
    }

    /// Opens all connections, so that the first batches don't pay for it.
    ///
    /// # Errors
    /// Where one can't be opened.
    pub async fn warm(&self) -> Result<(), AcquireError> {
        let mut opening = JoinSet::new();
        for _ in 0..self.size {
            let engine = self.engine.clone();
            opening.spawn(async move { engine.get().await });
        }
        // Held until all are open: one given back early would be handed out again.
        let mut held = Vec::with_capacity(self.size as usize);
        while let Some(opened) = opening.join_next().await {
            held.push(opened.map_err(|_| AcquireError::Closed)??);
        }
        Ok(())
    }

    /// Takes a connection out, waiting for one where all are in use.
    ///
    /// # Errors
    /// Where none comes free in time, or a new one can't be opened.
    pub async fn acquire(&self) -> Result<Lease, AcquireError> {
        let waits = self.meter.in_use_by_all() >= self.size;
        let is_hindered = || waits && self.hindrance.get().is_some_and(|others| others());
        let at_first = is_hindered();
        let got = self.engine.get().await;
        if at_first || is_hindered() {
            self.meter.hindered();
        }
        let pooled: Pooled = got.inspect_err(|error| {
            if matches!(error, AcquireError::TimedOut(_)) {
                self.meter.timed_out();
            }
        })?;
        self.meter.taken(Instant::now());
        let (meter, registry) = (self.meter.clone(), self.registry.clone());
        Ok(Lease::new(pooled, meter, registry, self.first.clone(), self.reaper.clone()))
    }

    /// Closes all connections and waits until the discarded ones' backends
    /// have been ended. Every lease must be gone.
    pub async fn close(self) {
        if let Some(engine) = Arc::into_inner(self.engine) {
            engine.close();
        }
        drop(self.reaper);
        if let Some(task) = self.reaper_task {
            // Only a task that panicked fails to join; there is nothing left to do then.
            let _ = task.await;
        }
    }
}
