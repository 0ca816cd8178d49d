//! TLS failures in words: the driver's errors, followed down to what rustls found.

use super::SessionError;
use super::error::describe;
use rustls::{AlertDescription, CertificateError, Error};
use std::error::Error as StdError;
use tokio_postgres::error::SqlState;

/// What the connection attempt failed of, where that was TLS.
pub(super) fn explain(address: &str, error: &tokio_postgres::Error) -> Option<SessionError> {
    let address = address.to_owned();
    if let Some(found) = find(error) {
        return Some(of_rustls(address, found));
    }
    if error.code() == Some(&SqlState::INVALID_AUTHORIZATION_SPECIFICATION) {
        let detail = describe(error);
        // "connection requires a valid client certificate" and "certificate
        // authentication failed for user": pg_hba.conf's clientcert and cert.
        return detail
            .contains("certificate")
            .then_some(SessionError::ClientCertificate { address, detail });
    }
    let text = describe(error);
    match () {
        () if text.contains("server does not support TLS") => {
            Some(SessionError::NoTlsOnServer { address })
        }
        () if text.starts_with("error performing TLS handshake") => {
            Some(SessionError::Handshake { address, detail: text })
        }
        () => None,
    }
}

/// The error of rustls somewhere below.
fn find(error: &tokio_postgres::Error) -> Option<&Error> {
    let mut cause: Option<&(dyn StdError + 'static)> = error.source();
    while let Some(inner) = cause {
        if let Some(found) = inner.downcast_ref::<Error>() {
            return Some(found);
        }
        // An io::Error doesn't show what it wraps as its source.
        let wrapped = inner.downcast_ref::<std::io::Error>().and_then(|io| io.get_ref());
        if let Some(found) = wrapped.and_then(|wrapped| wrapped.downcast_ref::<Error>()) {
            return Some(found);
        }
        cause = inner.source();
    }
    None
}

fn of_rustls(address: String, error: &Error) -> SessionError {
    let detail = error.to_string();
    match error {
        Error::InvalidCertificate(reason) => of_certificate(address, reason, detail),
        Error::InvalidCertRevocationList(_) => SessionError::Revoked { address, detail },
        Error::AlertReceived(alert) if is_about_us(*alert) => {
            SessionError::ClientCertificate { address, detail }
        }
        _ => SessionError::Handshake { address, detail },
    }
}

fn of_certificate(address: String, reason: &CertificateError, detail: String) -> SessionError {
    match reason {
        CertificateError::NotValidForNameContext { presented, .. } if presented.is_empty() => {
            SessionError::NoNames { address }
        }
        CertificateError::NotValidForNameContext { presented, .. } => {
            SessionError::WrongHost { address, names: presented.join(", ") }
        }
        CertificateError::NotValidForName => SessionError::WrongHost { address, names: detail },
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            SessionError::UnknownAuthority { address }
        }
        // What the verifier below rustls says; it has no name of its own here.
        CertificateError::Other(_) if detail.contains("CaUsedAsEndEntity") => {
            SessionError::IsAuthority { address }
        }
        CertificateError::Other(_) if detail.contains("UnsupportedCertVersion") => {
            SessionError::OldCertificate { address }
        }
        CertificateError::Expired
        | CertificateError::ExpiredContext { .. }
        | CertificateError::NotValidYet
        | CertificateError::NotValidYetContext { .. } => {
            SessionError::OutOfDate { address, detail }
        }
        CertificateError::Revoked
        | CertificateError::UnknownRevocationStatus
        | CertificateError::ExpiredRevocationList
        | CertificateError::ExpiredRevocationListContext { .. } => {
            SessionError::Revoked { address, detail }
        }
        _ => SessionError::Handshake { address, detail },
    }
}

/// Alerts by which a server refuses the certificate that it was shown.
fn is_about_us(alert: AlertDescription) -> bool {
    matches!(
        alert,
        AlertDescription::CertificateRequired
            | AlertDescription::BadCertificate
            | AlertDescription::UnsupportedCertificate
            | AlertDescription::CertificateRevoked
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnknownCA
            | AlertDescription::AccessDenied
    )
}
