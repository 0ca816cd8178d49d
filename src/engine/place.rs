//! The place where a run happens: the user's target, or a private server.

use super::{EngineError, RunOptions};
use crate::message::doing;
use crate::server::{PrivateServer, ServerOptions};
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

/// The user's target, or a private server.
pub struct Place {
    /// Where to connect to.
    pub target: Target,
    /// The private server.
    pub private: Option<PrivateServer>,
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
            return Ok(Place { target: Target::parse(url)?, private: None, is_warm });
        }
        let server = PrivateServer::start(&ServerOptions {
            bin_dir: options.pg_bin.clone(),
            config: options.config.clone(),
            max_connections: connections + CONNECTIONS_BESIDES + 20,
            base_dir: None,
            guard_exe: options.guard_exe.clone(),
            settings: Vec::new(),
            after_config: options.settings.clone(),
            last_settings: Vec::new(),
        })
        .await?;
        let target = Target::parse_alone(&server.dsn())?;
        Ok(Place { target, private: Some(server), is_warm })
    }

    /// Brings a private server to where a server that has been running is.
    /// Not for a target, which is left as it is.
    ///
    /// # Errors
    /// Where a statement fails.
    pub async fn warm_up(&self) -> Result<(), SessionError> {
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
