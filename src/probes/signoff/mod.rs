//! What a sign-off asks its server, besides what every run asks. A file a
//! subject; what is out of the role's sight is an answer of its own, and where
//! a right is known to be missing the question isn't sent: the server would
//! log an error.

mod operations;
mod security;
mod settings;

use crate::message::doing;
use crate::model::facts::{Facts, Sight};
use crate::session::{Session, SessionError, Target};
use tokio_postgres::Row;
use tokio_postgres::types::FromSql;

/// Asks everything.
///
/// # Errors
/// Where there is no session, or the role and the settings can't be asked for.
pub async fn ask(target: &Target) -> Result<Facts, SessionError> {
    let session = Session::open(target, "pgvalidate sign-off").await?;
    let who = security::session(&session, target).await?;
    Ok(Facts {
        settings: settings::all(&session).await?,
        files: settings::files(&session, &who).await,
        hba: security::hba(&session, &who).await,
        md5_roles: security::md5_roles(&session, &who).await,
        archiver: seen(operations::archiver(&session).await),
        standbys: seen(operations::standbys(&session).await),
        session: who,
    })
}

/// The question was sent.
fn seen<T>(answer: Result<T, SessionError>) -> Sight<T> {
    match answer {
        Ok(answer) => Sight::Seen(answer),
        Err(error) => Sight::Failed(error.to_string()),
    }
}

/// A column of an answer.
fn field<'a, T: FromSql<'a>>(row: &'a Row, name: &str) -> Result<T, SessionError> {
    row.try_get(name).map_err(failed())
}

/// An error of a question.
fn failed() -> impl FnOnce(tokio_postgres::Error) -> SessionError {
    SessionError::statement(doing::SIGNING_OFF)
}
