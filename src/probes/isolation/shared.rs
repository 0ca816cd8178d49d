//! What all sessions of a database share.

use super::probe::{Expect, How, Probe};
use crate::model::isolation::Group;
use crate::model::observed::Isolated;
use crate::session::sql;

const GROUP: Group = Group::Shared;

/// The probes.
pub(super) const PROBES: &[Probe] = &[
    Probe::new("sessions", GROUP, sql!("isolation/sessions.sql"))
        .everywhere(Expect::Open(&[], || Isolated::OpenSessions {})),
    Probe::new("locks", GROUP, sql!("isolation/locks.sql"))
        .everywhere(Expect::Open(&[], || Isolated::OpenSessions {})),
    Probe::new("large_object_list", GROUP, sql!("isolation/large_object_list.sql"))
        .everywhere(Expect::Open(&[], || Isolated::OpenLargeObjects {})),
    Probe::new("advisory_lock", GROUP, sql!("isolation/advisory_lock.sql"))
        .everywhere(Expect::Open(&[], || Isolated::OpenAdvisoryLocks {})),
    Probe::new("notify", GROUP, sql!("isolation/notify.sql"))
        .everywhere(Expect::Open(&[], || Isolated::OpenNotify {}))
        .by(How::Listen),
];
