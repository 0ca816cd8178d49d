//! The number that the other end gave a connection at its login (BackendKeyData
//! in the protocol): the pid of the backend, or whatever a pooler makes up.
//! The driver keeps it for cancel requests and tells nobody; so a cancel request
//! is written, to ourselves, and read.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream, ReadBuf};
use tokio_postgres::Client;
use tokio_postgres::tls::{ChannelBinding, TlsConnect, TlsStream};

/// A cancel request: length, code, number, secret; 16 bytes.
const LENGTH: [u8; 4] = 16_u32.to_be_bytes();

/// The number that the connection was given; 0 where it was given none.
pub(super) async fn key_of(client: &Client) -> i32 {
    let (ours, theirs) = tokio::io::duplex(64);
    let token = client.cancel_token();
    let (sent, read) = tokio::join!(token.cancel_query_raw(ours, Unchanged), read(theirs));
    read.ok().filter(|_| sent.is_ok()).unwrap_or(0)
}

/// Reads the request, and promises TLS where that is asked for before.
async fn read(mut stream: DuplexStream) -> std::io::Result<i32> {
    loop {
        let mut head = [0; 8];
        stream.read_exact(&mut head).await?;
        if head[..4] == LENGTH {
            return stream.read_i32().await;
        }
        stream.write_all(b"S").await?;
    }
}

/// TLS that leaves everything as it is.
struct Unchanged;

struct Plain(DuplexStream);

impl TlsConnect<DuplexStream> for Unchanged {
    type Stream = Plain;
    type Error = Infallible;
    type Future = Ready<Result<Plain, Infallible>>;

    fn connect(self, stream: DuplexStream) -> Self::Future {
        ready(Ok(Plain(stream)))
    }
}

impl TlsStream for Plain {
    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}

impl AsyncRead for Plain {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buf)
    }
}

impl AsyncWrite for Plain {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}
