//! Stalls: intervals whose response times stand out from the run's own spread.

use super::Note;
use crate::message::{Lang, Localized};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An interval that stands out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Stall {
    /// Its first second.
    pub from_s: u32,
    /// The second after its last.
    pub until_s: u32,
    /// The worst of its seconds: the greatest p99 of the response time, or
    /// where nothing was finished how long nothing was.
    pub response_ms: f64,
    /// The likeliest cause.
    pub cause: Cause,
    /// What speaks for it, with numbers.
    pub evidence: Vec<Note>,
}

/// What a stall comes from.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// A checkpoint wrote buffers.
    CheckpointWrite,
    /// A checkpoint synced files.
    CheckpointSync,
    /// Commits waited for the flush of WAL.
    WalFlush,
    /// Pages were logged in full.
    FullPageImages,
    /// WAL found no room in wal_buffers.
    WalBuffers,
    /// A table was extended.
    RelationExtension,
    /// A lock was waited for.
    Lock,
    /// Autovacuum was at work.
    Autovacuum,
    /// Commits waited for a standby.
    Replication,
    /// Batches waited for a connection.
    PoolWait,
    /// The tool itself had no processor left.
    ClientCpu,
    /// The server was restarted, or recovered from a crash.
    Restart,
    /// None of these stands out.
    Unexplained,
}

impl Localized for Cause {
    fn text(&self, lang: Lang) -> String {
        let (en, vi) = match self {
            Cause::CheckpointWrite => ("checkpoint, write", "checkpoint, ghi"),
            Cause::CheckpointSync => ("checkpoint, sync", "checkpoint, đồng bộ"),
            Cause::WalFlush => ("flush of WAL", "đẩy WAL xuống đĩa"),
            Cause::FullPageImages => ("full-page images", "ảnh trang đầy đủ"),
            Cause::WalBuffers => ("wal_buffers", "wal_buffers"),
            Cause::RelationExtension => ("extension of a table", "mở rộng bảng"),
            Cause::Lock => ("a lock", "khóa"),
            Cause::Autovacuum => ("autovacuum", "autovacuum"),
            Cause::Replication => ("the standby", "máy dự phòng"),
            Cause::PoolWait => ("the pool", "pool"),
            Cause::ClientCpu => ("the tool's processor", "bộ xử lý của công cụ"),
            Cause::Restart => ("a restart of the server", "máy chủ khởi động lại"),
            Cause::Unexplained => ("unexplained", "chưa rõ nguyên nhân"),
        };
        match lang {
            Lang::En => en,
            Lang::Vi => vi,
        }
        .to_owned()
    }
}

/// How the run's stalls were found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StallSummary {
    /// Seconds that were looked at.
    pub seconds: u32,
    /// The median of the seconds' p99.
    pub usual_ms: f64,
    /// A second whose p99 is above this stands out.
    pub limit_ms: f64,
    /// Seconds in stalls.
    pub stalled_seconds: u32,
    /// The share of those whose stall has a cause; null without stalls.
    pub explained_share: Option<f64>,
    /// Stalls whose cause is a checkpoint; null where there is none and no
    /// checkpoint ran from beginning to end within the run (from 1.3 on).
    #[serde(default)]
    pub checkpoint_stalls: Option<u64>,
}
