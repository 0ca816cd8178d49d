//! Sampling while the load runs: what our backends wait for, how busy the tool
//! itself is, and what the server's own statistics say before and after.

pub mod checkpoint_log;
pub mod checkpoints;
pub mod client;
pub mod host;
pub mod process;
pub mod statement_shape;
pub mod statements;
pub mod tables;
pub mod texts;
pub mod waits;
