//! `unnest`: INSERT … SELECT FROM unnest() with one array a column: as many
//! parameters as columns, however many rows.
//!
//! Array columns travel as array literals in a text[] and are cast, because
//! unnest() takes a text[][] apart to its elements.

use super::insert::RawCell;
use super::{Destination, Write};
use crate::session::{quote_ident, sql, with_schema};
use crate::table::text_form::put_array_literal;
use crate::table::{BatchRows, SqlType, Table, cell};
use bytes::{BufMut, BytesMut};
use tokio_postgres::Error;
use tokio_postgres::types::Type;

/// Rows of a statement: some 1 MB of arrays.
const ROWS: usize = 2_000;

pub(super) struct Unnest;

impl Write for Unnest {
    async fn write(to: &Destination<'_>, rows: &mut BatchRows<'_>) -> Result<u64, Error> {
        let types = to.table.sent_types();
        let arrays: Vec<Type> =
            types.iter().filter_map(|t| Type::from_oid(array_oid(*t))).collect();
        let statement =
            to.client.prepare_typed(&statement(to.table, to.schema, &types), &arrays).await?;
        to.before_data();
        let mut row = BytesMut::with_capacity(1024);
        let mut stored = 0;
        loop {
            let mut columns: Vec<BytesMut> = types.iter().map(|t| open_array(*t)).collect();
            let mut count = 0;
            while count < ROWS {
                row.clear();
                if rows.encode_next(&mut row).is_none() {
                    break;
                }
                for ((bytes, sql_type), column) in
                    cell::split(&row[2..]).zip(&types).zip(&mut columns)
                {
                    put_element(column, *sql_type, bytes);
                }
                count += 1;
            }
            if count == 0 {
                return Ok(stored);
            }
            columns.iter_mut().for_each(|column| close_array(column, count));
            to.sending(columns.iter().map(BytesMut::len).sum()).await;
            let parameters = columns.into_iter().map(|column| RawCell(column.freeze()));
            stored += to.client.execute_raw(&statement, parameters).await?;
        }
    }
}

fn statement(table: &Table, schema: &str, types: &[SqlType]) -> String {
    let list = |write: &dyn Fn(usize, SqlType) -> String| {
        types.iter().enumerate().map(|(i, t)| write(i + 1, *t)).collect::<Vec<_>>().join(", ")
    };
    let is_array = |t| t == SqlType::TextArray;
    with_schema(sql!("tables/insert_unnest.sql"), schema)
        .replace("{{table}}", &quote_ident(table.name))
        .replace("{{columns}}", &table.sent_list())
        .replace("{{names}}", &list(&|i, _| format!("c{i}")))
        .replace(
            "{{values}}",
            &list(&|i, t| {
                if is_array(t) { format!("c{i}::{}", t.name()) } else { format!("c{i}") }
            }),
        )
        .replace("{{arrays}}", &list(&|i, t| format!("${i}::{}[]", element(t).name())))
}

/// What a column's array has as elements.
fn element(sql_type: SqlType) -> SqlType {
    if sql_type == SqlType::TextArray { SqlType::Text } else { sql_type }
}

/// The OID of the array over a column's elements (`pg_type.dat`).
fn array_oid(sql_type: SqlType) -> u32 {
    match element(sql_type) {
        SqlType::Int4 => 1007,
        SqlType::Uuid => 2951,
        SqlType::Timestamptz => 1185,
        SqlType::Text | SqlType::TextArray => 1009,
    }
}

/// The header of a one-dimensional array without nulls; [`close_array`] fills in its length.
fn open_array(sql_type: SqlType) -> BytesMut {
    let mut buf = BytesMut::with_capacity(ROWS * 24);
    buf.put_i32(1); // dimensions
    buf.put_i32(0); // flags: no nulls
    buf.put_u32(element(sql_type).oid());
    buf.put_i32(0); // length, later
    buf.put_i32(1); // lower bound
    buf
}

fn close_array(buf: &mut BytesMut, elements: usize) {
    buf[12..16].copy_from_slice(&(elements as i32).to_be_bytes());
}

fn put_element(column: &mut BytesMut, sql_type: SqlType, bytes: &[u8]) {
    if sql_type == SqlType::TextArray {
        let at = cell::open(column);
        put_array_literal(column, bytes);
        cell::close(column, at);
    } else {
        column.put_i32(bytes.len() as i32);
        column.put_slice(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Key;
    use crate::table::processing_activities;

    #[test]
    fn array_columns_are_cast_from_their_literals() {
        let table = processing_activities::table(Key::UuidV7);
        let text = statement(&table, "t_1", &table.sent_types());
        assert!(text.contains("$1::integer[]") && text.contains("$13::uuid[]"), "{text}");
        assert!(text.contains("c8::text[]"), "{text}");
        assert!(!text.contains("text[][]"), "{text}");
    }

    #[test]
    fn array_types_are_those_of_their_elements() {
        use SqlType::{Int4, Text, TextArray, Timestamptz, Uuid};
        for sql_type in [Int4, Uuid, Text, TextArray, Timestamptz] {
            let array = Type::from_oid(array_oid(sql_type)).unwrap();
            let tokio_postgres::types::Kind::Array(of) = array.kind() else {
                panic!("{array} is no array");
            };
            assert_eq!(of.oid(), element(sql_type).oid());
        }
    }
}
