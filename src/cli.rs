//! The command line.

use crate::message::Lang;
use crate::model::scenario::DEFAULT_READ_POOL;
use crate::model::size::Bytes;
use crate::model::{Key, Method, PoolEngine};
use crate::server::GuardArgs;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use std::time::Duration;

/// Exit codes. 130 and 143 say that a signal stopped the run.
pub mod exit {
    /// The verdict is pass.
    pub const PASS: u8 = 0;
    /// The verdict is fail.
    pub const FAIL: u8 = 1;
    /// The command line is wrong.
    pub const USAGE: u8 = 2;
    /// The run could not be carried through.
    pub const COULD_NOT_RUN: u8 = 3;
    /// The verdict is inconclusive or invalid.
    pub const UNDECIDED: u8 = 4;
}

/// Signs off a PostgreSQL's write path before the deploy.
#[derive(Debug, Parser)]
#[command(version, about, max_term_width = 100, after_help = EXAMPLES)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// The language of what is printed
    #[arg(long, global = true, value_enum, default_value_t, env = "PGVALIDATE_LANG")]
    pub lang: Lang,
}

const EXAMPLES: &str = "\
Examples:
  pgvalidate burst --batches 50 --size 5000
      on a private server that is started for it and removed afterwards
  pgvalidate burst --url postgresql://dba@db.example/app --write-pool 40
      on your own server; the password comes from PGPASSWORD or ~/.pgpass
  pgvalidate burst --url postgresql:// --write-pool 40
      on the server that PGHOST, PGSERVICE and the like name
  pgvalidate preflight --url postgresql://dba@db.example/app
      asks whether a run may begin there, and writes nothing
  pgvalidate clean --url postgresql://dba@db.example/app
      removes whatever a run left there

Exit codes: 0 pass, 1 fail, 2 usage, 3 could not run, 4 inconclusive or invalid,
130 and 143 stopped by a signal";

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Release batches all at once, prove that every row is stored, judge
    Burst(Box<BurstArgs>),
    /// Ask a server whether a burst may begin there; writes nothing
    Preflight(PreflightArgs),
    /// Remove everything that runs left in a database
    Clean(CleanArgs),
    /// Guard a private server (started by the tool itself)
    #[command(hide = true)]
    Guard(GuardArgs),
}

/// How the outcome is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A summary for people.
    Text,
    /// The record alone, or the list.
    Json,
}

/// Where to run.
#[derive(Debug, Args)]
pub struct TargetArgs {
    /// The server to write to, as URL or "key=value ...". What it leaves open comes from PG*
    /// variables, service and password file, as in libpq; "postgresql://" leaves all of it open.
    /// Without --url or --service a private server is started, whatever PG* variables say
    #[arg(long, env = "PGVALIDATE_URL", hide_env_values = true)]
    pub url: Option<String>,
    /// The server to write to, as a service in pg_service.conf
    #[arg(long, value_name = "NAME", conflicts_with = "url")]
    pub service: Option<String>,
}

impl TargetArgs {
    /// The connection string; None for a private server.
    pub fn url(&self) -> Option<String> {
        let quoted = |name: &String| name.replace('\\', r"\\").replace('\'', r"\'");
        self.service.as_ref().map(|name| format!("service='{}'", quoted(name))).or(self.url.clone())
    }
}

