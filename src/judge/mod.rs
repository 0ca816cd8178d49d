//! Judging: pure functions from a record and criteria to a verdict.

pub mod criteria;
pub mod metric;
pub mod validity;
pub mod verdict;

pub use criteria::CriteriaError;
pub use verdict::{Judgement, judge};
