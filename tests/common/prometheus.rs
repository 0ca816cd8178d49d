//! A Prometheus of a test's own, and what it says. Where its programs lie is
//! known to `scripts/prometheus` alone; a missing one is a failure.

use serde_json::Value;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long anything may take here.
const WITHIN: Duration = Duration::from_secs(60);

/// Starts a program, and ends it when the shell's standard input does: also
/// where the test is killed.
const LEASH: &str = r#""$@" & read -r _; kill $!; wait"#;

/// The directory of `prometheus` and `promtool`.
pub fn bin_dir() -> PathBuf {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/prometheus");
    let asked = Command::new(script).arg("where").output().unwrap();
    assert!(
        asked.status.success(),
        "there is no Prometheus to test with: run scripts/setup prometheus\n{}",
        String::from_utf8_lossy(&asked.stderr)
    );
    PathBuf::from(String::from_utf8(asked.stdout).unwrap().trim_end())
}

/// A shipped file below `configs`.
pub fn shipped(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("configs").join(file)
}

/// A loopback port that was free just now.
pub fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// Polls until there is an answer; `None` says why not yet.
pub fn until<T>(what: &str, mut ask: impl FnMut() -> Result<T, String>) -> T {
    let deadline = Instant::now() + WITHIN;
    loop {
        match ask() {
            Ok(answer) => return answer,
            Err(why) => assert!(Instant::now() < deadline, "{what}: {why}"),
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The status and the body of a GET.
pub fn get(address: SocketAddr, path: &str) -> Result<(u16, String), String> {
    let text = |error: std::io::Error| error.to_string();
    let mut stream = TcpStream::connect(address).map_err(text)?;
    stream.set_read_timeout(Some(WITHIN)).map_err(text)?;
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n").map_err(text)?;
    let mut reply = String::new();
    stream.read_to_string(&mut reply).map_err(text)?;
    let status = reply.split(' ').nth(1).and_then(|code| code.parse().ok());
    match (status, reply.split_once("\r\n\r\n")) {
        (Some(status), Some((_, body))) => Ok((status, body.to_owned())),
        _ => Err(format!("no HTTP: {reply:?}")),
    }
}

/// A Prometheus with the shipped configuration, but for the address that it
/// scrapes and how often. Ends when it is dropped.
pub struct Prometheus {
    address: SocketAddr,
    process: Child,
    _dir: TempDir,
}

impl Prometheus {
    /// One that scrapes `scraped` once a second.
    pub fn scraping(scraped: SocketAddr) -> Prometheus {
        let dir = tempfile::tempdir().unwrap();
        let mut config = std::fs::read_to_string(shipped("prometheus/prometheus.yml")).unwrap();
        for (shipped, here) in [
            ("\"127.0.0.1:9187\"", format!("\"{scraped}\"")),
            ("scrape_interval: 5s", "scrape_interval: 1s".to_owned()),
            ("evaluation_interval: 5s", "evaluation_interval: 1s".to_owned()),
        ] {
            assert!(config.contains(shipped), "{shipped}");
            config = config.replace(shipped, &here);
        }
        std::fs::write(dir.path().join("prometheus.yml"), config).unwrap();
        std::fs::copy(shipped("prometheus/rules.yml"), dir.path().join("rules.yml")).unwrap();
        let address = free_address();
        let process = Command::new("sh")
            .args(["-c", LEASH, "sh"])
            .arg(bin_dir().join("prometheus"))
            .arg("--config.file=prometheus.yml")
            .arg("--storage.tsdb.path=data")
            .arg(format!("--web.listen-address={address}"))
            .arg("--log.level=error")
            .current_dir(dir.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        Prometheus { address, process, _dir: dir }
    }

    /// The data of an answer of the API.
    pub fn api(&self, path: &str) -> Result<Value, String> {
        let (status, body) = get(self.address, path)?;
        let answer: Value = serde_json::from_str(&body).map_err(|e| format!("{e}: {body}"))?;
        match (status, &answer["status"]) {
            (200, Value::String(word)) if word == "success" => Ok(answer["data"].clone()),
            _ => Err(body),
        }
    }

    /// What an expression is now: the values that are numbers, one at least.
    pub fn values(&self, expression: &str) -> Result<Vec<f64>, String> {
        let mut encoded = String::new();
        for byte in expression.bytes() {
            encoded.push_str(&format!("%{byte:02X}"));
        }
        let data = self.api(&format!("/api/v1/query?query={encoded}"))?;
        let samples = data["result"].as_array().cloned().unwrap_or_default();
        let numbers: Vec<f64> = samples
            .iter()
            .filter_map(|sample| sample["value"][1].as_str()?.parse().ok())
            .filter(|number: &f64| number.is_finite())
            .collect();
        match numbers.is_empty() {
            true => Err(format!("no data: {expression}: {data}")),
            false => Ok(numbers),
        }
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        // The leash.
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}
