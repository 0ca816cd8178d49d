//! The live metrics as a real Prometheus sees them: every expression that is
//! shipped returns data while a soak goes on.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use common::prometheus::{Prometheus, bin_dir, free_address, get, shipped, until};
use pgvalidate::metrics::{Endpoint, Metrics};
use pgvalidate::model::database::{Buffers, Cache, CheckpointPhase, Checkpoints, Database, Wal};
use pgvalidate::model::series::ServerPoint;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Expressions about the server's own statistics, which the sampler feeds.
fn is_of_server(expression: &str) -> bool {
    expression.contains("pgvalidate_server_")
}

/// The expressions of the dashboard, as Grafana would ask for them.
fn dashboard() -> Vec<String> {
    let text = std::fs::read_to_string(shipped("grafana/pgvalidate.json")).unwrap();
    let dashboard: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut expressions = Vec::new();
    for panel in dashboard["panels"].as_array().unwrap() {
        let targets = panel["targets"].as_array().unwrap();
        assert!(!targets.is_empty(), "{}", panel["title"]);
        for target in targets {
            let expression = target["expr"].as_str().unwrap();
            expressions.push(expression.replace("$__rate_interval", "10s"));
        }
    }
    assert!(expressions.len() > 25, "{expressions:?}");
    expressions
}

/// The expressions of the rules as Prometheus has read them; those of alerts
/// without the limit, since an alert that doesn't fire has no data.
fn rules(prometheus: &Prometheus) -> Vec<String> {
    let data = until("the rules are there", || prometheus.api("/api/v1/rules"));
    let rules = data["groups"][0]["rules"].as_array().unwrap();
    let alerts = rules.iter().filter(|rule| rule["type"] == "alerting").count();
    assert_eq!((rules.len(), alerts), (6, 4));
    let expression = |rule: &serde_json::Value| {
        let query = rule["query"].as_str().unwrap();
        if rule["type"] != "alerting" {
            return query.to_owned();
        }
        let words: Vec<_> = query.split(' ').collect();
        let [metric, ">" | "<", limit] = words[..] else { panic!("no limit at the end: {query}") };
        limit.parse::<f64>().unwrap();
        metric.to_owned()
    };
    rules.iter().map(expression).collect()
}

/// Each returns data, and Prometheus could evaluate every rule.
fn return_data(prometheus: &Prometheus, expressions: impl Iterator<Item = String>) -> usize {
    let mut asked = 0;
    for expression in expressions {
        until("an expression returns data", || prometheus.values(&expression));
        asked += 1;
    }
    until("the rules are evaluated", || {
        let data = prometheus.api("/api/v1/rules")?;
        let rules = data["groups"][0]["rules"].as_array().unwrap();
        match rules.iter().all(|rule| rule["health"] == "ok") {
            true => Ok(()),
            false => Err(data.to_string()),
        }
    });
    asked
}

/// A process that ends with the test.
struct Ends(Child);

