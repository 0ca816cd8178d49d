//! Judging: pure functions from a record to what it means, and with criteria to a verdict.

pub mod advise;
mod again;
pub mod checklist;
mod checkpoints;
pub mod compare;
pub mod criteria;
pub mod explain;
pub mod metric;
pub mod set;
pub mod troubleshoot;
pub mod validity;
mod value;
pub mod verdict;

pub use again::judged_again;
pub use criteria::CriteriaError;
pub use verdict::{Judgement, judge};
