//! What several runs say together: pure functions of their records.

pub mod capacity;
pub mod concurrency;
pub mod conditions;
mod decides;
pub mod faults;
pub mod given;
pub mod methods;
pub mod search;
pub mod sweep;
mod sweep_row;
pub mod table;
pub mod trials;
pub mod tune;

use crate::model::RunRecord;

/// What failed so often isn't tried again: its remaining runs are left out.
pub const FAILURES_MOST: usize = 2;

/// A run of a set that is done, with its record.
#[derive(Debug, Clone, PartialEq)]
pub struct Done {
    /// What it is called.
    pub label: String,
    /// What it is for: runs of the same role make one row of the table.
    pub role: String,
    /// Its record, judged.
    pub record: RunRecord,
}

impl Done {
    /// Whether it couldn't be carried through.
    pub fn has_failed(&self) -> bool {
        self.record.reasons.iter().any(|reason| reason.id == "run_failed")
    }
}
