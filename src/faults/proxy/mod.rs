//! A proxy between the load's connections and the server, in this process: it
//! makes weather for all of them, ends them, and cuts one at an exact point,
//! which is how a COMMIT is forced that was sent and whose reply was never seen.
//!
//! It may know how the protocol frames its messages and nothing of what they
//! mean to a run: neither statements nor rows, batches, pools or verdicts.
//! The backend's pid is read from the server's plain-text startup, so TLS is
//! not supported: such a connection passes through, but can't be armed.

mod peer;
mod weather;

pub use crate::session::Endpoint;
pub use weather::{End, Weather};

use super::wire::{Reply, Startup, only_closes};
use std::collections::HashMap;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf, split};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::Instant;
use weather::{Outlook, until};

/// What is read at once.
const BUFFER: usize = 64 * 1024;

/// How long is waited before listening is tried again.
const PAUSE: Duration = Duration::from_millis(10);

/// What keeps the proxy from starting.
#[derive(Debug, thiserror::Error)]
pub enum ProxyError {
    /// The endpoint can't be listened on.
    #[error(
        "the fault proxy can't listen on {endpoint}: {source}; remove what is there or name another endpoint"
    )]
    Listen {
        /// Where it was to listen.
        endpoint: Endpoint,
        /// What the system said.
        source: io::Error,
    },
}

/// Where a connection is cut. The next bytes are those of the next read from
/// the client; reads that only close prepared statements are passed over,
/// since a driver sends them unasked, at a moment of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// The next bytes from the client are thrown away and the connection is cut.
    BeforeForward,
    /// The next bytes from the client are forwarded in full, then the client's
    /// side is closed without waiting for the reply.
    AfterForward,
    /// The next bytes are forwarded, the server's reply to them is awaited to
    /// its end and swallowed, then both sides are cut: surely committed, never
    /// acknowledged. Replies to earlier statements must have been read.
    AfterReply,
    /// After that many further bytes from the client, whatever they are, have
    /// been forwarded both sides are cut: the middle of a COPY.
    AfterBytes(u64),
}

/// A running proxy. Dropping it stops accepting and closes every connection.
#[derive(Debug)]
pub struct Proxy {
    endpoint: Endpoint,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

impl Proxy {
    /// Listens on `listen` and forwards every connection to `upstream`. A
    /// client is hung up on when `upstream` can't be reached.
    pub async fn start(listen: Endpoint, upstream: Endpoint) -> Result<Proxy, ProxyError> {
        let bound = Listener::bind(&listen).await;
        let (listener, endpoint) =
            bound.map_err(|source| ProxyError::Listen { endpoint: listen, source })?;
        let shared = Arc::new(Shared::default());
        let accepting =
            tokio::spawn(accept(listener, endpoint.clone(), upstream, Arc::clone(&shared)));
        Ok(Proxy { endpoint, shared, accepting })
    }

    /// Arms a cut on the live connection whose backend has this pid, in place
    /// of one armed before. Takes effect on the next bytes from the client.
    /// Returns false when no such connection is known.
    pub fn arm(&self, pid: i32, cut: Cut) -> bool {
        let slot = lock(&self.shared.live).get(&pid).cloned();
        slot.is_some_and(|slot| {
            *lock(&slot) = Some(cut);
            true
        })
    }

    /// Changes the weather for all connections, from now on.
    pub fn make(&self, weather: Weather) {
        self.shared.weather.send_replace(weather);
    }

    /// How many connections there are.
    pub fn connections(&self) -> u64 {
        lock(&self.shared.ends).len() as u64
    }

    /// Ends every `nth` connection, the first too. Says how many.
    pub fn end(&self, end: End, nth: usize) -> u64 {
        let ends = lock(&self.shared.ends);
        ends.values().step_by(nth.max(1)).filter(|to| to.send(end).is_ok()).count() as u64
    }

    /// How many cuts have been carried out.
    pub fn cuts(&self) -> u64 {
        self.shared.cuts.load(Ordering::SeqCst)
    }

