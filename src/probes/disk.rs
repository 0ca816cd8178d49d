//! Whether the disk has room. Through SQL it can't be seen: where the server
//! runs on this machine its directories are looked at; elsewhere the user says
//! what may be written.

use super::needs::Needs;
use super::{failed, field};
use crate::model::Check;
use crate::model::observed::Storage;
use crate::model::size::Bytes;
use crate::session::{Session, SessionError, Target, sql};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Up to here a disk that isn't seen is only mentioned.
const UNSEEN_UNREMARKABLE: u64 = 1 << 30;

/// Above this a disk that isn't seen needs the user's word.
const UNSEEN_MOST: u64 = 10 << 30;

/// How far the start that the server tells and the one in its directory may be
/// apart: they are taken at different moments.
const START_TOLERANCE_S: f64 = 10.0;

/// The id of the check.
const ID: &str = "disk";

/// A directory of the server's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub path: PathBuf,
    pub device: u64,
    pub free_bytes: u64,
}

/// Where tables and WAL will lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Places {
    pub tables: Place,
    pub wal: Place,
    /// False where only the data directory as a whole is seen: pg_wal may be a
    /// link to another file system.
    pub wal_is_seen: bool,
}

/// Looks; None where the disk can't be seen.
pub(super) async fn ask(
    session: &Session,
    target: &Target,
) -> Result<Option<Places>, SessionError> {
    let query = session.client.query_typed_one(sql!("preflight/storage.sql"), &[]);
    let row = query.await.map_err(failed())?;
    let data: Option<String> = field(&row, "data_directory")?;
    let tablespace: Option<String> = field(&row, "tablespace")?;
    let started_s: f64 = field(&row, "started_s")?;
    if !target.is_local() {
        return Ok(None);
    }
    let is_socket = target.is_socket();
    let tablespace = tablespace.filter(|path| !path.is_empty()).map(PathBuf::from);
    Ok(data.and_then(|data| look(Path::new(&data), tablespace.as_deref(), started_s, is_socket)))
}

/// The directories, if they are this server's.
fn look(data: &Path, tablespace: Option<&Path>, started_s: f64, is_socket: bool) -> Option<Places> {
    // A path of a container may exist here too, as another server's.
    if started_elsewhere(data, started_s, is_socket) {
        return None;
    }
    let whole = place(data)?;
    // Only the server's own user may look into its directory.
    let wal = place(&data.join("pg_wal"));
    let wal_is_seen = wal.is_some();
    let wal = wal.unwrap_or_else(|| whole.clone());
    let tables = match tablespace {
        Some(path) => place(path)?,
        None => whole,
    };
    Some(Places { tables, wal, wal_is_seen })
}

/// Whether the directory says, to those who may read it, that its server was
/// started at another time: the third line of `postmaster.pid`. Where it isn't
/// readable a socket speaks for this machine; a port of it may be a tunnel's.
fn started_elsewhere(data: &Path, started_s: f64, is_socket: bool) -> bool {
    let Ok(text) = std::fs::read_to_string(data.join("postmaster.pid")) else {
        let is_there = std::fs::exists(data.join("postmaster.pid")).unwrap_or(true);
        return !is_there || !is_socket;
    };
    let start = text.lines().nth(2).and_then(|line| line.trim().parse::<f64>().ok());
    start.is_none_or(|start| (start - started_s).abs() > START_TOLERANCE_S)
}

fn place(path: &Path) -> Option<Place> {
    let device = std::fs::metadata(path).ok()?.dev();
    let free_bytes = free_bytes(path)?;
    Some(Place { path: path.to_owned(), device, free_bytes })
}

