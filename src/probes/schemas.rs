//! Schemas that are in the way: somebody else's with our names, and what
//! earlier runs left. The ledger looks once more before it touches one.

use super::needs::Needs;
use super::{failed, field, unanswered};
use crate::model::Check;
use crate::model::observed::Surroundings;
use crate::session::{Session, SessionError, sql};
use std::collections::BTreeSet;
use tokio_postgres::types::Type;

/// A schema that is ours, or has a name that ours would have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Schema {
    pub name: String,
    pub owner: String,
    /// Whether the role has the owner's privileges.
    pub may_change: bool,
    /// Whether it is called `pgvalidate`.
    pub is_ledger: bool,
    pub has_prefix: bool,
    /// Whether its comment is a ledger's.
    pub ledger_comment: bool,
    /// The run that its comment names: then it is a tenant's.
    pub run_id: Option<String>,
}

/// Asks.
pub(super) async fn ask(session: &Session, prefix: &str) -> Result<Vec<Schema>, SessionError> {
    let rows = session
        .client
        .query_typed(sql!("preflight/schemas.sql"), &[(&prefix, Type::TEXT)])
        .await
        .map_err(failed())?;
    let schema = |row| {
        Ok(Schema {
            name: field(row, "schema")?,
            owner: field(row, "owner")?,
            may_change: field(row, "may_change")?,
            is_ledger: field(row, "is_ledger")?,
            has_prefix: field(row, "has_prefix")?,
            ledger_comment: field(row, "ledger_comment")?,
            run_id: field(row, "run_id")?,
        })
    };
    rows.iter().map(schema).collect()
}

/// Judges the ledger, the tenants' names, and what else is left of ours.
pub(super) fn checks(
    answer: &Result<Vec<Schema>, SessionError>,
    needs: &Needs,
    role: &str,
) -> Vec<Check> {
    match answer {
        Ok(all) => vec![ledger(all, role), tenants(all, needs, role), other_runs(all)],
        Err(error) => {
            ["ledger_schema", "tenant_schemas", "other_runs"].map(|id| unanswered(id, error)).into()
        }
    }
}

fn ledger(all: &[Schema], role: &str) -> Check {
    let id = "ledger_schema";
    let Some(schema) = all.iter().find(|s| s.is_ledger) else {
        return Check::ok(id, Surroundings::NoLedger {});
    };
    let owner = schema.owner.clone();
    match (schema.ledger_comment, schema.may_change) {
        (false, _) => Check::blocking(id, Surroundings::LedgerForeign { owner }),
        (true, true) => Check::ok(id, Surroundings::LedgerOurs { owner }),
        (true, false) => {
            Check::blocking(id, Surroundings::LedgerOfOther { owner, role: role.to_owned() })
        }
    }
}

fn tenants(all: &[Schema], needs: &Needs, role: &str) -> Check {
    let (id, prefix) = ("tenant_schemas", needs.tenant_prefix.clone());
    let named: Vec<&Schema> = all.iter().filter(|s| s.has_prefix).collect();
    if let Some(schema) = named.iter().find(|s| s.run_id.is_none()) {
        let schema = schema.name.clone();
        return Check::blocking(id, Surroundings::SchemaForeign { schema });
    }
    let Some(first) = named.first() else {
        return Check::ok(id, Surroundings::PrefixFree { prefix });
    };
    if let Some(locked) = named.iter().find(|s| !s.may_change) {
        let schemas = named.iter().filter(|s| !s.may_change).count();
        let (schema, owner) = (locked.name.clone(), locked.owner.clone());
        let role = role.to_owned();
        let note = Surroundings::SchemasOfOther { schema, schemas, owner, role };
        return Check::blocking(id, note);
    }
    let (schema, schemas) = (first.name.clone(), named.len());
    let run_id = first.run_id.clone().unwrap_or_default();
    match needs.replace {
        true => Check::warning(id, Surroundings::SchemasReplaced { schema, schemas, run_id }),
        false => Check::blocking(id, Surroundings::SchemasLeft { schema, schemas, run_id }),
    }
}

fn other_runs(all: &[Schema]) -> Check {
    let id = "other_runs";
    let others: Vec<&Schema> = all.iter().filter(|s| s.run_id.is_some() && !s.has_prefix).collect();
    let Some(first) = others.first() else {
        return Check::ok(id, Surroundings::NoOtherRuns {});
    };
    let runs = others.iter().filter_map(|s| s.run_id.as_deref()).collect::<BTreeSet<_>>().len();
    let (schema, schemas) = (first.name.clone(), others.len());
    Check::warning(id, Surroundings::OtherRuns { schemas, schema, runs })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tenant(name: &str, run_id: Option<&str>) -> Schema {
        Schema {
            name: name.into(),
            owner: "o".into(),
            may_change: true,
            is_ledger: false,
            has_prefix: name.starts_with("pgv_tenant_"),
            ledger_comment: false,
            run_id: run_id.map(str::to_owned),
        }
    }

    fn ledger(ledger_comment: bool, may_change: bool) -> Schema {
        let is_ledger = true;
        Schema { is_ledger, ledger_comment, may_change, ..tenant("pgvalidate", None) }
    }

    fn notes(all: Vec<Schema>, replace: bool) -> [String; 3] {
        let needs = Needs { replace, ..Needs::small() };
        let notes: Vec<_> = checks(&Ok(all), &needs, "u").into_iter().map(|c| c.note.id).collect();
        notes.try_into().unwrap()
    }

    #[test]
    fn the_ledger_must_be_ours_to_write() {
        assert_eq!(notes(vec![], false), ["no_ledger", "prefix_free", "no_other_runs"]);
        assert_eq!(notes(vec![ledger(true, true)], false)[0], "ledger_ours");
        assert_eq!(notes(vec![ledger(true, false)], false)[0], "ledger_of_other");
        assert_eq!(notes(vec![ledger(false, true)], false)[0], "ledger_foreign");
    }

    #[test]
    fn what_is_in_the_way_is_named_and_only_ours_is_replaced() {
        let left = || tenant("pgv_tenant_00001", Some("r"));
        assert_eq!(notes(vec![left()], false)[1], "schemas_left");
        assert_eq!(notes(vec![left()], true)[1], "schemas_replaced");
        let foreign = tenant("pgv_tenant_00002", None);
        assert_eq!(notes(vec![left(), foreign], true)[1], "schema_foreign");
        let locked = Schema { may_change: false, ..left() };
        assert_eq!(notes(vec![locked], true)[1], "schemas_of_other");
        let other = notes(vec![tenant("x_00001", Some("r"))], false);
        assert_eq!(other, ["no_ledger", "prefix_free", "other_runs"]);
    }
}
