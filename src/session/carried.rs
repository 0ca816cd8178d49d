//! An error of ours as one of the driver's, which nobody else can make. Pools
//! pass on the driver's errors alone, so ours travels as the cause of one: a
//! handshake that fails with it, on a stream that leads nowhere.

use super::SessionError;
use std::future::{Ready, ready};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, Empty, ReadBuf};
use tokio_postgres::config::{SslMode, SslNegotiation};
use tokio_postgres::tls::{NoTlsStream, TlsConnect};
use tokio_postgres::{Config, Error, NoTls};

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

/// A stream that was never there.
struct Broken(Option<io::Error>);

impl Broken {
    fn refuse<T>(&mut self) -> Poll<io::Result<T>> {
        Poll::Ready(Err(self.0.take().unwrap_or_else(|| io::ErrorKind::NotConnected.into())))
    }
}

impl AsyncRead for Broken {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        _: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.refuse()
    }
}

impl AsyncWrite for Broken {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        _: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.refuse()
    }

    fn poll_flush(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.refuse()
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// The driver's error for a socket that could not be opened.
pub(super) async fn unopened(error: io::Error) -> Error {
    let mut config = Config::new();
    config.user("nobody").ssl_mode(SslMode::Disable);
    match config.connect_raw(Broken(Some(error)), NoTls).await {
        Err(error) => error,
        Ok(_) => unreachable!("nothing can be sent"),
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

    #[tokio::test]
    async fn a_socket_that_was_refused_is_told_as_such() {
        let error = unopened(io::ErrorKind::ConnectionRefused.into()).await;
        let said = SessionError::connecting("h:1/d as u", error).to_string();
        assert!(
            said.starts_with("cannot connect to h:1/d as u") && said.contains("refused"),
            "{said}"
        );
    }
}
