//! What can go wrong between us and the target.

use crate::message::{Words, catalogue};
use tokio_postgres::error::SqlState;

catalogue! {
    /// A session could not be had, or a statement of ours failed.
    pub error SessionError {
        /// The connection string doesn't parse.
        BadUrl { detail: String }
            => "--url can't be read: {detail}; write it as postgresql://user@host:5432/database or as \"host=... dbname=...\"",
               "không đọc được --url: {detail}; hãy viết dạng postgresql://user@host:5432/database hoặc \"host=... dbname=...\"";
        /// TLS is asked for.
        TlsNotSupported {}
            => "--url asks for TLS (sslmode=require), which this version cannot do; use sslmode=prefer or disable on a trusted network or a socket",
               "--url yêu cầu TLS (sslmode=require) nhưng phiên bản này chưa hỗ trợ; hãy dùng sslmode=prefer hoặc disable trên mạng tin cậy hoặc socket";
        /// No host.
        NoHost {}
            => "--url names no host; add one, or host=/var/run/postgresql for a local socket",
               "--url không có máy chủ; hãy thêm host, hoặc host=/var/run/postgresql cho socket cục bộ";
        /// The server can't be reached.
        Unreachable { address: String, detail: String, source: tokio_postgres::Error }
            => "cannot connect to {address}: {detail}; check host, port and that the server is running",
               "không kết nối được tới {address}: {detail}; hãy kiểm tra host, cổng và máy chủ có đang chạy không";
        /// The role or its password was refused.
        Refused { address: String, detail: String, source: tokio_postgres::Error }
            => "the server at {address} refused the login: {detail}; check the user, the password (in --url or PGPASSWORD) and pg_hba.conf",
               "máy chủ tại {address} từ chối đăng nhập: {detail}; hãy kiểm tra người dùng, mật khẩu (trong --url hoặc PGPASSWORD) và pg_hba.conf";
        /// The database doesn't exist.
        NoDatabase { address: String, detail: String, source: tokio_postgres::Error }
            => "{detail} at {address}; create it with createdb, or name another in --url",
               "{detail} tại {address}; hãy tạo bằng createdb hoặc chọn cơ sở dữ liệu khác trong --url";
        /// No connection is free.
        TooManyConnections { address: String, detail: String, source: tokio_postgres::Error }
            => "the server at {address} has no connection free: {detail}; lower --write-pool or raise max_connections",
               "máy chủ tại {address} không còn kết nối trống: {detail}; hãy giảm --write-pool hoặc tăng max_connections";
        /// A pool can't be had from its library.
        NoPool { detail: String }
            => "the connection pool can't be used: {detail}; try the other one with --pool",
               "không dùng được pool kết nối: {detail}; hãy thử loại khác bằng --pool";
        /// A statement failed.
        Statement { what: Words, detail: String, source: tokio_postgres::Error }
            => "{what} failed: {detail}",
               "{what:#} thất bại: {detail}";
        /// Nothing came back in time.
        TimedOut { what: Words, after_s: f64 }
            => "{what} took longer than {after_s} s",
               "{what:#} quá {after_s} giây";
    }
}

/// The server's own words with the SQLSTATE, or the driver's with their cause.
/// (The driver's `Display` leaves the cause out.)
pub fn describe(error: &tokio_postgres::Error) -> String {
    if let Some(db) = error.as_db_error() {
        return format!("{} ({})", db.message(), db.code().code());
    }
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}

impl SessionError {
    /// An error of a statement; `what` is what it was for.
    pub fn statement(what: Words) -> impl FnOnce(tokio_postgres::Error) -> SessionError {
        move |source| SessionError::Statement { what, detail: describe(&source), source }
    }

    /// An error of a connection attempt to `address`.
    pub fn connecting(address: &str, source: tokio_postgres::Error) -> SessionError {
        let (address, detail) = (address.to_owned(), describe(&source));
        match source.code() {
            Some(code) if is_login(code) => SessionError::Refused { address, detail, source },
            Some(code) if *code == SqlState::INVALID_CATALOG_NAME => {
                SessionError::NoDatabase { address, detail, source }
            }
            Some(code) if *code == SqlState::TOO_MANY_CONNECTIONS => {
                SessionError::TooManyConnections { address, detail, source }
            }
            // The driver says "authentication error" or "password missing" itself.
            None if detail.contains("authentication") || detail.contains("password") => {
                SessionError::Refused { address, detail, source }
            }
            _ => SessionError::Unreachable { address, detail, source },
        }
    }

    /// The SQLSTATE, where the server gave one.
    pub fn sqlstate(&self) -> Option<&str> {
        match self {
            SessionError::Unreachable { source, .. }
            | SessionError::Refused { source, .. }
            | SessionError::NoDatabase { source, .. }
            | SessionError::TooManyConnections { source, .. }
            | SessionError::Statement { source, .. } => source.code().map(SqlState::code),
            _ => None,
        }
    }
}

fn is_login(code: &SqlState) -> bool {
    *code == SqlState::INVALID_PASSWORD || *code == SqlState::INVALID_AUTHORIZATION_SPECIFICATION
}
