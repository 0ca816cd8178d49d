//! Cells: the binary form of one value as COPY and the extended protocol carry
//! it, a 4-byte big-endian length and the value's bytes.
//!
//! Only canonical forms are made here, those that PostgreSQL sends back
//! byte for byte (an array has lower bound 1, flags 0 and at least one
//! element), because the digest of what was sent is compared with the digest
//! of what is read. Source: `*_recv` and `*_send` in the server's
//! `src/backend/utils/adt`.

use bytes::{BufMut, BytesMut};

/// The type OID of `text`, as array elements carry it.
const TEXT_OID: i32 = 25;

/// Appends an `int4` cell.
pub fn put_int4(buf: &mut BytesMut, value: i32) {
    buf.put_i32(4);
    buf.put_i32(value);
}

/// Appends a `timestamptz` cell; `micros` counts from 2000-01-01 00:00 UTC.
pub fn put_timestamptz(buf: &mut BytesMut, micros: i64) {
    buf.put_i32(8);
    buf.put_i64(micros);
}

/// Appends a `uuid` cell.
pub fn put_uuid(buf: &mut BytesMut, bytes: [u8; 16]) {
    buf.put_i32(16);
    buf.put_slice(&bytes);
}

/// Appends a `text` cell; also an element of a `text[]`, which has the same form.
pub fn put_text(buf: &mut BytesMut, text: &str) {
    // A dictionary entry or a composed sentence is far below 2 GiB.
    buf.put_i32(text.len() as i32);
    buf.put_slice(text.as_bytes());
}

/// Reserves the length of a cell whose bytes follow; give the answer to [`close`].
pub fn open(buf: &mut BytesMut) -> usize {
    let at = buf.len();
    buf.put_i32(0);
    at
}

/// Writes the length of the cell that was opened at `at`.
pub fn close(buf: &mut BytesMut, at: usize) {
    let length = (buf.len() - at - 4) as i32;
    buf[at..at + 4].copy_from_slice(&length.to_be_bytes());
}

/// Appends the header of a one-dimensional `text[]` without nulls; the
/// elements follow. `elements` must be at least 1: an empty array has no dimension.
pub fn put_text_array_header(buf: &mut BytesMut, elements: usize) {
    buf.put_i32(1); // dimensions
    buf.put_i32(0); // flags: no nulls
    buf.put_i32(TEXT_OID);
    buf.put_i32(elements as i32);
    buf.put_i32(1); // lower bound
}

/// The whole cell of a `text`, made once for a dictionary.
pub fn text(value: &str) -> Box<[u8]> {
    let mut buf = BytesMut::with_capacity(4 + value.len());
    put_text(&mut buf, value);
    buf.to_vec().into_boxed_slice()
}

/// The whole cell of a `text[]`, made once for a dictionary.
pub fn text_array(elements: &[&str]) -> Box<[u8]> {
    let mut buf = BytesMut::new();
    let at = open(&mut buf);
    put_text_array_header(&mut buf, elements.len());
    for element in elements {
        put_text(&mut buf, element);
    }
    close(&mut buf, at);
    buf.to_vec().into_boxed_slice()
}

/// The cells of an encoded row: each one's bytes without their length. No
/// generated cell is null.
pub fn split(row: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = row;
    std::iter::from_fn(move || {
        let (length, tail) = rest.split_first_chunk::<4>()?;
        let (cell, tail) = tail.split_at_checked(u32::from_be_bytes(*length) as usize)?;
        rest = tail;
        Some(cell)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cell_is_length_and_bytes() {
        assert_eq!(&*text("Hà"), &[0, 0, 0, 3, b'H', 0xC3, 0xA0]);
    }

    #[test]
    fn array_cell_has_the_form_that_the_server_sends() {
        let cell = text_array(&["a", "bc"]);
        let expected = [
            &[0, 0, 0, 31][..],
            &[0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 25, 0, 0, 0, 2, 0, 0, 0, 1],
            &[0, 0, 0, 1, b'a', 0, 0, 0, 2, b'b', b'c'],
        ]
        .concat();
        assert_eq!(&*cell, &expected[..]);
    }

    #[test]
    fn a_row_splits_into_its_cells() {
        let mut buf = BytesMut::new();
        put_int4(&mut buf, 7);
        put_text(&mut buf, "");
        put_text(&mut buf, "ab");
        let cells: Vec<&[u8]> = split(&buf).collect();
        assert_eq!(cells, [&[0, 0, 0, 7][..], b"", b"ab"]);
    }
}
