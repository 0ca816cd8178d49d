//! The hosts of a target, each with its port and its password.

use super::environment::Environment;
use super::error::{SessionError, TargetWarning};
use super::malformed;
use super::params::Parameters;
use super::passfile::{self, Unusable, Wanted};
use std::net::IpAddr;
use std::path::PathBuf;

/// PostgreSQL's port.
const PORT: u16 = 5432;

/// Where a host is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// The directory of a socket.
    Socket(PathBuf),
    /// An address that needs no resolving.
    Address(IpAddr),
    /// A name.
    Name(String),
}

/// One of the hosts.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Host {
    /// As it was written, for people, certificates and the password file.
    pub(super) name: String,
    /// Where it is.
    pub(super) place: Place,
    /// Its port.
    pub(super) port: u16,
    /// The password for it.
    pub(super) password: Option<String>,
}

/// Whom to log in as, and where.
#[derive(Debug, Clone)]
pub(super) struct Login {
    pub(super) user: String,
    pub(super) database: String,
}

/// The hosts that the parameters name; without any the server on this machine.
///
/// # Errors
/// Where the lists don't fit together.
pub(super) fn hosts(
    parameters: &Parameters,
    environment: &Environment,
) -> Result<Vec<Host>, SessionError> {
    let list = |name| parameters.get(name).map(|v| v.split(',').map(str::trim).collect::<Vec<_>>());
    let (names, addresses, ports) = (list("host"), list("hostaddr"), list("port"));
    let count = match (&names, &addresses) {
        (Some(names), Some(addresses)) if names.len() != addresses.len() => {
            return Err(malformed::as_error(malformed::COUNTS));
        }
        (Some(list), _) | (None, Some(list)) => list.len(),
        (None, None) => 1,
    };
    let ports = ports.unwrap_or_default();
    if ports.len() > 1 && ports.len() != count {
        return Err(malformed::as_error(malformed::COUNTS));
    }
    (0..count)
        .map(|index| {
            let at = |list: &Option<Vec<&str>>| {
                list.as_ref()
                    .and_then(|list| list.get(index).copied())
                    .unwrap_or_default()
                    .to_owned()
            };
            let port = match ports.get(index).or(ports.first()).copied().unwrap_or_default() {
                "" => PORT,
                text => text
                    .parse()
                    .ok()
                    .filter(|port| *port > 0)
                    .ok_or_else(|| malformed::as_error(malformed::PORT))?,
            };
            one_host(at(&names), &at(&addresses), port, environment)
        })
        .collect()
}

fn one_host(
    name: String,
    address: &str,
    port: u16,
    environment: &Environment,
) -> Result<Host, SessionError> {
    let host = |name, place| Ok(Host { name, place, port, password: None });
    // No parser knows such a name; it is the rest of a password that holds an @.
    if name.contains('@') && !name.starts_with('/') {
        return Err(malformed::as_error(malformed::AT));
    }
    if !address.is_empty() {
        let place = address.parse().map_err(|_| malformed::as_error(malformed::HOSTADDR))?;
        let name = if name.is_empty() { address.to_owned() } else { name };
        return host(name, Place::Address(place));
    }
    if name.is_empty() {
        return match environment.socket_dir(port) {
            Some(dir) => host(dir.display().to_string(), Place::Socket(dir.to_owned())),
            None => host("localhost".to_owned(), Place::Name("localhost".to_owned())),
        };
    }
    if name.starts_with('/') {
        let dir = PathBuf::from(&name);
        return host(name, Place::Socket(dir));
    }
    match name.parse() {
        Ok(address) => host(name, Place::Address(address)),
        Err(_) => host(name.clone(), Place::Name(name)),
    }
}

/// Gives every host its password, from the parameters or the password file.
/// What keeps that file from being used is only to be told.
pub(super) fn add_passwords(
    hosts: &mut [Host],
    login: &Login,
    parameters: &Parameters,
    environment: &Environment,
) -> Option<TargetWarning> {
    if let Some(password) = parameters.get("password") {
        hosts.iter_mut().for_each(|host| host.password = Some(password.to_owned()));
        return None;
    }
    let named = parameters.get("passfile").map(PathBuf::from);
    let path = named.or_else(|| environment.at_home(".pgpass"))?;
    let text = match passfile::read(&path) {
        Ok(text) => text?,
        Err(reason) => {
            let path = path.display().to_string();
            return Some(match reason {
                Unusable::Open => TargetWarning::OpenPassfile { path },
                Unusable::NotAFile => TargetWarning::PassfileNotAFile { path },
            });
        }
    };
    for host in hosts {
        let Login { user, database } = login;
        let wanted = Wanted { host: &host.name, port: host.port, database, user };
        host.password = passfile::password(&text, &wanted, &environment.socket_dirs);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Host>, String> {
        let parameters = Parameters::parse(text).map_err(|e| e.to_string())?;
        hosts(&parameters, &Environment::default()).map_err(|e| e.to_string())
    }

    #[test]
    fn lists_go_together() {
        let all = read("host=a,/tmp,10.0.0.1 port=1,,3").unwrap();
        let seen: Vec<_> = all.iter().map(|h| (h.place.clone(), h.port)).collect();
        assert_eq!(
            seen,
            [
                (Place::Name("a".into()), 1),
                (Place::Socket("/tmp".into()), 5432),
                (Place::Address([10, 0, 0, 1].into()), 3),
            ]
        );
        assert!(read("host=a,b port=7").unwrap().iter().all(|host| host.port == 7));
        let both = &read("host=db hostaddr=10.0.0.1").unwrap()[0];
        assert_eq!(
            (both.name.as_str(), &both.place),
            ("db", &Place::Address([10, 0, 0, 1].into()))
        );
        assert_eq!(read("hostaddr=::1").unwrap()[0].name, "::1");
        for bad in [
            "host=a,b port=1,2,3",
            "host=a hostaddr=::1,::2",
            "port=0",
            "port=99999",
            "hostaddr=db",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn without_a_host_it_is_the_socket_that_is_there_or_localhost() {
        assert_eq!(read("user=u").unwrap()[0].place, Place::Name("localhost".into()));
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(".s.PGSQL.5433"), "").unwrap();
        let environment = Environment {
            socket_dirs: vec!["/nowhere".into(), dir.path().to_owned()],
            ..Environment::default()
        };
        let found = hosts(&Parameters::parse("port=5433").unwrap(), &environment).unwrap();
        assert_eq!(found[0].place, Place::Socket(dir.path().to_owned()));
    }
}
