//! A server of each supported major. Where they lie is known to
//! `scripts/servers` alone, which is asked; a missing one is a failure.

use super::start;
use pgvalidate::model::MAJORS;
use pgvalidate::server::{PrivateServer, ServerOptions};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Every supported major and the directory of its programs.
pub fn majors() -> Vec<(u32, PathBuf)> {
    MAJORS.map(|major| (major, bin_dir(major))).collect()
}

/// The directory of a major's `postgres` and `initdb`.
pub fn bin_dir(major: u32) -> PathBuf {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/servers");
    let asked = Command::new(script).args(["where", &major.to_string()]).output().unwrap();
    let said = String::from_utf8(asked.stdout).unwrap();
    assert!(
        asked.status.success(),
        "there is no PostgreSQL {major} to test on: run scripts/setup servers\n{}",
        String::from_utf8_lossy(&asked.stderr)
    );
    PathBuf::from(said.trim_end())
}

/// A server of the test's own from the programs in `bin_dir`, with `settings`.
pub async fn server_of(bin_dir: &Path, settings: &[(&str, &str)]) -> PrivateServer {
    start(ServerOptions { bin_dir: Some(bin_dir.to_owned()), ..ServerOptions::default() }, settings)
        .await
}
