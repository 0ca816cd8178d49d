//! One run, from options to a judged record: the only place that wires the
//! rooms together.

pub mod clean;
mod closing;
pub mod compare;
mod contention;
pub mod error;
pub mod faults;
mod gain;
pub mod given;
mod harness;
mod isolation;
pub mod live;
mod load;
mod measure;
mod mixed;
pub mod options;
pub mod phases;
pub mod place;
pub mod preflight;
mod preload;
pub mod record;
pub mod records;
pub mod results;
mod rollout;
mod run;
mod scans;
mod series;
pub mod set;
pub mod settings_from;
mod settle_up;
mod shape;
mod shares;
pub mod signals;
pub mod signoff;
mod soak;
mod storage;
pub mod sweep;
mod tenancy;
mod watchdog;
pub mod workload;
mod writers;

pub use error::{EngineError, SetupError};
pub use options::RunOptions;
pub use record::{Finished, run};
pub use workload::Work;
