//! What the run asks of the target, and what its user allows.

use crate::model::limits::Limits;

/// What the run asks of the target, and what its user allows.
#[derive(Debug, Clone, PartialEq)]
pub struct Needs {
    /// Whether the server was started for this run.
    pub private: bool,
    /// Connections that it would have.
    pub connections: u32,
    /// Connections that it can't do without: fewer where the write pool was
    /// left to the tool, which then makes it smaller.
    pub connections_least: u32,
    /// The flag that lowers them.
    pub connections_flag: &'static str,
    /// Tenant schemas, or the one that all share.
    pub tenants: u32,
    /// How their names begin.
    pub tenant_prefix: String,
    /// The role of the writers, where tenants share a table.
    pub writer_role: Option<String>,
    /// What needs sessions that keep what they set, where something does.
    pub keeps_state: Option<&'static str>,
    /// What will be written.
    pub writes: Writes,
    /// The flags that lower it.
    pub writes_flags: &'static str,
    /// What ends the run while it goes on.
    pub limits: Limits,
    /// Replaces what earlier runs left.
    pub replace: bool,
    /// Goes on where the server isn't durable.
    pub allow_unsafe: bool,
    /// Goes on with a publication of all tables.
    pub allow_publication: bool,
    /// Goes on with event triggers.
    pub allow_event_triggers: bool,
    /// Goes on though statements are pushed out of pg_stat_statements, or the
    /// disk can't be seen.
    pub yes: bool,
}

/// An estimate of what a run writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Writes {
    /// Tables with their indexes.
    pub tables_bytes: u64,
    /// WAL, all of it: what keeps it is not for us to know.
    pub wal_bytes: u64,
}

impl Writes {
    /// Both.
    pub fn total(self) -> u64 {
        self.tables_bytes.saturating_add(self.wal_bytes)
    }
}

#[cfg(test)]
impl Needs {
    /// A small run with nothing allowed.
    pub(super) fn small() -> Needs {
        Needs {
            private: false,
            connections: 10,
            connections_least: 10,
            connections_flag: "--write-pool",
            tenants: 4,
            tenant_prefix: "pgv_tenant_".to_owned(),
            writer_role: None,
            keeps_state: None,
            writes: Writes { tables_bytes: 100 << 20, wal_bytes: 100 << 20 },
            writes_flags: "--batches, --size",
            limits: Limits::default(),
            replace: false,
            allow_unsafe: false,
            allow_publication: false,
            allow_event_triggers: false,
            yes: false,
        }
    }
}
