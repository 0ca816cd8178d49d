//! The work: batches written through the pool, all at once or for a time, and
//! the row-at-a-time baseline.

mod attempt;
pub mod baseline;
pub mod burst;
pub mod by_tenant;
mod carry;
pub mod claim;
mod commit;
pub mod context;
pub mod deal;
pub mod outcome;
mod pace;
pub mod profile;
pub mod queue;
pub mod scans;
pub mod seams;
pub mod soak;
pub mod timeline;
mod trouble;
pub mod write;

pub use by_tenant::ByTenant;
pub use context::{Batch, Gauges, WriteContext};
pub use deal::Deal;
pub use outcome::{BatchOutcome, Ending, Observer, Tally};
pub use profile::Profile;
pub use seams::Seams;
pub use timeline::Timeline;
