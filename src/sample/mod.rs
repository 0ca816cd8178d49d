//! Sampling while the load runs: what the server says of itself, what our
//! backends wait for, and how busy the tool itself is.

pub mod activity;
pub mod client;
pub mod delta;
pub mod files;
mod link;
pub mod process;
pub mod sampler;
mod sections;
pub mod snapshot;
pub mod standbys;
pub mod totals;
pub mod watched;
