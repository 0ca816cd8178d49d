//! What stands in a statement's places: names and values of the two tenants.

use super::ground::{Ground, Rows, Tenant};
use crate::session::{quote_ident, quote_literal, without_comments};

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

/// A statement with its places filled, each once: what a name holds is no place.
/// Its comments go first, as a line break in a name would end them.
pub(super) fn filled(sql: &str, places: &[(&'static str, String)]) -> String {
    let code = without_comments(sql);
    let (mut filled, mut rest) = (String::with_capacity(code.len()), code.as_str());
    while let Some(at) = rest.find("{{") {
        let (before, place) = rest.split_at(at);
        filled.push_str(before);
        let known = place.find("}}").and_then(|end| {
            let (_, text) = places.iter().find(|(name, _)| *name == &place[2..end])?;
            Some((text.as_str(), end + 2))
        });
        let (text, length) = known.unwrap_or(("{{", 2));
        filled.push_str(text);
        rest = &place[length..];
    }
    filled + rest
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
                let sql = filled(probe.sql, &places).replace("{{asked_id}}", "");
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
        assert_eq!(sql, "SET LOCAL ROLE \"a\"\"; DROP ROLE b; --\"\n");
    }

    #[test]
    fn a_name_is_no_place_and_ends_no_comment() {
        let places = [("a", "\"x{{b}}\nDROP ROLE c\"".to_owned()), ("b", "1".to_owned())];
        let sql = filled("-- of {{a}}\nSET ROLE {{a}} {{b}} {{c}} {{", &places);
        assert_eq!(sql, "SET ROLE \"x{{b}}\nDROP ROLE c\" 1 {{c}} {{\n");
    }
}
