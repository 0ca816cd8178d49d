//! What a run is asked for, checked, with its defaults.

use super::error::SetupError;
use super::faults::FaultPlan;
use super::place::Place;
use super::records::sha256 as digest;
use super::workload::{MixedWork, ScanWork, SoakWork, Work, bounded};
use super::{EngineError, tenancy};
use crate::model::limits::Limits;

use crate::model::scenario::{ByRegion, ConfigFile, ISOLATION};
use crate::model::{Criterion, Key, Method, PoolEngine, Scenario, Tenancy};
use crate::probes::watch::FreeBytes;
use crate::server::{ServerError, read_fragment};
use crate::table::Table;
use crate::work::Seams;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// What a run is asked for.
#[derive(Clone)]
pub struct RunOptions {
    /// How the load comes.
    pub work: Work,
    /// Rows in a batch.
    pub size: u32,
    /// Tenants; None for one a batch, up to 50, or a soak's default.
    pub tenants: Option<u32>,
    /// The tenants' shares of the regions; None for equal ones, or a business day's.
    pub regions: Option<ByRegion>,
    /// Batches that are written to one table at once; None to go by `tenants`.
    pub writers_per_tenant: Option<u32>,
    /// How rows are written.
    pub method: Method,
    /// How tenants are kept apart.
    pub tenancy: Tenancy,
    /// The role of the writers where tenants share a table; None for the one
    /// that is made on a private server.
    pub writer_role: Option<String>,
    /// What is added to each round trip of a tenant's, by its region, in milliseconds.
    pub rtt_ms: Option<ByRegion>,
    /// The primary key.
    pub key: Key,
    /// Rows that each tenant's table is given beforehand.
    pub preload: u64,
    /// The library behind the pools.
    pub pool: PoolEngine,
    /// Connections in the write pool; None for ⌈batches/0.75⌉ or ⌈writers/0.75⌉.
    pub write_pool: Option<u32>,
    /// Connections in the read pool.
    pub read_pool: u32,
    /// The seed of the rows.
    pub seed: u64,
    /// The target; None for a private server.
    pub url: Option<String>,
    /// The place, where it was opened for several runs: it is left as it is.
    pub place: Option<Arc<Place>>,
    /// Where the private server's binaries are.
    pub pg_bin: Option<PathBuf>,
    /// A postgresql.conf fragment for the private server.
    pub config: Option<PathBuf>,
    /// Further settings of the private server, name and plain value, which go before those of `config`.
    pub settings: Vec<(String, String)>,
    /// The program that guards the private server; None for this one.
    pub guard_exe: Option<PathBuf>,
    /// Leaves the private server running.
    pub keep: bool,
    /// Leaves the tenants' data.
    pub keep_data: bool,
    /// Replaces data of an earlier run.
    pub replace: bool,
    /// Measures the row-at-a-time baseline.
    pub baseline: bool,
    /// How long each half of the baseline takes.
    pub baseline_time: Duration,
    /// Attempts at a batch.
    pub attempts_max: u32,
    /// How long a batch may wait for a connection.
    pub acquire_timeout: Duration,
    /// How long a batch's statements, or its COMMIT, may take.
    pub statement_timeout: Duration,
    /// Goes on where the server isn't durable.
    pub allow_unsafe: bool,
    /// Goes on with a publication of all tables.
    pub allow_publication: bool,
    /// Goes on with event triggers.
    pub allow_event_triggers: bool,
    /// Goes on where others' statistics are pushed out, or a disk that can't
    /// be seen is written to.
    pub yes: bool,
    /// What ends the run while it goes on.
    pub limits: Limits,
    /// Makes a CHECKPOINT before the load, and one after it whose time counts.
    pub closing_checkpoint: bool,
    /// What goes wrong on purpose while the load runs.
    pub fault: Option<FaultPlan>,
    /// Has tenants try to get at each other's, at rest and beside the load.
    pub isolation: bool,
    /// Samples the server while the load runs.
    pub sampling: bool,
    /// Statements that take longer are logged by the server, where the role may ask for it.
    pub log_slow: Duration,
    /// Where metrics are served while the run lasts.
    pub metrics: Option<SocketAddr>,
    /// How the tenants' schemas begin.
    pub tenant_prefix: String,
    /// The flags of a set with which each of its runs writes less; None where
    /// they are those of the scenario's own command.
    pub lowered_by: Option<&'static str>,
    /// What the run is judged by.
    pub criteria: Vec<Criterion>,
    /// Where results go.
    pub results: PathBuf,
    /// The command line, without secrets.
    pub argv: Vec<String>,
    /// The command line that a scenario file stood for.
    pub from_file: Vec<String>,
    /// The seams for tests.
    pub seams: Seams,
    /// Stands in for the server's file systems, in tests.
    pub free_bytes: Option<FreeBytes>,
}

