//! Where it is tried: the tenants' roles, made and removed, and what each
//! tenant has besides its table.

use super::places::{Peer, filled, places};
use crate::message::doing;
use crate::model::{PoolEngine, Tenancy};
use crate::session::error::describe;
use crate::session::{Session, SessionError, Target, quote_ident, quote_literal, sql};
use postgres_protocol::password::scram_sha_256;
use std::collections::BTreeSet;
use tokio_postgres::Client;
use tokio_postgres::types::Type;
use uuid::Uuid;

/// A tenant with a role of its own.
#[derive(Clone, Default)]
pub struct Tenant {
    /// Its number in the run.
    pub no: i32,
    /// The id that its rows carry.
    pub id: String,
    /// The schema of its table.
    pub schema: String,
    /// Its role.
    pub role: String,
    /// The role's password, drawn for this run.
    pub password: String,
}

/// What a tenant's table held at a moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rows {
    /// Rows of the tenant's.
    pub count: u64,
    /// The sum of their hashes.
    pub digest: String,
    /// The least id of them.
    pub row: Option<String>,
    /// The table's oid.
    pub oid: u32,
}

/// The server, the tenants, and how they are kept apart.
pub struct Ground {
    /// The server, as the connecting role.
    pub target: Target,
    /// Its major version.
    pub major: u32,
    /// How tenants are kept apart.
    pub tenancy: Tenancy,
    /// The table's name.
    pub table: String,
    /// The library behind the pool that is probed.
    pub pool: PoolEngine,
    /// What the tenants' sessions call themselves.
    pub session_name: String,
    /// The tenants.
    pub tenants: Vec<Tenant>,
    /// The connecting role, which owns the tables.
    pub owner: String,
    /// Where pg_stat_statements lies; None where it isn't there.
    pub statements: Option<String>,
}

/// What the connecting role may do.
pub struct Rights {
    /// Who it is.
    pub role: String,
    /// Whether it may make roles.
    pub may_create_roles: bool,
    /// Where pg_stat_statements lies; None where it isn't there.
    pub statements: Option<String>,
}

/// The comment on a role of ours, but for the run's id.
const MARK: &str = "pgvalidate isolation role of run ";

fn failed() -> impl FnOnce(tokio_postgres::Error) -> SessionError {
    SessionError::statement(doing::PROBING_ISOLATION)
}

/// Asks what the connecting role may do.
///
/// # Errors
/// Where the statement fails.
pub async fn rights(client: &Client) -> Result<Rights, SessionError> {
    let asked = client.query_typed_one(sql!("isolation/may_create_roles.sql"), &[]).await;
    let row = asked.map_err(failed())?;
    Ok(Rights {
        role: row.try_get("role").map_err(failed())?,
        may_create_roles: row.try_get("may").map_err(failed())?,
        statements: row.try_get("statements").map_err(failed())?,
    })
}

impl Ground {
    /// A tenant's table, quoted.
    pub fn relation(&self, tenant: &Tenant) -> String {
        format!("{}.{}", quote_ident(&tenant.schema), quote_ident(&self.table))
    }

    /// Ordered pairs of the tenants, at most `most`: each tenant tries its next
    /// neighbours first.
    pub fn pairs(&self, most: usize) -> Vec<(&Tenant, &Tenant)> {
        let count = self.tenants.len();
        (1..count)
            .flat_map(|step| (0..count).map(move |at| (at, (at + step) % count)))
            .take(most)
            .map(|(from, to)| (&self.tenants[from], &self.tenants[to]))
            .collect()
    }

    /// Makes the tenants' roles, and what each has besides its table.
    ///
    /// # Errors
    /// Where a statement fails.
    pub async fn prepare(&self, client: &Client, run_id: Uuid) -> Result<(), SessionError> {
        for tenant in &self.tenants {
            // What logs and pg_stat_statements keep of it lets nobody in.
            let verifier = scram_sha_256(tenant.password.as_bytes());
            let policy = quote_ident(&format!("isolation_{:05}", tenant.no));
            let names = [
                ("role", quote_ident(&tenant.role)),
                ("password", quote_literal(&verifier)),
                ("comment", quote_literal(&format!("{MARK}{run_id}"))),
                ("schema", quote_ident(&tenant.schema)),
                ("policy", policy),
                ("id", quote_literal(&tenant.id)),
            ];
            let role = filled(sql!("isolation/role.sql"), &names);
            client.batch_execute(&role).await.map_err(failed())?;
            let props = match self.tenancy {
                Tenancy::Schema => sql!("isolation/props.sql"),
                Tenancy::Rls => sql!("isolation/props_rls.sql"),
            };
            client.batch_execute(&filled(props, &names)).await.map_err(failed())?;
        }
        for schema in self.schemas() {
            let known = filled(sql!("isolation/statistics.sql"), &[("schema", schema)]);
            client.batch_execute(&known).await.map_err(failed())?;
        }
        Ok(())
    }

    /// Runs a statement that gives the first tenant too much of the second's:
    /// the seam by which tests see that it is noticed.
    ///
    /// # Errors
    /// Where the statement fails.
    pub async fn grant_too_much(
        &self,
        client: &Client,
        statement: &str,
    ) -> Result<(), SessionError> {
        let [first, second, ..] = &self.tenants[..] else { return Ok(()) };
        let places = places(self, first, second, &Peer::default(), &Rows::default());
        client.batch_execute(&filled(statement, &places)).await.map_err(failed())
    }

