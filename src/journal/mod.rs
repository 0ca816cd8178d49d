//! Changes to a target's settings that can always be taken back.
//!
//! What is to be changed, and what it was before, is on this machine's disk
//! before the server hears of it. So whatever ends the tool, `pgvalidate undo`
//! knows what to put back. It puts back our own values alone: what somebody
//! else has set meanwhile is a conflict, which is told and left.
//! `docs/undo.md` has the rules.

mod applied;
mod entry;
mod error;
mod look;
mod rights;
mod state_dir;
mod undo;
mod value;

pub use applied::{Applied, InEffect};
pub use entry::{Entry, Owner, ServerId, SettingEntry, State};
pub use error::{Failure, JournalError, Refusal};
pub use state_dir::{Claim, Found, StateDir};
pub use undo::{Undone, undo};

use crate::message::Words;
use crate::session::{Session, SessionError, Target};
use std::time::Duration;

/// How our sessions call themselves.
const APPLICATION: &str = "pgvalidate settings";

/// How long a statement may take, and the server to load its files.
const LIMIT: Duration = Duration::from_secs(30);

/// How often a new session looks whether they are loaded.
const POLL: Duration = Duration::from_millis(50);

/// Which server a session is with: `system_identifier` of pg_control_system().
///
/// # Errors
/// Where the question fails.
pub async fn identify(session: &Session) -> Result<String, SessionError> {
    Ok(look::server(session, &[]).await?.system_identifier)
}

/// Whether settings of this server can be changed and put back, asked before
/// anything depends on it. Returns those of `names` that the role may not
/// change, though a reload would.
///
/// # Errors
/// Where it is a standby, forbids it, can't load its files, or something is to
/// be undone first; where the role lacks a right, or may change none of them.
pub async fn check(target: &Target, names: &[String]) -> Result<Vec<String>, JournalError> {
    check_in(&StateDir::of_process()?, target, names).await
}

/// As [`check`], with the journal in a directory of the caller's.
///
/// # Errors
/// As [`check`].
pub async fn check_in(
    dir: &StateDir,
    target: &Target,
    names: &[String],
) -> Result<Vec<String>, JournalError> {
    let session = Session::open_kept(target, APPLICATION).await?;
    let asked: Vec<&str> = names.iter().map(String::as_str).collect();
    let server = look::server(&session, &asked).await?;
    rights::check_server(&server)?;
    let lacking = &server.alter_system.lacking;
    if lacking.len() == names.len() {
        rights::check_role(&server, lacking)?;
    }
    rights::check_role(&server, &[])?;
    rights::check_files(&session).await?;
    dir.claim(&server.system_identifier)?.check_none_pending()?;
    let mut seen = look::settings(target, names).await?;
    seen.retain(rights::is_by_reload);
    let is_lacking =
        |seen: &&look::Seen| lacking.iter().any(|n| n.eq_ignore_ascii_case(&seen.name));
    let denied: Vec<String> = seen.iter().filter(is_lacking).map(|s| s.name.clone()).collect();
    if denied.len() == seen.len() {
        rights::check_role(&server, &denied)?;
    }
    Ok(denied)
}

/// Waits for a statement, but not for ever: an undo must come to an end.
async fn limited<T>(
    what: Words,
    statement: impl Future<Output = Result<T, tokio_postgres::Error>>,
) -> Result<T, SessionError> {
    match tokio::time::timeout(LIMIT, statement).await {
        Ok(answer) => answer.map_err(SessionError::statement(what)),
        Err(_) => Err(SessionError::TimedOut { what, after_s: LIMIT.as_secs_f64() }),
    }
}
