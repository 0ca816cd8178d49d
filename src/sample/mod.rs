//! Sampling while the load runs: what our backends wait for, and how busy the
//! tool itself is.

pub mod client;
pub mod process;
pub mod waits;
