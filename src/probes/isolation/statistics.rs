//! What statistics and catalogs say of another tenant.

use super::probe::{Expect, How, Probe};
use super::{NOTHING, REFUSED};
use crate::model::isolation::Group;
use crate::model::observed::Isolated;
use crate::session::sql;

const GROUP: Group = Group::Statistics;

/// The probes.
pub(super) const PROBES: &[Probe] = &[
    Probe::new("pg_stats", GROUP, sql!("isolation/pg_stats.sql")).everywhere(NOTHING),
    Probe::new("pg_stats_ext", GROUP, sql!("isolation/pg_stats_ext.sql")).everywhere(NOTHING),
    Probe::new("pg_statistic", GROUP, sql!("isolation/pg_statistic.sql")).everywhere(REFUSED),
    Probe::new("pg_statistic_ext_data", GROUP, sql!("isolation/pg_statistic_ext_data.sql"))
        .everywhere(REFUSED),
    Probe::new("activity_query", GROUP, sql!("isolation/activity_query.sql")).everywhere(NOTHING),
    Probe::new("statements", GROUP, sql!("isolation/statements.sql"))
        .everywhere(NOTHING)
        .optional(),
    Probe::new("estimate", GROUP, sql!("isolation/estimate.sql"))
        .one_table(Expect::Open(&[], || Isolated::OpenEstimates {}))
        .by(How::Estimate),
    Probe::new("row_counts", GROUP, sql!("isolation/row_counts.sql"))
        .everywhere(Expect::Open(&[], || Isolated::OpenRowCounts {})),
    Probe::new("sizes", GROUP, sql!("isolation/sizes.sql"))
        .everywhere(Expect::Open(&[], || Isolated::OpenSizes {})),
    Probe::new("constraints", GROUP, sql!("isolation/constraints.sql"))
        .schemas(Expect::Open(&[], || Isolated::OpenDefinitions {})),
    Probe::new("view_texts", GROUP, sql!("isolation/view_texts.sql"))
        .schemas(Expect::Open(&[], || Isolated::OpenDefinitions {})),
    Probe::new("function_texts", GROUP, sql!("isolation/function_texts.sql"))
        .schemas(Expect::Open(&[], || Isolated::OpenDefinitions {})),
    Probe::new("schema_names", GROUP, sql!("isolation/schema_names.sql"))
        .schemas(Expect::Open(&[], || Isolated::OpenNames {})),
    Probe::new("role_names", GROUP, sql!("isolation/role_names.sql"))
        .everywhere(Expect::Open(&[], || Isolated::OpenNames {})),
];
