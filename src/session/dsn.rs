//! The target: a connection string, read and checked once.

use super::SessionError;
use std::time::Duration;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

/// How long a connection attempt may take where the connection string says nothing.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long sent bytes may stay unacknowledged before the kernel gives the
/// connection up: without it a vanished server is noticed after many minutes.
const TCP_USER_TIMEOUT: Duration = Duration::from_secs(30);

/// Where to connect to, with user, password and database.
#[derive(Debug, Clone)]
pub struct Target {
    config: Config,
}

impl Target {
    /// Reads a URL (`postgresql://…`) or key=value string. The password may
    /// come from the environment (`PGPASSWORD`), which keeps it out of `ps`.
    ///
    /// # Errors
    /// Where it doesn't parse, names no host, or asks for TLS.
    pub fn parse(url: &str) -> Result<Target, SessionError> {
        if url.contains("sslmode=verify-") {
            return Err(SessionError::TlsNotSupported {});
        }
        let mut config: Config = url.parse().map_err(|e: tokio_postgres::Error| {
            SessionError::BadUrl { detail: super::error::describe(&e) }
        })?;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err(SessionError::NoHost {});
        }
        // The driver ends the password at the first @, so a part of it would be shown as a host.
        if config.get_hosts().iter().any(|h| matches!(h, Host::Tcp(name) if name.contains('@'))) {
            let detail = "an @ in the user or the password must be written as %40".to_owned();
            return Err(SessionError::BadUrl { detail });
        }
        match config.get_ssl_mode() {
            SslMode::Disable => {}
            // Plain text even where the server has TLS; the run says so (`is_plain_network`).
            SslMode::Prefer => {
                config.ssl_mode(SslMode::Disable);
            }
            _ => return Err(SessionError::TlsNotSupported {}),
        }
        if config.get_password().is_none()
            && let Ok(password) = std::env::var("PGPASSWORD")
        {
            config.password(password);
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_TIMEOUT);
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(TCP_USER_TIMEOUT);
        }
        Ok(Target { config })
    }

    /// The driver's configuration for a session that calls itself `application_name`.
    pub fn config(&self, application_name: &str) -> Config {
        let mut config = self.config.clone();
        config.application_name(application_name);
        config
    }

    /// Whether what is sent, a password too, can be read on a network: not on
    /// a socket or the loopback interface.
    pub fn is_plain_network(&self) -> bool {
        self.config.get_hosts().iter().any(|host| match host {
            Host::Unix(_) => false,
            Host::Tcp(name) => {
                let loopback = name.parse::<std::net::IpAddr>().map(|ip| ip.is_loopback());
                name != "localhost" && loopback != Ok(true)
            }
        })
    }

    /// Whether the server runs on this machine, as far as the address says: it
    /// is on a socket or the loopback interface. (Behind either there may be a
    /// container.)
    pub fn is_local(&self) -> bool {
        let addresses = self.config.get_hostaddrs();
        let is_loopback = |name: &str| {
            name == "localhost"
                || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
        };
        let hosts = self.config.get_hosts().iter().all(|host| match host {
            Host::Unix(_) => true,
            Host::Tcp(name) => is_loopback(name),
        });
        // An address is what is connected to, whatever the host is called.
        match addresses {
            [] => hosts,
            _ => addresses.iter().all(std::net::IpAddr::is_loopback),
        }
    }

    /// The address for people: role, host, port, database; never the password.
    pub fn address(&self) -> String {
        let hosts = self.config.get_hosts().iter().enumerate().map(|(i, host)| {
            let ports = self.config.get_ports();
            let port = ports.get(i).or(ports.first()).copied().unwrap_or(5432);
            match host {
                Host::Tcp(name) => format!("{name}:{port}"),
                Host::Unix(path) => format!("{}:{port}", path.display()),
            }
        });
        let hosts = match self.config.get_hosts() {
            [] => self.config.get_hostaddrs().iter().map(ToString::to_string).collect(),
            _ => hosts.collect::<Vec<_>>(),
        };
        let user = self.config.get_user().unwrap_or("(current user)");
        let database = self.config.get_dbname().unwrap_or(user);
        format!("{}/{database} as {user}", hosts.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_holds_no_password() {
        for url in [
            "postgresql://dba:s3cret@db.example:5433/app",
            "host=db.example port=5433 user=dba password=s3cret dbname=app",
        ] {
            let target = Target::parse(url).unwrap();
            assert_eq!(target.address(), "db.example:5433/app as dba");
        }
    }

    #[test]
    fn a_server_is_local_where_every_address_is() {
        let is_local = |url| Target::parse(url).unwrap().is_local();
        assert!(is_local("host=/run/postgresql") && is_local("host=localhost"));
        assert!(is_local("host=127.0.0.1,::1") && is_local("host=db hostaddr=127.0.0.1"));
        assert!(!is_local("host=db.example") && !is_local("host=localhost,db.example"));
        assert!(!is_local("host=localhost hostaddr=192.0.2.1"));
    }

    #[test]
    fn bad_strings_are_errors_that_say_what_to_do() {
        let text = |url| Target::parse(url).unwrap_err().to_string();
        assert!(text("postgresql://h:port/db").contains("--url can't be read"));
        let split = text("postgresql://dba:p@secr3t@db/app");
        assert!(split.contains("%40") && !split.contains("secr3t"), "{split}");
        assert!(text("nonsense").contains("--url can't be read"));
        assert!(text("user=dba").contains("names no host"));
        assert!(text("host=h sslmode=require").contains("TLS"));
    }
}
