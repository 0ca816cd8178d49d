//! What our COPYs wait for, ten times a second, on a connection of its own.
//!
//! A COPY that waits for ClientRead waits for us: then the client is the limit
//! and the run says nothing about the server.

use crate::message::doing;
use crate::model::record::WaitCount;
use crate::session::{Session, SessionError, Target, sql};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;
use tokio_postgres::types::Type;
use tokio_util::sync::CancellationToken;

/// How often.
const EVERY: Duration = Duration::from_millis(100);

/// Samples until it is stopped.
pub struct WaitSampler {
    stop: CancellationToken,
    task: JoinHandle<Result<BTreeMap<String, u64>, SessionError>>,
}

impl WaitSampler {
    /// Begins to sample the COPYs of the sessions that call themselves `application_name`.
    ///
    /// # Errors
    /// Where its session can't be opened.
    pub async fn start(
        target: &Target,
        application_name: &str,
    ) -> Result<WaitSampler, SessionError> {
        let session = Session::open(target, "pgvalidate sampler").await?;
        let stop = CancellationToken::new();
        let task = tokio::spawn(sample(session, application_name.to_owned(), stop.clone()));
        Ok(WaitSampler { stop, task })
    }

    /// Ends it and gives the counts, the most frequent first.
    ///
    /// # Errors
    /// The first of its query.
    pub async fn finish(self) -> Result<Vec<WaitCount>, SessionError> {
        self.stop.cancel();
        let counts = match self.task.await {
            Ok(counts) => counts?,
            Err(panic) => std::panic::resume_unwind(panic.into_panic()),
        };
        let mut waits: Vec<WaitCount> =
            counts.into_iter().map(|(event, samples)| WaitCount { event, samples }).collect();
        waits.sort_by(|a, b| b.samples.cmp(&a.samples).then(a.event.cmp(&b.event)));
        Ok(waits)
    }
}

async fn sample(
    session: Session,
    application_name: String,
    stop: CancellationToken,
) -> Result<BTreeMap<String, u64>, SessionError> {
    let mut counts = BTreeMap::new();
    let mut tick = tokio::time::interval(EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(counts),
            _ = tick.tick() => {}
        }
        let rows = session
            .client
            .query_typed(sql!("sample/copy_waits.sql"), &[(&application_name, Type::TEXT)])
            .await
            .map_err(SessionError::statement(doing::SAMPLING_WAITS))?;
        for row in rows {
            *counts.entry(row.get::<_, String>(0)).or_insert(0) += row.get::<_, i64>(1) as u64;
        }
    }
}
