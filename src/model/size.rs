//! Sizes, with PostgreSQL's units: kB, MB, GB and TB are multiples of 1024.

use serde::{Deserialize, Serialize};
use std::fmt;

const UNITS: [(&str, u64); 4] =
    [("TB", 1 << 40), ("GB", 1 << 30), ("MB", 1 << 20), ("kB", 1 << 10)];

/// A size in bytes. In a format string `{}` is English and `{:#}` Vietnamese.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Bytes(pub u64);

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((unit, of)) = UNITS.iter().find(|(_, of)| self.0 >= *of) else {
            return write!(f, "{} bytes", self.0);
        };
        let value = self.0 as f64 / *of as f64;
        let text = if value < 10.0 { format!("{value:.1}") } else { format!("{value:.0}") };
        let text = if f.alternate() { text.replace('.', ",") } else { text };
        write!(f, "{text} {unit}")
    }
}

impl Bytes {
    /// Reads `20GB`, `512 MB`, `1.5TB`: a number and a unit, in any case.
    ///
    /// # Errors
    /// Where it is not that, in words for the command line.
    pub fn parse(text: &str) -> Result<Bytes, String> {
        let text = text.trim();
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let (number, unit) = (&text[..end], text[end..].trim());
        let of = UNITS.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit));
        let bytes = number.parse::<f64>().ok().zip(of).map(|(number, (_, of))| number * *of as f64);
        match bytes {
            // More is no size of anything, and less is no byte.
            Some(bytes) if (1.0..i64::MAX as f64).contains(&bytes) => Ok(Bytes(bytes as u64)),
            _ => Err("give a number with kB, MB, GB or TB, as in 20GB".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn what_is_written_is_read_to_within_its_digits(bytes in 1024_u64..1 << 60, any: String) {
            let read = Bytes::parse(&Bytes(bytes).to_string()).unwrap();
            // One digit after the point below 10, none above.
            proptest::prop_assert!(read.0.abs_diff(bytes) as f64 <= bytes as f64 * 0.051);
            if let Ok(read) = Bytes::parse(&any) {
                proptest::prop_assert!(read.0 > 0);
            }
        }

        #[test]
        fn any_number_with_any_unit_is_a_size_or_refused(text in "[0-9.]{0,30} ?[kKmMgGtTbB]{0,3}") {
            if let Ok(read) = Bytes::parse(&text) {
                proptest::prop_assert!((1..=i64::MAX as u64).contains(&read.0), "{text}");
            }
        }
    }

    #[test]
    fn sizes_are_read_and_written() {
        for (text, bytes) in [("20GB", 20 << 30), ("512 mb", 512 << 20), ("1.5TB", 3 << 39)] {
            assert_eq!(Bytes::parse(text), Ok(Bytes(bytes)), "{text}");
        }
        let endless = format!("{}TB", "9".repeat(400));
        for text in
            ["", "20", "GB", "-1GB", "0GB", "1.2.3GB", "20 GiBs", "∞GB", "0.0001kB", &endless]
        {
            assert!(Bytes::parse(text).is_err(), "{text}");
        }
        assert_eq!(Bytes::parse("8388607TB"), Ok(Bytes(8_388_607 << 40)));
        assert_eq!(Bytes(500).to_string(), "500 bytes");
        assert_eq!(Bytes(3 << 29).to_string(), "1.5 GB");
        assert_eq!(format!("{:#}", Bytes(3 << 29)), "1,5 GB");
        assert_eq!(Bytes(250 << 20).to_string(), "250 MB");
    }
}
