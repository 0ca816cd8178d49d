//! The server was away: its statistics say so by themselves.

use super::window::Window;
use super::{Case, Rank};
use crate::model::Cause;
use crate::model::database::DropReason;
use crate::model::observed::Evidence;

/// A restart in the seconds of the stall, or up to a second beside them.
pub(super) fn restart(window: &Window) -> Option<Case> {
    let database = window.record.database.as_ref()?;
    let (first, last) = (window.inside.first()?.second, window.inside.last()?.second);
    let (from, until) = (f64::from(first) - 1.0, f64::from(last) + 2.0);
    let mut restarts = database.dropped.iter().filter(|d| d.why == DropReason::Restarted);
    // What is read at the beginning and the end alone says nothing of when.
    let near = restarts.find(|d| {
        let is_short = d.until_s - d.from_s < database.elapsed_s / 2.0;
        is_short && d.from_s < until && d.until_s > from
    })?;
    let evidence =
        Evidence::Restarted { from_s: near.from_s as u32, until_s: near.until_s.ceil() as u32 };
    // Whatever else was waited for, there was no server to wait on.
    let (cause, rank, strength) = (Cause::Restart, Rank::Behind, f64::INFINITY);
    Some(Case { cause, rank, strength, evidence: vec![evidence.into()] })
}
