//! Faults: what can go wrong between the load and its server, done on purpose
//! and undone again. A fault a file, behind one trait; what came of it is the
//! ledger's to say.

mod backends;
pub mod catalogue;
mod checkpoints;
mod cutting;
mod deadlocks;
mod disk_full;
mod error;
mod failover;
mod freeze;
mod kill_backend;
mod network;
mod outage;
mod peers;
pub mod proxy;
mod scene;
mod slots;
mod small_pool;
mod table_lock;
mod way;
mod wire;
mod worker_killed;
mod writers;

pub use catalogue::{ALL, Ground, Kind, Needs};
pub use error::FaultError;
pub use scene::Scene;
pub use way::{Detour, Way};

use crate::model::observed::FaultNote;
use futures_util::future::BoxFuture;

/// Something that goes wrong, and how it's put right again.
///
/// Healing must be possible at any moment after `inject` was called, also where
/// it failed halfway or was dropped: whatever is to be undone is noted in
/// `self` before it is done.
pub trait Fault: Send {
    /// Does it. Says how many connections, backends, locks or whatever else it
    /// met; None where it meets the server as a whole. A fault that takes time
    /// may return when it began: it goes on until it is healed.
    ///
    /// # Errors
    /// Where it can't be done; nothing is proved then.
    fn inject<'a>(
        &'a mut self,
        scene: &'a Scene<'_>,
    ) -> BoxFuture<'a, Result<Option<u64>, FaultError>>;

    /// Undoes it: afterwards a load can go on as before.
    ///
    /// # Errors
    /// Where it can't be undone; the next attempt may.
    fn heal<'a>(&'a mut self, scene: &'a Scene<'_>) -> BoxFuture<'a, Result<(), FaultError>>;

    /// What there is to say of it, once it is healed.
    fn notes(&self) -> Vec<FaultNote> {
        Vec::new()
    }
}
