//! The target: where to connect to and how, settled once, as libpq would.

use super::connect::Connected;
use super::conninfo;
use super::environment::Environment;
use super::error::{SessionError, TargetWarning};
use super::handshake::Connector;
use super::host::{Host, Login, Place, add_passwords, hosts};
use super::params::Parameters;
use super::pooler::Pooler;
use super::resolve::resolve;
use super::session_attrs::SessionAttrs;
use super::sslmode::Mode;
use super::tls;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::OnceCell;
use tokio_postgres::Config;
use tokio_postgres::config::{ChannelBinding, SslNegotiation};

/// How long a connection attempt may take where nothing else is said.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long sent bytes may stay unacknowledged before the kernel gives the
/// connection up: without it a vanished server is noticed after many minutes.
const TCP_USER_TIMEOUT: Duration = Duration::from_secs(30);

/// Where to connect to, with user, password and database. Clones share what
/// was learned of the server.
#[derive(Clone)]
pub struct Target {
    pub(super) inner: Arc<Settled>,
}

/// What was settled, and what was learned.
pub(super) struct Settled {
    pub(super) hosts: Vec<Host>,
    pub(super) login: Login,
    pub(super) mode: Mode,
    pub(super) connector: Connector,
    pub(super) attrs: SessionAttrs,
    /// None waits for ever.
    pub(super) connect_timeout: Option<Duration>,
    template: Config,
    /// What was given besides hosts, login and secrets, as words of a connection string.
    words: Vec<(&'static str, String)>,
    warnings: Vec<TargetWarning>,
    pooler: OnceCell<Pooler>,
    last: Mutex<Option<Door>>,
    plain_network: AtomicBool,
}

/// One address to knock at: a host, by its number, and one of its addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Door {
    pub(super) host: usize,
    /// None for a socket.
    pub(super) address: Option<IpAddr>,
}

impl std::fmt::Debug for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Target({})", self.address())
    }
}

impl Target {
    /// The target that a URL (`postgresql://…`) or key=value string means
    /// here: what it leaves open comes from the service, the PG* variables and
    /// the password file, as in libpq.
    ///
    /// # Errors
    /// Where something can't be read, isn't supported or isn't there.
    pub fn parse(url: &str) -> Result<Target, SessionError> {
        Target::resolve(url, &Environment::of_process())
    }

    /// The target that a string means by itself, as a private server's does.
    ///
    /// # Errors
    /// As [`Target::parse`].
    pub fn parse_alone(url: &str) -> Result<Target, SessionError> {
        Target::resolve(url, &Environment::alone())
    }

    /// The target that a string means in `environment`.
    ///
    /// # Errors
    /// As [`Target::parse`].
    pub fn resolve(url: &str, environment: &Environment) -> Result<Target, SessionError> {
        let parameters = resolve(url, environment)?;
        let mut hosts = hosts(&parameters, environment)?;
        let user = parameters.get("user").or(environment.user.as_deref()).unwrap_or("postgres");
        let database = parameters.get("dbname").unwrap_or(user).to_owned();
        let login = Login { user: user.to_owned(), database };
        let warning = add_passwords(&mut hosts, &login, &parameters, environment);
        let mode = Mode::of(&parameters)?;
        let no_tls = mode == Mode::Disable
            || hosts.iter().all(|host| matches!(host.place, Place::Socket(_)));
        let connector = match no_tls {
            true => tls::unused()?,
            false => tls::connector(&parameters, mode, environment)?,
        };
        Ok(Target {
            inner: Arc::new(Settled {
                hosts,
                mode,
                connector,
                attrs: SessionAttrs::of(&parameters)?,
                connect_timeout: connect_timeout(&parameters)?,
                template: template(&parameters, &login)?,
                words: parameters.kept(),
                login,
                warnings: warning.into_iter().collect(),
                pooler: OnceCell::new_with(Pooler::of(&parameters)?),
                last: Mutex::default(),
                plain_network: AtomicBool::new(false),
            }),
        })
    }

    /// The driver's configuration for a session that calls itself
    /// `application_name`, but for host and password.
    pub fn config(&self, application_name: &str) -> Config {
        let mut config = self.inner.template.clone();
        config.application_name(application_name);
        config
    }

