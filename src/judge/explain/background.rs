//! What is at work in the background and takes the storage from the writers:
//! what it has to show to be a cause, and autovacuum.

use super::window::{Presence, Window, percent};
use super::{Case, MOST, Rank, waits};
use crate::model::observed::Evidence;
use crate::model::{Cause, Note};

/// Something in the background counts where it was there so much more often
/// in the stall than elsewhere. What runs nearly always overlaps every stall
/// and says nothing.
const LIFT: f64 = 0.6;

/// The same where nobody saw what the writers waited for, so that nothing but
/// the coincidence speaks for it: less than one in six, for one stall.
const LIFT_ALONE: f64 = 0.85;

/// Whether something that was there so often may have caused the stall, given
/// that the waits for which `is` holds are those that it causes. Then how
/// strongly it speaks.
pub(super) fn strength(
    window: &Window,
    presence: Presence,
    is: impl Fn(&str, &str) -> bool,
) -> Option<f64> {
    let lift = presence.lift();
    match &window.lost {
        Some(lost) => {
            let share = lost.share(is);
            (lift >= LIFT && share >= MOST).then_some(share * lift)
        }
        None => (lift >= LIFT_ALONE).then_some(lift * MOST),
    }
}

/// The sentence about the waits that go with it.
pub(super) fn of_lost_time(
    window: &Window,
    is: impl Fn(&str, &str) -> bool,
    waits: &str,
) -> Option<Note> {
    let share = window.lost.as_ref()?.share(is);
    Some(Evidence::LostTo { waits: waits.to_owned(), percent: percent(share) }.into())
}

/// A worker of autovacuum reads and writes tables, and its WAL.
pub(super) fn autovacuum(window: &Window) -> Option<Case> {
    let presence = window.presence(|point| {
        let workers = point.server.as_ref()?.autovacuum_workers?;
        Some(workers > 0)
    })?;
    let strength = strength(window, presence, waits::of_storage)?;
    let mut evidence = vec![
        Evidence::Autovacuumed {
            seconds: presence.seconds,
            of: presence.of,
            usual_percent: percent(presence.usually),
        }
        .into(),
    ];
    evidence.extend(of_lost_time(window, waits::of_storage, waits::STORAGE));
    Some(Case { cause: Cause::Autovacuum, rank: Rank::Behind, strength, evidence })
}
