//! A set, `set.json`: several runs, and what they say together.

use super::advice::Recommendation;
use super::arm::Arm;
use super::comparison::Compared;
use super::fault::FaultRow;
use super::{Note, Verdict};
use crate::message::{Lang, Localized};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Several runs.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Set {
    /// The version of the records' schema, of which a set is part.
    pub schema_version: String,
    /// The tool's version.
    pub tool_version: String,
    /// The set's id, a UUID.
    pub set_id: String,
    /// `methods`, `capacity`, `signoff`, `sweep`, `compare`, `tune` or `faults`.
    pub kind: String,
    /// When it began, RFC 3339, UTC.
    pub started_at: String,
    /// When it was closed; null while it can be resumed.
    pub finished_at: Option<String>,
    /// The command line, without secrets.
    pub argv: Vec<String>,
    /// Whether the runs were on a server that the tool started itself.
    pub private: bool,
    /// The runs, in their order.
    pub members: Vec<Member>,
    /// What is made of them, row by row.
    pub table: Vec<Row>,
    /// What `capacity` found.
    #[serde(default)]
    pub capacity: Option<Capacity>,
    /// Groups of runs compared with each other: of `sweep`, `compare` and a verified `tune` (from 1.4 on).
    #[serde(default)]
    pub comparisons: Vec<Compared>,
    /// What `tune` recommends, and what came of measuring it again (from 1.4 on).
    #[serde(default)]
    pub recommendations: Vec<Recommendation>,
    /// What `faults` found, fault by fault (from 1.5 on).
    #[serde(default)]
    pub faults: Vec<FaultRow>,
    /// What was changed of a target's settings for its runs, and put back (from 1.4 on).
    #[serde(default)]
    pub journal: Vec<Altered>,
    /// What `signoff` answers.
    #[serde(default)]
    pub checklist: Vec<Item>,
    /// The one verdict; null while the set isn't judged.
    pub verdict: Option<Verdict>,
    /// Why.
    pub reasons: Vec<Note>,
    /// What a reader should know besides.
    pub findings: Vec<Note>,
}

/// A run of the set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Member {
    /// What it is called, as in `copy-binary 5000 #2`.
    pub label: String,
    /// What it is for: the row of the table that it belongs to.
    pub role: String,
    /// The run's id.
    pub run_id: String,
    /// The SHA-256 of its run.json, in hexadecimal.
    pub sha256: String,
    /// Its run.json, from the set's folder on.
    pub path: String,
    /// Its verdict.
    pub verdict: Option<Verdict>,
}

/// A setting of a target that was changed for one run with ALTER SYSTEM.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Altered {
    /// The run.
    pub label: String,
    /// The setting.
    pub setting: String,
    /// What a new session had before, with its unit.
    pub before: String,
    /// What a new session had during the run.
    pub during: String,
    /// When it was in effect, RFC 3339, UTC.
    pub at: String,
    /// When it was as before again; null where it couldn't be put back, or
    /// somebody else had changed it meanwhile and it was left.
    pub undone_at: Option<String>,
}

/// A row of the derived table: several runs of the same kind. Figures are
/// medians over the runs that count; null where none of them has it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Row {
    /// What the runs have in common: the members' role.
    pub role: String,
    /// How many runs count.
    pub runs: u32,
    /// Rows a second that were due; null where they weren't.
    pub offered_rows_per_s: Option<f64>,
    /// Rows a second.
    pub rows_per_s: Option<f64>,
    /// The least and the greatest of the runs.
    pub rows_per_s_min: Option<f64>,
    /// The greatest.
    pub rows_per_s_max: Option<f64>,
    /// rows_per_s over that of the autocommit row.
    pub gain: Option<f64>,
    /// WAL a row.
    pub wal_bytes_per_row: Option<f64>,
    /// Processor time of the tool a row.
    pub client_cpu_us_per_row: Option<f64>,
    /// Processor time of the server's machine a row, the tool's taken off; null where it can't be seen.
    pub server_cpu_us_per_row: Option<f64>,
    /// The p99 of batch service: a burst's response is mostly its own queue.
    #[serde(default)]
    pub service_p99_ms: Option<f64>,
    /// The p99 of batch response.
    pub response_p99_ms: Option<f64>,
    /// Whether it is the best of the table.
    pub best: bool,
    /// Criteria that a run of the row broke.
    pub broken: Vec<String>,
    /// Why it isn't compared, or what is to be known of it.
    pub notes: Vec<Note>,
    /// What a configuration of a `sweep` has besides (from 1.4 on).
    #[serde(default)]
    pub arm: Option<Arm>,
}

/// The safe operating point.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Capacity {
    /// The highest rate at which all criteria held; null where none did.
    pub sustained_rows_per_s: Option<f64>,
    /// The lowest rate at which one was broken; null where none was.
    pub broken_rows_per_s: Option<f64>,
    /// The criterion that broke first.
    pub first_broken: Option<String>,
    /// The write concurrency with the highest rate.
    pub best_writers: Option<u32>,
    /// What is needed (`--need`).
    pub need_rows_per_s: Option<f64>,
    /// sustained over needed.
    pub headroom: Option<f64>,
}

/// How an item of the checklist was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Answered {
    /// By a run of this set.
    Measured,
    /// By asking the server.
    Read,
    /// A person has to.
    Person,
}

/// What came of an item of the checklist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// As it should be.
    Yes,
    /// Not as it should be.
    No,
    /// Worth a look; it stops nothing.
    Warning,
    /// Not enough was seen.
    Inconclusive,
    /// Nothing was done for it.
    NotRun,
    /// For a person to answer.
    Open,
}

impl Localized for Answered {
    fn text(&self, lang: Lang) -> String {
        let (en, vi) = match self {
            Answered::Measured => ("measured", "đo được"),
            Answered::Read => ("read from the server", "đọc từ máy chủ"),
            Answered::Person => ("for a person", "do người trả lời"),
        };
        match lang {
            Lang::En => en,
            Lang::Vi => vi,
        }
        .to_owned()
    }
}

impl Localized for Answer {
    fn text(&self, lang: Lang) -> String {
        let (en, vi) = match self {
            Answer::Yes => ("yes", "đạt"),
            Answer::No => ("NO", "KHÔNG ĐẠT"),
            Answer::Warning => ("warning", "cảnh báo"),
            Answer::Inconclusive => ("inconclusive", "chưa kết luận"),
            Answer::NotRun => ("not run", "chưa chạy"),
            Answer::Open => ("open", "để ngỏ"),
        };
        match lang {
            Lang::En => en,
            Lang::Vi => vi,
        }
        .to_owned()
    }
}

/// An item of the deployment checklist.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Item {
    /// Its name.
    pub id: String,
    /// Its section: `load`, `server`, `security`, `operations`, `compliance`.
    pub section: String,
    /// How it was answered.
    pub how: Answered,
    /// What came of it.
    pub answer: Answer,
    /// The evidence, or what is to be done.
    pub evidence: Vec<Note>,
}
