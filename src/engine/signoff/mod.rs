//! A sign-off: several runs on one place, what the server says before and
//! after them, and one checklist.

mod plan;
mod snapshot;

pub use plan::{Member, Members};

use super::EngineError;
use super::phases::Progress;
use super::set::{Done, FinishedSet, SetOptions, SetRun};
use super::signals::Stop;
use crate::judge::checklist::{self, Expected, Ran, Seen};
use crate::judge::set::table;
use crate::judge::troubleshoot::troubles;
use crate::message::{Lang, Localized};
use crate::model::facts::Facts;
use crate::model::observed::Configured;
use crate::model::set::Set;
use crate::model::{Note, Reason};
use crate::probes;

/// What a sign-off is asked for, besides what every set is.
pub struct SignoffOptions {
    /// The set.
    pub set: SetOptions,
    /// The runs.
    pub members: Members,
    /// What the settings are to be.
    pub expected: Option<Expected>,
    /// Whether it was to be quick, so that nothing is said about checkpoints.
    pub is_quick: bool,
}

/// Carries a sign-off out.
///
/// # Errors
/// As [`SetRun::open`] and [`SetRun::close`]; where the snapshot can't be written.
pub async fn run(
    options: &mut SignoffOptions,
    progress: &dyn Progress,
    stop: &Stop,
) -> Result<FinishedSet, EngineError> {
    let mut run = SetRun::open(&options.set, &options.members, progress, stop).await?;
    let before = facts(&run).await;
    let mut files = Vec::new();
    if let Some(Ok(before)) = &before {
        files = snapshot::write(run.folder(), before)?;
        options.members.checkpoint_timeout_s = checkpoint_timeout_s(before);
    }
    if !matches!(before, Some(Err(_))) {
        run.carry_out(&options.members).await;
    }
    let after = facts(&run).await;
    let (expected, is_quick) = (options.expected.as_ref(), options.is_quick);
    let unrun = options.members.unrun(run.done().len(), run.error());
    let unrun = &unrun[..];
    run.close(|set, done| match (&before, &after) {
        (Some(Ok(before)), Some(Ok(after))) => {
            let runs = done.iter().map(|d| Ran { name: &d.label, record: &d.record }).collect();
            let (snapshot, is_private) = (&files[..], set.private);
            enter(
                set,
                done,
                &Seen { runs, unrun, before, after, expected, snapshot, is_private, is_quick },
            );
        }
        (Some(Err(error)), _) | (_, Some(Err(error))) => set.reasons.push(failed(error)),
        // The place couldn't be opened: the set says why.
        _ => {}
    })
    .await
}

/// What the server says; None where the place isn't open.
async fn facts(run: &SetRun<'_>) -> Option<Result<Facts, EngineError>> {
    let place = run.place()?;
    Some(probes::signoff::ask(&place.target).await.map_err(EngineError::from))
}

fn failed(error: &EngineError) -> Note {
    Reason::RunFailed { en: error.text(Lang::En), vi: error.text(Lang::Vi) }.into()
}

fn checkpoint_timeout_s(facts: &Facts) -> Option<f64> {
    facts.setting("checkpoint_timeout")?.parse().ok()
}

/// The checklist, the verdict, and what has to be said besides.
fn enter(set: &mut Set, done: &[Done], seen: &Seen<'_>) {
    let session = &seen.after.session;
    let version = session.version.clone();
    let (address, role) = session.address.rsplit_once(" as ").unwrap_or((&session.address, "?"));
    let (address, role) = (address.to_owned(), role.to_owned());
    set.findings.push(match seen.is_private {
        true => Configured::PrivateServer { version }.into(),
        false => Configured::SignedServer { version, address, role }.into(),
    });
    if seen.is_private {
        set.findings.push(Configured::Rehearsal {}.into());
    }
    if seen.is_quick {
        set.findings.push(Configured::Quick {}.into());
    }
    set.table = table::rows(done);
    for row in &mut set.table {
        let of_it = done.iter().filter(|done| done.role == row.role);
        row.notes.extend(of_it.flat_map(|done| troubles(&done.record)));
    }
    set.checklist = checklist::answer(seen);
    let (verdict, reasons) = checklist::conclude(&set.checklist);
    set.verdict = Some(verdict);
    set.reasons = reasons;
}
