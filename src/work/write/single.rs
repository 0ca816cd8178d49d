//! `single`: one prepared INSERT a row in the batch's one transaction, each
//! reply awaited before the next is sent.

use super::insert::{next_row, prepare};
use super::{Destination, Write};
use crate::table::BatchRows;
use tokio_postgres::Error;

pub(super) struct Single;

impl Write for Single {
    async fn write(to: &Destination<'_>, rows: &mut BatchRows<'_>) -> Result<u64, Error> {
        let statement = prepare(to.client, to.table, to.schema, 1).await?;
        to.before_data();
        let mut stored = 0;
        loop {
            let mut parameters = Vec::with_capacity(to.table.sent_columns());
            let Some(bytes) = next_row(rows, &mut parameters) else { return Ok(stored) };
            to.sending(bytes).await;
            stored += to.client.execute_raw(&statement, parameters).await?;
        }
    }
}
