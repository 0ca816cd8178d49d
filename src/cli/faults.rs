//! The flags of `faults`.

use super::LoadArgs;
use super::sets::SetArgs;
use super::values::time;
use crate::model::fault::FaultLoad;
use clap::Args;
use std::time::Duration;

/// `faults`
#[derive(Debug, Args)]
pub struct FaultsArgs {
    /// What every load has.
    #[command(flatten)]
    pub load: LoadArgs,
    /// What every set has.
    #[command(flatten)]
    pub set: SetArgs,
    /// Only these faults, by name [default: all]
    #[arg(long, value_name = "NAMES", value_delimiter = ',', value_parser = fault())]
    pub only: Vec<String>,
    /// What they come into
    #[arg(long = "load", value_enum, default_value = "soak")]
    pub into: FaultLoad,
    /// Writers of a soak, workers of scans
    #[arg(long, allow_negative_numbers = true, default_value_t = 8)]
    pub writers: u32,
    /// Batches of a burst
    #[arg(long, allow_negative_numbers = true, default_value_t = 1000)]
    pub batches: u32,
    /// Rows in a batch
    #[arg(long, allow_negative_numbers = true, default_value_t = 1000)]
    pub size: u32,
    /// How long the load may take to be as before, once a fault is healed
    #[arg(long, value_name = "TIME", default_value = "30s", allow_hyphen_values = true, value_parser = time)]
    pub recovery: Duration,
    /// With --url: also faults that others on the server would feel
    #[arg(long)]
    pub allow_disruption: bool,
}

fn fault() -> clap::builder::PossibleValuesParser {
    crate::faults::ALL.iter().map(|kind| kind.name).collect::<Vec<_>>().into()
}