impl RunOptions {
    /// A run with every default, judged by `criteria`, its results below `results`.
    pub fn new(work: Work, size: u32, criteria: Vec<Criterion>, results: PathBuf) -> Self {
        let (preload, read_pool) = work.default_reads();
        RunOptions {
            work,
            size,
            tenants: None,
            regions: None,
            writers_per_tenant: None,
            method: Method::default(),
            tenancy: Tenancy::default(),
            writer_role: None,
            rtt_ms: None,
            key: Key::default(),
            preload,
            pool: PoolEngine::default(),
            write_pool: None,
            read_pool,
            seed: 1,
            url: None,
            place: None,
            pg_bin: None,
            config: None,
            settings: Vec::new(),
            guard_exe: None,
            keep: false,
            keep_data: false,
            replace: false,
            baseline: true,
            baseline_time: Duration::from_secs(3),
            attempts_max: 10,
            acquire_timeout: Duration::from_secs(30),
            statement_timeout: Duration::from_secs(60),
            allow_unsafe: false,
            allow_publication: false,
            allow_event_triggers: false,
            yes: false,
            limits: Limits::default(),
            closing_checkpoint: false,
            fault: None,
            isolation: false,
            sampling: true,
            log_slow: Duration::from_secs(1),
            metrics: None,
            tenant_prefix: "pgv_tenant_".to_owned(),
            criteria,
            results,
            lowered_by: None,
            argv: Vec::new(),
            from_file: Vec::new(),
            seams: Seams::default(),
            free_bytes: None,
        }
    }

    /// The scenario, every default filled in.
    ///
    /// # Errors
    /// Where a number is out of bounds, or flags contradict each other.
    pub fn scenario(&self, table: &Table) -> Result<Scenario, EngineError> {
        self.check_bounds()?;
        check_prefix(&self.tenant_prefix)?;
        self.check_conflicts()?;
        let config = self.config.as_deref().map(fragment).transpose()?;
        tenancy::check(self)?;
        let batches = match &self.work {
            Work::Burst(burst) => Some(burst.batches),
            _ => None,
        };
        let soak = match &self.work {
            Work::Soak(soak) => Some(soak.scenario()),
            _ => None,
        };
        let scans = match &self.work {
            Work::Scans(scans) => Some(scans.scenario()),
            _ => None,
        };
        let mixed = match &self.work {
            Work::Mixed(mixed) => Some(mixed.scenario()),
            _ => None,
        };
        let tenants = self.tenants();
        let rows = match &scans {
            Some(scans) => Some(u64::from(scans.records) * u64::from(tenants)),
            None => batches.map(|batches| u64::from(batches) * u64::from(self.size)),
        };
        let preloaded = self.preload * u64::from(tenants);
        bounded("--preload x --tenants =", preloaded, 0, 10_000_000_000)?;
        let write_pool = self.write_pool.unwrap_or_else(|| self.default_pool());
        bounded("--write-pool", u64::from(write_pool), 1, 10_000)?;
        Ok(Scenario {
            name: self.name().to_owned(),
            seed: self.seed,
            tenants,
            method: self.method,
            key: self.key,
            writers_per_tenant: writers_per_tenant(self.work.at_once(), write_pool, tenants),
            preload: self.preload,
            rows_stored: rows.map(|rows| rows + preloaded),
            pool: self.pool,
            read_pool: self.read_pool,
            table: table.name.to_owned(),
            batches,
            size: self.size,
            rows,
            soak,
            scans,
            mixed,
            tenancy: self.tenancy,
            regions: self.regions()?,
            rtt_ms: self.rtt_ms,
            closing_checkpoint: self.closing_checkpoint,
            sampling: self.sampling,
            log_slow_ms: None,
            write_pool,
            // It isn't delayed, and so nothing to compare with.
            baseline: self.baseline && self.rtt_ms.is_none(),
            baseline_s: self.baseline_time.as_secs_f64(),
            attempts_max: self.attempts_max,
            acquire_timeout_s: self.acquire_timeout.as_secs_f64(),
            statement_timeout_s: self.statement_timeout.as_secs_f64(),
            allow_unsafe: self.allow_unsafe,
            limits: self.limits,
            tenant_prefix: self.tenant_prefix.clone(),
            config,
            settings: self.settings.iter().cloned().collect(),
        })
    }

