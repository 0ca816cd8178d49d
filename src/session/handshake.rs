//! The TLS connector that the driver gets: rustls, watched, so that it is known
//! afterwards how far a connection attempt came and whether it is encrypted.

use rustls::ClientConfig;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
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

type Stream = <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream;
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
}

fn note(stage: &AtomicU8, reached: Reached) {
    stage.store(reached as u8, Ordering::SeqCst);
}

impl MakeTlsConnect<Socket> for Connector {
    type Stream = Stream;
    type TlsConnect = Handshake;
    type Error = Infallible;

    /// The driver calls this when the socket is open, whether or not there will be TLS.
    fn make_tls_connect(&mut self, host: &str) -> Result<Handshake, Infallible> {
        note(&self.stage, Reached::Server);
        let inner = MakeTlsConnect::<Socket>::make_tls_connect(&mut self.rustls, host)?;
        Ok(Handshake { inner, stage: self.stage.clone() })
    }
}

/// A handshake to be.
pub(super) struct Handshake {
    inner: Inner,
    stage: Arc<AtomicU8>,
}

impl TlsConnect<Socket> for Handshake {
    type Stream = Stream;
    type Error = std::io::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Stream, std::io::Error>> + Send>>;

    fn connect(self, socket: Socket) -> Self::Future {
        let Handshake { inner, stage } = self;
        Box::pin(async move {
            note(&stage, Reached::Handshake);
            let stream = inner.connect(socket).await?;
            note(&stage, Reached::Encrypted);
            Ok(stream)
        })
    }
}
