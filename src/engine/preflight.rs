//! Preflight: what a run asks of its target, alone or as a run's first step.

use super::place::{CONNECTIONS_BESIDES, WARM_UP_WAL_MB};
use super::{EngineError, RunOptions, shape, tenancy};
use crate::model::{Method, Scenario, scenario};
use crate::probes::preflight::{self, Preflight};
use crate::probes::{Needs, Writes};
use crate::session::Target;
use crate::table::tenant::Origin;
use crate::table::{BatchRows, Table, Tenant, processing_activities};
use crate::work::choice::WRITER_THINKS_S;
use bytes::BytesMut;
use uuid::Uuid;

/// Rows that are encoded to learn how long one is.
const SAMPLE_ROWS: u32 = 256;

/// A stored row beside its COPY data: tuple header and line pointer, less the
/// lengths of the fields. Checked against what a burst left: see the test
/// `the_estimate_is_near_what_a_burst_writes`.
const ROW_BYTES: u64 = 8;

/// A row's entries in the indexes of the table, their pages three quarters full.
const INDEX_BYTES: u64 = 150;

/// WAL for each byte stored, whole pages after a checkpoint included.
const WAL_FACTOR: f64 = 1.5;

/// What a tenant's empty table and indexes take, and their entries in the catalogs.
const TENANT_BYTES: u64 = 128 << 10;

/// Rows a second that the baseline is taken to write at most.
const BASELINE_ROWS_PER_S: f64 = 15_000.0;

/// Rows a second that a closed loop is taken to write at most.
const CLOSED_LOOP_ROWS_PER_S: f64 = 100_000.0;

/// Asks the target of `options` whether a burst may begin there. Writes nothing.
///
/// # Errors
/// Where options contradict each other, there is no `--url`, or no session.
pub async fn look(options: &RunOptions) -> Result<Preflight, EngineError> {
    let table = processing_activities::table(options.key);
    let scenario = options.scenario(&table)?;
    let target = Target::parse(options.url.as_deref().unwrap_or_default())?;
    Ok(preflight::look(&target, &needs(options, &scenario, &table)).await?)
}

/// What the run asks of its target.
pub(super) fn needs(options: &RunOptions, scenario: &Scenario, table: &Table) -> Needs {
    let besides = besides(options, scenario);
    let mut writes = writes(scenario, table);
    if options.url.is_none() {
        writes.wal_bytes += WARM_UP_WAL_MB.unsigned_abs() as u64 * 1024 * 1024;
    }
    Needs {
        private: options.url.is_none(),
        connections: scenario.write_pool + besides,
        connections_least: match options.write_pool {
            Some(_) => scenario.write_pool + besides,
            None => 1 + besides,
        },
        connections_flag: match scenario.read_pool > scenario.write_pool {
            true => "--read-pool",
            false => "--write-pool",
        },
        tenants: tenancy::tables(scenario),
        tenant_prefix: scenario.tenant_prefix.clone(),
        writer_role: tenancy::writer(options).map(str::to_owned),
        keeps_state: keeps_state(options, scenario),
        writes,
        writes_flags: options.lowered_by.unwrap_or_else(|| writes_flags(scenario)),
        limits: options.limits,
        replace: options.replace,
        allow_unsafe: options.allow_unsafe,
        allow_publication: options.allow_publication,
        allow_event_triggers: options.allow_event_triggers,
        yes: options.yes,
    }
}

/// What the probes of isolation have: the tenant that tries, the one that is
/// tried, and a pool of one.
const ISOLATION_CONNECTIONS: u32 = 3;

/// Connections besides the write pool.
pub(super) fn besides(options: &RunOptions, scenario: &Scenario) -> u32 {
    let watchdog = u32::from(!options.limits.is_none());
    let isolation = if options.isolation { ISOLATION_CONNECTIONS } else { 0 };
    scenario.read_pool + CONNECTIONS_BESIDES + watchdog + isolation
}

/// What needs sessions that keep what they set and prepare: a pooler would give
/// that to strangers, or their backends to a fault.
fn keeps_state(options: &RunOptions, scenario: &Scenario) -> Option<&'static str> {
    match scenario.method {
        _ if options.isolation => Some("isolation"),
        _ if options.fault.is_some() => Some("faults"),
        Method::Autocommit => Some("--method autocommit"),
        _ => None,
    }
}

/// What lowers that, in this scenario.
fn writes_flags(scenario: &Scenario) -> &'static str {
    match (&scenario.soak, &scenario.scans, &scenario.mixed) {
        (Some(soak), ..) if soak.rate_rows_per_s.is_some() => "--duration, --rate, --preload",
        (Some(_), ..) => "--duration, --preload",
        (_, Some(_), _) => "--tenants, --records, --preload",
        (_, _, Some(mixed)) if mixed.rate_per_s.is_some() => "--duration, --rate, --preload",
        (_, _, Some(_)) => "--duration, --users, --preload",
        _ => "--batches, --size, --preload",
    }
}

