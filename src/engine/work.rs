//! `work`: another process of a run of scans, which takes batches off the same
//! queue until it is empty and nothing more comes.

use super::EngineError;
use super::error::SetupError;
use super::signals::Stop;
use super::workload::bounded;
use super::writers;
use crate::ledger::{AcknowledgementFile, LedgerError, joined, presence, queue};
use crate::message::doing;
use crate::model::{Method, PoolEngine};
use crate::session::{Pool, PoolOptions, Session, SessionError, Target};
use crate::work::queue::{Queue, QueueOptions};
use crate::work::{Seams, WriteContext};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// The most workers of a process.
const WORKERS_MOST: u32 = 1_000;

/// How long a batch may wait for a connection, and how long its statements may take.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(30);
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(60);

/// How often it is looked whether the first scan is there.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// What a process that joins a run is asked for.
#[derive(Debug, Clone)]
pub struct Joining {
    /// The server.
    pub url: String,
    /// The run.
    pub run_id: Uuid,
    /// The folder of the run's results: what is acknowledged to this process
    /// is written down there, so that the run's proof counts it.
    pub results: PathBuf,
    /// Workers.
    pub workers: u32,
    /// How rows are written.
    pub method: Method,
    /// Attempts at a batch, those of other processes too.
    pub attempts_max: u32,
    /// How old a worker's heartbeat may become.
    pub heartbeat: Duration,
}

/// What a process did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Worked {
    /// Batches that it stored.
    pub batches: u64,
    /// Their rows.
    pub rows: u64,
}

/// Works until the run submits nothing more and its queue is empty, or `stop`.
///
/// # Errors
/// Where the run can't be joined, or the server doesn't come back.
pub async fn join(joining: &Joining, stop: &Stop) -> Result<Worked, EngineError> {
    bounded("--workers", u64::from(joining.workers), 1, WORKERS_MOST.into())?;
    bounded("--attempts", u64::from(joining.attempts_max), 1, 1_000_000)?;
    if !joining.results.is_dir() {
        let (path, detail) = (joining.results.display().to_string(), "no folder".to_owned());
        return Err(SetupError::Results { path, detail }.into());
    }
    let of_run = format!("-{}", short(joining.run_id));
    if !joining.results.file_name().is_some_and(|name| name.to_string_lossy().ends_with(&of_run)) {
        let path = joining.results.display().to_string();
        return Err(SetupError::OtherResults { path, of_run }.into());
    }
    let target = Target::parse(&joining.url)?;
    let name = |role| format!("pgvalidate {} {role}", short(joining.run_id));
    let session = Session::open(&target, &name("join")).await?;
    let run = joined::find(&session, joining.run_id).await?;
    tokio::select! {
        () = stop.token().cancelled() => return Ok(Worked { batches: 0, rows: 0 }),
        begun = first_scan(&session, joining.run_id) => begun?,
    }
    let tenants = run.tenants(&session).await?;
    drop(session);
    let pool = Pool::new(&PoolOptions {
        engine: PoolEngine::default(),
        target: &target,
        control: &target,
        application_name: &name(super::run::WRITE),
        size: joining.workers,
        acquire_timeout: ACQUIRE_TIMEOUT,
        log_slow_ms: None,
        first: None,
        delayed: false,
    })
    .map_err(EngineError::pool("--workers", joining.workers))?;
    let file = format!("acknowledged-{}.tsv", std::process::id());
    let context = Arc::new(WriteContext {
        pool,
        control: target,
        method: joining.method,
        table: Arc::new(run.table),
        origin: run.origin,
        tenants: Arc::new(tenants),
        rtt_ms: None,
        acknowledgements: AcknowledgementFile::open(&joining.results.join(file))?,
        waits_for_standby: false,
        has_standby: false,
        has_own_disk: false,
        attempts_max: joining.attempts_max,
        statement_timeout: STATEMENT_TIMEOUT,
        stop: stop.token().child_token(),
        enough: CancellationToken::new(),
        drops: Arc::default(),
        seams: Seams::default(),
        observers: Vec::new(),
        gauges: Arc::default(),
        rows_acknowledged: AtomicU64::new(0),
        sent_bytes: AtomicU64::new(0),
        sent_early_bytes: AtomicU64::new(0),
    });
    let options = QueueOptions {
        // Only who submits cuts scans into batches.
        size: 1,
        heartbeat: joining.heartbeat,
        measured_from: Instant::now(),
        name: name("queue"),
        first_worker: first_worker(),
        submits: false,
    };
    let queue = Queue::open(context.clone(), options).await?;
    let drained = queue.start(joining.workers).drain().await?;
    drop(queue);
    writers::close(context).await;
    let (batches, rows) = drained.measured.stored();
    Ok(Worked { batches, rows })
}

/// The part of a run's id by which its folder and its sessions are called.
fn short(run_id: Uuid) -> String {
    run_id.simple().to_string().chars().take(8).collect()
}

/// Waits for the first scan: before it, the run is still making its tenants.
async fn first_scan(session: &Session, run_id: Uuid) -> Result<(), LedgerError> {
    let client = &session.client;
    let failed = || SessionError::statement(doing::USING_QUEUE);
    while !queue::has_scans(client, run_id).await.map_err(failed())? {
        let more = queue::more_to_come(client, run_id).await.map_err(failed())?;
        if !(more && presence::is_held(client, &run_id.to_string()).await?) {
            break;
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    Ok(())
}

/// The number of the first worker. The process that submits has those from 1 on,
/// each other one a block of a thousand that chance gives it.
fn first_worker() -> i32 {
    let block = Uuid::new_v4().as_u128() % 2_000_000 + 1;
    block as i32 * WORKERS_MOST as i32 + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_workers_fit_and_are_nobody_elses() {
        for _ in 0..1_000 {
            let first = first_worker();
            assert!(first > WORKERS_MOST as i32 && first.checked_add(1_000).is_some());
        }
    }
}