    /// The listening endpoint, with the real port for TCP port 0.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // The connections' JoinSet lives in this task and goes with it.
        self.accepting.abort();
        if let Endpoint::Unix(path) = &self.endpoint {
            let _ = std::fs::remove_file(path);
        }
    }
}

/// The cut that is armed on one connection.
type Slot = Arc<Mutex<Option<Cut>>>;

#[derive(Debug, Default)]
struct Shared {
    live: Mutex<HashMap<i32, Slot>>,
    cuts: AtomicU64,
    weather: watch::Sender<Weather>,
    next: AtomicU64,
    ends: Mutex<HashMap<u64, mpsc::UnboundedSender<End>>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {
    /// Has its end be a reset, where there is such a thing.
    fn reset_at_end(&self) {}
}
impl Stream for UnixStream {}
impl Stream for TcpStream {
    fn reset_at_end(&self) {
        // Without it the end is an ordinary one.
        let _ = self.set_zero_linger();
    }
}
type Socket = Box<dyn Stream>;

fn tcp(stream: TcpStream) -> io::Result<Socket> {
    stream.set_nodelay(true)?;
    Ok(Box::new(stream))
}

async fn dial(endpoint: &Endpoint) -> io::Result<Socket> {
    match endpoint {
        Endpoint::Unix(path) => Ok(Box::new(UnixStream::connect(path).await?)),
        Endpoint::Tcp(address) => tcp(TcpStream::connect(address).await?),
    }
}

enum Listener {
    Unix(UnixListener),
    Tcp(TcpListener),
}

impl Listener {
    async fn bind(endpoint: &Endpoint) -> io::Result<(Listener, Endpoint)> {
        match endpoint {
            Endpoint::Unix(path) => {
                Ok((Listener::Unix(UnixListener::bind(path)?), endpoint.clone()))
            }
            Endpoint::Tcp(address) => {
                let listener = TcpListener::bind(address).await?;
                let real = listener.local_addr()?;
                Ok((Listener::Tcp(listener), Endpoint::Tcp(real)))
            }
        }
    }

