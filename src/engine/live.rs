//! The live metrics of a run: served from before its first connection until
//! what it wrote is verified.

use super::EngineError;
use super::error::SetupError;
use crate::metrics::{Endpoint, Metrics, RunInfo, Serving};
use crate::model::{Reason, RunRecord};
use crate::sample::sampler::OnSecond;
use crate::work::WriteContext;
use std::net::SocketAddr;
use std::sync::Arc;

/// What is to be known of an address before metrics are served there.
pub fn warning(address: Option<SocketAddr>) -> Option<Reason> {
    let open = address.filter(|address| !address.ip().is_loopback())?;
    Some(Reason::MetricsOpen { address: open.to_string() })
}

/// Listens where metrics are asked for, so that an address that can't be had
/// is known before anything is begun.
pub(super) async fn bind(address: Option<SocketAddr>) -> Result<Option<Endpoint>, EngineError> {
    let Some(address) = address else { return Ok(None) };
    match Endpoint::bind(address).await {
        Ok(endpoint) => Ok(Some(endpoint)),
        Err(error) => {
            let (address, detail) = (address.to_string(), error.to_string());
            Err(SetupError::Metrics { address, detail }.into())
        }
    }
}

/// Serves the metrics of a run, none of them known yet.
pub(super) fn serve(endpoint: Option<Endpoint>) -> Option<(Arc<Metrics>, Serving)> {
    let metrics: Arc<Metrics> = Arc::default();
    let serving = endpoint?.serve(metrics.clone());
    Some((metrics, serving))
}

/// Says which run it is, once its server is known.
pub(super) fn run_is(metrics: Option<&Metrics>, record: &RunRecord) {
    if let (Some(metrics), Some(server)) = (metrics, &record.server) {
        metrics.run_is(RunInfo {
            run_id: record.run_id.clone(),
            scenario: record.scenario.name.clone(),
            server_version: server.version.clone(),
        });
    }
}

/// The pool and the queue of these writers are shown from now on.
pub(super) fn watch(metrics: Option<&Metrics>, context: &WriteContext) {
    if let Some(metrics) = metrics {
        metrics.watch(context);
    }
}

/// What tells the metrics of each second of the server's.
pub(super) fn on_second(metrics: Option<&Arc<Metrics>>) -> Option<OnSecond> {
    let metrics = metrics?.clone();
    Some(Arc::new(move |_, point, totals| metrics.server_second(point, totals)))
}

/// The writers are about to be closed.
pub(super) fn unwatch(metrics: Option<&Metrics>) {
    if let Some(metrics) = metrics {
        metrics.unwatch();
    }
}
