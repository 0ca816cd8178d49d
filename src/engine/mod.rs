//! One run, from options to a judged record: the only place that wires the
//! rooms together.

pub mod burst;
pub mod clean;
pub mod error;
mod gain;
mod harness;
mod load;
pub mod options;
pub mod phases;
pub mod place;
pub mod results;
mod run;
mod settle_up;
pub mod signals;

pub use burst::{Finished, burst};
pub use error::{EngineError, SetupError};
pub use options::BurstOptions;
