//! The place where a run happens: the user's target, or a private server.

use super::{EngineError, RunOptions};
use crate::message::doing;
use crate::model::Scenario;
use crate::server::{PrivateServer, ServerOptions};
use crate::session::{Session, SessionError, Target};
use tokio_postgres::types::Type;

/// Connections that a run needs besides its pools: control, presence, sampler
/// and set-up, which do not overlap entirely.
pub const CONNECTIONS_BESIDES: u32 = 8;

/// WAL that the warm-up writes on a private server. A fresh cluster has one
/// segment; every further one is created and zeroed in the middle of the first
/// bursts, where a server that has been running recycles old ones. More than
/// min_wal_size's default of 80 MB, and about what the standard burst writes.
const WARM_UP_WAL_MB: i32 = 256;

/// The user's target, or a private server.
pub struct Place {
    /// Where to connect to.
    pub target: Target,
    /// The private server.
    pub private: Option<PrivateServer>,
}

impl Place {
    /// Opens the place: reads `--url`, or starts a server.
    ///
    /// # Errors
    /// Where the URL doesn't parse or the server doesn't start.
    pub async fn open(options: &RunOptions, scenario: &Scenario) -> Result<Place, EngineError> {
        if let Some(url) = &options.url {
            return Ok(Place { target: Target::parse(url)?, private: None });
        }
        let server = PrivateServer::start(&ServerOptions {
            bin_dir: options.pg_bin.clone(),
            config: options.config.clone(),
            max_connections: scenario.write_pool + scenario.read_pool + CONNECTIONS_BESIDES + 20,
            base_dir: None,
            guard_exe: options.guard_exe.clone(),
            settings: Vec::new(),
            last_settings: Vec::new(),
        })
        .await?;
        Ok(Place { target: Target::parse_alone(&server.dsn())?, private: Some(server) })
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
        session
            .client
            .query_typed(write_wal, &[(&WARM_UP_WAL_MB, Type::INT4)])
            .await
            .map_err(failed())?;
        // The library is loaded where there is one; without it the record says so.
        let create = "CREATE EXTENSION IF NOT EXISTS pg_stat_statements";
        if let Err(error) = session.client.batch_execute(create).await {
            tracing::debug!("no pg_stat_statements: {error}");
        }
        session.client.batch_execute("CHECKPOINT").await.map_err(failed())
    }
}
