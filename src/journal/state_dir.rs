//! Where journals lie: a directory of the user's alone, in it for each server
//! one file at most, and a lock. Whoever changes a server's settings holds the
//! lock, and the kernel takes it away when the process ends, however it ends:
//! so the journal of a live tool isn't taken for that of a dead one, also
//! where another process has its number since.

use super::entry::{Entry, SCHEMA_VERSION};
use super::error::{Failure, JournalError, Refusal};
use crate::session::Environment;
use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The directory.
#[derive(Debug, Clone)]
pub struct StateDir(PathBuf);

/// A journal that was found.
#[derive(Debug)]
pub struct Found {
    /// What it holds.
    pub entry: Entry,
    /// Whether the tool that wrote it is still running.
    pub live: bool,
}

/// The right to change a server's settings, for as long as it isn't dropped.
#[derive(Debug)]
pub struct Claim {
    dir: PathBuf,
    path: PathBuf,
    _lock: File,
}

impl StateDir {
    /// `PGVALIDATE_STATE_DIR`, else `pgvalidate` in `XDG_STATE_HOME`, else in `~/.local/state`.
    ///
    /// # Errors
    /// Where the user has no home either.
    pub fn of_process() -> Result<StateDir, JournalError> {
        StateDir::by(&Environment::of_process()).ok_or(Failure::NoStateDir {}.into())
    }

    fn by(environment: &Environment) -> Option<StateDir> {
        let variable = |name| environment.variables.get(name).map(PathBuf::from);
        let given = variable("PGVALIDATE_STATE_DIR").filter(|path| !path.as_os_str().is_empty());
        // A path that isn't absolute doesn't count, as the XDG specification has it.
        let xdg = || variable("XDG_STATE_HOME").filter(|path| path.is_absolute());
        let home = || Some(environment.home.as_ref()?.join(".local/state"));
        let dir = given.or_else(|| Some(xdg().or_else(home)?.join("pgvalidate")))?;
        Some(StateDir::at(&dir))
    }

    /// A directory.
    pub fn at(dir: &Path) -> StateDir {
        StateDir(dir.join("settings"))
    }

    /// Takes the right to change a server's settings. It waits for nobody.
    ///
    /// # Errors
    /// Where another process has it, or the directory can't be used.
    pub fn claim(&self, system_identifier: &str) -> Result<Claim, JournalError> {
        // It becomes the name of a file.
        if system_identifier.parse::<u64>().is_err() {
            let detail = system_identifier.chars().take(40).collect();
            return Err(Failure::NoIdentity { detail }.into());
        }
        self.make()?;
        let path = self.0.join(format!("{system_identifier}.json"));
        let locked = path.with_extension("lock");
        let lock = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&locked)
            .map_err(trouble(&locked))?;
        match patiently(&lock) {
            Ok(()) => Ok(Claim { dir: self.0.clone(), path, _lock: lock }),
            Err(TryLockError::Error(error)) => Err(trouble(&locked)(error)),
            Err(TryLockError::WouldBlock) => Err(match read(&path)? {
                Some(entry) => Refusal::Busy {
                    address: entry.server.address,
                    pid: entry.by.pid,
                    host: entry.by.host,
                },
                None => Refusal::Locked { path: locked.display().to_string() },
            }
            .into()),
        }
    }

    /// Every journal, or why it can't be read.
    ///
    /// # Errors
    /// Where the directory can't be read. That there is none yet is no error.
    pub fn journals(&self) -> Result<Vec<Result<Found, JournalError>>, JournalError> {
        let listed = match std::fs::read_dir(&self.0) {
            Ok(listed) => listed,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(trouble(&self.0)(error)),
        };
        self.check()?;
        let mut paths = Vec::new();
        for file in listed {
            paths.push(file.map_err(trouble(&self.0))?.path());
        }
        // Those that were set aside have a second word in their name.
        let is_journal = |path: &PathBuf| {
            let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
            path.extension().is_some_and(|end| end == "json") && !stem.contains('.')
        };
        paths.retain(is_journal);
        paths.sort();
        let found = |path: &PathBuf| {
            let live = is_locked(&path.with_extension("lock"));
            Ok(read(path)?.map(|entry| Found { entry, live }))
        };
        // One that is gone by now was undone by somebody.
        Ok(paths.iter().filter_map(|path| found(path).transpose()).collect())
    }

    /// Makes the directory, down to the disk.
    fn make(&self) -> Result<(), JournalError> {
        let missing: Vec<_> = self.0.ancestors().take_while(|path| !path.exists()).collect();
        DirBuilder::new().recursive(true).mode(0o700).create(&self.0).map_err(trouble(&self.0))?;
        for parent in missing.iter().filter_map(|path| path.parent()) {
            let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
            sync(parent).map_err(trouble(parent))?;
        }
        self.check()
    }

    /// Whoever may write here decides what is written to servers.
    fn check(&self) -> Result<(), JournalError> {
        let meta = std::fs::metadata(&self.0).map_err(trouble(&self.0))?;
        let ours = meta.uid() == rustix::process::geteuid().as_raw();
        match ours && meta.mode() & 0o022 == 0 {
            true => Ok(()),
            false => Err(Failure::OpenStateDir { path: self.0.display().to_string() }.into()),
        }
    }
}

