//! Writers dropped in the middle of a batch.

use super::{Fault, FaultError, Scene};
use crate::message::doing;
use futures_util::future::BoxFuture;
use std::time::{Duration, Instant};

/// How often, how many at a time, and how long is waited in between.
const ROUNDS: u32 = 8;
const AT_ONCE: usize = 4;
const PAUSE: Duration = Duration::from_millis(150);

/// How long writers may take to be in the middle of something.
const MET_WITHIN: Duration = Duration::from_secs(3);
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// Writers that are dropped.
pub(super) struct WriterDropped;

impl Fault for WriterDropped {
    fn inject<'a>(
        &'a mut self,
        scene: &'a Scene<'_>,
    ) -> BoxFuture<'a, Result<Option<u64>, FaultError>> {
        Box::pin(async move {
            for _ in 0..ROUNDS {
                scene.drops.strike(AT_ONCE);
                tokio::time::sleep(PAUSE).await;
            }
            let until = Instant::now() + MET_WITHIN;
            while scene.drops.left() > 0 && Instant::now() < until {
                tokio::time::sleep(LOOK_EVERY).await;
            }
            match ROUNDS as usize * AT_ONCE - scene.drops.end() {
                0 => Err(FaultError::NothingToHit { what: doing::BATCH }),
                dropped => Ok(Some(dropped as u64)),
            }
        })
    }

    fn heal<'a>(&'a mut self, scene: &'a Scene<'_>) -> BoxFuture<'a, Result<(), FaultError>> {
        Box::pin(async move {
            scene.drops.end();
            Ok(())
        })
    }
}