impl Drop for Ends {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn pgvalidate(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(common::BIN);
    command.env_remove("PGVALIDATE_URL").current_dir(dir).args(args);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

#[test]
fn promtool_accepts_the_shipped_files() {
    let accepts = |what: &str, file: &str| {
        let checked = Command::new(bin_dir().join("promtool"))
            .args(["check", what])
            .arg(shipped(file))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&checked.stderr).into_owned();
        assert!(checked.status.success(), "{file}: {said}");
    };
    accepts("rules", "prometheus/rules.yml");
    accepts("config", "prometheus/prometheus.yml");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_prometheus_scrapes_a_soak_and_every_expression_returns_data() {
    let server = common::server(&[]).await;
    let client = common::connect(&server.dsn()).await;
    let dir = tempfile::tempdir().unwrap();
    let served = free_address();
    let mut soak = Ends(
        pgvalidate(dir.path(), &["soak", "--duration", "10m", "--warm-up", "1s", "--rate", "1000"])
            .args(["--size", "50", "--tenants", "2", "--write-pool", "4", "--url", &server.dsn()])
            .args(["--metrics", &served.to_string()])
            .spawn()
            .unwrap(),
    );
    let prometheus = Prometheus::scraping(served);
    until("rows are written", || match prometheus.values("pgvalidate_rows_total")?[0] > 0.0 {
        true => Ok(()),
        false => Err("none yet".to_owned()),
    });
    // An error that the writers survive, so that there is one to be shown.
    let lock = "BEGIN; LOCK TABLE pgv_tenant_00001.processing_activities";
    client.batch_execute(lock).await.unwrap();
    let end_one = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE \
                   wait_event_type = 'Lock' AND application_name ~ '^pgvalidate .* write$' LIMIT 1";
    let deadline = Instant::now() + Duration::from_secs(20);
    // A transaction sees pg_stat_activity as it was at its first look.
    let watcher = common::connect(&server.dsn()).await;
    while watcher.query_opt(end_one, &[]).await.unwrap().is_none() {
        assert!(Instant::now() < deadline, "no writer waits");
    }
    client.batch_execute("COMMIT").await.unwrap();

    let expressions = dashboard().into_iter().chain(rules(&prometheus));
    let asked = return_data(&prometheus, expressions);
    assert!(asked > 20, "{asked}");
    let value = |expression: &str| prometheus.values(expression).unwrap()[0];
    assert_eq!(value("pgvalidate_write_pool_size"), 4.0);
    assert!(value("pgvalidate_errors_total{code=\"57P01\"}") >= 1.0);
    assert_eq!(value("pgvalidate_batches_total{outcome=\"failed\"}"), 0.0);
    // A batch has 50 rows; between two scrapes nothing is torn apart.
    let rows = "pgvalidate_rows_total / ignoring(outcome) \
                pgvalidate_batches_total{outcome=\"succeeded\"}";
    let each = value(rows);
    assert!((each - 50.0).abs() < 1.0, "{each}");
    let version: String = watcher.query_one("SHOW server_version", &[]).await.unwrap().get(0);
    let run = format!("pgvalidate_run_info{{scenario=\"soak\",server_version=\"{version}\"}}");
    assert_eq!(value(&run), 1.0);
    assert_eq!(get(served, "/").unwrap().0, 404);

    // It ends with the run.
    let id = soak.0.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    assert_eq!(soak.0.wait().unwrap().code(), Some(130));
    assert!(get(served, "/metrics").is_err());
    drop(prometheus);
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_sampler_tells_is_shown_and_every_expression_about_it_returns_data() {
    let metrics: Arc<Metrics> = Arc::default();
    let totals = Database {
        wal: Some(Wal { bytes: 1 << 20, full_page_images: 9, ..Wal::default() }),
        checkpoints: Some(Checkpoints { timed: 1, ..Checkpoints::default() }),
        buffers: Some(Buffers { checkpointer: 5, backends: Some(2), ..Buffers::default() }),
        cache: Some(Cache { index_hit_ratio: Some(0.97), ..Cache::default() }),
        ..Database::default()
    };
    let checkpoint = Some(CheckpointPhase::Write);
    metrics.server_second(&ServerPoint { checkpoint, ..ServerPoint::default() }, &totals);
    let endpoint = Endpoint::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = endpoint.address().unwrap();
    let _serving = endpoint.serve(metrics);
    tokio::task::spawn_blocking(move || {
        let prometheus = Prometheus::scraping(address);
        let expressions = dashboard().into_iter().chain(rules(&prometheus));
        let asked = return_data(&prometheus, expressions.filter(|e| is_of_server(e)));
        assert!(asked > 6, "{asked}");
        let hit = prometheus.values("pgvalidate_server_index_cache_hit_ratio").unwrap();
        assert_eq!(hit, [0.97]);
    })
    .await
    .unwrap();
}

fn refused(dir: &Path, address: SocketAddr, lang: &str) -> Output {
    let address = address.to_string();
    pgvalidate(dir, &["burst", "--url", "host=/nowhere user=u", "--metrics", &address])
        .args(["--lang", lang])
        .stderr(Stdio::piped())
        .output()
        .unwrap()
}

#[test]
fn an_address_that_cannot_be_had_is_an_error_before_anything_is_begun() {
    let dir = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    for (lang, words) in [("en", "a port that is free"), ("vi", "cổng còn trống")] {
        let output = refused(dir.path(), address, lang);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(3), "{said}");
        assert!(said.contains(&format!("--metrics {address}")) && said.contains(words), "{said}");
    }
    assert!(!dir.path().join("results").exists());
}

#[test]
fn an_address_that_others_reach_is_allowed_with_a_warning() {
    let dir = tempfile::tempdir().unwrap();
    for (ip, warns) in [("0.0.0.0", true), ("127.0.0.1", false)] {
        let address = SocketAddr::new(ip.parse().unwrap(), free_address().port());
        let output = refused(dir.path(), address, "en");
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(said.contains("can be read by every machine"), warns, "{said}");
        assert!(said.contains("/nowhere"), "the run was begun: {said}");
    }
}
