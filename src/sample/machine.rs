//! The server's machine as the tuning rules need it: processors and memory
//! that its processes may use, and the filesystem of pg_wal. Only where the
//! server is provably here (see `host`); elsewhere the user has to say.

use crate::model::observed::Unseen;
use crate::model::tuning::Machine;
use crate::model::{Note, Reason};
use rustix::fs::{IFlags, Mode, OFlags};
use std::path::{Path, PathBuf};

/// Filesystems that copy on write, by the `f_type` of statfs(2), from Linux's
/// magic.h and the sources of ZFS: btrfs, bcachefs, nilfs2, ZFS.
const COPY_ON_WRITE: [u64; 4] = [0x9123_683E, 0xCA45_1A4E, 0x3434, 0x2FC1_2FC1];

/// overlayfs, which is as what lies below it.
const OVERLAY: u64 = 0x794C_7630;

/// What pg_wal lies on.
#[derive(Debug, Clone, PartialEq)]
pub struct WalPlace {
    free_bytes: u64,
    /// None where the filesystem doesn't tell.
    copies_on_write: Option<bool>,
    /// Its files, as pg_ls_waldir() counts them.
    bytes: Option<u64>,
}

/// What was seen of the machine, and why the rest wasn't: fields of `machine`.
pub type Sighted = (Machine, Vec<(&'static str, Note)>);

/// What a server elsewhere lets see: nothing but what it said itself.
pub fn elsewhere(wal_bytes: Option<u64>) -> Sighted {
    let missing = [
        ("cpus", Reason::ServerElsewhere {}.into()),
        ("memory_bytes", Unseen::MemoryElsewhere {}.into()),
        ("wal_free_bytes", Unseen::WalDiskElsewhere {}.into()),
        ("wal_copies_on_write", Reason::ServerElsewhere {}.into()),
    ];
    (Machine { wal_bytes, ..Machine::default() }, missing.into())
}

/// This machine, for the server that process `pid` belongs to. `data_dir` is
/// null where the role may not see it, `wal_bytes` what the server said of pg_wal.
pub fn here(pid: i32, data_dir: Option<&Path>, wal_bytes: Option<u64>) -> Sighted {
    let mut missing: Vec<(&'static str, Note)> = Vec::new();
    let unread = |what: &str| -> Note { Reason::NotOnThisSystem { what: what.into() }.into() };
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let groups = groups(&read(&format!("/proc/{pid}/cgroup")));
    let cpus = cpus(&read(&format!("/proc/{pid}/status")), &groups);
    let memory_bytes = memory_bytes(&read("/proc/meminfo"), &groups);
    if cpus.is_none() {
        missing.push(("cpus", unread("/proc/PID/status")));
    }
    if memory_bytes.is_none() {
        missing.push(("memory_bytes", unread("/proc/meminfo")));
    }
    let mut machine = Machine { cpus, memory_bytes, wal_bytes, ..Machine::default() };
    match data_dir {
        None => {
            for field in ["wal_free_bytes", "wal_copies_on_write"] {
                missing.push((field, Reason::DataDirectoryHidden {}.into()));
            }
        }
        Some(data_dir) => {
            let path = data_dir.join("pg_wal");
            match wal_place(&path) {
                Ok(place) => {
                    machine.wal_free_bytes = Some(place.free_bytes);
                    machine.wal_copies_on_write = place.copies_on_write;
                    machine.wal_bytes = wal_bytes.or(place.bytes);
                    if place.copies_on_write.is_none() {
                        let path = path.display().to_string();
                        missing.push((
                            "wal_copies_on_write",
                            Unseen::FilesystemUnknown { path }.into(),
                        ));
                    }
                }
                Err(error) => {
                    let (path, error) = (path.display().to_string(), error.to_string());
                    for field in ["wal_free_bytes", "wal_copies_on_write"] {
                        let (path, error) = (path.clone(), error.clone());
                        missing.push((field, Unseen::WalFolderUnreadable { path, error }.into()));
                    }
                }
            }
        }
    }
    (machine, missing)
}

/// The filesystem behind `path`, which may be a symbolic link.
fn wal_place(path: &Path) -> std::io::Result<WalPlace> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let folder = rustix::fs::open(path, flags, Mode::empty())?;
    let space = rustix::fs::fstatvfs(&folder)?;
    let kind = rustix::fs::fstatfs(&folder)?.f_type as u64;
    // chattr +C, which btrfs knows: files made in the folder inherit it.
    let in_place = rustix::fs::ioctl_getflags(&folder).is_ok_and(|f| f.contains(IFlags::NOCOW));
    Ok(WalPlace {
        free_bytes: space.f_bavail.saturating_mul(space.f_frsize),
        copies_on_write: copies_on_write(kind, in_place),
        bytes: folder_bytes(path),
    })
}

fn copies_on_write(kind: u64, in_place: bool) -> Option<bool> {
    (kind != OVERLAY).then(|| COPY_ON_WRITE.contains(&kind) && !in_place)
}

/// The size of the files in a folder, not of those below it.
fn folder_bytes(path: &Path) -> Option<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(path).ok()? {
        // A segment may be removed while we look.
        if let Ok(meta) = entry.ok()?.metadata()
            && meta.is_file()
        {
            bytes += meta.len();
        }
    }
    Some(bytes)
}

/// The folders of a process's control group and all above it, of the memory
/// and the processor controller, innermost first.
fn groups(cgroup: &str) -> Vec<PathBuf> {
    let root = Path::new("/sys/fs/cgroup");
    let mut folders = Vec::new();
    for line in cgroup.lines() {
        let mut parts = line.splitn(3, ':');
        let (Some(_), Some(controllers), Some(path)) = (parts.next(), parts.next(), parts.next())
        else {
            continue;
        };
        let bases: Vec<PathBuf> = match controllers {
            "" => vec![root.to_owned()],
            some => some
                .split(',')
                .filter(|name| ["memory", "cpu"].contains(name))
                .map(|name| root.join(name))
                .collect(),
        };
        for base in bases {
            let inside = Path::new(path.trim_start_matches('/'));
            folders.extend(inside.ancestors().map(|part| base.join(part)));
        }
    }
    folders
}

/// The processors that the process may run on, or the share of time that its
/// groups get where that is less.
fn cpus(status: &str, groups: &[PathBuf]) -> Option<u32> {
    let allowed = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:"))?;
    let allowed = listed(allowed.trim())?;
    let read = |folder: &PathBuf, name: &str| std::fs::read_to_string(folder.join(name)).ok();
    let quota = groups.iter().filter_map(|folder| {
        quota(&read(folder, "cpu.max")?).or_else(|| {
            let of = |name| read(folder, name)?.trim().parse::<f64>().ok();
            let (quota, period) = (of("cpu.cfs_quota_us")?, of("cpu.cfs_period_us")?);
            (quota > 0.0 && period > 0.0).then(|| (quota / period).ceil() as u32)
        })
    });
    Some(quota.fold(allowed, u32::min).max(1))
}

/// How many a list such as `0-3,8` names.
fn listed(list: &str) -> Option<u32> {
    list.split(',').try_fold(0_u32, |sum, range| {
        let (from, to) = range.split_once('-').unwrap_or((range, range));
        let (from, to): (u32, u32) = (from.parse().ok()?, to.parse().ok()?);
        sum.checked_add(to.checked_sub(from)? + 1)
    })
}

/// Whole processors that `cpu.max` allows; None where it is `max`.
fn quota(cpu_max: &str) -> Option<u32> {
    let (quota, period) = cpu_max.trim().split_once(' ')?;
    let (quota, period): (f64, f64) = (quota.parse().ok()?, period.parse().ok()?);
    (period > 0.0).then(|| (quota / period).ceil() as u32)
}

/// The machine's memory, or the least limit of the groups where that is less.
fn memory_bytes(meminfo: &str, groups: &[PathBuf]) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let total = line.trim().strip_suffix(" kB")?.parse::<u64>().ok()?.checked_mul(1024)?;
    let limits = groups
        .iter()
        .flat_map(|folder| ["memory.max", "memory.limit_in_bytes"].map(|name| folder.join(name)));
    // `max` is no number: no limit.
    let limit = |path| std::fs::read_to_string(path).ok()?.trim().parse::<u64>().ok();
    Some(limits.filter_map(limit).fold(total, u64::min))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_of_machine_and_groups_is_what_may_be_used() {
        let folder = tempfile::tempdir().unwrap();
        let (inner, outer) = (folder.path().join("a/b"), folder.path().join("a"));
        std::fs::create_dir_all(&inner).unwrap();
        let groups = [inner.clone(), outer.clone()];
        let meminfo = "MemTotal:       16384000 kB\nMemFree:  1 kB\n";
        let status = "Name:\tpostgres\nCpus_allowed_list:\t0-3,6\n";
        assert_eq!(memory_bytes(meminfo, &groups), Some(16_384_000 * 1024));
        assert_eq!(cpus(status, &groups), Some(5));
        std::fs::write(inner.join("memory.max"), "max\n").unwrap();
        std::fs::write(outer.join("memory.max"), "2147483648\n").unwrap();
        std::fs::write(outer.join("cpu.max"), "150000 100000\n").unwrap();
        std::fs::write(inner.join("cpu.max"), "max 100000\n").unwrap();
        assert_eq!(memory_bytes(meminfo, &groups), Some(2 << 30));
        assert_eq!(cpus(status, &groups), Some(2));
        // What the older hierarchy says where there is no limit.
        std::fs::write(inner.join("memory.limit_in_bytes"), "9223372036854771712\n").unwrap();
        std::fs::write(inner.join("cpu.cfs_quota_us"), "-1\n").unwrap();
        std::fs::write(inner.join("cpu.cfs_period_us"), "100000\n").unwrap();
        assert_eq!(memory_bytes(meminfo, &groups), Some(2 << 30));
        assert_eq!(cpus(status, &groups), Some(2));
        assert_eq!((memory_bytes("", &groups), cpus("", &groups)), (None, None));
    }

    #[test]
    fn a_process_is_in_its_group_and_all_above() {
        let paths = |text: &str| -> Vec<String> {
            groups(text).iter().map(|path| path.display().to_string()).collect()
        };
        let of_two = paths("0::/system.slice/pg.service\n");
        assert_eq!(
            of_two,
            [
                "/sys/fs/cgroup/system.slice/pg.service",
                "/sys/fs/cgroup/system.slice",
                "/sys/fs/cgroup/"
            ]
        );
        let of_one = paths("4:cpu,cpuacct:/pg\n3:memory:/\n2:freezer:/pg\n");
        assert_eq!(
            of_one,
            ["/sys/fs/cgroup/cpu/pg", "/sys/fs/cgroup/cpu/", "/sys/fs/cgroup/memory/"]
        );
    }

    #[test]
    fn a_filesystem_laid_over_another_does_not_tell() {
        let btrfs = 0x9123_683E;
        assert_eq!(copies_on_write(btrfs, false), Some(true));
        assert_eq!(copies_on_write(btrfs, true), Some(false));
        assert_eq!(copies_on_write(0x2FC1_2FC1, false), Some(true));
        let ext4 = 0xEF53;
        assert_eq!(copies_on_write(ext4, false), Some(false));
        assert_eq!(copies_on_write(OVERLAY, false), None);
    }

    #[test]
    fn a_link_is_followed_and_what_is_missing_has_a_reason() {
        let folder = tempfile::tempdir().unwrap();
        let (data, elsewhere) = (folder.path().join("data"), folder.path().join("wal"));
        std::fs::create_dir_all(elsewhere.join("archive_status")).unwrap();
        std::fs::create_dir(&data).unwrap();
        std::fs::write(elsewhere.join("archive_status/000.ready"), "xx").unwrap();
        std::fs::write(elsewhere.join("000000010000000000000001"), vec![0; 5_000]).unwrap();
        std::os::unix::fs::symlink(&elsewhere, data.join("pg_wal")).unwrap();
        let own = std::process::id() as i32;
        let (machine, _) = here(own, Some(&data), None);
        assert_eq!(machine.wal_bytes, Some(5_000));
        assert!(machine.wal_free_bytes.is_some_and(|bytes| bytes > 0));
        assert!(machine.cpus.is_some() && machine.memory_bytes.is_some(), "{machine:?}");
        // The server's own word is of the same moment as its counters.
        assert_eq!(here(own, Some(&data), Some(7)).0.wal_bytes, Some(7));
        let ids = |(machine, missing): Sighted| -> Vec<(&str, String)> {
            assert_eq!((machine.wal_free_bytes, machine.wal_copies_on_write), (None, None));
            missing.into_iter().map(|(field, note)| (field, note.id)).collect()
        };
        let hidden = ids(here(own, None, None));
        assert_eq!(hidden[0], ("wal_free_bytes", "data_directory_hidden".to_owned()));
        let unreadable = ids(here(own, Some(Path::new("/nonexistent")), None));
        assert_eq!(unreadable[0], ("wal_free_bytes", "wal_folder_unreadable".to_owned()));
        let far = ids(super::elsewhere(Some(9)));
        assert_eq!(far[1], ("memory_bytes", "memory_elsewhere".to_owned()));
        assert_eq!(far[2], ("wal_free_bytes", "wal_disk_elsewhere".to_owned()));
    }
}
