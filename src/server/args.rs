//! What the guard is called with.

use std::path::PathBuf;

/// What the hidden subcommand `guard` is called with.
#[derive(Debug, Clone, clap::Args)]
pub struct GuardArgs {
    /// The directory to make, use and remove.
    #[arg(long)]
    pub dir: PathBuf,
    /// Where `postgres` and `initdb` are.
    #[arg(long)]
    pub bin_dir: PathBuf,
    /// The user that the server runs as, if not as this one.
    #[arg(long, requires = "gid")]
    pub uid: Option<u32>,
    /// That user's group.
    #[arg(long, requires = "uid")]
    pub gid: Option<u32>,
    /// Settings for the end of the server's command line, as name=value.
    #[arg(long = "setting")]
    pub settings: Vec<String>,
    /// The size of a file system in memory for the data, which this guard and
    /// its server alone see; without it they lie in the directory.
    #[arg(long)]
    pub disk_mb: Option<u64>,
    /// Become the server, and end with the guard that has this pid.
    #[arg(long)]
    pub exec_under: Option<i32>,
}
