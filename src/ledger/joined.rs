//! A run as another process finds it that joins it: its seed, its table and its
//! tenants, which together say what every row is.

use super::LedgerError;
use super::schema;
use crate::message::doing;
use crate::model::Key;
use crate::model::scenario::ByRegion;
use crate::session::{Session, SessionError, sql};
use crate::table::tenant::Origin;
use crate::table::vi_vn::Region;
use crate::table::{Table, Tenant, processing_activities};
use tokio_postgres::types::Type;
use uuid::Uuid;

/// The scenarios with a queue.
const QUEUED: [&str; 2] = ["scans", "mixed"];

/// A run that is joined.
pub struct Joined {
    /// What its rows are a function of.
    pub origin: Origin,
    /// Its table.
    pub table: Table,
    /// What the names of its schemas begin with.
    prefix: String,
}

/// Finds a run that goes on. Its tenants may still be being made.
///
/// # Errors
/// Where there is none of that id, or it isn't one whose table this version
/// would make alike.
pub async fn find(session: &Session, run_id: Uuid) -> Result<Joined, LedgerError> {
    let failed = || SessionError::statement(doing::READING_LEDGER);
    let client = &session.client;
    let none = || LedgerError::NoRun { run_id: run_id.to_string() };
    schema::owner(client).await?.ok_or_else(none)?;
    let id = [(&run_id as _, Type::UUID)];
    let run = client
        .query_typed_opt(sql!("ledger/joined_run.sql"), &id)
        .await
        .map_err(failed())?
        .ok_or_else(none)?;
    let scenario: String = run.get(3);
    if !QUEUED.contains(&scenario.as_str()) {
        return Err(LedgerError::NoQueue { run_id: run_id.to_string(), scenario });
    }
    let seed = run.get::<_, String>(0).parse().map_err(|_| other(run_id, "seed"))?;
    let (plan_hash, prefix): (String, String) = (run.get(1), run.get(2));
    let table = Key::ALL
        .into_iter()
        .map(processing_activities::table)
        .find(|table| table.plan_hash() == plan_hash)
        .ok_or_else(|| other(run_id, "table"))?;
    let origin = Origin { seed, run_id };
    Ok(Joined { origin, table, prefix })
}

impl Joined {
    /// Its tenants, in order of their numbers, from 1. All are there once the
    /// first scan is submitted.
    ///
    /// # Errors
    /// Where they aren't those that this version would make, each in a schema of its own.
    pub async fn tenants(&self, session: &Session) -> Result<Vec<Tenant>, LedgerError> {
        let run_id = self.origin.run_id;
        let rows = session
            .client
            .query_typed(sql!("ledger/joined_tenants.sql"), &[(&run_id, Type::UUID)])
            .await
            .map_err(SessionError::statement(doing::READING_LEDGER))?;
        let mut tenants = Vec::with_capacity(rows.len());
        for (row, no) in rows.iter().zip(1..) {
            let (region, city): (String, String) = (row.get(3), row.get(4));
            let region = Region::ALL.into_iter().find(|known| known.as_str() == region);
            let region = region.ok_or_else(|| other(run_id, "region"))?;
            let tenant = Tenant::placed(&self.origin, &self.prefix, no, &alone(region));
            let found = (row.get::<_, i32>(0), row.get::<_, String>(1), row.get::<_, String>(2));
            if found != (no, tenant.schema.clone(), tenant.name.clone()) || city != tenant.city {
                return Err(other(run_id, "tenants"));
            }
            tenants.push(tenant);
        }
        Ok(tenants)
    }
}

/// The run's `what` would be made otherwise here.
fn other(run_id: Uuid, what: &str) -> LedgerError {
    LedgerError::OtherRun { run_id: run_id.to_string(), what: what.to_owned() }
}

/// Weights by which a tenant is in this region: the weights of the run aren't
/// in the ledger, only what came of them.
fn alone(region: Region) -> ByRegion {
    let weight = |of| if of == region { 1.0 } else { 0.0 };
    ByRegion {
        north: weight(Region::North),
        central: weight(Region::Central),
        south: weight(Region::South),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenant_is_the_same_by_its_region_alone() {
        let origin = Origin { seed: 7, run_id: Uuid::nil() };
        let weights = ByRegion { north: 5.0, central: 1.0, south: 3.0 };
        for no in 1..200 {
            let tenant = Tenant::placed(&origin, "t_", no, &weights);
            assert_eq!(Tenant::placed(&origin, "t_", no, &alone(tenant.region)), tenant);
        }
    }
}
