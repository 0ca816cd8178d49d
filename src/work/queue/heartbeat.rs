//! Heartbeats: one task says that the workers of this process are alive, and
//! ends the backends of those of the run that weren't heard of for too long.
//! Their claims are then free: a stalled COPY would keep its own for ever,
//! hidden from the others by SKIP LOCKED.

use super::Queue;
use super::desk::Desk;
use crate::ledger::queue;
use crate::session::{SessionError, backend};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Beats in the time after which a worker is taken for dead.
const BEATS: u32 = 5;

/// What an attempt is made of, each within the statements' time-out: the claim,
/// the rows, the COMMIT.
const PARTS: u32 = 3;

/// Since when each worker, from the first number, has been busy with an attempt.
pub(super) struct Watched(i32, Mutex<Vec<Option<Instant>>>);

impl Watched {
    pub(super) fn new(first: i32, workers: u32) -> Watched {
        Watched(first, Mutex::new(vec![None; workers as usize]))
    }

    pub(super) fn busy(&self, worker_no: i32) {
        self.set(worker_no, Some(Instant::now()));
    }

    pub(super) fn idle(&self, worker_no: i32) {
        self.set(worker_no, None);
    }

    fn set(&self, worker_no: i32, since: Option<Instant>) {
        let mut busy = self.1.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = busy.get_mut((worker_no - self.0) as usize) {
            *slot = since;
        }
    }

    /// Workers whose attempt, where they have one, isn't older than `most`.
    fn alive(&self, most: Duration) -> Vec<i32> {
        let busy = self.1.lock().unwrap_or_else(PoisonError::into_inner);
        let is_alive = |since: &Option<Instant>| since.is_none_or(|since| since.elapsed() <= most);
        (self.0..).zip(busy.iter()).filter(|(_, since)| is_alive(since)).map(|(no, _)| no).collect()
    }
}

/// Beats until the queue is over.
pub(super) async fn keep(queue: Arc<Queue>, watched: Arc<Watched>) {
    let every = queue.options.heartbeat / BEATS;
    loop {
        tokio::select! {
            () = queue.over.cancelled() => return,
            () = tokio::time::sleep(every) => {}
        }
        let alive = watched.alive(queue.context.statement_timeout * PARTS);
        let beating = tokio::select! {
            () = queue.over.cancelled() => return,
            beating = beat(&queue, &alive) => beating,
        };
        if let Err(error) = beating {
            tracing::debug!("no heartbeat: {error}");
        }
    }
}

async fn beat(queue: &Queue, alive: &[i32]) -> Result<(), SessionError> {
    let desk = queue.desk.session().await?;
    let (client, run_id) = (&desk.client, queue.run_id());
    let began = Instant::now();
    queue::beat(client, run_id, alive).await.map_err(Desk::failed())?;
    if began.elapsed() > queue.options.heartbeat / 2 {
        // Where the server itself was that slow, silence says nothing.
        return Ok(());
    }
    let for_s = queue.options.heartbeat.as_secs_f64();
    let silent = queue::silent_workers(client, run_id, alive, for_s).await;
    for (worker_no, on) in silent.map_err(Desk::failed())? {
        if backend::terminate(client, &on).await.map_err(Desk::failed())? {
            tracing::info!("worker {worker_no} was silent: its backend {} was ended", on.pid);
            queue.counts.holders_ended.fetch_add(1, Ordering::Relaxed);
            queue.offer(1);
        }
        queue::forget_worker(client, run_id, worker_no, &on).await.map_err(Desk::failed())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_idle_or_within_its_time_is_alive() {
        let watched = Watched::new(1, 3);
        watched.busy(2);
        assert_eq!(watched.alive(Duration::from_secs(60)), [1, 2, 3]);
        let long_ago = Instant::now().checked_sub(Duration::from_secs(61));
        watched.set(2, long_ago);
        assert_eq!(watched.alive(Duration::from_secs(60)), [1, 3]);
        watched.idle(2);
        assert_eq!(watched.alive(Duration::from_secs(60)), [1, 2, 3]);
    }
}
