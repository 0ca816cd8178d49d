//! Tenants in one table: which methods can be used there, as which role the
//! writers work, and what its session begins with.

use super::error::SetupError;
use super::place::Place;
use super::{EngineError, RunOptions};
use crate::message::doing;
use crate::model::{Method, Scenario, Tenancy};
use crate::session::{Session, SessionError, quote_ident};
use tokio_postgres::types::Type;

/// The role of the writers on a private server.
const WRITER: &str = "pgvalidate_writer";

/// Hidden rows are then an error and not an absence.
pub(super) const SEE_ALL: &str = "row_security = off";

/// The role of the writers; None where each tenant has a table of its own.
pub(super) fn writer(options: &RunOptions) -> Option<&str> {
    (options.tenancy == Tenancy::Rls).then(|| options.writer_role.as_deref().unwrap_or(WRITER))
}

/// What the sessions of those who write by `method` set first. COPY is for
/// rows beforehand alone: those are written as the table's owner.
pub(super) fn begin_as(options: &RunOptions, method: Method) -> Option<String> {
    let writer = writer(options).filter(|_| !method.is_copy());
    writer.map(|role| format!("ROLE {}", quote_ident(role)))
}

/// How many tables the tenants have.
pub(super) fn tables(scenario: &Scenario) -> u32 {
    match scenario.tenancy {
        Tenancy::Schema => scenario.tenants,
        Tenancy::Rls => 1,
    }
}

/// Refuses what can't be had under the options' tenancy.
pub(super) fn check(options: &RunOptions) -> Result<(), SetupError> {
    let method = options.method;
    if options.tenancy == Tenancy::Schema {
        return match options.writer_role {
            None => Ok(()),
            Some(_) => Err(SetupError::Conflict {
                flag: "--writer-role".to_owned(),
                other: "--tenancy schema".to_owned(),
            }),
        };
    }
    match method {
        Method::CopyBinary | Method::CopyText => {
            Err(SetupError::CopyUnderRls { method: method.name().to_owned() })
        }
        Method::Autocommit => Err(SetupError::AutocommitUnderRls {}),
        _ if options.url.is_some() && options.writer_role.is_none() => {
            Err(SetupError::NoWriterRole {})
        }
        _ => Ok(()),
    }
}

/// Makes the writers' role on a private server. On a target it is there: roles
/// belong to all databases, and are not ours to create.
pub(super) async fn prepare(place: &Place, role: &str) -> Result<(), EngineError> {
    if place.private.is_none() {
        return Ok(());
    }
    let failed = || SessionError::statement(doing::CREATING_WRITER);
    let session = Session::open(&place.target, "pgvalidate setup").await?;
    let there = "SELECT FROM pg_catalog.pg_roles WHERE rolname = $1";
    let found = session.client.query_typed(there, &[(&role, Type::TEXT)]).await.map_err(failed())?;
    if found.is_empty() {
        let create = format!("CREATE ROLE {} NOLOGIN", quote_ident(role));
        session.client.batch_execute(&create).await.map_err(failed())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Work;
    use std::path::PathBuf;

    fn refusal(method: Method, url: Option<&str>, writer: Option<&str>) -> Option<String> {
        let options = RunOptions {
            tenancy: Tenancy::Rls,
            method,
            url: url.map(str::to_owned),
            writer_role: writer.map(str::to_owned),
            ..RunOptions::new(Work::burst(1), 1, Vec::new(), PathBuf::new())
        };
        check(&options).err().map(|error| error.to_string())
    }

    #[test]
    fn what_row_security_cannot_do_is_refused_with_what_can() {
        for method in [Method::CopyBinary, Method::CopyText] {
            let said = refusal(method, None, None).unwrap();
            for word in [method.name(), "COPY FROM", "--method unnest"] {
                assert!(said.contains(word), "{said}");
            }
        }
        assert!(refusal(Method::Autocommit, None, None).unwrap().contains("--method"));
        for method in [Method::Unnest, Method::Values, Method::Pipeline, Method::Single] {
            assert_eq!(refusal(method, None, None), None);
            assert!(refusal(method, Some("host=h"), None).unwrap().contains("--writer-role"));
            assert_eq!(refusal(method, Some("host=h"), Some("w")), None);
        }
        assert_eq!(Tenancy::Rls.default_method(), Method::Unnest);
    }

    #[test]
    fn a_role_cannot_escape_its_quotes_and_copies_are_the_owners() {
        let options = RunOptions {
            tenancy: Tenancy::Rls,
            writer_role: Some("a\"; RESET ROLE; --".to_owned()),
            ..RunOptions::new(Work::burst(1), 1, Vec::new(), PathBuf::new())
        };
        let begin = begin_as(&options, Method::Unnest).unwrap();
        assert_eq!(begin, "ROLE \"a\"\"; RESET ROLE; --\"");
        assert_eq!(begin_as(&options, Method::CopyBinary), None);
        assert_eq!(
            begin_as(&RunOptions { tenancy: Tenancy::Schema, ..options }, Method::Unnest),
            None
        );
    }
}
