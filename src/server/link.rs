//! The pipe to the guard: requests out, replies in, and its closing, which the
//! guard takes as the end. (The standard library's pipes are close-on-exec, so
//! that no other child of the tool holds them open.)

use super::ServerError;
use super::init::Plan;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

/// How long the guard has for anything; only a stuck disk needs that.
const LIMIT: Duration = Duration::from_secs(90);

/// A guard process. Dropping this closes the pipe.
#[derive(Debug)]
pub(super) struct Link {
    dir: PathBuf,
    guard: Child,
    requests: ChildStdin,
    replies: Lines<BufReader<ChildStdout>>,
}

impl Link {
    /// Starts `<program> guard …`, with the current program if `None`.
    pub(super) fn open(plan: &Plan, program: Option<&Path>) -> Result<Link, ServerError> {
        let program = match program {
            Some(program) => Ok(program.to_owned()),
            None => std::env::current_exe(),
        };
        let name = program.as_deref().unwrap_or(Path::new("pgvalidate")).display().to_string();
        let spawned = program.and_then(|program| {
            let mut command = Command::new(program);
            command.arg("guard").arg("--dir").arg(&plan.layout.dir);
            command.arg("--bin-dir").arg(&plan.binaries.dir);
            command.args(plan.last_settings.iter().flat_map(|setting| ["--setting", setting]));
            if let Some(disk_mb) = plan.disk_mb {
                command.arg("--disk-mb").arg(disk_mb.to_string());
            }
            if let Some(user) = plan.identity {
                command.arg("--uid").arg(user.uid.to_string());
                command.arg("--gid").arg(user.gid.to_string());
            }
            // Nothing of the tool's terminal or output stays open in the guard.
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
            let mut guard = command.current_dir("/").spawn()?;
            match (guard.stdin.take(), guard.stdout.take()) {
                (Some(requests), Some(replies)) => Ok((guard, requests, replies)),
                _ => Err(std::io::Error::other("no pipe")),
            }
        });
        let (guard, requests, replies) =
            spawned.map_err(|source| ServerError::GuardSpawn { program: name, source })?;
        let replies = BufReader::new(replies).lines();
        Ok(Link { dir: plan.layout.dir.clone(), guard, requests, replies })
    }

    /// Asks the guard for something.
    pub(super) async fn request(&mut self, line: &str) -> Result<(), ServerError> {
        let written = self.requests.write_all(format!("{line}\n").as_bytes()).await;
        if written.is_err() {
            // A refusal that is still to be read says more than the broken pipe.
            self.reply("").await?;
            return Err(self.lost());
        }
        Ok(())
    }

    /// The rest of the next reply that begins with `verb`. Others, such as an
    /// `exited` before a crash, are passed over.
    pub(super) async fn reply(&mut self, verb: &str) -> Result<String, ServerError> {
        let wanted = async {
            while let Some(line) = self.next_line().await {
                let (first, rest) = line.split_once(' ').unwrap_or((&line, ""));
                if first == verb {
                    return Ok(rest.to_owned());
                } else if first == "error" {
                    let dir = self.dir.display().to_string();
                    return Err(ServerError::GuardRefused { dir, detail: rest.to_owned() });
                }
            }
            Err(self.lost())
        };
        match tokio::time::timeout(LIMIT, wanted).await {
            Ok(outcome) => outcome,
            Err(_) => Err(self.silent(verb)),
        }
    }

    /// The next reply, or `None` when the guard is gone. May be cancelled.
    pub(super) async fn next_line(&mut self) -> Option<String> {
        self.replies.next_line().await.ok().flatten()
    }

    /// The guard's pid, while it runs.
    pub(super) fn guard_pid(&self) -> Option<u32> {
        self.guard.id()
    }

    /// Closes the pipe and waits until the guard has ended.
    pub(super) async fn close(self) -> Result<(), ServerError> {
        let late = self.silent("end");
        // The replies stay open until then, or the guard's last words would fail.
        let Link { mut guard, requests, replies: _replies, .. } = self;
        drop(requests);
        tokio::time::timeout(LIMIT, guard.wait()).await.map(|_| ()).map_err(|_| late)
    }

    pub(super) fn lost(&self) -> ServerError {
        ServerError::GuardLost { dir: self.dir.display().to_string() }
    }

    fn silent(&self, command: &str) -> ServerError {
        let (dir, command) = (self.dir.display().to_string(), command.to_owned());
        ServerError::GuardSilent { dir, command, after_s: LIMIT.as_secs() }
    }
}
