//! What criteria ask about checkpoints: whether they came on schedule, and
//! whether they stalled the load.
//!
//! Both need a checkpoint to have been there. Checkpoints come every
//! checkpoint_timeout and take most of that time
//! (checkpoint_completion_target, 0.9), so one that runs from beginning to end
//! is sure to fall only into twice that; without it there is no number, and why.

use super::explain::find::too_uneven;
use super::metric;
use crate::model::database::Checkpoints;
use crate::model::{Cause, Note, Reason, RunRecord, Unavailable};

/// Requested over all.
const SHARE: &str = "database.checkpoints.requested_share";

/// Stalls that come from checkpoints.
const STALLS: &str = "stall_summary.checkpoint_stalls";

/// Enters both numbers, or why they aren't there; after the stalls were explained.
pub(super) fn enter(record: &mut RunRecord) {
    let missing = [(SHARE, share(record)), (STALLS, stalls(record))];
    for (path, reason) in missing.into_iter().filter_map(|(path, seen)| Some((path, seen.err()?))) {
        record.unavailable.push(Unavailable { path: path.to_owned(), reason });
    }
}

fn share(record: &mut RunRecord) -> Result<(), Note> {
    let why = no_checkpoint(record);
    // Why the section isn't there is said by who asked for it.
    let Some(checkpoints) = checkpoints_mut(record) else { return Ok(()) };
    let all = checkpoints.timed + checkpoints.requested;
    checkpoints.requested_share = (all > 0).then(|| checkpoints.requested as f64 / all as f64);
    checkpoints.requested_share.map(|_| ()).ok_or(why)
}

fn stalls(record: &mut RunRecord) -> Result<(), Note> {
    let by_checkpoint = [Cause::CheckpointWrite, Cause::CheckpointSync];
    let found = record.stalls.iter().filter(|stall| by_checkpoint.contains(&stall.cause)).count();
    let unseen = unseen(record);
    let Some(summary) = &mut record.stall_summary else { return Ok(()) };
    // Nor does it say anything where only what nobody could miss stands out.
    let uneven = too_uneven(summary.usual_ms, summary.limit_ms).map(Note::from);
    let unseen = unseen.or(uneven);
    // One that was found is a fact, however little else was seen.
    match unseen {
        Some(why) if found == 0 => Err(why),
        _ => {
            summary.checkpoint_stalls = Some(found as u64);
            Ok(())
        }
    }
}

/// Why none says nothing: the checkpoints, or what they did to the load,
/// couldn't be seen, or none ran from beginning to end.
fn unseen(record: &RunRecord) -> Option<Note> {
    let Some(checkpoints) = record.database.as_ref().and_then(|d| d.checkpoints.as_ref()) else {
        let why = metric::why_unseen(record, "database.checkpoints");
        return Some(why.unwrap_or_else(|| Reason::NotReached {}.into()));
    };
    let whole = checkpoints.each.iter().any(|one| one.began_s >= 0.0 && one.ended_s.is_some());
    let hidden = ["database.checkpoints.each", "series.server.waits"];
    let why = hidden.iter().find_map(|path| metric::why_unseen(record, path));
    match (why, whole) {
        (Some(why), _) => Some(why),
        (None, true) => None,
        (None, false) if began(checkpoints) => Some(match soak_for_s(record) {
            Some(soak_for_s) => Reason::NoWholeCheckpoint { soak_for_s }.into(),
            None => Reason::NotReached {}.into(),
        }),
        (None, false) => Some(no_checkpoint(record)),
    }
}

fn began(checkpoints: &Checkpoints) -> bool {
    checkpoints.timed + checkpoints.requested > 0 || !checkpoints.each.is_empty()
}

fn no_checkpoint(record: &RunRecord) -> Note {
    match soak_for_s(record) {
        Some(soak_for_s) => Reason::NoCheckpoint { soak_for_s }.into(),
        None => Reason::NotReached {}.into(),
    }
}

/// Twice the server's checkpoint_timeout, in seconds.
fn soak_for_s(record: &RunRecord) -> Option<u64> {
    let settings = &record.server.as_ref()?.settings;
    let timeout = settings.iter().find(|setting| setting.name == "checkpoint_timeout")?;
    Some(2 * seconds(&timeout.value)?)
}

/// A time as `current_setting` writes it, as in `5min`, in seconds.
fn seconds(value: &str) -> Option<u64> {
    let end = value.find(|c: char| !c.is_ascii_digit())?;
    let of = match value[end..].trim() {
        "s" => 1,
        "min" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return None,
    };
    value[..end].parse::<u64>().ok()?.checked_mul(of)
}

fn checkpoints_mut(record: &mut RunRecord) -> Option<&mut Checkpoints> {
    record.database.as_mut()?.checkpoints.as_mut()
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn times_are_read_as_the_server_writes_them() {
        let read = ["30s", "5min", "1h", "1d"].map(seconds);
        assert_eq!(read, [Some(30), Some(300), Some(3_600), Some(86_400)]);
        for no_time in ["", "5", "min", "5 weeks", "99999999999999999999d", "-1s"] {
            assert_eq!(seconds(no_time), None, "{no_time}");
        }
    }
}
