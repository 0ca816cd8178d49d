//! Checkpoints as causes: the write phase, and the sync phase.

use super::background::{of_lost_time, strength};
use super::window::{Presence, Window, percent};
use super::{Case, Rank, waits, wal};
use crate::model::Cause;
use crate::model::Note;
use crate::model::database::CheckpointPhase;
use crate::model::observed::Evidence;

/// The storage flushes what the checkpoint wrote, and the WAL waits for it.
pub(super) fn sync(window: &Window) -> Option<Case> {
    let presence = window.in_phases(&[CheckpointPhase::Sync])?;
    let strength = strength(window, presence, waits::of_storage)?;
    let Presence { seconds, of, usually } = presence;
    let usual_percent = percent(usually);
    let synced = Evidence::CheckpointSynced { seconds, of, usual_percent }.into();
    Some(case(window, Cause::CheckpointSync, strength, synced))
}

/// The checkpointer's writes take the storage from the writers. At its
/// beginning full-page images do, where they have grown by then.
pub(super) fn write(window: &Window) -> Option<Case> {
    let phases = [CheckpointPhase::Early, CheckpointPhase::Write];
    let [early, write] = phases.map(|phase| window.in_phases(&[phase]).map(|p| p.seconds));
    if early >= write && wal::full_page_images(window).is_some() {
        return None;
    }
    let presence = window.in_phases(&phases)?;
    let strength = strength(window, presence, waits::of_storage)?;
    let Presence { seconds, of, usually } = presence;
    let usual_percent = percent(usually);
    let written = Evidence::CheckpointWrote { seconds, of, usual_percent }.into();
    Some(case(window, Cause::CheckpointWrite, strength, written))
}

fn case(window: &Window, cause: Cause, strength: f64, seen: Note) -> Case {
    let mut evidence = vec![seen];
    evidence.extend(of_lost_time(window, waits::of_storage, waits::STORAGE));
    let buffers = window.server_means(|server| server.checkpointer_buffers.map(|n| n as f64));
    if let Some((per_s, usual)) = buffers {
        let (per_s, usual_per_s) = (per_s.round() as u64, usual.round() as u64);
        evidence.push(Evidence::CheckpointBuffers { per_s, usual_per_s }.into());
    }
    if let Some((busy, usual)) = window.server_means(|server| server.disk_busy) {
        let (percent, usual_percent) = (percent(busy), percent(usual));
        evidence.push(Evidence::DiskBusy { percent, usual_percent }.into());
    }
    Case { cause, rank: Rank::Behind, strength, evidence }
}
