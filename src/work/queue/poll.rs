//! A reader looks at a scan's status by its id, through the read pool.

use crate::ledger::queue::{self, Status};
use crate::session::Pool;
use crate::work::trouble::Trouble;
use std::time::{Duration, Instant};
use tokio_postgres::Error;
use uuid::Uuid;

/// A look.
pub struct Look {
    /// From due to answered.
    pub response: Duration,
    /// From the connection in hand to answered; zero where there was none.
    pub service: Duration,
    /// The wait for a connection.
    pub acquire: Duration,
    /// The answer: code and text of what went wrong, where it did.
    pub status: Result<Status, (String, String)>,
    /// Whether it took too long.
    pub is_timeout: bool,
}

/// Looks at a scan's status; the look was due at `due`, and may take `within`.
pub async fn look(
    readers: &Pool,
    (run_id, scan_no): (Uuid, i32),
    due: Instant,
    within: Duration,
) -> Look {
    let asked = Instant::now();
    let (acquired, status) = ask(readers, run_id, scan_no, within).await;
    let acquire = acquired.map_or_else(|| asked.elapsed(), |at| at.duration_since(asked));
    let service = acquired.map_or(Duration::ZERO, |at| at.elapsed());
    let is_timeout = status.as_ref().is_err_and(Trouble::is_timeout);
    let status = status.map_err(|trouble| (trouble.code, trouble.text));
    Look { response: due.elapsed(), service, acquire, status, is_timeout }
}

async fn ask(
    readers: &Pool,
    run_id: Uuid,
    scan_no: i32,
    within: Duration,
) -> (Option<Instant>, Result<Status, Trouble>) {
    let lease = match readers.acquire().await {
        Ok(lease) => lease,
        Err(error) => return (None, Err(Trouble::from(&error))),
    };
    let acquired = Some(Instant::now());
    let asking = queue::status(lease.client(), run_id, scan_no);
    let answer: Result<Option<Status>, Error> = match tokio::time::timeout(within, asking).await {
        Ok(answer) => answer,
        Err(_) => {
            lease.give_up();
            return (acquired, Err(Trouble::timed_out("looking at a scan's status")));
        }
    };
    let status = match answer {
        Ok(status) => {
            lease.release();
            status.ok_or_else(|| Trouble::final_one("ledger", format!("no scan {scan_no}")))
        }
        Err(error) => Err(Trouble::from(&error)),
    };
    (acquired, status)
}
