//! pgvalidate signs off a PostgreSQL's write path before the deploy.
//!
//! Data flows one way: scenario → load and sampler → run record → pure judging
//! → rendering. `docs/architecture.md` has the picture.

pub mod cli;
pub mod commands;
pub mod engine;
pub mod faults;
pub mod journal;
pub mod judge;
pub mod ledger;
pub mod message;
pub mod metrics;
pub mod model;
pub mod probes;
pub mod report;
pub mod sample;
pub mod server;
pub mod session;
pub mod stats;
pub mod table;
pub mod work;
