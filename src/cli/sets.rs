//! The flags of the commands that make several runs.

use super::LoadArgs;
use super::values::time;
use crate::model::Method;
use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};
use std::path::PathBuf;
use std::time::Duration;

/// What every set has.
#[derive(Debug, Args)]
pub struct SetArgs {
    /// Continue the set in this folder, with the options of before
    #[arg(long, value_name = "DIR")]
    pub resume: Option<PathBuf>,
}

/// A choice of methods: one, or every one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// Every method.
    All,
    /// This one.
    One(Method),
}

impl Choice {
    /// The methods that were chosen, each once, in the order of [`Method::ALL`].
    pub fn methods(choices: &[Choice]) -> Vec<Method> {
        let is_chosen =
            |m: &Method| choices.contains(&Choice::All) || choices.contains(&Choice::One(*m));
        Method::ALL.into_iter().filter(is_chosen).collect()
    }
}

impl ValueEnum for Choice {
    fn value_variants<'a>() -> &'a [Choice] {
        const ALL: [Choice; 8] = [
            Choice::All,
            Choice::One(Method::CopyBinary),
            Choice::One(Method::CopyText),
            Choice::One(Method::Values),
            Choice::One(Method::Unnest),
            Choice::One(Method::Pipeline),
            Choice::One(Method::Single),
            Choice::One(Method::Autocommit),
        ];
        &ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        match self {
            Choice::All => Some(PossibleValue::new("all").help("Every method")),
            Choice::One(method) => method.to_possible_value(),
        }
    }
}

/// `methods`
#[derive(Debug, Args)]
#[command(mut_arg("method", |arg| arg.hide(true).value_parser(use_methods)))]
pub struct MethodsArgs {
    /// What every load has.
    #[command(flatten)]
    pub load: LoadArgs,
    /// What every set has.
    #[command(flatten)]
    pub set: SetArgs,
    /// The methods to compare; autocommit, the baseline, is always measured
    #[arg(long, value_enum, value_delimiter = ',', default_value = "all")]
    pub methods: Vec<Choice>,
    /// Rows in a batch
    #[arg(long, value_delimiter = ',', value_name = "ROWS", allow_negative_numbers = true, default_values_t = [500, 5000])]
    pub sizes: Vec<u32>,
    /// How often each is measured
    #[arg(long, allow_negative_numbers = true, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub rounds: u32,
    /// Rows of a run; a 25th of that for autocommit
    #[arg(long, allow_negative_numbers = true, default_value_t = 200_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub rows: u32,
    /// Batches at once, each on a connection of its own
    #[arg(long, allow_negative_numbers = true, default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub writers: u32,
}

/// `capacity`
#[derive(Debug, Args)]
pub struct CapacityArgs {
    /// What every load has.
    #[command(flatten)]
    pub load: LoadArgs,
    /// What every set has.
    #[command(flatten)]
    pub set: SetArgs,
    /// What has to be sustained, in rows a second, as in 20000/s
    #[arg(long, value_name = "RATE", value_parser = rate)]
    pub need: Option<f64>,
    /// How long each step is measured
    #[arg(long, value_name = "TIME", default_value = "20s", allow_hyphen_values = true, value_parser = time)]
    pub step_time: Duration,
    /// The first rate [default: what the best number of writers does as fast as it goes]
    #[arg(long, value_name = "RATE", value_parser = rate)]
    pub start: Option<f64>,
    /// How near the highest rate that held and the lowest that broke must come
    #[arg(long, value_name = "SHARE", default_value = "5%", value_parser = percentage)]
    pub precision: f64,
    /// The most writers that are tried
    #[arg(long, allow_negative_numbers = true, default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub max_writers: u32,
    /// Rows in a batch
    #[arg(long, allow_negative_numbers = true, default_value_t = 1000)]
    pub size: u32,
}

/// Rows a second, with or without `/s`.
fn rate(given: &str) -> Result<f64, String> {
    let given = given.trim();
    let number = given.strip_suffix("/s").unwrap_or(given);
    let rate: Option<f64> = number.replace('_', "").parse().ok();
    let fits = |rate: &f64| (1.0..=1e8).contains(rate);
    rate.filter(fits).ok_or_else(|| "give rows a second, as in 20000/s: 1 to 100000000".to_owned())
}

/// A share as a percentage.
pub(super) fn percentage(given: &str) -> Result<f64, String> {
    let given = given.trim();
    let percent: Option<f64> = given.strip_suffix('%').unwrap_or(given).trim().parse().ok();
    let fits = |percent: &f64| (1.0..=50.0).contains(percent);
    let share = percent.filter(fits).map(|percent| percent / 100.0);
    share.ok_or_else(|| "give a percentage, as in 5%: 1% to 50%".to_owned())
}

/// One method isn't compared: the flag that every load has is another here.
fn use_methods(given: &str) -> Result<Method, String> {
    let default = Method::default();
    match given == default.name() {
        true => Ok(default),
        false => Err("name the methods to compare with --methods".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn whatever_is_read_is_within_its_limits(
            per_s in 1.0_f64..1e8, percent in 1.0_f64..50.0,
            odd in proptest::prop_oneof!["\\PC{0,12}", "-?[0-9._e]{0,9}(/s|%){0,2}"],
        ) {
            proptest::prop_assert_eq!(rate(&format!("{per_s}/s")), Ok(per_s));
            proptest::prop_assert_eq!(percentage(&format!("{percent}%")), Ok(percent / 100.0));
            let twice = [format!("{per_s}/s/s"), format!("{percent}%%")];
            proptest::prop_assert!(rate(&twice[0]).is_err() && percentage(&twice[1]).is_err());
            if let Ok(read) = rate(&odd) {
                proptest::prop_assert!((1.0..=1e8).contains(&read));
            }
            if let Ok(read) = percentage(&odd) {
                proptest::prop_assert!((0.01..=0.5).contains(&read));
            }
        }
    }

    #[test]
    fn rates_and_shares_have_their_units() {
        assert_eq!(
            [rate("20000/s"), rate("1_000"), rate("2.5e3/s")],
            [Ok(2e4), Ok(1e3), Ok(2.5e3)]
        );
        assert_eq!(percentage("5%"), Ok(0.05));
        for bad in ["", "0/s", "-1", "NaN", "inf", "20000/m", "1e9"] {
            assert!(rate(bad).is_err(), "{bad}");
        }
        for bad in ["", "0%", "0.05", "51%", "x"] {
            assert!(percentage(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn all_is_every_method_and_no_method_is_chosen_twice() {
        let one = Choice::One(Method::Values);
        assert_eq!(Choice::methods(&[one, Choice::All]), Method::ALL);
        assert_eq!(Choice::methods(&[one, one]), [Method::Values]);
        assert_eq!(Choice::value_variants().len(), Method::ALL.len() + 1);
    }
}
