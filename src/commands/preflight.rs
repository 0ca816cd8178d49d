//! `pgvalidate preflight`

use crate::cli::{Format, PreflightArgs, exit};
use crate::engine::{EngineError, RunOptions, SetupError, Work, preflight};
use crate::message::Lang;
use crate::report::checks;
use std::path::PathBuf;

/// Runs the command. Exit code 0 where a run may begin.
///
/// # Errors
/// Where the server couldn't be asked.
pub async fn run(args: &PreflightArgs, lang: Lang) -> Result<u8, EngineError> {
    let url = args.on.target.url().ok_or(SetupError::NoTarget {})?;
    super::target::warn(Some(&url), lang);
    // Neither judged nor recorded.
    let work = Work::burst(args.batches);
    let options = RunOptions::new(work, args.size, Vec::new(), PathBuf::new());
    let found = preflight::look(&super::run::on_target(&args.on, options)).await?;
    let text = match args.on.format {
        Format::Text => checks::list(&found.checks, found.server.as_ref(), super::terminal(lang)),
        Format::Json => serde_json::to_string_pretty(&found.checks).unwrap_or_default(),
    };
    let printed = super::print(&text);
    Ok(if printed && !found.blocks() { exit::PASS } else { exit::COULD_NOT_RUN })
}
