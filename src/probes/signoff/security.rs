//! Who asks, over what, and who else may log in and how.

use super::{failed, field, seen};
use crate::model::facts::{HbaRule, SessionFacts, Sight};
use crate::session::{Session, SessionError, Target, quote_ident, sql};

/// pg_hba_file_rules tells the file from this major on.
const HBA_FILES: u32 = 16;

/// Who we are, and how we are connected.
pub(super) async fn session(
    session: &Session,
    target: &Target,
) -> Result<SessionFacts, SessionError> {
    let query = session.client.query_typed_one(sql!("signoff/session.sql"), &[]);
    let row = query.await.map_err(failed())?;
    let version_num: i32 = field(&row, "version_num")?;
    Ok(SessionFacts {
        role: field(&row, "role")?,
        is_superuser: field(&row, "is_superuser")?,
        bypasses_rls: field(&row, "bypasses_rls")?,
        encrypted: field(&row, "encrypted")?,
        tls_version: field(&row, "tls_version")?,
        cipher: field(&row, "cipher")?,
        is_socket: target.is_socket(),
        is_local: target.is_local(),
        version: field(&row, "version")?,
        version_num: u32::try_from(version_num).unwrap_or(0),
        address: target.address(),
        started_s: field(&row, "started_s")?,
        statements_loaded: field(&row, "statements_loaded")?,
        statements_created: field(&row, "statements_created")?,
        reads_settings: field(&row, "reads_settings")?,
        reads_hba: field(&row, "reads_hba")?,
        reads_files: field(&row, "reads_files")?,
        reads_passwords: field(&row, "reads_passwords")?,
    })
}

/// Who may log in.
pub(super) async fn hba(session: &Session, who: &SessionFacts) -> Sight<Vec<HbaRule>> {
    if !who.reads_hba {
        let role = quote_ident(&who.role);
        return Sight::Needs(format!(
            "GRANT SELECT ON pg_hba_file_rules TO {role}; \
             GRANT EXECUTE ON FUNCTION pg_hba_file_rules() TO {role}"
        ));
    }
    let statement = match who.version_num / 10_000 >= HBA_FILES {
        true => sql!("signoff/hba_pg16.sql"),
        false => sql!("signoff/hba.sql"),
    };
    seen(rules(session, statement).await)
}

async fn rules(session: &Session, statement: &str) -> Result<Vec<HbaRule>, SessionError> {
    let query = session.client.query_typed(statement, &[]);
    let rule = |row| {
        Ok(HbaRule {
            file: field(row, "file")?,
            line: field(row, "line")?,
            kind: field(row, "type")?,
            address: field(row, "address")?,
            netmask: field(row, "netmask")?,
            method: field(row, "method")?,
            error: field(row, "error")?,
        })
    };
    query.await.map_err(failed())?.iter().map(rule).collect()
}

/// Roles whose stored password is an MD5 hash.
pub(super) async fn md5_roles(session: &Session, who: &SessionFacts) -> Sight<Vec<String>> {
    if !who.reads_passwords {
        let role = quote_ident(&who.role);
        return Sight::Needs(format!("GRANT SELECT ON pg_authid TO {role}"));
    }
    let query = session.client.query_typed(sql!("signoff/passwords.sql"), &[]);
    let rows = query.await.map_err(failed());
    seen(rows.and_then(|rows| rows.iter().map(|row| field(row, "role")).collect()))
}
