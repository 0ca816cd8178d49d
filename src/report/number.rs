//! Numbers for people: grouped thousands, and as many digits as are worth
//! reading. Vietnamese groups with a point and has a decimal comma.

use crate::message::Lang;

/// Writes numbers as a language does.
#[derive(Debug, Clone, Copy)]
pub struct Numbers(pub Lang);

impl Numbers {
    /// A whole number with its thousands grouped.
    pub fn whole(self, value: u64) -> String {
        let digits = value.to_string();
        let mut text = String::with_capacity(digits.len() + digits.len() / 3);
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                text.push(if self.0 == Lang::Vi { '.' } else { ',' });
            }
            text.push(digit);
        }
        text
    }

    /// A number with three significant digits at least, thousands grouped.
    pub fn short(self, value: f64) -> String {
        let magnitude = value.abs();
        if magnitude >= 100.0 {
            let sign = if value < 0.0 { "-" } else { "" };
            format!("{sign}{}", self.whole(magnitude.round() as u64))
        } else if magnitude >= 10.0 {
            self.fraction(value, 1)
        } else if magnitude >= 0.1 || magnitude == 0.0 {
            self.fraction(value, 2)
        } else {
            self.fraction(value, 3)
        }
    }

    /// An observed number or a limit: whole numbers stay whole.
    pub fn plain(self, value: f64) -> String {
        if value.fract() == 0.0 && value.abs() < 1e15 {
            let sign = if value < 0.0 { "-" } else { "" };
            format!("{sign}{}", self.whole(value.abs() as u64))
        } else if value > 0.98
            && value < 1.0
            && (value * 100.0 - (value * 100.0).round()).abs() > 1e-9
        {
            // A share that two digits would make 0.99, a limit, or 1.
            self.fraction(value, 4)
        } else {
            self.short(value)
        }
    }

    fn fraction(self, value: f64, digits: usize) -> String {
        let text = format!("{value:.digits$}");
        if self.0 == Lang::Vi { text.replace('.', ",") } else { text }
    }
}

/// A share as a percentage with two decimals, where small differences matter.
pub fn fine_percent(share: f64, numbers: Numbers) -> String {
    format!("{}%", numbers.fraction(share * 100.0, 2))
}

/// A share as a percentage.
pub fn percent(share: f64) -> String {
    format!("{:.0}%", share * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well_in_both_languages() {
        let (en, vi) = (Numbers(Lang::En), Numbers(Lang::Vi));
        assert_eq!(en.whole(0), "0");
        assert_eq!(
            (en.whole(1_234_567), vi.whole(1_234_567)),
            ("1,234,567".into(), "1.234.567".into())
        );
        assert_eq!(en.short(154_321.7), "154,322");
        assert_eq!((en.short(99.94), vi.short(99.94)), ("99.9".into(), "99,9".into()));
        assert_eq!(en.short(1.234), "1.23");
        assert_eq!(en.short(0.0456), "0.046");
        assert_eq!(en.plain(250_000.0), "250,000");
        assert_eq!((en.plain(0.8), vi.plain(0.8)), ("0.80".into(), "0,80".into()));
        assert_eq!((en.plain(0.9987), en.plain(0.99)), ("0.9987".into(), "0.99".into()));
        assert_eq!(percent(0.746), "75%");
        assert_eq!(fine_percent(0.99874, vi), "99,87%");
    }
}
