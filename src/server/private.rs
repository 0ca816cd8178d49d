//! The tool's side of a private server: a handle whose end is the server's.
//!
//! Nothing here cleans up by itself. All of it is done by the guard when the
//! pipe to it closes, and that happens on `stop`, on drop, on a panic and on
//! SIGKILL alike.

use super::init::{LOCALES, Plan, initdb_options, plan};
use super::link::Link;
use super::{Layout, PORT, ServerError, ServerOptions, complaint, conf};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::Mutex;
use tokio_postgres::{Client, NoTls};

/// How long the server has until it takes connections.
const READY_LIMIT: Duration = Duration::from_secs(30);

/// How often a connection is tried.
const POLL: Duration = Duration::from_millis(25);

/// A running private server. Dropping it ends the server and removes its
/// directory some moments later; [`PrivateServer::stop`] waits for that.
#[derive(Debug)]
pub struct PrivateServer {
    layout: Layout,
    link: Mutex<Link>,
    guard_pid: Option<u32>,
    /// 0 where there is none.
    postmaster: AtomicI32,
    config: Option<PathBuf>,
    bin_dir: PathBuf,
    guard_exe: Option<PathBuf>,
}

/// How a server is shut down; PostgreSQL's own names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shutdown {
    /// Ends every session and writes a checkpoint.
    Fast,
    /// Ends every session and leaves recovery to the next start.
    Immediate,
    /// The postmaster alone is killed (SIGKILL); what it leaves is ended by the guard.
    Kill,
}

/// A server that goes on without the tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// How to connect.
    pub dsn: String,
    /// The process that ends the server and removes the directory on SIGTERM.
    pub guard_pid: u32,
    /// The directory.
    pub dir: PathBuf,
}

impl PrivateServer {
    /// Makes a new server and waits until it takes connections: one to a few
    /// seconds.
    ///
    /// # Errors
    /// Where there are no server programs, the directory or the user isn't
    /// usable, or PostgreSQL refuses its settings. Nothing is left behind then.
    pub async fn start(options: &ServerOptions) -> Result<PrivateServer, ServerError> {
        let plan = plan(options)?;
        let server = PrivateServer::open(&plan, options)?;
        let up = server.bring_up(&plan, options).await;
        server.unless_failed(up).await
    }

    /// Starts the guard, which makes the directory; there is no server in it yet.
    pub(super) fn open(plan: &Plan, options: &ServerOptions) -> Result<PrivateServer, ServerError> {
        let link = Link::open(plan, options.guard_exe.as_deref())?;
        let guard_pid = link.guard_pid();
        let mut layout = plan.layout.clone();
        if let Some(pid) = guard_pid.filter(|_| plan.disk_mb.is_some()) {
            // The guard's mounts are seen by way of the guard alone.
            let root = PathBuf::from(format!("/proc/{pid}/root"));
            layout.data = root.join(layout.data.strip_prefix("/").unwrap_or(&layout.data));
        }
        Ok(PrivateServer {
            layout,
            guard_pid,
            link: Mutex::new(link),
            postmaster: AtomicI32::new(0),
            config: options.config.clone(),
            bin_dir: plan.binaries.dir.clone(),
            guard_exe: options.guard_exe.clone(),
        })
    }

    /// This server where what was done with it went well; else it goes.
    pub(super) async fn unless_failed(
        self,
        done: Result<(), ServerError>,
    ) -> Result<PrivateServer, ServerError> {
        match done {
            Ok(()) => Ok(self),
            Err(error) => {
                // The first error says more than what may follow from it.
                let _ = self.stop().await;
                Err(error)
            }
        }
    }

    /// Options for another server of the same programs, beside this one.
    pub(super) fn alike(&self) -> ServerOptions {
        ServerOptions {
            bin_dir: Some(self.bin_dir.clone()),
            base_dir: self.layout.dir.parent().map(Path::to_owned),
            guard_exe: self.guard_exe.clone(),
            ..ServerOptions::default()
        }
    }

    /// Waits until the guard has made the directory.
    pub(super) async fn is_guarded(&self) -> Result<(), ServerError> {
        self.link.lock().await.reply("ready").await.map(drop)
    }

    /// Whether a server can have a file system of its own here
    /// ([`ServerOptions::disk_mb`]): makes one, without a server, and removes it.
    ///
    /// # Errors
    /// Where it can't.
    pub async fn try_disk(options: &ServerOptions) -> Result<(), ServerError> {
        let server = PrivateServer::open(&plan(options)?, options)?;
        let guarded = server.is_guarded().await;
        server.unless_failed(guarded).await?.stop().await
    }

