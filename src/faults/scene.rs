//! What a fault may touch.

use super::{Detour, FaultError};
use crate::message::doing;
use crate::model::Method;
use crate::server::PrivateServer;
use crate::session::{Session, SessionError, Target, quote_ident};
use crate::table::Tenant;
use crate::work::Drops;
use rand_xoshiro::Xoshiro256PlusPlus;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

/// What a fault may touch.
pub struct Scene<'a> {
    /// The server.
    pub target: &'a Target,
    /// The server that the tool started itself; None for a target.
    pub server: Option<&'a PrivateServer>,
    /// The one that follows it; None where there is no pair.
    pub standby: Option<&'a PrivateServer>,
    /// The way that the writers take; None where it is straight.
    pub detour: Option<Arc<Detour>>,
    /// What the writers' sessions call themselves.
    pub writers: String,
    /// The run.
    pub run_id: Uuid,
    /// Its tenants, in order of their numbers.
    pub tenants: Arc<Vec<Tenant>>,
    /// The table's name, without its schema.
    pub table: &'static str,
    /// How rows are written.
    pub method: Method,
    /// The folder of the run's results.
    pub results: PathBuf,
    /// The tool's program; None for the one that runs.
    pub program: Option<PathBuf>,
    /// How writers are dropped in the middle of a batch.
    pub drops: Arc<Drops>,
    /// Where chance comes from: the same seed, the same choices.
    pub chance: Mutex<Xoshiro256PlusPlus>,
}

impl Scene<'_> {
    /// A session by which a fault does its work.
    ///
    /// # Errors
    /// Where it can't be opened.
    pub async fn session(&self) -> Result<Session, SessionError> {
        Session::open(self.target, "pgvalidate fault").await
    }

    /// The server that the tool started itself.
    ///
    /// # Errors
    /// Where it is a target.
    pub fn server(&self) -> Result<&PrivateServer, FaultError> {
        self.server.ok_or(FaultError::NothingToHit { what: doing::PRIVATE_SERVER })
    }

    /// The standby of the server that the tool started itself.
    ///
    /// # Errors
    /// Where there is none.
    pub fn standby(&self) -> Result<&PrivateServer, FaultError> {
        self.standby.ok_or(FaultError::NothingToHit { what: doing::STANDBY })
    }

    /// The tool's program.
    ///
    /// # Errors
    /// Where the system doesn't say which it is.
    pub fn program(&self) -> std::io::Result<PathBuf> {
        self.program.clone().map_or_else(std::env::current_exe, Ok)
    }

    /// A tenant's table, quoted for SQL.
    pub fn table_of(&self, tenant: &Tenant) -> String {
        format!("{}.{}", quote_ident(&tenant.schema), quote_ident(self.table))
    }

    /// The way that the writers take.
    ///
    /// # Errors
    /// Where it is straight.
    pub fn detour(&self) -> Result<&Detour, FaultError> {
        self.detour.as_deref().ok_or_else(FaultError::nowhere)
    }

    /// The generator of chance.
    pub fn chance(&self) -> MutexGuard<'_, Xoshiro256PlusPlus> {
        self.chance.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
