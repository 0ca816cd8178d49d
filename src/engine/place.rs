//! The place where a run happens: the user's target, or a private server.

use super::{EngineError, RunOptions};
use crate::faults::Ground;
use crate::message::doing;
use crate::server::{Kept, Pair, PrivateServer, ServerError, ServerOptions};
use crate::session::{Session, SessionError, Target};
use std::sync::atomic::{AtomicBool, Ordering};
use tokio_postgres::types::Type;

/// Connections that a run needs besides its pools: control, presence, sampler
/// and set-up, which do not overlap entirely.
pub const CONNECTIONS_BESIDES: u32 = 8;

/// WAL that the warm-up writes on a private server. A fresh cluster has one
/// segment; every further one is created and zeroed in the middle of the first
/// bursts, where a server that has been running recycles old ones. More than
/// min_wal_size's default of 80 MB, and about what the standard burst writes.
pub(super) const WARM_UP_WAL_MB: i32 = 256;

/// A disk that can run full: memory is taken for what is written alone, and
/// with WAL as short as this a load that ends when it has recovered writes less.
const SMALL_DISK_MB: u64 = 2_048;
const SMALL_DISK_SETTINGS: [(&str, &str); 2] =
    [("max_wal_size", "256MB"), ("min_wal_size", "80MB")];

/// The user's target, or a private server.
pub struct Place {
    /// Where to connect to.
    pub target: Target,
    /// The private server.
    pub private: Option<PrivateServer>,
    /// The private server that follows it, for a fault that needs one.
    pub standby: Option<PrivateServer>,
    /// Whether a private server has written enough WAL to recycle.
    is_warm: AtomicBool,
}

impl Place {
    /// Opens the place for the runs of `options`, of which none has more
    /// connections in its pools than `connections`: reads `--url`, or starts a server.
    ///
    /// # Errors
    /// Where the URL doesn't parse or the server doesn't start.
    pub async fn open(options: &RunOptions, connections: u32) -> Result<Place, EngineError> {
        let is_warm = AtomicBool::new(false);
        if let Some(url) = &options.url {
            let target = Target::parse(url)?;
            return Ok(Place { target, private: None, standby: None, is_warm });
        }
        let ground = options.fault.map_or(Ground::One, |plan| plan.kind.ground);
        let server_options = server_options(options, ground, connections);
        let (dsn, server, standby) = match ground {
            Ground::Pair(how) => {
                let pair = Pair::start(&server_options, how).await?;
                (pair.dsn(), pair.primary, Some(pair.standby))
            }
            Ground::One | Ground::SmallDisk => {
                let server = PrivateServer::start(&server_options).await?;
                (server.dsn(), server, None)
            }
        };
        let target = Target::parse_alone(&dsn)?;
        // Old WAL would only take up room on a small disk.
        let is_warm = AtomicBool::new(ground == Ground::SmallDisk);
        Ok(Place { target, private: Some(server), standby, is_warm })
    }

    /// Why no private server can be on a disk that can run full here; None
    /// where one can be.
    pub async fn refuses_small_disk(options: &RunOptions) -> Option<String> {
        match PrivateServer::try_disk(&server_options(options, Ground::SmallDisk, 0)).await {
            Err(ServerError::GuardRefused { detail, .. }) => Some(detail),
            // What else is wrong is met, and said, by the run.
            _ => None,
        }
    }

    /// Ends the private servers, but for one that is to be kept.
    pub async fn leave(self, keep: bool) -> (Option<Kept>, Option<EngineError>) {
        let follower = match self.standby {
            Some(standby) => standby.stop().await.err().map(EngineError::from),
            None => None,
        };
        let Some(server) = self.private else { return (None, follower) };
        let (kept, error) = match keep {
            true => match server.keep().await {
                Ok(kept) => (Some(kept), None),
                Err(refusal) => (None, Some(refusal)),
            },
            false => (None, server.stop().await.err()),
        };
        (kept, follower.or(error.map(EngineError::from)))
    }

    /// Brings a private server to where a server that has been running is.
    /// Not for a target, which is left as it is.
    ///
    /// # Errors
    /// Where a statement fails, or a standby doesn't catch up.
    pub async fn warm_up(&self) -> Result<(), EngineError> {
        self.write_wal().await?;
        if let Some((server, standby)) = self.private.as_ref().zip(self.standby.as_ref()) {
            // Else it would lack the warm-up, and with it what comes after.
            server.await_standby(standby).await?;
        }
        Ok(())
    }

    async fn write_wal(&self) -> Result<(), SessionError> {
        let failed = || SessionError::statement(doing::WARMING_UP);
        let session = Session::open(&self.target, "pgvalidate warm-up").await?;
        let write_wal = "SELECT count(pg_catalog.pg_logical_emit_message(false, 'pgvalidate', \
                         repeat('x', 1048576))) FROM generate_series(1, $1)";
        // The first run's suffices for all runs on the same server.
        let wal_mb = if self.is_warm.swap(true, Ordering::Relaxed) { 0 } else { WARM_UP_WAL_MB };
        session.client.query_typed(write_wal, &[(&wal_mb, Type::INT4)]).await.map_err(failed())?;
        // The library is loaded where there is one; without it the record says so.
        let create = "CREATE EXTENSION IF NOT EXISTS pg_stat_statements";
        if let Err(error) = session.client.batch_execute(create).await {
            tracing::debug!("no pg_stat_statements: {error}");
        }
        session.client.batch_execute("CHECKPOINT").await.map_err(failed())
    }
}

/// What a private server for runs of `options` is to be.
fn server_options(options: &RunOptions, ground: Ground, connections: u32) -> ServerOptions {
    let is_small = ground == Ground::SmallDisk;
    let last = SMALL_DISK_SETTINGS.iter().filter(|_| is_small);
    ServerOptions {
        bin_dir: options.pg_bin.clone(),
        config: options.config.clone(),
        max_connections: connections + CONNECTIONS_BESIDES + 20,
        base_dir: None,
        guard_exe: options.guard_exe.clone(),
        settings: Vec::new(),
        after_config: options.settings.clone(),
        last_settings: last.map(|(name, value)| (name.to_string(), value.to_string())).collect(),
        disk_mb: is_small.then_some(SMALL_DISK_MB),
    }
}
