//! Commands: from arguments to an exit code.

pub mod burst;
pub mod clean;
mod progress;
