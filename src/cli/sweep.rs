//! The flags of `sweep`: configurations, and the load that each is measured with.

use super::file::{FileError, Refusal, Source};
use super::run::scenario;
use super::{Command, Format, SetArgs};
use crate::message::catalogue;
use crate::model::scenario::NAMES;
use clap::Args;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Flags of a load that are the sweep's own, or go with no private server.
const OWN: [&str; 10] = [
    "url",
    "service",
    "pooler",
    "config",
    "pg-bin",
    "keep",
    "keep-data",
    "results",
    "format",
    "allow-unsafe",
];

/// What is compared with where nothing else is asked for.
const STOCK: &str = "stock";

catalogue! {
    /// The configurations or the load of a sweep can't be used.
    pub error SweepError {
        /// A file that can't be read.
        Unreadable { path: String, detail: String }
            => "{path} can't be read: {detail}; name files with lines as in postgresql.conf",
               "không đọc được {path}: {detail}; hãy chỉ các tệp có dòng như trong postgresql.conf";
        /// The same file twice.
        Twice { path: String }
            => "{path} is named twice; name each configuration once",
               "{path} được nêu hai lần; mỗi cấu hình chỉ nêu một lần";
        /// No configuration of that name.
        NoSuchConfig { name: String, known: String }
            => "--against {name}: no configuration is called so; take one of: {known}",
               "--against {name}: không có cấu hình nào tên như vậy; hãy chọn một trong số: {known}";
        /// A set of runs can't be a run of one.
        NoLoad { scenario: String }
            => "--scenario {scenario} is no single run; take burst, soak, scans or mixed, or a file of one of them",
               "--scenario {scenario} không phải một lần chạy đơn; hãy chọn burst, soak, scans hoặc mixed, hoặc một tệp của các kịch bản đó";
        /// A flag that isn't the load's to have.
        Own { flag: String }
            => "--{flag} can't be part of the load: each run of a sweep is on a private server with its own configuration; leave it out, or give it to sweep itself",
               "--{flag} không thể thuộc về tải: mỗi lần chạy của sweep dùng máy chủ riêng với cấu hình riêng; hãy bỏ nó hoặc đặt cho chính sweep";
        /// A metric that no record has.
        UnknownMetric { metric: String }
            => "--metric {metric} is no number of the record; docs/criteria.md lists them",
               "--metric {metric} không phải giá trị số trong bản ghi; xem docs/criteria.md";
        /// No direction.
        NoDirection { metric: String }
            => "--metric {metric}: it isn't known whether more of it is better; take another number, such as load.rows_per_s",
               "--metric {metric}: chưa rõ giá trị lớn hay nhỏ là tốt; hãy chọn giá trị khác, chẳng hạn load.rows_per_s";
    }
}

/// `sweep`
#[derive(Debug, Args)]
pub struct SweepArgs {
    /// The configurations: postgresql.conf fragments
    #[arg(required = true, value_name = "CONF")]
    pub configs: Vec<PathBuf>,
    /// The load: burst, soak, scans, mixed, or a file as those in configs/scenarios
    #[arg(long, value_name = "NAME|FILE", default_value = "burst")]
    pub scenario: String,
    /// How often each configuration is measured; below 5 no difference is sure
    #[arg(long, allow_negative_numbers = true, default_value_t = 6, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub repeat: u32,
    /// The configuration that the others are compared with, by what it is called: its file's name
    /// without the ending [default: stock where there is one, else the first]
    #[arg(long, value_name = "NAME")]
    pub against: Option<String>,
    /// What the configurations are ordered by: the path of a number of the record
    /// [default: load.rows_per_s; latency.batch.response_ms.p99 where the load has a rate of its own]
    #[arg(long, value_name = "PATH")]
    pub metric: Option<String>,
    /// Measure configurations with fsync or full_page_writes off too, and let one that gives up
    /// durability be called the best
    #[arg(long)]
    pub allow_unsafe: bool,
    /// What every set has.
    #[command(flatten)]
    pub set: SetArgs,
    /// Folder for results
    #[arg(long, value_name = "DIR", default_value = "results")]
    pub results: PathBuf,
    /// How the outcome is printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Where postgres and initdb are
    #[arg(long, value_name = "DIR")]
    pub pg_bin: Option<PathBuf>,
    /// After --: flags of the load, as its own --help lists them
    #[arg(last = true, value_name = "FLAGS")]
    pub flags: Vec<OsString>,
}

/// Why there is no load.
#[derive(Debug)]
pub enum LoadError {
    /// What is a sweep's own.
    Own(SweepError),
    /// What it has in common with scenario files.
    Scenario(Refusal),
}

impl From<FileError> for LoadError {
    fn from(error: FileError) -> LoadError {
        LoadError::Scenario(error.into())
    }
}

impl SweepArgs {
    /// The command that makes one run of the load.
    ///
    /// # Errors
    /// Where the scenario isn't one, or a flag is refused.
    pub fn load(&self) -> Result<Command, LoadError> {
        let name = &self.scenario;
        let source = match NAMES.contains(&name.as_str()) {
            true => Source::new(name.clone(), &format!("scenario = '{name}'")),
            false => Source::read(Path::new(name))?,
        };
        let mut command = scenario(&source, &self.flags).map_err(LoadError::Scenario)?.command;
        if !command.is_load() {
            return Err(LoadError::Own(SweepError::NoLoad { scenario: name.clone() }));
        }
        let words = command.as_from_file_mut().cloned().unwrap_or_default();
        let names = words.iter().filter_map(|word| word.strip_prefix("--"));
        let mut names = names.map(|word| word.split('=').next().unwrap_or_default());
        match names.find(|name| OWN.contains(name)) {
            Some(flag) => Err(LoadError::Own(SweepError::Own { flag: flag.to_owned() })),
            None => Ok(command),
        }
    }

