//! The command line.

mod compare;
mod faults;
pub mod file;
mod isolation;
mod limits;
mod load;
mod mixed;
mod report;
mod results;
pub mod run;
mod scans;
pub mod sets;
pub mod signoff;
mod soak;
pub mod sweep;
pub mod tune;
mod undo;
mod values;
mod work;

pub use compare::CompareArgs;
pub use faults::FaultsArgs;
pub use isolation::IsolationArgs;
pub use limits::LimitArgs;
pub use load::{BurstArgs, LoadArgs, PreflightArgs, UseArgs};
pub use mixed::MixedArgs;
pub use report::{ReportArgs, ReportFormat};
pub use results::{CompletionsArgs, ManArgs, ResultsArgs};
pub use run::RunArgs;
pub use scans::ScansArgs;
pub use sets::{CapacityArgs, MethodsArgs, SetArgs};
pub use signoff::SignoffArgs;
pub use soak::SoakArgs;
pub use sweep::SweepArgs;
pub use tune::TuneArgs;
pub use undo::UndoArgs;
pub use work::WorkArgs;

use crate::message::Lang;
use crate::server::GuardArgs;
use crate::session::with_word;
use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum};

/// Exit codes. 130 and 143 say that a signal stopped the run.
pub mod exit {
    use crate::model::Verdict;

    /// The verdict is pass.
    pub const PASS: u8 = 0;
    /// The verdict is fail.
    pub const FAIL: u8 = 1;
    /// The command line is wrong.
    pub const USAGE: u8 = 2;
    /// The run could not be carried through.
    pub const COULD_NOT_RUN: u8 = 3;
    /// The verdict is inconclusive or invalid.
    pub const UNDECIDED: u8 = 4;

    /// That of a verdict.
    pub fn of(verdict: Option<Verdict>) -> u8 {
        match verdict {
            Some(Verdict::Pass) => PASS,
            Some(Verdict::Fail) => FAIL,
            _ => UNDECIDED,
        }
    }
}

/// Signs off a PostgreSQL's write path before the deploy.
#[derive(Debug, Parser)]
#[command(version, about, max_term_width = 100, after_help = EXAMPLES)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// The language of what is printed [default: PGVALIDATE_LANG, else the locale's]
    #[arg(long, global = true, value_enum)]
    pub lang: Option<Lang>,
}

impl Cli {
    /// The language of what is printed.
    pub fn lang(&self) -> Lang {
        let after_file = match &self.command {
            Command::Run(args) => args.lang(),
            _ => None,
        };
        self.lang.or(after_file).unwrap_or_else(Lang::of_surroundings)
    }
}

