//! The vocabulary and the run record: plain data, which knows nobody.
//!
//! Everything after the record is a pure function of it.

pub mod advice;
pub mod arm;
pub mod business_day;
pub mod check;
pub mod comparison;
pub mod criterion;
pub mod database;
pub mod due;
pub mod facts;
pub mod fault;
pub mod figure;
pub mod isolation;
pub mod limits;
pub mod load;
pub mod majors;
pub mod note;
pub mod observed;
pub mod proof;
pub mod reason;
pub mod record;
pub mod rtt;
pub mod scenario;
pub mod series;
pub mod set;
pub mod share;
pub mod size;
pub mod stall;
pub mod tuning;
pub mod vocabulary;

pub use check::{Check, Outcome};
pub use criterion::{Criterion, CriterionResult, Limit, Verdict};
pub use majors::MAJORS;
pub use note::{Note, Unavailable};
pub use reason::Reason;
pub use record::RunRecord;
pub use scenario::Scenario;
pub use stall::Cause;
pub use vocabulary::{Key, Method, PoolEngine, Tenancy};
