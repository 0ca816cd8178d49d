//! Methods: how a batch's rows are written, a file each. All are fed from the
//! same encoded cells and differ in how they repackage them.

pub mod autocommit;
pub mod copy_binary;
mod copy_text;
pub mod insert;
mod pipeline;
mod single;
mod unnest;
mod values;

use crate::model::Method;
use crate::session::quote_ident;
use crate::table::{BatchRows, Table};
use crate::work::Seams;
use crate::work::seams::Point;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio_postgres::{Client, Error};

/// Where rows go, and who counts and watches.
pub struct Destination<'a> {
    /// The connection, in a transaction.
    pub client: &'a Client,
    /// The tenant's schema.
    pub schema: &'a str,
    /// The table.
    pub table: &'a Table,
    /// Bytes of row data sent so far, for all batches.
    pub sent_bytes: &'a AtomicU64,
    /// The seams for tests.
    pub seams: &'a Seams,
    /// The backend's pid, for the seams.
    pub pid: i32,
    /// The attempt's number, for the seams.
    pub attempt: u32,
}

impl Destination<'_> {
    /// The table's name, quoted.
    fn relation(&self) -> String {
        format!("{}.{}", quote_ident(self.schema), quote_ident(self.table.name))
    }

    /// Tells the seams that the server is ready for the first row.
    fn before_data(&self) {
        self.seams.reached(Point::BeforeData, self.pid, self.attempt);
    }

    /// Counts what is sent, and is slow where a test asked for it.
    async fn sending(&self, bytes: usize) {
        self.sent_bytes.fetch_add(bytes as u64, Ordering::Relaxed);
        self.seams.dawdle().await;
    }
}

/// A way to write rows within a transaction that was begun.
trait Write {
    /// Sends all rows and checks every reply. Returns how many the server says
    /// it stored.
    ///
    /// # Errors
    /// The driver's. After any of them the connection is not to be used again.
    fn write(
        to: &Destination<'_>,
        rows: &mut BatchRows<'_>,
    ) -> impl Future<Output = Result<u64, Error>> + Send;
}

/// Writes the rows of batch `batch_no` by `method`: in the transaction that was
/// begun, but for [`Method::Autocommit`], which must be outside one.
///
/// # Errors
/// The driver's. After any of them the connection is not to be used again: a
/// rejected COPY leaves it out of step (rust-postgres #789, #1337).
pub async fn write(
    method: Method,
    to: &Destination<'_>,
    rows: &mut BatchRows<'_>,
    batch_no: i32,
) -> Result<u64, Error> {
    match method {
        Method::CopyBinary => copy_binary::CopyBinary::write(to, rows).await,
        Method::CopyText => copy_text::CopyText::write(to, rows).await,
        Method::Values => values::Values::write(to, rows).await,
        Method::Unnest => unnest::Unnest::write(to, rows).await,
        Method::Pipeline => pipeline::Pipeline::write(to, rows).await,
        Method::Single => single::Single::write(to, rows).await,
        Method::Autocommit => autocommit::write(to, rows, batch_no).await,
    }
}
