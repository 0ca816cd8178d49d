//! The flags of `compare`.

use super::Format;
use super::sets::percentage;
use clap::Args;
use std::path::PathBuf;

/// `compare`
#[derive(Debug, Args)]
pub struct CompareArgs {
    /// The base: a run's folder or run.json, a folder of runs, a set's folder or set.json (set.json:ROLE
    /// for its members of that role), or several of these with commas in between
    #[arg(value_name = "A")]
    pub base: String,
    /// What is compared with it, in the same way
    #[arg(value_name = "B")]
    pub other: String,
    /// The number of the record that decides, by its path
    #[arg(long, value_name = "PATH", default_value = "load.rows_per_s")]
    pub metric: String,
    /// The change that makes a practical difference
    #[arg(long, value_name = "SHARE", default_value = "5%", value_parser = percentage)]
    pub threshold: f64,
    /// Compare runs of different scenarios, durability or builds all the same
    #[arg(long)]
    pub force: bool,
    /// How the outcome is printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Folder for results
    #[arg(long, value_name = "DIR", default_value = "results")]
    pub results: PathBuf,
}
