//! What row-level security has to hold against.

use super::probe::{Expect, Probe};
use super::{NOTHING, REFUSED};
use crate::model::isolation::Group;
use crate::model::observed::Isolated;
use crate::session::sql;

const GROUP: Group = Group::RowSecurity;

/// The probes.
pub(super) const PROBES: &[Probe] = &[
    Probe::new("claim_tenant", GROUP, sql!("isolation/claim_tenant.sql")).one_table(NOTHING),
    Probe::new("claim_nobody", GROUP, sql!("isolation/claim_nobody.sql"))
        .one_table(Expect::Nothing(&["22P02"])),
    Probe::new("row_security_off", GROUP, sql!("isolation/row_security_off.sql"))
        .one_table(REFUSED),
    Probe::new("row_security_inactive", GROUP, sql!("isolation/row_security_inactive.sql"))
        .one_table(NOTHING),
    Probe::new("owner_not_forced", GROUP, sql!("isolation/owner_not_forced.sql"))
        .one_table(NOTHING),
    Probe::new("bypass_attribute", GROUP, sql!("isolation/bypass_attribute.sql"))
        .one_table(NOTHING),
    Probe::new("disable_row_security", GROUP, sql!("isolation/disable_row_security.sql"))
        .one_table(REFUSED),
    Probe::new("create_policy", GROUP, sql!("isolation/create_policy.sql")).one_table(REFUSED),
    Probe::new("cast_error", GROUP, sql!("isolation/cast_error.sql"))
        .schemas(REFUSED)
        .one_table(NOTHING),
    Probe::new("leaky_function", GROUP, sql!("isolation/leaky_function.sql"))
        .schemas(REFUSED)
        .one_table(NOTHING),
    Probe::new("unique_key", GROUP, sql!("isolation/unique_key.sql"))
        .one_table(Expect::OpenBy("23505", || Isolated::OpenUniqueKey {})),
    Probe::new("policies", GROUP, sql!("isolation/policies.sql"))
        .one_table(Expect::Open(&[], || Isolated::OpenPolicies {})),
];
