//! How busy the tool itself is: processor time of the process and of each
//! thread, and its memory, from /proc.

use crate::model::record::{BusyThread, Host};
use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// The width over which a thread's load is averaged.
const WINDOW: Duration = Duration::from_secs(1);

/// Below this a last, incomplete window says nothing: the clock of /proc ticks
/// every 10 ms.
const SHORTEST: Duration = Duration::from_millis(200);

/// Watches the threads until it is stopped.
pub struct ThreadSampler {
    stop: CancellationToken,
    task: JoinHandle<(Option<f64>, Option<BusyThread>)>,
}

/// What a [`ThreadSampler`] saw.
pub struct ProcessUse {
    /// Processor time of the whole process; None where the time hadn't begun.
    pub cpu_s: Option<f64>,
    /// The busiest second of any thread.
    pub busiest: Option<BusyThread>,
}

impl ThreadSampler {
    /// Watches from `began` on, which may lie ahead.
    pub fn start(began: Instant) -> ThreadSampler {
        let stop = CancellationToken::new();
        let task = tokio::spawn(watch(began, stop.clone()));
        ThreadSampler { stop, task }
    }

    /// Ends it.
    pub async fn finish(self) -> ProcessUse {
        let ended_cpu_s = process_cpu_s();
        self.stop.cancel();
        match self.task.await {
            Ok((began_cpu_s, busiest)) => {
                let cpu_s = began_cpu_s.map(|began_cpu_s| (ended_cpu_s - began_cpu_s).max(0.0));
                ProcessUse { cpu_s, busiest }
            }
            Err(panic) => std::panic::resume_unwind(panic.into_panic()),
        }
    }
}

async fn watch(began: Instant, stop: CancellationToken) -> (Option<f64>, Option<BusyThread>) {
    if began > Instant::now() {
        tokio::select! {
            () = stop.cancelled() => return (None, None),
            () = tokio::time::sleep_until(began.into()) => {}
        }
    }
    let began_cpu_s = process_cpu_s();
    (Some(began_cpu_s), busiest_thread(stop).await)
}

async fn busiest_thread(stop: CancellationToken) -> Option<BusyThread> {
    let mut busiest: Option<BusyThread> = None;
    let mut before = thread_cpu_s();
    let mut began = Instant::now();
    loop {
        let stopped = tokio::select! {
            () = stop.cancelled() => true,
            () = tokio::time::sleep(WINDOW) => false,
        };
        let (now, elapsed) = (thread_cpu_s(), began.elapsed());
        // A short rest counts only where there was no whole window.
        if !stopped || (busiest.is_none() && elapsed >= SHORTEST) {
            for (id, (name, cpu_s)) in &now {
                let earlier = before.get(id).map_or(0.0, |(_, cpu_s)| *cpu_s);
                let busy = (cpu_s - earlier) / elapsed.as_secs_f64();
                if busiest.as_ref().is_none_or(|b| busy > b.busy) {
                    busiest = Some(BusyThread { name: name.clone(), busy });
                }
            }
        }
        if stopped {
            return busiest;
        }
        (before, began) = (now, Instant::now());
    }
}

/// Processor time of each thread by its id, with its name.
fn thread_cpu_s() -> HashMap<String, (String, f64)> {
    let Ok(threads) = std::fs::read_dir("/proc/self/task") else { return HashMap::new() };
    threads
        .flatten()
        .filter_map(|thread| {
            let (name, cpu_s) = stat(&thread.path().join("stat"))?;
            Some((thread.file_name().to_string_lossy().into_owned(), (name, cpu_s)))
        })
        .collect()
}

/// By the process's own clock: the ticks of /proc are 10 ms, a whole small run.
pub(super) fn process_cpu_s() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

/// Name and processor time from a `stat` file (proc(5): comm, utime, stime).
fn stat(path: &Path) -> Option<(String, f64)> {
    parse_stat(&std::fs::read_to_string(path).ok()?)
}

fn parse_stat(text: &str) -> Option<(String, f64)> {
    // The name is in parentheses and may hold anything, a parenthesis too.
    let (open, close) = (text.find('(')?, text.rfind(')')?);
    let mut fields = text.get(close + 2..)?.split(' ').skip(11);
    let ticks = fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?;
    let ticks_per_s = rustix::param::clock_ticks_per_second() as f64;
    Some((text[open + 1..close].to_owned(), ticks as f64 / ticks_per_s))
}

/// The greatest resident memory of this process, in bytes.
pub fn peak_rss_bytes() -> Option<u64> {
    kib("/proc/self/status", "VmHWM:")
}

/// The machine that the tool runs on.
pub fn host() -> Host {
    let uname = rustix::system::uname();
    let part = |text: &std::ffi::CStr| text.to_string_lossy().into_owned();
    Host {
        os: format!(
            "{} {} {}",
            part(uname.sysname()),
            part(uname.release()),
            part(uname.machine())
        ),
        cpus: std::thread::available_parallelism().map_or(1, |n| n.get() as u32),
        memory_bytes: kib("/proc/meminfo", "MemTotal:"),
    }
}

/// A value in kB from a file of `Name: value kB` lines, in bytes.
fn kib(path: &str, name: &str) -> Option<u64> {
    let text = std::fs::read_to_string(path).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    let value: u64 = line[name.len()..].trim().trim_end_matches(" kB").parse().ok()?;
    Some(value * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stat_line_is_read_whatever_the_name() {
        let line = "7 (a) b) S 1 7 7 0 -1 4194304 10 0 0 0 250 50 0 0 20 0 1 0 5 6 7";
        let (name, cpu_s) = parse_stat(line).unwrap();
        assert_eq!(name, "a) b");
        let ticks_per_s = rustix::param::clock_ticks_per_second() as f64;
        assert!((cpu_s - 300.0 / ticks_per_s).abs() < 1e-9);
        assert_eq!(parse_stat("garbage"), None);
    }

    #[test]
    fn this_process_is_seen() {
        assert!(peak_rss_bytes().unwrap() > 1 << 20);
        assert!(host().memory_bytes.unwrap() > 1 << 28);
        assert!(process_cpu_s() > 0.0);
    }
}
