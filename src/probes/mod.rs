//! Probes: questions that are asked of the target before the load.

pub mod preflight;
