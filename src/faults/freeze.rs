//! Every process of the server held still (SIGSTOP): it neither answers nor
//! hangs up, as a virtual machine that is paused or a disk that is stuck.

use super::{Fault, FaultError, Scene};
use futures_util::future::BoxFuture;

/// A server that stands still until it is healed.
#[derive(Default)]
pub(super) struct Freeze {
    is_frozen: bool,
}

impl Fault for Freeze {
    fn inject<'a>(
        &'a mut self,
        scene: &'a Scene<'_>,
    ) -> BoxFuture<'a, Result<Option<u64>, FaultError>> {
        Box::pin(async move {
            let server = scene.server()?;
            self.is_frozen = true;
            server.freeze().await?;
            Ok(None)
        })
    }

    fn heal<'a>(&'a mut self, scene: &'a Scene<'_>) -> BoxFuture<'a, Result<(), FaultError>> {
        Box::pin(async move {
            if self.is_frozen {
                scene.server()?.thaw().await?;
                self.is_frozen = false;
            }
            Ok(())
        })
    }
}
