//! `pipeline`: one prepared INSERT a row, sent without waiting for the reply of
//! the one before. Every reply is checked before the batch goes on to COMMIT.

use super::insert::{next_row, prepare};
use super::{Destination, Write};
use crate::table::BatchRows;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio_postgres::Error;

/// Rows on their way at once. The server works one off after the other, so it
/// is enough that it never waits for the next.
const IN_FLIGHT: usize = 128;

pub(super) struct Pipeline;

impl Write for Pipeline {
    async fn write(to: &Destination<'_>, rows: &mut BatchRows<'_>) -> Result<u64, Error> {
        let statement = prepare(to.client, to.table, to.schema, 1).await?;
        to.before_data();
        let (mut replies, mut stored) = (FuturesUnordered::new(), 0);
        loop {
            let mut bytes = 0;
            while replies.len() < IN_FLIGHT {
                let mut parameters = Vec::with_capacity(to.table.sent_columns());
                let Some(length) = next_row(rows, &mut parameters) else { break };
                bytes += length;
                replies.push(to.client.execute_raw(&statement, parameters));
            }
            to.sending(bytes).await;
            match replies.next().await {
                Some(reply) => stored += reply?,
                None => return Ok(stored),
            }
        }
    }
}
