//! A socket that is opened here and not by the driver, for a connection whose
//! replies are to arrive later. Of the settings of such a connection the
//! keepalives and tcp_user_timeout are left out.

use super::host::{Host, Place};
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpStream, UnixStream};

/// A socket of either kind.
pub(super) enum OwnSocket {
    Tcp(TcpStream),
    Unix(UnixStream),
}

/// Does the same with whichever it is.
macro_rules! either {
    ($socket:expr, $inner:ident => $does:expr) => {
        match $socket.get_mut() {
            OwnSocket::Tcp($inner) => $does,
            OwnSocket::Unix($inner) => $does,
        }
    };
}

impl OwnSocket {
    /// Opens one, to `address` where the host has one.
    ///
    /// # Errors
    /// The operating system's.
    pub(super) async fn open(host: &Host, address: Option<IpAddr>) -> io::Result<OwnSocket> {
        if let Place::Socket(dir) = &host.place {
            let path = dir.join(format!(".s.PGSQL.{}", host.port));
            return Ok(OwnSocket::Unix(UnixStream::connect(path).await?));
        }
        let stream = match address {
            Some(address) => TcpStream::connect((address, host.port)).await?,
            None => TcpStream::connect((host.name.as_str(), host.port)).await?,
        };
        stream.set_nodelay(true)?;
        Ok(OwnSocket::Tcp(stream))
    }
}

impl AsyncRead for OwnSocket {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        either!(self, socket => Pin::new(socket).poll_read(cx, buf))
    }
}

impl AsyncWrite for OwnSocket {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        either!(self, socket => Pin::new(socket).poll_write(cx, buf))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        either!(self, socket => Pin::new(socket).poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        either!(self, socket => Pin::new(socket).poll_shutdown(cx))
    }
}
