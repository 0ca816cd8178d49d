//! On whose behalf a session works, which it says where tenants share a table.
//! The table's policy compares it with each row's `tenant_id`.

use super::WriteContext;
use crate::session::{Lease, quote_literal};
use crate::table::Tenant;

/// For how long a session says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Until the transaction's end.
    Transaction,
    /// Until the session's end.
    Session,
}

impl Scope {
    /// That of a read, which is in a transaction only where a session keeps nothing.
    pub(super) fn of_read(lease: &Lease) -> Scope {
        if lease.pooler().keeps_state() { Scope::Session } else { Scope::Transaction }
    }
}

/// The statement that says so; none where the tenant has a table of its own.
pub fn on_behalf(tenant: &Tenant, scope: Scope) -> String {
    if !tenant.shares {
        return String::new();
    }
    let id = quote_literal(&tenant.id.to_string());
    let is_local = scope == Scope::Transaction;
    format!("SELECT pg_catalog.set_config('pgvalidate.tenant_id', {id}, {is_local})")
}

/// What a batch's transaction says: its tenant, unless a test wants another.
pub(super) fn of_transaction(context: &WriteContext, tenant: &Tenant) -> String {
    let said = match context.seams.wrong_tenant {
        true => context.tenants.iter().find(|other| other.no != tenant.no).unwrap_or(tenant),
        false => tenant,
    };
    on_behalf(said, Scope::Transaction)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Tenancy;
    use crate::table::tenant::Origin;
    use uuid::Uuid;

    #[test]
    fn only_tenants_that_share_a_table_are_said() {
        let origin = Origin { seed: 1, run_id: Uuid::nil() };
        let own = Tenant::new(&origin, "t_", 3);
        assert_eq!(on_behalf(&own, Scope::Transaction), "");
        let shared = own.kept_apart_by(Tenancy::Rls, "t_");
        let id = shared.id;
        assert_eq!(shared.schema, "t_shared");
        assert_eq!(
            on_behalf(&shared, Scope::Transaction),
            format!("SELECT pg_catalog.set_config('pgvalidate.tenant_id', '{id}', true)")
        );
        assert!(on_behalf(&shared, Scope::Session).ends_with(", false)"));
    }
}
