//! The primary killed (SIGKILL of all its processes) and its standby promoted:
//! what was acknowledged and hadn't reached the standby is gone with it.

use super::{Fault, FaultError, Scene};
use crate::model::figure::Figure;
use crate::model::observed::FaultNote;
use crate::server::PrivateServer;
use futures_util::future::BoxFuture;
use std::time::Instant;

/// A standby that takes over when the fault is healed.
#[derive(Default)]
pub(super) struct Failover {
    is_down: bool,
    promoted_s: Option<f64>,
}

impl Failover {
    async fn take_over(
        &mut self,
        primary: &PrivateServer,
        scene: &Scene<'_>,
    ) -> Result<(), FaultError> {
        // Once more: of two that take writes, one is one too many.
        primary.crash().await?;
        let told = Instant::now();
        scene.standby()?.promote().await?;
        // The address of both leads to the one that takes writes.
        scene.session().await?;
        // In whole milliseconds: it is shown as it is.
        self.promoted_s = Some(told.elapsed().as_millis() as f64 / 1e3);
        self.is_down = false;
        Ok(())
    }
}

impl Fault for Failover {
    fn inject<'a>(
        &'a mut self,
        scene: &'a Scene<'_>,
    ) -> BoxFuture<'a, Result<Option<u64>, FaultError>> {
        Box::pin(async move {
            let primary = scene.server()?;
            scene.standby()?;
            self.is_down = true;
            primary.crash().await?;
            Ok(None)
        })
    }

    fn heal<'a>(&'a mut self, scene: &'a Scene<'_>) -> BoxFuture<'a, Result<(), FaultError>> {
        Box::pin(async move {
            if self.is_down {
                self.take_over(scene.server()?, scene).await?;
            }
            Ok(())
        })
    }

    fn notes(&self) -> Vec<FaultNote> {
        self.promoted_s
            .map(|after_s| FaultNote::Promoted { after_s: Figure(after_s) })
            .into_iter()
            .collect()
    }
}
