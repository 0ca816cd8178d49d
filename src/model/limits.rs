//! Limits that end a run while it goes on: what its user won't have it do to
//! the server.

use super::size::Bytes;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The limits; null where there is none.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Limits {
    /// What must stay free on the file systems of the server's data and WAL, in bytes.
    pub min_free_bytes: Option<u64>,
    /// How long ago a standby may have replayed what it has yet to replay, in seconds.
    pub max_lag_s: Option<f64>,
    /// How much WAL a standby may have yet to replay, in bytes.
    pub max_lag_bytes: Option<u64>,
    /// What may be written, WAL included, in bytes.
    pub disk_budget_bytes: Option<u64>,
}

impl Limits {
    /// Whether there is none.
    pub fn is_none(&self) -> bool {
        *self == Limits::default()
    }

    /// Whether there is one for the lag of standbys.
    pub fn limits_lag(&self) -> bool {
        self.max_lag_s.is_some() || self.max_lag_bytes.is_some()
    }
}

/// How far a standby may be behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MaxLag {
    /// In time.
    Time(Duration),
    /// In WAL.
    Size(Bytes),
}

/// What was seen of what is limited, over the whole run.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Watched {
    /// How often all of it was looked at.
    pub looks: u64,
    /// The least that was free on a file system of the server's, in bytes; null
    /// where it has no limit or wasn't seen.
    pub free_bytes_min: Option<u64>,
    /// The farthest that a standby was behind, in seconds; null likewise.
    pub lag_s_max: Option<f64>,
    /// The same in bytes of WAL; null likewise.
    pub lag_bytes_max: Option<u64>,
    /// What was written since the run began: all of the server's WAL, that of
    /// others included, and the tenants' tables with their indexes, in bytes;
    /// null likewise.
    pub written_bytes: Option<u64>,
}
