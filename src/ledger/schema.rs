//! The schema `pgvalidate` and the run's entries in it.

use super::{LedgerError, execute, presence};
use crate::message::doing;
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

/// Makes the ledger where there is none, forgets the runs that were replaced,
/// and enters the run with its batches: in one transaction under the ledger's
/// lock, so that no other run's end finds an empty ledger in between.
///
/// # Errors
/// Where a schema of that name isn't ours, or a statement fails.
pub async fn enter(
    session: &Session,
    registration: &Registration<'_>,
    replaced: &[String],
) -> Result<(), LedgerError> {
    let client = &session.client;
    begin_locked(session).await?;
    if owner(client).await?.is_none_or(|ledger| ledger.format < FORMAT) {
        execute(client, doing::CREATING_LEDGER, sql!("ledger/create.sql")).await?;
    }
    forget(client, replaced).await?;
    register(client, registration).await?;
    execute(client, doing::ENTERING_RUN, "COMMIT").await
}

async fn register(client: &Client, registration: &Registration<'_>) -> Result<(), LedgerError> {
    let failed = || SessionError::statement(doing::ENTERING_RUN);
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
    Ok(enter_batches(client, registration.run_id, registration.batches).await?)
}

/// Enters batches of a run, each with its tenant, its number and its rows.
///
/// # Errors
/// Where the statement fails.
pub async fn enter_batches(
    client: &Client,
    run_id: Uuid,
    batches: &[(i32, i32, u32)],
) -> Result<(), SessionError> {
    let column =
        |pick: fn(&(i32, i32, u32)) -> i32| -> Vec<i32> { batches.iter().map(pick).collect() };
    client
        .execute_typed(
            sql!("ledger/register_batches.sql"),
            &[
                (&run_id, Type::UUID),
                (&column(|b| b.0), Type::INT4_ARRAY),
                (&column(|b| b.1), Type::INT4_ARRAY),
                (&column(|b| b.2 as i32), Type::INT4_ARRAY),
            ],
        )
        .await
        .map_err(SessionError::statement(doing::ENTERING_RUN))?;
    Ok(())
}

/// Removes a run's entries, and the ledger where no other run is left in it.
///
/// # Errors
/// Where a statement fails, as for a foreign object in the schema.
pub async fn forget_run(session: &Session, run_id: Uuid) -> Result<(), LedgerError> {
    let client = &session.client;
    begin_locked(session).await?;
    if owner(client).await?.is_some() {
        forget(client, &[run_id.to_string()]).await?;
        let left: i64 = client
            .query_typed_one("SELECT count(*) FROM pgvalidate.run", &[])
            .await
            .map_err(SessionError::statement(doing::FORGETTING_RUN))?
            .get(0);
        if left == 0 {
            execute(client, doing::REMOVING_LEDGER, sql!("ledger/drop.sql")).await?;
        }
    }
    execute(client, doing::REMOVING_LEDGER, "COMMIT").await
}

/// Removes runs' entries.
async fn forget(client: &Client, run_ids: &[String]) -> Result<(), SessionError> {
    client
        .execute_typed(sql!("ledger/forget_runs.sql"), &[(&run_ids, Type::TEXT_ARRAY)])
        .await
        .map_err(SessionError::statement(doing::FORGETTING_RUN))?;
    Ok(())
}

/// Removes the ledger with every run in it. False where there was none.
///
/// # Errors
/// Where it isn't ours, or something else lies in it; unless `regardless`, also
/// where a run is under way: it may have begun while the others were removed.
pub async fn remove(session: &Session, regardless: bool) -> Result<bool, LedgerError> {
    let client = &session.client;
    begin_locked(session).await?;
    let there = owner(client).await?.is_some();
    if there {
        if !regardless && let Some(run_id) = under_way(client).await? {
            execute(client, doing::REMOVING_LEDGER, "ROLLBACK").await?;
            return Err(LedgerError::UnderWay { run_id });
        }
        execute(client, doing::REMOVING_LEDGER, sql!("ledger/drop.sql")).await?;
    }
    execute(client, doing::REMOVING_LEDGER, "COMMIT").await?;
    Ok(there)
}

/// A run of the ledger that is going on.
async fn under_way(client: &Client) -> Result<Option<String>, LedgerError> {
    let runs = client
        .query_typed("SELECT run_id::text FROM pgvalidate.run", &[])
        .await
        .map_err(SessionError::statement(doing::LOOKING_FOR_RUNS))?;
    for row in runs {
        let run_id: String = row.get(0);
        if presence::is_held(client, &run_id).await? {
            return Ok(Some(run_id));
        }
    }
    Ok(None)
}

/// The format of the ledger's tables, which its schema's comment says: 2 has
/// the queue, 3 says when its last scan was submitted. An older ledger is given
/// what it lacks.
const FORMAT: i32 = 3;

/// A ledger of ours that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ledger {
    /// Who owns it.
    pub owner: String,
    /// Its format.
    pub format: i32,
}

/// Our ledger; None where there is none.
///
/// # Errors
/// Where a schema of that name isn't ours, or is of a newer tool: it is never touched.
pub async fn owner(client: &Client) -> Result<Option<Ledger>, LedgerError> {
    let row = client
        .query_typed_opt(sql!("ledger/owner.sql"), &[])
        .await
        .map_err(SessionError::statement(doing::LOOKING_FOR_LEDGER))?;
    let Some(row) = row else { return Ok(None) };
    let owner: String = row.get(0);
    match row.get::<_, Option<i32>>(1) {
        Some(format) if format <= FORMAT => Ok(Some(Ledger { owner, format })),
        Some(format) => Err(LedgerError::NewerLedger { format }),
        None => Err(LedgerError::ForeignLedger { owner }),
    }
}

async fn begin_locked(session: &Session) -> Result<(), LedgerError> {
    let locked = session.begin_with(sql!("ledger/lock.sql")).await;
    Ok(locked.map_err(SessionError::statement(doing::LOCKING_LEDGER))?)
}
