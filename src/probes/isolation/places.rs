//! What stands in a statement's places: names and values of the two tenants.

use super::ground::{Ground, Rows, Tenant};
use crate::session::{quote_ident, quote_literal};

/// What the other tenant's session has, as it said itself.
#[derive(Debug, Clone, Default)]
pub(super) struct Peer {
    /// Its backend.
    pub pid: String,
    /// The schema of its temporary tables, quoted.
    pub temp: String,
    /// Its large object.
    pub lo: String,
}

/// The channel that a tenant sends its notifications to.
pub(super) fn channel(tenant: &Tenant) -> String {
    format!("{}_channel", tenant.role)
}

/// The key of the advisory lock that a tenant holds.
pub(super) fn lock_key(tenant: &Tenant) -> i64 {
    xxhash_rust::xxh3::xxh3_64(tenant.role.as_bytes()) as i64
}

/// Every place of the probes from one tenant to another, and its text.
pub(super) fn places(
    ground: &Ground,
    own: &Tenant,
    other: &Tenant,
    peer: &Peer,
    rows: &Rows,
) -> Vec<(&'static str, String)> {
    let relation = |tenant: &Tenant| ground.relation(tenant);
    vec![
        ("other", relation(other)),
        ("other_id", quote_literal(&other.id)),
        ("other_schema", quote_ident(&other.schema)),
        ("other_schema_text", quote_literal(&other.schema)),
        ("other_role", quote_ident(&other.role)),
        ("other_role_text", quote_literal(&other.role)),
        ("other_oid", rows.oid.to_string()),
        ("other_row", rows.row.as_deref().map_or("NULL".to_owned(), quote_literal)),
        ("other_pid", peer.pid.clone()),
        ("other_temp", peer.temp.clone()),
        ("other_lo", peer.lo.clone()),
        ("own_id", quote_literal(&own.id)),
        ("own_schema", quote_ident(&own.schema)),
        ("own_role", quote_ident(&own.role)),
        ("own_role_more", quote_ident(&format!("{}_more", own.role))),
        ("owner_role", quote_ident(&ground.owner)),
        ("statements", ground.statements.clone().unwrap_or_default()),
        ("channel", quote_ident(&channel(other))),
        ("key", lock_key(other).to_string()),
    ]
}

/// A statement with its places filled.
pub(super) fn filled(sql: &str, places: &[(&'static str, String)]) -> String {
    places
        .iter()
        .fold(sql.to_owned(), |sql, (name, text)| sql.replace(&format!("{{{{{name}}}}}"), text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Tenancy;

    #[test]
    fn no_place_of_any_probe_stays_empty_but_that_of_the_estimate() {
        let own = Tenant { role: "a".into(), schema: "s".into(), ..Tenant::default() };
        let ground = Ground::for_test(Tenancy::Schema);
        let places = places(&ground, &own, &own, &Peer::default(), &Rows::default());
        for tenancy in Tenancy::ALL {
            for (probe, _) in super::super::all(tenancy) {
                let sql: String =
                    probe.sql.lines().filter(|line| !line.starts_with("--")).collect();
                let sql = filled(&sql, &places).replace("{{asked_id}}", "");
                assert!(!sql.contains("{{"), "{}: {sql}", probe.name);
            }
        }
    }

    #[test]
    fn a_role_cannot_escape_its_quotes() {
        let evil = Tenant { role: "a\"; DROP ROLE b; --".into(), ..Tenant::default() };
        let ground = Ground::for_test(Tenancy::Schema);
        let places = places(&ground, &evil, &evil, &Peer::default(), &Rows::default());
        let sql = filled("SET LOCAL ROLE {{other_role}}", &places);
        assert_eq!(sql, "SET LOCAL ROLE \"a\"\"; DROP ROLE b; --\"");
    }
}
