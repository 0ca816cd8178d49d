//! `pgvalidate work`

use crate::cli::{WorkArgs, exit};
use crate::engine::signals::Stop;
use crate::engine::work::{Joining, join};
use crate::engine::{EngineError, SetupError};
use crate::message::label::Label;
use crate::message::{Lang, Localized};
use crate::report::number::Numbers;

/// Joins a run of scans, and says what it stored.
///
/// # Errors
/// Where the run can't be joined, or the server doesn't come back.
pub async fn run(args: &WorkArgs, lang: Lang) -> Result<u8, EngineError> {
    let url = args.target.url().ok_or(SetupError::NoTarget {})?;
    super::target::warn(Some(&url), lang);
    let stop = Stop::default();
    super::run::listen(&stop, lang);
    let joining = Joining {
        url,
        run_id: args.run,
        results: args.results.clone(),
        workers: args.workers,
        method: args.method,
        attempts_max: args.attempts,
        heartbeat: args.heartbeat,
    };
    let worked = Box::pin(join(&joining, &stop)).await?;
    let n = Numbers(lang);
    let (batches, rows) = (n.whole(worked.batches), n.whole(worked.rows));
    let printed = super::print(&Label::Worked { batches, rows }.text(lang));
    if let Some(signal) = stop.signal() {
        return Ok(signal.exit_code());
    }
    Ok(if printed { exit::PASS } else { exit::COULD_NOT_RUN })
}
