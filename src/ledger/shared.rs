//! Tenants that share a table: its schema, its row-level security, and what the
//! writers' role is granted. All of it goes with the schema.

use super::tenants::{create_schema, drop_primary_key, register};
use super::{LedgerError, execute};
use crate::message::doing;
use crate::session::{Session, SessionError, Target, quote_ident, sql, with_name, with_schema};
use crate::table::{Table, Tenant};
use std::collections::BTreeMap;
use tokio_postgres::Client;
use tokio_postgres::types::Type;
use uuid::Uuid;

/// As whom rows are written.
#[derive(Debug, Clone, Copy)]
pub struct Writer<'a> {
    /// The role.
    pub role: &'a str,
    /// Whether it submits scans and takes batches from the queue.
    pub uses_queue: bool,
}

/// Makes the schemas and tables that the tenants share (the baseline's is
/// another than the others'), enters the tenants, and grants `writer` what it needs.
///
/// # Errors
/// Where a statement fails, or the table's row-level security doesn't hold for
/// `writer`: then nothing would be tested.
pub async fn create(
    target: &Target,
    application_name: &str,
    run_id: Uuid,
    table: &Table,
    tenants: &[Tenant],
    writer: &Writer<'_>,
    primary_key: bool,
) -> Result<(), LedgerError> {
    let session = Session::open(target, application_name).await?;
    let client = &session.client;
    let mut schemas: BTreeMap<&str, Vec<&Tenant>> = BTreeMap::new();
    for tenant in tenants {
        schemas.entry(&tenant.schema).or_default().push(tenant);
    }
    for (schema, tenants) in &schemas {
        create_schema(client, run_id, schema, &table.shared_ddl).await?;
        for tenant in tenants {
            register(client, run_id, tenant).await?;
        }
        let grant = with_schema(sql!("tables/grant_writer.sql"), schema);
        execute(client, doing::GRANTING, &granted_to(&grant, writer.role)).await?;
        execute(client, doing::CREATING_TENANT, "COMMIT").await?;
        if !primary_key {
            drop_primary_key(client, table, schema).await?;
        }
    }
    // The ledger is every run's: two that grant at once would disturb each other.
    let mut grant = granted_to(sql!("ledger/grant_writer.sql"), writer.role);
    if writer.uses_queue {
        grant.push_str(&granted_to(sql!("ledger/grant_queue.sql"), writer.role));
    }
    let locked = format!("BEGIN; {} {grant} COMMIT", sql!("ledger/lock.sql"));
    execute(client, doing::GRANTING, &locked).await?;
    for schema in schemas.keys() {
        prove_active(client, schema, table, writer.role).await?;
    }
    Ok(())
}

fn granted_to(statement: &str, writer: &str) -> String {
    with_name(statement, "{{writer}}", writer)
}

/// Asks, as the writers' role, whether row-level security holds for it.
async fn prove_active(
    client: &Client,
    schema: &str,
    table: &Table,
    writer: &str,
) -> Result<(), LedgerError> {
    let failed = || SessionError::statement(doing::CHECKING_ROW_SECURITY);
    let begin = format!("BEGIN; SET LOCAL ROLE {}", quote_ident(writer));
    client.batch_execute(&begin).await.map_err(failed())?;
    let relation = format!("{}.{}", quote_ident(schema), quote_ident(table.name));
    let row = client
        .query_typed_one(sql!("session/row_security_active.sql"), &[(&relation, Type::TEXT)])
        .await
        .map_err(failed())?;
    client.batch_execute("ROLLBACK").await.map_err(failed())?;
    match row.get(0) {
        true => Ok(()),
        false => Err(LedgerError::NoRowSecurity { relation, writer: writer.to_owned() }),
    }
}