    /// The scenario's name.
    fn name(&self) -> &'static str {
        if self.isolation { ISOLATION } else { self.work.name() }
    }

    fn check_bounds(&self) -> Result<(), SetupError> {
        let size = u64::from(self.size);
        bounded("--size", size, 1, 10_000_000)?;
        match &self.work {
            Work::Burst(burst) => burst.check(self.size, self.writers_per_tenant)?,
            Work::Soak(soak) => soak.check(self.size)?,
            Work::Mixed(mixed) => mixed.check(self.size)?,
            Work::Scans(scans) => scans.check(self.size, self.tenants())?,
        }
        let tenants_least = if self.isolation { 2 } else { 1 };
        bounded("--tenants", u64::from(self.tenants()), tenants_least, 100_000)?;
        bounded("--preload", self.preload, 0, 1_000_000_000)?;
        bounded("--read-pool", u64::from(self.read_pool), 1, 1_000)?;
        bounded("--attempts", u64::from(self.attempts_max), 1, 1_000)?;
        for (flag, time) in [
            ("--baseline-time [ms]", self.baseline_time),
            ("--acquire-timeout [ms]", self.acquire_timeout),
            ("--statement-timeout [ms]", self.statement_timeout),
            ("--log-slow [ms]", self.log_slow),
        ] {
            let ms = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
            bounded(flag, ms, 1, 86_400_000)?;
        }
        Ok(())
    }

    /// How many tenants there are, the default filled in.
    pub fn tenants(&self) -> u32 {
        let default = match &self.work {
            Work::Burst(burst) => burst.default_tenants(self.writers_per_tenant),
            Work::Soak(_) => SoakWork::DEFAULT_TENANTS,
            Work::Mixed(_) => MixedWork::DEFAULT_TENANTS,
            Work::Scans(_) => ScanWork::DEFAULT_TENANTS,
        };
        self.tenants.unwrap_or(default)
    }

    fn regions(&self) -> Result<ByRegion, SetupError> {
        let default = match &self.work {
            Work::Soak(soak) => soak.default_regions(),
            _ => ByRegion::default(),
        };
        let regions = self.regions.unwrap_or(default);
        let weights = [regions.north, regions.central, regions.south];
        let is_good = weights.iter().all(|weight| weight.is_finite() && *weight >= 0.0);
        let is_any = weights.iter().any(|weight| *weight > 0.0);
        if is_good && is_any { Ok(regions) } else { Err(SetupError::Regions {}) }
    }

    fn default_pool(&self) -> u32 {
        match &self.work {
            Work::Burst(burst) => burst.default_pool(),
            Work::Soak(soak) => soak.default_pool(),
            Work::Mixed(mixed) => mixed.default_pool(),
            Work::Scans(scans) => scans.default_pool(),
        }
    }

    fn check_conflicts(&self) -> Result<(), SetupError> {
        let with_url = [
            ("--config", self.config.is_some()),
            ("--pg-bin", self.pg_bin.is_some()),
            ("--keep", self.keep),
            ("settings of a private server", !self.settings.is_empty()),
        ];
        if self.tenants.is_some() && self.writers_per_tenant.is_some() {
            let flag = |name: &str| name.to_owned();
            let (flag, other) = (flag("--writers-per-tenant"), flag("--tenants"));
            return Err(SetupError::Conflict { flag, other });
        }
        if matches!(self.work, Work::Scans(_) | Work::Mixed(_)) {
            let refused = [
                // Rows that commit by themselves can't be in the claim's transaction.
                ("--method autocommit", self.method == Method::Autocommit),
                // Whose batch it is, and so how far away, is known after the claim.
                ("--rtt", self.rtt_ms.is_some()),
            ];
            if let Some((flag, _)) = refused.iter().find(|(_, given)| *given) {
                let (flag, other) = ((*flag).to_owned(), self.work.name().to_owned());
                return Err(SetupError::Conflict { flag, other });
            }
        }
        match with_url.iter().find(|(_, given)| *given && self.url.is_some()) {
            Some((flag, _)) => {
                Err(SetupError::Conflict { flag: (*flag).to_owned(), other: "--url".to_owned() })
            }
            None => Ok(()),
        }
    }
}

/// The `--config` file, so that it is known which text of it was used.
fn fragment(path: &Path) -> Result<ConfigFile, ServerError> {
    let sha256 = digest(&read_fragment(path)?);
    let name = path.file_name().unwrap_or(path.as_os_str());
    Ok(ConfigFile { name: name.to_string_lossy().into_owned(), sha256 })
}

/// The most batches that are written to one table at once.
pub(super) fn writers_per_tenant(batches: u32, write_pool: u32, tenants: u32) -> u32 {
    batches.min(write_pool).div_ceil(tenants)
}