    /// The same server and database as another role, by a password: a role's that the tool made.
    pub fn as_role(&self, user: &str, password: &str) -> Target {
        let inner = &self.inner;
        let mut hosts = inner.hosts.clone();
        hosts.iter_mut().for_each(|host| host.password = Some(password.to_owned()));
        let mut template = inner.template.clone();
        template.user(user);
        Target {
            inner: Arc::new(Settled {
                hosts,
                login: Login { user: user.to_owned(), database: inner.login.database.clone() },
                mode: inner.mode,
                connector: inner.connector.clone(),
                attrs: inner.attrs,
                connect_timeout: inner.connect_timeout,
                template,
                words: inner.words.clone(),
                warnings: Vec::new(),
                last: Mutex::new(self.last()),
                // Known where it stands; else found out anew.
                pooler: OnceCell::new_with(inner.pooler.get().copied()),
                plain_network: AtomicBool::new(false),
            }),
        }
    }

    /// What a person should know, and what stops nothing.
    pub fn warnings(&self) -> &[TargetWarning] {
        &self.inner.warnings
    }

    /// What stands before the server: as the connection string says, or as the
    /// first session finds out.
    pub(super) async fn pooler(&self, first: &Connected) -> Result<Pooler, tokio_postgres::Error> {
        self.inner.pooler.get_or_try_init(|| Box::pin(Pooler::find(self, first))).await.copied()
    }

    /// Whether a session was opened that can be read on a network, its
    /// password too: without TLS, and not on a socket or the loopback interface.
    pub fn is_plain_network(&self) -> bool {
        self.inner.plain_network.load(Ordering::Relaxed)
    }

    /// Whether the server runs on this machine, as far as its address says: the
    /// last session was opened on a socket or the loopback interface. (Behind
    /// either there may be a container.) Not before there was a session.
    pub fn is_local(&self) -> bool {
        let loopback = |address: IpAddr| address.to_canonical().is_loopback();
        self.last().is_some_and(|door| door.address.is_none_or(loopback))
    }

    /// Whether the last session was opened on a socket.
    pub fn is_socket(&self) -> bool {
        self.last().is_some_and(|door| door.address.is_none())
    }

    /// The address for people: role, host, port, database; never the password.
    pub fn address(&self) -> String {
        let hosts: Vec<_> = self.inner.hosts.iter().map(Host::address).collect();
        self.inner.login.at(&hosts.join(","))
    }

    /// The host and port where the last session was opened; None before there was one.
    pub fn reached(&self) -> Option<String> {
        self.last().map(|door| self.inner.hosts[door.host].address())
    }

    /// A connection string that leads there again, to no other of the hosts: without the password,
    /// which has to come from the environment or the password file. None before there was a session.
    pub fn reached_again(&self) -> Option<String> {
        let host = &self.inner.hosts[self.last()?.host];
        let login = &self.inner.login;
        let port = host.port.to_string();
        let mut words = vec![
            ("host", host.name.as_str()),
            ("port", &port),
            ("dbname", &login.database),
            ("user", &login.user),
        ];
        let address = match (&host.place, host.name.parse::<IpAddr>()) {
            (Place::Address(address), Err(_)) => Some(address.to_string()),
            _ => None,
        };
        words.extend(address.as_deref().map(|address| ("hostaddr", address)));
        words.extend(self.inner.words.iter().map(|(name, value)| (*name, value.as_str())));
        Some(conninfo::write(&words))
    }

    /// Remembers where a session was opened, so that the next one goes there.
    pub(super) fn opened(&self, door: Door, encrypted: bool) {
        *self.inner.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(door);
        if !encrypted && door.address.is_some_and(|address| !address.to_canonical().is_loopback()) {
            self.inner.plain_network.store(true, Ordering::Relaxed);
        }
    }

