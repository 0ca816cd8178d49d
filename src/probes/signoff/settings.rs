//! All settings, and what is wrong in the files that they come from.

use super::{failed, field, seen};
use crate::model::facts::{FileFault, SessionFacts, SettingFact, Sight};
use crate::session::{Session, SessionError, quote_ident, settings, sql};

/// All settings that the role may see.
pub(super) async fn all(session: &Session) -> Result<Vec<SettingFact>, SessionError> {
    settings::read(session, None).await.map_err(failed())
}

/// Lines that the server can't apply.
pub(super) async fn files(session: &Session, who: &SessionFacts) -> Sight<Vec<FileFault>> {
    if !who.reads_files {
        let role = quote_ident(&who.role);
        return Sight::Needs(format!(
            "GRANT SELECT ON pg_file_settings TO {role}; \
             GRANT EXECUTE ON FUNCTION pg_show_all_file_settings() TO {role}"
        ));
    }
    seen(faults(session).await)
}

async fn faults(session: &Session) -> Result<Vec<FileFault>, SessionError> {
    let query = session.client.query_typed(sql!("signoff/file_settings.sql"), &[]);
    let fault = |row| {
        Ok(FileFault {
            name: field(row, "name")?,
            file: field(row, "file")?,
            line: field(row, "line")?,
            error: field(row, "error")?,
        })
    };
    query.await.map_err(failed())?.iter().map(fault).collect()
}
