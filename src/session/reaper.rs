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

/// How long a cancel request may take.
const CANCEL_WITHIN: Duration = Duration::from_secs(5);

/// A backend whose connection was thrown away.
pub(super) struct Left {
    /// The backend.
    pub(super) backend: Arc<Backend>,
    /// Whether its statement took too long, and is cancelled first: that needs
    /// no free connection, which ending a backend does. Never for a COMMIT.
    pub(super) cancel: bool,
}

/// Where discarded backends are sent.
pub(super) type Discarded = mpsc::UnboundedSender<Left>;

/// Begins to end what is discarded, through sessions to `control`. The task ends
/// when every sender is gone and the last backend was seen to.
pub(super) fn start(control: Target) -> (Discarded, JoinHandle<()>) {
    let (sender, discarded) = mpsc::unbounded_channel();
    (sender, tokio::spawn(reap(control, discarded)))
}

async fn reap(control: Target, mut discarded: mpsc::UnboundedReceiver<Left>) {
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

async fn end_all(control: &Target, backends: &[Left]) -> Result<(), SessionError> {
    for cancel in backends.iter().filter(|left| left.cancel).filter_map(|l| l.backend.cancel()) {
        match tokio::time::timeout(CANCEL_WITHIN, cancel.send()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::debug!("not cancelled: {error}"),
            Err(_) => tracing::debug!("not cancelled within {CANCEL_WITHIN:?}"),
        }
    }
    let session = Session::open(control, "pgvalidate control").await?;
    for Left { backend, .. } in backends {
        if let Err(error) = terminate(&session.client, backend).await {
            tracing::debug!("backend {} not ended: {error}", backend.pid);
        }
    }
    Ok(())
}
