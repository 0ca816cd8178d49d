//! `pgvalidate undo`, and what reminds of it.

use super::tell;
use crate::cli::{Command, UndoArgs, exit};
use crate::engine::EngineError;
use crate::journal::{self, Entry, Found, JournalError, Refusal, SettingEntry, StateDir, Undone};
use crate::message::label::Label;
use crate::message::undo_label::UndoLabel;
use crate::message::{Lang, Localized};
use crate::session::{Session, Target};

/// Says on stderr what is still to be undone.
pub fn remind(command: &Command, lang: Lang) {
    if matches!(command, Command::Undo(_)) {
        return;
    }
    // Without a home there is no journal either.
    let Ok(dir) = StateDir::of_process() else { return };
    let warn = |text| tell(&Label::WarningLine { text }.text(lang));
    match dir.journals() {
        Err(error) => warn(error.text(lang)),
        Ok(journals) => journals.into_iter().for_each(|journal| match journal {
            Err(error) => warn(error.text(lang)),
            Ok(Found { live: true, .. }) => {}
            Ok(Found { entry, .. }) => {
                let (address, since) = (entry.server.address, entry.changed_at);
                warn(UndoLabel::Reminder { address, since }.text(lang));
            }
        }),
    }
}

/// Runs the command. Exit code 1 where somebody else has changed a setting of
/// ours, 3 where something could not be undone.
///
/// # Errors
/// Where the server that is named can't be reached, or the journal can't be read.
pub async fn run(args: &UndoArgs, lang: Lang) -> Result<u8, EngineError> {
    let dir = StateDir::of_process()?;
    let named = match args.target.url() {
        Some(url) => {
            super::target::warn(Some(&url), lang);
            Some(Named::find(&url).await?)
        }
        None => None,
    };
    let (mut lines, mut failures, mut conflicts) = (Vec::new(), Vec::new(), false);
    for journal in dir.journals()? {
        let Found { entry, live } = match journal {
            Ok(found) => found,
            Err(error) => {
                failures.push(error);
                continue;
            }
        };
        if named.as_ref().is_some_and(|named| named.id != entry.server.system_identifier) {
            continue;
        }
        if live || args.list {
            lines.extend(listed(&entry, live, lang));
            continue;
        }
        match put_back(&dir, &entry, named.as_ref()).await {
            Ok(undone) => {
                conflicts |= undone.iter().any(|setting| setting.conflict);
                lines.push(head(&entry, false).text(lang));
                lines.extend(undone.iter().flat_map(|setting| told(setting, lang)));
            }
            // Somebody else is at it since we looked.
            Err(JournalError::Refused(Refusal::Busy { .. } | Refusal::Locked { .. })) => {
                lines.extend(listed(&entry, true, lang));
            }
            Err(error) => failures.push(error),
        }
    }
    if lines.is_empty() && failures.is_empty() {
        lines.push(UndoLabel::Nothing {}.text(lang));
    }
    let printed = lines.is_empty() || super::print(&lines.join("\n"));
    for error in &failures {
        tell(&Label::ErrorLine { text: error.text(lang) }.text(lang));
    }
    Ok(match (printed && failures.is_empty(), conflicts) {
        (false, _) => exit::COULD_NOT_RUN,
        (true, true) => exit::FAIL,
        (true, false) => exit::PASS,
    })
}

/// The server that the command line names.
struct Named {
    target: Target,
    id: String,
}

impl Named {
    async fn find(url: &str) -> Result<Named, EngineError> {
        let target = Target::parse(url)?;
        let session = Session::open_kept(&target, "pgvalidate undo").await?;
        let id = journal::identify(&session).await?;
        Ok(Named { target, id })
    }
}

async fn put_back(
    dir: &StateDir,
    entry: &Entry,
    named: Option<&Named>,
) -> Result<Vec<Undone>, JournalError> {
    let claim = dir.claim(&entry.server.system_identifier)?;
    let target = match named {
        Some(named) => named.target.clone(),
        None => Target::parse(&entry.server.connect)?,
    };
    journal::undo(&claim, &target).await
}

fn head(entry: &Entry, live: bool) -> UndoLabel {
    let (address, since) = (entry.server.address.clone(), entry.changed_at.clone());
    match live {
        false => UndoLabel::Head { address, since },
        true => {
            let (pid, host) = (entry.by.pid, entry.by.host.clone());
            UndoLabel::LiveHead { address, since, pid, host }
        }
    }
}

/// What the journal says.
fn listed(entry: &Entry, live: bool, lang: Lang) -> Vec<String> {
    let would = |setting: &SettingEntry| {
        let (name, ours) = (setting.name.clone(), setting.after.clone());
        match setting.before.clone() {
            None => UndoLabel::WouldReset { name, ours },
            Some(before) => UndoLabel::WouldSet { name, ours, before },
        }
    };
    let settings = entry.settings.iter().map(|setting| format!("  {}", would(setting).text(lang)));
    std::iter::once(head(entry, live).text(lang)).chain(settings).collect()
}

/// What became of a setting.
fn told(undone: &Undone, lang: Lang) -> Vec<String> {
    let none = || UndoLabel::None {}.text(lang);
    let (name, in_effect) = (undone.name.clone(), undone.in_effect.clone());
    let mut labels = vec![match (undone.conflict, undone.before.clone()) {
        (true, before) => UndoLabel::Conflict {
            name,
            ours: undone.ours.clone(),
            found: undone.found.clone().unwrap_or_else(none),
            before: before.unwrap_or_else(none),
        },
        (false, None) => UndoLabel::Reset { name, in_effect },
        (false, Some(before)) => UndoLabel::Set { name, before, in_effect },
    }];
    if !undone.conflict && undone.in_effect != undone.was_in_effect {
        let (name, before) = (undone.name.clone(), undone.was_in_effect.clone());
        labels.push(UndoLabel::OtherEffect { name, before });
    }
    labels.iter().map(|label| format!("  {}", label.text(lang))).collect()
}
