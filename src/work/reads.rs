//! A dashboard's read: a connection of the read pool, one statement, and the
//! connection back. It isn't tried again: whoever looks at a dashboard sees
//! that it failed.

use super::choice::Read;
use super::on_behalf::{Scope, on_behalf};
use super::trouble::Trouble;
use crate::model::record::ErrorCount;
use crate::session::{Pool, sql, with_schema};
use crate::table::Tenant;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_postgres::types::Type;
use tokio_util::sync::CancellationToken;

/// What every reader of a run shares.
pub struct ReadContext {
    /// The pool that reads go through.
    pub pool: Pool,
    /// The tenants, in order of their numbers, from 1.
    pub tenants: Arc<Vec<Tenant>>,
    /// How long a statement may take.
    pub statement_timeout: Duration,
    /// Cancelled when the run is to end.
    pub stop: CancellationToken,
}

/// A read from due to done.
#[derive(Debug, Clone)]
pub struct ReadOutcome {
    /// What was read.
    pub read: Read,
    /// When it was due.
    pub due: Instant,
    /// How much later than due it was begun.
    pub lag: Duration,
    /// From due to the end.
    pub response: Duration,
    /// From the connection in hand to the end; zero where there was none.
    pub service: Duration,
    /// Waiting for the connection.
    pub acquire: Duration,
    /// The rows of the answer; what went wrong; None where the run was stopped.
    pub ending: Option<Result<u64, ReadError>>,
}

/// Why a read failed.
#[derive(Debug, Clone)]
pub struct ReadError {
    /// A SQLSTATE, `connection` or `timeout`.
    pub code: String,
    /// The text.
    pub text: String,
}

impl From<Trouble> for ReadError {
    fn from(trouble: Trouble) -> ReadError {
        ReadError { code: trouble.code, text: trouble.text }
    }
}

impl ReadContext {
    /// Carries a read of tenant number `tenant_no` out.
    pub async fn read(&self, read: Read, tenant_no: i32, due: Instant) -> ReadOutcome {
        let began = Instant::now();
        let lag = began.saturating_duration_since(due);
        let (response, service, acquire) = Default::default();
        let mut outcome = ReadOutcome { read, due, lag, response, service, acquire, ending: None };
        let mut in_hand = None;
        outcome.ending = tokio::select! {
            () = self.stop.cancelled() => None,
            ended = self.ask(read, tenant_no, &mut in_hand) => Some(ended),
        };
        let ended = Instant::now();
        outcome.response = ended.saturating_duration_since(due);
        outcome.acquire = in_hand.unwrap_or(ended).saturating_duration_since(began);
        outcome.service = ended.saturating_duration_since(in_hand.unwrap_or(ended));
        outcome
    }

    async fn ask(
        &self,
        read: Read,
        tenant_no: i32,
        in_hand: &mut Option<Instant>,
    ) -> Result<u64, ReadError> {
        let mut lease = self.pool.acquire().await.map_err(|error| Trouble::from(&error))?;
        *in_hand = Some(Instant::now());
        // Tenants count from 1, and reads are made for existing ones.
        let tenant = &self.tenants[(tenant_no - 1) as usize];
        let skip = match read {
            Read::Page { skip } => i64::from(skip),
            _ => 0,
        };
        let statement = with_schema(statement(read), &tenant.schema);
        // Whose rows are to be seen, where tenants share a table.
        let whose = on_behalf(tenant, Scope::of_read(&lease));
        let parameters: &[(&(dyn tokio_postgres::types::ToSql + Sync), Type)] = match read {
            Read::Page { .. } => &[(&skip, Type::INT8)],
            _ => &[],
        };
        let asking = async {
            lease.hold().await?;
            if !whose.is_empty() {
                lease.client().batch_execute(&whose).await?;
            }
            let rows = lease.client().query_typed(&statement, parameters).await?;
            lease.let_go().await?;
            Ok::<_, tokio_postgres::Error>(rows)
        };
        let rows = match tokio::time::timeout(self.statement_timeout, asking).await {
            Ok(Ok(rows)) => rows,
            // The lease is dropped, and its connection with it.
            Ok(Err(error)) => return Err(Trouble::from(&error).into()),
            Err(_) => {
                lease.give_up();
                return Err(Trouble::timed_out("reading").into());
            }
        };
        lease.release();
        Ok(rows.len() as u64)
    }
}

fn statement(read: Read) -> &'static str {
    match read {
        Read::Summary => sql!("reads/summary.sql"),
        Read::Page { .. } => sql!("reads/page.sql"),
        Read::Health => sql!("reads/health.sql"),
    }
}

/// Errors by code.
#[derive(Debug, Default)]
pub struct Errors(BTreeMap<String, ErrorCount>);

impl Errors {
    /// Counts one.
    pub fn count(&mut self, error: &ReadError) {
        let entry = self.0.entry(error.code.clone()).or_insert_with(|| ErrorCount {
            code: error.code.clone(),
            count: 0,
            example: error.text.clone(),
        });
        entry.count += 1;
    }

    /// All of them.
    pub fn list(&self) -> Vec<ErrorCount> {
        self.0.values().cloned().collect()
    }
}
