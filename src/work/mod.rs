//! The work: batches written through the pool, and the row-at-a-time baseline.

mod attempt;
pub mod baseline;
pub mod burst;
pub mod context;
pub mod outcome;
pub mod seams;
pub mod write;

pub use context::{Batch, WriteContext};
pub use outcome::{BatchOutcome, Ending, Tally};
pub use seams::Seams;
