//! A pair: a private server and a standby that streams from it, made of a copy
//! of its files, as a base backup is. Neither `pg_basebackup` nor a slot is
//! needed.

use super::init::plan;
use super::{PORT, PrivateServer, ServerError, ServerOptions, quoted_for_dsn};
use crate::message::Words;
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, chown};
use std::path::Path;
use std::time::{Duration, Instant};

/// What both servers of a pair are started with, on the command line, so that a
/// `--config` fragment can't take it away.
const REPLICATING: [(&str, &str); 4] = [
    ("wal_level", "replica"),
    ("max_wal_senders", "10"),
    ("hot_standby", "on"),
    // In place of a slot: the preflight reports those.
    ("wal_keep_size", "1GB"),
];

/// What the standby of a pair calls itself.
const STANDBY: &str = "pgvalidate_standby";

/// How long a standby may take to stream, and how often it is looked.
const STREAMS_WITHIN: Duration = Duration::from_secs(30);
const LOOK_EVERY: Duration = Duration::from_millis(25);

/// How long it may take to catch up with its primary.
const CAUGHT_UP_WITHIN: Duration = Duration::from_secs(60);

/// How long a promotion may take, in seconds.
const PROMOTED_WITHIN_S: i32 = 30;

/// What a standby takes too long for.
const STREAMING: Words = Words { en: "streaming", vi: "nhận luồng WAL" };
const CATCHING_UP: Words = Words { en: "catching up", vi: "theo kịp máy chủ chính" };
const BEING_PROMOTED: Words =
    Words { en: "being promoted", vi: "được nâng lên máy chủ chính" };

/// What of a data directory is its server's alone: who runs there, and what a
/// standby gets by streaming or makes itself.
const NOT_COPIED: [&str; 2] = ["postmaster.pid", "postmaster.opts"];
const EMPTIED: [&str; 6] =
    ["pg_wal", "pg_replslot", "pg_dynshmem", "pg_notify", "pg_snapshots", "pg_subtrans"];

/// How a standby follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replication {
    /// As it can: a commit is acknowledged before the standby has it.
    Async,
    /// A commit is acknowledged once the standby has it on disk.
    Sync,
}

/// Two private servers, of which one follows the other.
#[derive(Debug)]
pub struct Pair {
    /// The one that takes writes.
    pub primary: PrivateServer,
    /// The one that follows it.
    pub standby: PrivateServer,
}

impl Pair {
    /// Starts both and waits until the standby streams.
    ///
    /// # Errors
    /// Where one of them doesn't start. Nothing is left behind then.
    pub async fn start(options: &ServerOptions, how: Replication) -> Result<Pair, ServerError> {
        let mut last = REPLICATING.to_vec();
        if how == Replication::Sync {
            // The standby's own command line names none: once it is promoted it waits for nobody.
            last.extend([("synchronous_standby_names", STANDBY), ("synchronous_commit", "on")]);
        }
        let last = last.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
        let last_settings = options.last_settings.iter().cloned().chain(last).collect();
        let options = ServerOptions { last_settings, ..options.clone() };
        let primary = PrivateServer::start(&options).await?;
        match primary.standby(STANDBY).await {
            Ok(standby) => Ok(Pair { primary, standby }),
            Err(error) => {
                let _ = primary.stop().await;
                Err(error)
            }
        }
    }

    /// A connection string for the one of both that takes writes, whichever it is.
    pub fn dsn(&self) -> String {
        let hosts = [&self.primary, &self.standby].map(|s| s.socket_dir().display().to_string());
        let hosts = quoted_for_dsn(&hosts.join(","));
        format!(
            "host={hosts} port={PORT} user=postgres dbname=postgres \
             target_session_attrs=read-write"
        )
    }
}

impl PrivateServer {
    /// A standby of this server, which calls itself `name` and streams by now.
    ///
    /// # Errors
    /// Where it can't be made or doesn't stream in time. Nothing is left behind then.
    pub async fn standby(&self, name: &str) -> Result<PrivateServer, ServerError> {
        let host = quoted_for_dsn(&self.socket_dir().display().to_string());
        let conninfo = format!("host={host} port={PORT} user=postgres application_name={name}");
        let last =
            REPLICATING.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let last = last.chain([("primary_conninfo".to_owned(), conninfo)]);
        let options = ServerOptions { last_settings: last.collect(), ..self.alike() };
        let standby = PrivateServer::open(&plan(&options)?, &options)?;
        let made = standby.follow(self, name).await;
        standby.unless_failed(made).await
    }

