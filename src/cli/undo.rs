//! `undo`

use super::TargetArgs;
use clap::Args;

/// `undo`
#[derive(Debug, Args)]
pub struct UndoArgs {
    /// The server whose settings are put back; without it every server in the journal, at the
    /// address that stands there. Passwords come from PGPASSWORD or ~/.pgpass
    #[command(flatten)]
    pub target: TargetArgs,
    /// List what is to be undone, and change nothing
    #[arg(long)]
    pub list: bool,
}
