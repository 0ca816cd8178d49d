//! Faults that are injected under load.

pub mod proxy;
mod wire;
