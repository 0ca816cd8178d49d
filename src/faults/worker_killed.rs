//! A whole process killed in the middle of its work: another pgvalidate joins
//! the run, takes batches off its queue, and is gone without a word. What it
//! held is free again when the server notices, and others store it.

use super::{Fault, FaultError, Scene};
use crate::message::doing;
use crate::session::{SessionError, sql};
use futures_util::future::BoxFuture;
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::io::AsyncReadExt;
use tokio::process::{Child, Command};
use tokio_postgres::types::Type;

/// Its workers.
const WORKERS: &str = "4";

/// The highest number that a worker of the run's own process may have.
const OWN_MOST: i32 = 1_000;

/// How long it works before it is killed, how long it may take to begin, and
/// how often it is looked.
const WORKS: Duration = Duration::from_millis(500);
const BEGUN_WITHIN: Duration = Duration::from_secs(20);
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// A process that is killed.
#[derive(Default)]
pub(super) struct WorkerKilled {
    process: Option<Child>,
}

impl Fault for WorkerKilled {
    fn inject<'a>(
        &'a mut self,
        scene: &'a Scene<'_>,
    ) -> BoxFuture<'a, Result<Option<u64>, FaultError>> {
        Box::pin(async move {
            let session = scene.session().await?;
            let system = |source| FaultError::System { what: "pgvalidate work".to_owned(), source };
            let mut command = Command::new(scene.program().map_err(system)?);
            command.args(["work", "--workers", WORKERS, "--attempts", "1000"]);
            command.args(["--url", &scene.server()?.dsn(), "--method", scene.method.name()]);
            command.arg("--run").arg(scene.run_id.to_string());
            command.arg("--results").arg(&scene.results);
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
            let mut process = command.kill_on_drop(true).spawn().map_err(system)?;
            // Read all the while: who can't write doesn't work.
            let said = process.stderr.take().map(|mut stderr| {
                tokio::spawn(async move {
                    let mut said = String::new();
                    stderr.read_to_string(&mut said).await.map(|_| said)
                })
            });
            let process = self.process.insert(process);
            let until = Instant::now() + BEGUN_WITHIN;
            let mut first = None;
            while Instant::now() < until {
                if let Some(status) = process.try_wait().map_err(system)? {
                    let said = match said {
                        Some(said) => said.await.ok().and_then(Result::ok),
                        None => None,
                    };
                    let last = said.as_deref().and_then(|said| said.lines().last());
                    let said = last.map_or_else(|| status.to_string(), str::to_owned);
                    return Err(FaultError::ProcessEnded { said });
                }
                let busy = session
                    .client
                    .query_typed_one(
                        sql!("faults/joined_workers.sql"),
                        &[(&scene.run_id, Type::UUID), (&OWN_MOST, Type::INT4)],
                    )
                    .await
                    .map_err(SessionError::statement(doing::INJECTING))?;
                let busy = busy.get::<_, i64>(0).unsigned_abs();
                if busy > 0 && first.get_or_insert_with(Instant::now).elapsed() >= WORKS {
                    process.kill().await.map_err(system)?;
                    return Ok(Some(busy));
                }
                tokio::time::sleep(LOOK_EVERY).await;
            }
            Err(FaultError::NothingToHit { what: doing::WORKER })
        })
    }

    fn heal<'a>(&'a mut self, _scene: &'a Scene<'_>) -> BoxFuture<'a, Result<(), FaultError>> {
        Box::pin(async move {
            if let Some(mut process) = self.process.take() {
                // Fails only for one that is gone already.
                let _ = process.kill().await;
            }
            Ok(())
        })
    }
}
