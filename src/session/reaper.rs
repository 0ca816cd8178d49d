//! Ends the backends of connections that were thrown away. A backend that waits
//! for a client which is gone would hold its locks for as long as the kernel
//! keeps the connection.

use super::backend::terminate;
use super::{Backend, Session, SessionError, Target};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// How long ending discarded backends may take before it is given up.
const REAP_WITHIN: Duration = Duration::from_secs(15);

/// Where discarded backends are sent.
pub(super) type Discarded = mpsc::UnboundedSender<Arc<Backend>>;

/// Begins to end what is discarded, through sessions to `control`. The task ends
/// when every sender is gone and the last backend was seen to.
pub(super) fn start(control: Target) -> (Discarded, JoinHandle<()>) {
    let (sender, discarded) = mpsc::unbounded_channel();
    (sender, tokio::spawn(reap(control, discarded)))
}

async fn reap(control: Target, mut discarded: mpsc::UnboundedReceiver<Arc<Backend>>) {
    let mut backends = Vec::new();
    while discarded.recv_many(&mut backends, 64).await > 0 {
        let ending = tokio::time::timeout(REAP_WITHIN, end_all(&control, &backends));
        // A server that takes no session has no backend left, or its own
        // time-outs must end it; the settling of a batch insists by itself.
        if let Err(error) = ending.await.unwrap_or(Ok(())) {
            tracing::debug!("backends not ended: {error}");
        }
        backends.clear();
    }
}

async fn end_all(control: &Target, backends: &[Arc<Backend>]) -> Result<(), SessionError> {
    let session = Session::open(control, "pgvalidate control").await?;
    for backend in backends {
        if let Err(error) = terminate(&session.client, backend).await {
            tracing::debug!("backend {} not ended: {error}", backend.pid);
        }
    }
    Ok(())
}
