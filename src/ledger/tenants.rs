//! The tenants' schemas: made in parallel, one a transaction, so that no
//! transaction holds more locks than one schema needs; removed in the same way.

use super::{LedgerError, execute, presence};
use crate::message::doing;
use crate::session::{Session, SessionError, Target, quote_ident, quote_literal, sql, with_schema};
use crate::table::{Table, Tenant};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::task::JoinSet;
use tokio_postgres::Client;
use tokio_postgres::types::Type;
use uuid::Uuid;

/// How many schemas are made or removed at once.
const PARALLEL: usize = 4;

/// A tenant schema of ours that was found in a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its name.
    pub schema: String,
    /// The run that made it.
    pub run_id: String,
}

/// Makes sure that no schema begins with `prefix`. Returns the runs whose
/// schemas were removed for it.
///
/// # Errors
/// Where one isn't ours; where one is ours and `replace` isn't given; where its
/// run is still going on.
pub async fn make_room(
    session: &Session,
    prefix: &str,
    replace: bool,
) -> Result<Vec<String>, LedgerError> {
    let client = &session.client;
    let rows = client
        .query_typed(sql!("ledger/tenant_schemas.sql"), &[(&prefix, Type::TEXT)])
        .await
        .map_err(SessionError::statement(doing::LOOKING_FOR_TENANTS))?;
    let mut ours = Vec::with_capacity(rows.len());
    for row in &rows {
        let schema: String = row.get(0);
        match row.get::<_, Option<String>>(1) {
            None => return Err(LedgerError::ForeignTenant { schema }),
            Some(run_id) if !replace => return Err(LedgerError::Existing { schema, run_id }),
            Some(run_id) => ours.push(Found { schema, run_id }),
        }
    }
    let mut runs: Vec<String> = ours.iter().map(|found| found.run_id.clone()).collect();
    runs.sort();
    runs.dedup();
    for run_id in &runs {
        if presence::is_held(client, run_id).await? {
            return Err(LedgerError::UnderWay { run_id: run_id.clone() });
        }
    }
    for found in &ours {
        drop_schema(client, &found.schema).await?;
    }
    Ok(runs)
}

/// Makes the schema and table of every tenant.
///
/// # Errors
/// The first that occurs.
pub async fn create(
    target: &Target,
    application_name: &str,
    run_id: Uuid,
    table: &Arc<Table>,
    tenants: &Arc<Vec<Tenant>>,
    primary_key: bool,
) -> Result<(), LedgerError> {
    let (table, tenants) = (table.clone(), tenants.clone());
    in_parallel(target, application_name, tenants.len(), move |session, index| {
        let (table, tenants) = (table.clone(), tenants.clone());
        async move {
            let result = create_one(&session.client, run_id, &table, &tenants[index]).await;
            if result.is_ok() && !primary_key {
                drop_primary_key(&session.client, &table, &tenants[index].schema).await?;
            }
            result.map(|()| session)
        }
    })
    .await
}

async fn create_one(
    client: &Client,
    run_id: Uuid,
    table: &Table,
    tenant: &Tenant,
) -> Result<(), LedgerError> {
    create_schema(client, run_id, &tenant.schema, &table.ddl).await?;
    register(client, run_id, tenant).await?;
    execute(client, doing::CREATING_TENANT, "COMMIT").await
}

/// Begins a transaction and makes a schema with our mark in it, by `ddl`.
pub(super) async fn create_schema(
    client: &Client,
    run_id: Uuid,
    name: &str,
    ddl: &str,
) -> Result<(), LedgerError> {
    let (schema, ddl) = (quote_ident(name), with_schema(ddl, name));
    let comment = quote_literal(&format!("pgvalidate tenant of run {run_id}"));
    let statements =
        format!("BEGIN; CREATE SCHEMA {schema}; COMMENT ON SCHEMA {schema} IS {comment};\n{ddl}");
    execute(client, doing::CREATING_TENANT, &statements).await
}

/// Enters a tenant; in the transaction that makes its schema.
pub(super) async fn register(
    client: &Client,
    run_id: Uuid,
    tenant: &Tenant,
) -> Result<(), SessionError> {
    client
        .execute_typed(
            sql!("ledger/register_tenant.sql"),
            &[
                (&run_id, Type::UUID),
                (&tenant.no, Type::INT4),
                (&tenant.id, Type::UUID),
                (&tenant.schema, Type::TEXT),
                (&tenant.name, Type::TEXT),
                (&tenant.region.as_str(), Type::TEXT),
                (&tenant.industry.as_str(), Type::TEXT),
                (&tenant.city, Type::TEXT),
            ],
        )
        .await
        .map_err(SessionError::statement(doing::ENTERING_TENANT))?;
    Ok(())
}

