//! No space left on the disk of the server's data, its WAL among them: writers
//! are refused (53100), or the server goes down (PANIC) where it needs a new
//! file of WAL.

use super::{Fault, FaultError, Scene};
use crate::message::doing;
use crate::model::observed::FaultNote;
use crate::server::{PrivateServer, complaint};
use futures_util::future::BoxFuture;
use std::time::{Duration, Instant};

/// What the server logs where there is no space, in the language of its log.
const NO_SPACE: &str = "No space left on device";

/// How long it may take until something needs space, and how often it is looked.
const MET_WITHIN: Duration = Duration::from_secs(10);
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// A disk that is full until it is healed.
#[derive(Default)]
pub(super) struct DiskFull {
    is_full: bool,
    /// How much was in the log before.
    logged: usize,
    panic: Option<String>,
}

impl DiskFull {
    /// What was logged since it was injected.
    fn log(&self, server: &PrivateServer) -> String {
        let log = std::fs::read(server.log_path()).unwrap_or_default();
        String::from_utf8_lossy(log.get(self.logged..).unwrap_or_default()).into_owned()
    }
}

impl Fault for DiskFull {
    fn inject<'a>(
        &'a mut self,
        scene: &'a Scene<'_>,
    ) -> BoxFuture<'a, Result<Option<u64>, FaultError>> {
        Box::pin(async move {
            let server = scene.server()?;
            self.logged = std::fs::read(server.log_path()).map_or(0, |log| log.len());
            self.is_full = true;
            server.fill_disk().await?;
            let until = Instant::now() + MET_WITHIN;
            while Instant::now() < until {
                if self.log(server).contains(NO_SPACE) {
                    return Ok(None);
                }
                tokio::time::sleep(LOOK_EVERY).await;
            }
            Err(FaultError::NothingToHit { what: doing::NEED_OF_SPACE })
        })
    }

    fn heal<'a>(&'a mut self, scene: &'a Scene<'_>) -> BoxFuture<'a, Result<(), FaultError>> {
        Box::pin(async move {
            if self.is_full {
                let server = scene.server()?;
                server.empty_disk().await?;
                // One that went down may have failed to come up again by itself.
                if !server.is_up().await? {
                    server.restart().await?;
                }
                scene.session().await?;
                let log = self.log(server);
                self.panic = complaint(&log).filter(|line| line.starts_with("PANIC"));
                self.is_full = false;
            }
            Ok(())
        })
    }

    fn notes(&self) -> Vec<FaultNote> {
        self.panic.iter().map(|line| FaultNote::WentDown { line: line.clone() }).collect()
    }
}