    async fn bring_up(&self, plan: &Plan, options: &ServerOptions) -> Result<(), ServerError> {
        self.is_guarded().await?;
        let mut link = self.link.lock().await;
        for (attempt, locale) in LOCALES.iter().enumerate() {
            let initdb = initdb_options(plan.binaries.version_num, locale);
            link.request(&format!("init {initdb}")).await?;
            link.reply("started").await?;
            let status = link.reply("exited").await?;
            if status == "exit status 0" {
                break;
            }
            let log = self.layout.log_since(0);
            let locale_is_missing = log.contains("invalid locale");
            if !locale_is_missing || attempt + 1 == LOCALES.len() {
                let program = plan.binaries.dir.join("initdb").display().to_string();
                return Err(ServerError::Initdb { program, status, log });
            }
        }
        conf::write(
            &self.layout,
            &plan.binaries,
            options,
            plan.fragment.as_deref(),
            plan.identity,
        )?;
        drop(link);
        self.start_postmaster().await?;
        let version = &plan.binaries.version;
        tracing::debug!(dir = %plan.layout.dir.display(), %version, "private server is ready");
        Ok(())
    }

    async fn start_postmaster(&self) -> Result<(), ServerError> {
        let mut link = self.link.lock().await;
        let begun = Instant::now();
        let log_start = std::fs::metadata(&self.layout.log).map_or(0, |meta| meta.len());
        link.request("start").await?;
        let pid = link.reply("started").await?.parse().unwrap_or(0);
        self.postmaster.store(pid, Ordering::Relaxed);
        let target = self.superuser();
        loop {
            let attempt = async {
                let tried = tokio::time::timeout(READY_LIMIT, target.connect(NoTls)).await;
                if !matches!(tried, Ok(Ok(_))) {
                    tokio::time::sleep(POLL).await;
                }
                tried
            };
            let tried = tokio::select! {
                biased;
                line = link.next_line() => {
                    self.postmaster.store(0, Ordering::Relaxed);
                    return Err(self.did_not_start(&link, line.as_deref(), log_start));
                }
                tried = attempt => tried,
            };
            let detail = match tried {
                Ok(Ok(_)) => return Ok(()),
                Ok(Err(e)) => e.to_string(),
                Err(e) => e.to_string(),
            };
            if begun.elapsed() >= READY_LIMIT {
                return Err(ServerError::NotReady {
                    dir: self.layout.dir.display().to_string(),
                    after_s: READY_LIMIT.as_secs(),
                    detail,
                    log: self.layout.log_since(log_start),
                });
            }
        }
    }

    fn superuser(&self) -> tokio_postgres::Config {
        let mut target = tokio_postgres::Config::new();
        target.host_path(&self.layout.socket).port(PORT).user("postgres").dbname("postgres");
        target
    }

    /// A session of the superuser's.
    pub(super) async fn client(&self) -> Result<Client, tokio_postgres::Error> {
        let (client, connection) = self.superuser().connect(NoTls).await?;
        tokio::spawn(connection);
        Ok(client)
    }

    fn did_not_start(&self, link: &Link, line: Option<&str>, log_start: u64) -> ServerError {
        let Some(status) = line.and_then(|line| line.strip_prefix("exited ")) else {
            return link.lost();
        };
        let (status, log) = (status.to_owned(), self.layout.log_since(log_start));
        match &self.config {
            Some(config) => {
                ServerError::ConfigRejected { config: config.display().to_string(), status, log }
            }
            None => ServerError::Exited { status, log },
        }
    }

    /// Kills the postmaster and all its children at once, as a power cut would,
    /// and returns when all are gone. (What the kernel has been given to write
    /// survives; a power cut would lose what wasn't flushed.)
    ///
    /// # Errors
    /// Where the guard is gone.
    pub async fn crash(&self) -> Result<(), ServerError> {
        self.ask("crash", "crashed").await?;
        self.postmaster.store(0, Ordering::Relaxed);
        Ok(())
    }

    /// Shuts the server down and returns when all of it is gone.
    ///
    /// # Errors
    /// Where it isn't running, or the guard is gone or silent.
    pub async fn shut_down(&self, how: Shutdown) -> Result<(), ServerError> {
        let signal = match how {
            Shutdown::Fast => "INT",
            Shutdown::Immediate => "QUIT",
            Shutdown::Kill => "KILL",
        };
        let mut link = self.link.lock().await;
        link.request(&format!("signal {signal}")).await?;
        link.reply("signalled").await?;
        link.reply("exited").await?;
        self.postmaster.store(0, Ordering::Relaxed);
        Ok(())
    }

    /// Kills one process of the server (SIGKILL), as the kernel does where
    /// memory runs out: the others crash and recover.
    ///
    /// # Errors
    /// Where it is none of the server's, or the guard is gone.
    pub async fn kill_backend(&self, pid: i32) -> Result<(), ServerError> {
        self.ask(&format!("kill {pid}"), "killed").await
    }

