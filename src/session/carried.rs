//! An error of ours as one of the driver's, which nobody else can make. Pools
//! pass on the driver's errors alone, so ours travels as the cause of one: a
//! handshake that fails with it, on a stream that leads nowhere.

use super::SessionError;
use std::future::{Ready, ready};
use tokio::io::Empty;
use tokio_postgres::config::{SslMode, SslNegotiation};
use tokio_postgres::tls::{NoTlsStream, TlsConnect};
use tokio_postgres::{Config, Error};

struct Fails(SessionError);

impl TlsConnect<Empty> for Fails {
    type Stream = NoTlsStream;
    type Error = SessionError;
    type Future = Ready<Result<NoTlsStream, SessionError>>;

    fn connect(self, _: Empty) -> Self::Future {
        ready(Err(self.0))
    }
}

/// The driver's error whose cause is `error`.
pub(super) async fn as_driver_error(error: SessionError) -> Error {
    let mut config = Config::new();
    // At once, without a question to the server.
    config.ssl_mode(SslMode::Require).ssl_negotiation(SslNegotiation::Direct);
    match config.connect_raw(tokio::io::empty(), Fails(error)).await {
        Err(error) => error,
        Ok(_) => unreachable!("the handshake fails in every case"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn our_words_arrive() {
        let error = SessionError::NoAnswer { address: "h:1/d as u".to_owned(), after_s: 7 };
        let carried = as_driver_error(error).await;
        let said = crate::session::error::describe(&carried);
        assert!(said.contains("h:1/d as u did not answer within 7 s"), "{said}");
    }
}
