//! The flags of `tune`.

use super::values::time;
use super::{LoadArgs, SetArgs};
use crate::model::size::Bytes;
use clap::Args;
use std::path::PathBuf;
use std::time::Duration;

/// `tune`
#[derive(Debug, Args)]
pub struct TuneArgs {
    /// A finished run to advise on: its folder, or its run.json [default: a soak is made first, as
    /// long as the rules' evidence takes]
    #[arg(value_name = "RUN")]
    pub run: Option<PathBuf>,
    /// What every load has.
    #[command(flatten)]
    pub load: LoadArgs,
    /// What every set has.
    #[command(flatten)]
    pub set: SetArgs,
    /// How long the soak for the evidence is [default: 120s, and once more for longer where that
    /// shows too little]
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, value_parser = time, conflicts_with = "run")]
    pub duration: Option<Duration>,
    /// How long each run goes before it is measured
    #[arg(long, value_name = "TIME", default_value = "5s", allow_hyphen_values = true, value_parser = time)]
    pub warm_up: Duration,
    /// Rows a second that are due in each run, whatever the server does: the load that the server is
    /// to be set for [default: that of RUN, where it is a soak at one; else each writer sends its
    /// next batch when its last one is stored]
    #[arg(long, value_name = "ROWS", allow_negative_numbers = true)]
    pub rate: Option<f64>,
    /// Writers that go as fast as they can, whatever the rate of RUN was [default: 8, where there is
    /// no rate]
    #[arg(long, allow_negative_numbers = true, conflicts_with = "rate")]
    pub writers: Option<u32>,
    /// Rows in a batch
    #[arg(long, allow_negative_numbers = true, default_value_t = 1000)]
    pub size: u32,
    /// Memory that the server may use, where the run couldn't see it, or for another machine, as in
    /// 64GB
    #[arg(long, value_name = "SIZE", value_parser = Bytes::parse)]
    pub ram: Option<Bytes>,
    /// Space for WAL, what it uses now included, as in 200GB
    #[arg(long, value_name = "SIZE", value_parser = Bytes::parse)]
    pub wal_disk: Option<Bytes>,
    /// How long the server may take to recover from a crash, as in 10min
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub recovery: Option<Duration>,
    /// Private server: take the settings of this server, so that they can be tuned on a spare machine
    #[arg(long, value_name = "URL", conflicts_with_all = ["url", "service", "config"])]
    pub settings_from: Option<String>,
    /// Measure each recommendation beside the server as it is set, in turns
    #[arg(long)]
    pub verify: bool,
    /// How often each side is measured; fewer than six can hardly be sure of anything
    #[arg(long, allow_negative_numbers = true, default_value_t = 6, requires = "verify", value_parser = clap::value_parser!(u32).range(2..=100))]
    pub repeat: u32,
    /// How long each of these runs is measured [default: two checkpoint cycles where it is about
    /// checkpoints, else 30s]
    #[arg(long, value_name = "TIME", requires = "verify", allow_hyphen_values = true, value_parser = time)]
    pub arm: Option<Duration>,
    /// How long they may take in all; what doesn't fit is said to be not verifiable in this time
    #[arg(long, value_name = "TIME", requires = "verify", allow_hyphen_values = true, value_parser = time)]
    pub time: Option<Duration>,
    /// The rules whose recommendations are measured [default: all that can make something faster]
    #[arg(long, value_name = "RULES", requires = "verify", value_delimiter = ',')]
    pub only: Vec<String>,
    /// On a target: change settings that take a reload for the runs that measure them, and undo that
    #[arg(long, requires = "verify")]
    pub allow_alter_system: bool,
    /// On a target: make a CHECKPOINT before and after each of these runs
    #[arg(long, requires = "verify")]
    pub allow_checkpoint: bool,
}
