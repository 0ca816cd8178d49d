//! INSERT statements and their parameters, for every method that isn't COPY.

use crate::session::{quote_ident, sql, with_schema};
use crate::table::{BatchRows, Table, cell};
use bytes::{BufMut, Bytes, BytesMut};
use tokio_postgres::types::{Format, IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Client, Error, Statement};

/// The most parameters of a statement: the protocol counts them in 16 bits.
pub const PARAMETERS_MOST: usize = 65_535;

/// A cell as a parameter of a statement: its bytes go as they are.
#[derive(Debug, Clone)]
pub struct RawCell(pub Bytes);

impl ToSql for RawCell {
    fn to_sql(
        &self,
        _: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        out.put_slice(&self.0);
        Ok(IsNull::No)
    }
    fn accepts(_: &Type) -> bool {
        true
    }
    fn encode_format(&self, _: &Type) -> Format {
        Format::Binary
    }
    to_sql_checked!();
}

/// The next row's cells as parameters, and how many bytes they have; None
/// after the last row.
pub fn next_row(rows: &mut BatchRows<'_>, parameters: &mut Vec<RawCell>) -> Option<usize> {
    let mut buf = BytesMut::with_capacity(1024);
    rows.encode_next(&mut buf)?;
    // One allocation a row: the cells are slices of it.
    let row = buf.freeze().slice(2..);
    parameters.extend(cell::split(&row).map(|bytes| RawCell(row.slice_ref(bytes))));
    Some(row.len())
}

/// An INSERT of `rows` rows with a parameter a cell.
pub fn statement(table: &Table, schema: &str, rows: usize) -> String {
    let columns = table.sent_columns();
    let row = |row: usize| {
        let places = (1..=columns).map(|column| format!("${}", row * columns + column));
        places.collect::<Vec<_>>().join(", ")
    };
    let places = (0..rows).map(row).collect::<Vec<_>>().join("), (");
    with_schema(sql!("tables/insert_rows.sql"), schema)
        .replace("{{table}}", &quote_ident(table.name))
        .replace("{{columns}}", &table.sent_list())
        .replace("{{places}}", &places)
}

/// Prepares an INSERT of `rows` rows. The types are given, so the driver has
/// nothing to look up; it is closed with the answer, so that nothing is kept a
/// tenant and a connection.
///
/// # Errors
/// The driver's.
pub async fn prepare(
    client: &Client,
    table: &Table,
    schema: &str,
    rows: usize,
) -> Result<Statement, Error> {
    let row: Vec<Type> =
        table.sent_types().iter().filter_map(|t| Type::from_oid(t.oid())).collect();
    let types: Vec<Type> = std::iter::repeat_n(row, rows).flatten().collect();
    client.prepare_typed(&statement(table, schema, rows), &types).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Key;
    use crate::table::processing_activities;

    #[test]
    fn places_are_numbered_through() {
        let table = processing_activities::table(Key::Bigint);
        let text = statement(&table, "t_1", 2);
        assert!(text.contains("INSERT INTO \"t_1\".\"processing_activities\" (batch_no, row_no"));
        assert!(text.contains("($1, $2, "), "{text}");
        assert!(text.contains("$12), ($13, "), "{text}");
        assert!(text.trim_end().ends_with("$24)"), "{text}");
    }

    #[test]
    fn every_column_type_is_one_that_the_driver_knows() {
        for key in Key::ALL {
            let table = processing_activities::table(key);
            for sql_type in table.sent_types() {
                assert_eq!(Type::from_oid(sql_type.oid()).map(|t| t.oid()), Some(sql_type.oid()));
            }
        }
    }
}
