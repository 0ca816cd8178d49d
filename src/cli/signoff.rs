//! `signoff`, and its file: a table for each run, in their order; [faults] has a
//! run for each fault.
//!
//! A table's name is what the run is called. Its keys are the flags of the
//! scenario's command, as in a scenario file, and three of its own: `scenario`
//! where the name isn't one, `checkpoints` for a soak that is so many times
//! checkpoint_timeout long, and `quick`, a table of what is otherwise with --quick.

use super::file::{self, FileError, Place, Refusal, Source};
use super::{Command, Format, LimitArgs, SetArgs, TargetArgs};
use crate::message::catalogue;
use clap::Args;
use std::path::PathBuf;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

/// What is done where no file is named.
const SHIPPED: (&str, &str) = ("configs/signoff.toml", include_str!("../../configs/signoff.toml"));

/// Flags that are the sign-off's own, for all its runs.
const OF_ALL: [&str; 22] = [
    "url",
    "service",
    "pooler",
    "tenant-prefix",
    "replace",
    "allow-unsafe",
    "allow-publication",
    "allow-event-triggers",
    "yes",
    "disk-budget",
    "min-free",
    "max-lag",
    "format",
    "results",
    "pg-bin",
    "config",
    "keep",
    "keep-data",
    "no-sampling",
    "metrics",
    "resume",
    "allow-disruption",
];

/// The two keys that say how long a soak is.
const LENGTHS: [&str; 2] = ["checkpoints", "duration"];

catalogue! {
    /// A sign-off's file can't be used.
    pub error SignoffFileError {
        /// Nothing in it.
        Empty { place: Place }
            => "{place}: there is no run; add a table, as [burst]",
               "{place}: không có lần chạy nào; hãy thêm một bảng, như [burst]";
        /// Something that is no table.
        NoTable { place: Place, key: String }
            => "{place}: {key} belongs to no run; put it below a table, as [burst]",
               "{place}: {key} không thuộc lần chạy nào; hãy đặt dưới một bảng, như [burst]";
        /// A number that can't be one of checkpoints.
        Checkpoints { place: Place }
            => "{place}: checkpoints takes a number from 0.1 to 100: a soak is so many times checkpoint_timeout long",
               "{place}: checkpoints nhận một số từ 0.1 đến 100: soak kéo dài bấy nhiêu lần checkpoint_timeout";
        /// A run that can't be one of a sign-off.
        NoMember { place: Place, scenario: String }
            => "{place}: {scenario} can't be a run of a sign-off; take burst, scans, mixed, soak, isolation or faults",
               "{place}: {scenario} không thể là lần chạy của đợt ký duyệt; hãy chọn burst, scans, mixed, soak, isolation hoặc faults";
    }
}

