//! A burst: all batches are due at the same moment, each in a task of its own.

use super::carry::carry_through;
use super::{Batch, Tally, WriteContext};
use crate::ledger::LedgerError;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Releases all batches at once and waits for every one of them.
///
/// # Errors
/// Where an acknowledgement can't be written down.
pub async fn release(
    context: &Arc<WriteContext>,
    batches: &[Batch],
) -> Result<(Tally, Duration), LedgerError> {
    let (gate, opened) = watch::channel(None::<Instant>);
    let mut tasks = JoinSet::new();
    for batch in batches {
        let (batch, context, mut opened) = (*batch, context.clone(), opened.clone());
        tasks.spawn(async move {
            // The sender outlives the tasks, so waiting can't fail.
            let due = opened.wait_for(Option::is_some).await.ok().and_then(|due| *due);
            carry_through(&context, &batch, due.unwrap_or_else(Instant::now)).await
        });
    }
    let released = Instant::now();
    context.pool.meter().restart(released);
    gate.send_replace(Some(released));
    let (mut tally, mut first) = (Tally::default(), None);
    while let Some(finished) = tasks.join_next().await {
        match finished {
            Ok(Ok(outcome)) => tally.add(&outcome),
            // The proof has a hole: the others are stopped, and waited for.
            Ok(Err(error)) => {
                context.stop.cancel();
                first.get_or_insert(error);
            }
            Err(panic) => std::panic::resume_unwind(panic.into_panic()),
        }
    }
    first.map_or(Ok((tally, released.elapsed())), Err)
}
