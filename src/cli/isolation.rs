//! The flags of `isolation`.

use super::UseArgs;
use super::values::time;
use crate::model::PoolEngine;
use clap::Args;
use std::path::PathBuf;
use std::time::Duration;

/// `isolation`
#[derive(Debug, Args)]
pub struct IsolationArgs {
    /// The target and what is allowed there.
    #[command(flatten)]
    pub on: UseArgs,
    /// How long writers may be at work while the probes are run a second time: they end with these
    #[arg(long, value_name = "TIME", default_value = "30s", allow_hyphen_values = true, value_parser = time)]
    pub duration: Duration,
    /// Writers
    #[arg(long, allow_negative_numbers = true, default_value_t = 2)]
    pub writers: u32,
    /// Rows in a batch
    #[arg(long, allow_negative_numbers = true, default_value_t = 100)]
    pub size: u32,
    /// The library behind the connection pools, the one that is probed too
    #[arg(long, value_enum, default_value_t)]
    pub pool: PoolEngine,
    /// Seed of the rows
    #[arg(long, allow_negative_numbers = true, default_value_t = 1, value_parser = clap::value_parser!(u64).range(..1 << 53))]
    pub seed: u64,
    /// Criteria to judge by, instead of those in configs/criteria
    #[arg(long, value_name = "FILE")]
    pub criteria: Option<PathBuf>,
    /// Folder for results
    #[arg(long, value_name = "DIR", default_value = "results")]
    pub results: PathBuf,
    /// Private server: where postgres and initdb are
    #[arg(long, value_name = "DIR")]
    pub pg_bin: Option<PathBuf>,
    /// Private server: a postgresql.conf fragment
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The command line that a scenario file stood for; empty where none was read.
    #[arg(skip)]
    pub from_file: Vec<String>,
}
