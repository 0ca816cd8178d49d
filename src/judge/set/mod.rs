//! What several runs say together: pure functions of their records.

pub mod capacity;
pub mod concurrency;
pub mod conditions;
pub mod methods;
pub mod search;
pub mod table;

use crate::model::RunRecord;

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
