//! Sampling while the load runs: what the server says of itself, what our
//! backends wait for, and how busy the tool itself is.

pub mod activity;
pub mod checkpoint_log;
pub mod checkpoints;
pub mod client;
pub mod delta;
mod evidence;
pub mod files;
pub mod host;
mod link;
pub mod machine;
pub mod options;
pub mod peaks;
pub mod process;
pub mod sampler;
mod sections;
pub mod snapshot;
pub mod standbys;
pub mod statement_shape;
pub mod statements;
pub mod tables;
pub mod totals;
mod tuned;
pub mod watched;
