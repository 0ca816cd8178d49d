//! The schema `pgvalidate` and the run's entries in it.

use super::{LedgerError, execute};
use crate::session::{Session, SessionError, sql};
use crate::table::Table;
use crate::table::plan::GENERATOR_VERSION;
use tokio_postgres::Client;
use tokio_postgres::types::Type;
use uuid::Uuid;

/// What the ledger is told of a run.
pub struct Registration<'a> {
    /// The run's id.
    pub run_id: Uuid,
    /// The scenario's name.
    pub scenario: &'a str,
    /// The seed of the rows.
    pub seed: u64,
    /// The table.
    pub table: &'a Table,
    /// How the tenants' schemas begin.
    pub tenant_prefix: &'a str,
    /// The batches: tenant, batch, rows.
    pub batches: &'a [(i32, i32, u32)],
}

/// Makes the ledger where there is none.
///
/// # Errors
/// Where a schema of that name isn't ours, or can't be made.
pub async fn create(session: &Session) -> Result<(), LedgerError> {
    let client = &session.client;
    begin_locked(client).await?;
    if owner(client).await?.is_none() {
        execute(client, "creating the ledger", sql!("ledger/create.sql")).await?;
    }
    execute(client, "creating the ledger", "COMMIT").await
}

/// Enters a run and its batches, all pending.
///
/// # Errors
/// Where a statement fails.
pub async fn register(
    session: &Session,
    registration: &Registration<'_>,
) -> Result<(), LedgerError> {
    let client = &session.client;
    let failed = || SessionError::statement("entering the run into the ledger");
    client
        .execute_typed(
            sql!("ledger/register_run.sql"),
            &[
                (&registration.run_id, Type::UUID),
                (&registration.scenario, Type::TEXT),
                (&registration.seed.to_string(), Type::TEXT),
                (&env!("CARGO_PKG_VERSION"), Type::TEXT),
                (&GENERATOR_VERSION, Type::INT4),
                (&registration.table.plan_hash(), Type::TEXT),
                (&registration.table.name, Type::TEXT),
                (&registration.tenant_prefix, Type::TEXT),
            ],
        )
        .await
        .map_err(failed())?;
    let column = |pick: fn(&(i32, i32, u32)) -> i32| -> Vec<i32> {
        registration.batches.iter().map(pick).collect()
    };
    client
        .execute_typed(
            sql!("ledger/register_batches.sql"),
            &[
                (&registration.run_id, Type::UUID),
                (&column(|b| b.0), Type::INT4_ARRAY),
                (&column(|b| b.1), Type::INT4_ARRAY),
                (&column(|b| b.2 as i32), Type::INT4_ARRAY),
            ],
        )
        .await
        .map_err(failed())?;
    Ok(())
}

/// Removes a run's entries, and the ledger where no other run is left in it.
///
/// # Errors
/// Where a statement fails, as for a foreign object in the schema.
pub async fn forget_run(session: &Session, run_id: Uuid) -> Result<(), LedgerError> {
    let client = &session.client;
    begin_locked(client).await?;
    if owner(client).await?.is_some() {
        let failed = || SessionError::statement("removing the run from the ledger");
        client
            .execute_typed("DELETE FROM pgvalidate.run WHERE run_id = $1", &[(&run_id, Type::UUID)])
            .await
            .map_err(failed())?;
        let left: i64 = client
            .query_one("SELECT count(*) FROM pgvalidate.run", &[])
            .await
            .map_err(failed())?
            .get(0);
        if left == 0 {
            execute(client, "removing the ledger", sql!("ledger/drop.sql")).await?;
        }
    }
    execute(client, "removing the ledger", "COMMIT").await
}

/// Removes the ledger with every run in it. False where there was none.
///
/// # Errors
/// Where it isn't ours, or something else lies in it.
pub async fn remove(session: &Session) -> Result<bool, LedgerError> {
    let client = &session.client;
    begin_locked(client).await?;
    let there = owner(client).await?.is_some();
    if there {
        execute(client, "removing the ledger", sql!("ledger/drop.sql")).await?;
    }
    execute(client, "removing the ledger", "COMMIT").await?;
    Ok(there)
}

/// Who owns our ledger; None where there is none.
///
/// # Errors
/// Where a schema of that name isn't ours: it is never touched.
pub async fn owner(client: &Client) -> Result<Option<String>, LedgerError> {
    let row = client
        .query_opt(sql!("ledger/owner.sql"), &[])
        .await
        .map_err(SessionError::statement("looking for the ledger"))?;
    match row {
        None => Ok(None),
        Some(row) if row.get::<_, bool>(0) => Ok(Some(row.get(1))),
        Some(row) => Err(LedgerError::ForeignLedger { owner: row.get(1) }),
    }
}

async fn begin_locked(client: &Client) -> Result<(), LedgerError> {
    execute(client, "taking the ledger's lock", "BEGIN ISOLATION LEVEL READ COMMITTED").await?;
    execute(client, "taking the ledger's lock", sql!("ledger/lock.sql")).await
}
