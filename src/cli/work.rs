//! The flags of `pgvalidate work`.

use super::TargetArgs;
use super::values::time;
use crate::model::Method;
use clap::Args;
use std::path::PathBuf;
use std::time::Duration;
use uuid::Uuid;

/// `work`
#[derive(Debug, Args)]
pub struct WorkArgs {
    /// The server on which the run goes on.
    #[command(flatten)]
    pub target: TargetArgs,
    /// The run's id
    #[arg(long, value_name = "ID")]
    pub run: Uuid,
    /// The folder of the run's results: what is acknowledged here is written down there
    #[arg(long, value_name = "DIR")]
    pub results: PathBuf,
    /// Workers that take batches from the queue
    #[arg(long, allow_negative_numbers = true, default_value_t = 8)]
    pub workers: u32,
    /// How rows are written
    #[arg(long, value_enum, default_value_t)]
    pub method: Method,
    /// Attempts at a batch before it is given up, those of other processes counted
    #[arg(long, allow_negative_numbers = true, default_value_t = 10)]
    pub attempts: u32,
    /// How old a worker's heartbeat may become before its backend is ended
    #[arg(long, value_name = "TIME", default_value = "15s", allow_hyphen_values = true, value_parser = time)]
    pub heartbeat: Duration,
}
