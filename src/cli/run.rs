//! `run FILE`: a scenario file, and flags that go before what it says.

use super::file::{self, FileError, Refusal, Source};
use super::{Cli, Command};
use crate::message::Lang;
use clap::{Args, ValueEnum};
use std::ffi::OsString;
use std::path::PathBuf;
use toml::de::DeValue;

/// `run`
#[derive(Debug, Args)]
pub struct RunArgs {
    /// The scenario, as those in configs/scenarios
    pub file: PathBuf,
    /// Flags of the scenario's command, as its own --help lists them; they go before what the file says
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "FLAGS")]
    pub flags: Vec<OsString>,
}

/// The command line that is meant: that of the scenario where a file was named.
///
/// # Errors
/// Where the file is wrong, or what was typed after it.
pub fn resolve(cli: Cli) -> Result<Cli, Refusal> {
    let Command::Run(args) = &cli.command else { return Ok(cli) };
    let source = Source::read(&args.file)?;
    let meant = scenario(&source, &args.flags)?;
    Ok(Cli { lang: meant.lang.or(cli.lang), ..meant })
}

/// The command line of a file's text and what was `typed` after it.
///
/// # Errors
/// As [`resolve`].
pub fn scenario(source: &Source, typed: &[OsString]) -> Result<Cli, Refusal> {
    let table = source.table()?;
    let known = file::scenarios();
    let Some((key, value)) = table.get_key_value("scenario") else {
        return Err(FileError::NoScenario {
            place: source.place(&(0..0)),
            known: known.join(", "),
        }
        .into());
    };
    let named = match value.get_ref() {
        DeValue::String(name) => name.as_ref(),
        _ => return Err(file::no_text(source, key, value).into()),
    };
    if !known.contains(&named) {
        let (place, name) = (source.place(&value.span()), named.to_owned());
        return Err(FileError::UnknownScenario { place, name, known: known.join(", ") }.into());
    }
    file::parse(source, named, &table, typed)
}

impl RunArgs {
    /// The language that is asked for after the file, where it has to be
    /// known before the file is read.
    pub(super) fn lang(&self) -> Option<Lang> {
        let mut words = self.flags.iter().map(|word| word.to_string_lossy());
        let value = words.find_map(|word| word.strip_prefix("--lang").map(str::to_owned))?;
        let value =
            value.strip_prefix('=').map(str::to_owned).or_else(|| Some(words.next()?.into()));
        Lang::from_str(&value?, false).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;
    use std::path::Path;

    fn cli(words: &[&str]) -> Cli {
        Cli::try_parse_from(["pgvalidate"].iter().chain(words)).unwrap()
    }

    fn refusal(text: &str) -> String {
        match scenario(&Source::new("x.toml".to_owned(), text), &[]) {
            Err(Refusal::File(error)) => error.to_string(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_scenario_must_be_known() {
        assert!(refusal("").starts_with("x.toml:1:1: scenario is missing; say which: burst, soak"));
        assert!(refusal("\nscenario = 1").starts_with("x.toml:2:12: scenario takes a string"));
        let unknown = refusal("scenario = 'clean'");
        assert!(unknown.starts_with("x.toml:1:12: there is no scenario \"clean\""), "{unknown}");
    }

    #[test]
    fn flags_after_the_file_are_the_scenarios() {
        let cli = cli(&["run", "x.toml", "--size", "5", "--lang", "vi", "--yes"]);
        assert_eq!((cli.lang, cli.lang()), (None, Lang::Vi));
        let Command::Run(args) = &cli.command else { panic!("{cli:?}") };
        let source = Source::new("x.toml".to_owned(), "scenario = 'burst'\nsize = 4\nbatches = 3");
        let meant = scenario(&source, &args.flags).unwrap();
        assert_eq!(meant.lang, Some(Lang::Vi));
        let Command::Burst(args) = meant.command else { panic!("{meant:?}") };
        assert_eq!((args.size, args.batches, args.load.on.yes), (5, 3, true));
        let stands_for = ["burst", "--batches=3", "--size", "5", "--lang", "vi", "--yes"];
        assert_eq!(args.load.from_file, stands_for);
    }

    #[test]
    fn every_shipped_file_is_a_command_line() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("configs/scenarios");
        let mut files: Vec<_> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        assert!(!files.is_empty());
        for file in files {
            let source = Source::read(&file).unwrap();
            match scenario(&source, &[]) {
                // It is known to the record what was run.
                Ok(mut cli) => {
                    assert!(!cli.command.as_from_file_mut().unwrap().is_empty(), "{file:?}");
                }
                Err(Refusal::File(error)) => panic!("{error}"),
                Err(Refusal::Typed(error)) => panic!("{file:?}: {error}"),
            }
        }
    }
}
