//! Where a test can reach into the work: to stop at an exact point, or to take
//! a safeguard away and see that its absence is noticed. The defaults are the
//! tool's real behaviour; no flag leads here.

use crate::ledger::SettleRead;
use std::sync::Arc;
use std::time::Duration;

/// A point in the life of a batch's transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Point {
    /// COPY mode was entered, no data sent.
    BeforeData,
    /// Every reply was checked; COMMIT is next.
    BeforeCommit,
    /// A scan is entered; COMMIT is next.
    BeforeSubmission,
}

/// Called at each point with the backend's pid and the attempt's number.
pub type AtPoint = Arc<dyn Fn(Point, i32, u32) + Send + Sync>;

/// The encoder made slower on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slowness {
    /// Busy for that long at each chunk.
    Spin(Duration),
    /// Idle for that long at each chunk.
    Sleep(Duration),
}

/// The seams.
#[derive(Clone, Default)]
pub struct Seams {
    /// How a commit in doubt is settled.
    pub settle_read: SettleRead,
    /// Takes the ledger's check away: a flip that hits no row is taken for done.
    pub ignore_flip: bool,
    /// Takes the tenants' primary keys away.
    pub no_primary_key: bool,
    /// Where tenants share a table, has each batch's transaction claim to be another tenant's.
    pub wrong_tenant: bool,
    /// Makes the encoder slower.
    pub slowness: Option<Slowness>,
    /// Called at each point.
    pub at_point: Option<AtPoint>,
    /// Batches of an open loop that may be open at once, instead of thousands.
    pub open_most: Option<u32>,
    /// Of isolation: statements that give the first tenant too much of the
    /// second's, with the places of `probes/isolation/places.rs`.
    pub too_much: Vec<String>,
    /// Where the writers connect instead of the target, as to a proxy.
    pub write_url: Option<String>,
}

impl Seams {
    /// Tells whoever listens that a point was reached.
    pub fn reached(&self, point: Point, pid: i32, attempt: u32) {
        if let Some(at_point) = &self.at_point {
            at_point(point, pid, attempt);
        }
    }

    /// Is slow, where a test asked for it.
    pub async fn dawdle(&self) {
        match self.slowness {
            None => {}
            Some(Slowness::Sleep(time)) => tokio::time::sleep(time).await,
            Some(Slowness::Spin(time)) => {
                let until = std::time::Instant::now() + time;
                while std::time::Instant::now() < until {
                    std::hint::spin_loop();
                }
            }
        }
    }
}
