//! Reports: pure functions from a record to text.

mod number;
pub mod text;
