//! `autocommit`: one prepared INSERT and one transaction a row, the slowest way
//! and the commonest.
//!
//! A batch is then no transaction, so an attempt that failed leaves rows
//! behind. The next attempt reads which ones and sends only the others. Until
//! its last row is committed an attempt holds an advisory lock of the batch on
//! its session, so that none begins while the backend of the one before may
//! still be storing a row.

use super::Destination;
use super::insert::{next_row, prepare};
use crate::session::sql;
use crate::table::BatchRows;
use std::collections::HashSet;
use tokio_postgres::Error;
use tokio_postgres::types::Type;

/// Sends the rows that aren't there yet. Returns how many are there then.
///
/// # Errors
/// The driver's.
pub async fn write(
    to: &Destination<'_>,
    rows: &mut BatchRows<'_>,
    batch_no: i32,
) -> Result<u64, Error> {
    let there = match to.attempt {
        0 | 1 => HashSet::new(),
        _ => rows_there(to, batch_no).await?,
    };
    let statement = prepare(to.client, to.table, to.schema, 1).await?;
    to.before_data();
    let mut stored = there.len() as u64;
    loop {
        let mut parameters = Vec::with_capacity(to.table.sent_columns());
        let Some(bytes) = next_row(rows, &mut parameters) else { return Ok(stored) };
        if there.contains(&(rows.encoded() as i32 - 1)) {
            continue;
        }
        to.sending(bytes).await;
        stored += to.client.execute_raw(&statement, parameters).await?;
    }
}

async fn rows_there(to: &Destination<'_>, batch_no: i32) -> Result<HashSet<i32>, Error> {
    let statement = sql!("tables/rows_there.sql").replace("{{relation}}", &to.relation());
    let rows = to.client.query_typed(&statement, &[(&batch_no, Type::INT4)]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}
