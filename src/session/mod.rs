//! Connections: where the target is, how a session with it is opened, with or
//! without TLS, the pool with its lease, and what may be tried again.

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
mod keyword;
pub mod lease;
mod malformed;
pub mod meter;
mod params;
mod passfile;
pub mod pool;
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
pub use pool::{AcquireError, Pool, PoolOptions};
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
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A string quoted for SQL, for the few statements that take no parameters.
/// `standard_conforming_strings` is on in every session of ours.
pub fn quote_literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// DDL with `{{schema}}` replaced by the quoted name.
pub fn with_schema(ddl: &str, schema: &str) -> String {
    ddl.replace("{{schema}}", &quote_ident(schema))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_name_cannot_escape_its_quotes() {
        assert_eq!(
            with_schema("CREATE SCHEMA {{schema}}", "a\"; DROP SCHEMA b; --"),
            "CREATE SCHEMA \"a\"\"; DROP SCHEMA b; --\""
        );
        assert_eq!(quote_literal("a'b"), "'a''b'");
    }
}
