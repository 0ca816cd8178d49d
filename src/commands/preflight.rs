//! `pgvalidate preflight`

use crate::cli::{Format, PreflightArgs, exit};
use crate::engine::{BurstOptions, EngineError, SetupError, preflight};
use crate::message::Lang;
use crate::report::checks;
use std::path::PathBuf;

/// Runs the command. Exit code 0 where a run may begin.
///
/// # Errors
/// Where the server couldn't be asked.
pub async fn run(args: &PreflightArgs, lang: Lang) -> Result<u8, EngineError> {
    let url = args.target.url().ok_or(SetupError::NoTarget {})?;
    super::target::warn(Some(&url), lang);
    let found = preflight::look(&options(args, url)).await?;
    let text = match args.format {
        Format::Text => checks::list(&found.checks, found.server.as_ref(), lang),
        Format::Json => serde_json::to_string_pretty(&found.checks).unwrap_or_default(),
    };
    let printed = super::print(&text);
    Ok(if printed && !found.blocks() { exit::PASS } else { exit::COULD_NOT_RUN })
}

fn options(args: &PreflightArgs, url: String) -> BurstOptions {
    // Neither judged nor recorded.
    let options = BurstOptions::new(args.batches, args.size, Vec::new(), PathBuf::new());
    BurstOptions {
        url: Some(url),
        tenants: args.tenants,
        write_pool: args.write_pool,
        tenant_prefix: args.tenant_prefix.clone(),
        replace: args.replace,
        allow_unsafe: args.allow_unsafe,
        allow_publication: args.allow_publication,
        allow_event_triggers: args.allow_event_triggers,
        yes: args.yes,
        disk_budget: args.disk_budget.map(|size| size.0),
        ..options
    }
}
