//! Changing settings: journal first, then the server, then a look from a new
//! session whether they are in effect.

use super::entry::{Entry, Owner, SCHEMA_VERSION, ServerId, SettingEntry, State};
use super::error::{Failure, JournalError, Refusal};
use super::look::{self, Seen};
use super::state_dir::{Claim, StateDir};
use super::undo::{Undone, undo};
use super::{APPLICATION, limited, rights, value};
use crate::message::doing::CHANGING_SETTINGS;
use crate::session::{Session, Target};

/// Where a value comes from that we have set, as pg_settings.source has it.
const FROM_FILE: &str = "configuration file";

/// Settings that were changed and are in effect. They stay so until
/// [`Applied::undo`]; where this is dropped without it, or the process ends,
/// the journal is left for `pgvalidate undo`.
#[derive(Debug)]
pub struct Applied {
    claim: Claim,
    entry: Entry,
    target: Target,
    in_effect: Vec<InEffect>,
}

/// A setting that was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InEffect {
    /// Its name.
    pub name: String,
    /// The value that a new session had before, with its unit.
    pub before: String,
    /// The value that a new session has.
    pub now: String,
}

impl Applied {
    /// Changes settings, by name and with values as postgresql.conf has them,
    /// and returns when a new session has them. A server has one change set at
    /// a time. Not for a server of our own, which needs no way back.
    ///
    /// Sessions that are open already have the new values with their next
    /// statement. Wait for the end, also after a signal: it takes no more than
    /// moments, and where the future is dropped the journal is left.
    ///
    /// # Errors
    /// Where something forbids it, before anything is changed; and where it
    /// fails on the way, after what was changed by then was put back. Only
    /// [`JournalError::NotUndone`] leaves a journal behind.
    pub async fn apply(target: &Target, changes: &[(&str, &str)]) -> Result<Applied, JournalError> {
        Applied::apply_in(&StateDir::of_process()?, target, changes).await
    }

    /// As [`Applied::apply`], with the journal in a directory of the caller's.
    ///
    /// # Errors
    /// As [`Applied::apply`].
    pub async fn apply_in(
        dir: &StateDir,
        target: &Target,
        changes: &[(&str, &str)],
    ) -> Result<Applied, JournalError> {
        let names: Vec<_> = changes.iter().map(|(name, _)| (*name).to_owned()).collect();
        rights::check_names(&names)?;
        let session = Session::open_kept(target, APPLICATION).await?;
        let asked: Vec<&str> = changes.iter().map(|(name, _)| *name).collect();
        let server = look::server(&session, &asked).await?;
        rights::check_server(&server)?;
        rights::check_role(&server, &server.alter_system.lacking)?;
        rights::check_files(&session).await?;
        let claim = dir.claim(&server.system_identifier)?;
        claim.check_none_pending()?;
        rights::check_waiting(&session, &server).await?;
        let seen = look::settings(target, &names).await?;
        for (seen, (_, after)) in seen.iter().zip(changes) {
            rights::check_setting(seen, after)?;
        }
        let id = ServerId {
            system_identifier: server.system_identifier,
            at: target.reached().unwrap_or_default(),
            address: target.address(),
            connect: target.reached_again().unwrap_or_default(),
            backend_pid: session.backend.pid,
            backend_start_us: session.backend.start_us,
        };
        let mut entry = entry(id, seen, changes);
        claim.write(&entry)?;
        match carry_out(session, target, &claim, &mut entry).await {
            Ok(in_effect) => Ok(Applied { claim, entry, target: target.clone(), in_effect }),
            Err(first) => Err(match undo(&claim, target).await {
                Ok(_) => first,
                Err(second) => {
                    let (first, second) = (Box::new(first), Box::new(second));
                    JournalError::NotUndone { first, second }
                }
            }),
        }
    }

    /// What was changed, in the order that was asked for.
    pub fn in_effect(&self) -> &[InEffect] {
        &self.in_effect
    }

    /// The journal.
    pub fn entry(&self) -> &Entry {
        &self.entry
    }

    /// Puts everything back, but for what somebody else has changed meanwhile,
    /// and looks from a new session that it is so.
    ///
    /// # Errors
    /// Where the server can't be reached or refuses: the journal is left then.
    pub async fn undo(self) -> Result<Vec<Undone>, JournalError> {
        undo(&self.claim, &self.target).await
    }
}

fn entry(server: ServerId, seen: Vec<Seen>, changes: &[(&str, &str)]) -> Entry {
    let settings = seen.into_iter().zip(changes).map(|(seen, (_, after))| SettingEntry {
        name: seen.name,
        before: seen.stands,
        in_effect: seen.in_effect.unwrap_or_default(),
        source: seen.source.unwrap_or_default(),
        after: (*after).to_owned(),
        state: State::Intended,
    });
    Entry {
        schema_version: SCHEMA_VERSION.to_owned(),
        tool: concat!("pgvalidate ", env!("CARGO_PKG_VERSION")).to_owned(),
        changed_at: humantime::format_rfc3339_millis(std::time::SystemTime::now()).to_string(),
        by: Owner::of_process(),
        server,
        settings: settings.collect(),
    }
}

/// Changes everything. It takes the session, so that none is left when it failed.
async fn carry_out(
    session: Session,
    target: &Target,
    claim: &Claim,
    entry: &mut Entry,
) -> Result<Vec<InEffect>, JournalError> {
    for setting in &entry.settings {
        // That there is a statement was looked at before.
        if let Some(statement) = value::statement(&setting.name, Some(&setting.after)) {
            // By itself: it can't run in a transaction, as several statements at once would.
            limited(CHANGING_SETTINGS, session.client.batch_execute(&statement)).await?;
        }
    }
    let names: Vec<_> = entry.settings.iter().map(|setting| setting.name.clone()).collect();
    let seen = look::reload(&session, target, &names).await?;
    let mut in_effect = Vec::new();
    for (setting, seen) in entry.settings.iter_mut().zip(seen) {
        let (name, ours) = (setting.name.clone(), setting.after.clone());
        if !value::same(&name, seen.stands.as_deref(), Some(&ours)) {
            let now = seen.stands.unwrap_or_else(|| "DEFAULT".to_owned());
            return Err(Failure::ChangedMeanwhile { name, ours, now }.into());
        }
        let source = seen.source.unwrap_or_default();
        if let Some(detail) = seen.complaint {
            return Err(Failure::NotAccepted { name, ours, detail }.into());
        }
        if source != FROM_FILE {
            return Err(Refusal::Overridden { name, by: source }.into());
        }
        setting.state = State::Done;
        let now = seen.in_effect.unwrap_or_default();
        in_effect.push(InEffect { name, before: setting.in_effect.clone(), now });
    }
    claim.write(entry)?;
    Ok(in_effect)
}
