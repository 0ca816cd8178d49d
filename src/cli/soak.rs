//! The flags of `soak`, and how its shapes are written.

use super::LoadArgs;
use super::values::time;
use crate::model::scenario::{ByRegion, Pattern, Skew};
use clap::Args;
use clap::builder::PossibleValuesParser;
use clap::builder::TypedValueParser;
use std::time::Duration;

/// `soak`
#[derive(Debug, Args)]
pub struct SoakArgs {
    /// What every load has.
    #[command(flatten)]
    pub load: LoadArgs,
    /// How long the load is measured
    #[arg(long, value_name = "TIME", default_value = "60s", allow_hyphen_values = true, value_parser = time)]
    pub duration: Duration,
    /// How long it runs before that
    #[arg(long, value_name = "TIME", default_value = "5s", allow_hyphen_values = true, value_parser = time)]
    pub warm_up: Duration,
    /// Rows a second that are due, whatever the server does; without it each writer sends its next
    /// batch when its last one is stored [default with --pattern business-hours: 10000 in the
    /// busiest hour]
    #[arg(long, value_name = "ROWS", allow_negative_numbers = true)]
    pub rate: Option<f64>,
    /// Writers, where there is no --rate
    #[arg(long, allow_negative_numbers = true, default_value_t = 8, conflicts_with_all = ["rate", "pattern"])]
    pub writers: u32,
    /// Rows in a batch
    #[arg(long, allow_negative_numbers = true, default_value_t = 1000)]
    pub size: u32,
    /// How unevenly the batches fall on the tenants: zipf:S (1.1 is usual), or noisy:SHARE for one
    /// tenant with that share of all
    #[arg(long, value_name = "SKEW", default_value = "even", value_parser = skew)]
    pub skew: Skew,
    /// How long the rate takes to rise from nothing, warm-up included
    #[arg(long, value_name = "TIME", default_value = "0s", allow_hyphen_values = true, value_parser = time)]
    pub ramp: Duration,
    /// Shares of rate (or writers) and tenants, as in 10%,50%,100%: each gets an equal part of
    /// --duration, and begins only if the criteria held until then
    #[arg(long, value_name = "SHARES", value_delimiter = ',', value_parser = percent)]
    pub stages: Vec<f64>,
    /// How the rate goes: constant, or a Vietnamese business day that is pressed into --duration
    #[arg(long, default_value = "constant", value_parser = pattern())]
    pub pattern: Pattern,
}

fn pattern() -> impl TypedValueParser<Value = Pattern> {
    PossibleValuesParser::new(["constant", "business-hours"]).map(|name| match name.as_str() {
        "business-hours" => Pattern::BusinessHours,
        _ => Pattern::Constant,
    })
}

/// `zipf:1.1`, `noisy:0.5` or `even`.
pub fn skew(text: &str) -> Result<Skew, String> {
    let expected = || "expected even, zipf:S or noisy:SHARE, as in zipf:1.1".to_owned();
    let number = |text: &str| text.parse::<f64>().map_err(|_| expected());
    match text.split_once(':') {
        None if text == "even" => Ok(Skew::Even),
        Some(("zipf", s)) => Ok(Skew::Zipf(number(s)?)),
        Some(("noisy", share)) => Ok(Skew::Noisy(number(share)?)),
        _ => Err(expected()),
    }
}

/// `10%` as 0.1.
pub fn percent(text: &str) -> Result<f64, String> {
    let number = text.trim().strip_suffix('%').and_then(|number| number.parse::<f64>().ok());
    number
        .map(|percent| percent / 100.0)
        .ok_or_else(|| "expected a percentage, as in 10%".to_owned())
}

/// `north=40,central=20,south=40`; one that isn't named has none.
pub fn regions(text: &str) -> Result<ByRegion, String> {
    let expected =
        || "expected north=N,central=N,south=N, as in north=40,central=20,south=40".to_owned();
    let mut regions = ByRegion { north: 0.0, central: 0.0, south: 0.0 };
    let mut seen = Vec::new();
    for part in text.split(',') {
        let (name, weight) = part.split_once('=').ok_or_else(expected)?;
        let name = name.trim();
        let weight = weight.trim().parse().map_err(|_| expected())?;
        match name {
            "north" => regions.north = weight,
            "central" => regions.central = weight,
            "south" => regions.south = weight,
            _ => return Err(expected()),
        }
        if seen.contains(&name) {
            return Err(format!("{name} stands twice"));
        }
        seen.push(name);
    }
    Ok(regions)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_are_read_as_they_are_written() {
        assert_eq!(skew("zipf:1.1"), Ok(Skew::Zipf(1.1)));
        assert_eq!((skew("noisy:0.5"), skew("even")), (Ok(Skew::Noisy(0.5)), Ok(Skew::Even)));
        for bad in ["zipf", "zipf:", "pareto:1", "even:1", ""] {
            assert!(skew(bad).is_err(), "{bad}");
        }
        assert_eq!((percent("10%"), percent(" 100%")), (Ok(0.1), Ok(1.0)));
        assert!(percent("10").is_err() && percent("%").is_err());
        let all = ByRegion { north: 40.0, central: 20.0, south: 40.0 };
        assert_eq!(regions("north=40, central=20,south=40"), Ok(all));
        assert_eq!(regions("south=1").unwrap().north, 0.0);
        for bad in ["", "north", "north=x", "west=1", "north=1,north=2"] {
            assert!(regions(bad).is_err(), "{bad}");
        }
    }
}
