//! What is settled before anything is made: which programs, which directory,
//! which user, and whether that user gets there. PostgreSQL refuses to run as
//! root, and its own message for a closed directory doesn't say which one.

use super::conf;
use super::find::{Binaries, find_binaries};
use super::{Identity, Layout, PORT, ServerError, ServerOptions};
use crate::model::MAJORS;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// The longest path that a socket's address can hold.
const SOCKET_PATH_LIMIT: usize = if cfg!(target_os = "linux") { 107 } else { 103 };

/// The locales for `initdb`, by preference; not every system has the first.
pub(super) const LOCALES: [&str; 2] = ["C.UTF-8", "C"];

/// A server that can be made.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) layout: Layout,
    pub(super) binaries: Binaries,
    pub(super) identity: Option<Identity>,
    pub(super) fragment: Option<Vec<u8>>,
    pub(super) last_settings: Vec<String>,
    pub(super) disk_mb: Option<u64>,
}

/// Settles everything and makes nothing.
pub(super) fn plan(options: &ServerOptions) -> Result<Plan, ServerError> {
    let fragment = options.config.as_deref().map(conf::read_fragment).transpose()?;
    let binaries = find_binaries(options.bin_dir.as_deref())?;
    if !MAJORS.contains(&binaries.version_num) {
        return Err(ServerError::Unsupported {
            dir: binaries.dir.display().to_string(),
            version: binaries.version,
            oldest: *MAJORS.start(),
            newest: *MAJORS.end(),
        });
    }
    let base = options.base_dir.clone().unwrap_or_else(|| PathBuf::from("/var/tmp"));
    let base = base
        .canonicalize()
        .map_err(|source| ServerError::BadBaseDir { dir: base.display().to_string(), source })?;
    let name = format!("pgvalidate-{:08x}", uuid::Uuid::new_v4().as_fields().0);
    let layout = Layout::new(&base.join(name));
    let socket = layout.socket.join(format!(".s.PGSQL.{PORT}"));
    let length = socket.as_os_str().as_bytes().len();
    if length > SOCKET_PATH_LIMIT {
        return Err(ServerError::SocketPathTooLong {
            base: base.display().to_string(),
            length,
            limit: SOCKET_PATH_LIMIT,
        });
    }
    let mut identity = None;
    if rustix::process::geteuid().is_root() {
        let passwd = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
        let (name, user) = ["postgres", "nobody"]
            .iter()
            .find_map(|name| Some((name, find_user(&passwd, name)?)))
            .ok_or(ServerError::NoServerUser {})?;
        for target in [&base, &binaries.dir.join("postgres"), &binaries.dir.join("initdb")] {
            if let Some(blocked) = blocked_at(target, user) {
                return Err(ServerError::NotTraversable {
                    target: target.display().to_string(),
                    blocked: blocked.display().to_string(),
                    user: (*name).to_owned(),
                });
            }
        }
        identity = Some(user);
    }
    let last_settings =
        options.last_settings.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let disk_mb = options.disk_mb;
    Ok(Plan { layout, binaries, identity, fragment, last_settings, disk_mb })
}

/// The options of `initdb` besides its directory, in one line.
pub(super) fn initdb_options(major: u32, locale: &str) -> String {
    let mut options = format!(
        "--no-sync --no-instructions --auth=trust --username=postgres --encoding=UTF8 --locale={locale}"
    );
    // On by default since 18. Without them all versions are measured alike.
    if major >= 18 {
        options.push_str(" --no-data-checksums");
    }
    options
}

/// The user `name` in the text of `/etc/passwd`; root by another name is none.
fn find_user(passwd: &str, name: &str) -> Option<Identity> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        if fields.next() != Some(name) {
            return None;
        }
        let uid = fields.nth(1)?.parse().ok()?;
        let gid = fields.next()?.parse().ok()?;
        (uid != 0).then_some(Identity { uid, gid })
    })
}

/// The first directory or program on the way to `path` that lacks the x bit
/// for `user`.
fn blocked_at(path: &Path, user: Identity) -> Option<PathBuf> {
    let mut way: Vec<&Path> = path.ancestors().collect();
    way.reverse();
    let blocked = way.into_iter().find(|step| {
        std::fs::metadata(step).is_ok_and(|meta| {
            let shift = match () {
                () if meta.uid() == user.uid => 6,
                () if meta.gid() == user.gid => 3,
                () => 0,
            };
            (meta.mode() >> shift) & 1 == 0
        })
    });
    blocked.map(Path::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    const PASSWD: &str = "root:x:0:0:root:/root:/bin/bash\n\
        nobody:x:65534:65533:nobody:/nonexistent:/usr/sbin/nologin\n\
        postgresql:x:7:7::/:/bin/sh\nbroken:x\ntoor:x:0:0::/:/bin/sh\n";

    #[test]
    fn finds_users_by_their_whole_name() {
        let nobody = Identity { uid: 65534, gid: 65533 };
        assert_eq!(find_user(PASSWD, "nobody"), Some(nobody));
        for name in ["postgres", "broken", "toor", "root", ""] {
            assert_eq!(find_user(PASSWD, name), None, "{name}");
        }
    }

    #[test]
    fn options_follow_the_version() {
        assert!(!initdb_options(17, "C").contains("checksums"));
        assert!(initdb_options(18, "C").ends_with("--no-data-checksums"));
        assert!(initdb_options(15, "C.UTF-8").ends_with("--locale=C.UTF-8"));
    }

    #[test]
    fn finds_the_closed_directory() {
        let dir = std::env::temp_dir().join(format!("pgvalidate-way-{}", std::process::id()));
        std::fs::create_dir_all(dir.join("in")).unwrap();
        std::fs::set_permissions(&dir, PermissionsExt::from_mode(0o700)).unwrap();
        let stranger = Identity { uid: 4_000_001, gid: 4_000_001 };
        let blocked = blocked_at(&dir.join("in"), stranger);
        let owner = std::fs::metadata(&dir).unwrap();
        let own = Identity { uid: owner.uid(), gid: owner.gid() };
        let free = blocked_at(&dir, own);
        std::fs::remove_dir_all(&dir).unwrap();
        assert_eq!(blocked, Some(dir));
        assert_eq!(free, None);
    }

    #[test]
    fn a_long_base_directory_is_refused_by_name() {
        let base = std::env::temp_dir().join(format!("{:0>90}", std::process::id()));
        std::fs::create_dir_all(&base).unwrap();
        let options = ServerOptions { base_dir: Some(base.clone()), ..ServerOptions::default() };
        let refused = plan(&options);
        std::fs::remove_dir(&base).unwrap();
        // Without the server programs there is nothing to refuse.
        if !matches!(refused, Err(ServerError::NoBinaries {})) {
            assert!(matches!(refused, Err(ServerError::SocketPathTooLong { .. })), "{refused:?}");
        }
    }
}
