//! The guard: a small process between the tool and its private server.
//!
//! It makes the directory, starts the server on request, and when the pipe from
//! the tool closes it ends the server and removes the directory. It is in a
//! session of its own, as a Ctrl-C in the terminal must not stop the server
//! while the tool still settles its batches.
//!
//! One line for each request on stdin, one for each reply on stdout:
//! `init <options>` and `start` give `started <pid>`, and `exited <status>`
//! when that process ends; `crash` gives `crashed`; `signal <INT|QUIT|KILL>`
//! (to the postmaster) gives `signalled`, `kill <pid>` (of a descendant)
//! `killed`, `freeze` and `thaw` (all of them) `frozen` and `thawed`; `status`
//! gives `status up` or `status down`; `fill` and `empty` (the disk, where it
//! is one of the guard's own) `filled` and `emptied`; `keep` gives `kept`. Once at the start comes `ready`, and `error <text>` where something can't be done.

use super::args::GuardArgs;
use super::disk::{self, Disk};
use super::spawn::{exec_server, server_command, spawn};
use super::{Identity, Layout, tree};
use rustix::process::{Pid, Signal, kill_process};
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{BufRead, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, chown};
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;

/// How long the server has to end by itself.
const GRACE: Duration = Duration::from_secs(5);

/// Runs as the guard until the server and its directory are gone. To be called
/// on the main thread and outside of any async runtime; it makes its own.
pub fn run_guard(args: &GuardArgs) -> ExitCode {
    if let Some(guard) = args.exec_under {
        return exec_server(args, guard);
    }
    // Fails only for a group leader, who is out of the terminal's reach already.
    let _ = rustix::process::setsid();
    rustix::process::umask(rustix::fs::Mode::from_bits_truncate(0o077));
    let apart = if args.disk_mb.is_some() { disk::go_apart() } else { Ok(()) };
    let outcome = apart.and_then(|()| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.map_err(|e| e.to_string())?.block_on(guard(args))
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(text) => {
            say(&format!("error {text}"));
            ExitCode::FAILURE
        }
    }
}

async fn guard(args: &GuardArgs) -> Result<(), String> {
    tree::adopt_orphans().map_err(|e| format!("PR_SET_CHILD_SUBREAPER: {e}"))?;
    let listen = |kind| signal(kind).map_err(|e| format!("signal handler: {e}"));
    let mut terminate = listen(SignalKind::terminate())?;
    let mut child_ended = listen(SignalKind::child())?;
    // Caught and never read. (Ignored signals would be ignored in the server too.)
    let _ignored = [
        listen(SignalKind::interrupt())?,
        listen(SignalKind::hangup())?,
        listen(SignalKind::pipe())?,
    ];
    let mut requests = read_requests();
    let mut guard = Guard::make(args)?;
    say("ready");
    let mut kept = false;
    loop {
        tokio::select! {
            _ = terminate.recv() => break,
            _ = child_ended.recv() => {
                let ended = guard.notice_end().await;
                if ended && kept {
                    break;
                }
            }
            request = requests.recv(), if !kept => match request.as_deref() {
                None => break,
                Some("keep") => {
                    kept = true;
                    say("kept");
                }
                Some(request) => guard.obey(request).await,
            },
        }
    }
    guard.end().await
}

