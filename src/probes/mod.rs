//! Probes: questions that are asked of the target before the load.
//!
//! Each file asks in one function and judges in others, which are functions of
//! what was found and of what the run needs.

mod archiver;
mod disk;
mod facts;
pub mod isolation;
mod limits;
mod load;
mod needs;
pub mod preflight;
mod privileges;
mod sampler;
mod schemas;
mod serving;
pub mod signoff;
mod slots;
mod slow_log;
mod standbys;
mod transactions;
pub mod watch;
mod writer_role;

pub use facts::describe;
pub use needs::{Needs, Writes};

use crate::message::doing;
use crate::model::{Check, Reason};
use crate::session::SessionError;
use tokio_postgres::Row;
use tokio_postgres::types::FromSql;

/// A column of an answer. Something else than was expected is an error, not a panic.
fn field<'a, T: FromSql<'a>>(row: &'a Row, name: &str) -> Result<T, SessionError> {
    row.try_get(name).map_err(SessionError::statement(doing::PREFLIGHT))
}

/// An error of a question.
fn failed() -> impl FnOnce(tokio_postgres::Error) -> SessionError {
    SessionError::statement(doing::PREFLIGHT)
}

/// A check whose question failed: a server that doesn't answer it is no reason
/// not to run, and no reason to call it good.
fn unanswered(id: &str, error: &SessionError) -> Check {
    Check::unknown(id, Reason::QueryFailed { error: error.to_string() })
}

/// A count from the server.
fn count(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

/// Whole seconds from the server; NULL and NaN are 0.
fn seconds(value: Option<f64>) -> u64 {
    // The cast saturates.
    value.map_or(0, |s| s.max(0.0).round() as u64)
}