/// About what a run writes.
fn writes(scenario: &Scenario, table: &Table) -> Writes {
    // Both halves of the baseline, on as many connections as there are batches.
    let baseline = match scenario.baseline {
        true => (2.0 * scenario.baseline_s * BASELINE_ROWS_PER_S) as u64,
        false => 0,
    };
    let soaked = scenario.soak.as_ref().map_or(0, |soak| {
        let preloaded = u64::from(scenario.tenants) * scenario.preload;
        let written = match shape::due(soak, scenario.size) {
            Some((early, measured)) => (early + measured) * u64::from(scenario.size),
            None => (CLOSED_LOOP_ROWS_PER_S * (soak.warm_up_s + soak.duration_s)) as u64,
        };
        preloaded + written
    });
    let mixed = scenario.mixed.as_ref().map_or(0, |mixed| {
        let preloaded = u64::from(scenario.tenants) * scenario.preload;
        let rate = mixed_rows_per_s(mixed, scenario.size);
        preloaded + (rate * (mixed.warm_up_s + mixed.duration_s)) as u64
    });
    let rows = scenario.rows_stored.unwrap_or(soaked + mixed).saturating_add(baseline);
    let a_row = row_bytes(scenario, table) + ROW_BYTES + INDEX_BYTES;
    let tenants = u64::from(tenancy::tables(scenario)) * TENANT_BYTES;
    let tables_bytes = rows.saturating_mul(a_row).saturating_add(tenants);
    Writes { tables_bytes, wal_bytes: (tables_bytes as f64 * WAL_FACTOR) as u64 }
}

/// Rows a second that a mixed load writes: at its rate, or as often as its
/// users write, each of whom thinks for 30 s at least.
fn mixed_rows_per_s(mixed: &scenario::Mixed, size: u32) -> f64 {
    mixed.rows_due_per_s(size).unwrap_or_else(|| {
        let users = f64::from(mixed.users.unwrap_or_default()) * mixed.writes;
        let writes = users / (WRITER_THINKS_S.0 * mixed.think);
        // Without think times, or nearly, the server is the limit.
        (writes * mixed.rows_of_a_write(size)).min(CLOSED_LOOP_ROWS_PER_S)
    })
}

/// The mean length of a row's COPY data.
fn row_bytes(scenario: &Scenario, table: &Table) -> u64 {
    let origin = Origin { seed: scenario.seed, run_id: Uuid::nil() };
    let tenant = Tenant::new(&origin, &scenario.tenant_prefix, 1);
    let mut rows = BatchRows::new(table, &origin, &tenant, 1, SAMPLE_ROWS);
    let mut buf = BytesMut::new();
    while rows.encode_next(&mut buf).is_some() {}
    buf.len() as u64 / u64::from(SAMPLE_ROWS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Work;
    use crate::engine::set::Plan;
    use std::path::PathBuf;
    use std::time::Duration;

    #[test]
    fn isolation_has_three_connections_of_its_own() {
        let table = processing_activities::table(crate::model::Key::UuidV4);
        let work = Work::soak(Duration::from_secs(9), Duration::ZERO, None, 1);
        let plain = RunOptions::new(work, 10, Vec::new(), PathBuf::new());
        let probed = RunOptions { isolation: true, tenants: Some(2), ..plain.clone() };
        let [plain, probed] = [plain, probed].map(|options| {
            let needs = needs(&options, &options.scenario(&table).unwrap(), &table);
            (needs.connections, needs.connections_least)
        });
        assert_eq!(probed, (plain.0 + 3, plain.1 + 3));
    }

    #[test]
    fn what_lowers_what_is_written_are_flags_of_the_scenario() {
        let table = processing_activities::table(crate::model::Key::UuidV4);
        let flags = |work: Work| {
            let options = RunOptions::new(work, 10, Vec::new(), PathBuf::new());
            needs(&options, &options.scenario(&table).unwrap(), &table).writes_flags
        };
        let soak = |rate| Work::soak(Duration::from_secs(9), Duration::ZERO, rate, 1);
        assert!(flags(Work::burst(1)).contains("--batches"));
        assert!(flags(soak(Some(50.0))).starts_with("--duration, --rate"));
        assert!(!flags(soak(None)).contains("--rate"));
        // Of a set they are the set's.
        let plan = crate::engine::set::methods::Methods {
            base: RunOptions::new(Work::burst(1), 10, Vec::new(), PathBuf::new()),
            methods: Vec::new(),
            sizes: Vec::new(),
            rounds: 1,
            rows: 200,
            writers: 2,
        };
        let options = plan.next(&[]).unwrap().options;
        let needs = needs(&options, &options.scenario(&table).unwrap(), &table);
        assert_eq!(needs.writes_flags, "--rows, --preload");
    }
}