/// A thread reads stdin; at its end the channel closes.
fn read_requests() -> mpsc::UnboundedReceiver<String> {
    let (sender, receiver) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

/// Replies. The tool may be gone, which the end of stdin tells better.
fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

struct Guard {
    args: GuardArgs,
    layout: Layout,
    identity: Option<Identity>,
    log: File,
    /// `initdb` or the postmaster; not reaped yet.
    child: Option<Pid>,
    /// The file system of the data, where it is one of the guard's own.
    disk: Option<Disk>,
}

impl Guard {
    /// Makes the directory, which must not be there before.
    fn make(args: &GuardArgs) -> Result<Guard, String> {
        let layout = Layout::new(&args.dir);
        let identity = args.uid.zip(args.gid).map(|(uid, gid)| Identity { uid, gid });
        let new_dir = |dir: &PathBuf| {
            DirBuilder::new().mode(0o700).create(dir).map_err(|e| format!("mkdir: {e}"))
        };
        new_dir(&layout.dir)?;
        let fill = || {
            new_dir(&layout.data)?;
            new_dir(&layout.socket)?;
            let disk = args.disk_mb.map(|mb| Disk::mount(&layout.data, mb)).transpose()?;
            if let Some(Identity { uid, gid }) = identity {
                for dir in [&layout.dir, &layout.data, &layout.socket] {
                    chown(dir, Some(uid), Some(gid)).map_err(|e| format!("chown: {e}"))?;
                }
            }
            let mut log = OpenOptions::new();
            log.create_new(true).append(true).mode(0o600);
            Ok((disk, log.open(&layout.log).map_err(|e| format!("log: {e}"))?))
        };
        match fill() {
            Ok((disk, log)) => {
                Ok(Guard { args: args.clone(), layout, identity, log, child: None, disk })
            }
            Err(text) => {
                let _ = std::fs::remove_dir_all(&layout.dir);
                Err(text)
            }
        }
    }

    async fn obey(&mut self, request: &str) {
        let (verb, rest) = request.split_once(' ').unwrap_or((request, ""));
        match verb {
            "crash" => {
                tree::kill_all(self.child.take()).await;
                say("crashed");
            }
            "signal" => self.signal(rest),
            "kill" => match rest.parse().ok().and_then(Pid::from_raw).map(tree::kill_one) {
                Some(true) => say("killed"),
                _ => say(&format!("error process {rest} is none of the server's")),
            },
            "freeze" => {
                tree::signal_all(Signal::STOP);
                say("frozen");
            }
            "thaw" => {
                tree::signal_all(Signal::CONT);
                say("thawed");
            }
            "status" => say(if self.child.is_some() { "status up" } else { "status down" }),
            "fill" => self.change_disk("filled", Disk::fill),
            "empty" => self.change_disk("emptied", Disk::empty),
            "init" | "start" if self.child.is_some() => say("error it is running already"),
            "init" => {
                let mut initdb = Command::new(self.args.bin_dir.join("initdb"));
                initdb.arg("-D").arg(&self.layout.data).args(rest.split_whitespace());
                self.spawn(initdb);
            }
            "start" => {
                let dropped = self.identity.is_some();
                self.spawn(server_command(&self.args, dropped));
            }
            _ => say(&format!("error unknown request {verb}")),
        }
    }

    fn change_disk(&self, done: &str, change: fn(&Disk) -> Result<(), String>) {
        let no_disk = || Err("the data have no disk of their own".to_owned());
        match self.disk.as_ref().map_or_else(no_disk, change) {
            Ok(()) => say(done),
            Err(text) => say(&format!("error {text}")),
        }
    }

    /// Signals the postmaster alone.
    fn signal(&self, name: &str) {
        let signal = match name {
            "INT" => Signal::INT,
            "QUIT" => Signal::QUIT,
            "KILL" => Signal::KILL,
            _ => return say(&format!("error unknown signal {name}")),
        };
        match self.child.map(|child| kill_process(child, signal)) {
            Some(Ok(())) => say("signalled"),
            Some(Err(e)) => say(&format!("error signal {name}: {e}")),
            None => say("error no server is running"),
        }
    }

    fn spawn(&mut self, command: Command) {
        let program = command.get_program().display().to_string();
        match spawn(command, &self.layout.dir, &self.log, self.identity) {
            Ok(pid) => {
                self.child = Pid::from_raw(pid);
                say(&format!("started {pid}"));
            }
            Err(e) => say(&format!("error {program}: {e}")),
        }
    }

    /// Reaps; true if the child itself has ended. What it left behind is ended
    /// too, so that it can be started again.
    async fn notice_end(&mut self) -> bool {
        let mut status = None;
        tree::reap(|pid, how| {
            if Some(pid) == self.child {
                status = Some(how);
            }
        });
        let Some(status) = status else { return false };
        self.child = None;
        tree::kill_all(None).await;
        say(&format!("exited {}", tree::describe(status)));
        true
    }

    /// Ends the server, if it runs, and removes the directory.
    async fn end(mut self) -> Result<(), String> {
        // An immediate shutdown: nobody will want this data again.
        if let Some(child) = self.child.take()
            && kill_process(child, Signal::QUIT).is_ok()
        {
            tree::all_gone_within(GRACE).await;
        }
        tree::kill_all(None).await;
        // Unmounted, or the directory couldn't be removed.
        drop(self.disk.take());
        let mut outcome = Ok(());
        for _ in 0..20 {
            outcome = std::fs::remove_dir_all(&self.layout.dir);
            match &outcome {
                Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
                _ => return Ok(()),
            }
        }
        outcome.map_err(|e| format!("remove {}: {e}", self.layout.dir.display()))
    }
}
