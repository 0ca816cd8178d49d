//! Checkpoints one after the other: each writes out what is dirty, and after
//! it the first change of every page takes a full page of WAL.

use super::{Fault, FaultError, Scene};
use crate::message::doing;
use crate::session::SessionError;
use futures_util::future::BoxFuture;
use std::time::{Duration, Instant};

/// How long they come, and how long is waited between two.
const STORM: Duration = Duration::from_secs(4);
const PAUSE: Duration = Duration::from_millis(200);

/// A storm of checkpoints. It is over when it was injected.
pub(super) struct CheckpointStorm;

impl Fault for CheckpointStorm {
    fn inject<'a>(
        &'a mut self,
        scene: &'a Scene<'_>,
    ) -> BoxFuture<'a, Result<Option<u64>, FaultError>> {
        Box::pin(async move {
            let session = scene.session().await?;
            let until = Instant::now() + STORM;
            while Instant::now() < until {
                let made = session.client.batch_execute("CHECKPOINT").await;
                made.map_err(SessionError::statement(doing::INJECTING))?;
                tokio::time::sleep(PAUSE).await;
            }
            Ok(None)
        })
    }

    fn heal<'a>(&'a mut self, _scene: &'a Scene<'_>) -> BoxFuture<'a, Result<(), FaultError>> {
        Box::pin(async { Ok(()) })
    }
}