    /// The schemas with a tenant's table, quoted, each once.
    fn schemas(&self) -> Vec<String> {
        let mut all: Vec<_> = self.tenants.iter().map(|t| quote_ident(&t.schema)).collect();
        all.dedup();
        all
    }

    /// What each tenant's table holds.
    ///
    /// # Errors
    /// Where a table can't be read.
    pub async fn rows(&self, client: &Client) -> Result<Vec<Rows>, SessionError> {
        let mut all = Vec::with_capacity(self.tenants.len());
        for tenant in &self.tenants {
            let relation = self.relation(tenant);
            let names = [
                ("relation_text", quote_literal(&relation)),
                ("relation", relation),
                ("id", quote_literal(&tenant.id)),
            ];
            let question = filled(sql!("isolation/digest.sql"), &names);
            let row = client.query_typed_one(&question, &[]).await.map_err(failed())?;
            all.push(Rows {
                count: row.try_get::<_, i64>("rows").map_err(failed())?.unsigned_abs(),
                digest: row.try_get("digest").map_err(failed())?,
                row: row.try_get("row").map_err(failed())?,
                oid: row.try_get("oid").map_err(failed())?,
            });
        }
        Ok(all)
    }

    /// A session of a tenant's role.
    ///
    /// # Errors
    /// Where it isn't let in.
    pub(super) async fn session(&self, tenant: &Tenant) -> Result<Session, SessionError> {
        let target = self.target.as_role(&tenant.role, &tenant.password);
        let session = Session::open(&target, &self.session_name).await?;
        let name = format!(
            "SELECT pg_catalog.set_config('pgvalidate.tenant_id', {}, false)",
            quote_literal(&tenant.id)
        );
        session.client.batch_execute(&name).await.map_err(failed())?;
        Ok(session)
    }

    #[cfg(test)]
    pub(super) fn for_test(tenancy: Tenancy) -> Ground {
        Ground {
            target: Target::parse_alone("host=/nowhere user=owner").unwrap(),
            major: 15,
            tenancy,
            table: "processing_activities".into(),
            pool: PoolEngine::default(),
            session_name: "pgvalidate isolation".into(),
            tenants: Vec::new(),
            owner: "owner".into(),
            statements: None,
        }
    }
}

/// The schemas in which a tenant has something besides its table.
///
/// # Errors
/// Where they can't be listed.
pub async fn schemas_with_props(client: &Client) -> Result<BTreeSet<String>, SessionError> {
    let listed = client.query_typed(sql!("isolation/schemas_with_props.sql"), &[]).await;
    let schema = |row: &tokio_postgres::Row| row.try_get("schema").map_err(failed());
    listed.map_err(failed())?.iter().map(schema).collect()
}

/// Removes what a tenant had besides its table, in a schema.
///
/// # Errors
/// Where a statement fails.
pub async fn remove_props(client: &Client, schema: &str) -> Result<(), SessionError> {
    let names = [("schema", quote_ident(schema))];
    let drop = filled(sql!("isolation/drop_props.sql"), &names);
    let removed = client.batch_execute(&drop).await;
    removed.map_err(SessionError::statement(doing::REMOVING_PROPS))
}

/// A role that a run made, by its mark and its name. Only these are removed.
#[derive(Debug, Clone)]
pub struct RunRole {
    name: String,
    run_id: String,
}

impl RunRole {
    /// The run.
    pub fn run_id(&self) -> &str {
        &self.run_id
    }
}

/// The roles that runs made; those of one run where `run_id` is given. Of runs
/// that go on in another database there are none.
///
/// # Errors
/// Where they can't be listed.
pub async fn roles(client: &Client, run_id: Option<&str>) -> Result<Vec<RunRole>, SessionError> {
    let listed = client.query_typed(sql!("isolation/roles_of.sql"), &[(&run_id, Type::TEXT)]).await;
    let role = |row: &tokio_postgres::Row| {
        Ok(RunRole {
            name: row.try_get("role").map_err(failed())?,
            run_id: row.try_get("run_id").map_err(failed())?,
        })
    };
    listed.map_err(failed())?.iter().map(role).collect()
}

/// Removes roles with what they own here; those that could not be removed, each
/// with the reason.
pub async fn remove_roles(client: &Client, roles: &[RunRole]) -> Vec<(String, String)> {
    let mut left = Vec::new();
    for role in roles {
        let names = [("role", quote_ident(&role.name))];
        let drop = filled(sql!("isolation/drop_role.sql"), &names);
        if let Err(error) = client.batch_execute(&drop).await {
            left.push((role.name.clone(), describe(&error)));
        }
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tenant_tries_its_neighbour_before_any_tries_a_second() {
        let mut ground = Ground::for_test(Tenancy::Schema);
        ground.tenants = (1..=3).map(|no| Tenant { no, ..Tenant::default() }).collect();
        let pairs = |most| -> Vec<(i32, i32)> {
            ground.pairs(most).iter().map(|(from, to)| (from.no, to.no)).collect()
        };
        assert_eq!(pairs(9), [(1, 2), (2, 3), (3, 1), (1, 3), (2, 1), (3, 2)]);
        assert_eq!(pairs(4), [(1, 2), (2, 3), (3, 1), (1, 3)]);
    }
}
