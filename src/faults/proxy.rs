//! A proxy between the load's connections and the server, in this process,
//! which cuts a connection at an exact point: how a test forces a COMMIT that
//! was sent and whose reply was never seen.
//!
//! It may know how the protocol frames its messages and nothing of what they
//! mean to a run: neither statements nor rows, batches, pools or verdicts.
//! The backend's pid is read from the server's plain-text startup, so TLS is
//! not supported: such a connection passes through, but can't be armed.

use super::wire::{Reply, Startup, only_closes};
use std::collections::HashMap;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf, split};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet};

/// What is read at once.
const BUFFER: usize = 64 * 1024;

/// Where the proxy listens or dials.
#[derive(Debug, Clone)]
pub enum Endpoint {
    /// The socket file itself; clients look for `.s.PGSQL.<port>` in a folder.
    Unix(PathBuf),
    /// An address; port 0 to listen on any free one.
    Tcp(SocketAddr),
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Endpoint::Unix(path) => path.display().fmt(f),
            Endpoint::Tcp(address) => address.fmt(f),
        }
    }
}

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
        let accepting = tokio::spawn(accept(listener, upstream, Arc::clone(&shared)));
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
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}
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

    async fn accept(&self) -> io::Result<Socket> {
        match self {
            Listener::Unix(listener) => Ok(Box::new(listener.accept().await?.0)),
            Listener::Tcp(listener) => tcp(listener.accept().await?.0),
        }
    }
}

