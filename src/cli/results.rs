//! The flags of `results`, `completions` and `man`.

use super::Format;
use clap::Args;
use clap_complete::Shell;
use std::path::PathBuf;

/// `results`
#[derive(Debug, Args)]
pub struct ResultsArgs {
    /// The folder with the results
    #[arg(value_name = "DIR", default_value = "results")]
    pub dir: PathBuf,
    /// How the list is printed
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,
}

/// `completions`
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub shell: Shell,
}

/// `man`
#[derive(Debug, Args)]
pub struct ManArgs {
    /// The command whose page it is; without one, the tool's
    #[arg(value_name = "COMMAND")]
    pub command: Option<String>,
}
