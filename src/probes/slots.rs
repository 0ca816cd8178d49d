//! Replication slots: one without a consumer keeps all WAL from its place on.

use super::{count, failed, field, unanswered};
use crate::model::Check;
use crate::model::observed::Storage;
use crate::model::size::Bytes;
use crate::session::{Session, SessionError, sql};

/// A consumer that is further behind than this is worth a word.
const BEHIND_REMARKABLE: u64 = 1 << 30;

/// A slot that keeps WAL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Slot {
    pub name: String,
    pub active: bool,
    pub kept_bytes: u64,
    /// `max_slot_wal_keep_size`; None where there is no limit.
    pub limit_bytes: Option<u64>,
}

/// Asks; what keeps most is first.
pub(super) async fn ask(session: &Session) -> Result<Vec<Slot>, SessionError> {
    let query = session.client.query_typed(sql!("preflight/slots.sql"), &[]);
    let rows = query.await.map_err(failed())?;
    let slot = |row| {
        let kept: Option<i64> = field(row, "kept_bytes")?;
        let limit: Option<i64> = field(row, "limit_mb")?;
        Ok(Slot {
            name: field(row, "slot")?,
            active: field(row, "active")?,
            kept_bytes: count(kept.unwrap_or(0)),
            limit_bytes: limit.filter(|mb| *mb >= 0).map(|mb| count(mb).saturating_mul(1 << 20)),
        })
    };
    rows.iter().map(slot).collect()
}

/// Judges.
pub(super) fn check(answer: &Result<Vec<Slot>, SessionError>) -> Check {
    let id = "replication_slots";
    let slots = match answer {
        Err(error) => return unanswered(id, error),
        Ok(slots) => slots,
    };
    let Some(first) = slots.first() else { return Check::ok(id, Storage::NoSlots {}) };
    let abandoned: Vec<&Slot> = slots.iter().filter(|slot| !slot.active).collect();
    if let Some(slot) = abandoned.first() {
        let (name, kept_bytes) = (slot.name.clone(), Bytes(slot.kept_bytes));
        let abandoned = abandoned.len();
        let note = match slot.limit_bytes.map(Bytes) {
            None => Storage::SlotAbandoned { slot: name, kept_bytes, abandoned },
            Some(limit_bytes) => {
                Storage::SlotAbandonedLimited { slot: name, kept_bytes, abandoned, limit_bytes }
            }
        };
        return Check::warning(id, note);
    }
    let kept_bytes = Bytes(first.kept_bytes);
    if first.kept_bytes > BEHIND_REMARKABLE {
        return Check::warning(id, Storage::SlotBehind { slot: first.name.clone(), kept_bytes });
    }
    Check::ok(id, Storage::SlotsFollow { slots: slots.len(), kept_bytes })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Outcome;

    fn slot(active: bool, kept_bytes: u64, limit_bytes: Option<u64>) -> Slot {
        Slot { name: "s".into(), active, kept_bytes, limit_bytes }
    }

    fn outcome(slots: Vec<Slot>) -> (Outcome, String) {
        let check = check(&Ok(slots));
        (check.outcome, check.note.id)
    }

    #[test]
    fn a_slot_without_a_consumer_is_told() {
        assert_eq!(outcome(vec![]), (Outcome::Ok, "no_slots".into()));
        assert_eq!(outcome(vec![slot(true, 5, None)]), (Outcome::Ok, "slots_follow".into()));
        let lazy = outcome(vec![slot(true, 9, None), slot(false, 5, None)]);
        assert_eq!(lazy, (Outcome::Warning, "slot_abandoned".into()));
        let limited = outcome(vec![slot(false, 5, Some(1 << 30))]);
        assert_eq!(limited, (Outcome::Warning, "slot_abandoned_limited".into()));
        let behind = outcome(vec![slot(true, (1 << 30) + 1, None)]);
        assert_eq!(behind, (Outcome::Warning, "slot_behind".into()));
    }
}
