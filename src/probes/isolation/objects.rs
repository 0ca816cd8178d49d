//! What belongs to a tenant besides its table.

use super::probe::{Expect, How, NO_RIGHT, Probe};
use super::{NOTHING, REFUSED};
use crate::model::isolation::Group;
use crate::session::sql;

const GROUP: Group = Group::Objects;

/// The probes.
pub(super) const PROBES: &[Probe] = &[
    Probe::new("view_of_other", GROUP, sql!("isolation/view_of_other.sql")).schemas(REFUSED),
    Probe::new("function_of_other", GROUP, sql!("isolation/function_of_other.sql"))
        .schemas(REFUSED),
    Probe::new("views_as_owner", GROUP, sql!("isolation/views_as_owner.sql"))
        .everywhere(NOTHING)
        .by(How::Named),
    Probe::new("functions_as_owner", GROUP, sql!("isolation/functions_as_owner.sql"))
        .everywhere(NOTHING)
        .by(How::Named),
    Probe::new("sequence_read", GROUP, sql!("isolation/sequence_read.sql")).schemas(REFUSED),
    Probe::new("sequence_next", GROUP, sql!("isolation/sequence_next.sql")).schemas(REFUSED),
    Probe::new("sequence_set", GROUP, sql!("isolation/sequence_set.sql")).schemas(REFUSED),
    Probe::new("sequence_list", GROUP, sql!("isolation/sequence_list.sql")).schemas(NOTHING),
    Probe::new("foreign_key", GROUP, sql!("isolation/foreign_key.sql")).schemas(REFUSED),
    Probe::new("references", GROUP, sql!("isolation/references.sql")).one_table(NOTHING),
    Probe::new("trigger", GROUP, sql!("isolation/trigger.sql")).everywhere(REFUSED),
    Probe::new("rule", GROUP, sql!("isolation/rule.sql")).everywhere(REFUSED),
    Probe::new("large_object_read", GROUP, sql!("isolation/large_object_read.sql"))
        .everywhere(REFUSED),
    Probe::new("large_object_write", GROUP, sql!("isolation/large_object_write.sql"))
        .everywhere(REFUSED),
    Probe::new("large_object_drop", GROUP, sql!("isolation/large_object_drop.sql"))
        .everywhere(REFUSED),
    Probe::new("large_object_table", GROUP, sql!("isolation/large_object_table.sql"))
        .everywhere(REFUSED),
    Probe::new("temp_read", GROUP, sql!("isolation/temp_read.sql"))
        .everywhere(Expect::Refused(&[NO_RIGHT, "0A000"])),
    Probe::new("temp_drop", GROUP, sql!("isolation/temp_drop.sql")).everywhere(REFUSED),
];
