//! The URI form of a connection string:
//! `postgresql://user:password@host:port,host:port/database?name=value`.

use super::error::SessionError;
use super::malformed;
use super::params::Parameters;

/// What follows `postgresql://` or `postgres://`.
pub(super) fn without_scheme(text: &str) -> Option<&str> {
    ["postgresql://", "postgres://"].iter().find_map(|scheme| text.strip_prefix(scheme))
}

/// Reads a URI without its scheme into `parameters`.
pub(super) fn read(rest: &str, parameters: &mut Parameters) -> Result<(), SessionError> {
    // The user and the password may hold a '?', but no '/'.
    let authority_end = rest.find('/').unwrap_or(rest.len());
    let rest = match rest[..authority_end].split_once('@') {
        Some((credentials, _)) => {
            read_credentials(credentials, parameters)?;
            &rest[credentials.len() + 1..]
        }
        None => rest,
    };
    let (path, query) = match rest.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (rest, None),
    };
    // An @ here is what an unescaped @ or / in the password leaves behind.
    if path.contains('@') {
        return Err(malformed::as_error(malformed::AT));
    }
    let (hosts, database) = match path.split_once('/') {
        Some((hosts, database)) => (hosts, Some(database)),
        None => (path, None),
    };
    read_hosts(hosts, parameters)?;
    if let Some(database) = database.filter(|name| !name.is_empty()) {
        parameters.set("dbname", decode(database)?)?;
    }
    for word in query.unwrap_or_default().split('&').filter(|word| !word.is_empty()) {
        let (name, value) =
            word.split_once('=').ok_or_else(|| malformed::as_error(malformed::NO_EQUALS_SIGN))?;
        let (name, value) = (decode(name)?, decode(value)?);
        match (name.as_str(), value.as_str()) {
            // As JDBC writes it.
            ("ssl", "true") => parameters.set("sslmode", "require".to_owned())?,
            _ => parameters.set(&name, value)?,
        }
    }
    Ok(())
}

fn read_credentials(text: &str, parameters: &mut Parameters) -> Result<(), SessionError> {
    let (user, password) = match text.split_once(':') {
        Some((user, password)) => (user, Some(password)),
        None => (text, None),
    };
    if !user.is_empty() {
        parameters.set("user", decode(user)?)?;
    }
    if let Some(password) = password.filter(|word| !word.is_empty()) {
        parameters.set("password", decode(password)?)?;
    }
    Ok(())
}

fn read_hosts(text: &str, parameters: &mut Parameters) -> Result<(), SessionError> {
    if text.is_empty() {
        return Ok(());
    }
    let open = || malformed::as_error(malformed::OPEN_BRACKET);
    let (mut hosts, mut ports) = (Vec::new(), Vec::new());
    for one in text.split(',') {
        let (host, port) = match one.strip_prefix('[') {
            Some(literal) => {
                let (host, after) = literal.split_once(']').ok_or_else(open)?;
                let port = match after {
                    "" => "",
                    _ => after.strip_prefix(':').ok_or_else(open)?,
                };
                (host, port)
            }
            None => one.split_once(':').unwrap_or((one, "")),
        };
        if !port.chars().all(|c| c.is_ascii_digit()) {
            return Err(malformed::as_error(malformed::PORT));
        }
        hosts.push(decode(host)?);
        ports.push(port);
    }
    if hosts.iter().any(|host| !host.is_empty()) {
        parameters.set("host", hosts.join(","))?;
    }
    if ports.iter().any(|port| !port.is_empty()) {
        parameters.set("port", ports.join(","))?;
    }
    Ok(())
}

/// Resolves `%20` and the like.
fn decode(text: &str) -> Result<String, SessionError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digit = |byte: Option<u8>| byte.and_then(|b| char::from(b).to_digit(16));
        match (digit(rest.next()), digit(rest.next())) {
            (Some(high), Some(low)) if (high, low) != (0, 0) => bytes.push((high * 16 + low) as u8),
            _ => return Err(malformed::as_error(malformed::PERCENT)),
        }
    }
    String::from_utf8(bytes).map_err(|_| malformed::as_error(malformed::PERCENT))
}