    /// The next client; one that may not come in is an error.
    async fn accept(&self, upstream: &Endpoint) -> io::Result<Socket> {
        match self {
            Listener::Unix(listener) => Ok(Box::new(listener.accept().await?.0)),
            Listener::Tcp(listener) => {
                let (stream, peer) = listener.accept().await?;
                if matches!(upstream, Endpoint::Unix(_))
                    && !peer::is_ours(peer, stream.local_addr()?)?
                {
                    return Err(io::ErrorKind::PermissionDenied.into());
                }
                tcp(stream)
            }
        }
    }
}

async fn accept(first: Listener, at: Endpoint, upstream: Endpoint, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    let mut outlook = shared.weather.subscribe();
    let mut listener = Some(first);
    loop {
        let Some(listening) = &listener else {
            until(&mut outlook, |weather| !weather.refuses).await;
            match Listener::bind(&at).await {
                Ok((again, _)) => listener = Some(again),
                Err(_) => tokio::time::sleep(PAUSE).await,
            }
            continue;
        };
        tokio::select! {
            accepted = listening.accept(&upstream) => match accepted {
                Ok(client) => {
                    let (upstream, link) = (upstream.clone(), Link::new(&shared));
                    connections.spawn(begin(client, upstream, link));
                }
                // Out of descriptors, mostly: don't spin until some are free.
                Err(_) => tokio::time::sleep(PAUSE).await,
            },
            () = until(&mut outlook, |weather| weather.refuses) => {
                listener = None;
                if let Endpoint::Unix(path) = &at {
                    let _ = std::fs::remove_file(path);
                }
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn begin(mut client: Socket, upstream: Endpoint, link: Link) {
    if link.outlook.borrow().swallows {
        return swallow(&mut client).await;
    }
    if let Ok(server) = dial(&upstream).await {
        carry(client, server, link).await;
    }
}

/// Reads to the end, for nobody.
async fn swallow(from: &mut (impl AsyncRead + Unpin)) {
    let mut buffer = vec![0; BUFFER];
    while let Ok(1..) = from.read(&mut buffer).await {}
}

/// One connection's entry among the live ones; leaves with the connection.
struct Link {
    shared: Arc<Shared>,
    slot: Slot,
    pid: Option<i32>,
    outlook: Outlook,
    number: u64,
    end: mpsc::UnboundedReceiver<End>,
}

impl Link {
    fn new(shared: &Arc<Shared>) -> Link {
        let number = shared.next.fetch_add(1, Ordering::Relaxed);
        let (sender, end) = mpsc::unbounded_channel();
        lock(&shared.ends).insert(number, sender);
        let (shared, outlook) = (Arc::clone(shared), shared.weather.subscribe());
        Link { shared, slot: Slot::default(), pid: None, outlook, number, end }
    }

    fn register(&mut self, pid: i32) {
        self.pid = Some(pid);
        lock(&self.shared.live).insert(pid, Arc::clone(&self.slot));
    }

    /// The cut that is due on these bytes, disarmed.
    fn due(&self, bytes: &[u8]) -> Option<Cut> {
        let mut slot = lock(&self.slot);
        match *slot {
            Some(Cut::AfterBytes(left)) if left > bytes.len() as u64 => {
                *slot = Some(Cut::AfterBytes(left - bytes.len() as u64));
                None
            }
            Some(Cut::AfterBytes(_)) => slot.take(),
            Some(_) if only_closes(bytes) => None,
            _ => slot.take(),
        }
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        lock(&self.shared.ends).remove(&self.number);
        let Some(pid) = self.pid else { return };
        let mut live = lock(&self.shared.live);
        // The system may have given the pid to a newer connection by now.
        if live.get(&pid).is_some_and(|s| Arc::ptr_eq(s, &self.slot)) {
            live.remove(&pid);
        }
    }
}

/// One direction of a connection.
struct Pump {
    from: ReadHalf<Socket>,
    to: WriteHalf<Socket>,
    buffer: Box<[u8]>,
    pending: std::ops::Range<usize>,
    due: Instant,
    outlook: Outlook,
}

enum Step {
    Read,
    Wrote,
    Ended,
}

impl Pump {
    fn new(from: ReadHalf<Socket>, to: WriteHalf<Socket>, outlook: Outlook) -> Pump {
        let buffer = vec![0; BUFFER].into_boxed_slice();
        Pump { from, to, buffer, pending: 0..0, due: Instant::now(), outlook }
    }

    /// Reads once or writes once, so that being cancelled loses nothing.
    async fn step(&mut self) -> Step {
        if self.pending.is_empty() {
            return match self.from.read(&mut self.buffer).await {
                Ok(read) if read > 0 => {
                    self.pending = 0..read;
                    self.due = Instant::now() + self.outlook.borrow().delay(read);
                    Step::Read
                }
                _ => Step::Ended,
            };
        }
        if self.due > Instant::now() {
            tokio::time::sleep_until(self.due).await;
        }
        match self.to.write(&self.buffer[self.pending.clone()]).await {
            Ok(written) if written > 0 => self.pending.start += written,
            // That side is gone; what the other one says still counts.
            _ => self.pending = 0..0,
        }
        Step::Wrote
    }

    fn bytes(&self) -> &[u8] {
        &self.buffer[self.pending.clone()]
    }
}

/// Carries a connection until the server ends it or it is cut. Both directions
/// are in one task: nothing is passed to the client while a cut is decided.
async fn carry(client: Socket, server: Socket, mut link: Link) {
    let (from_client, to_client) = split(client);
    let (from_server, to_server) = split(server);
    let mut up = Pump::new(from_client, to_server, link.outlook.clone());
    let mut down = Pump::new(from_server, to_client, link.outlook.clone());
    let mut startup = Startup::default();
    let mut client_open = true;
    loop {
        let step = tokio::select! {
            Some(end) = link.end.recv() => return finish(end, up, down, link).await,
            step = up.step(), if client_open => (Way::Up, step),
            step = down.step() => (Way::Down, step),
        };
        if !matches!(step.1, Step::Wrote) && link.outlook.borrow().swallows {
            return vanish(up, down, link).await;
        }
        match step {
            // Asked only now: the read may have begun before the arming.
            (Way::Up, Step::Read) => {
                if let Some(cut) = link.due(up.bytes()) {
                    return carry_out(cut, up, down, link).await;
                }
            }
            (Way::Up, Step::Ended) => {
                client_open = false;
                let _ = up.to.shutdown().await;
            }
            // Before the client sees it, so that it can arm at once.
            (Way::Down, Step::Read) => {
                if link.pid.is_none()
                    && let Some(pid) = startup.pid(down.bytes())
                {
                    link.register(pid);
                }
            }
            (Way::Down, Step::Ended) => return,
            (_, Step::Wrote) => {}
        }
    }
}

/// Which way bytes go.
enum Way {
    Up,
    Down,
}

/// Lets all that is sent vanish, ends too, until one side has ended and the
/// weather is fair: then the end comes through.
async fn vanish(mut up: Pump, mut down: Pump, mut link: Link) {
    tokio::select! {
        () = swallow(&mut up.from) => {}
        () = swallow(&mut down.from) => {}
    }
    until(&mut link.outlook, |weather| !weather.swallows).await;
}

/// Ends a connection from the middle.
async fn finish(end: End, up: Pump, down: Pump, mut link: Link) {
    let (mut client, mut server) = (up.from.unsplit(down.to), down.from.unsplit(up.to));
    match end {
        End::Reset => {
            client.reset_at_end();
            drop(client);
            // Drained, so that the server sees an ordinary end.
            let _ = server.shutdown().await;
            swallow(&mut server).await;
        }
        End::Fin => {
            let _ = client.shutdown().await;
            let _ = server.shutdown().await;
            tokio::join!(swallow(&mut client), swallow(&mut server));
        }
        End::Slow => {
            let _ = client.shutdown().await;
            let lasting = async {
                tokio::join!(swallow(&mut client), swallow(&mut server));
                std::future::pending::<()>().await;
            };
            tokio::select! {
                () = lasting => {}
                () = until(&mut link.outlook, |weather| !weather.lingers) => {}
            }
        }
    }
}

/// Carries out a cut. From here on nothing reaches the client. The server's
/// side is shut down and drained, never dropped: dropping it with a reply
/// unread would reset it and could take forwarded bytes along.
async fn carry_out(cut: Cut, up: Pump, down: Pump, link: Link) {
    let forward = match cut {
        Cut::BeforeForward => 0,
        Cut::AfterBytes(left) => left as usize,
        Cut::AfterForward | Cut::AfterReply => up.pending.end,
    };
    let (client, mut to_server) = ((up.from, down.to), up.to);
    let (mut from_server, mut buffer) = (down.from, down.buffer);
    let (ended, reply) = oneshot::channel::<()>();
    let close = async {
        let _ = to_server.write_all(&up.buffer[..forward]).await;
        if cut == Cut::AfterReply {
            let _ = reply.await; // an error when the server has hung up
        }
        // Both before the client can notice.
        link.shared.cuts.fetch_add(1, Ordering::SeqCst);
        drop(link);
        drop(client);
        let _ = to_server.shutdown().await;
    };
    let drain = async {
        let (mut read, mut ended) = (Reply::default(), Some(ended));
        while let Ok(n @ 1..) = from_server.read(&mut buffer).await {
            if ended.is_some() && read.ends(&buffer[..n]) {
                ended = None; // dropping the sender tells the other side
            }
        }
    };
    tokio::join!(close, drain);
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests;
