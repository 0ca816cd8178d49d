//! What a tuning rule says of a run: a setting's change with its evidence, or
//! why there is none.

use super::Note;
use super::comparison::Compared;
use super::criterion::Comparison;
use crate::message::{Lang, Localized};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a rule came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Recommendation {
    /// The rule's id, as in `max_wal_size`.
    pub rule: String,
    /// The setting, or settings, that it is about, in the order in which they are to be changed.
    pub settings: Vec<Proposal>,
    /// What the rule came to.
    pub outcome: Advice,
    /// The numbers that it went by.
    pub evidence: Vec<Evidence>,
    /// How the change takes effect.
    pub applies: Applies,
    /// What the change risks.
    pub risk: Risk,
    /// How sure the rule is.
    pub confidence: Confidence,
    /// Where the rule comes from: documentation, source, or a measurement.
    pub source: String,
    /// Why, what caps it, what overrides it, and what run would give the evidence that lacks.
    pub notes: Vec<Note>,
    /// What came of measuring it again; null where it wasn't.
    #[serde(default)]
    pub verified: Option<Verified>,
}

/// The argument of a note that says how long a soak would give the evidence
/// that lacks, in seconds.
pub const SOAK_FOR_S: &str = "soak_for_s";

/// How long a soak would have to be that gives the evidence that lacks, in
/// seconds; None where a longer run gives none.
pub fn longer_run_s(recommendations: &[Recommendation]) -> Option<u64> {
    let lacking = recommendations.iter().filter(|one| one.outcome == Advice::NotEnoughEvidence);
    let notes = lacking.flat_map(|one| &one.notes);
    notes.filter_map(|note| note.args.get(SOAK_FOR_S)?.as_u64()).max()
}

/// A setting's change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Proposal {
    /// The setting.
    pub name: String,
    /// Its value now, with unit; null where it isn't there or can't be seen.
    pub current: Option<String>,
    /// Where that comes from, as in `pg_settings.source`.
    pub current_source: Option<String>,
    /// The value to set, as postgresql.conf has it; null where the rule has none.
    pub proposed: Option<String>,
    /// The same as a number of the base unit; null where it is none.
    #[serde(default)]
    pub in_base_unit: Option<f64>,
    /// What the formula gave, in the base unit of the setting; null where there is no formula.
    pub raw: Option<f64>,
    /// The base unit, as in `MB`, `8kB`, `s`; empty where there is none.
    pub unit: String,
    /// What bounded it, as in `half of the WAL disk`; null where nothing did.
    pub capped_by: Option<Note>,
}

/// What a rule came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Advice {
    /// Change it.
    Proposed,
    /// A trade-off that only a person can choose: not done unless asked for.
    Option,
    /// Worth measuring: proposed only once a verification has shown a gain.
    Trial,
    /// Something to know; no setting is to be changed.
    Report,
    /// The server isn't safe as it is set.
    Critical,
    /// The evidence was there and asks for nothing.
    Settled,
    /// The evidence isn't there.
    NotEnoughEvidence,
}

impl Localized for Advice {
    fn text(&self, lang: Lang) -> String {
        let (en, vi) = match self {
            Advice::Proposed => ("change it", "nên đổi"),
            Advice::Option => ("an option", "một lựa chọn"),
            Advice::Trial => ("worth a trial", "nên thử nghiệm"),
            Advice::Report => ("to know", "nên biết"),
            Advice::Critical => ("CRITICAL", "NGHIÊM TRỌNG"),
            Advice::Settled => ("asks for nothing", "không cần thay đổi"),
            Advice::NotEnoughEvidence => ("not enough evidence", "chưa đủ bằng chứng"),
        };
        match lang {
            Lang::En => en,
            Lang::Vi => vi,
        }
        .to_owned()
    }
}

/// A number that a rule went by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// What it is: an id in the message catalogue, as in `wal_rate_p95_bytes_per_s`.
    pub id: String,
    /// The number; null where it wasn't seen.
    pub value: Option<f64>,
    /// How it is compared; null where it goes into the formula alone.
    pub is: Option<Comparison>,
    /// The threshold.
    pub threshold: Option<f64>,
}

