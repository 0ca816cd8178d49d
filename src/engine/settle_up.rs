//! After the load: the read-back that proves it, and the removal of what was made.

use super::error::SetupError;
use super::{EngineError, load, tenancy};
use crate::ledger::verify::{Question, verify};
use crate::ledger::{LedgerError, schema, tenants};
use crate::message::doing;
use crate::model::record::Verification;
use crate::model::{Reason, RunRecord, Scenario, Unavailable};
use crate::session::{Pool, PoolOptions, Session, SessionError, Target, sql};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_postgres::types::Type;
use uuid::Uuid;

/// How long backends of the run may take to go.
const BACKENDS_GONE_WITHIN: Duration = Duration::from_secs(30);

/// How often it is looked whether they are gone.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// How long a server that was lost may take to come back for the read-back.
const SERVER_BACK_WITHIN: Duration = Duration::from_secs(60);

/// Reads everything back and enters what it proves.
///
/// # Errors
/// Where the target can't be read.
pub async fn prove(
    record: &mut RunRecord,
    target: &Target,
    writers: &str,
    question: Question,
) -> Result<(), EngineError> {
    let session = open_again(target).await?;
    let left = wait_until_gone(&session, writers).await?;
    if left > 0 {
        // They may write on: what is read now proves nothing.
        return Err(SetupError::BackendsLeft { backends: left }.into());
    }
    let began = Instant::now();
    let before = wal_position(&session).await;
    let scenario = &record.scenario;
    let readers = Arc::new(readers(target, scenario, "pgvalidate verify")?);
    let verification = verify(target, &readers, Arc::new(question)).await?;
    let read = load::pool_entry(&readers, scenario.pool);
    // Where there were readers during the load, it is their pool that is judged.
    let had_readers = record.reads.is_some();
    if let Some(pools) = record.pools.as_mut().filter(|p| p.read.is_none() && !had_readers) {
        pools.read = Some(read);
    }
    if let Some(readers) = Arc::into_inner(readers) {
        readers.close().await;
    }
    let after = wal_position(&session).await;
    let first_read_wal_bytes = match (before, after) {
        (Ok(before), Ok(after)) => Some(after.saturating_sub(before)),
        (Err(error), _) | (_, Err(error)) => {
            record.unavailable.push(Unavailable {
                path: "verification.first_read_wal_bytes".to_owned(),
                reason: Reason::QueryFailed { error: error.to_string() }.into(),
            });
            None
        }
    };
    record.verification = Some(Verification {
        elapsed_s: began.elapsed().as_secs_f64(),
        first_read_wal_bytes,
        ..verification
    });
    Ok(())
}

/// The read pool, whose connections are not open yet.
pub(super) fn readers(
    target: &Target,
    scenario: &Scenario,
    application_name: &str,
) -> Result<Pool, SessionError> {
    Pool::of_readers(&PoolOptions {
        engine: scenario.pool,
        target,
        control: target,
        application_name,
        size: scenario.read_pool,
        acquire_timeout: Duration::from_secs_f64(scenario.acquire_timeout_s),
        log_slow_ms: scenario.log_slow_ms,
        first: Some(tenancy::SEE_ALL),
        delayed: false,
    })
    .map_err(|e| e.into_session_error(target))
}

/// A session with a server that may be restarting.
async fn open_again(target: &Target) -> Result<Session, SessionError> {
    let deadline = Instant::now() + SERVER_BACK_WITHIN;
    loop {
        match Session::open(target, "pgvalidate control").await {
            Ok(session) => return Ok(session),
            Err(error) if Instant::now() > deadline => return Err(error),
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
}

/// Waits until no backend of the writers is left; how many are after all.
pub(super) async fn wait_until_gone(session: &Session, writers: &str) -> Result<u64, SessionError> {
    let backends = match session.pooler().keeps_backend() {
        true => sql!("ledger/run_backends.sql"),
        false => sql!("ledger/run_backends_pooled.sql"),
    };
    let deadline = Instant::now() + BACKENDS_GONE_WITHIN;
    loop {
        let row = session
            .client
            .query_typed_one(backends, &[(&writers, Type::TEXT)])
            .await
            .map_err(SessionError::statement(doing::LOOKING_FOR_BACKENDS))?;
        let left = row.get::<_, i64>(0).unsigned_abs();
        if left == 0 || Instant::now() > deadline {
            return Ok(left);
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// The WAL's insert position in bytes.
async fn wal_position(session: &Session) -> Result<u64, SessionError> {
    let statement = "SELECT pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_insert_lsn(), \
                     '0/0')::bigint";
    let row = session
        .client
        .query_typed_one(statement, &[])
        .await
        .map_err(SessionError::statement(doing::READING_WAL_POSITION))?;
    Ok(row.get::<_, i64>(0).unsigned_abs())
}

/// Removes the run's schemas and its entries in the ledger.
///
/// # Errors
/// Where something of somebody else's is in the way, or the target is gone.
pub async fn remove(target: &Target, setup: &str, run_id: Uuid) -> Result<(), EngineError> {
    let session = Session::open(target, "pgvalidate clean").await?;
    // A set-up that was stopped may have sent a COMMIT that is yet to be seen.
    wait_until_gone(&session, setup).await?;
    let refused =
        |e| matches!(e, LedgerError::ForeignLedger { .. } | LedgerError::NewerLedger { .. });
    if schema::owner(&session.client).await.is_err_and(refused) {
        // The run was refused because of it, before anything was made.
        return Ok(());
    }
    let found = tenants::find(&session.client, Some(run_id)).await?;
    tenants::remove(target, found).await?;
    Ok(schema::forget_run(&session, run_id).await?)
}
