//! deadpool-postgres as an engine.

use super::AcquireError;
use super::engine::Dialer;
use deadpool_postgres::{
    Connect, Manager, ManagerConfig, Object, Pool, PoolError, RecyclingMethod, Runtime, Timeouts,
};
use std::pin::Pin;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio_postgres::{Client, Config, Error};

pub(super) struct Deadpool {
    pool: Pool,
    acquire_timeout: Duration,
}

impl Deadpool {
    pub(super) fn new(
        dialer: Dialer,
        size: u32,
        acquire_timeout: Duration,
    ) -> Result<Deadpool, AcquireError> {
        // Fast: the lease gives back clean connections alone, so no query at checkout.
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
            .build()
            .map_err(|e| AcquireError::NotBuilt(e.to_string()))?;
        Ok(Deadpool { pool, acquire_timeout })
    }

    pub(super) async fn get(&self) -> Result<Object, AcquireError> {
        self.pool.get().await.map_err(|error| match error {
            PoolError::Timeout(_) => AcquireError::TimedOut(self.acquire_timeout),
            PoolError::Backend(error) => AcquireError::Connect(error),
            _ => AcquireError::Closed,
        })
    }

    pub(super) fn close(self) {
        self.pool.close();
    }
}

type Connecting<'a> =
    Pin<Box<dyn Future<Output = Result<(Client, JoinHandle<()>), Error>> + Send + 'a>>;

impl Connect for Dialer {
    fn connect(&self, _: &Config) -> Connecting<'_> {
        Box::pin(async move { Ok(self.dial().await?.into_client_and_task()) })
    }
}