    /// Holds every process of the server still (SIGSTOP) until [`PrivateServer::thaw`].
    ///
    /// # Errors
    /// Where the guard is gone.
    pub async fn freeze(&self) -> Result<(), ServerError> {
        self.ask("freeze", "frozen").await
    }

    /// Lets it go on (SIGCONT).
    ///
    /// # Errors
    /// Where the guard is gone.
    pub async fn thaw(&self) -> Result<(), ServerError> {
        self.ask("thaw", "thawed").await
    }

    /// Lets its disk run full: it has as much space as it uses.
    ///
    /// # Errors
    /// Where it has no disk of its own, or the guard is gone.
    pub async fn fill_disk(&self) -> Result<(), ServerError> {
        self.ask("fill", "filled").await
    }

    /// Gives its disk all of its space again.
    ///
    /// # Errors
    /// As [`PrivateServer::fill_disk`].
    pub async fn empty_disk(&self) -> Result<(), ServerError> {
        self.ask("empty", "emptied").await
    }

    /// Whether there is a postmaster.
    ///
    /// # Errors
    /// Where the guard is gone.
    pub async fn is_up(&self) -> Result<bool, ServerError> {
        let mut link = self.link.lock().await;
        link.request("status").await?;
        Ok(link.reply("status").await? == "up")
    }

    async fn ask(&self, request: &str, answer: &str) -> Result<(), ServerError> {
        let mut link = self.link.lock().await;
        link.request(request).await?;
        link.reply(answer).await.map(drop)
    }

    /// Starts the server again after a crash and waits until it has recovered
    /// and takes connections.
    ///
    /// # Errors
    /// Where it is running, doesn't come up, or the guard is gone.
    pub async fn restart(&self) -> Result<(), ServerError> {
        self.start_postmaster().await
    }

    /// Ends the server and waits until its processes and its directory are gone.
    ///
    /// # Errors
    /// Where the directory can't be removed or the guard doesn't end in time.
    pub async fn stop(self) -> Result<(), ServerError> {
        self.link.into_inner().close().await?;
        match self.layout.dir.exists() {
            true => Err(ServerError::DirectoryLeft { dir: self.layout.dir.display().to_string() }),
            false => Ok(()),
        }
    }

    /// Leaves the server running after the tool's end, until `kill <guard_pid>`
    /// or until it is shut down; then its directory is removed.
    ///
    /// # Errors
    /// Where the guard is gone.
    pub async fn keep(self) -> Result<Kept, ServerError> {
        self.ask("keep", "kept").await?;
        let (dsn, dir) = (self.dsn(), self.layout.dir.clone());
        let link = self.link.into_inner();
        let guard_pid = link.guard_pid().ok_or_else(|| link.lost())?;
        Ok(Kept { dsn, guard_pid, dir })
    }

    /// What the server complained of in its log, if anything.
    pub fn complaint(&self) -> Option<String> {
        // Of all of it: what followed from a crash may be many lines.
        let log = std::fs::read(&self.layout.log).unwrap_or_default();
        complaint(&String::from_utf8_lossy(&log))
    }

    /// The end of the log.
    pub(super) fn last_log_lines(&self) -> String {
        self.layout.log_since(0)
    }

    /// A connection string for the superuser `postgres`.
    pub fn dsn(&self) -> String {
        self.layout.dsn()
    }

    /// The directory that holds everything of this server.
    pub fn dir(&self) -> &Path {
        &self.layout.dir
    }

    /// The data directory, as it can be reached from here.
    pub fn data_dir(&self) -> &Path {
        &self.layout.data
    }

    /// The directory of the socket, the only way to connect.
    pub fn socket_dir(&self) -> &Path {
        &self.layout.socket
    }

    /// What `initdb` and the server wrote.
    pub fn log_path(&self) -> &Path {
        &self.layout.log
    }

    /// The postmaster, unless it was crashed or did not start.
    pub fn postmaster_pid(&self) -> Option<i32> {
        Some(self.postmaster.load(Ordering::Relaxed)).filter(|pid| *pid != 0)
    }

    /// The guard.
    pub fn guard_pid(&self) -> Option<u32> {
        self.guard_pid
    }

    /// Whether the data is in memory, where a flush costs nothing and proves
    /// nothing. The caller should say so.
    pub fn on_tmpfs(&self) -> bool {
        #[cfg(target_os = "linux")]
        return rustix::fs::statfs(&self.layout.data)
            .is_ok_and(|fs| [0x0102_1994, 0x8584_58f6].contains(&(fs.f_type as u64)));
        #[cfg(not(target_os = "linux"))]
        false
    }
}
