//! Reading what is another tenant's: rows, and files and programs of the server.

use super::probe::{Expect, How, NO_RIGHT, Probe};
use super::{NOTHING, REFUSED};
use crate::model::isolation::Group;
use crate::session::sql;

const GROUP: Group = Group::Reading;

/// The probes.
pub(super) const PROBES: &[Probe] = &[
    Probe::new("select", GROUP, sql!("isolation/select.sql")).schemas(REFUSED).one_table(NOTHING),
    Probe::new("copy_out", GROUP, sql!("isolation/copy_out.sql"))
        .schemas(REFUSED)
        .one_table(NOTHING)
        .by(How::CopyOut),
    Probe::new("search_path", GROUP, sql!("isolation/search_path.sql"))
        .schemas(Expect::Refused(&[NO_RIGHT, "42P01"])),
    Probe::new("temp_view", GROUP, sql!("isolation/temp_view.sql"))
        .schemas(REFUSED)
        .one_table(NOTHING),
    Probe::new("cursor_with_hold", GROUP, sql!("isolation/cursor_with_hold.sql"))
        .schemas(REFUSED)
        .one_table(NOTHING),
    Probe::new("prepared", GROUP, sql!("isolation/prepared.sql"))
        .schemas(REFUSED)
        .one_table(NOTHING),
    Probe::new("inherit", GROUP, sql!("isolation/inherit.sql")).everywhere(REFUSED),
    Probe::new("like", GROUP, sql!("isolation/like.sql")).schemas(REFUSED),
    Probe::new("ledger", GROUP, sql!("isolation/ledger.sql")).everywhere(REFUSED),
    Probe::new("read_file", GROUP, sql!("isolation/read_file.sql")).everywhere(REFUSED),
    Probe::new("copy_from_file", GROUP, sql!("isolation/copy_from_file.sql")).everywhere(REFUSED),
    Probe::new("copy_from_program", GROUP, sql!("isolation/copy_from_program.sql"))
        .everywhere(REFUSED),
    Probe::new("copy_to_file", GROUP, sql!("isolation/copy_to_file.sql")).everywhere(REFUSED),
    Probe::new("copy_to_program", GROUP, sql!("isolation/copy_to_program.sql")).everywhere(REFUSED),
];
