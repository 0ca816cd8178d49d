//! The flags of `pgvalidate scans`.

use super::LoadArgs;
use clap::Args;
use humantime::parse_duration;
use std::time::Duration;

/// `scans`
#[derive(Debug, Args)]
pub struct ScansArgs {
    /// What every load has.
    #[command(flatten)]
    pub load: LoadArgs,
    /// Rows of a scan; each tenant submits one
    #[arg(long, value_name = "ROWS", allow_negative_numbers = true, default_value_t = 10_000)]
    pub records: u32,
    /// Tenants that arrive, whatever the server does
    #[arg(long, value_name = "RATE", allow_negative_numbers = true, default_value = "10/s", value_parser = arrival)]
    pub arrival: f64,
    /// Scans under way at once, instead of --arrival: each is followed by the next when it is done
    #[arg(long, value_name = "SCANS", allow_negative_numbers = true, conflicts_with = "arrival")]
    pub concurrent: Option<u32>,
    /// Rows in a batch: a scan is cut into these
    #[arg(long, allow_negative_numbers = true, default_value_t = 5000)]
    pub size: u32,
    /// Workers that take batches from the queue
    #[arg(long, allow_negative_numbers = true, default_value_t = 8)]
    pub workers: u32,
    /// How long a reader waits between two looks at a scan's status
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = parse_duration)]
    pub poll: Duration,
    /// How old a worker's heartbeat may become before its backend is ended
    #[arg(long, value_name = "TIME", default_value = "15s", value_parser = parse_duration)]
    pub heartbeat: Duration,
    /// Measure the row-at-a-time baseline too
    #[arg(long)]
    pub baseline: bool,
    /// How long each half of the baseline takes
    #[arg(long, value_name = "TIME", default_value = "3s", value_parser = parse_duration, requires = "baseline")]
    pub baseline_time: Duration,
}

/// Arrivals a second, as in `10/s`, `30/min` or `10`.
fn arrival(given: &str) -> Result<f64, String> {
    let given = given.trim();
    let (number, per) = match given.split_once('/') {
        None => (given, 1.0),
        Some((number, "s")) => (number, 1.0),
        Some((number, "m" | "min")) => (number, 60.0),
        Some(_) => ("", 1.0),
    };
    let rate: Option<f64> = number.trim().parse().ok();
    rate.map(|rate| rate / per).ok_or_else(|| "give a rate, as in 10/s or 30/min".to_owned())
}

#[cfg(test)]
mod tests {
    use super::arrival;

    #[test]
    fn an_arrival_has_a_unit_or_is_a_second() {
        assert_eq!([arrival("10/s"), arrival("30/min"), arrival("2.5")], [10.0, 0.5, 2.5].map(Ok));
        for bad in ["", "/s", "10/h", "ten"] {
            assert!(arrival(bad).is_err(), "{bad}");
        }
    }
}