/// What users other than root may still write on the file system of `path`;
/// None where it can't be seen.
pub(super) fn free_bytes(path: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(path).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// Judges.
pub(super) fn check(places: Option<&Places>, needs: &Needs) -> Check {
    let total = needs.writes.total();
    let write_bytes = Bytes(total);
    let flags = || needs.writes_flags.to_owned();
    if let Some(budget) = needs.limits.disk_budget_bytes.filter(|budget| total > *budget) {
        let budget_bytes = Bytes(budget);
        return Check::blocking(
            ID,
            Storage::DiskOverBudget { write_bytes, budget_bytes, flags: flags() },
        );
    }
    if let Some(places) = places {
        return seen(places, needs);
    }
    match needs.limits.disk_budget_bytes {
        Some(budget) => {
            let budget_bytes = Bytes(budget);
            Check::ok(ID, Storage::DiskInBudget { write_bytes, budget_bytes })
        }
        None if total <= UNSEEN_UNREMARKABLE => {
            Check::unknown(ID, Storage::DiskUnseen { write_bytes })
        }
        None if total <= UNSEEN_MOST || needs.yes => {
            Check::warning(ID, Storage::DiskUnseenMuch { write_bytes })
        }
        None => {
            let most_bytes = Bytes(UNSEEN_MOST);
            Check::blocking(ID, Storage::DiskUnseenTooMuch { write_bytes, most_bytes })
        }
    }
}

/// The device that is filled furthest decides.
fn seen(places: &Places, needs: &Needs) -> Check {
    let (tables, wal) = (&places.tables, &places.wal);
    let writes = match tables.device == wal.device {
        true => vec![(tables, needs.writes.total())],
        false => vec![(tables, needs.writes.tables_bytes), (wal, needs.writes.wal_bytes)],
    };
    let share = |(place, bytes): &(&Place, u64)| *bytes as f64 / place.free_bytes.max(1) as f64;
    let fullest = writes.into_iter().max_by(|a, b| share(a).total_cmp(&share(b)));
    let Some((place, bytes)) = fullest else {
        return Check::unknown(
            ID,
            Storage::DiskUnseen { write_bytes: Bytes(needs.writes.total()) },
        );
    };
    let (write_bytes, free_bytes) = (Bytes(bytes), Bytes(place.free_bytes));
    let (path, flags) = (place.path.display().to_string(), needs.writes_flags.to_owned());
    if bytes > place.free_bytes {
        let note = Storage::DiskShort { write_bytes, free_bytes, path, flags };
        return match needs.yes {
            true => Check::warning(ID, note),
            false => Check::blocking(ID, note),
        };
    }
    match bytes > place.free_bytes / 2 {
        true => Check::warning(ID, Storage::DiskTight { write_bytes, free_bytes, path, flags }),
        false => Check::ok(ID, Storage::DiskRoom { write_bytes, free_bytes, path }),
    }
}

#[cfg(test)]
mod tests {
    use super::super::needs::Writes;
    use super::*;
    use crate::model::Outcome;
    use crate::model::limits::Limits;

    const GB: u64 = 1 << 30;

    fn needs(tables_gb: u64, wal_gb: u64) -> Needs {
        let writes = Writes { tables_bytes: tables_gb * GB, wal_bytes: wal_gb * GB };
        Needs { writes, ..Needs::small() }
    }

    fn places(tables_gb: u64, wal: Option<u64>) -> Places {
        let place = |device, gb: u64| Place {
            path: format!("/disk{device}").into(),
            device,
            free_bytes: gb * GB,
        };
        let tables = place(1, tables_gb);
        let wal = wal.map_or_else(|| tables.clone(), |gb| place(2, gb));
        Places { wal, tables, wal_is_seen: true }
    }

    fn outcome(places: Option<Places>, needs: &Needs) -> (Outcome, String) {
        let check = check(places.as_ref(), needs);
        (check.outcome, check.note.id)
    }

    #[test]
    fn a_disk_that_is_seen_must_have_room() {
        assert_eq!(outcome(Some(places(100, None)), &needs(10, 10)).0, Outcome::Ok);
        assert_eq!(outcome(Some(places(39, None)), &needs(10, 10)).1, "disk_tight");
        assert_eq!(outcome(Some(places(19, None)), &needs(10, 10)).0, Outcome::Blocking);
        let told = Needs { yes: true, ..needs(10, 10) };
        assert_eq!(outcome(Some(places(19, None)), &told).0, Outcome::Warning);
        // On disks of their own each needs room for its part alone.
        assert_eq!(outcome(Some(places(21, Some(21))), &needs(10, 10)).0, Outcome::Ok);
        assert_eq!(outcome(Some(places(100, Some(9))), &needs(10, 10)).0, Outcome::Blocking);
    }

    #[test]
    fn a_disk_that_is_not_seen_is_never_called_good() {
        assert_eq!(outcome(None, &needs(0, 1)).0, Outcome::Unknown);
        assert_eq!(outcome(None, &needs(1, 1)).0, Outcome::Warning);
        assert_eq!(outcome(None, &needs(5, 5)).0, Outcome::Warning);
        assert_eq!(outcome(None, &needs(5, 6)).0, Outcome::Blocking);
        assert_eq!(outcome(None, &Needs { yes: true, ..needs(5, 6) }).0, Outcome::Warning);
    }

    #[test]
    fn a_budget_is_kept_whether_the_disk_is_seen_or_not() {
        let budget = |gb: u64| {
            let limits = Limits { disk_budget_bytes: Some(gb * GB), ..Limits::default() };
            Needs { limits, ..needs(5, 6) }
        };
        assert_eq!(outcome(None, &budget(11)).1, "disk_in_budget");
        assert_eq!(outcome(None, &budget(10)).1, "disk_over_budget");
        assert_eq!(outcome(Some(places(100, None)), &budget(10)).0, Outcome::Blocking);
        assert_eq!(outcome(Some(places(100, None)), &budget(11)).1, "disk_room");
    }

    #[test]
    fn a_directory_of_another_server_is_not_looked_at() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("pg_wal")).unwrap();
        assert_eq!(look(dir.path(), None, 1_000.0, true), None, "no server runs there");
        let pid = dir.path().join("postmaster.pid");
        std::fs::write(&pid, "42\n/data\n999\n5432\n").unwrap();
        assert!(look(dir.path(), None, 1_000.0, true).is_some());
        assert_eq!(look(dir.path(), None, 2_000.0, true), None, "another start");
        std::fs::write(&pid, "42\n").unwrap();
        assert_eq!(look(dir.path(), None, 1_000.0, true), None, "no start at all");
    }
}
