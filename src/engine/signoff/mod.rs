//! A sign-off: several runs on one place, what the server says before and
//! after them, and one checklist.

mod plan;
mod snapshot;
mod time;

pub use plan::{Member, Members};

use super::EngineError;
use super::phases::Progress;
use super::set::{Done, FinishedSet, SetOptions, SetRun};
use super::signals::Stop;
use crate::judge::checklist::{self, Expected, Ran, Seen};
use crate::judge::set::{faults, table};
use crate::judge::troubleshoot::troubles;
use crate::message::{Lang, Localized};
use crate::model::facts::Facts;
use crate::model::observed::Configured;
use crate::model::set::Set;
use crate::model::{Note, Reason};
use crate::probes;
use plan::Purpose;

/// What a sign-off is asked for, besides what every set is.
pub struct SignoffOptions {
    /// The set.
    pub set: SetOptions,
    /// The runs.
    pub members: Members,
    /// Faults that aren't injected there, by name, and why.
    pub left_out: Vec<(&'static str, Note)>,
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
    let (members, left_out) = (&options.members, &options.left_out[..]);
    let (expected, is_quick) = (options.expected.as_ref(), options.is_quick);
    let unrun = members.unrun(run.done().len(), run.error());
    run.close(|set, done| match (&before, &after) {
        (Some(Ok(before)), Some(Ok(after))) => {
            let ran = |purpose| {
                let done = members.done_for(purpose, done);
                done.map(|(_, d)| Ran { name: &d.label, record: &d.record }).collect()
            };
            let seen = Seen {
                runs: ran(Purpose::Load),
                isolation: ran(Purpose::Isolation),
                faults: ran(Purpose::Fault),
                left_out,
                unrun: &unrun,
                before,
                after,
                expected,
                snapshot: &files,
                is_private: set.private,
                is_quick,
            };
            enter(set, members, done, &seen);
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
fn enter(set: &mut Set, members: &Members, done: &[Done], seen: &Seen<'_>) {
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
    // How fast a load was that something went wrong under has no say.
    let loads: Vec<&Done> = members.done_for(Purpose::Load, done).map(|(_, done)| done).collect();
    set.table = table::rows(loads.iter().copied());
    for row in &mut set.table {
        let of_it = loads.iter().filter(|done| done.role == row.role);
        row.notes.extend(of_it.flat_map(|done| troubles(&done.record)));
    }
    let faulted = members.done_for(Purpose::Fault, done);
    let faulted = faulted.map(|(member, done)| (member.fault().unwrap_or_default(), &done.record));
    set.faults = faults::rows(faulted, seen.left_out);
    set.checklist = checklist::answer(seen);
    let (verdict, reasons) = checklist::conclude(&set.checklist);
    set.verdict = Some(verdict);
    set.reasons = reasons;
}
