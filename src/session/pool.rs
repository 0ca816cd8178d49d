//! The write pool: deadpool behind our lease, with our own measurements.

use super::backend::terminate;
use super::meter::Meter;
use super::{Backend, Lease, Session, SessionError, Target};
use deadpool_postgres::{
    Connect, Manager, ManagerConfig, Object, Pool, PoolError, RecyclingMethod, Runtime, Timeouts,
};
use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::mpsc;
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
}

/// The backends behind the pool's connections, by pid. deadpool hands out the
/// driver's client alone, so a lease looks its backend up by the pid that its
/// BEGIN returns.
pub(super) type Registry = Arc<Mutex<HashMap<i32, Arc<Backend>>>>;

/// A pool of sessions for writing.
pub struct WritePool {
    pool: Pool,
    size: u32,
    acquire_timeout: Duration,
    meter: Arc<Meter>,
    registry: Registry,
    reaper: mpsc::UnboundedSender<Arc<Backend>>,
    reaper_task: JoinHandle<()>,
}

struct Dialer {
    target: Target,
    application_name: String,
    registry: Registry,
}

impl Connect for Dialer {
    fn connect(
        &self,
        _: &tokio_postgres::Config,
    ) -> Pin<
        Box<
            dyn Future<
                    Output = Result<
                        (tokio_postgres::Client, JoinHandle<()>),
                        tokio_postgres::Error,
                    >,
                > + Send
                + '_,
        >,
    > {
        Box::pin(async move {
            let session = Session::dial(&self.target, &self.application_name).await?;
            let (client, backend, task) = session.into_parts();
            self.registry
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(backend.pid, backend);
            // The task is there: only this takes it.
            Ok((client, task.unwrap_or_else(|| tokio::spawn(async {}))))
        })
    }
}

impl WritePool {
    /// A pool of at most `size` sessions to `target`. Discarded backends are
    /// ended through sessions to `control`, outside the pool.
    ///
    /// # Errors
    /// None but a pool that can't be built, which its settings rule out.
    pub fn new(
        target: &Target,
        control: &Target,
        application_name: &str,
        size: u32,
        acquire_timeout: Duration,
    ) -> Result<WritePool, SessionError> {
        let registry = Registry::default();
        let dialer = Dialer {
            target: target.clone(),
            application_name: application_name.to_owned(),
            registry: registry.clone(),
        };
        // Fast: the lease gives back clean connections alone, so no query at checkout.
        let manager = Manager::from_connect(
            target.config(application_name),
            dialer,
            ManagerConfig { recycling_method: RecyclingMethod::Fast },
        );
        let pool = Pool::builder(manager)
            .max_size(size as usize)
            .timeouts(Timeouts {
                wait: Some(acquire_timeout),
                create: Some(acquire_timeout),
                recycle: None,
            })
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|e| SessionError::BadUrl { detail: e.to_string() })?;
        let (reaper, discarded) = mpsc::unbounded_channel();
        let reaper_task = tokio::spawn(reap(control.clone(), discarded));
        Ok(WritePool {
            pool,
            size,
            acquire_timeout,
            meter: Arc::new(Meter::default()),
            registry,
            reaper,
            reaper_task,
        })
    }

    /// The greatest number of connections.
    pub fn size(&self) -> u32 {
        self.size
    }

    /// What is measured of the pool.
    pub fn meter(&self) -> &Meter {
        &self.meter
    }

    /// Opens all connections, so that the first batches don't pay for it.
    ///
    /// # Errors
    /// Where one can't be opened.
    pub async fn warm(&self) -> Result<(), AcquireError> {
        let mut opening = JoinSet::new();
        for _ in 0..self.size {
            let pool = self.pool.clone();
            opening.spawn(async move { pool.get().await });
        }
        // Held until all are open: one given back early would be handed out again.
        let mut held = Vec::with_capacity(self.size as usize);
        while let Some(opened) = opening.join_next().await {
            let opened = opened.map_err(|_| AcquireError::Closed)?;
            held.push(opened.map_err(|e| self.refusal(e))?);
        }
        Ok(())
    }

    /// Takes a connection out, waiting for one where all are in use.
    ///
    /// # Errors
    /// Where none comes free in time, or a new one can't be opened.
    pub async fn acquire(&self) -> Result<Lease, AcquireError> {
        let object: Object = self.pool.get().await.map_err(|e| self.refusal(e))?;
        self.meter.taken(Instant::now());
        Ok(Lease::new(object, self.meter.clone(), self.registry.clone(), self.reaper.clone()))
    }

    /// Closes all connections and waits until the discarded ones' backends
    /// have been ended.
    pub async fn close(self) {
        self.pool.close();
        drop(self.pool);
        drop(self.reaper);
        // Only a task that panicked fails to join; there is nothing left to do then.
        let _ = self.reaper_task.await;
    }

    fn refusal(&self, error: PoolError) -> AcquireError {
        match error {
            PoolError::Timeout(_) => {
                self.meter.timed_out();
                AcquireError::TimedOut(self.acquire_timeout)
            }
            PoolError::Backend(error) => AcquireError::Connect(error),
            _ => AcquireError::Closed,
        }
    }
}

/// How long ending discarded backends may take before it is given up.
const REAP_WITHIN: Duration = Duration::from_secs(15);

async fn end_all(control: &Target, backends: &[Arc<Backend>]) -> Result<(), SessionError> {
    let session = Session::open(control, "pgvalidate control").await?;
    for backend in backends {
        if let Err(error) = terminate(&session.client, backend).await {
            tracing::debug!("backend {} not ended: {error}", backend.pid);
        }
    }
    Ok(())
}

/// Ends the backends of discarded connections, until every lease and the pool are gone.
async fn reap(control: Target, mut discarded: mpsc::UnboundedReceiver<Arc<Backend>>) {
    let mut backends = Vec::new();
    while discarded.recv_many(&mut backends, 64).await > 0 {
        let ending = end_all(&control, &backends);
        match tokio::time::timeout(REAP_WITHIN, ending).await.unwrap_or(Ok(())) {
            Ok(()) => backends.clear(),
            // A server that takes no session has no backend left, or its own
            // time-outs must end it; the settling of a batch insists by itself.
            Err(error) => {
                tracing::debug!("backends not ended: {error}");
                backends.clear();
            }
        }
    }
}
