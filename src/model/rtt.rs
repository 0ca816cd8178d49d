//! `--rtt`: a round-trip time for all, or by region.

use super::scenario::ByRegion;
use humantime::parse_duration;

/// The longest round trip: more than that is no network.
const LONGEST_MS: f64 = 10_000.0;

/// Reads `5ms`, or `north=2ms,central=12ms,south=20ms` with every region in it.
///
/// # Errors
/// Where it is neither, in words for the command line.
pub fn parse(text: &str) -> Result<ByRegion, String> {
    let usage = || "give one time, as in 5ms, or north=2ms,central=12ms,south=20ms; at most 10s";
    let ms = |text: &str| {
        let ms = parse_duration(text.trim()).ok()?.as_secs_f64() * 1e3;
        (ms <= LONGEST_MS).then_some(ms)
    };
    if !text.contains('=') {
        let all = ms(text).ok_or_else(usage)?;
        return Ok(ByRegion { north: all, central: all, south: all });
    }
    let (mut north, mut central, mut south) = (None, None, None);
    for part in text.split(',') {
        let (region, time) = part.split_once('=').ok_or_else(usage)?;
        let place = match region.trim() {
            "north" => &mut north,
            "central" => &mut central,
            "south" => &mut south,
            _ => return Err(usage().to_owned()),
        };
        if place.replace(ms(time).ok_or_else(usage)?).is_some() {
            return Err(usage().to_owned());
        }
    }
    let all = north.zip(central).zip(south);
    let ((north, central), south) = all.ok_or_else(usage)?;
    Ok(ByRegion { north, central, south })
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn whatever_is_read_is_a_network(
            any: String, times in proptest::array::uniform3(0_u32..12_000), text in "[a-z0-9=,. ]{0,40}",
        ) {
            let [north, central, south] = times;
            let all = format!("south={south}ms, north={north}ms,central={central}ms");
            let fits = times.iter().all(|ms| *ms <= 10_000);
            proptest::prop_assert_eq!(parse(&all).is_ok(), fits);
            for text in [all, any, text] {
                if let Ok(read) = parse(&text) {
                    for ms in [read.north, read.central, read.south] {
                        proptest::prop_assert!((0.0..=LONGEST_MS).contains(&ms), "{}", text);
                    }
                }
            }
        }
    }

    #[test]
    fn one_for_all_or_one_a_region() {
        let by = |north, central, south| Ok(ByRegion { north, central, south });
        assert_eq!(parse("5ms"), by(5.0, 5.0, 5.0));
        assert_eq!(parse("0ms"), by(0.0, 0.0, 0.0));
        assert_eq!(parse("south=20ms, north=2ms,central=500us"), by(2.0, 0.5, 20.0));
        for bad in [
            "",
            "5",
            "-1ms",
            "11s",
            "north=2ms",
            "north=2ms,central=1ms",
            "=1ms,north=1ms",
            "north=2ms,central=1ms,south=1ms,north=3ms",
            "north=2ms,central=1ms,west=1ms",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
