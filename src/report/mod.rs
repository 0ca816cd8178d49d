//! Reports: pure functions from a record to text.

pub mod checks;
mod number;
pub mod text;
