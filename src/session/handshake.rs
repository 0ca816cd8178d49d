//! The TLS connector that the driver gets: rustls, watched, so that it is known
//! afterwards how far a connection attempt came and whether it is encrypted.

use rustls::ClientConfig;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_postgres::Socket;
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres_rustls::MakeRustlsConnect;

/// How far a connection attempt came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reached {
    /// Nobody was there.
    Nothing,
    /// The server.
    Server,
    /// The server was willing to do TLS.
    Handshake,
    /// The connection is encrypted.
    Encrypted,
}

const STAGES: [Reached; 4] =
    [Reached::Nothing, Reached::Server, Reached::Handshake, Reached::Encrypted];

type Stream<S> = <MakeRustlsConnect as MakeTlsConnect<S>>::Stream;
// The same for every stream.
type Inner = <MakeRustlsConnect as MakeTlsConnect<Socket>>::TlsConnect;

/// Makes TLS connections. A clone shares its settings and watches by itself
/// only after [`Connector::watched`].
#[derive(Clone)]
pub(super) struct Connector {
    rustls: MakeRustlsConnect,
    stage: Arc<AtomicU8>,
}

impl Connector {
    pub(super) fn new(config: ClientConfig) -> Connector {
        Connector { rustls: MakeRustlsConnect::new(config), stage: Arc::default() }
    }

    /// The same for one attempt, which is watched.
    pub(super) fn watched(&self) -> Connector {
        Connector { rustls: self.rustls.clone(), stage: Arc::default() }
    }

    /// How far the attempt came.
    pub(super) fn reached(&self) -> Reached {
        STAGES[usize::from(self.stage.load(Ordering::SeqCst)).min(STAGES.len() - 1)]
    }

    /// The handshake to be on a stream that is open.
    pub(super) fn handshake(&self, host: &str) -> Handshake {
        note(&self.stage, Reached::Server);
        let mut rustls = self.rustls.clone();
        let Ok(inner) = MakeTlsConnect::<Socket>::make_tls_connect(&mut rustls, host);
        Handshake { inner, stage: self.stage.clone() }
    }
}

fn note(stage: &AtomicU8, reached: Reached) {
    stage.store(reached as u8, Ordering::SeqCst);
}

impl MakeTlsConnect<Socket> for Connector {
    type Stream = Stream<Socket>;
    type TlsConnect = Handshake;
    type Error = Infallible;

    /// The driver calls this when the socket is open, whether or not there will be TLS.
    fn make_tls_connect(&mut self, host: &str) -> Result<Handshake, Infallible> {
        Ok(self.handshake(host))
    }
}

/// A handshake to be.
pub(super) struct Handshake {
    inner: Inner,
    stage: Arc<AtomicU8>,
}

impl<S> TlsConnect<S> for Handshake
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    type Stream = Stream<S>;
    type Error = std::io::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Stream<S>, std::io::Error>> + Send>>;

    fn connect(self, socket: S) -> Self::Future {
        let Handshake { inner, stage } = self;
        Box::pin(async move {
            note(&stage, Reached::Handshake);
            let stream = inner.connect(socket).await?;
            note(&stage, Reached::Encrypted);
            Ok(stream)
        })
    }
}
