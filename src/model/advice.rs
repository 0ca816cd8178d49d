//! What a tuning rule says of a run: a setting's change with its evidence, or
//! why there is none.

use super::Note;
use super::comparison::Compared;
use super::criterion::Comparison;
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

/// How sure a rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// From the server's source, or measured often.
    High,
    /// From the documentation, or usual practice.
    Medium,
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
