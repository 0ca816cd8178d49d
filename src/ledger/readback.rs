//! Read-back: every row of a tenant's table, as the bytes of its cells.
//!
//! `COPY … TO STDOUT (FORMAT binary)` sends the same cells that COPY FROM took
//! (`src/backend/commands/copyto.c`): a header, then for each row a field
//! count and the cells. A message may hold any part of it.

use super::LedgerError;
use crate::message::doing;
use crate::session::{SessionError, quote_ident};
use crate::table::{Table, digest};
use bytes::{Buf, Bytes, BytesMut};
use futures_util::{StreamExt, pin_mut};
use tokio_postgres::Client;
use uuid::Uuid;

/// The signature of COPY BINARY.
const SIGNATURE: &[u8] = b"PGCOPY\n\xff\r\n\0";

/// A row that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FoundRow {
    /// Its batch_no.
    pub batch_no: i32,
    /// Its row_no.
    pub row_no: i32,
    /// Its tenant_id.
    pub tenant_id: Uuid,
    /// The hash of its cells.
    pub hash: u128,
}

/// Which rows of a table are read.
#[derive(Debug, Clone, Copy)]
pub enum Rows<'a> {
    /// All.
    All,
    /// Those of some batches.
    Batches(&'a [i32]),
    /// Those of a tenant's batch.
    OfTenant(Uuid, i32),
    /// Those in the blocks from the first on, and before the second where there is one.
    Blocks(u32, Option<u32>),
}

impl Rows<'_> {
    /// As a condition; None for all.
    fn condition(self) -> Option<String> {
        Some(match self {
            Rows::All => return None,
            Rows::Batches(batches) => {
                let list = batches.iter().map(i32::to_string).collect::<Vec<_>>().join(", ");
                format!("batch_no IN ({list})")
            }
            Rows::OfTenant(id, batch_no) => {
                format!("tenant_id = '{id}'::uuid AND batch_no = {batch_no}")
            }
            Rows::Blocks(from, None) => format!("ctid >= '({from},0)'::tid"),
            Rows::Blocks(from, Some(until)) => {
                format!("ctid >= '({from},0)'::tid AND ctid < '({until},0)'::tid")
            }
        })
    }
}

/// Reads `rows` of the table in `schema` and hands every row to `each`.
///
/// # Errors
/// Where the statement fails, or what comes isn't COPY BINARY.
pub async fn read(
    client: &Client,
    schema: &str,
    table: &Table,
    rows: Rows<'_>,
    mut each: impl FnMut(FoundRow),
) -> Result<(), LedgerError> {
    let columns = table.digest_list();
    let relation = format!("{}.{}", quote_ident(schema), quote_ident(table.name));
    let statement = match rows.condition() {
        None => format!("COPY {relation} ({columns}) TO STDOUT (FORMAT binary)"),
        Some(condition) => format!(
            "COPY (SELECT {columns} FROM {relation} WHERE {condition}) TO STDOUT (FORMAT binary)"
        ),
    };
    let failed = || SessionError::statement(doing::READING_BACK);
    let bad = |detail: String| LedgerError::BadCopyData { schema: schema.to_owned(), detail };
    let stream = client.copy_out(&statement).await.map_err(failed())?;
    pin_mut!(stream);
    let mut parser = Parser::default();
    while let Some(message) = stream.next().await {
        let message = message.map_err(failed())?;
        parser.push(message, &mut each).map_err(bad)?;
    }
    parser.finish().map_err(bad)
}

/// Cuts a stream of COPY BINARY into rows.
#[derive(Debug, Default)]
pub struct Parser {
    /// What the last message left incomplete.
    rest: BytesMut,
    header_read: bool,
    ended: bool,
}

impl Parser {
    /// Takes the next message.
    ///
    /// # Errors
    /// Where it isn't COPY BINARY, or a row has no place.
    pub fn push(&mut self, message: Bytes, each: &mut impl FnMut(FoundRow)) -> Result<(), String> {
        // The server sends a row a message, so that nothing needs to be joined.
        if self.rest.is_empty() {
            let mut whole = &message[..];
            self.take(&mut whole, each)?;
            self.rest.extend_from_slice(whole);
        } else {
            self.rest.extend_from_slice(&message);
            let joined = std::mem::take(&mut self.rest);
            let mut whole = &joined[..];
            self.take(&mut whole, each)?;
            self.rest.extend_from_slice(whole);
        }
        Ok(())
    }

    /// The stream is over.
    ///
    /// # Errors
    /// Where it was cut short.
    pub fn finish(&self) -> Result<(), String> {
        if self.ended && self.rest.is_empty() {
            Ok(())
        } else {
            Err("the stream ended before its trailer".to_owned())
        }
    }