impl Claim {
    /// The journal.
    ///
    /// # Errors
    /// Where it is there and can't be read.
    pub fn read(&self) -> Result<Option<Entry>, JournalError> {
        read(&self.path)
    }

    /// Whether something is to be undone first.
    pub(super) fn check_none_pending(&self) -> Result<(), JournalError> {
        match self.read()? {
            None => Ok(()),
            Some(Entry { server, changed_at: since, .. }) => {
                Err(Refusal::Pending { address: server.address, since }.into())
            }
        }
    }

    /// Writes the journal: whole or not at all, and down to the disk.
    pub(super) fn write(&self, entry: &Entry) -> Result<(), JournalError> {
        let temporary = self.path.with_extension("tmp");
        let write = || -> std::io::Result<()> {
            let mut file = OpenOptions::new()
                .write(true)
                .create(true)
                .truncate(true)
                .mode(0o600)
                .open(&temporary)?;
            file.write_all(&serde_json::to_vec_pretty(entry)?)?;
            file.write_all(b"\n")?;
            file.sync_all()?;
            std::fs::rename(&temporary, &self.path)?;
            sync(&self.dir)
        };
        write().map_err(trouble(&self.path))
    }

    /// Everything is as before: the journal goes.
    pub(super) fn remove(&self) -> Result<(), JournalError> {
        std::fs::remove_file(&self.path).and_then(|()| sync(&self.dir)).map_err(trouble(&self.path))
    }

    /// What could be done is done; what it says of the rest stays for people.
    pub(super) fn set_aside(&self, entry: &Entry) -> Result<PathBuf, JournalError> {
        self.write(entry)?;
        let stamp = entry.changed_at.replace(['-', ':', '.'], "");
        let aside = self.path.with_extension(format!("conflict-{stamp}.json"));
        std::fs::rename(&self.path, &aside)
            .and_then(|()| sync(&self.dir))
            .map_err(trouble(&self.path))?;
        Ok(aside)
    }
}

/// A journal; None where there is none.
fn read(path: &Path) -> Result<Option<Entry>, JournalError> {
    let text = match std::fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(trouble(path)(error)),
    };
    let shown = || path.display().to_string();
    let unreadable =
        |error: serde_json::Error| Failure::Unreadable { path: shown(), detail: error.to_string() };
    let value: serde_json::Value = serde_json::from_slice(&text).map_err(unreadable)?;
    let major = |version: &str| version.split('.').next().and_then(|n| n.parse::<u32>().ok());
    // Only 1 was there before; what is no number is nothing that this one knows.
    let version = value["schema_version"].as_str().map(str::to_owned);
    if let Some(version) = version.filter(|version| major(version) != major(SCHEMA_VERSION)) {
        return Err(Failure::Newer { path: shown(), version }.into());
    }
    Ok(Some(serde_json::from_value(value).map_err(unreadable)?))
}

/// Takes the lock. Whoever only looks whether it is held has it for a moment.
fn patiently(lock: &File) -> Result<(), TryLockError> {
    for _ in 0..20 {
        match lock.try_lock() {
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(5)),
            outcome => return outcome,
        }
    }
    lock.try_lock()
}

