//! One of the run's backends killed (SIGKILL), as the kernel does where memory
//! runs out: the postmaster ends all others and the cluster recovers.

use super::{Fault, FaultError, Scene};
use crate::message::doing;
use crate::session::{SessionError, sql};
use futures_util::future::BoxFuture;
use rand::seq::IndexedRandom;
use std::time::{Duration, Instant};
use tokio_postgres::types::Type;

/// How long a busy backend is looked for, and how often.
const FOUND_WITHIN: Duration = Duration::from_secs(2);
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// A backend that is killed.
#[derive(Default)]
pub(super) struct KillBackend {
    is_killed: bool,
}

impl Fault for KillBackend {
    fn inject<'a>(
        &'a mut self,
        scene: &'a Scene<'_>,
    ) -> BoxFuture<'a, Result<Option<u64>, FaultError>> {
        Box::pin(async move {
            let server = scene.server()?;
            let session = scene.session().await?;
            let until = Instant::now() + FOUND_WITHIN;
            while Instant::now() < until {
                let busy = session
                    .client
                    .query_typed(sql!("faults/busy_backends.sql"), &[(&scene.writers, Type::TEXT)])
                    .await
                    .map_err(SessionError::statement(doing::INJECTING))?;
                let chosen = busy.choose(&mut *scene.chance()).map(|row| row.get::<_, i32>(0));
                if let Some(pid) = chosen {
                    self.is_killed = true;
                    server.kill_backend(pid).await?;
                    return Ok(Some(1));
                }
                tokio::time::sleep(LOOK_EVERY).await;
            }
            Err(FaultError::NothingToHit { what: doing::BACKEND })
        })
    }

    fn heal<'a>(&'a mut self, scene: &'a Scene<'_>) -> BoxFuture<'a, Result<(), FaultError>> {
        Box::pin(async move {
            // The postmaster heals it: it is waited for until it takes connections.
            if self.is_killed {
                scene.session().await?;
            }
            Ok(())
        })
    }
}
