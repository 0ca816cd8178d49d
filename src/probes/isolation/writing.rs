//! Writing what is another tenant's. Every attempt is rolled back.

use super::probe::{Expect, How, NO_RIGHT, Probe};
use super::{NOTHING, REFUSED};
use crate::model::isolation::Group;
use crate::model::observed::Isolated;
use crate::session::sql;

const GROUP: Group = Group::Writing;

/// The probes.
pub(super) const PROBES: &[Probe] = &[
    Probe::new("insert", GROUP, sql!("isolation/insert.sql")).everywhere(REFUSED),
    Probe::new("copy_in", GROUP, sql!("isolation/copy_in.sql"))
        .schemas(REFUSED)
        .one_table(Expect::Refused(&[NO_RIGHT, "0A000"]))
        .by(How::CopyIn),
    Probe::new("update", GROUP, sql!("isolation/update.sql")).schemas(REFUSED).one_table(NOTHING),
    Probe::new("update_move", GROUP, sql!("isolation/update_move.sql")).one_table(REFUSED),
    Probe::new("delete", GROUP, sql!("isolation/delete.sql")).schemas(REFUSED).one_table(NOTHING),
    Probe::new("truncate", GROUP, sql!("isolation/truncate.sql")).everywhere(REFUSED),
    Probe::new("upsert", GROUP, sql!("isolation/upsert.sql")).one_table(REFUSED),
    Probe::new("select_for_update", GROUP, sql!("isolation/select_for_update.sql"))
        .schemas(REFUSED)
        .one_table(NOTHING),
    Probe::new("lock_table", GROUP, sql!("isolation/lock_table.sql"))
        .schemas(REFUSED)
        .one_table(Expect::Open(&["55P03"], || Isolated::OpenTableLock {})),
];