    /// Becomes a copy of `primary` and follows it.
    async fn follow(&self, primary: &PrivateServer, name: &str) -> Result<(), ServerError> {
        self.is_guarded().await?;
        let failed = |e: tokio_postgres::Error| self.no_standby(&e.to_string());
        let client = primary.client().await.map_err(failed)?;
        let asked = "SELECT current_setting('server_version_num')::integer >= 150000";
        // From 15 on they have other names; in both a session has to stay until the end.
        let (start, stop) = match client.query_one(asked, &[]).await.map_err(failed)?.get(0) {
            true => ("pg_backup_start('pgvalidate', true)", "pg_backup_stop(false)"),
            false => ("pg_start_backup('pgvalidate', true, false)", "pg_stop_backup(false, false)"),
        };
        client.batch_execute(&format!("SELECT {start}")).await.map_err(failed)?;
        let (from, to) = (primary.data_dir().to_owned(), self.data_dir().to_owned());
        let copied = tokio::task::spawn_blocking(move || copy_all(&from, &to)).await;
        let copied = copied.unwrap_or_else(|e| Err(std::io::Error::other(e)));
        let stop = format!("SELECT labelfile FROM {stop}");
        let label = client.query_one(&stop, &[]).await.map_err(failed)?;
        let files = [("backup_label", label.get::<_, &str>(0)), ("standby.signal", "")];
        copied
            .and_then(|()| {
                files.iter().try_for_each(|(file, text)| write(&self.data_dir().join(file), text))
            })
            .map_err(|e| self.no_standby(&e.to_string()))?;
        self.restart().await?;
        let streams = "SELECT EXISTS (SELECT FROM pg_stat_replication \
                       WHERE application_name = $1 AND state = 'streaming')";
        let until = Instant::now() + STREAMS_WITHIN;
        while !client.query_one(streams, &[&name]).await.map_err(failed)?.get::<_, bool>(0) {
            if Instant::now() >= until {
                return Err(self.late(STREAMING, STREAMS_WITHIN.as_secs()));
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        Ok(())
    }

    /// Waits until a standby has received and replayed all that this server has
    /// written by now.
    ///
    /// # Errors
    /// Where `standby` doesn't answer, or takes longer than a minute.
    pub async fn await_standby(&self, standby: &PrivateServer) -> Result<(), ServerError> {
        let failed = |e: tokio_postgres::Error| standby.no_standby(&e.to_string());
        let (here, there) = (self.client().await, standby.client().await);
        let (here, there) = (here.map_err(failed)?, there.map_err(failed)?);
        let written = "SELECT pg_current_wal_lsn()::text";
        let written: String = here.query_one(written, &[]).await.map_err(failed)?.get(0);
        let has = "SELECT coalesce(pg_last_wal_replay_lsn() >= $1::text::pg_lsn, false)";
        let until = Instant::now() + CAUGHT_UP_WITHIN;
        while !there.query_one(has, &[&written]).await.map_err(failed)?.get::<_, bool>(0) {
            if Instant::now() >= until {
                return Err(standby.late(CATCHING_UP, CAUGHT_UP_WITHIN.as_secs()));
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        Ok(())
    }

    /// Makes a standby a primary, and returns when it takes writes. One that
    /// does already is left as it is.
    ///
    /// # Errors
    /// Where it doesn't answer, or takes too long.
    pub async fn promote(&self) -> Result<(), ServerError> {
        let failed = |e: tokio_postgres::Error| self.no_standby(&e.to_string());
        let client = self.client().await.map_err(failed)?;
        let promote =
            "SELECT CASE WHEN pg_is_in_recovery() THEN pg_promote(true, $1) ELSE true END";
        let promoted = client.query_one(promote, &[&PROMOTED_WITHIN_S]).await.map_err(failed)?;
        match promoted.get(0) {
            true => Ok(()),
            false => Err(self.late(BEING_PROMOTED, PROMOTED_WITHIN_S.unsigned_abs().into())),
        }
    }

    fn late(&self, what: Words, after_s: u64) -> ServerError {
        let (dir, log) = (self.dir().display().to_string(), self.last_log_lines());
        ServerError::StandbyLate { dir, what, after_s, log }
    }

    fn no_standby(&self, detail: &str) -> ServerError {
        ServerError::Standby {
            dir: self.dir().display().to_string(),
            detail: detail.to_owned(),
            log: self.last_log_lines(),
        }
    }
}

/// The files of a data directory whose server goes on writing, each with its
/// owner. What vanishes meanwhile was dropped, and the WAL says so.
fn copy_all(from: &Path, to: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let (name, target) = (entry.file_name(), to.join(entry.file_name()));
        let kind = entry.file_type()?;
        if kind.is_dir() {
            std::fs::DirBuilder::new().mode(0o700).create(&target)?;
            own(&target)?;
            if !EMPTIED.iter().any(|emptied| name == *emptied) {
                copy_all(&entry.path(), &target)?;
            }
        } else if kind.is_file() && !NOT_COPIED.iter().any(|kept| name == *kept) {
            match std::fs::copy(entry.path(), &target) {
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                copied => {
                    copied?;
                    own(&target)?;
                }
            }
        }
    }
    Ok(())
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    std::fs::write(path, text)?;
    own(path)
}

/// Gives what was made to the owner of the directory that it is in.
fn own(path: &Path) -> std::io::Result<()> {
    let owner = std::fs::metadata(path.parent().unwrap_or(path))?;
    chown(path, Some(owner.uid()), Some(owner.gid()))
}
