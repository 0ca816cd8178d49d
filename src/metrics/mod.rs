//! Live metrics: what a run does and what its server says, for a Prometheus to
//! scrape while the run lasts. The record is the result; these numbers are for
//! who watches meanwhile, next to the other dashboards.
//!
//! What was not seen is absent here, never zero.

mod batches;
mod gauges;
mod serve;
mod server;

pub use gauges::RunInfo;
pub use serve::{Endpoint, Serving};

use crate::model::database::Database;
use crate::model::series::ServerPoint;
use crate::work::{BatchOutcome, Observer, WriteContext};
use batches::Batches;
use gauges::Live;
use prometheus_client::encoding::text;
use prometheus_client::registry::Registry;
use server::Server;
use std::sync::Arc;
use std::time::Instant;

/// How the names of all metrics begin.
const PREFIX: &str = "pgvalidate";

/// The metrics of a run.
pub struct Metrics {
    registry: Registry,
    batches: Batches,
    live: Arc<Live>,
    server: Arc<Server>,
}

impl Default for Metrics {
    fn default() -> Metrics {
        let mut registry = Registry::with_prefix(PREFIX);
        let batches = Batches::register(&mut registry);
        let (live, server) = (Arc::new(Live::default()), Arc::new(Server::default()));
        registry.register_collector(Box::new(live.clone()));
        registry.register_collector(Box::new(server.clone()));
        Metrics { registry, batches, live, server }
    }
}

impl Metrics {
    /// Says which run this is, once its server is known.
    pub fn run_is(&self, info: RunInfo) {
        self.live.run_is(info);
    }

    /// Reads the gauges of these writers from now on.
    pub fn watch(&self, context: &WriteContext) {
        self.live.watch(context);
    }

    /// The writers are gone, and their gauges with them.
    pub fn unwatch(&self) {
        self.live.unwatch();
    }

    /// What the server was seen to do in a second, and in all the seconds so far.
    pub fn server_second(&self, point: &ServerPoint, totals: &Database) {
        self.server.second(point, totals);
    }

    /// All of them as OpenMetrics text.
    ///
    /// # Errors
    /// None that is known: the text is written to memory.
    pub fn encode(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        text::encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

impl Observer for Metrics {
    fn finished(&self, outcome: &BatchOutcome, _: Instant) {
        self.batches.count(outcome);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::database::{Buffers, Cache, CheckpointPhase, Checkpoints, Wal};
    use crate::work::Ending;
    use std::time::Duration;

    fn lines(metrics: &Metrics) -> Vec<String> {
        metrics.encode().unwrap().lines().map(str::to_owned).collect()
    }

    fn outcome(ending: Ending, response_ms: u64) -> BatchOutcome {
        BatchOutcome {
            ending,
            attempts: 1,
            response: Duration::from_millis(response_ms),
            ..BatchOutcome::new(100, Instant::now())
        }
    }

    #[test]
    fn batches_are_counted_by_outcome_and_errors_by_code() {
        let metrics = Metrics::default();
        metrics.finished(&outcome(Ending::Succeeded, 30), Instant::now());
        let error = |code: &str| (code.to_owned(), "text".to_owned());
        let failed = BatchOutcome {
            attempts: 3,
            timeouts: 1,
            errors: vec![error("57P01"), error("40001"), error("57P01")],
            ..outcome(Ending::Failed, 9_000)
        };
        metrics.finished(&failed, Instant::now());
        let said = lines(&metrics);
        for line in [
            "pgvalidate_rows_total 100",
            "pgvalidate_batches_total{outcome=\"succeeded\"} 1",
            "pgvalidate_batches_total{outcome=\"failed\"} 1",
            "pgvalidate_batches_total{outcome=\"stopped\"} 0",
            "pgvalidate_errors_total{code=\"57P01\"} 2",
            "pgvalidate_errors_total{code=\"40001\"} 1",
            "pgvalidate_batch_retries_total 2",
            "pgvalidate_timeouts_total 1",
            // Of those that succeeded alone.
            "pgvalidate_batch_response_seconds_count 1",
            "pgvalidate_batch_response_seconds_bucket{le=\"0.025\"} 0",
            "pgvalidate_batch_response_seconds_bucket{le=\"0.05\"} 1",
            "pgvalidate_batch_acquire_seconds_bucket{le=\"0.0001\"} 1",
        ] {
            assert!(said.iter().any(|l| l == line), "{line}: {said:#?}");
        }
        assert_eq!(said.last().unwrap(), "# EOF");
    }

    #[test]
    fn what_was_not_seen_is_absent() {
        let metrics = Metrics::default();
        let has = |word: &str| lines(&metrics).iter().any(|line| line.contains(word));
        for name in ["_server_", "_write_pool_", "_batches_open", "_run_info"] {
            assert!(!has(name), "{name}");
        }
        metrics.server_second(&ServerPoint::default(), &Database::default());
        assert!(!has("_server_"));
        let totals = Database {
            wal: Some(Wal { bytes: 4_096, full_page_images: 3, ..Wal::default() }),
            checkpoints: Some(Checkpoints { timed: 2, requested: 1, ..Checkpoints::default() }),
            buffers: Some(Buffers { checkpointer: 7, backends: None, ..Buffers::default() }),
            cache: Some(Cache { index_hit_ratio: Some(0.5), ..Cache::default() }),
            ..Database::default()
        };
        let point = ServerPoint {
            checkpoint: Some(CheckpointPhase::Sync),
            replay_lag_bytes: Some(9),
            ..ServerPoint::default()
        };
        metrics.server_second(&point, &totals);
        let said = lines(&metrics);
        for line in [
            "pgvalidate_server_wal_bytes_total 4096",
            "pgvalidate_server_full_page_images_total 3",
            "pgvalidate_server_checkpoints_total{kind=\"timed\"} 2",
            "pgvalidate_server_checkpoints_total{kind=\"requested\"} 1",
            "pgvalidate_server_buffers_written_total{writer=\"checkpointer\"} 7",
            "pgvalidate_server_buffers_written_total{writer=\"background_writer\"} 0",
            "pgvalidate_server_index_cache_hit_ratio 0.5",
            "pgvalidate_server_checkpoint_under_way 1.0",
            "pgvalidate_server_replay_lag_bytes 9.0",
        ] {
            assert!(said.iter().any(|l| l == line), "{line}: {said:#?}");
        }
        assert!(!has("writer=\"backends\""));
    }

    #[test]
    fn the_run_is_told_and_its_labels_are_escaped() {
        let metrics = Metrics::default();
        metrics.run_is(RunInfo {
            run_id: "4f".to_owned(),
            scenario: "soak".to_owned(),
            server_version: "17.10 (\"x\")".to_owned(),
        });
        let version = env!("CARGO_PKG_VERSION");
        let run = format!(
            "pgvalidate_run_info{{run_id=\"4f\",scenario=\"soak\",tool_version=\"{version}\",\
             server_version=\"17.10 (\\\"x\\\")\"}} 1"
        );
        let said = lines(&metrics);
        assert!(said.contains(&run), "{said:#?}");
        let tool = format!("pgvalidate_tool_info{{version=\"{version}\"}} 1");
        assert!(said.contains(&tool), "{said:#?}");
    }
}