/// `signoff`
#[derive(Debug, Args)]
pub struct SignoffArgs {
    /// The runs, as in configs/signoff.toml, which is taken where none is named
    pub file: Option<PathBuf>,
    /// The server that is signed off; without one it is a rehearsal on a private server.
    #[command(flatten)]
    pub target: TargetArgs,
    /// What every set has.
    #[command(flatten)]
    pub set: SetArgs,
    /// Shorter runs, under two minutes in all; what needs a checkpoint stays inconclusive
    #[arg(long)]
    pub quick: bool,
    /// Without --url: end with the verdict's exit code, and not with 4
    #[arg(long)]
    pub rehearsal: bool,
    /// Leave out the file's runs in which tenants try to get at each other's rows
    #[arg(long)]
    pub no_isolation: bool,
    /// Leave out the file's runs with a fault
    #[arg(long)]
    pub no_faults: bool,
    /// With --url: also faults that hold locks there, and those that others on the server would feel
    #[arg(long)]
    pub allow_disruption: bool,
    /// What the settings are to be: a postgresql.conf fragment
    #[arg(long, value_name = "FILE")]
    pub expect: Option<PathBuf>,
    /// How the names of the tenants' schemas begin
    #[arg(long, value_name = "PREFIX", default_value = "pgv_tenant_")]
    pub tenant_prefix: String,
    /// Replace the data that an earlier run left
    #[arg(long)]
    pub replace: bool,
    /// Go on where a publication is FOR ALL TABLES
    #[arg(long)]
    pub allow_publication: bool,
    /// Go on where event triggers would fire at our DDL
    #[arg(long)]
    pub allow_event_triggers: bool,
    /// Go on where our statements push others out of pg_stat_statements, or where the disk, or
    /// what --min-free and --max-lag watch, can't be seen
    #[arg(long)]
    pub yes: bool,
    /// What ends a run, and with it the sign-off; each run has its own budget.
    #[command(flatten)]
    pub limits: LimitArgs,
    /// Folder for results
    #[arg(long, value_name = "DIR", default_value = "results")]
    pub results: PathBuf,
    /// How the outcome is printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Private server: where postgres and initdb are
    #[arg(long, value_name = "DIR")]
    pub pg_bin: Option<PathBuf>,
    /// Private server: a postgresql.conf fragment
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// A run that a file asks for.
#[derive(Debug)]
pub struct MemberArgs {
    /// What it is called.
    pub name: String,
    /// The command that it stands for.
    pub command: Command,
    /// So many times checkpoint_timeout long.
    pub checkpoints: Option<f64>,
}

/// Why a file can't be used.
#[derive(Debug)]
pub enum MembersError {
    /// What is a sign-off's own.
    Own(SignoffFileError),
    /// What it has in common with scenario files.
    Scenario(Refusal),
}

impl<E: Into<Refusal>> From<E> for MembersError {
    fn from(error: E) -> MembersError {
        MembersError::Scenario(error.into())
    }
}

impl SignoffArgs {
    /// The runs of the file, or of the shipped one.
    ///
    /// # Errors
    /// Where the file can't be read or is wrong.
    pub fn members(&self) -> Result<Vec<MemberArgs>, MembersError> {
        let source = match &self.file {
            Some(path) => Source::read(path)?,
            None => Source::new(SHIPPED.0.to_owned(), SHIPPED.1),
        };
        members(&source, self.quick)
    }
}

/// The runs of a text.
///
/// # Errors
/// Where something is wrong in it.
pub fn members(source: &Source, is_quick: bool) -> Result<Vec<MemberArgs>, MembersError> {
    let table = source.table()?;
    let mut tables: Vec<_> = table.iter().collect();
    tables.sort_by_key(|(key, _)| key.span().start);
    let member = |(key, value)| member(source, key, value, is_quick);
    let members = tables.into_iter().map(member).collect::<Result<Vec<_>, _>>()?;
    match members.is_empty() {
        true => Err(MembersError::Own(SignoffFileError::Empty { place: source.place(&(0..0)) })),
        false => Ok(members),
    }
}

fn member(
    source: &Source,
    key: &Spanned<DeString<'_>>,
    value: &Spanned<DeValue<'_>>,
    is_quick: bool,
) -> Result<MemberArgs, MembersError> {
    let name = key.get_ref().to_string();
    let place = source.place(&key.span());
    let DeValue::Table(table) = value.get_ref() else {
        return Err(MembersError::Own(SignoffFileError::NoTable { place, key: name }));
    };
    let mut table = table.clone();
    let quick_place = key_place(source, &table, "quick");
    let quick = table.remove("quick").map(Spanned::into_inner);
    refuse_two_lengths(source, &table)?;
    match (quick, quick_place) {
        (Some(DeValue::Table(quick)), _) => {
            refuse_two_lengths(source, &quick)?;
            if is_quick {
                replace(&mut table, quick);
            }
        }
        (Some(_), Some(place)) => {
            let (key, wanted) = ("quick".to_owned(), file::TABLE);
            return Err(FileError::WrongType { place, key, wanted }.into());
        }
        _ => {}
    }
    let checkpoints_at = key_place(source, &table, LENGTHS[0]);
    let checkpoints = match table.remove(LENGTHS[0]) {
        Some(value) => Some(times(source, &value)?),
        None => None,
    };
    let own = table.keys().find(|key| OF_ALL.contains(&key.get_ref().as_ref()));
    if let Some(key) = own {
        let (place, key) = (source.place(&key.span()), key.get_ref().to_string());
        return Err(FileError::Conflict { place, key, other: "signoff".to_owned() }.into());
    }
    let scenario = scenario(source, &table).unwrap_or_else(|| Ok(name.clone()))?;
    let known = file::scenarios();
    if !known.contains(&scenario.as_str()) {
        let known = known.join(", ");
        return Err(FileError::UnknownScenario { place, name: scenario, known }.into());
    }
    if let Some(place) = checkpoints_at.filter(|_| scenario != "soak") {
        let key = LENGTHS[0].to_owned();
        return Err(FileError::UnknownKey { place, key, scenario }.into());
    }
    let command = file::parse(source, &scenario, &table, &[])?.command;
    match command.is_member() {
        true => Ok(MemberArgs { name, command, checkpoints }),
        false => Err(MembersError::Own(SignoffFileError::NoMember { place, scenario })),
    }
}

/// Puts what is otherwise with --quick into its run's table.
fn replace<'a>(table: &mut DeTable<'a>, quick: DeTable<'a>) {
    let [checkpoints, duration] = LENGTHS;
    // The one way to say how long it is replaces the other.
    for (given, other) in [(checkpoints, duration), (duration, checkpoints)] {
        if quick.contains_key(given) {
            table.remove(other);
        }
    }
    for (key, value) in quick {
        table.remove(key.get_ref().as_ref());
        table.insert(key, value);
    }
}

