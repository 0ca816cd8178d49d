//! `pgvalidate isolation`

use super::run;
use crate::cli::{IsolationArgs, argv_without_secrets};
use crate::engine::{EngineError, RunOptions, Work};
use crate::judge::criteria;
use crate::message::Lang;
use crate::model::scenario::ISOLATION;
use std::time::Duration;

/// Rows that each tenant has before anything is tried, so that there is
/// something to get at.
const ROWS_BEFOREHAND: u64 = 100;

/// Tenants where nothing is said.
const TENANTS: u32 = 2;

/// Runs the command.
///
/// # Errors
/// Where there was no run to show.
pub async fn run(args: &IsolationArgs, lang: Lang) -> Result<u8, EngineError> {
    run::run(&options(args)?, args.on.format, lang).await
}

/// The options of the run.
pub(super) fn options(args: &IsolationArgs) -> Result<RunOptions, EngineError> {
    let work = Work::soak(args.duration, Duration::ZERO, None, args.writers);
    let criteria = criteria::load(args.criteria.as_deref(), ISOLATION)?;
    let options = RunOptions::new(work, args.size, criteria, args.results.clone());
    Ok(RunOptions {
        isolation: true,
        baseline: false,
        sampling: false,
        preload: ROWS_BEFOREHAND,
        tenants: Some(args.on.tenants.unwrap_or(TENANTS)),
        pool: args.pool,
        seed: args.seed,
        pg_bin: args.pg_bin.clone(),
        config: args.config.clone(),
        from_file: args.from_file.clone(),
        argv: argv_without_secrets(
            std::env::args_os().map(|word| word.to_string_lossy().into_owned()),
        ),
        ..run::on_target(&args.on, options)
    })
}