    /// What each configuration is called: its file without folder and ending,
    /// with as many folders before it as tell it apart.
    ///
    /// # Errors
    /// Where a file is named twice.
    pub fn names(&self) -> Result<Vec<String>, SweepError> {
        names(&self.configs)
    }

    /// Looks whether the configurations can be read.
    ///
    /// # Errors
    /// Names the first that can't.
    pub fn check_files(&self) -> Result<(), SweepError> {
        for file in &self.configs {
            std::fs::read(file).map_err(|error| {
                let (path, detail) = (file.display().to_string(), error.to_string());
                SweepError::Unreadable { path, detail }
            })?;
        }
        Ok(())
    }

    /// The one of `names` that the others are compared with.
    ///
    /// # Errors
    /// Where another is asked for.
    pub fn against(&self, names: &[String]) -> Result<String, SweepError> {
        let wanted = self.against.as_deref().unwrap_or(STOCK);
        let found = names.iter().find(|name| *name == wanted);
        let first = names.first().filter(|_| self.against.is_none());
        found.or(first).cloned().ok_or_else(|| {
            let (name, known) = (wanted.to_owned(), names.join(", "));
            SweepError::NoSuchConfig { name, known }
        })
    }
}

fn names(files: &[PathBuf]) -> Result<Vec<String>, SweepError> {
    let whole: Vec<PathBuf> =
        files.iter().map(|file| std::path::absolute(file).unwrap_or(file.clone())).collect();
    for (index, file) in whole.iter().enumerate() {
        if whole[..index].contains(file) {
            return Err(SweepError::Twice { path: files[index].display().to_string() });
        }
    }
    let deepest = whole.iter().map(|file| file.components().count()).max().unwrap_or_default();
    let name = |file: &Path| {
        let mut by_depth = (1..deepest).map(|depth| tail(file, depth));
        let is_alone = |name: &String| {
            let depth = name.matches('/').count() + 1;
            whole.iter().filter(|other| tail(other, depth) == *name).count() == 1
        };
        // The same name with two endings: with its ending.
        by_depth.find(is_alone).unwrap_or_else(|| file.display().to_string())
    };
    Ok(whole.iter().map(|file| name(file)).collect())
}

/// The last `depth` parts of a path, without the ending.
fn tail(file: &Path, depth: usize) -> String {
    let bare = file.with_extension("");
    let parts: Vec<_> = bare.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    parts[parts.len().saturating_sub(depth)..].join("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::Cli;
    use clap::Parser;

    fn sweep(words: &[&str]) -> SweepArgs {
        let cli = Cli::try_parse_from(["pgvalidate", "sweep"].iter().chain(words)).unwrap();
        match cli.command {
            Command::Sweep(args) => *args,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_configuration_is_called_by_what_tells_it_apart() {
        let of = |files: &[&str]| sweep(files).names();
        assert_eq!(of(&["/a/stock.conf", "b/tuned.conf"]).unwrap(), ["stock", "tuned"]);
        assert_eq!(of(&["/a/pg.conf", "/b/pg.conf", "/b/x"]).unwrap(), ["a/pg", "b/pg", "x"]);
        assert_eq!(of(&["/a/pg.conf", "/a/pg.txt"]).unwrap(), ["/a/pg.conf", "/a/pg.txt"]);
        let twice = of(&["x.conf", "./x.conf"]).unwrap_err().to_string();
        assert!(twice.starts_with("./x.conf is named twice"), "{twice}");
        assert!(Cli::try_parse_from(["pgvalidate", "sweep"]).is_err(), "no file at all");
    }

    #[test]
    fn what_is_compared_with_is_asked_for_or_stock_or_the_first() {
        let of = |words: &[&str]| {
            let args = sweep(words);
            args.against(&args.names().unwrap()).map_err(|error| error.to_string())
        };
        assert_eq!(of(&["a.conf", "stock.conf"]).unwrap(), "stock");
        assert_eq!(of(&["b.conf", "a.conf"]).unwrap(), "b");
        assert_eq!(of(&["b.conf", "a.conf", "--against", "a"]).unwrap(), "a");
        let refused = of(&["b.conf", "a.conf", "--against", "a.conf"]).unwrap_err();
        assert!(refused.ends_with("take one of: b, a"), "{refused}");
    }

    #[test]
    fn the_load_is_a_scenario_with_flags_of_its_own() {
        let load = |words: &[&str]| sweep(words).load();
        let Ok(Command::Burst(args)) = load(&["x", "--", "--batches", "4", "--size=7"]) else {
            panic!("no burst")
        };
        assert_eq!((args.batches, args.size), (4, 7));
        assert!(matches!(load(&["x", "--scenario", "soak"]), Ok(Command::Soak(_))));
        for (words, flag) in [
            (["x", "--", "--url", "y"].as_slice(), "--url"),
            (&["x", "--", "--config=y"], "--config"),
            (&["x", "--", "--keep"], "--keep"),
        ] {
            match load(words) {
                Err(LoadError::Own(error)) => assert!(error.to_string().starts_with(flag)),
                other => panic!("{other:?}"),
            }
        }
        assert!(matches!(load(&["x", "--scenario", "brust"]), Err(LoadError::Scenario(_))));
        assert!(matches!(load(&["x", "--", "--batchs", "4"]), Err(LoadError::Scenario(_))));
    }
}
