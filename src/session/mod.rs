//! Connections: where the target is, how a session with it is opened, with or
//! without TLS, the pool with its lease, and what may be tried again.

pub mod alter_system;
pub mod backend;
mod bb8;
mod cancel;
mod carried;
mod connect;
mod conninfo;
mod deadpool;
mod delay;
mod endpoint;
mod engine;
pub mod environment;
pub mod error;
mod handshake;
mod host;
mod key;
mod keyword;
pub mod lease;
mod malformed;
pub mod meter;
mod params;
mod passfile;
pub mod pool;
pub mod pooler;
mod reaper;
mod resolve;
pub mod retry;
mod service;
mod session_attrs;
pub mod settings;
mod socket;
mod sslmode;
pub mod target;
mod tls;
mod tls_error;
mod uri;
mod verifier;

pub use backend::{Backend, Session};
pub use cancel::Cancel;
pub use endpoint::Endpoint;
pub use environment::Environment;
pub use error::{SessionError, TargetWarning};
pub use lease::Lease;
pub use params::with_word;
pub use pool::{AcquireError, Pool, PoolOptions};
pub use pooler::Pooler;
pub use target::Target;

/// A statement from `sql/`, by its path there.
macro_rules! sql {
    ($path:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/sql/", $path))
    };
}
pub(crate) use sql;

/// An identifier quoted for SQL.
pub fn quote_ident(name: &str) -> String {
    format!("\"{}\"", within_quotes(name))
}

/// A name as it stands between double quotes, in a statement that a message
/// proposes: whoever pastes it runs that statement and no other.
pub fn within_quotes(name: &str) -> String {
    name.replace('"', "\"\"")
}

/// A string quoted for SQL, for the few statements that take no parameters.
/// `standard_conforming_strings` is on in every session of ours that keeps
/// what it sets; in others only ids are quoted so.
pub fn quote_literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// DDL with `{{schema}}` replaced by the quoted name.
pub fn with_schema(ddl: &str, schema: &str) -> String {
    with_name(ddl, "{{schema}}", schema)
}

/// A statement with `placeholder` replaced by a quoted name. Its comments go
/// first: they have the placeholder too, and there a line break in the name
/// would end the comment and begin a statement.
pub fn with_name(statement: &str, placeholder: &str, name: &str) -> String {
    without_comments(statement).replace(placeholder, &quote_ident(name))
}

/// A statement without its lines of comment.
pub fn without_comments(statement: &str) -> String {
    let is_comment = |line: &&str| line.trim_start().starts_with("--");
    let code: Vec<&str> = statement.lines().filter(|line| !is_comment(line)).collect();
    code.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_name_cannot_escape_its_quotes() {
        assert_eq!(
            with_schema("CREATE SCHEMA {{schema}}", "a\"; DROP SCHEMA b; --"),
            "CREATE SCHEMA \"a\"\"; DROP SCHEMA b; --\"\n"
        );
        let commented = "-- makes {{schema}}\nCREATE SCHEMA {{schema}}";
        assert_eq!(
            with_schema(commented, "a\nDROP SCHEMA b"),
            "CREATE SCHEMA \"a\nDROP SCHEMA b\"\n"
        );
        assert_eq!(quote_literal("a'b"), "'a''b'");
    }
}
