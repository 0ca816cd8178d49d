//! The flags of `report`.

use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// `report`
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// The run: its folder, or its run.json; or a sign-off: its folder, or its set.json
    #[arg(value_name = "RUN")]
    pub run: PathBuf,
    /// What the report is
    #[arg(long, value_enum, default_value_t = ReportFormat::Html)]
    pub format: ReportFormat,
    /// The file that it is written to, - for stdout [default: report.html beside the run's record]
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// What a report is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// One page that needs nothing else, in both languages
    Html,
}