/// How a change takes effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Applies {
    /// In a session, or for a role.
    Role,
    /// For a table.
    Table,
    /// With a reload of the configuration.
    Reload,
    /// With a restart of the server.
    Restart,
    /// With a restart, after a change in the operating system.
    OperatingSystem,
    /// Not at all: the rule only reports.
    ReportOnly,
}

impl Localized for Applies {
    fn text(&self, lang: Lang) -> String {
        let (en, vi) = match self {
            Applies::Role => ("in a session or for a role", "trong phiên hoặc theo vai trò"),
            Applies::Table => ("for a table", "theo bảng"),
            Applies::Reload => ("with a reload", "khi nạp lại cấu hình"),
            Applies::Restart => ("with a restart", "khi khởi động lại"),
            Applies::OperatingSystem => (
                "with a restart, after a change in the operating system",
                "khi khởi động lại, sau khi chỉnh hệ điều hành",
            ),
            Applies::ReportOnly => ("nothing is changed", "không thay đổi gì"),
        };
        match lang {
            Lang::En => en,
            Lang::Vi => vi,
        }
        .to_owned()
    }
}

/// What a change risks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Risk {
    /// Nothing that is known.
    Safe,
    /// Disk space.
    Disk,
    /// Disk space, and a longer recovery after a crash.
    DiskAndRecovery,
    /// A longer recovery after a crash.
    Recovery,
    /// Memory.
    Memory,
    /// Processor time.
    Cpu,
    /// Reads and writes.
    Io,
    /// Latency.
    Latency,
    /// Acknowledged commits may be lost in a crash.
    Durability,
    /// Never to be done.
    Forbidden,
}

impl Localized for Risk {
    fn text(&self, lang: Lang) -> String {
        let (en, vi) = match self {
            Risk::Safe => ("none known", "chưa thấy"),
            Risk::Disk => ("disk space", "dung lượng đĩa"),
            Risk::DiskAndRecovery => {
                ("disk space, a longer recovery", "dung lượng đĩa, khôi phục lâu hơn")
            }
            Risk::Recovery => ("a longer recovery", "khôi phục lâu hơn"),
            Risk::Memory => ("memory", "bộ nhớ"),
            Risk::Cpu => ("processor time", "thời gian bộ xử lý"),
            Risk::Io => ("reads and writes", "đọc ghi đĩa"),
            Risk::Latency => ("latency", "độ trễ"),
            Risk::Durability => (
                "DURABILITY: acknowledged data may be lost",
                "ĐỘ BỀN: dữ liệu đã xác nhận có thể mất",
            ),
            Risk::Forbidden => ("forbidden", "không được làm"),
        };
        match lang {
            Lang::En => en,
            Lang::Vi => vi,
        }
        .to_owned()
    }
}

/// How sure a rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// From the server's source, or measured often.
    High,
    /// From the documentation, or usual practice.
    Medium,
}

impl Localized for Confidence {
    fn text(&self, lang: Lang) -> String {
        let (en, vi) = match self {
            Confidence::High => ("high", "cao"),
            Confidence::Medium => ("medium", "trung bình"),
        };
        match lang {
            Lang::En => en,
            Lang::Vi => vi,
        }
        .to_owned()
    }
}

/// What came of measuring a recommendation again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Verified {
    /// What came of it.
    pub outcome: Verification,
    /// The metrics that were compared; the first decides.
    pub compared: Vec<Compared>,
    /// Why it couldn't be measured, and what would be needed.
    pub notes: Vec<Note>,
}

/// What came of measuring a recommendation again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verification {
    /// It helped.
    Verified,
    /// It changed nothing that matters.
    NoEffect,
    /// It did harm.
    Regressed,
    /// These runs can't tell.
    CouldNotTell,
    /// The time, or the target, doesn't allow to measure it.
    NotVerifiable,
}
