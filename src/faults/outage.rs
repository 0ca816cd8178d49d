//! The server goes down and comes back: killed, crashed or shut down, and
//! started again when the fault is healed.

use super::{Fault, FaultError, Scene};
use crate::server::{PrivateServer, ServerError, Shutdown};
use futures_util::future::BoxFuture;

/// How it goes down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Down {
    /// The postmaster is told to, or killed; what it leaves is ended after it.
    ShutDown(Shutdown),
    /// All processes are killed at once.
    Crash,
}

/// A server that isn't there for a while.
pub(super) struct Outage {
    how: Down,
    is_down: bool,
}

impl Outage {
    pub(super) fn new(how: Down) -> Outage {
        Outage { how, is_down: false }
    }

    async fn bring_down(&self, server: &PrivateServer) -> Result<(), ServerError> {
        match self.how {
            Down::ShutDown(how) => server.shut_down(how).await,
            Down::Crash => server.crash().await,
        }
    }
}

impl Fault for Outage {
    fn inject<'a>(
        &'a mut self,
        scene: &'a Scene<'_>,
    ) -> BoxFuture<'a, Result<Option<u64>, FaultError>> {
        Box::pin(async move {
            let server = scene.server()?;
            self.is_down = true;
            self.bring_down(server).await?;
            Ok(None)
        })
    }

    fn heal<'a>(&'a mut self, scene: &'a Scene<'_>) -> BoxFuture<'a, Result<(), FaultError>> {
        Box::pin(async move {
            if self.is_down {
                // Refused, and tried again, for as long as it is still going down.
                scene.server()?.restart().await?;
                self.is_down = false;
            }
            Ok(())
        })
    }
}
