//! The row-at-a-time baseline: one INSERT a transaction, autocommit, prepared
//! once a connection; what the load's gain is measured against.
//!
//! It has a tenant of its own and no ledger, since a ledger would be a second
//! write a row. Its proof is simpler: acknowledged rows must be stored, and
//! stored rows must have been attempted.

use crate::ledger::LedgerError;
use crate::ledger::readback::{self, Rows};
use crate::message::doing;
use crate::session::{Session, SessionError, Target};
use crate::stats::Recorder;
use crate::table::tenant::Origin;
use crate::table::{BatchRows, Table, Tenant};
use crate::work::on_behalf::{Scope, on_behalf};
use crate::work::write::insert::{next_row, prepare};
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use std::collections::HashSet;
use std::sync::{Arc, Barrier};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// More rows than a worker can write in the time: the generator's end.
const ENDLESS: u32 = u32::MAX >> 1;

/// What a baseline run gave.
pub struct Measured {
    /// How many connections wrote.
    pub connections: u32,
    /// Rows acknowledged.
    pub acknowledged: u64,
    /// Rows sent, acknowledged or not.
    pub attempted: u64,
    /// Rows stored that were acknowledged or at least attempted.
    pub found: u64,
    /// How long.
    pub elapsed: Duration,
    /// A row's latency.
    pub commit: Recorder,
}

impl Measured {
    /// Whether acknowledged rows are stored and stored rows were attempted.
    pub fn is_proved(&self) -> bool {
        self.acknowledged <= self.found && self.found <= self.attempted
    }
}

/// What is to be measured.
#[derive(Clone)]
pub struct Baseline {
    /// Where.
    pub target: Target,
    /// What its sessions call themselves.
    pub application_name: String,
    /// The table.
    pub table: Arc<Table>,
    /// What the rows are a function of.
    pub origin: Origin,
    /// Whose table is written to.
    pub tenant: Tenant,
    /// What each connection sets first, as `ROLE name`.
    pub first: Option<String>,
    /// How many connections write.
    pub connections: u32,
    /// Numbers the connections' batches: no two measurements may share one.
    pub first_batch: i32,
    /// How long.
    pub duration: Duration,
    /// Ends it early.
    pub stop: CancellationToken,
}

/// What the connections of one thread wrote.
#[derive(Default)]
struct Share {
    commit: Recorder,
    acknowledged: u64,
    attempted: u64,
}

impl Baseline {
    /// Writes, then reads back.
    ///
    /// Each thread has connections and a runtime of its own. On a runtime of
    /// several threads the row and its reply pass from one thread to another,
    /// which a row at a time pays for at each row.
    ///
    /// # Errors
    /// Where a connection or a statement fails.
    pub async fn measure(&self) -> Result<Measured, LedgerError> {
        let processors = std::thread::available_parallelism().map_or(1, usize::from) as u32;
        let threads = processors.min(self.connections).max(1);
        // All sessions are open before the first row is written.
        let ready = Arc::new(Barrier::new(threads as usize));
        let mut workers = JoinSet::new();
        for thread in 0..threads {
            let (baseline, ready) = (self.clone(), ready.clone());
            workers.spawn_blocking(move || baseline.on_this_thread(thread, threads, &ready));
        }
        let (mut total, mut elapsed) = (Share::default(), Duration::ZERO);
        while let Some(finished) = workers.join_next().await {
            match finished {
                Ok(share) => {
                    let (share, took) = share?;
                    total.add(&share);
                    elapsed = elapsed.max(took);
                }
                Err(panic) => std::panic::resume_unwind(panic.into_panic()),
            }
        }
        let Share { commit, acknowledged, attempted } = total;
        let found = self.count_found().await?;
        let connections = self.connections;
        Ok(Measured { connections, acknowledged, attempted, found, elapsed, commit })
    }

    /// The share of thread number `thread`, and how long it took.
    fn on_this_thread(
        &self,
        thread: u32,
        threads: u32,
        ready: &Barrier,
    ) -> Result<(Share, Duration), SessionError> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let sessions = runtime.as_ref().map(|runtime| runtime.block_on(self.open(thread, threads)));
        // Whatever came of it: the others wait for this thread too.
        ready.wait();
        let (Ok(runtime), Ok(sessions)) = (&runtime, sessions) else {
            return Err(SessionError::NoPool { detail: "no runtime for a thread".to_owned() });
        };
        runtime.block_on(async {
            let began = Instant::now();
            // Each is polled at its own reply alone, and not all at every reply.
            let mut writing: FuturesUnordered<_> = sessions
                .into_iter()
                .map(|(batch_no, session)| self.write_rows(session, batch_no, began))
                .collect();
            let mut total = Share::default();
            while let Some(share) = writing.next().await {
                total.add(&share?);
            }
            Ok((total, began.elapsed()))
        })
    }

    /// Opens the thread's share of the connections, each with its batch.
    async fn open(&self, thread: u32, threads: u32) -> Vec<(i32, Result<Session, SessionError>)> {
        let mut sessions = Vec::new();
        for index in (thread..self.connections).step_by(threads as usize) {
            let opened = Session::open(&self.target, &self.application_name).await;
            sessions.push((self.first_batch + index as i32, opened));
        }
        sessions
    }

    /// Writes on one connection until the time is over.
    async fn write_rows(
        &self,
        session: Result<Session, SessionError>,
        batch_no: i32,
        began: Instant,
    ) -> Result<Share, SessionError> {
        let session = session?;
        let failed = || SessionError::statement(doing::MEASURING_BASELINE);
        let (table, client) = (&self.table, &session.client);
        if let Some(first) = &self.first {
            let whose = on_behalf(&self.tenant, Scope::Session);
            client.batch_execute(&format!("SET {first}; {whose}")).await.map_err(failed())?;
        }
        let statement = prepare(client, table, &self.tenant.schema, 1).await.map_err(failed())?;
        let mut rows = BatchRows::new(table, &self.origin, &self.tenant, batch_no, ENDLESS);
        let mut share = Share::default();
        while began.elapsed() < self.duration && !self.stop.is_cancelled() {
            let mut cells = Vec::with_capacity(table.sent_columns());
            if next_row(&mut rows, &mut cells).is_none() {
                break;
            }
            let sent = Instant::now();
            share.attempted += 1;
            let stored = tokio::select! {
                () = self.stop.cancelled() => break, // attempted, not acknowledged
                stored = client.execute_raw(&statement, cells) => stored,
            };
            stored.map_err(failed())?;
            share.commit.record(sent.elapsed());
            share.acknowledged += 1;
        }
        Ok(share)
    }

    /// How many distinct rows of these batches are stored. A row that was
    /// stored twice counts once here; the primary key rules it out.
    async fn count_found(&self) -> Result<u64, LedgerError> {
        let session = Session::open(&self.target, "pgvalidate verify").await?;
        let batches: Vec<i32> = (self.first_batch..).take(self.connections as usize).collect();
        let mut found = HashSet::new();
        let (schema, table) = (&self.tenant.schema, &self.table);
        let rows = Rows::Batches(&batches);
        readback::read(&session.client, schema, table, rows, |row| {
            found.insert((row.batch_no, row.row_no));
        })
        .await?;
        Ok(found.len() as u64)
    }
}

impl Share {
    fn add(&mut self, other: &Share) {
        self.commit.merge(&other.commit);
        self.acknowledged += other.acknowledged;
        self.attempted += other.attempted;
    }
}
