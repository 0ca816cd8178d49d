//! The flags that end a run while it goes on.

use super::values::time;
use crate::model::limits::{Limits, MaxLag};
use crate::model::size::Bytes;
use clap::Args;

/// What ends a run.
#[derive(Debug, Args)]
pub struct LimitArgs {
    /// End the run where less is free on the file systems of the server's data and WAL, as in 20GB
    #[arg(long, value_name = "SIZE", value_parser = Bytes::parse)]
    pub min_free: Option<Bytes>,
    /// End the run where a standby is further behind in replaying, as in 30s or 500MB
    #[arg(long, value_name = "TIME|SIZE", allow_hyphen_values = true, value_parser = max_lag)]
    pub max_lag: Option<MaxLag>,
    /// End the run where it has written more to the server's disk, WAL included, as in 20GB; also
    /// held against an estimate beforehand
    #[arg(long, value_name = "SIZE", value_parser = Bytes::parse)]
    pub disk_budget: Option<Bytes>,
}

impl LimitArgs {
    /// As the run takes them.
    pub fn limits(&self) -> Limits {
        let (max_lag_s, max_lag_bytes) = match self.max_lag {
            Some(MaxLag::Time(time)) => (Some(time.as_secs_f64()), None),
            Some(MaxLag::Size(size)) => (None, Some(size.0)),
            None => (None, None),
        };
        let bytes = |size: Option<Bytes>| size.map(|size| size.0);
        Limits {
            min_free_bytes: bytes(self.min_free),
            max_lag_s,
            max_lag_bytes,
            disk_budget_bytes: bytes(self.disk_budget),
        }
    }
}

/// A time or a size. A size's unit ends with a B, as no time's does.
fn max_lag(given: &str) -> Result<MaxLag, String> {
    let wanted = || "give a time or a size above 0, as in 30s or 500MB".to_owned();
    let is_size = given.trim_end().ends_with(['b', 'B']);
    match is_size {
        true => Bytes::parse(given).map(MaxLag::Size).map_err(|_| wanted()),
        false => match time(given) {
            Ok(time) if !time.is_zero() => Ok(MaxLag::Time(time)),
            _ => Err(wanted()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_lag_is_a_time_or_a_size() {
        assert_eq!(max_lag("30s"), Ok(MaxLag::Time(Duration::from_secs(30))));
        assert_eq!(max_lag("10m"), Ok(MaxLag::Time(Duration::from_secs(600))));
        assert_eq!(max_lag("10MB"), Ok(MaxLag::Size(Bytes(10 << 20))));
        assert_eq!(max_lag("64 kb"), Ok(MaxLag::Size(Bytes(64 << 10))));
        for bad in ["", "0s", "-1s", "0MB", "5", "much", "b"] {
            assert!(max_lag(bad).unwrap_err().contains("500MB"), "{bad}");
        }
    }
}
