//! A configuration tried before anything is measured: its private server is
//! started once and ended again. So a setting that no server would start with
//! is known at once, and not in the middle of a long set.

use crate::engine::run::unless_stopped;
use crate::engine::set::connections;
use crate::engine::signals::Stop;
use crate::engine::{EngineError, RunOptions, place::Place};
use crate::model::record::Server;
use crate::probes;
use crate::server::{PrivateServer, ServerError, complaint_about};
use std::path::Path;
use std::time::{Duration, Instant};

/// What came of trying a configuration.
#[derive(Debug, Clone, PartialEq)]
pub enum Tried {
    /// Its server starts.
    Starts {
        /// What it says of itself.
        server: Box<Server>,
        /// From `initdb` to the end of the server.
        took: Duration,
    },
    /// It doesn't.
    Not {
        /// The server's own words, or how it ended where it said nothing.
        said: String,
    },
}

/// Tries the private server of `options`.
///
/// # Errors
/// Where it isn't the configuration that is at fault: there are no server
/// programs, no directory, or the run was stopped.
pub async fn trial(options: &RunOptions, stop: &Stop) -> Result<Tried, EngineError> {
    let began = Instant::now();
    let opening = Place::open(options, connections(options)?);
    let place = match unless_stopped(stop, opening).await {
        Ok(place) => place,
        Err(EngineError::Server(error)) => return at_fault(error, options.config.as_deref()),
        Err(error) => return Err(error),
    };
    let described = async { Ok(probes::describe(&place.target, place.private.is_some()).await?) };
    let described = unless_stopped(stop, described).await;
    let complaint = place.private.as_ref().and_then(PrivateServer::complaint);
    if let Some(server) = place.private {
        server.stop().await?;
    }
    match described {
        Ok(server) => Ok(Tried::Starts { server: Box::new(server), took: began.elapsed() }),
        Err(EngineError::Stopped) => Err(EngineError::Stopped),
        // It started, and went when it was asked, or lets nobody in.
        Err(error) => Ok(Tried::Not { said: complaint.unwrap_or_else(|| error.to_string()) }),
    }
}

/// What a server said that ended while it started; the error itself where it isn't one of that kind.
fn at_fault(error: ServerError, config: Option<&Path>) -> Result<Tried, EngineError> {
    let said = match &error {
        ServerError::ConfigRejected { status, log, .. } | ServerError::Exited { status, log } => {
            complaint_about(log, config).unwrap_or_else(|| status.clone())
        }
        ServerError::NotReady { detail, log, .. } => {
            complaint_about(log, config).unwrap_or_else(|| detail.clone())
        }
        _ => return Err(error.into()),
    };
    Ok(Tried::Not { said })
}