/// Plain names only: they are shown, typed and matched; and never a prefix of
/// the server's own schemas or the ledger's.
fn check_prefix(prefix: &str) -> Result<(), SetupError> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let reserved = prefix.starts_with("pg_")
        || "pgvalidate".starts_with(prefix)
        || prefix.starts_with("pgvalidate")
        || "information_schema".starts_with(prefix)
        || "public".starts_with(prefix);
    let good = (3..=40).contains(&prefix.len())
        && prefix.chars().all(plain)
        && prefix.starts_with(|c: char| c.is_ascii_lowercase())
        && !reserved;
    if good { Ok(()) } else { Err(SetupError::Prefix { prefix: prefix.to_owned() }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(batches: u32, size: u32) -> RunOptions {
        RunOptions::new(Work::burst(batches), size, Vec::new(), PathBuf::from("results"))
    }

    fn refusal(options: &RunOptions) -> String {
        let table = crate::table::processing_activities::table(crate::model::Key::UuidV4);
        options.scenario(&table).unwrap_err().to_string()
    }

    #[test]
    fn absurd_numbers_name_their_flag() {
        assert!(refusal(&options(0, 5)).contains("--batches 0"));
        assert!(refusal(&options(5, 0)).contains("--size 0"));
        assert!(refusal(&options(100_000, 10_000_000)).contains("--batches x --size ="));
        assert!(refusal(&RunOptions { tenants: Some(0), ..options(1, 1) }).contains("--tenants"));
        let pool = RunOptions { write_pool: Some(0), ..options(1, 1) };
        assert!(refusal(&pool).contains("--write-pool"));
    }

    #[test]
    fn a_soak_must_have_a_time_and_a_rate_that_can_be_kept() {
        let soak = |duration_s, rate| {
            let time = Duration::from_secs(duration_s);
            let warm_up = Duration::ZERO;
            RunOptions { work: Work::soak(time, warm_up, rate, 4), ..options(1, 100) }
        };
        assert!(refusal(&soak(0, None)).contains("--duration"));
        for rate in [0.0, -1.0, f64::NAN, 1e12] {
            assert!(refusal(&soak(60, Some(rate))).contains("--rate"), "{rate}");
        }
        // 100 rows a batch: one is due every 200 s, at 0 alone.
        assert!(refusal(&soak(60, Some(0.9))).contains("--rate"));
        let late = Work::soak(Duration::from_secs(60), Duration::from_secs(1), Some(1.0), 4);
        assert!(
            refusal(&RunOptions { work: late, ..options(1, 100) })
                .contains("--rate x --duration / --size = 0 ")
        );
        let table = crate::table::processing_activities::table(crate::model::Key::UuidV4);
        let scenario = soak(60, None).scenario(&table).unwrap();
        assert_eq!((scenario.rows, scenario.tenants, scenario.write_pool), (None, 10, 6));
    }

    #[test]
    fn regions_have_weights() {
        let table = crate::table::processing_activities::table(crate::model::Key::UuidV4);
        let with = |north, central, south| {
            let regions = Some(ByRegion { north, central, south });
            RunOptions { regions, ..options(1, 1) }
        };
        assert_eq!(with(1.0, 0.0, 2.0).scenario(&table).unwrap().regions.south, 2.0);
        for bad in [with(0.0, 0.0, 0.0), with(-1.0, 1.0, 1.0), with(f64::NAN, 1.0, 1.0)] {
            assert!(refusal(&bad).contains("--regions takes a weight"));
        }
    }

    #[test]
    fn prefixes_of_others_are_refused() {
        for prefix in ["", "pg_", "pgvalidate", "pgv", "public", "A_b", "a\"b", "1ab", "pub"] {
            assert!(check_prefix(prefix).is_err(), "{prefix}");
        }
        assert!(check_prefix("pgv_tenant_").is_ok());
    }

    #[test]
    fn a_queue_goes_not_with_what_it_cannot_do() {
        let work = Work::Scans(ScanWork::default());
        let scans = RunOptions { work, ..options(1, 100) };
        let commits = RunOptions { method: Method::Autocommit, ..scans.clone() };
        assert!(refusal(&commits).contains("--method autocommit goes not with scans"));
        let far = RunOptions { rtt_ms: Some(ByRegion::default()), ..scans };
        assert!(refusal(&far).contains("--rtt goes not with scans"));
    }

    #[test]
    fn flags_of_the_private_server_need_one() {
        let both = RunOptions { url: Some("host=h".into()), keep: true, ..options(1, 1) };
        assert!(refusal(&both).contains("--keep"));
    }
}
