//! How values on the command line are read, where a library's words would
//! leave a user alone with what is wrong.

use std::time::Duration;

/// A time, as in `30s` or `1h 30m`.
///
/// # Errors
/// In words for the command line.
pub(super) fn time(given: &str) -> Result<Duration, String> {
    let wanted = || "give a time, as in 500ms, 30s, 10m or 1h30m".to_owned();
    humantime::parse_duration(given.trim()).map_err(|_| wanted())
}

/// How many times something: a number above 0.
///
/// # Errors
/// In words for the command line.
pub(super) fn times(given: &str) -> Result<f64, String> {
    let number = given.trim().parse().ok().filter(|n: &f64| n.is_finite() && *n > 0.0);
    number.ok_or_else(|| "give a number above 0, as in 30".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_factors_are_read_or_refused_with_an_example() {
        assert_eq!(time("1h 30m"), Ok(Duration::from_secs(5_400)));
        for bad in ["", "5", "-5s", "s", "1e3s", "99999999999999999999s", "1 fortnight"] {
            assert!(time(bad).unwrap_err().contains("as in"), "{bad}");
        }
        assert_eq!(times("30"), Ok(30.0));
        for bad in ["", "0", "-1", "nan", "inf", "many"] {
            assert!(times(bad).is_err(), "{bad}");
        }
    }
}