/// Where a key stands.
fn key_place(source: &Source, table: &DeTable<'_>, key: &str) -> Option<Place> {
    table.get_key_value(key).map(|(key, _)| source.place(&key.span()))
}

/// Refuses a table that says in both ways how long its run is.
fn refuse_two_lengths(source: &Source, table: &DeTable<'_>) -> Result<(), FileError> {
    let [one, other] = LENGTHS.map(|key| key_place(source, table, key));
    match (one, other) {
        (Some(place), Some(_)) => {
            let [key, other] = LENGTHS.map(str::to_owned);
            Err(FileError::Conflict { place, key, other })
        }
        _ => Ok(()),
    }
}

/// The scenario that a table names.
fn scenario(source: &Source, table: &DeTable<'_>) -> Option<Result<String, FileError>> {
    let (key, value) = table.get_key_value("scenario")?;
    Some(match value.get_ref() {
        DeValue::String(name) => Ok(name.to_string()),
        _ => Err(file::no_text(source, key, value)),
    })
}

fn times(source: &Source, value: &Spanned<DeValue<'_>>) -> Result<f64, MembersError> {
    let number = match value.get_ref() {
        DeValue::Integer(number) => number.as_str().parse().ok(),
        DeValue::Float(number) => number.as_str().parse().ok(),
        _ => None,
    };
    let refusal = || SignoffFileError::Checkpoints { place: source.place(&value.span()) };
    number.filter(|n| (0.1..=100.0).contains(n)).ok_or_else(|| MembersError::Own(refusal()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{Lang, Localized};

    fn read(text: &str, is_quick: bool) -> Result<Vec<MemberArgs>, MembersError> {
        members(&Source::new("s.toml".to_owned(), text), is_quick)
    }

    fn refusal(text: &str) -> String {
        match read(text, false).unwrap_err() {
            MembersError::Own(error) => error.text(Lang::En),
            MembersError::Scenario(Refusal::File(error)) => error.text(Lang::En),
            MembersError::Scenario(Refusal::Typed(error)) => panic!("{error}"),
        }
    }

    #[test]
    fn the_shipped_file_is_good_both_ways() {
        let shipped = Source::new(SHIPPED.0.to_owned(), SHIPPED.1);
        for is_quick in [false, true] {
            let members = members(&shipped, is_quick).unwrap();
            let soak = members.iter().find(|member| member.name == "soak").unwrap();
            // Spanning checkpoints is what quick leaves out.
            assert_eq!(soak.checkpoints.is_none(), is_quick);
            assert!(is_quick || soak.checkpoints >= Some(2.0));
            let Command::Soak(args) = &soak.command else { panic!("{soak:?}") };
            assert!(args.rate.is_some(), "a stated rate");
            assert!(args.load.preload.is_some_and(|rows| rows > 0), "preloaded tables");
            let isolation = |m: &MemberArgs| matches!(m.command, Command::Isolation(_));
            assert_eq!(members.iter().filter(|m| isolation(m)).count(), 1);
            let faults = members.iter().find_map(|m| match &m.command {
                Command::Faults(args) => Some(args),
                _ => None,
            });
            // All of them, unless it is to be quick.
            assert_eq!(faults.unwrap().only.is_empty(), !is_quick);
        }
    }

    #[test]
    fn tables_are_runs_in_the_order_of_the_file() {
        let text = "[zz]\nscenario = 'burst'\nbatches = 3\nquick = { batches = 2 }\n\
                    [soak]\nrate = 5\ncheckpoints = 2\n[soak.quick]\nduration = '7s'\n";
        let members = read(text, false).unwrap();
        let names: Vec<_> = members.iter().map(|m| (m.name.as_str(), m.checkpoints)).collect();
        assert_eq!(names, [("zz", None), ("soak", Some(2.0))]);
        let quick = read(text, true).unwrap();
        let (Command::Burst(slow), Command::Burst(fast)) = (&members[0].command, &quick[0].command)
        else {
            panic!("{members:?}")
        };
        assert_eq!((slow.batches, fast.batches, quick[1].checkpoints), (3, 2, None));
        let text = "[soak]\nduration = '1m'\nquick = { checkpoints = 0.1 }\n";
        assert_eq!(read(text, true).unwrap()[0].checkpoints, Some(0.1));
        assert_eq!(read(text, false).unwrap()[0].checkpoints, None);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        for (text, says) in [
            ("", "s.toml:1:1: there is no run"),
            ("size = 1", "s.toml:1:1: size belongs to no run"),
            ("[burst]\nbatchs = 1", "s.toml:2:1: burst has no flag --batchs; is batches meant?"),
            ("[burst]\nurl = 'x'", "s.toml:2:1: url goes not with signoff"),
            ("[soak]\ncheckpoints = 0", "s.toml:2:15: checkpoints takes"),
            (
                "[soak]\nduration = '1m'\ncheckpoints = 2",
                "s.toml:3:1: checkpoints goes not with duration",
            ),
            (
                "[soak.quick]\ncheckpoints = 1\nduration = '1m'",
                "s.toml:2:1: checkpoints goes not with duration",
            ),
            ("[soak]\nquick = 5", "s.toml:2:1: quick takes a table"),
            ("[burst]\ncheckpoints = 2", "s.toml:2:1: burst has no flag --checkpoints"),
            ("[purst]\nsize = 1", "s.toml:1:2: there is no scenario \"purst\""),
            ("[methods]\nrounds = 1", "s.toml:1:2: methods can't be a run"),
            ("[isolation]\nrows = 1", "s.toml:2:1: isolation has no flag --rows"),
            ("[faults]\nonly = ['crush']", "s.toml:2:8: only takes"),
            (
                "[faults]\nallow-disruption = true",
                "s.toml:2:1: allow-disruption goes not with signoff",
            ),
        ] {
            let said = refusal(text);
            assert!(said.starts_with(says), "{text}: {said}");
        }
    }
}
