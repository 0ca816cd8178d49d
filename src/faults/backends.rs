//! Backends of the run that are cancelled or ended by an administrator, as
//! `idle_in_transaction_session_timeout`, a DBA or a failover manager does it.

use super::{Fault, FaultError, Scene};
use crate::message::doing;
use crate::session::{SessionError, sql};
use futures_util::future::BoxFuture;
use rand::RngExt;
use std::time::Duration;
use tokio_postgres::types::Type;

/// How often somebody strikes, and how long he waits in between, in milliseconds.
const ROUNDS: u32 = 8;
const PAUSE_MS: std::ops::Range<u64> = 50..300;

/// What is done to a backend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Blow {
    /// pg_cancel_backend: its statement ends with an error.
    Cancel,
    /// pg_terminate_backend: it ends.
    Terminate,
}

/// Half of the busy backends of the run at a time, at random moments.
pub(super) struct Backends(Blow);

impl Backends {
    pub(super) fn new(blow: Blow) -> Backends {
        Backends(blow)
    }
}

impl Fault for Backends {
    fn inject<'a>(
        &'a mut self,
        scene: &'a Scene<'_>,
    ) -> BoxFuture<'a, Result<Option<u64>, FaultError>> {
        Box::pin(async move {
            let session = scene.session().await?;
            let statement = match self.0 {
                Blow::Cancel => sql!("faults/cancel_backends.sql"),
                Blow::Terminate => sql!("faults/terminate_backends.sql"),
            };
            let mut hit = 0;
            for _ in 0..ROUNDS {
                let pause = scene.chance().random_range(PAUSE_MS);
                tokio::time::sleep(Duration::from_millis(pause)).await;
                let row = session
                    .client
                    .query_typed_one(statement, &[(&scene.writers, Type::TEXT)])
                    .await
                    .map_err(SessionError::statement(doing::INJECTING))?;
                hit += row.get::<_, i64>(0);
            }
            match u64::try_from(hit) {
                Ok(hit) if hit > 0 => Ok(Some(hit)),
                _ => Err(FaultError::NothingToHit { what: doing::BACKEND }),
            }
        })
    }

    fn heal<'a>(&'a mut self, _scene: &'a Scene<'_>) -> BoxFuture<'a, Result<(), FaultError>> {
        Box::pin(async { Ok(()) })
    }
}
