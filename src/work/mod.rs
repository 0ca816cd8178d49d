//! The work: batches written through the pool, all at once or for a time, and
//! the row-at-a-time baseline.

mod attempt;
pub mod baseline;
pub mod burst;
pub mod by_tenant;
mod carry;
pub mod choice;
mod commit;
pub mod context;
pub mod deal;
pub mod drops;
pub mod mixed;
pub mod mixing;
pub mod on_behalf;
pub mod outcome;
mod pace;
pub mod profile;
pub mod queue;
pub mod read_tally;
pub mod reads;
pub mod scans;
pub mod seams;
pub mod soak;
pub mod timeline;
mod trouble;
mod users;
pub mod write;

pub use by_tenant::ByTenant;
pub use context::{Batch, Gauges, WriteContext};
pub use deal::Deal;
pub use drops::Drops;
pub use outcome::{BatchOutcome, Ending, Observer, Tally};
pub use profile::Profile;
pub use seams::Seams;
pub use timeline::Timeline;
