//! What the process's surroundings say about connecting: variables, the home
//! directory, the user's name. Passed in, so that tests have their own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Where packages look for `pg_service.conf` without PGSYSCONFDIR; libpq has
/// one of them compiled in.
const SYSTEM_DIRS: [&str; 4] =
    ["/etc/postgresql-common", "/etc/sysconfig/pgsql", "/etc/pgsql", "/usr/local/pgsql/etc"];

/// Where servers put their sockets: Debian's and Red Hat's packages, and PostgreSQL itself.
const SOCKET_DIRS: [&str; 2] = ["/var/run/postgresql", "/tmp"];

/// The surroundings.
#[derive(Clone, Default)]
pub struct Environment {
    /// Environment variables.
    pub variables: BTreeMap<String, String>,
    /// The user's home.
    pub home: Option<PathBuf>,
    /// The operating system's name of the user.
    pub user: Option<String>,
    /// Directories with a `pg_service.conf` for all users, where PGSYSCONFDIR names none.
    pub system_dirs: Vec<PathBuf>,
    /// Directories where a server's socket may be.
    pub socket_dirs: Vec<PathBuf>,
}

impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The values may be passwords.
        let names: Vec<_> = self.variables.keys().collect();
        f.debug_struct("Environment").field("variables", &names).finish_non_exhaustive()
    }
}

impl Environment {
    /// This process's.
    pub fn of_process() -> Environment {
        let variables: BTreeMap<_, _> = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        let passwd = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
        let uid = rustix::process::geteuid().as_raw();
        let entry = passwd_entry(&passwd, uid);
        let variable = |name: &str| variables.get(name).filter(|value| !value.is_empty()).cloned();
        Environment {
            home: variable("HOME")
                .or_else(|| entry.map(|(_, home)| home.to_owned()))
                .map(Into::into),
            user: entry
                .map(|(name, _)| name.to_owned())
                .or_else(|| variable("USER"))
                .or_else(|| variable("LOGNAME")),
            system_dirs: SYSTEM_DIRS.map(PathBuf::from).to_vec(),
            ..Environment { variables, ..Environment::alone() }
        }
    }

    /// None: a connection string alone decides, as for a server of our own.
    pub fn alone() -> Environment {
        Environment {
            socket_dirs: SOCKET_DIRS.map(PathBuf::from).to_vec(),
            ..Environment::default()
        }
    }

    /// A variable's value; an empty one counts as given.
    pub(super) fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str)
    }

    /// A path below the home directory.
    pub(super) fn at_home(&self, path: impl AsRef<Path>) -> Option<PathBuf> {
        self.home.as_ref().map(|home| home.join(path))
    }

    /// The directory of the socket for `port`: the one where there is a socket.
    pub(super) fn socket_dir(&self, port: u16) -> Option<&Path> {
        let found = |dir: &&PathBuf| dir.join(format!(".s.PGSQL.{port}")).exists();
        self.socket_dirs.iter().find(found).map(PathBuf::as_path)
    }
}

/// The name and the home of the user `uid` in the text of `/etc/passwd`.
fn passwd_entry(passwd: &str, uid: u32) -> Option<(&str, &str)> {
    passwd.lines().find_map(|line| {
        let fields: Vec<_> = line.split(':').collect();
        let [name, _, id, _, _, home, ..] = fields[..] else { return None };
        (id.parse() == Ok(uid)).then_some((name, home))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_user_is_found_by_number() {
        let passwd =
            "root:x:0:0:root:/root:/bin/sh\nbroken:x:7\nan:x:1000:1000:An,,,:/home/an:/bin/sh\n";
        assert_eq!(passwd_entry(passwd, 1000), Some(("an", "/home/an")));
        assert_eq!(passwd_entry(passwd, 7), None);
    }
}
