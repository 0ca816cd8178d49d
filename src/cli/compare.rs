//! The flags of `compare`.

use super::Format;
use super::sets::percentage;
use clap::Args;
use std::path::PathBuf;

/// The change that makes a practical difference where nothing else is said.
const THRESHOLD: f64 = 0.05;

/// `compare`
#[derive(Debug, Args)]
pub struct CompareArgs {
    /// The base: a run's folder or run.json, a folder of runs, a set's folder or set.json (set.json:ROLE
    /// for its members of that role), or several of these with commas in between
    #[arg(value_name = "A")]
    pub base: String,
    /// What is compared with it, in the same way
    #[arg(value_name = "B")]
    pub other: String,
    /// The number of the record that decides, by its path
    #[arg(long, value_name = "PATH", default_value = "load.rows_per_s")]
    pub metric: String,
    /// The change that makes a practical difference
    #[arg(long, value_name = "SHARE", default_value = "5%", value_parser = percentage)]
    pub threshold: f64,
    /// Compare runs of different scenarios, durability or builds all the same
    #[arg(long)]
    pub force: bool,
    /// How the outcome is printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Folder for results
    #[arg(long, value_name = "DIR", default_value = "results")]
    pub results: PathBuf,
}

impl CompareArgs {
    /// The threshold that a set was compared with, by its command line.
    pub fn threshold_of(argv: &[String]) -> f64 {
        let words = argv.iter().map(String::as_str);
        let after = words.clone().skip_while(|word| *word != "--threshold").nth(1);
        let joined = || words.clone().find_map(|word| word.strip_prefix("--threshold="));
        after.or_else(joined).and_then(|given| percentage(given).ok()).unwrap_or(THRESHOLD)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_says_what_it_was_compared_with() {
        let of = |words: &[&str]| {
            CompareArgs::threshold_of(&words.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(of(&["pgvalidate", "compare", "a", "b"]), percentage("5%").unwrap());
        assert_eq!(of(&["pgvalidate", "compare", "--threshold", "8%", "a", "b"]), 0.08);
        assert_eq!(of(&["pgvalidate", "compare", "a", "b", "--threshold=2%"]), 0.02);
    }
}