    /// Where the last session was opened.
    pub(super) fn last(&self) -> Option<Door> {
        *self.inner.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Host {
    fn address(&self) -> String {
        match &self.place {
            Place::Address(IpAddr::V6(_)) if self.name.contains(':') => {
                format!("[{}]:{}", self.name, self.port)
            }
            _ => format!("{}:{}", self.name, self.port),
        }
    }
}

impl Login {
    /// Host, database and role for people.
    fn at(&self, host: &str) -> String {
        format!("{host}/{} as {}", self.database, self.user)
    }
}

impl Settled {
    /// The address of one host for people.
    pub(super) fn address_of(&self, host: &Host) -> String {
        self.login.at(&host.address())
    }
}

/// Nothing means ours, zero and less for ever.
fn connect_timeout(parameters: &Parameters) -> Result<Option<Duration>, SessionError> {
    Ok(match parameters.number("connect_timeout")? {
        None => Some(CONNECT_TIMEOUT),
        Some(seconds) => u64::try_from(seconds).ok().filter(|s| *s > 0).map(Duration::from_secs),
    })
}

/// What is the same for every host.
fn template(parameters: &Parameters, login: &Login) -> Result<Config, SessionError> {
    let mut config = Config::new();
    config.user(&login.user).dbname(&login.database);
    if let Some(options) = parameters.get("options") {
        config.options(options);
    }
    let bindings = [
        ("disable", ChannelBinding::Disable),
        ("prefer", ChannelBinding::Prefer),
        ("require", ChannelBinding::Require),
    ];
    config.channel_binding(parameters.choice(
        "channel_binding",
        &bindings,
        ChannelBinding::Prefer,
    )?);
    let negotiations = [("postgres", SslNegotiation::Postgres), ("direct", SslNegotiation::Direct)];
    let negotiation =
        parameters.choice("sslnegotiation", &negotiations, SslNegotiation::Postgres)?;
    config.ssl_negotiation(negotiation);
    // Zero is the system's default, as in libpq.
    let positive = |name| -> Result<Option<u64>, SessionError> {
        Ok(parameters.number(name)?.and_then(|n| u64::try_from(n).ok()).filter(|n| *n > 0))
    };
    config.keepalives(parameters.number("keepalives")? != Some(0));
    if let Some(seconds) = positive("keepalives_idle")? {
        config.keepalives_idle(Duration::from_secs(seconds));
    }
    if let Some(seconds) = positive("keepalives_interval")? {
        config.keepalives_interval(Duration::from_secs(seconds));
    }
    if let Some(count) = positive("keepalives_count")? {
        config.keepalives_retries(u32::try_from(count).unwrap_or(u32::MAX));
    }
    match parameters.number("tcp_user_timeout")? {
        None => config.tcp_user_timeout(TCP_USER_TIMEOUT),
        Some(ms) => config.tcp_user_timeout(Duration::from_millis(u64::try_from(ms).unwrap_or(0))),
    };
    Ok(config)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::keyword;

    proptest::proptest! {
        /// Whatever stands in a connection string, it is a target or an error
        /// with words, and neither shows the password.
        #[test]
        fn every_string_is_a_target_or_an_error(
            words in proptest::collection::vec(
                (proptest::sample::select(keyword::KEYWORDS),
                 proptest::prop_oneof!["[a-z0-9.,:-]{0,8}", "\\PC{0,8}", "-?[0-9]{1,12}"]), 0..6),
        ) {
            let secret = ("password", "s3cret-of-the-test".to_owned());
            // What names files of this machine is another test's.
            let plain = words.into_iter().filter(|(keyword, _)| !keyword.name.contains("file"));
            let all: Vec<_> = plain.map(|(k, v)| (k.name, v)).chain([secret]).collect();
            let words: Vec<_> = all.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let said = match Target::parse_alone(&conninfo::write(&words)) {
                Ok(target) => format!("{target:?} {:?}", target.config("x")),
                Err(error) => error.to_string(),
            };
            proptest::prop_assert!(!said.contains("s3cret"), "{said}");
        }
    }

    #[test]
    fn the_address_holds_no_password() {
        for url in [
            "postgresql://dba:s3cret@db.example:5433/app",
            "host=db.example port=5433 user=dba password=s3cret dbname=app",
        ] {
            let target = Target::parse_alone(url).unwrap();
            assert_eq!(target.address(), "db.example:5433/app as dba");
            assert!(!format!("{target:?} {:?}", target.config("x")).contains("s3cret"));
        }
        let many = Target::parse_alone("postgresql://u@a:1,[::1]:2/d").unwrap();
        assert_eq!(many.address(), "a:1,[::1]:2/d as u");
    }

    #[test]
    fn the_way_back_leads_to_the_same_host_and_holds_no_secret() {
        let target = Target::parse_alone(
            r"host=a,b hostaddr=10.0.0.1,10.0.0.2 port=1,2 user='it\'s' password=s3cret dbname=app
              sslmode=prefer options='-c work_mem=1MB' target_session_attrs=primary",
        )
        .unwrap();
        assert_eq!((target.reached(), target.reached_again()), (None, None));
        target.opened(Door { host: 1, address: Some([10, 0, 0, 2].into()) }, true);
        assert_eq!(target.reached().as_deref(), Some("b:2"));
        let again = target.reached_again().unwrap();
        for absent in ["s3cret", "work_mem", "primary", "10.0.0.1"] {
            assert!(!again.contains(absent), "{again}");
        }
        let again = Target::parse_alone(&again).unwrap();
        assert_eq!(again.address(), "b:2/app as it's");
        assert_eq!(again.inner.hosts[0].place, Place::Address([10, 0, 0, 2].into()));
        assert_eq!(again.inner.mode, target.inner.mode);
    }

    #[test]
    fn bad_strings_are_errors_that_say_what_to_do() {
        let text = |url| Target::parse_alone(url).unwrap_err().to_string();
        assert!(text("postgresql://h:port/db").contains("--url can't be read"));
        let split = text("postgresql://dba:p@secr3t@db/app");
        assert!(split.contains("%40") && !split.contains("secr3t"), "{split}");
        assert!(text("nonsense").contains("--url can't be read"));
        assert!(text("host=h connect_timeout=soon").contains("connect_timeout"));
        assert!(text("host=h channel_binding=maybe").contains("require"));
        assert!(text("host=h target_session_attrs=any,old").contains("read-write"));
    }

    #[test]
    fn the_password_file_is_read_for_each_host_and_warned_of() {
        use std::os::unix::fs::PermissionsExt;
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join(".pgpass");
        std::fs::write(&path, "a:5432:app:dba:one\nb:*:*:*:two\n").unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).unwrap();
        let environment =
            Environment { home: Some(home.path().to_owned()), ..Environment::alone() };
        let target = |url| Target::resolve(url, &environment).unwrap();
        let passwords =
            |url| target(url).inner.hosts.iter().map(|h| h.password.clone()).collect::<Vec<_>>();
        let [one, two] = ["one", "two"].map(|s| Some(s.to_owned()));
        assert_eq!(passwords("postgresql://dba@a,b,c/app"), [one, two, None]);
        assert_eq!(passwords("postgresql://dba:x@a/app"), [Some("x".to_owned())]);
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o644)).unwrap();
        let open = target("postgresql://dba@a/app");
        assert_eq!(open.inner.hosts[0].password, None);
        assert!(matches!(open.warnings(), [TargetWarning::OpenPassfile { .. }]));
        // Nobody needs it here, so nobody is warned.
        assert!(target("postgresql://dba:x@a/app").warnings().is_empty());
    }

    #[test]
    fn only_plain_text_on_a_network_can_be_read_there() {
        let opened = |address: Option<&str>, encrypted| {
            let target = Target::parse_alone("host=h").unwrap();
            let address = address.map(|address| address.parse().unwrap());
            target.clone().opened(Door { host: 0, address }, encrypted);
            target.is_plain_network()
        };
        assert!(opened(Some("10.0.0.1"), false) && opened(Some("fe80::1"), false));
        assert!(!opened(Some("10.0.0.1"), true) && !opened(None, false));
        for loopback in ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"] {
            assert!(!opened(Some(loopback), false), "{loopback}");
        }
    }

    #[test]
    fn a_server_is_local_where_its_session_is() {
        let target = Target::parse_alone("host=h").unwrap();
        assert!(!target.is_local());
        for (address, local) in [(Some("10.0.0.1"), false), (Some("127.0.0.1"), true), (None, true)]
        {
            let address = address.map(|address| address.parse().unwrap());
            target.opened(Door { host: 0, address }, true);
            assert_eq!(target.is_local(), local, "{address:?}");
        }
    }

    #[test]
    fn the_environment_alone_names_a_target() {
        let variables = [("PGHOST", "db.example"), ("PGUSER", "dba"), ("PGDATABASE", "app")];
        let environment = Environment {
            variables: variables.iter().map(|(n, v)| ((*n).into(), (*v).into())).collect(),
            ..Environment::alone()
        };
        let target = Target::resolve("postgresql://", &environment).unwrap();
        assert_eq!(target.address(), "db.example:5432/app as dba");
    }
}
