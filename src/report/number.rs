//! Numbers for people: grouped thousands, and as many digits as are worth reading.

/// A whole number with its thousands grouped.
pub fn whole(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number with three significant digits at least, thousands grouped.
pub fn short(value: f64) -> String {
    let magnitude = value.abs();
    if magnitude >= 100.0 {
        let sign = if value < 0.0 { "-" } else { "" };
        format!("{sign}{}", whole(magnitude.round() as u64))
    } else if magnitude >= 10.0 {
        format!("{value:.1}")
    } else if magnitude >= 0.1 || magnitude == 0.0 {
        format!("{value:.2}")
    } else {
        format!("{value:.3}")
    }
}

/// An observed number or a limit: whole numbers stay whole.
pub fn plain(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e15 {
        let sign = if value < 0.0 { "-" } else { "" };
        format!("{sign}{}", whole(value.abs() as u64))
    } else {
        short(value)
    }
}

/// A share as a percentage.
pub fn percent(share: f64) -> String {
    format!("{:.0}%", share * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(whole(0), "0");
        assert_eq!(whole(1_234_567), "1,234,567");
        assert_eq!(short(154_321.7), "154,322");
        assert_eq!(short(99.94), "99.9");
        assert_eq!(short(1.234), "1.23");
        assert_eq!(short(0.0456), "0.046");
        assert_eq!(plain(250_000.0), "250,000");
        assert_eq!(plain(0.8), "0.80");
        assert_eq!(percent(0.746), "75%");
    }
}
