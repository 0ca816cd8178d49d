//! All processes that descend from this one, and their end.
//!
//! PostgreSQL's backends each make a session of their own, so that a signal to
//! the server's process group misses them. The guard is their subreaper
//! instead: whichever parent dies, they become its children, and the kernel
//! says when none is left. A child that it has not reaped keeps its pid, so
//! that no foreign process is ever signalled.

use rustix::io::Errno;
use rustix::process::{Pid, Signal, WaitOptions, WaitStatus, getpid, kill_process, wait};
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// How often the tree is looked at while it ends.
const POLL: Duration = Duration::from_millis(5);

/// Makes orphaned descendants this process's children.
pub(super) fn adopt_orphans() -> rustix::io::Result<()> {
    #[cfg(target_os = "linux")]
    rustix::process::set_child_subreaper(Some(getpid()))?;
    Ok(())
}

/// Reaps what has ended. True if no child is left.
pub(super) fn reap(mut ended: impl FnMut(Pid, WaitStatus)) -> bool {
    loop {
        match wait(WaitOptions::NOHANG) {
            Ok(Some((pid, status))) => ended(pid, status),
            Ok(None) => return false,
            Err(Errno::INTR) => {}
            Err(_) => return true,
        }
    }
}

/// Waits until no child is left; false if that takes longer than `limit`.
pub(super) async fn all_gone_within(limit: Duration) -> bool {
    let deadline = Instant::now() + limit;
    while !reap(|_, _| {}) {
        if Instant::now() >= deadline {
            return false;
        }
        tokio::time::sleep(POLL).await;
    }
    true
}

/// SIGKILLs every descendant and returns when none is left. The `root`, a child
/// that is not reaped yet, is held still while the others are looked up, so that it can neither start another
/// nor reap one, and then all die within microseconds.
pub(super) async fn kill_all(root: Option<Pid>) {
    if let Some(root) = root {
        let _ = kill_process(root, Signal::STOP);
    }
    let mut doomed: Vec<Pid> = root.into_iter().chain(descendants()).collect();
    loop {
        for pid in doomed {
            let _ = kill_process(pid, Signal::KILL);
        }
        if reap(|_, _| {}) {
            return;
        }
        tokio::time::sleep(POLL).await;
        doomed = descendants();
    }
}

/// Kills a process if it descends from this one; false where it doesn't.
pub(super) fn kill_one(pid: Pid) -> bool {
    descendants().contains(&pid) && kill_process(pid, Signal::KILL).is_ok()
}

/// Signals every descendant, those that are made meanwhile too.
pub(super) fn signal_all(signal: Signal) {
    let mut known = Vec::new();
    loop {
        let fresh: Vec<Pid> =
            descendants().into_iter().filter(|pid| !known.contains(pid)).collect();
        if fresh.is_empty() {
            return;
        }
        for pid in &fresh {
            let _ = kill_process(*pid, signal);
        }
        known.extend(fresh);
    }
}

/// Every process below this one. (`/proc/<pid>/task/*/children` would be less
/// to read, but it may leave some out and not every kernel has it.)
fn descendants() -> Vec<Pid> {
    let mut children: HashMap<i32, Vec<i32>> = HashMap::new();
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let name = entry.file_name();
        if let Some(pid) = name.to_str().and_then(|name| name.parse::<i32>().ok())
            && let Ok(stat) = std::fs::read(entry.path().join("stat"))
            && let Some(parent) = parent_in(&String::from_utf8_lossy(&stat))
        {
            children.entry(parent).or_default().push(pid);
        }
    }
    let mut found = Vec::new();
    let mut open = vec![getpid().as_raw_nonzero().get()];
    while let Some(parent) = open.pop() {
        for pid in children.remove(&parent).unwrap_or_default() {
            open.push(pid);
            found.extend(Pid::from_raw(pid));
        }
    }
    found
}

/// The parent in `/proc/<pid>/stat`. The command before it is in parentheses
/// and may itself hold spaces and parentheses.
fn parent_in(stat: &str) -> Option<i32> {
    let (_, rest) = stat.rsplit_once(')')?;
    rest.split_whitespace().nth(1)?.parse().ok()
}

/// How a process ended, in words.
pub(super) fn describe(status: WaitStatus) -> String {
    match (status.exit_status(), status.terminating_signal()) {
        (Some(code), _) => format!("exit status {code}"),
        (None, Some(signal)) => format!("signal {signal}"),
        (None, None) => format!("wait status {}", status.as_raw()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_parent_past_any_command() {
        assert_eq!(parent_in("12 (postgres) S 7 12 12 0"), Some(7));
        assert_eq!(parent_in("12 (a) R 1 (b) S 9 12"), Some(9));
        assert_eq!(parent_in("12 (cut"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn finds_a_child() {
        let mut child = std::process::Command::new("sleep").arg("60").spawn().unwrap();
        let listed = descendants();
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(listed.iter().any(|pid| pid.as_raw_nonzero().get().unsigned_abs() == child.id()));
    }
}