    fn take(&mut self, data: &mut &[u8], each: &mut impl FnMut(FoundRow)) -> Result<(), String> {
        if !self.header_read {
            let Some(length) = header_length(data)? else { return Ok(()) };
            data.advance(length);
            self.header_read = true;
        }
        while data.len() >= 2 {
            let fields = i16::from_be_bytes([data[0], data[1]]);
            if fields == -1 {
                self.ended = true;
                data.advance(2);
                continue;
            }
            let Some(length) = cells_length(&data[2..], fields)? else { return Ok(()) };
            each(row(&data[2..2 + length])?);
            data.advance(2 + length);
        }
        Ok(())
    }
}

/// The header's length: signature, flags, extension. None while it isn't complete.
fn header_length(data: &[u8]) -> Result<Option<usize>, String> {
    let Some(fixed) = data.get(..SIGNATURE.len() + 8) else { return Ok(None) };
    if !fixed.starts_with(SIGNATURE) {
        return Err("it doesn't begin as COPY BINARY does".to_owned());
    }
    let extension = i32::from_be_bytes([fixed[15], fixed[16], fixed[17], fixed[18]]);
    let whole = fixed.len() + usize::try_from(extension).map_err(|e| e.to_string())?;
    Ok((data.len() >= whole).then_some(whole))
}

/// The length of a row's cells. None while they aren't complete.
fn cells_length(data: &[u8], fields: i16) -> Result<Option<usize>, String> {
    let mut at = 0;
    for _ in 0..fields {
        let Some(length) = data.get(at..at + 4) else { return Ok(None) };
        let length = i32::from_be_bytes([length[0], length[1], length[2], length[3]]);
        at += 4;
        match length {
            -1 => {}
            0.. => at += length as usize,
            _ => return Err(format!("a cell has the length {length}")),
        }
        if data.len() < at {
            return Ok(None);
        }
    }
    Ok(Some(at))
}

/// The row's place: its first three cells are batch_no, row_no and tenant_id, none null.
fn row(cells: &[u8]) -> Result<FoundRow, String> {
    let no_place = || "a row doesn't begin with batch_no, row_no, tenant_id".to_owned();
    let int4 = |at: usize| -> Option<i32> {
        let cell: [u8; 8] = cells.get(at..at + 8)?.try_into().ok()?;
        (cell[..4] == [0, 0, 0, 4])
            .then(|| i32::from_be_bytes([cell[4], cell[5], cell[6], cell[7]]))
    };
    let tenant = cells.get(16..36).filter(|cell| cell[..4] == [0, 0, 0, 16]);
    Ok(FoundRow {
        batch_no: int4(0).ok_or_else(no_place)?,
        row_no: int4(8).ok_or_else(no_place)?,
        tenant_id: tenant.and_then(|c| Uuid::from_slice(&c[4..]).ok()).ok_or_else(no_place)?,
        hash: digest::row_hash(cells),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::tenant::Origin;
    use crate::table::{BatchRows, Tenant, processing_activities};
    use proptest::prelude::*;

    fn stream(rows: u32) -> (Vec<u8>, Vec<u128>) {
        let table = processing_activities::table(crate::model::Key::UuidV4);
        let origin = Origin { seed: 1, run_id: Uuid::nil() };
        let tenant = Tenant::new(&origin, "t_", 3);
        let mut generated = BatchRows::new(&table, &origin, &tenant, 9, rows);
        let mut buf = BytesMut::from(SIGNATURE);
        buf.extend_from_slice(&[0; 8]);
        let mut hashes = Vec::new();
        while let Some(hash) = generated.encode_next(&mut buf) {
            hashes.push(hash);
        }
        buf.extend_from_slice(&[0xff, 0xff]);
        (buf.to_vec(), hashes)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn however_the_stream_is_cut_the_rows_are_the_same(
            cuts in prop::collection::vec(1usize..700, 1..60)
        ) {
            let (bytes, hashes) = stream(12);
            let mut found = Vec::new();
            let mut parser = Parser::default();
            let mut at = 0;
            for cut in cuts.iter().cycle() {
                let end = (at + cut).min(bytes.len());
                let message = Bytes::copy_from_slice(&bytes[at..end]);
                parser.push(message, &mut |row| found.push(row)).unwrap();
                at = end;
                if at == bytes.len() { break; }
            }
            parser.finish().unwrap();
            prop_assert_eq!(found.iter().map(|r| r.hash).collect::<Vec<_>>(), hashes);
            prop_assert!(found.iter().enumerate().all(|(i, r)| r.row_no == i as i32 && r.batch_no == 9));
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut parser = Parser { header_read: true, ..Parser::default() };
            let _ = parser.push(Bytes::from(bytes), &mut |_| {});
        }
    }

    #[test]
    fn a_stream_cut_short_is_an_error() {
        let (bytes, _) = stream(2);
        let mut parser = Parser::default();
        parser.push(Bytes::copy_from_slice(&bytes[..bytes.len() - 2]), &mut |_| {}).unwrap();
        assert!(parser.finish().is_err());
        assert!(Parser::default().push(Bytes::from(vec![b'x'; 40]), &mut |_| {}).is_err());
    }
}
