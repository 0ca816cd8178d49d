//! The proxy between a client and a server of the test's own.

use super::*;
use std::path::PathBuf;
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

const BLACK_HOLE: Weather = Weather { swallows: true, ..Weather::FAIR };

#[tokio::test]
async fn in_a_black_hole_all_vanishes_and_ends_come_through_when_it_is_over() {
    guarded(async {
        let mut rig = Rig::new().await;
        rig.proxy.make(BLACK_HOLE);
        rig.client.write_all(QUERY).await.unwrap();
        // A newcomer is let in and not answered: its request comes to nobody.
        let mut late = dial(rig.proxy.endpoint()).await.unwrap();
        late.write_all(QUERY).await.unwrap();
        rig.client.shutdown().await.unwrap();
        let unseen = async {
            tokio::select! {
                _ = rig.server.read_u8() => panic!("the server saw something"),
                _ = late.read_u8() => panic!("the newcomer saw something"),
                _ = rig.listener.accept() => panic!("the newcomer came through"),
                () = tokio::time::sleep(Duration::from_millis(50)) => {}
            }
        };
        unseen.await;
        rig.proxy.make(Weather::FAIR);
        assert_eq!(rest(&mut rig.server).await, b"");
    })
    .await;
}

#[tokio::test]
async fn connections_end_from_the_middle_as_asked() {
    guarded(async {
        for end in [End::Fin, End::Reset] {
            let mut rig = Rig::bare(true).await;
            rig.down(&greeting()).await;
            assert_eq!((rig.proxy.connections(), rig.proxy.end(end, 1)), (1, 1));
            let read = rig.client.read(&mut [0; 8]).await;
            match end {
                End::Reset => {
                    assert_eq!(read.unwrap_err().kind(), io::ErrorKind::ConnectionReset);
                }
                _ => assert_eq!(read.unwrap(), 0),
            }
            assert_eq!(rest(&mut rig.server).await, b"");
        }
    })
    .await;
}

#[tokio::test]
async fn a_slow_close_keeps_the_server_waiting_until_it_is_over() {
    guarded(async {
        let mut rig = Rig::new().await;
        rig.proxy.make(Weather { lingers: true, ..Weather::FAIR });
        assert_eq!(rig.proxy.end(End::Slow, 1), 1);
        assert_eq!(rest(&mut rig.client).await, b"");
        tokio::select! {
            _ = rig.server.read_u8() => panic!("the server saw something"),
            () = tokio::time::sleep(Duration::from_millis(50)) => {}
        }
        rig.proxy.make(Weather::FAIR);
        assert_eq!(rest(&mut rig.server).await, b"");
    })
    .await;
}

#[tokio::test]
async fn nobody_listens_while_connections_are_refused() {
    guarded(async {
        let mut rig = Rig::bare(true).await;
        rig.proxy.make(Weather { refuses: true, ..Weather::FAIR });
        while dial(rig.proxy.endpoint()).await.is_ok() {
            tokio::task::yield_now().await;
        }
        rig.down(&greeting()).await; // who was there goes on
        rig.proxy.make(Weather::FAIR);
        while dial(rig.proxy.endpoint()).await.is_err() {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test]
async fn bytes_are_held_back_and_none_is_lost() {
    guarded(async {
        let mut rig = Rig::new().await;
        let (latency, jitter) = (Duration::from_millis(20), Duration::from_millis(5));
        let bytes_per_s = Some(1_000);
        rig.proxy.make(Weather { latency, jitter, bytes_per_s, ..Weather::FAIR });
        let began = Instant::now();
        rig.up(&[7; 50]).await;
        assert!(began.elapsed() >= Duration::from_millis(70));
        let began = Instant::now();
        rig.down(&[8; 50]).await;
        assert!(began.elapsed() >= Duration::from_millis(70));
    })
    .await;
}