const EXAMPLES: &str = "\
Examples:
  pgvalidate burst --batches 50 --size 5000
      on a private server that is started for it and removed afterwards
  pgvalidate burst --url postgresql://dba@db.example/app --write-pool 40
      on your own server; the password comes from PGPASSWORD or ~/.pgpass
  pgvalidate burst --url postgresql:// --write-pool 40
      on the server that PGHOST, PGSERVICE and the like name
  pgvalidate soak --duration 10m --rate 20000
      20,000 rows a second are due for ten minutes, whatever the server does
  pgvalidate run configs/scenarios/soak.toml --duration 10m
      a scenario from a file; flags after it go before what it says
  pgvalidate soak --pattern business-hours --duration 10m
      a Vietnamese business day pressed into ten minutes
  pgvalidate mixed --reads 70 --writes 30 --duration 10m
      dashboards read while scans write, by a hundred users who think in between
  pgvalidate scans --tenants 100 --records 10000 --arrival 10/s
      ten tenants a second submit a scan to a queue, and workers store it
  pgvalidate sweep configs/postgres/*.conf --repeat 6 --scenario burst
      the same burst on a private server with each of these configurations, six times
  pgvalidate signoff --url postgresql://app@db.example/app --expect postgresql.conf
      every run that a sign-off needs, the deployment checklist, one verdict
  pgvalidate compare results/before results/after
      two groups of runs: what changed, and whether that is more than noise
  pgvalidate tune results/20260101T090000Z-soak-1b4e28ba
      which settings that run asks for, with the numbers that say so
  pgvalidate tune --rate 20000 --config postgresql.conf
      what that configuration lacks for 20,000 rows a second
  pgvalidate report results/20260101T090000Z-soak-1b4e28ba --lang vi
      renders that run as a page, report.html beside its record
  pgvalidate faults --only commit-reply-cut,crash
      cuts connections between COMMIT and its reply, then crashes the server, under load
  pgvalidate results
      lists what was run, and writes results/index.html with the trends
  pgvalidate isolation --tenancy rls
      a hundred ways from one tenant to another, each tried; nothing of it stays
  pgvalidate preflight --url postgresql://dba@db.example/app
      asks whether a run may begin there, and writes nothing
  pgvalidate clean --url postgresql://dba@db.example/app
      removes whatever a run left there
  pgvalidate undo
      puts back the settings that a tool which was killed had changed

Exit codes: 0 pass, 1 fail, 2 usage, 3 could not run, 4 inconclusive or invalid,
130 and 143 stopped by a signal";

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Release batches all at once, prove that every row is stored, judge
    Burst(Box<BurstArgs>),
    /// Write for a time, at a rate or as fast as it goes, and watch the server meanwhile
    Soak(Box<SoakArgs>),
    /// Compare methods and batch sizes at equal durability
    Methods(Box<MethodsArgs>),
    /// Find the highest rate at which all criteria hold, and what breaks first
    Capacity(Box<CapacityArgs>),
    /// Compare configurations of the server: each on private servers of its own, interleaved
    Sweep(Box<SweepArgs>),
    /// Make every run that a sign-off needs, answer the deployment checklist, give one verdict
    Signoff(Box<SignoffArgs>),
    /// Let things go wrong under load, and prove that nothing is lost
    Faults(Box<FaultsArgs>),
    /// Compare two runs, or two groups of runs, that are there already
    Compare(CompareArgs),
    /// Render a finished run as a page, text, JSON, Markdown, JUnit or CSV; judge it by other criteria
    Report(ReportArgs),
    /// List runs and sets, and write a page with their trends
    Results(ResultsArgs),
    /// Print the completions of a shell
    Completions(CompletionsArgs),
    /// Print the manual's page, of the tool or of a command
    Man(ManArgs),
    /// Say which settings a load asks for, and why; with --verify, measure whether they help
    Tune(Box<TuneArgs>),
    /// Run a scenario from a file
    Run(RunArgs),
    /// Read as dashboards do while scans write, and see whether one waits for the other
    Mixed(Box<MixedArgs>),
    /// Let tenants submit scans to a durable queue, and workers store them
    Scans(Box<ScansArgs>),
    /// Let tenants try to get at each other's rows by every way there is, also beside a load
    Isolation(Box<IsolationArgs>),
    /// Join a run of scans: take batches off its queue until the last one
    Work(WorkArgs),
    /// Ask a server whether a burst may begin there; writes nothing
    Preflight(PreflightArgs),
    /// Remove everything that runs left in a database
    Clean(CleanArgs),
    /// Put back settings of a server that a tool which was killed had changed
    Undo(UndoArgs),
    /// Guard a private server (started by the tool itself)
    #[command(hide = true)]
    Guard(GuardArgs),
}

impl Command {
    /// The command line that a scenario file stood for; None where no file can.
    fn as_from_file_mut(&mut self) -> Option<&mut Vec<String>> {
        Some(match self {
            Command::Burst(args) => &mut args.load.from_file,
            Command::Soak(args) => &mut args.load.from_file,
            Command::Scans(args) => &mut args.load.from_file,
            Command::Mixed(args) => &mut args.load.from_file,
            Command::Methods(args) => &mut args.load.from_file,
            Command::Capacity(args) => &mut args.load.from_file,
            Command::Faults(args) => &mut args.load.from_file,
            Command::Tune(args) => &mut args.load.from_file,
            Command::Isolation(args) => &mut args.from_file,
            _ => return None,
        })
    }

    /// Whether it is one run that writes as fast as it can, or is to.
    fn is_load(&self) -> bool {
        matches!(self, Command::Burst(_) | Command::Soak(_) | Command::Scans(_) | Command::Mixed(_))
    }

    /// Whether a sign-off can have it.
    fn is_member(&self) -> bool {
        self.is_load() || matches!(self, Command::Isolation(_) | Command::Faults(_))
    }
}

/// How the outcome is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A summary for people.
    Text,
    /// The record alone, or the list.
    Json,
}

/// Where to run.
#[derive(Debug, Args)]
pub struct TargetArgs {
    /// The server to write to, as URL or "key=value ...". What it leaves open comes from PG*
    /// variables, service and password file, as in libpq; "postgresql://" leaves all of it open.
    /// PGVALIDATE_URL stands in for --url. Without any of them, or --service, the commands that write
    /// start a private server, whatever PG* variables say
    #[arg(long, value_parser = NonEmptyStringValueParser::new())]
    pub url: Option<String>,
    /// The server to write to, as a service in pg_service.conf
    #[arg(long, value_name = "NAME", conflicts_with = "url", value_parser = NonEmptyStringValueParser::new())]
    pub service: Option<String>,
    /// What stands before the server: PgBouncer in session or transaction mode, or nothing [default:
    /// found out]
    #[arg(long, value_name = "MODE", value_parser = ["none", "session", "transaction"])]
    pub pooler: Option<String>,
}

impl TargetArgs {
    /// The connection string; None for a private server.
    pub fn url(&self) -> Option<String> {
        let quoted = |name: &String| name.replace('\\', r"\\").replace('\'', r"\'");
        let service = self.service.as_ref().map(|name| format!("service='{}'", quoted(name)));
        // Set and empty is as good as not set.
        let stand_in = || std::env::var("PGVALIDATE_URL").ok().filter(|url| !url.is_empty());
        let url = service.or_else(|| self.url.clone()).or_else(stand_in)?;
        Some(match &self.pooler {
            None => url,
            Some(mode) => with_word(&url, "pooler", mode),
        })
    }
}

/// `clean`
#[derive(Debug, Args)]
pub struct CleanArgs {
    /// The server to clean.
    #[command(flatten)]
    pub target: TargetArgs,
    /// Clean though a run seems to be under way
    #[arg(long)]
    pub yes: bool,
}

/// Flags whose value is a connection string.
const WITH_URL: [&str; 2] = ["--url", "--settings-from"];

/// The command line for the record: a connection string loses its password.
pub fn argv_without_secrets(argv: impl Iterator<Item = String>) -> Vec<String> {
    let mut is_url = false;
    argv.map(|word| {
        let given = word.split_once('=').filter(|(flag, _)| WITH_URL.contains(flag));
        let hidden = match given {
            Some((flag, url)) => format!("{flag}={}", without_password(url)),
            None if is_url => without_password(&word),
            None => word.clone(),
        };
        is_url = WITH_URL.contains(&word.as_str());
        hidden
    })
    .collect()
}

/// A connection string for people. What doesn't parse is hidden whole.
fn without_password(url: &str) -> String {
    match crate::session::Target::parse(url) {
        Ok(target) => format!("({})", target.address()),
        Err(_) => "(hidden)".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn no_password_reaches_the_record() {
        let words = ["pgvalidate", "burst", "--url", "postgresql://u:s3cret@h/d", "--seed", "2"];
        let argv = argv_without_secrets(words.iter().map(|w| (*w).to_owned()));
        assert_eq!(argv[3], "(h:5432/d as u)");
        assert_eq!(argv[5], "2");
        for flag in WITH_URL {
            let joined = argv_without_secrets(std::iter::once(format!("{flag}=s3cret")));
            assert_eq!(joined, [format!("{flag}=(hidden)")]);
            let apart = [flag.to_owned(), "s3cret".to_owned()];
            assert_eq!(argv_without_secrets(apart.into_iter()), [flag, "(hidden)"]);
        }
    }
}
