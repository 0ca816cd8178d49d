//! The server's machine, where it is this one: processors that are busy, and
//! the disk that the data is on, from /proc.
//!
//! A loopback address proves nothing, since behind it may be a container or a
//! tunnel. What proves it is a process here that has the backend's pid and
//! began when the backend did.

use crate::message::doing;
use crate::session::{Backend, Session, SessionError, sql};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// What diskstats counts in (its documentation: always 512 bytes).
const SECTOR_BYTES: u64 = 512;

/// How far a process's start, which counts from a boot that is known to the
/// second, may be from what the backend says.
const START_TOLERANCE_S: f64 = 2.0;

/// What the machine did since the reading before. Null: it doesn't tell, or a
/// counter fell.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct HostSecond {
    /// Processors that were busy, with whatever; waiting for I/O and time that
    /// a hypervisor took are not counted.
    pub cpu: Option<f64>,
    /// Bytes written to the disk that the data is on, by whomever.
    pub disk_written_bytes: Option<u64>,
    /// The share of the time in which that disk had requests.
    pub disk_busy: Option<f64>,
}

/// Reads the machine's counters and tells the differences.
#[derive(Debug)]
pub struct HostReader {
    /// The disk's numbers, major and minor.
    disk: Option<(u32, u32)>,
    last: Reading,
}

#[derive(Debug, Clone, Copy)]
struct Reading {
    at: Instant,
    busy_ticks: Option<u64>,
    disk: Option<Disk>,
}

/// A disk's counters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Disk {
    written_sectors: u64,
    busy_ms: u64,
}

impl HostReader {
    /// A reader of this machine, and of the disk that `data_dir` is on where it
    /// is given and can be seen. None where there is no /proc.
    pub fn open(data_dir: Option<&Path>) -> Option<HostReader> {
        let disk = data_dir.and_then(device_of);
        let last = read(disk);
        last.busy_ticks.map(|_| HostReader { disk, last })
    }

    /// Whether the disk can be seen: not on overlay, btrfs, NFS or memory,
    /// which are no disk of their own.
    pub fn sees_disk(&self) -> bool {
        self.last.disk.is_some()
    }

    /// What happened since the last call, or since the reader was opened.
    pub fn second(&mut self) -> HostSecond {
        let now = read(self.disk);
        let before = std::mem::replace(&mut self.last, now);
        difference(&before, &now)
    }
}

/// The server's data directory where the server is provably on this machine.
/// Inside: null where the role may not see the path (pg_read_all_settings).
///
/// # Errors
/// Where the statement fails.
pub async fn data_dir_here(session: &Session) -> Result<Option<Option<PathBuf>>, SessionError> {
    if !is_here(&session.backend) {
        return Ok(None);
    }
    let asked = session.client.query_typed(sql!("sample/data_directory.sql"), &[]).await;
    let rows = asked.map_err(SessionError::statement(doing::LOCATING_DATA))?;
    let path = rows.first().and_then(|row| row.try_get::<_, String>(0).ok());
    Ok(Some(path.map(PathBuf::from)))
}

/// Whether the backend is a process of this machine, in this process's view.
pub fn is_here(backend: &Backend) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", backend.pid));
    let machine = std::fs::read_to_string("/proc/stat");
    let (Ok(stat), Ok(machine)) = (stat, machine) else { return false };
    let (Some(ticks), Some(boot_s)) = (start_ticks(&stat), boot_s(&machine)) else { return false };
    let start_s = boot_s as f64 + ticks as f64 / ticks_per_s();
    (start_s - backend.start_us as f64 / 1e6).abs() <= START_TOLERANCE_S
}

fn ticks_per_s() -> f64 {
    rustix::param::clock_ticks_per_second() as f64
}

fn device_of(path: &Path) -> Option<(u32, u32)> {
    let device = rustix::fs::stat(path).ok()?.st_dev;
    Some((rustix::fs::major(device), rustix::fs::minor(device)))
}

fn read(disk: Option<(u32, u32)>) -> Reading {
    let text = |path| std::fs::read_to_string(path).unwrap_or_default();
    Reading {
        at: Instant::now(),
        busy_ticks: busy_ticks(&text("/proc/stat")),
        disk: disk.and_then(|numbers| disk_of(&text("/proc/diskstats"), numbers)),
    }
}

fn difference(before: &Reading, after: &Reading) -> HostSecond {
    let elapsed_s = after.at.saturating_duration_since(before.at).as_secs_f64();
    if elapsed_s <= 0.0 {
        return HostSecond::default();
    }
    let risen = |of: fn(&Reading) -> Option<u64>| of(after)?.checked_sub(of(before)?);
    let busy = risen(|r| r.busy_ticks).map(|ticks| ticks as f64 / ticks_per_s() / elapsed_s);
    let busy_ms = risen(|r| r.disk.map(|d| d.busy_ms));
    let written = risen(|r| r.disk.map(|d| d.written_sectors));
    HostSecond {
        cpu: busy,
        disk_written_bytes: written.map(|sectors| sectors * SECTOR_BYTES),
        // The two clocks aren't read at the same moment.
        disk_busy: busy_ms.map(|ms| (ms as f64 / 1e3 / elapsed_s).min(1.0)),
    }
}

/// Ticks of all processors in user, nice, system, irq and softirq. The time of
/// guests is within user and nice.
fn busy_ticks(stat: &str) -> Option<u64> {
    let line = stat.lines().find_map(|line| line.strip_prefix("cpu "))?;
    let fields: Vec<u64> = line.split_whitespace().map_while(|f| f.parse().ok()).collect();
    let [user, nice, system, _idle, _iowait, irq, softirq, ..] = fields[..] else { return None };
    [user, nice, system, irq, softirq].into_iter().try_fold(0_u64, u64::checked_add)
}