/// Whether a process holds the lock.
fn is_locked(path: &Path) -> bool {
    let Ok(lock) = File::open(path) else { return false };
    matches!(lock.try_lock_shared(), Err(TryLockError::WouldBlock))
}

fn sync(dir: &Path) -> std::io::Result<()> {
    File::open(dir)?.sync_all()
}

fn trouble(path: &Path) -> impl FnOnce(std::io::Error) -> JournalError {
    let path = path.display().to_string();
    move |error| Failure::StateDir { path, detail: error.to_string() }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: String, before: Option<String>, after: String) -> Entry {
        serde_json::from_value(serde_json::json!({
            "schema_version": SCHEMA_VERSION, "tool": "pgvalidate 0.1.0",
            "changed_at": "2026-01-01T00:00:00Z",
            "by": { "pid": 7, "started_ticks": 7, "host": "here" },
            "server": {
                "system_identifier": "7", "at": "h:5432", "address": "h:5432/d as u",
                "connect": "host='h'", "backend_pid": 7, "backend_start_us": 7,
            },
            "settings": [{
                "name": name, "before": before, "in_effect": "1", "source": "default",
                "after": after, "state": "intended",
            }],
        }))
        .unwrap()
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(128))]
        #[test]
        fn what_is_written_is_read_and_nothing_else_is_taken_for_it(
            name: String, before: Option<String>, after: String,
            at: proptest::sample::Index, byte: u8, is_cut: bool, version in "[0-9a-z.]{0,4}",
        ) {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("7.json");
            let written = entry(name, before, after);
            let mut bytes = serde_json::to_vec_pretty(&written).unwrap();
            std::fs::write(&path, &bytes).unwrap();
            proptest::prop_assert_eq!(read(&path).unwrap(), Some(written.clone()));
            let other = Entry { schema_version: version.clone(), ..written };
            std::fs::write(&path, serde_json::to_vec(&other).unwrap()).unwrap();
            let is_known = version.split('.').next().and_then(|n| n.parse().ok()) == Some(1_u32);
            proptest::prop_assert_eq!(read(&path).is_ok(), is_known);
            let at = at.index(bytes.len());
            if is_cut { bytes.truncate(at) } else { bytes[at] = byte }
            std::fs::write(&path, &bytes).unwrap();
            match read(&path) {
                Ok(entry) => proptest::prop_assert!(entry.is_some()),
                Err(error) => proptest::prop_assert!(error.to_string().contains("7.json"), "{error}"),
            }
        }
    }

    #[test]
    fn the_directory_is_the_one_that_is_named_or_the_users() {
        let dir = |variables: &[(&str, &str)]| {
            let variables = variables.iter().map(|(n, v)| ((*n).into(), (*v).into())).collect();
            let home = Some(PathBuf::from("/home/an"));
            StateDir::by(&Environment { variables, home, ..Environment::alone() }).unwrap().0
        };
        assert_eq!(dir(&[]), Path::new("/home/an/.local/state/pgvalidate/settings"));
        assert_eq!(dir(&[("XDG_STATE_HOME", "/s")]), Path::new("/s/pgvalidate/settings"));
        let relative = dir(&[("XDG_STATE_HOME", "s")]);
        assert_eq!(relative, Path::new("/home/an/.local/state/pgvalidate/settings"));
        let both = [("XDG_STATE_HOME", "/s"), ("PGVALIDATE_STATE_DIR", "/own")];
        assert_eq!(dir(&both), Path::new("/own/settings"));
        assert!(StateDir::by(&Environment::alone()).is_none());
    }

    #[test]
    fn a_server_has_one_claim_and_a_name_that_is_no_path() {
        let home = tempfile::tempdir().unwrap();
        let dir = StateDir::at(&home.path().join("not/there/yet"));
        let claim = dir.claim("7").unwrap();
        let refused = dir.claim("7").unwrap_err();
        assert!(matches!(refused, JournalError::Refused(Refusal::Locked { .. })), "{refused}");
        drop(dir.claim("8").unwrap());
        drop(claim);
        dir.claim("7").unwrap();
        for odd in ["../7", "", "-1", "7/8"] {
            let error = dir.claim(odd).unwrap_err();
            assert!(matches!(error, JournalError::Failed(Failure::NoIdentity { .. })), "{error}");
        }
    }
}
