//! The flags of `report`.

use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// `report`
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct ReportArgs {
    /// The run: its folder, or its run.json; or a set: its folder, or its set.json
    #[arg(value_name = "RUN")]
    pub run: PathBuf,
    /// What the report is; csv is for a run alone
    #[arg(long, value_enum, default_value_t = ReportFormat::Html)]
    pub format: ReportFormat,
    /// The file that it is written to, - for stdout [default: report.html beside the record for html,
    /// else stdout]
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Judge the run by the criteria in this file; the exit code is then the verdict's
    #[arg(long, value_name = "FILE")]
    pub criteria: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  pgvalidate report results/20260101T090000Z-soak-1b4e28ba
  pgvalidate report RUN --format markdown --output comment.md
  pgvalidate report RUN --format junit --output junit.xml
  pgvalidate report RUN --format text --criteria stricter.toml";

/// What a report is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// One page that needs nothing else, in both languages
    Html,
    /// The summary that the run printed
    Text,
    /// The record
    Json,
    /// For a pull request: verdict, five numbers, criteria, findings; of a set, its tables
    Markdown,
    /// A test suite, with a test case for each criterion; of a set, for each item and fault
    Junit,
    /// The series: a row a second
    Csv,
}
