//! A tenant's table locked against everybody, as a careless migration does it:
//! whoever writes to it waits, and its connections are missing to the others.

use super::{Fault, FaultError, Scene};
use crate::message::doing;
use crate::session::{Session, SessionError};
use futures_util::future::BoxFuture;
use rand::seq::IndexedRandom;

/// An ACCESS EXCLUSIVE lock, held by a session until it is healed.
#[derive(Default)]
pub(super) struct TableLock {
    holder: Option<Session>,
}

impl Fault for TableLock {
    fn inject<'a>(
        &'a mut self,
        scene: &'a Scene<'_>,
    ) -> BoxFuture<'a, Result<Option<u64>, FaultError>> {
        Box::pin(async move {
            let tenant = scene.tenants.choose(&mut *scene.chance());
            let tenant = tenant.ok_or(FaultError::NothingToHit { what: doing::TABLE })?;
            let table = scene.table_of(tenant);
            let holder = self.holder.insert(scene.session().await?);
            let lock = format!("BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE");
            let locked = holder.client.batch_execute(&lock).await;
            locked.map_err(SessionError::statement(doing::INJECTING))?;
            Ok(Some(1))
        })
    }

    fn heal<'a>(&'a mut self, _scene: &'a Scene<'_>) -> BoxFuture<'a, Result<(), FaultError>> {
        Box::pin(async move {
            let Some(holder) = self.holder.take() else { return Ok(()) };
            // Where it fails the session is gone, and its lock with it.
            let _ = holder.client.batch_execute("ROLLBACK").await;
            Ok(())
        })
    }
}