/// When the machine was booted, in seconds since 1970.
fn boot_s(stat: &str) -> Option<u64> {
    stat.lines().find_map(|line| line.strip_prefix("btime "))?.trim().parse().ok()
}

/// When a process began, in ticks since the boot, where it is PostgreSQL's.
fn start_ticks(stat: &str) -> Option<u64> {
    let (open, close) = (stat.find('(')?, stat.rfind(')')?);
    let name = stat.get(open + 1..close)?;
    // `postmaster` is what some packages still call the program.
    ["postgres", "postmaster"].contains(&name).then_some(())?;
    stat.get(close + 2..)?.split(' ').nth(19)?.parse().ok()
}

/// The counters of the disk or partition with these numbers.
fn disk_of(diskstats: &str, (major, minor): (u32, u32)) -> Option<Disk> {
    diskstats.lines().find_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let number = |i: usize| fields.get(i).and_then(|field| field.parse::<u64>().ok());
        let same = number(0)? == u64::from(major) && number(1)? == u64::from(minor);
        let (written_sectors, busy_ms) = (number(9)?, number(12)?);
        same.then_some(Disk { written_sectors, busy_ms })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const STAT: &str = "cpu  1000 20 300 9000 40 5 6 70 8 9\n\
                        cpu0 500 10 150 4500 20 2 3 35 4 4\n\
                        intr 12345 0 0\nbtime 1764062021\nprocesses 99\n";

    const DISKSTATS: &str = "   7       0 loop0 1 0 2 3 0 0 0 0 0 4 5\n 254       0 vda 1000 5 80000 900 2000 30 64000 4000 1 3500 4900 0 0 0 0 60 70\n 254       1 vda1 900 5 79000 800 1900 30 63000 3900 0 3400 4700 0 0 0 0\n 259      12 nvme0n1p2 1 2 3 4\n";

    #[test]
    fn busy_is_neither_idle_nor_waiting_nor_stolen() {
        assert_eq!(busy_ticks(STAT), Some(1000 + 20 + 300 + 5 + 6));
        assert_eq!(busy_ticks("cpu0 1 2 3 4 5 6 7 8\n"), None);
        assert_eq!(busy_ticks("cpu  1 2 x 4 5 6 7\n"), None);
        assert_eq!(busy_ticks(""), None);
        assert_eq!(boot_s(STAT), Some(1_764_062_021));
    }

    #[test]
    fn a_disk_is_found_by_its_numbers() {
        let disk = Disk { written_sectors: 64_000, busy_ms: 3_500 };
        assert_eq!(disk_of(DISKSTATS, (254, 0)), Some(disk));
        let partition = Disk { written_sectors: 63_000, busy_ms: 3_400 };
        assert_eq!(disk_of(DISKSTATS, (254, 1)), Some(partition));
        // overlay and btrfs have numbers of their own, which are no disk's.
        assert_eq!(disk_of(DISKSTATS, (0, 45)), None);
        assert_eq!(disk_of(DISKSTATS, (259, 12)), None);
        assert_eq!(disk_of("", (254, 0)), None);
    }

    #[test]
    fn a_difference_is_by_time_and_never_negative() {
        let at = Instant::now();
        let tick = ticks_per_s() as u64;
        let disk = |written_sectors, busy_ms| Some(Disk { written_sectors, busy_ms });
        let before = Reading { at, busy_ticks: Some(7 * tick), disk: disk(100, 1_000) };
        let later = at + Duration::from_secs(2);
        let after = Reading { at: later, busy_ticks: Some(10 * tick), disk: disk(164, 1_500) };
        let expected = HostSecond {
            cpu: Some(1.5),
            disk_written_bytes: Some(64 * 512),
            disk_busy: Some(0.25),
        };
        assert_eq!(difference(&before, &after), expected);
        assert_eq!(difference(&before, &before), HostSecond::default());
        let fell = Reading { at: later, busy_ticks: Some(tick), disk: disk(99, 1_500) };
        let partly = HostSecond { disk_busy: Some(0.25), ..HostSecond::default() };
        assert_eq!(difference(&before, &fell), partly);
        let gone = Reading { disk: None, ..after };
        let cpu = HostSecond { cpu: Some(1.5), ..HostSecond::default() };
        assert_eq!(difference(&before, &gone), cpu);
    }

    #[test]
    fn only_a_process_of_postgres_can_be_a_backend() {
        let line =
            |name| format!("7 ({name}) S 1 7 7 0 -1 4 10 0 0 0 250 50 0 0 20 0 1 0 4321 6 7");
        assert_eq!(start_ticks(&line("postgres")), Some(4321));
        assert_eq!(start_ticks(&line("postmaster")), Some(4321));
        assert_eq!(start_ticks(&line("bash")), None);
        assert_eq!(start_ticks("7 (postgres"), None);
        let ours = Backend::with_identity(std::process::id() as i32, 0);
        assert!(!is_here(&ours));
    }

    #[test]
    fn this_machine_is_seen() {
        let mut reader = HostReader::open(None).unwrap();
        assert!(!reader.sees_disk());
        let began = Instant::now();
        // The ticks are 10 ms: busy for ten of them.
        while began.elapsed() < Duration::from_millis(100) {
            std::hint::black_box(began);
        }
        let seen = reader.second();
        assert!(seen.cpu.unwrap() > 0.0, "{seen:?}");
        assert_eq!(seen.disk_written_bytes, None);
        assert!(
            HostReader::open(Some(Path::new("/proc/self/nothing"))).is_some_and(|r| !r.sees_disk())
        );
    }
}
