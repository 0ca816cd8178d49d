//! `values`: multi-row INSERT … VALUES, prepared, with a parameter a cell.

use super::insert::{PARAMETERS_MOST, RawCell, next_row, prepare};
use super::{Destination, Write};
use crate::table::BatchRows;
use tokio_postgres::{Error, Statement};

/// Rows of a statement: enough for the round trip to cost little, few enough
/// to keep the statement's text and plan small on both sides.
const ROWS: usize = 500;

/// Rows of a statement of `columns` columns: below the protocol's limit, however wide.
fn rows_a_statement(columns: usize) -> usize {
    ROWS.min(PARAMETERS_MOST / columns.max(1)).max(1)
}

pub(super) struct Values;

impl Write for Values {
    async fn write(to: &Destination<'_>, rows: &mut BatchRows<'_>) -> Result<u64, Error> {
        let most = rows_a_statement(to.table.sent_columns());
        to.before_data();
        // Closed with the batch: a statement that is kept would be one a tenant and connection.
        let mut prepared: Option<(usize, Statement)> = None;
        let mut stored = 0;
        loop {
            let mut parameters: Vec<RawCell> = Vec::with_capacity(most * to.table.sent_columns());
            let (mut count, mut bytes) = (0, 0);
            while count < most
                && let Some(length) = next_row(rows, &mut parameters)
            {
                (count, bytes) = (count + 1, bytes + length);
            }
            if count == 0 {
                return Ok(stored);
            }
            let statement = match prepared {
                Some((rows, ref statement)) if rows == count => statement,
                _ => {
                    let statement = prepare(to.client, to.table, to.schema, count).await?;
                    &prepared.insert((count, statement)).1
                }
            };
            to.sending(bytes).await;
            stored += to.client.execute_raw(statement, parameters).await?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_statement_has_more_parameters_than_the_protocol_counts() {
        for columns in [1, 13, 131, 132, 1_600] {
            let rows = rows_a_statement(columns);
            assert!(rows * columns <= PARAMETERS_MOST && rows >= 1, "{columns}: {rows}");
        }
        assert_eq!(rows_a_statement(13), 500);
        assert_eq!(rows_a_statement(1_600), 40);
    }
}
