//! Durations as histograms, and the distributions made of them; medians, how
//! sure they are, and whether two groups differ.

pub mod bootstrap;
pub mod power;
pub mod rank;
#[cfg(test)]
pub(crate) mod simulated;
pub mod spread;

use crate::model::record::Distribution;
use crate::model::series::PointLatency;
use base64::prelude::{BASE64_STANDARD, Engine};
use hdrhistogram::Histogram;
use hdrhistogram::serialization::{Deserializer, Serializer, V2DeflateSerializer};
use std::time::Duration;

/// The shortest and longest durations that are told apart, in microseconds: 1 µs to 1 h.
const RANGE_US: (u64, u64) = (1, 3_600_000_000);

/// Significant digits of totals.
const DIGITS: u8 = 3;

/// Significant digits of a second: 26 kB a histogram instead of 184 kB.
const DIGITS_OF_A_SECOND: u8 = 2;

/// Records durations. One a worker; merged afterwards, exactly.
#[derive(Debug, Clone)]
pub struct Recorder(Option<Histogram<u64>>);

impl Default for Recorder {
    fn default() -> Recorder {
        Recorder::with_digits(DIGITS)
    }
}

impl Recorder {
    /// Records a second of a series, with two digits.
    pub fn of_a_second() -> Recorder {
        Recorder::with_digits(DIGITS_OF_A_SECOND)
    }

    /// Records one of many things beside each other, with two digits, and takes
    /// no more memory than its longest duration needs.
    pub fn growing() -> Recorder {
        Recorder(Histogram::new(DIGITS_OF_A_SECOND).ok())
    }

    fn with_digits(digits: u8) -> Recorder {
        // The bounds are constants that the library accepts.
        Recorder(Histogram::new_with_bounds(RANGE_US.0, RANGE_US.1, digits).ok())
    }

    /// Records a duration; one beyond the range counts as its bound.
    pub fn record(&mut self, duration: Duration) {
        if let Some(histogram) = &mut self.0 {
            let us = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
            // One that grows has no bound of its own, and grows only where it is
            // not told to saturate.
            let us = us.clamp(RANGE_US.0, RANGE_US.1);
            if histogram.record(us).is_err() {
                histogram.saturating_record(us);
            }
        }
    }

    /// Adds what another recorded with as many digits.
    pub fn merge(&mut self, other: &Recorder) {
        if let (Some(mine), Some(theirs)) = (&mut self.0, &other.0) {
            // Equal bounds, so nothing is out of range.
            let _ = mine.add(theirs);
        }
    }

    /// A recorder with what a distribution's or a point's string holds; None
    /// where it is no such string.
    pub fn decode(histogram: &str) -> Option<Recorder> {
        let bytes = BASE64_STANDARD.decode(histogram).ok()?;
        Deserializer::new().deserialize(&mut &bytes[..]).ok().map(|h| Recorder(Some(h)))
    }

    /// The distribution in milliseconds; None where nothing was recorded.
    pub fn distribution(&self) -> Option<Distribution> {
        let histogram = self.0.as_ref().filter(|h| !h.is_empty())?;
        let ms = |us: u64| us as f64 / 1_000.0;
        Some(Distribution {
            count: histogram.len(),
            mean: histogram.mean() / 1_000.0,
            p50: ms(histogram.value_at_quantile(0.50)),
            p95: ms(histogram.value_at_quantile(0.95)),
            p99: ms(histogram.value_at_quantile(0.99)),
            max: ms(histogram.max()),
            histogram: encode(histogram),
        })
    }
}

impl Recorder {
    /// The duration that this share of all doesn't exceed, in milliseconds;
    /// None where nothing was recorded.
    pub fn percentile_ms(&self, share: f64) -> Option<f64> {
        let histogram = self.0.as_ref().filter(|h| !h.is_empty())?;
        Some(histogram.value_at_quantile(share) as f64 / 1_000.0)
    }

    /// The same as one point of a series.
    pub fn point(&self) -> Option<PointLatency> {
        let Distribution { mean, p50, p95, p99, max, histogram, .. } = self.distribution()?;
        Some(PointLatency { mean, p50, p95, p99, max, histogram })
    }
}

/// The histogram as one string: HdrHistogram's V2 encoding, DEFLATE, base64.
fn encode(histogram: &Histogram<u64>) -> String {
    let mut bytes = Vec::new();
    match V2DeflateSerializer::new().serialize(histogram, &mut bytes) {
        Ok(_) => BASE64_STANDARD.encode(&bytes),
        Err(error) => {
            tracing::warn!("a histogram could not be encoded: {error}");
            String::new()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_numbers_come_out() {
        let mut recorder = Recorder::default();
        (1..=100).for_each(|ms| recorder.record(Duration::from_millis(ms)));
        let mut other = Recorder::default();
        other.record(Duration::from_millis(500));
        recorder.merge(&other);
        let d = recorder.distribution().unwrap();
        assert_eq!(d.count, 101);
        assert!((d.p50 - 51.0).abs() < 0.1);
        assert!((d.max - 500.0).abs() < 0.6);
        assert!((d.mean - (5_050.0 + 500.0) / 101.0).abs() < 0.1);
    }

    #[test]
    fn one_that_grows_is_small_and_merges_into_a_whole_one() {
        let mut growing = Recorder::growing();
        growing.record(Duration::from_millis(1));
        growing.record(Duration::from_secs(90));
        let mut whole = Recorder::of_a_second();
        whole.merge(&growing);
        let d = whole.distribution().unwrap();
        assert_eq!(d.count, 2);
        assert!((d.max / 90_000.0 - 1.0).abs() < 0.01, "{}", d.max);
        assert_eq!(growing.distribution().unwrap().p99, d.p99);
    }

    #[test]
    fn nothing_recorded_is_no_distribution() {
        assert_eq!(Recorder::default().distribution(), None);
    }

    #[test]
    fn the_string_decodes_to_the_same_histogram() {
        let mut recorder = Recorder::default();
        recorder.record(Duration::from_micros(1_234));
        recorder.record(Duration::from_hours(2));
        let text = recorder.distribution().unwrap().histogram;
        assert_eq!(Recorder::decode(&text).unwrap().0, recorder.0);
        assert!(Recorder::decode("no histogram").is_none());
    }
}
