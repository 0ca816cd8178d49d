//! The flags of `mixed`.

use super::LoadArgs;
use super::scans::arrival;
use super::values::time;
use clap::Args;
use std::time::Duration;

/// `mixed`
#[derive(Debug, Args)]
pub struct MixedArgs {
    /// What every load has.
    #[command(flatten)]
    pub load: LoadArgs,
    /// The share of users, or of operations, that read, in percent
    #[arg(long, value_name = "PERCENT", allow_negative_numbers = true, default_value_t = 70)]
    pub reads: u32,
    /// The share that write, in percent
    #[arg(long, value_name = "PERCENT", allow_negative_numbers = true, default_value_t = 30)]
    pub writes: u32,
    /// How long the load is measured
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = time)]
    pub duration: Duration,
    /// How long it runs before that
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = time)]
    pub warm_up: Duration,
    /// Users with think times, each in the middle of one at first, where there is no --rate
    #[arg(long, allow_negative_numbers = true, default_value_t = 100, conflicts_with = "rate")]
    pub users: u32,
    /// What their think times are multiplied by: at 1 they are 10 to 30 s before a read and 30 to
    /// 60 s before a write, at 0 there are none
    #[arg(
        long,
        value_name = "TIMES",
        allow_negative_numbers = true,
        default_value_t = 1.0,
        conflicts_with = "rate"
    )]
    pub think: f64,
    /// Operations that are due, whatever the server does, as in 50/s
    #[arg(long, value_name = "RATE", allow_negative_numbers = true, value_parser = arrival)]
    pub rate: Option<f64>,
    /// Rows of a scan
    #[arg(long, value_name = "ROWS", allow_negative_numbers = true, default_value_t = 10_000)]
    pub records: u32,
    /// Rows in a batch, of a scan or written at once
    #[arg(long, allow_negative_numbers = true, default_value_t = 1000)]
    pub size: u32,
    /// Workers that take batches from the queue
    #[arg(long, allow_negative_numbers = true, default_value_t = 4)]
    pub workers: u32,
    /// How long it is waited between two looks at a scan's status
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = time)]
    pub poll: Duration,
    /// How old a worker's heartbeat may become before its backend is ended
    #[arg(long, value_name = "TIME", default_value = "15s", value_parser = time)]
    pub heartbeat: Duration,
    /// Read through the write pool, to see what a pool of their own spares the dashboards
    #[arg(long, conflicts_with = "read_pool")]
    pub one_pool: bool,
}