/// `burst`
#[derive(Debug, Args)]
pub struct BurstArgs {
    /// Where to run.
    #[command(flatten)]
    pub target: TargetArgs,
    /// Batches, all released at the same moment
    #[arg(long, allow_negative_numbers = true, default_value_t = 50)]
    pub batches: u32,
    /// Rows in a batch
    #[arg(long, allow_negative_numbers = true, default_value_t = 5000)]
    pub size: u32,
    /// Tenant schemas [default: one a batch, up to 50]
    #[arg(long, allow_negative_numbers = true)]
    pub tenants: Option<u32>,
    /// Batches that are written to one tenant's table at once, instead of --tenants
    #[arg(long, allow_negative_numbers = true, conflicts_with = "tenants")]
    pub writers_per_tenant: Option<u32>,
    /// How rows are written
    #[arg(long, value_enum, default_value_t)]
    pub method: Method,
    /// The primary key of the tenants' tables
    #[arg(long, value_enum, default_value_t)]
    pub key: Key,
    /// Rows that each tenant's table is given before anything is measured
    #[arg(long, value_name = "ROWS", allow_negative_numbers = true, default_value_t = 0)]
    pub preload: u64,
    /// The library behind the connection pools
    #[arg(long, value_enum, default_value_t)]
    pub pool: PoolEngine,
    /// Connections in the read pool, which reads back
    #[arg(long, allow_negative_numbers = true, default_value_t = DEFAULT_READ_POOL)]
    pub read_pool: u32,
    /// Connections in the write pool [default: batches / 0.75, at most 400]
    #[arg(long, allow_negative_numbers = true)]
    pub write_pool: Option<u32>,
    /// Seed of the rows
    // A number in the record, exact in a double.
    #[arg(long, allow_negative_numbers = true, default_value_t = 1, value_parser = clap::value_parser!(u64).range(..1 << 53))]
    pub seed: u64,
    /// Criteria to judge by, instead of configs/criteria/burst.toml
    #[arg(long, value_name = "FILE")]
    pub criteria: Option<PathBuf>,
    /// Folder for results
    #[arg(long, value_name = "DIR", default_value = "results")]
    pub results: PathBuf,
    /// How the outcome is printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Don't measure the row-at-a-time baseline
    #[arg(long)]
    pub no_baseline: bool,
    /// How long each half of the baseline takes
    #[arg(long, value_name = "TIME", default_value = "3s", value_parser = humantime::parse_duration)]
    pub baseline_time: Duration,
    /// Fail where the gain over one connection, a row a transaction, is below this
    #[arg(
        long,
        allow_negative_numbers = true,
        value_name = "TIMES",
        conflicts_with = "no_baseline"
    )]
    pub expect_gain: Option<f64>,
    /// Attempts at a batch before it counts as failed
    #[arg(long, allow_negative_numbers = true, default_value_t = 10)]
    pub attempts: u32,
    /// How long a batch may wait for a connection
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = humantime::parse_duration)]
    pub acquire_timeout: Duration,
    /// How long a batch's statements, or its COMMIT, may take
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = humantime::parse_duration)]
    pub statement_timeout: Duration,
    /// How the names of the tenants' schemas begin
    #[arg(long, value_name = "PREFIX", default_value = "pgv_tenant_")]
    pub tenant_prefix: String,
    /// Leave the tenants' data in the target
    #[arg(long)]
    pub keep_data: bool,
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
    /// Go on where our statements push others out of pg_stat_statements, or the disk can't be seen
    #[arg(long)]
    pub yes: bool,
    /// What the run may write to the server's disk, WAL included, as in 20GB
    #[arg(long, value_name = "SIZE", value_parser = Bytes::parse)]
    pub disk_budget: Option<Bytes>,
    /// Private server: where postgres and initdb are
    #[arg(long, value_name = "DIR")]
    pub pg_bin: Option<PathBuf>,
    /// Private server: a postgresql.conf fragment
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Private server: leave it running and print how to connect (with --keep-data, the rows too)
    #[arg(long)]
    pub keep: bool,
}

/// `preflight`: what decides the answer of a burst's preflight.
#[derive(Debug, Args)]
pub struct PreflightArgs {
    /// The server to ask.
    #[command(flatten)]
    pub target: TargetArgs,
    /// Batches that are to be written
    #[arg(long, allow_negative_numbers = true, default_value_t = 50)]
    pub batches: u32,
    /// Rows in a batch
    #[arg(long, allow_negative_numbers = true, default_value_t = 5000)]
    pub size: u32,
    /// Tenant schemas [default: one a batch, up to 50]
    #[arg(long, allow_negative_numbers = true)]
    pub tenants: Option<u32>,
    /// Connections in the write pool [default: batches / 0.75, at most 400]
    #[arg(long, allow_negative_numbers = true)]
    pub write_pool: Option<u32>,
    /// How the names of the tenants' schemas begin
    #[arg(long, value_name = "PREFIX", default_value = "pgv_tenant_")]
    pub tenant_prefix: String,
    /// The data that an earlier run left is to be replaced
    #[arg(long)]
    pub replace: bool,
    /// Allow that fsync, full_page_writes or synchronous_commit is off
    #[arg(long)]
    pub allow_unsafe: bool,
    /// Allow a publication that is FOR ALL TABLES
    #[arg(long)]
    pub allow_publication: bool,
    /// Allow event triggers that would fire at our DDL
    #[arg(long)]
    pub allow_event_triggers: bool,
    /// Allow that our statements push others out of pg_stat_statements, and a disk that can't be seen
    #[arg(long)]
    pub yes: bool,
    /// What the run may write to the server's disk, WAL included, as in 20GB
    #[arg(long, value_name = "SIZE", value_parser = Bytes::parse)]
    pub disk_budget: Option<Bytes>,
    /// How the list is printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// `clean`
#[derive(Debug, Args)]
pub struct CleanArgs {
    /// The server to clean.
    #[command(flatten)]
    pub target: TargetArgs,
    /// Clean though a run seems to be under way
    #[arg(long)]
    pub yes: bool,
}

/// The command line for the record: the value of `--url` keeps its shape and
/// loses its password.
pub fn argv_without_secrets(argv: impl Iterator<Item = String>) -> Vec<String> {
    let mut is_url = false;
    argv.map(|word| {
        let hidden = match word.strip_prefix("--url=") {
            Some(url) => format!("--url={}", without_password(url)),
            None if is_url => without_password(&word),
            None => word.clone(),
        };
        is_url = word == "--url";
        hidden
    })
    .collect()
}

/// A connection string for people. What doesn't parse is hidden whole.
fn without_password(url: &str) -> String {
    match crate::session::Target::parse(url) {
        Ok(target) => format!("({})", target.address()),
        Err(_) => "(hidden)".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn no_password_reaches_the_record() {
        let words = ["pgvalidate", "burst", "--url", "postgresql://u:s3cret@h/d", "--seed", "2"];
        let argv = argv_without_secrets(words.iter().map(|w| (*w).to_owned()));
        assert_eq!(argv[3], "(h:5432/d as u)");
        assert_eq!(argv[5], "2");
        let joined = argv_without_secrets(std::iter::once("--url=s3cret".to_owned()));
        assert_eq!(joined, ["--url=(hidden)"]);
    }
}
