//! Becoming somebody else, or more than one is.

use super::REFUSED;
use super::probe::Probe;
use crate::model::isolation::Group;
use crate::session::sql;

const GROUP: Group = Group::Roles;

/// The probes.
pub(super) const PROBES: &[Probe] = &[
    Probe::new("set_role", GROUP, sql!("isolation/set_role.sql")).everywhere(REFUSED),
    Probe::new("set_role_owner", GROUP, sql!("isolation/set_role_owner.sql")).everywhere(REFUSED),
    Probe::new("set_role_reader", GROUP, sql!("isolation/set_role_reader.sql")).everywhere(REFUSED),
    Probe::new("session_authorization", GROUP, sql!("isolation/session_authorization.sql"))
        .everywhere(REFUSED),
    Probe::new("membership", GROUP, sql!("isolation/membership.sql")).everywhere(REFUSED),
    Probe::new("change_password", GROUP, sql!("isolation/change_password.sql")).everywhere(REFUSED),
    Probe::new("change_settings", GROUP, sql!("isolation/change_settings.sql")).everywhere(REFUSED),
    Probe::new("raise_itself", GROUP, sql!("isolation/raise_itself.sql")).everywhere(REFUSED),
    Probe::new("create_role", GROUP, sql!("isolation/create_role.sql")).everywhere(REFUSED),
    Probe::new("passwords", GROUP, sql!("isolation/passwords.sql")).everywhere(REFUSED),
    Probe::new("cancel", GROUP, sql!("isolation/cancel.sql")).everywhere(REFUSED),
];
