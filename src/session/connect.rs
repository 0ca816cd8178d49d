//! Opening a connection: host by host, with or without TLS, until one will do.

use super::cancel::Cancel;
use super::carried;
use super::delay::{Delay, Delayed};
use super::error::{SessionError, Tried, describe};
use super::handshake::Reached;
use super::host::{Host, Place};
use super::session_attrs::SessionAttrs;
use super::socket::OwnSocket;
use super::sslmode::Step;
use super::target::{Door, Target};
use futures_util::future::poll_fn;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinHandle;
use tokio_postgres::config::SslMode;
use tokio_postgres::error::{DbError, SqlState};
use tokio_postgres::tls::TlsStream;
use tokio_postgres::{AsyncMessage, Client, Connection, SimpleQueryMessage};

/// What the server tells that isn't an answer.
pub(super) type Warnings = Arc<Mutex<Vec<String>>>;

/// An open connection.
pub(super) struct Connected {
    pub(super) client: Client,
    pub(super) carrier: Carrier,
    pub(super) warnings: Warnings,
    pub(super) notifications: Warnings,
    pub(super) cancel: Cancel,
    pub(super) encrypted: bool,
    /// What makes its replies arrive later; None where nothing can.
    pub(super) delay: Option<Delay>,
}

/// How a connection is opened.
#[derive(Debug, Clone, Copy)]
pub(super) struct Opening<'a> {
    /// What it calls itself.
    pub(super) application_name: &'a str,
    /// Whether its replies can be made to arrive later: then its socket is
    /// opened here and not by the driver.
    pub(super) delayed: bool,
}

impl<'a> Opening<'a> {
    /// In the ordinary way.
    pub(super) fn ordinary(application_name: &'a str) -> Opening<'a> {
        Opening { application_name, delayed: false }
    }
}

/// The task that carries a connection. Dropping it closes the socket at once:
/// without that, the driver would first send what was already queued.
pub(super) struct Carrier(pub(super) Option<JoinHandle<()>>);

impl Drop for Carrier {
    fn drop(&mut self) {
        if let Some(task) = self.0.take() {
            task.abort();
        }
    }
}

/// Why a connection could not be opened.
pub(super) enum Failure {
    /// The driver's or the server's error, and how far the attempt came.
    Driver { address: String, error: tokio_postgres::Error, reached: Reached },
    /// Ours.
    Ours(SessionError),
}

impl Failure {
    /// For people.
    pub(super) fn into_session_error(self) -> SessionError {
        match self {
            Failure::Driver { address, error, .. } => SessionError::connecting(&address, error),
            Failure::Ours(error) => error,
        }
    }

    /// As the driver's, which pools pass on.
    pub(super) async fn into_driver_error(self) -> tokio_postgres::Error {
        match self {
            Failure::Driver { error, .. } => error,
            Failure::Ours(error) => carried::as_driver_error(error).await,
        }
    }

    /// Whether the server knew what it refused: another host is no help then.
    fn is_final(&self) -> bool {
        match self {
            Failure::Driver { error, .. } => {
                error.code().is_some_and(|code| *code != SqlState::CANNOT_CONNECT_NOW)
            }
            Failure::Ours(_) => false,
        }
    }

    fn reached_server(&self) -> bool {
        match self {
            Failure::Driver { reached, .. } => *reached > Reached::Nothing,
            Failure::Ours(error) => matches!(error, SessionError::WrongKind { .. }),
        }
    }

