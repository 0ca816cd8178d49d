//! Putting settings back: where postgresql.auto.conf still holds our value, and
//! nowhere else. What it holds decides, not what the journal says was done, so
//! it doesn't matter where the tool ended.

use super::entry::{Entry, ServerId, State};
use super::error::{Failure, JournalError, Refusal};
use super::look::{self, Seen};
use super::state_dir::Claim;
use super::{APPLICATION, LIMIT, POLL, limited, rights, value};
use crate::message::doing::{READING_SETTINGS, RESTORING_SETTINGS};
use crate::session::backend::{Backend, terminate};
use crate::session::{Session, SessionError, Target, quote_ident};
use std::time::Instant;

/// What became of a setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undone {
    /// Its name.
    pub name: String,
    /// What stood in postgresql.auto.conf before us; None where nothing did.
    pub before: Option<String>,
    /// What we had set.
    pub ours: String,
    /// What was found there now, at first.
    pub found: Option<String>,
    /// The value that a new session had before us.
    pub was_in_effect: String,
    /// The value that a new session has now; empty where the server no longer knows the setting.
    pub in_effect: String,
    /// Whether somebody else has changed it meanwhile, so that it was left.
    pub conflict: bool,
}

/// What postgresql.auto.conf holds of a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    Ours,
    WhatWasBefore,
    SomethingElse,
}

/// Puts back what the journal says. Afterwards there is no journal; one with a
/// conflict is set aside, for people. Nothing where there is no journal.
///
/// # Errors
/// Where this is another server, or it can't be reached or refuses: the journal
/// is left then.
pub async fn undo(claim: &Claim, target: &Target) -> Result<Vec<Undone>, JournalError> {
    let Some(mut entry) = claim.read()? else { return Ok(Vec::new()) };
    let session = Session::open_kept(target, APPLICATION).await?;
    check_server(&session, target, &entry.server).await?;
    end_backend(&session, &entry.server).await?;
    let names: Vec<_> = entry.settings.iter().map(|setting| setting.name.clone()).collect();
    let found = look::settings(target, &names).await?;
    let holds: Vec<_> = held(&entry, &found);
    let at = target.reached().unwrap_or_default();
    if at != entry.server.at && !holds.contains(&Holds::Ours) {
        return Err(Failure::PerhapsCopy { address: entry.server.address, at }.into());
    }
    for (setting, _) in entry.settings.iter().zip(&holds).filter(|(_, h)| **h == Holds::Ours) {
        // What there is no statement for was not changed.
        if let Some(statement) = value::statement(&setting.name, setting.before.as_deref()) {
            limited(RESTORING_SETTINGS, session.client.batch_execute(&statement)).await?;
        }
    }
    // Also where it was before already: perhaps the tool ended ahead of the reload.
    let now = match holds.iter().all(|holds| *holds == Holds::SomethingElse) {
        true => found.clone(),
        false => look::reload(&session, target, &names).await?,
    };
    let mut undone = Vec::new();
    for (no, holds) in held(&entry, &now).into_iter().enumerate() {
        let setting = &mut entry.settings[no];
        let conflict = holds != Holds::WhatWasBefore;
        setting.state = if conflict { State::Conflict } else { State::Undone };
        undone.push(Undone {
            name: setting.name.clone(),
            before: setting.before.clone(),
            ours: setting.after.clone(),
            found: if conflict { now[no].stands.clone() } else { found[no].stands.clone() },
            was_in_effect: setting.in_effect.clone(),
            in_effect: now[no].in_effect.clone().unwrap_or_default(),
            conflict,
        });
    }
    match undone.iter().any(|setting| setting.conflict) {
        true => claim.set_aside(&entry).map(|_| undone),
        false => claim.remove().map(|()| undone),
    }
}

/// What the file holds of each setting.
fn held(entry: &Entry, seen: &[Seen]) -> Vec<Holds> {
    let held = |(setting, seen): (&super::SettingEntry, &Seen)| {
        let is = |value: Option<&str>| value::same(&setting.name, seen.stands.as_deref(), value);
        match (is(setting.before.as_deref()), is(Some(&setting.after))) {
            (true, _) => Holds::WhatWasBefore,
            (false, true) => Holds::Ours,
            (false, false) => Holds::SomethingElse,
        }
    };
    entry.settings.iter().zip(seen).map(held).collect()
}

/// Whether this is the server, and the role sees its files, which the server can read.
async fn check_server(
    session: &Session,
    target: &Target,
    id: &ServerId,
) -> Result<(), JournalError> {
    let server = look::server(session, &[]).await?;
    if server.system_identifier != id.system_identifier {
        let at = target.reached().unwrap_or_default();
        return Err(Failure::OtherServer { address: id.address.clone(), at }.into());
    }
    match server.reads_files {
        true => rights::check_files(session).await,
        false => Err(Refusal::NoSight { role: quote_ident(&server.role) }.into()),
    }
}

/// Ends the session that changed the settings: a statement of a tool that was
/// killed may still be under way, and would come after the undo.
async fn end_backend(session: &Session, id: &ServerId) -> Result<(), JournalError> {
    let backend = Backend::with_identity(id.backend_pid, id.backend_start_us);
    let deadline = Instant::now() + LIMIT;
    let failed = || SessionError::statement(READING_SETTINGS);
    while terminate(&session.client, &backend).await.map_err(failed())? {
        if Instant::now() > deadline {
            return Err(Failure::BackendLeft { pid: id.backend_pid }.into());
        }
        tokio::time::sleep(POLL).await;
    }
    Ok(())
}
