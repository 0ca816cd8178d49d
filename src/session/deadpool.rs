//! deadpool-postgres as an engine.
//!
//! It hands out the driver's client and not what belongs to it. What tells its
//! connections apart is the cache of statements that each has, and the number
//! that each was given at its login, by which the dialer has entered its backend.

use super::engine::Dialer;
use super::key::key_of;
use super::pool::{Registry, known};
use super::{AcquireError, Backend};
use deadpool_postgres::{
    ClientWrapper, Connect, Hook, HookError, Manager, ManagerConfig, Object, Pool, PoolError,
    RecyclingMethod, Runtime, Timeouts,
};
use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio_postgres::{Client, Config, Error};

pub(super) struct Deadpool {
    pool: Pool,
    backends: Backends,
    acquire_timeout: Duration,
}

/// A connection that is taken out.
pub(super) struct Taken {
    object: Object,
    backends: Backends,
}

/// The backend behind each connection, by the address of its statement cache:
/// an entry is made before its connection is used, and so is never another's.
#[derive(Clone, Default)]
struct Backends(Arc<Mutex<HashMap<usize, Arc<Backend>>>>);

impl Backends {
    fn lock(&self) -> MutexGuard<'_, HashMap<usize, Arc<Backend>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks up which backend a new connection has.
    fn learn(&self, registry: Registry) -> Hook {
        let backends = self.clone();
        Hook::async_fn(move |client, _| {
            let (backends, registry) = (backends.clone(), registry.clone());
            Box::pin(async move {
                if let Some(backend) = known(&registry, key_of(client).await) {
                    backends.lock().insert(place(client), backend);
                }
                Ok(())
            })
        })
    }
}

fn place(client: &ClientWrapper) -> usize {
    Arc::as_ptr(&client.statement_cache).addr()
}

impl Deadpool {
    pub(super) fn new(
        dialer: Dialer,
        size: u32,
        acquire_timeout: Duration,
    ) -> Result<Deadpool, AcquireError> {
        // Fast: the lease gives back clean connections alone, so no query at checkout.
        let backends = Backends::default();
        let learn = backends.learn(dialer.registry.clone());
        let manager = Manager::from_connect(
            // The dialer has its own; this one is never read.
            Config::new(),
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
            .post_create(learn)
            .build()
            .map_err(|e| AcquireError::NotBuilt(e.to_string()))?;
        Ok(Deadpool { pool, backends, acquire_timeout })
    }

    pub(super) async fn get(&self) -> Result<Taken, AcquireError> {
        let object = self.pool.get().await.map_err(|error| match error {
            PoolError::Timeout(_) => AcquireError::TimedOut(self.acquire_timeout),
            PoolError::Backend(error) | PoolError::PostCreateHook(HookError::Backend(error)) => {
                AcquireError::Connect(error)
            }
            _ => AcquireError::Closed,
        })?;
        Ok(Taken { object, backends: self.backends.clone() })
    }

    pub(super) fn close(self) {
        self.pool.close();
    }
}

impl Taken {
    pub(super) fn client(&self) -> &Client {
        &self.object
    }

    pub(super) fn backend(&self) -> Option<Arc<Backend>> {
        self.backends.lock().get(&place(&self.object)).cloned()
    }

    /// Takes it from the pool for good.
    pub(super) fn discard(self) {
        let Taken { object, backends } = self;
        backends.lock().remove(&place(&object));
        drop(Object::take(object));
    }
}

type Connecting<'a> =
    Pin<Box<dyn Future<Output = Result<(Client, JoinHandle<()>), Error>> + Send + 'a>>;

impl Connect for Dialer {
    fn connect(&self, _: &Config) -> Connecting<'_> {
        Box::pin(async move { Ok(self.dial().await?.into_client_and_task()) })
    }
}
