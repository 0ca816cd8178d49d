//! Deadlocks with the writers. A writer locks its tenant's table when it writes
//! to it and its batch's row in the ledger at the end; this takes the rows of
//! batches that are under way first and then the tables of those who wait for
//! them. PostgreSQL ends one of the two (40P01): the writer, who waits longer,
//! or the session here, whose timer runs out where the writer's had before.

use super::{Fault, FaultError, Scene};
use crate::message::doing;
use crate::session::{Session, SessionError, sql};
use futures_util::future::BoxFuture;
use std::time::{Duration, Instant};
use tokio_postgres::error::SqlState;
use tokio_postgres::types::Type;

/// How often.
const ROUNDS: u32 = 4;

/// Batches whose rows are taken at once.
const TAKEN: i32 = 32;

/// How long a writer is waited for, and how often it is looked.
const MET_WITHIN: Duration = Duration::from_millis(500);
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Rounds of deadlocks. They are over when they were injected.
pub(super) struct Deadlocks;

impl Fault for Deadlocks {
    fn inject<'a>(
        &'a mut self,
        scene: &'a Scene<'_>,
    ) -> BoxFuture<'a, Result<Option<u64>, FaultError>> {
        Box::pin(async move {
            let (session, watcher) = (scene.session().await?, scene.session().await?);
            let mut hit = 0;
            for _ in 0..ROUNDS {
                hit += u64::from(round(scene, &session, &watcher).await?);
            }
            match hit {
                0 => Err(FaultError::NothingToHit { what: doing::BATCH }),
                hit => Ok(Some(hit)),
            }
        })
    }

    fn heal<'a>(&'a mut self, _scene: &'a Scene<'_>) -> BoxFuture<'a, Result<(), FaultError>> {
        // The sessions are gone, and their locks with them.
        Box::pin(async { Ok(()) })
    }
}

/// One transaction against the writers; true where there was a deadlock.
async fn round(
    scene: &Scene<'_>,
    session: &Session,
    watcher: &Session,
) -> Result<bool, FaultError> {
    let failed = || SessionError::statement(doing::INJECTING);
    let client = &session.client;
    client.batch_execute("BEGIN").await.map_err(failed())?;
    let taken = client
        .query_typed(
            sql!("faults/take_batches.sql"),
            &[(&scene.run_id, Type::UUID), (&TAKEN, Type::INT4)],
        )
        .await
        .map_err(failed())?;
    let is_met = wait_for_writer(scene, session, watcher).await?;
    let mut tenants: Vec<i32> = taken.iter().map(|row| row.get(0)).collect();
    tenants.sort_unstable();
    tenants.dedup();
    let tables = scene.tenants.iter().filter(|tenant| tenants.contains(&tenant.no));
    for tenant in tables.filter(|_| is_met) {
        let lock = format!("LOCK TABLE {} IN SHARE MODE", scene.table_of(tenant));
        match client.batch_execute(&lock).await {
            Ok(()) => {}
            // It met this session.
            Err(error) if error.code() == Some(&SqlState::T_R_DEADLOCK_DETECTED) => break,
            Err(error) => return Err(failed()(error).into()),
        }
    }
    client.batch_execute("ROLLBACK").await.map_err(failed())?;
    Ok(is_met)
}

/// Whether a writer waits for what the session has locked. It holds its table,
/// which is then asked for: a deadlock, whoever is ended.
async fn wait_for_writer(
    scene: &Scene<'_>,
    session: &Session,
    watcher: &Session,
) -> Result<bool, FaultError> {
    let failed = || SessionError::statement(doing::INJECTING);
    let pid: i32 = {
        let asked = session.client.query_typed_one("SELECT pg_catalog.pg_backend_pid()", &[]);
        asked.await.map_err(failed())?.get(0)
    };
    let until = Instant::now() + MET_WITHIN;
    while Instant::now() < until {
        let blocked = watcher
            .client
            .query_typed_one(
                sql!("faults/blocked_writers.sql"),
                &[(&scene.writers, Type::TEXT), (&pid, Type::INT4)],
            )
            .await
            .map_err(failed())?;
        if blocked.get::<_, i64>(0) > 0 {
            return Ok(true);
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    Ok(false)
}
