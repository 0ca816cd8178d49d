//! A claim: BEGIN, who claims and where, the batch, the attempt's number. The
//! batch is taken out of the queue by the transaction that will write its rows;
//! worker and attempt are committed apart, so that they stay when it is
//! rolled back.

use super::Queue;
use super::desk::Desk;
use crate::ledger::{BatchKey, queue};
use crate::session::{Backend, Lease, SessionError};
use crate::work::Batch;
use crate::work::trouble::Trouble;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What came of it.
pub(super) enum Claim {
    /// There is none to be had.
    Nothing,
    /// A batch whose last worker, of this process, hasn't answered for it yet.
    Busy,
    /// A batch, and the number of this attempt.
    Batch(Batch, Option<Arc<Backend>>, u32),
    /// A batch that was attempted as often as is allowed.
    Exhausted(Batch, Option<Arc<Backend>>),
}

/// What a worker is registered with: the backend, and since when.
pub(super) struct Registered {
    on: Arc<Backend>,
    since: Instant,
}

impl Registered {
    /// Whether that says enough: the same backend, and registered so lately
    /// that its heartbeat can't have become old, whatever became of the beats.
    fn is_current(&self, backend: &Arc<Backend>, heartbeat: Duration) -> bool {
        Arc::ptr_eq(&self.on, backend) && self.since.elapsed() < heartbeat / 2
    }
}

impl Queue {
    pub(super) async fn claim(
        &self,
        lease: &mut Lease,
        worker_no: i32,
        registered: &mut Option<Registered>,
    ) -> Result<Claim, Trouble> {
        let backend = lease.begin().await.map_err(|e| Trouble::from(&e))?;
        let run_id = self.run_id();
        let desk = self.desk.session().await.map_err(beside)?;
        let is_current = |on: &&Arc<Backend>| {
            registered.as_ref().is_some_and(|r| r.is_current(on, self.options.heartbeat))
        };
        if let Some(backend) = backend.as_ref().filter(|on| !is_current(on)) {
            // Before the claim: whoever holds one is known.
            let since = Instant::now();
            queue::register_worker(&desk.client, run_id, worker_no, backend)
                .await
                .map_err(|e| beside(Desk::failed()(e)))?;
            *registered = Some(Registered { on: backend.clone(), since });
        }
        let claimed = queue::claim(lease.client(), run_id).await.map_err(|e| Trouble::from(&e))?;
        let Some((tenant_no, batch_no, rows)) = claimed else { return Ok(Claim::Nothing) };
        if self.is_in_hand(batch_no) {
            return Ok(Claim::Busy);
        }
        let batch = Batch { key: BatchKey { run_id, tenant_no, batch_no }, rows };
        let place = (run_id, batch_no, worker_no);
        let attempt = queue::attempt(&desk.client, place, self.context.attempts_max)
            .await
            .map_err(|e| beside(Desk::failed()(e)))?;
        Ok(match attempt {
            Some(attempt) => Claim::Batch(batch, backend, attempt),
            None => Claim::Exhausted(batch, backend),
        })
    }
}

/// What went wrong on the session beside the pools: nothing was stored.
fn beside(error: SessionError) -> Trouble {
    Trouble { code: "connection".to_owned(), text: error.to_string(), may_retry: true }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worker_registers_again_on_another_backend_and_before_its_heartbeat_is_old() {
        let backend = |pid| Arc::new(Backend::with_identity(pid, 1));
        let (on, heartbeat) = (backend(7), Duration::from_secs(60));
        let registered = Registered { on: on.clone(), since: Instant::now() };
        assert!(registered.is_current(&on, heartbeat));
        assert!(!registered.is_current(&backend(8), heartbeat));
        let since = Instant::now().checked_sub(Duration::from_secs(31)).unwrap();
        assert!(!Registered { since, ..registered }.is_current(&on, heartbeat));
    }
}