async fn accept(listener: Listener, upstream: Endpoint, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(client) => {
                    let (upstream, link) = (upstream.clone(), Link::new(&shared));
                    connections.spawn(async move {
                        if let Ok(server) = dial(&upstream).await {
                            carry(client, server, link).await;
                        }
                    });
                }
                // Out of descriptors, mostly: don't spin until some are free.
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

/// One connection's entry among the live ones; leaves with the connection.
struct Link {
    shared: Arc<Shared>,
    slot: Slot,
    pid: Option<i32>,
}

impl Link {
    fn new(shared: &Arc<Shared>) -> Link {
        Link { shared: Arc::clone(shared), slot: Slot::default(), pid: None }
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
}

enum Step {
    Read,
    Wrote,
    Ended,
}

impl Pump {
    fn new(from: ReadHalf<Socket>, to: WriteHalf<Socket>) -> Pump {
        let buffer = vec![0; BUFFER].into_boxed_slice();
        Pump { from, to, buffer, pending: 0..0 }
    }

    /// Reads once or writes once, so that being cancelled loses nothing.
    async fn step(&mut self) -> Step {
        if self.pending.is_empty() {
            return match self.from.read(&mut self.buffer).await {
                Ok(read) if read > 0 => {
                    self.pending = 0..read;
                    Step::Read
                }
                _ => Step::Ended,
            };
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
    let mut up = Pump::new(from_client, to_server);
    let mut down = Pump::new(from_server, to_client);
    let mut startup = Startup::default();
    let mut client_open = true;
    loop {
        tokio::select! {
            step = up.step(), if client_open => match step {
                // Asked only now: the read may have begun before the arming.
                Step::Read => if let Some(cut) = link.due(up.bytes()) {
                    return carry_out(cut, up, down, link).await;
                },
                Step::Wrote => {}
                Step::Ended => {
                    client_open = false;
                    let _ = up.to.shutdown().await;
                }
            },
            step = down.step() => match step {
                // Before the client sees it, so that it can arm at once.
                Step::Read => if link.pid.is_none() && let Some(pid) = startup.pid(down.bytes()) {
                    link.register(pid);
                },
                Step::Wrote => {}
                Step::Ended => return,
            },
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
mod tests {
    use super::*;
    use std::sync::atomic::AtomicU32;
    use tokio::sync::mpsc;

    const PID: i32 = 0x4b4b_004b; // full of bytes that look like a message type
    const QUERY: &[u8] = b"Q\0\0\0\x0bCOMMIT\0";
    const READY: &[u8] = b"Z\0\0\0\x05I";
    const CLOSE: &[u8] = b"C\0\0\0\x08Ss0\0S\0\0\0\x04";
    const CLOSED: &[u8] = b"3\0\0\0\x04Z\0\0\0\x05T";
    const NOTICE: &[u8] = b"N\0\0\0\x06SK";

    /// Authentication, a parameter whose value holds a K, the key, and ready.
    fn greeting() -> Vec<u8> {
        let mut bytes = b"R\0\0\0\x08\0\0\0\0S\0\0\0\x0eKKKK\0KKKK\0K\0\0\0\x0c".to_vec();
        bytes.extend(PID.to_be_bytes());
        bytes.extend(b"\x01\x02\x03\x04");
        bytes.extend(READY);
        bytes
    }

    /// A folder that goes with the test.
    struct Folder(PathBuf);

    impl Folder {
        fn new() -> Folder {
            static NEXT: AtomicU32 = AtomicU32::new(0);
            let next = NEXT.fetch_add(1, Ordering::SeqCst);
            let name = format!("proxy-{}-{next}", std::process::id());
            let path = std::env::temp_dir().join(name);
            std::fs::create_dir(&path).unwrap();
            Folder(path)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    /// A proxy, one client that is through the startup, and the server's end.
    struct Rig {
        proxy: Proxy,
        client: Socket,
        server: UnixStream,
        listener: UnixListener,
        _folder: Folder,
    }

    impl Rig {
        async fn bare(tcp: bool) -> Rig {
            let folder = Folder::new();
            let upstream = folder.0.join("upstream");
            let listener = UnixListener::bind(&upstream).unwrap();
            let listen = if tcp {
                Endpoint::Tcp("127.0.0.1:0".parse().unwrap())
            } else {
                Endpoint::Unix(folder.0.join("proxy"))
            };
            let proxy = Proxy::start(listen, Endpoint::Unix(upstream)).await.unwrap();
            let client = dial(proxy.endpoint()).await.unwrap();
            let server = listener.accept().await.unwrap().0;
            Rig { proxy, client, server, listener, _folder: folder }
        }

        async fn new() -> Rig {
            let mut rig = Rig::bare(false).await;
            rig.down(&greeting()).await;
            rig
        }

        /// From the server to the client, unchanged.
        async fn down(&mut self, bytes: &[u8]) {
            self.server.write_all(bytes).await.unwrap();
            assert_eq!(exactly(&mut self.client, bytes.len()).await, bytes);
        }

        /// From the client to the server, unchanged.
        async fn up(&mut self, bytes: &[u8]) {
            self.client.write_all(bytes).await.unwrap();
            assert_eq!(exactly(&mut self.server, bytes.len()).await, bytes);
        }
    }

    async fn exactly(from: &mut (impl AsyncRead + Unpin), count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        from.read_exact(&mut bytes).await.unwrap();
        bytes
    }

    /// What is still to be read before the end or a reset.
    async fn rest(from: &mut (impl AsyncRead + Unpin)) -> Vec<u8> {
        let mut bytes = Vec::new();
        let _ = from.read_to_end(&mut bytes).await;
        bytes
    }

    /// Guards a test that would otherwise hang; nothing is timed by it.
    async fn guarded(test: impl Future<Output = ()>) {
        let limit = Duration::from_secs(30);
        tokio::time::timeout(limit, test).await.expect("it hung");
    }

    #[test]
    fn the_pid_is_found_however_the_startup_is_split() {
        for prefix in [&b""[..], b"N", b"NN"] {
            let bytes = [prefix, &greeting()].concat();
            for split in 0..=bytes.len() {
                let mut startup = Startup::default();
                let halves = [&bytes[..split], &bytes[split..]];
                let found: Vec<_> = halves.iter().filter_map(|b| startup.pid(b)).collect();
                assert_eq!(found.first(), Some(&PID), "split at {split}");
            }
            let mut startup = Startup::default();
            let found = bytes.chunks(1).find_map(|b| startup.pid(b));
            assert_eq!(found, Some(PID));
        }
    }

    #[test]
    fn a_reply_ends_when_the_server_is_ready() {
        let ends = |bytes: &[u8]| {
            let mut reply = Reply::default();
            bytes.chunks(1).any(|b| reply.ends(b))
        };
        let done = b"C\0\0\0\x0bCOMMIT\0";
        assert!(ends(&[NOTICE, done, READY].concat()));
        assert!(ends(&[CLOSED, done, READY].concat()));
        assert!(ends(READY));
        assert!(!ends(&[CLOSED, NOTICE, done].concat()));
        assert!(!ends(CLOSED));
    }

    #[test]
    fn only_closes_are_passed_over() {
        assert!(only_closes(CLOSE));
        assert!(!only_closes(&[CLOSE, QUERY].concat()));
        assert!(!only_closes(&CLOSE[..CLOSE.len() - 1]));
        assert!(!only_closes(b"S\0\0\0\x04"));
        assert!(!only_closes(QUERY));
    }

    #[tokio::test]
    async fn the_pid_is_known_as_soon_as_the_client_can_know_it() {
        guarded(async {
            for tcp in [false, true] {
                let mut rig = Rig::bare(tcp).await;
                let greeting = greeting();
                let key_read = greeting.len() - READY.len() - 4;
                for (at, byte) in greeting.iter().enumerate() {
                    assert_eq!(rig.proxy.arm(PID, Cut::AfterForward), at >= key_read);
                    // One byte each way: each is a read of its own.
                    rig.down(&[*byte]).await;
                }
                assert!(!rig.proxy.arm(PID + 1, Cut::AfterForward));
                assert_eq!(rig.proxy.cuts(), 0);
            }
        })
        .await;
    }

    #[tokio::test]
    async fn bytes_pass_unchanged_and_ends_are_handed_on() {
        guarded(async {
            let mut rig = Rig::new().await;
            let bytes: Vec<u8> = (0..3_000_000_u32).map(|i| (i * 7 / 5) as u8).collect();
            // Neither side reads before it has written all: both ways at once.
            let (mut server, client) = (rig.server, &mut rig.client);
            let echo = async {
                let (mut from, mut to) = server.split();
                tokio::io::copy(&mut from, &mut to).await.unwrap();
                to.shutdown().await.unwrap();
            };
            let (mut from, mut to) = split(client);
            let send = async {
                to.write_all(&bytes).await.unwrap();
                to.shutdown().await.unwrap();
            };
            let ((), (), got) = tokio::join!(echo, send, rest(&mut from));
            assert!(got == bytes);
            assert_eq!(rig.proxy.cuts(), 0);
        })
        .await;
    }

    #[tokio::test]
    async fn a_cancel_request_passes_through() {
        guarded(async {
            let mut rig = Rig::bare(false).await;
            rig.up(b"\0\0\0\x10\x04\xd2\x16\x2e\0\0\0\x01\0\0\0\x02").await;
            drop(rig.server);
            assert_eq!(rest(&mut rig.client).await, b"");
        })
        .await;
    }

    #[tokio::test]
    async fn before_forward_throws_the_bytes_away() {
        guarded(async {
            let mut rig = Rig::new().await;
            rig.up(b"earlier").await;
            assert!(rig.proxy.arm(PID, Cut::BeforeForward));
            rig.down(b"later").await; // the server may still speak until then
            rig.client.write_all(QUERY).await.unwrap();
            assert_eq!(rest(&mut rig.client).await, b"");
            assert_eq!(rest(&mut rig.server).await, b"");
            assert_eq!(rig.proxy.cuts(), 1);
            assert!(!rig.proxy.arm(PID, Cut::BeforeForward));
        })
        .await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn after_forward_never_lets_the_reply_through() {
        guarded(async {
            for _ in 0..200 {
                let mut rig = Rig::new().await;
                assert!(rig.proxy.arm(PID, Cut::AfterForward));
                let (mut server, (asked, mut heard)) = (rig.server, mpsc::channel(1));
                // Replies at once, from a thread of its own, to race the cut.
                let reply = tokio::spawn(async move {
                    asked.send(exactly(&mut server, QUERY.len()).await).await.unwrap();
                    server.write_all(READY).await.unwrap();
                    rest(&mut server).await
                });
                rig.client.write_all(QUERY).await.unwrap();
                assert_eq!(rest(&mut rig.client).await, b"");
                assert_eq!(rig.proxy.cuts(), 1);
                assert_eq!(heard.recv().await.unwrap(), QUERY);
                assert_eq!(reply.await.unwrap(), b"");
            }
        })
        .await;
    }

    #[tokio::test]
    async fn after_forward_does_not_wait_for_the_server() {
        guarded(async {
            let mut rig = Rig::new().await;
            assert!(rig.proxy.arm(PID, Cut::AfterForward));
            rig.client.write_all(QUERY).await.unwrap();
            // The server has read nothing so far, and still gets all of it.
            assert_eq!(rest(&mut rig.client).await, b"");
            assert_eq!(rest(&mut rig.server).await, QUERY);
            rig.server.write_all(READY).await.unwrap();
        })
        .await;
    }

    #[tokio::test]
    async fn a_driver_closing_a_statement_does_not_set_off_the_cut() {
        guarded(async {
            let mut rig = Rig::new().await;
            assert!(rig.proxy.arm(PID, Cut::AfterForward));
            rig.up(CLOSE).await;
            rig.down(CLOSED).await;
            assert_eq!(rig.proxy.cuts(), 0);
            rig.client.write_all(QUERY).await.unwrap();
            assert_eq!(rest(&mut rig.client).await, b"");
            assert_eq!(rest(&mut rig.server).await, QUERY);
            assert_eq!(rig.proxy.cuts(), 1);
        })
        .await;
    }

    #[tokio::test]
    async fn after_reply_swallows_the_whole_reply() {
        guarded(async {
            let mut rig = Rig::new().await;
            assert!(rig.proxy.arm(PID, Cut::AfterReply));
            rig.up(QUERY).await;
            // A notice is no reply: the cut is not due, and the entry is live.
            rig.server.write_all(NOTICE).await.unwrap();
            tokio::task::yield_now().await;
            assert_eq!(rig.proxy.cuts(), 0);
            rig.server.write_all(&READY[..3]).await.unwrap();
            tokio::task::yield_now().await;
            assert_eq!(rig.proxy.cuts(), 0);
            rig.server.write_all(&READY[3..]).await.unwrap();
            assert_eq!(rest(&mut rig.client).await, b"");
            assert_eq!(rest(&mut rig.server).await, b"");
            assert_eq!(rig.proxy.cuts(), 1);
        })
        .await;
    }

    #[tokio::test]
    async fn after_reply_ends_with_a_server_that_hangs_up() {
        guarded(async {
            let mut rig = Rig::new().await;
            assert!(rig.proxy.arm(PID, Cut::AfterReply));
            rig.up(QUERY).await;
            drop(rig.server);
            assert_eq!(rest(&mut rig.client).await, b"");
            assert_eq!(rig.proxy.cuts(), 1);
        })
        .await;
    }

    #[tokio::test]
    async fn after_bytes_forwards_exactly_that_many() {
        guarded(async {
            for (limit, sent) in [(0, 3), (7, 3), (10, 3), (12, 3), (150_000, 200_000)] {
                let rig = Rig::new().await;
                let bytes: Vec<u8> = (0..sent + 10_u32).map(|i| i as u8).collect();
                assert!(rig.proxy.arm(PID, Cut::AfterBytes(limit)));
                let (mut server, (from, mut to)) = (rig.server, split(rig.client));
                let send = async {
                    // In two, and it may well fail: the cut comes in between.
                    let _ = to.write_all(&bytes[..sent as usize]).await;
                    let _ = to.write_all(&bytes[sent as usize..]).await;
                };
                let ((), got) = tokio::join!(send, rest(&mut server));
                assert_eq!(got, bytes[..limit as usize]);
                let mut client = from.unsplit(to);
                assert_eq!(rest(&mut client).await, b"");
                assert_eq!(rig.proxy.cuts(), 1);
            }
        })
        .await;
    }

    #[tokio::test]
    async fn cuts_are_counted_over_connections() {
        guarded(async {
            let mut rig = Rig::new().await;
            for cut in 1..=3 {
                assert!(rig.proxy.arm(PID, Cut::BeforeForward));
                assert!(rig.proxy.arm(PID, Cut::AfterForward)); // in its place
                rig.client.write_all(QUERY).await.unwrap();
                assert_eq!(rest(&mut rig.client).await, b"");
                assert_eq!(rest(&mut rig.server).await, QUERY);
                assert_eq!(rig.proxy.cuts(), cut);
                // The same pid again, as the system may give it.
                rig.client = dial(rig.proxy.endpoint()).await.unwrap();
                let old = rig.listener.accept().await.unwrap().0;
                drop(std::mem::replace(&mut rig.server, old));
                rig.down(&greeting()).await;
            }
        })
        .await;
    }

    #[tokio::test]
    async fn dropping_the_proxy_closes_all_and_removes_the_file() {
        guarded(async {
            let mut rig = Rig::new().await;
            let Endpoint::Unix(path) = rig.proxy.endpoint().clone() else {
                panic!("a file was asked for")
            };
            let taken = Proxy::start(Endpoint::Unix(path.clone()), Endpoint::Unix(path.clone()));
            let error = taken.await.unwrap_err().to_string();
            assert!(error.contains(&path.display().to_string()), "{error}");
            assert!(path.exists());
            drop(rig.proxy);
            assert_eq!(rest(&mut rig.client).await, b"");
            assert_eq!(rest(&mut rig.server).await, b"");
            assert!(!path.exists());
            assert!(UnixStream::connect(&path).await.is_err());
        })
        .await;
    }
}
