//! Cells as text, as the server's `*_in` functions read them: for COPY in text
//! format, and for array literals.

use super::SqlType;
use bytes::{BufMut, BytesMut};
use std::fmt::Write;

/// Days from 0000-03-01 to 2000-01-01.
const DAYS_TO_2000: i64 = 730_425;

/// Microseconds of a day.
const DAY_US: i64 = 86_400 * 1_000_000;

/// Appends the text form of a cell's bytes (without their length), for COPY in
/// text format: a tab, a line's end and a backslash are escaped.
pub fn put_copy_text(buf: &mut BytesMut, sql_type: SqlType, bytes: &[u8]) {
    match sql_type {
        SqlType::Text => put_escaped(buf, bytes),
        SqlType::TextArray => {
            let mut literal = BytesMut::with_capacity(bytes.len() + 16);
            put_array_literal(&mut literal, bytes);
            put_escaped(buf, &literal);
        }
        SqlType::Int4 => put_display(buf, int4(bytes)),
        SqlType::Uuid => put_uuid(buf, bytes),
        SqlType::Timestamptz => put_timestamptz(buf, int8(bytes)),
    }
}

/// Appends the literal of a one-dimensional `text[]` without nulls, from the
/// bytes of its cell: `{"a","b"}`.
pub fn put_array_literal(buf: &mut BytesMut, bytes: &[u8]) {
    buf.put_u8(b'{');
    // Dimensions, flags, element type, length, lower bound: then the elements.
    let mut rest = bytes.get(20..).unwrap_or_default();
    let mut first = true;
    while let Some((length, tail)) = rest.split_at_checked(4) {
        let (element, tail) = tail.split_at(int4(length).unsigned_abs() as usize);
        if !first {
            buf.put_u8(b',');
        }
        first = false;
        buf.put_u8(b'"');
        for byte in element {
            if matches!(byte, b'"' | b'\\') {
                buf.put_u8(b'\\');
            }
            buf.put_u8(*byte);
        }
        buf.put_u8(b'"');
        rest = tail;
    }
    buf.put_u8(b'}');
}

fn put_escaped(buf: &mut BytesMut, text: &[u8]) {
    for byte in text {
        match byte {
            b'\\' => buf.put_slice(b"\\\\"),
            b'\t' => buf.put_slice(b"\\t"),
            b'\n' => buf.put_slice(b"\\n"),
            b'\r' => buf.put_slice(b"\\r"),
            _ => buf.put_u8(*byte),
        }
    }
}

/// Writing to a buffer that grows can't fail.
fn put_display(buf: &mut BytesMut, value: impl std::fmt::Display) {
    let _ = write!(buf, "{value}");
}

fn put_uuid(buf: &mut BytesMut, bytes: &[u8]) {
    let mut text = [0; uuid::fmt::Hyphenated::LENGTH];
    let id = uuid::Uuid::from_slice(bytes).unwrap_or_default();
    buf.put_slice(id.hyphenated().encode_lower(&mut text).as_bytes());
}

/// `2025-06-30 23:59:59.999999+00`, from microseconds since 2000-01-01 UTC; for
/// years 1 to 9999, which is what generators make.
fn put_timestamptz(buf: &mut BytesMut, us: i64) {
    let (days, in_day) = (us.div_euclid(DAY_US), us.rem_euclid(DAY_US));
    let (year, month, day) = civil(days);
    let (second, fraction) = (in_day / 1_000_000, in_day % 1_000_000);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    let _ = write!(
        buf,
        "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}.{fraction:06}+00"
    );
}

/// Year, month and day of a day counted from 2000-01-01 in the Gregorian
/// calendar. Years are counted from March, so that the leap day comes last
/// (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`).
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + DAYS_TO_2000;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let year = year_of_era + era * 400 + i64::from(month >= 10);
    (year, if month < 10 { month + 3 } else { month - 9 }, day)
}

fn int4(bytes: &[u8]) -> i32 {
    bytes.try_into().map_or(0, i32::from_be_bytes)
}

fn int8(bytes: &[u8]) -> i64 {
    bytes.try_into().map_or(0, i64::from_be_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::cell;
    use proptest::prelude::*;

    fn text(sql_type: SqlType, cell: &[u8]) -> String {
        let mut buf = BytesMut::new();
        put_copy_text(&mut buf, sql_type, &cell[4..]);
        String::from_utf8(buf.to_vec()).unwrap()
    }

    fn time(us: i64) -> String {
        let mut buf = BytesMut::new();
        cell::put_timestamptz(&mut buf, us);
        text(SqlType::Timestamptz, &buf)
    }

    #[test]
    fn times_are_those_of_the_calendar() {
        assert_eq!(time(0), "2000-01-01 00:00:00.000000+00");
        assert_eq!(time(-1), "1999-12-31 23:59:59.999999+00");
        assert_eq!(time(59 * DAY_US), "2000-02-29 00:00:00.000000+00");
        assert_eq!(time(9_132 * DAY_US + 3_723_000_004), "2025-01-01 01:02:03.000004+00");
    }

    proptest! {
        #[test]
        fn every_day_follows_the_one_before(day in -700_000i64..2_900_000) {
            let ((y, m, d), next) = (civil(day), civil(day + 1));
            let leap = y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
            let last = match m { 2 => 28 + i64::from(leap), 4 | 6 | 9 | 11 => 30, _ => 31 };
            let expected = match (m, d) {
                (12, 31) => (y + 1, 1, 1),
                (_, d) if d == last => (y, m + 1, 1),
                _ => (y, m, d + 1),
            };
            prop_assert_eq!(next, expected);
        }
    }

    #[test]
    fn arrays_and_escapes() {
        let array = cell::text_array(&["a\"b", "c\\d", "e,f"]);
        let mut literal = BytesMut::new();
        put_array_literal(&mut literal, &array[4..]);
        assert_eq!(&literal[..], br#"{"a\"b","c\\d","e,f"}"#);
        assert_eq!(text(SqlType::Text, &cell::text("a\tb\\c\nd\re")), r"a\tb\\c\nd\re");
        assert_eq!(text(SqlType::TextArray, &cell::text_array(&["\\"])), r#"{"\\\\"}"#);
    }
}
