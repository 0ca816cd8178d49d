//! What a fault may touch.

use crate::server::PrivateServer;
use crate::session::{Session, SessionError, Target};
use crate::table::Tenant;
use rand_xoshiro::Xoshiro256PlusPlus;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

/// What a fault may touch.
pub struct Scene<'a> {
    /// The server.
    pub target: &'a Target,
    /// The server that the tool started itself; None for a target.
    pub server: Option<&'a PrivateServer>,
    /// What the writers' sessions call themselves.
    pub writers: String,
    /// The run.
    pub run_id: Uuid,
    /// Its tenants, in order of their numbers.
    pub tenants: Arc<Vec<Tenant>>,
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

    /// The generator of chance.
    pub fn chance(&self) -> MutexGuard<'_, Xoshiro256PlusPlus> {
        self.chance.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