    /// Whether the same host may let us in with TLS instead of without, or
    /// without instead of with: pg_hba.conf wants it so, or the handshake failed.
    fn suggests_other_step(&self) -> bool {
        let Failure::Driver { error, reached, .. } = self else { return false };
        match error.code() {
            Some(code) => *code == SqlState::INVALID_AUTHORIZATION_SPECIFICATION,
            None => *reached == Reached::Handshake,
        }
    }
}

/// Opens a connection. The host where the last one was opened comes first, so
/// that a run stays on one server.
pub(super) async fn connect(target: &Target, opening: Opening<'_>) -> Result<Connected, Failure> {
    let mut failures = Vec::new();
    for attrs in target.inner.attrs.rounds() {
        let mut knocked: Vec<Door> = Vec::new();
        let known = target.last();
        let hosts = known.map(|door| (door.host, Some(door)));
        let all = (0..target.inner.hosts.len()).map(|index| (index, None));
        for (index, door) in hosts.into_iter().chain(all) {
            let doors = match door {
                Some(door) => vec![door],
                None => match doors(index, &target.inner.hosts[index]).await {
                    Ok(doors) => doors,
                    Err(error) => {
                        failures.push(Failure::Ours(error));
                        continue;
                    }
                },
            };
            for door in doors {
                if knocked.contains(&door) {
                    continue;
                }
                knocked.push(door);
                match knock(target, door, *attrs, opening).await {
                    Ok(connected) => {
                        target.opened(door, connected.encrypted);
                        return Ok(connected);
                    }
                    Err(failure) if failure.is_final() => return Err(failure),
                    Err(failure) => failures.push(failure),
                }
            }
        }
    }
    Err(summed_up(target, failures))
}

/// Of one host's addresses the one counts where there was a server; of several
/// hosts all is told.
fn summed_up(target: &Target, mut failures: Vec<Failure>) -> Failure {
    if target.inner.hosts.len() == 1 {
        failures.sort_by_key(Failure::reached_server);
        if let Some(failure) = failures.pop() {
            return failure;
        }
    }
    let tried = Tried(failures.into_iter().map(Failure::into_session_error).collect());
    Failure::Ours(SessionError::NoHostFits { tried })
}

/// The addresses of a host.
async fn doors(index: usize, host: &Host) -> Result<Vec<Door>, SessionError> {
    let name = match &host.place {
        Place::Socket(_) => return Ok(vec![Door { host: index, address: None }]),
        Place::Address(address) => return Ok(vec![Door { host: index, address: Some(*address) }]),
        Place::Name(name) => name,
    };
    let failed = |detail| SessionError::NoSuchHost { host: name.clone(), detail };
    let found = tokio::net::lookup_host((name.as_str(), host.port))
        .await
        .map_err(|error| failed(error.to_string()))?;
    let mut doors: Vec<Door> = Vec::new();
    for address in found {
        let door = Door { host: index, address: Some(address.ip()) };
        if !doors.contains(&door) {
            doors.push(door);
        }
    }
    match doors.is_empty() {
        true => Err(failed("no address".to_owned())),
        false => Ok(doors),
    }
}

/// Tries one address, with and without TLS as sslmode has it.
async fn knock(
    target: &Target,
    door: Door,
    attrs: SessionAttrs,
    opening: Opening<'_>,
) -> Result<Connected, Failure> {
    let steps = match door.address {
        // libpq, too, does no TLS on a socket.
        None => &[Step::Plain],
        Some(_) => target.inner.mode.steps(),
    };
    let mut with_tls = None;
    let mut without = None;
    for step in steps {
        match attempt(target, door, *step, opening).await {
            Ok(connected) => return check_kind(target, door, attrs, connected).await,
            Err(failure) => {
                let go_on = failure.suggests_other_step();
                match step {
                    Step::Plain => without = Some(failure),
                    _ => with_tls = Some(failure),
                }
                if !go_on {
                    break;
                }
            }
        }
    }
    // What TLS failed of says more than that plain text isn't wanted.
    let nothing = || Failure::Ours(SessionError::NoHostFits { tried: Tried(Vec::new()) });
    Err(with_tls.or(without).unwrap_or_else(nothing))
}

async fn attempt(
    target: &Target,
    door: Door,
    step: Step,
    opening: Opening<'_>,
) -> Result<Connected, Failure> {
    let host = &target.inner.hosts[door.host];
    let mut config = target.config(opening.application_name);
    config.port(host.port);
    match (&host.place, door.address) {
        (Place::Socket(dir), _) => config.host_path(dir),
        (_, Some(address)) => config.host(&host.name).hostaddr(address),
        (_, None) => config.host(&host.name),
    };
    if let Some(password) = &host.password {
        config.password(password);
    }
    config.ssl_mode(match step {
        Step::Plain => SslMode::Disable,
        Step::TlsIfThere => SslMode::Prefer,
        Step::Tls => SslMode::Require,
    });
    let connector = target.inner.connector.watched();
    let (warnings, notifications) = (Warnings::default(), Warnings::default());
    let inboxes = || (warnings.clone(), notifications.clone());
    let address = || target.inner.address_of(host);
    let refused =
        |error| Failure::Driver { address: address(), error, reached: connector.reached() };
    let opened = async {
        if !opening.delayed {
            let opened = Box::pin(config.connect(connector.clone())).await;
            let (client, connection) = opened.map_err(refused)?;
            return Ok((client, carry(connection, inboxes()), None));
        }
        let stream = match OwnSocket::open(host, door.address).await {
            Ok(stream) => stream,
            Err(error) => return Err(refused(carried::unopened(error).await)),
        };
        let delay = Delay::default();
        let stream = Delayed::new(stream, delay.clone());
        let opened = Box::pin(config.connect_raw(stream, connector.handshake(&host.name))).await;
        let (client, connection) = opened.map_err(refused)?;
        Ok((client, carry(connection, inboxes()), Some(delay)))
    };
    let (client, carrier, delay) = match target.inner.connect_timeout {
        Some(limit) => tokio::time::timeout(limit, opened).await.map_err(|_| {
            Failure::Ours(SessionError::NoAnswer { address: address(), after_s: limit.as_secs() })
        })??,
        None => opened.await?,
    };
    let encrypted = connector.reached() == Reached::Encrypted;
    let door = opening.delayed.then(|| (host.clone(), door.address));
    let cancel = Cancel::new(client.cancel_token(), connector, door);
    Ok(Connected { client, carrier, warnings, notifications, cancel, encrypted, delay })
}

/// Carries the connection until it ends or is dropped.
fn carry<S, T>(
    mut connection: Connection<S, T>,
    (inbox, notifications): (Warnings, Warnings),
) -> Carrier
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    T: TlsStream + Unpin + Send + 'static,
{
    Carrier(Some(tokio::spawn(async move {
        while let Some(message) = poll_fn(|cx| connection.poll_message(cx)).await {
            match message {
                Ok(AsyncMessage::Notice(notice)) if is_farewell(&notice) => {}
                Ok(AsyncMessage::Notice(notice)) => {
                    let text = format!("{} ({})", notice.message(), notice.code().code());
                    inbox.lock().unwrap_or_else(PoisonError::into_inner).push(text);
                }
                Ok(AsyncMessage::Notification(told)) => {
                    let payload = told.payload().to_owned();
                    let mut inbox = notifications.lock().unwrap_or_else(PoisonError::into_inner);
                    inbox.push(payload);
                }
                Ok(_) => {}
                Err(error) => {
                    tracing::debug!("connection ended: {}", describe(&error));
                    break;
                }
            }
        }
    })))
}

/// What every session is told by a server that crashes or shuts down at once:
/// it says nothing of a commit. (A commit that waits for a standby and is ended
/// has the code of a shutdown too, and a detail that says so.)
fn is_farewell(notice: &DbError) -> bool {
    notice.code() == &SqlState::CRASH_SHUTDOWN
        || (notice.code() == &SqlState::ADMIN_SHUTDOWN && notice.detail().is_none())
}

/// Whether the server is of the kind that target_session_attrs asks for.
async fn check_kind(
    target: &Target,
    door: Door,
    attrs: SessionAttrs,
    connected: Connected,
) -> Result<Connected, Failure> {
    if attrs == SessionAttrs::Any {
        return Ok(connected);
    }
    let address = target.inner.address_of(&target.inner.hosts[door.host]);
    let question = "SELECT pg_catalog.pg_is_in_recovery(), \
                    pg_catalog.current_setting('transaction_read_only') = 'on'";
    let messages = match connected.client.simple_query(question).await {
        Ok(messages) => messages,
        Err(error) => return Err(Failure::Driver { address, error, reached: Reached::Server }),
    };
    let fits = messages.iter().any(|message| match message {
        SimpleQueryMessage::Row(row) => {
            attrs.fits(row.get(0) == Some("t"), row.get(1) == Some("t"))
        }
        _ => false,
    });
    match fits {
        true => Ok(connected),
        false => {
            let wanted = target.inner.attrs.name().to_owned();
            Err(Failure::Ours(SessionError::WrongKind { address, wanted }))
        }
    }
}
