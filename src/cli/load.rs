//! The flags of the commands that write, and of the preflight that asks for them.

use super::values::{time, times};
use super::{Format, LimitArgs, TargetArgs};
use crate::model::rtt;
use crate::model::scenario::ByRegion;
use crate::model::{Key, Method, PoolEngine, Tenancy};
use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// What is made of the target, and what is allowed there.
#[derive(Debug, Args)]
pub struct UseArgs {
    /// The server.
    #[command(flatten)]
    pub target: TargetArgs,
    /// Tenant schemas [default: one a batch up to 50; 10 in a soak, 100 in scans, 20 in mixed]
    #[arg(long, allow_negative_numbers = true)]
    pub tenants: Option<u32>,
    /// Connections in the write pool [default: batches or writers / 0.75, at most 400; 20 in a soak with --rate; workers / 0.65 in scans; (workers + 2) / 0.6 in mixed]
    #[arg(long, allow_negative_numbers = true)]
    pub write_pool: Option<u32>,
    /// How tenants are kept apart: a schema each, or row-level security in one table
    #[arg(long, value_enum, default_value_t)]
    pub tenancy: Tenancy,
    /// With --tenancy rls: the role that the writers' sessions take, which the connecting role is a
    /// member of; neither superuser nor BYPASSRLS nor owner [default on a private server:
    /// pgvalidate_writer]
    #[arg(long, value_name = "ROLE", value_parser = NonEmptyStringValueParser::new())]
    pub writer_role: Option<String>,
    /// How the names of the tenants' schemas begin
    #[arg(long, value_name = "PREFIX", default_value = "pgv_tenant_")]
    pub tenant_prefix: String,
    /// Replace the data that an earlier run left
    #[arg(long)]
    pub replace: bool,
    /// Go on where fsync, full_page_writes or synchronous_commit is off
    #[arg(long)]
    pub allow_unsafe: bool,
    /// Go on where a publication is FOR ALL TABLES
    #[arg(long)]
    pub allow_publication: bool,
    /// Go on where event triggers would fire at our DDL
    #[arg(long)]
    pub allow_event_triggers: bool,
    /// Go on where our statements push others out of pg_stat_statements, or where the disk, or
    /// what --min-free and --max-lag watch, can't be seen
    #[arg(long)]
    pub yes: bool,
    /// What ends the run.
    #[command(flatten)]
    pub limits: LimitArgs,
    /// How the outcome is printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// What every load has.
#[derive(Debug, Args)]
pub struct LoadArgs {
    /// The target and what is allowed there.
    #[command(flatten)]
    pub on: UseArgs,
    /// How rows are written [default: copy-binary; unnest with --tenancy rls]
    #[arg(long, value_enum)]
    pub method: Option<Method>,
    /// How the tenants are spread over the country [default: equally; 40, 20, 40 with --pattern
    /// business-hours]
    #[arg(long, value_name = "north=N,central=N,south=N", value_parser = super::soak::regions)]
    pub regions: Option<ByRegion>,
    /// Add this to each round trip of a burst or a soak, for all tenants or by region:
    /// 5ms, or north=2ms,central=12ms,south=20ms
    #[arg(long, value_name = "TIME", value_parser = rtt::parse)]
    pub rtt: Option<ByRegion>,
    /// The primary key of the tenants' tables
    #[arg(long, value_enum, default_value_t)]
    pub key: Key,
    /// Rows that each tenant's table is given before anything is measured [default: 0; 10000 in mixed]
    #[arg(long, value_name = "ROWS", allow_negative_numbers = true)]
    pub preload: Option<u64>,
    /// The library behind the connection pools
    #[arg(long, value_enum, default_value_t)]
    pub pool: PoolEngine,
    /// Connections in the read pool, which dashboards and polls use, and which reads back [default: 2; 4 in scans, 10 in mixed]
    #[arg(long, allow_negative_numbers = true)]
    pub read_pool: Option<u32>,
    /// Seed of the rows
    // A number in the record, exact in a double.
    #[arg(long, allow_negative_numbers = true, default_value_t = 1, value_parser = clap::value_parser!(u64).range(..1 << 53))]
    pub seed: u64,
    /// Criteria to judge by, instead of those in configs/criteria
    #[arg(long, value_name = "FILE")]
    pub criteria: Option<PathBuf>,
    /// Folder for results
    #[arg(long, value_name = "DIR", default_value = "results")]
    pub results: PathBuf,
    /// Attempts at a batch before it counts as failed
    #[arg(long, allow_negative_numbers = true, default_value_t = 10)]
    pub attempts: u32,
    /// How long a batch may wait for a connection
    #[arg(long, value_name = "TIME", default_value = "30s", allow_hyphen_values = true, value_parser = time)]
    pub acquire_timeout: Duration,
    /// How long a batch's statements, or its COMMIT, may take
    #[arg(long, value_name = "TIME", default_value = "60s", allow_hyphen_values = true, value_parser = time)]
    pub statement_timeout: Duration,
    /// Don't sample the server's statistics while the load runs
    #[arg(long)]
    pub no_sampling: bool,
    /// Have the server log statements of ours that take longer, where the role may ask for it
    #[arg(long, value_name = "TIME", default_value = "1s", allow_hyphen_values = true, value_parser = time)]
    pub log_slow: Duration,
    /// Serve Prometheus metrics while the run lasts, as in 127.0.0.1:9187
    #[arg(long, value_name = "ADDRESS")]
    pub metrics: Option<SocketAddr>,
    /// Leave the tenants' data in the target
    #[arg(long)]
    pub keep_data: bool,
    /// Private server: where postgres and initdb are
    #[arg(long, value_name = "DIR")]
    pub pg_bin: Option<PathBuf>,
    /// Private server: a postgresql.conf fragment
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Private server: leave it running and print how to connect (with --keep-data, the rows too)
    #[arg(long)]
    pub keep: bool,
    /// The command line that a scenario file stood for; empty where none was read.
    #[arg(skip)]
    pub from_file: Vec<String>,
}

/// `burst`
#[derive(Debug, Args)]
pub struct BurstArgs {
    /// What every load has.
    #[command(flatten)]
    pub load: LoadArgs,
    /// Batches, all released at the same moment
    #[arg(long, allow_negative_numbers = true, default_value_t = 50)]
    pub batches: u32,
    /// Rows in a batch
    #[arg(long, allow_negative_numbers = true, default_value_t = 5000)]
    pub size: u32,
    /// Batches that are written to one tenant's table at once, instead of --tenants
    #[arg(long, allow_negative_numbers = true, conflicts_with = "tenants")]
    pub writers_per_tenant: Option<u32>,
    /// Don't measure the row-at-a-time baseline
    #[arg(long)]
    pub no_baseline: bool,
    /// How long each half of the baseline takes
    #[arg(long, value_name = "TIME", default_value = "3s", allow_hyphen_values = true, value_parser = time)]
    pub baseline_time: Duration,
    /// Fail where the gain over one connection, a row a transaction, is below this
    #[arg(
        long,
        allow_negative_numbers = true,
        value_name = "TIMES",
        value_parser = times,
        conflicts_with_all = ["no_baseline", "rtt"]
    )]
    pub expect_gain: Option<f64>,
}

/// `preflight`: what decides the answer of a burst's preflight.
#[derive(Debug, Args)]
pub struct PreflightArgs {
    /// The target and what is allowed there.
    #[command(flatten)]
    pub on: UseArgs,
    /// Batches that are to be written
    #[arg(long, allow_negative_numbers = true, default_value_t = 50)]
    pub batches: u32,
    /// Rows in a batch
    #[arg(long, allow_negative_numbers = true, default_value_t = 5000)]
    pub size: u32,
}