/// For the test which proves that without it (and without the ledger's check)
/// duplicates are made and seen.
pub(super) async fn drop_primary_key(
    client: &Client,
    table: &Table,
    schema: &str,
) -> Result<(), LedgerError> {
    let statement = format!(
        "ALTER TABLE {}.{table} DROP CONSTRAINT {table}_pkey",
        quote_ident(schema),
        table = table.name
    );
    execute(client, doing::DROPPING_KEY, &statement).await
}

/// Every tenant schema of ours in the database; of one run where `run_id` is given.
///
/// # Errors
/// Where the catalog can't be read.
pub async fn find(client: &Client, run_id: Option<Uuid>) -> Result<Vec<Found>, LedgerError> {
    let rows = client
        .query_typed(sql!("ledger/own_schemas.sql"), &[])
        .await
        .map_err(SessionError::statement(doing::LOOKING_FOR_TENANTS))?;
    let wanted = run_id.map(|id| id.to_string());
    Ok(rows
        .iter()
        .filter_map(|row| {
            // A comment that only resembles ours has no run: not ours.
            let run_id: Option<String> = row.get(1);
            Some(Found { schema: row.get(0), run_id: run_id? })
        })
        .filter(|found| wanted.as_ref().is_none_or(|id| *id == found.run_id))
        .collect())
}

/// Removes schemas of ours.
///
/// # Errors
/// The first that occurs; what holds something else is left and named.
pub async fn remove(target: &Target, found: Vec<Found>) -> Result<(), LedgerError> {
    let found = Arc::new(found);
    // One that can't be removed doesn't keep the others from being so.
    let left = Arc::new(Mutex::new(Vec::new()));
    let noted = left.clone();
    in_parallel(target, "pgvalidate clean", found.len(), move |session, index| {
        let (found, noted) = (found.clone(), noted.clone());
        async move {
            match drop_schema(&session.client, &found[index].schema).await {
                Err(LedgerError::NotRemoved { schema, detail }) => {
                    noted.lock().unwrap_or_else(PoisonError::into_inner).push((schema, detail));
                    Ok(session)
                }
                result => result.map(|()| session),
            }
        }
    })
    .await?;
    let mut left = std::mem::take(&mut *left.lock().unwrap_or_else(PoisonError::into_inner));
    left.sort();
    let names: Vec<&str> = left.iter().map(|(schema, _)| schema.as_str()).collect();
    match left.first() {
        None => Ok(()),
        Some((_, detail)) => {
            Err(LedgerError::NotRemoved { schema: names.join("\", \""), detail: detail.clone() })
        }
    }
}

async fn drop_schema(client: &Client, schema: &str) -> Result<(), LedgerError> {
    let statements = with_schema(sql!("ledger/drop_tenant.sql"), schema);
    execute(client, doing::REMOVING_TENANT, &statements).await.map_err(|error| match &error {
        LedgerError::Session { source } if source.sqlstate() == Some("2BP01") => {
            LedgerError::NotRemoved { schema: schema.to_owned(), detail: source.to_string() }
        }
        _ => error,
    })
}

/// Does `work` for every index below `count` on a few sessions at once.
async fn in_parallel<F, Fut>(
    target: &Target,
    application_name: &str,
    count: usize,
    work: F,
) -> Result<(), LedgerError>
where
    F: Fn(Session, usize) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = Result<Session, LedgerError>> + Send,
{
    let next = Arc::new(AtomicUsize::new(0));
    let mut workers = JoinSet::new();
    for _ in 0..PARALLEL.min(count) {
        let (target, next, work) = (target.clone(), next.clone(), work.clone());
        let name = application_name.to_owned();
        workers.spawn(async move {
            let mut session = Session::open(&target, &name).await?;
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                if index >= count {
                    return Ok::<(), LedgerError>(());
                }
                session = work(session, index).await?;
            }
        });
    }
    let mut first = Ok(());
    while let Some(finished) = workers.join_next().await {
        match finished {
            Ok(result) => first = first.and(result),
            Err(panic) => std::panic::resume_unwind(panic.into_panic()),
        }
    }
    first
}
