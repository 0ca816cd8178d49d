//! The flags of `tune`.

use super::Format;
use super::values::time;
use crate::model::size::Bytes;
use clap::Args;
use std::path::PathBuf;
use std::time::Duration;

/// `tune`
#[derive(Debug, Args)]
pub struct TuneArgs {
    /// The run: its folder, or its run.json
    #[arg(value_name = "RUN")]
    pub run: PathBuf,
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
    /// How the outcome is printed: for people, or the list alone
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}
