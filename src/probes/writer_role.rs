//! The role of the writers where tenants share a table. Row-level security
//! doesn't hold for the table's owner, for superusers, and for BYPASSRLS:
//! with one of those nothing would be tested.

use super::{failed, field, unanswered};
use crate::model::Check;
use crate::model::observed::Writer;
use crate::session::{Session, SessionError, sql, within_quotes};
use tokio_postgres::types::Type;

/// The major from which on SET ROLE has a grant of its own.
const SET_FROM: u32 = 16;

/// What the server says of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Role {
    pub role: String,
    pub is_superuser: bool,
    pub bypasses: bool,
    pub is_owner: bool,
    pub may_be_set: bool,
}

/// Asks a server of `major`; None where there is no such role.
pub(super) async fn ask(
    session: &Session,
    major: u32,
    writer: &str,
) -> Result<Option<Role>, SessionError> {
    let question = match major < SET_FROM {
        true => sql!("preflight/writer_role.sql"),
        false => sql!("preflight/writer_role_pg16.sql"),
    };
    let asked = session.client.query_typed(question, &[(&writer, Type::TEXT)]).await;
    let rows = asked.map_err(failed())?;
    let Some(row) = rows.first() else { return Ok(None) };
    Ok(Some(Role {
        role: field(row, "role")?,
        is_superuser: field(row, "is_superuser")?,
        bypasses: field(row, "bypasses")?,
        is_owner: field(row, "is_owner")?,
        may_be_set: field(row, "may_be_set")?,
    }))
}

/// Judges.
pub(super) fn check(answer: &Result<Option<Role>, SessionError>, writer: &str) -> Check {
    let (id, writer) = ("writer_role", within_quotes(writer));
    let found = match answer {
        Err(error) => return unanswered(id, error),
        Ok(None) => return Check::blocking(id, Writer::WriterMissing { writer }),
        Ok(Some(found)) => found,
    };
    let role = within_quotes(&found.role);
    match () {
        () if found.is_superuser => Check::blocking(id, Writer::WriterSuperuser { writer }),
        () if found.bypasses => Check::blocking(id, Writer::WriterBypasses { writer }),
        () if found.is_owner => Check::blocking(id, Writer::WriterOwner { writer, role }),
        () if !found.may_be_set => Check::blocking(id, Writer::WriterNotOurs { writer, role }),
        () => Check::ok(id, Writer::WriterFits { writer }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Outcome;

    fn note(change: fn(&mut Role)) -> (Outcome, String) {
        let mut role = Role { role: "me".into(), may_be_set: true, ..Role::default() };
        change(&mut role);
        let check = check(&Ok(Some(role)), "w");
        (check.outcome, check.note.id)
    }

    #[test]
    fn a_role_for_which_row_security_does_not_hold_blocks() {
        assert_eq!(note(|_| {}), (Outcome::Ok, "writer_fits".into()));
        assert_eq!(note(|r| r.is_superuser = true), (Outcome::Blocking, "writer_superuser".into()));
        assert_eq!(note(|r| r.bypasses = true), (Outcome::Blocking, "writer_bypasses".into()));
        assert_eq!(note(|r| r.is_owner = true), (Outcome::Blocking, "writer_owner".into()));
        assert_eq!(note(|r| r.may_be_set = false), (Outcome::Blocking, "writer_not_ours".into()));
        assert_eq!(check(&Ok(None), "w").note.id, "writer_missing");
    }
}
