//! The private server with real processes: it starts, survives a crash, and
//! never outlives the tool.
//!
//! Where a test needs a tool of its own to kill, or one that is not root, it
//! runs this test binary once more with only [`helper_serves`] in it.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use pgvalidate::server::{PrivateServer, ServerError, ServerOptions};
use std::io::{BufRead, BufReader, Lines};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

const GUARD: &str = env!("CARGO_BIN_EXE_pgvalidate");
const HELPER: &str = "PGVALIDATE_TEST_HELPER";
const NOBODY: u32 = 65534;

fn options() -> ServerOptions {
    ServerOptions { guard_exe: Some(GUARD.into()), ..ServerOptions::default() }
}

async fn connect(dsn: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(dsn, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

async fn setting(client: &tokio_postgres::Client, name: &str) -> String {
    client.query_one(&format!("SHOW {name}"), &[]).await.unwrap().get(0)
}

/// Waits until `done`; panics with `what` after `limit`.
fn within(limit: Duration, what: &str, mut done: impl FnMut() -> bool) {
    let deadline = Instant::now() + limit;
    while !done() {
        assert!(Instant::now() < deadline, "{what}: not within {limit:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The live processes that work in `dir` or name it in their arguments.
fn processes_of(dir: &Path) -> Vec<String> {
    let needle = dir.to_str().unwrap();
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let path = entry.path();
        let Some(pid) = path.file_name().and_then(|n| n.to_str()?.parse::<u32>().ok()) else {
            continue;
        };
        let arguments = std::fs::read(path.join("cmdline")).unwrap_or_default();
        let arguments = String::from_utf8_lossy(&arguments).replace('\0', " ");
        let cwd = std::fs::read_link(path.join("cwd")).unwrap_or_default();
        let stat = std::fs::read_to_string(path.join("stat")).unwrap_or_default();
        let zombie = stat.rsplit_once(')').is_none_or(|(_, rest)| rest.starts_with(" Z"));
        let here = arguments.contains(needle) || cwd.to_string_lossy().starts_with(needle);
        if here && !zombie && pid != std::process::id() {
            found.push(format!("{pid} {arguments}"));
        }
    }
    found
}

fn assert_gone(dir: &Path, limit: Duration) {
    within(limit, &format!("{} and its processes are gone", dir.display()), || {
        !dir.exists() && processes_of(dir).is_empty()
    });
}

/// A directory that every user can use, removed on drop.
fn open_dir() -> tempfile::TempDir {
    let dir = tempfile::Builder::new().prefix("pgv-test-").tempdir_in("/var/tmp").unwrap();
    std::fs::set_permissions(dir.path(), PermissionsExt::from_mode(0o777)).unwrap();
    dir
}

/// Another process of this binary that serves until it is killed.
struct Helper {
    process: Child,
    dir: PathBuf,
    dsn: String,
    guard: i32,
    /// Kept open: the helper may have more to say.
    _output: Lines<BufReader<ChildStdout>>,
}

impl Helper {
    fn start(mode: &str, uid: Option<u32>, base: &Path) -> Helper {
        // A copy, as the build directory may be closed to other users.
        let guard = base.join("guard-program");
        std::fs::copy(GUARD, &guard).unwrap();
        std::fs::set_permissions(&guard, PermissionsExt::from_mode(0o755)).unwrap();
        let mut command = Command::new("/proc/self/exe");
        command.args(["--ignored", "--exact", "helper_serves", "--nocapture"]);
        command.env(HELPER, mode).env("HELPER_BASE", base).env("HELPER_GUARD", guard);
        if let Some(uid) = uid {
            command.uid(uid).gid(uid);
        }
        command.current_dir("/").stdin(Stdio::null()).stdout(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap()).lines();
        let line = output
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| line.split_once("SERVING|").map(|(_, rest)| rest.to_owned()));
        let line = line.expect("the helper serves");
        let fields: Vec<&str> = line.split('|').collect();
        let guard = fields[2].parse().unwrap();
        Helper { process, dir: fields[0].into(), dsn: fields[1].to_owned(), guard, _output: output }
    }

    fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Helper {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[tokio::test]
#[ignore = "run by the other tests, in a process of its own"]
async fn helper_serves() {
    let Ok(mode) = std::env::var(HELPER) else { return };
    let options = ServerOptions {
        base_dir: Some(std::env::var_os("HELPER_BASE").unwrap().into()),
        guard_exe: Some(std::env::var_os("HELPER_GUARD").unwrap().into()),
        ..ServerOptions::default()
    };
    let server = PrivateServer::start(&options).await.unwrap();
    let (dir, dsn) = (server.dir().to_owned(), server.dsn());
    let guard = server.guard_pid().unwrap();
    let kept = if mode == "keep" { Some(server.keep().await.unwrap()) } else { None };
    println!("SERVING|{}|{dsn}|{guard}|", dir.display());
    if kept.is_none() {
        std::future::pending::<()>().await;
    }
}

#[tokio::test]
async fn starts_soon_and_stops_without_a_trace() {
    let begun = Instant::now();
    let server = PrivateServer::start(&options()).await.unwrap();
    let ready = begun.elapsed();
    println!("ready after {:.2} s", ready.as_secs_f64());
    assert!(ready < Duration::from_secs(30));
    let dir = server.dir().to_owned();
    assert_eq!(std::fs::metadata(&dir).unwrap().mode() & 0o777, 0o700);
    assert!(server.data_dir().join("PG_VERSION").exists() && server.log_path().exists());

    let client = connect(&server.dsn()).await;
    for name in ["fsync", "full_page_writes", "synchronous_commit", "log_checkpoints"] {
        assert_eq!(setting(&client, name).await, "on", "{name}");
    }
    assert_eq!(setting(&client, "listen_addresses").await, "");
    assert_eq!(setting(&client, "data_checksums").await, "off");
    assert!(setting(&client, "max_connections").await.parse::<u32>().unwrap() >= 100);
    assert!(!processes_of(&dir).is_empty(), "the search for processes finds some");

    server.stop().await.unwrap();
    // Without waiting: that is what `stop` promises.
    assert!(!dir.exists());
    assert_eq!(processes_of(&dir), Vec::<String>::new());
}

#[tokio::test]
async fn two_at_once_and_drop_ends_one() {
    let options = options();
    let (one, two) = tokio::join!(PrivateServer::start(&options), PrivateServer::start(&options));
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_ne!(one.dir(), two.dir());
    connect(&one.dsn()).await;
    let dropped = one.dir().to_owned();
    drop(one);
    assert_gone(&dropped, Duration::from_secs(10));
    connect(&two.dsn()).await;
    two.stop().await.unwrap();
}

#[tokio::test]
async fn a_start_that_is_given_up_leaves_nothing() {
    let base = open_dir();
    let options = ServerOptions { base_dir: Some(base.path().into()), ..options() };
    // In the middle of initdb, and of the server's start.
    for after in [150, 800] {
        let start = PrivateServer::start(&options);
        let _ = tokio::time::timeout(Duration::from_millis(after), start).await;
        within(Duration::from_secs(10), "all is gone", || {
            let empty = std::fs::read_dir(base.path()).unwrap().next().is_none();
            empty && processes_of(base.path()).is_empty()
        });
    }
}

#[tokio::test]
async fn memory_is_told_from_a_disk() {
    let memory = Path::new("/dev/shm");
    let mounts = std::fs::read_to_string("/proc/mounts").unwrap_or_default();
    if !mounts.lines().any(|line| line.starts_with("tmpfs /dev/shm ")) {
        return;
    }
    let options = ServerOptions { base_dir: Some(memory.into()), ..options() };
    let server = PrivateServer::start(&options).await.unwrap();
    assert!(server.on_tmpfs());
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_crash_kills_everything_and_keeps_what_was_committed() {
    let server = PrivateServer::start(&options()).await.unwrap();
    let client = connect(&server.dsn()).await;
    client
        .batch_execute("CREATE TABLE t (n int); INSERT INTO t SELECT generate_series(1, 1000)")
        .await
        .unwrap();
    let first = server.postmaster_pid();
    // A busy backend, which would go on for long without its postmaster.
    let busy = connect(&server.dsn()).await;
    let busy = tokio::spawn(async move {
        busy.batch_execute("SELECT count(*) FROM (SELECT generate_series(1, 1e11)) s").await
    });
    let active = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%1e11%' \
                  AND state = 'active' AND pid <> pg_backend_pid()";
    let deadline = Instant::now() + Duration::from_secs(10);
    while client.query_one(active, &[]).await.unwrap().get::<_, i64>(0) == 0 {
        assert!(Instant::now() < deadline, "the backend is not busy");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    for _ in 0..2 {
        server.crash().await.unwrap();
        assert_eq!(server.postmaster_pid(), None);
        let left: Vec<String> = processes_of(server.data_dir())
            .into_iter()
            .filter(|process| !process.contains(" guard "))
            .collect();
        assert_eq!(left, Vec::<String>::new());
        assert!(server.data_dir().join("postmaster.pid").exists(), "it had no time to tidy up");
        server.restart().await.unwrap();
    }
    assert!(busy.await.unwrap().is_err());
    assert_ne!(server.postmaster_pid(), first);
    let client = connect(&server.dsn()).await;
    let count: i64 = client.query_one("SELECT count(*) FROM t", &[]).await.unwrap().get(0);
    assert_eq!(count, 1000);
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_postmaster_that_was_killed_can_be_started_again() {
    let server = PrivateServer::start(&options()).await.unwrap();
    let pid = server.postmaster_pid().and_then(rustix::process::Pid::from_raw).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    server.crash().await.unwrap();
    server.restart().await.unwrap();
    connect(&server.dsn()).await;
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_bad_setting_is_named_and_nothing_is_left() {
    let base = open_dir();
    let config = base.path().join("broken.conf");
    std::fs::write(&config, "max_wal_size = '4GB'\nno_such_thing = 1\n").unwrap();
    let options = ServerOptions {
        config: Some(config.clone()),
        base_dir: Some(base.path().into()),
        ..options()
    };
    let error = PrivateServer::start(&options).await.unwrap_err();
    let text = error.to_string();
    println!("{text}");
    assert!(matches!(error, ServerError::ConfigRejected { .. }), "{text}");
    assert!(text.contains("unrecognized configuration parameter \"no_such_thing\""), "{text}");
    assert!(text.contains("line 2"), "{text}");
    assert!(text.contains(config.to_str().unwrap()), "{text}");
    let left: Vec<_> = std::fs::read_dir(base.path()).unwrap().flatten().collect();
    assert_eq!(left.len(), 1, "only the configuration is left: {left:?}");

    let missing = ServerOptions { config: Some(base.path().join("none.conf")), ..options };
    let error = PrivateServer::start(&missing).await.unwrap_err();
    assert!(matches!(error, ServerError::ConfigUnreadable { .. }), "{error}");
}

#[tokio::test]
async fn a_production_configuration_does_not_lead_the_server_astray() {
    let base = open_dir();
    let config = base.path().join("production.conf");
    let elsewhere = "data_directory = '/nonexistent/data'\nhba_file = '/nonexistent/hba'\n\
         external_pid_file = '/nonexistent/pid'\nlisten_addresses = '*'\nport = 6543\n\
         unix_socket_directories = '/nonexistent'\nssl = on\nlogging_collector = on\n\
         work_mem = '7MB'\n";
    std::fs::write(&config, elsewhere).unwrap();
    let options = ServerOptions {
        config: Some(config),
        max_connections: 123,
        settings: vec![
            ("work_mem".into(), "5MB".into()),
            ("application_name".into(), r"it's a \test".into()),
        ],
        ..options()
    };
    let server = PrivateServer::start(&options).await.unwrap();
    let client = connect(&server.dsn()).await;
    assert_eq!(setting(&client, "work_mem").await, "7MB");
    assert_eq!(setting(&client, "max_connections").await, "123");
    assert_eq!(setting(&client, "listen_addresses").await, "");
    let data = setting(&client, "data_directory").await;
    assert_eq!(Path::new(&data), server.data_dir());
    server.stop().await.unwrap();
}

#[tokio::test]
async fn runs_as_an_ordinary_user() {
    let root = rustix::process::geteuid().is_root();
    let base = open_dir();
    let mut helper = Helper::start("serve", root.then_some(NOBODY), base.path());
    let owner = std::fs::metadata(&helper.dir).unwrap().uid();
    assert_ne!(owner, 0);
    connect(&helper.dsn).await;
    let dir = helper.dir.clone();
    helper.kill();
    assert_gone(&dir, Duration::from_secs(10));
}

#[tokio::test]
async fn a_killed_tool_leaves_nothing() {
    let base = open_dir();
    let mut helper = Helper::start("serve", None, base.path());
    // Clients that stay connected don't hold it up.
    let _client = connect(&helper.dsn).await;
    let dir = helper.dir.clone();
    helper.kill();
    assert_gone(&dir, Duration::from_secs(10));
}

#[tokio::test]
async fn a_killed_guard_takes_the_server_with_it() {
    let base = open_dir();
    let helper = Helper::start("serve", None, base.path());
    let guard = rustix::process::Pid::from_raw(helper.guard).unwrap();
    rustix::process::kill_process(guard, rustix::process::Signal::KILL).unwrap();
    within(Duration::from_secs(10), "the server has ended", || {
        processes_of(&helper.dir).is_empty()
    });
}

#[tokio::test]
async fn a_kept_server_ends_with_its_guard() {
    let base = open_dir();
    let mut helper = Helper::start("keep", None, base.path());
    helper.process.wait().unwrap();
    connect(&helper.dsn).await;
    let guard = rustix::process::Pid::from_raw(helper.guard).unwrap();
    rustix::process::kill_process(guard, rustix::process::Signal::TERM).unwrap();
    assert_gone(&helper.dir, Duration::from_secs(10));
}
