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

    proptest::proptest! {
        #[test]
        fn what_is_written_is_read(ms in 0_u64..10_000_000_000, factor in 1e-6_f64..1e9, any: String) {
            let written = Duration::from_millis(ms);
            proptest::prop_assert_eq!(time(&humantime::format_duration(written).to_string()), Ok(written));
            proptest::prop_assert_eq!(times(&factor.to_string()), Ok(factor));
            if let Ok(read) = times(&any) {
                proptest::prop_assert!(read.is_finite() && read > 0.0);
            }
        }

        #[test]
        fn what_is_no_time_is_refused_with_an_example(
            text in proptest::prop_oneof!["\\PC{0,20}", "[0-9]{0,25} ?[a-zA-Z]{0,6}"],
        ) {
            if let Err(said) = time(&text) {
                proptest::prop_assert!(said.contains("as in"));
            }
        }
    }

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
