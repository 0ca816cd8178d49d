//! Making, changing and dropping what is another tenant's. Every attempt is rolled back.

use super::probe::{Expect, Probe};
use super::{NOTHING, REFUSED};
use crate::model::isolation::Group;
use crate::model::observed::Isolated;
use crate::session::sql;

const GROUP: Group = Group::Definitions;

/// The probes.
pub(super) const PROBES: &[Probe] = &[
    Probe::new("create_table", GROUP, sql!("isolation/create_table.sql")).everywhere(REFUSED),
    Probe::new("create_function", GROUP, sql!("isolation/create_function.sql")).everywhere(REFUSED),
    Probe::new("create_in_public", GROUP, sql!("isolation/create_in_public.sql"))
        .everywhere(Expect::RefusedFrom(15, || Isolated::OpenPublicSchema {})),
    Probe::new("drop_table", GROUP, sql!("isolation/drop_table.sql")).everywhere(REFUSED),
    Probe::new("drop_schema", GROUP, sql!("isolation/drop_schema.sql")).everywhere(REFUSED),
    Probe::new("alter_owner", GROUP, sql!("isolation/alter_owner.sql")).everywhere(REFUSED),
    Probe::new("alter_table", GROUP, sql!("isolation/alter_table.sql")).everywhere(REFUSED),
    Probe::new("create_index", GROUP, sql!("isolation/create_index.sql")).everywhere(REFUSED),
    Probe::new("grant", GROUP, sql!("isolation/grant.sql")).schemas(REFUSED).one_table(NOTHING),
    Probe::new("publication", GROUP, sql!("isolation/publication.sql")).everywhere(REFUSED),
    Probe::new("default_privileges", GROUP, sql!("isolation/default_privileges.sql"))
        .everywhere(REFUSED),
];
