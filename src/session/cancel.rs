//! The cancel request: a connection of its own that asks the server to stop
//! what a session is doing. It goes where the session went, encrypted like it.

use super::carried;
use super::handshake::Connector;
use super::host::Host;
use super::socket::OwnSocket;
use std::net::IpAddr;
use tokio_postgres::CancelToken;

/// Cancels what a session is doing.
///
/// Never for a COMMIT: one that waits for a standby would return success with
/// a warning. And a COPY that waits for data doesn't hear it.
#[derive(Clone)]
pub struct Cancel {
    token: CancelToken,
    connector: Connector,
    /// Where the session's socket was opened, where we did that ourselves: the
    /// driver doesn't know it then.
    door: Option<(Host, Option<IpAddr>)>,
}

impl std::fmt::Debug for Cancel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The token is a secret: whoever has it can cancel too.
        f.write_str("Cancel")
    }
}

impl Cancel {
    pub(super) fn new(
        token: CancelToken,
        connector: Connector,
        door: Option<(Host, Option<IpAddr>)>,
    ) -> Cancel {
        Cancel { token, connector, door }
    }

    /// Sends the request. Ok says that it was sent: the server tells nobody
    /// whether there was something to cancel. Give it a time-out.
    ///
    /// # Errors
    /// Where the server can't be reached as the session reached it.
    pub async fn send(&self) -> Result<(), tokio_postgres::Error> {
        let connector = self.connector.watched();
        let Some((host, address)) = &self.door else {
            return self.token.cancel_query(connector).await;
        };
        match OwnSocket::open(host, *address).await {
            Ok(stream) => {
                self.token.cancel_query_raw(stream, connector.handshake(&host.name)).await
            }
            Err(error) => Err(carried::unopened(error).await),
        }
    }
}
