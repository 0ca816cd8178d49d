//! The load of others: two looks at the counters, a second apart.

use super::{count, failed, field, unanswered};
use crate::model::Check;
use crate::model::observed::Surroundings;
use crate::model::size::Bytes;
use crate::session::{Session, SessionError, sql};
use std::time::Duration;

/// How far apart the looks are: a busy backend publishes its transactions once
/// a second.
pub(super) const APART: Duration = Duration::from_millis(1100);

/// What the preflight itself adds to the count of transactions, at most: each
/// question is one.
const OWN_TRANSACTIONS: u64 = 20;

/// From here on others are at work.
const BUSY_TRANSACTIONS_PER_S: u64 = 50;

/// The same for their WAL.
const BUSY_WAL_BYTES_PER_S: u64 = 1 << 20;

/// The same for backends that were active at both looks.
const BUSY_BACKENDS: u64 = 2;

/// The counters at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Look {
    pub at_s: f64,
    pub transactions: u64,
    /// None in recovery.
    pub next_xid: Option<u64>,
    /// None in recovery.
    pub wal_bytes: Option<u64>,
    pub active: u64,
    /// Backends whose state the role may not see.
    pub hidden: u64,
}

/// Looks.
pub(super) async fn ask(session: &Session) -> Result<Look, SessionError> {
    let query = session.client.query_typed_one(sql!("preflight/load.sql"), &[]);
    let row = query.await.map_err(failed())?;
    let maybe = |value: Option<i64>| value.map(count);
    Ok(Look {
        at_s: field(&row, "at_s")?,
        transactions: count(field(&row, "transactions")?),
        next_xid: maybe(field(&row, "next_xid")?),
        wal_bytes: maybe(field(&row, "wal_bytes")?),
        active: count(field(&row, "active")?),
        hidden: count(field(&row, "hidden")?),
    })
}

/// Judges.
pub(super) fn check(looks: &Result<(Look, Look), SessionError>, role: &str) -> Check {
    let id = "other_load";
    let (before, after) = match looks {
        Err(error) => return unanswered(id, error),
        Ok(looks) => looks,
    };
    // The clock may be set back meanwhile.
    let elapsed_s = (after.at_s - before.at_s).max(APART.as_secs_f64() / 2.0);
    let rate = |grown: u64| (grown as f64 / elapsed_s).round() as u64;
    let grown = |before: Option<u64>, after: Option<u64>| {
        after.unwrap_or(0).saturating_sub(before.unwrap_or(0))
    };
    // Published late, and with our own in it; ids are exact, and only of
    // transactions that write. Each is a lower bound, so the greater holds.
    let published = after.transactions.saturating_sub(before.transactions);
    let published = published.saturating_sub(OWN_TRANSACTIONS);
    let transactions_per_s = rate(published.max(grown(before.next_xid, after.next_xid)));
    let wal_bytes_per_s = Bytes(rate(grown(before.wal_bytes, after.wal_bytes)));
    let active = before.active.min(after.active);
    let is_busy = transactions_per_s >= BUSY_TRANSACTIONS_PER_S
        || wal_bytes_per_s.0 >= BUSY_WAL_BYTES_PER_S
        || active >= BUSY_BACKENDS;
    if is_busy {
        let note = Surroundings::Busy { transactions_per_s, wal_bytes_per_s, active };
        return Check::warning(id, note);
    }
    if after.hidden > 0 {
        let (hidden, role) = (after.hidden, role.to_owned());
        let note =
            Surroundings::QuietAsFarAsSeen { transactions_per_s, wal_bytes_per_s, hidden, role };
        return Check::unknown(id, note);
    }
    Check::ok(id, Surroundings::Quiet { transactions_per_s, wal_bytes_per_s, active })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(change: fn(&mut Look)) -> String {
        let before = Look {
            at_s: 100.0,
            transactions: 1_000,
            next_xid: Some(700),
            wal_bytes: Some(1 << 40),
            active: 2,
            hidden: 0,
        };
        let mut after = Look { at_s: 101.0, active: 0, ..before };
        change(&mut after);
        check(&Ok((before, after)), "u").note.id
    }

    #[test]
    fn the_load_of_others_is_told_from_our_own() {
        assert_eq!(note(|_| {}), "quiet");
        assert_eq!(note(|after| after.transactions += OWN_TRANSACTIONS + 49), "quiet");
        assert_eq!(note(|after| after.transactions += OWN_TRANSACTIONS + 50), "busy");
        assert_eq!(note(|after| after.next_xid = Some(750)), "busy");
        assert_eq!(note(|after| after.wal_bytes = Some((1 << 40) + (1 << 20))), "busy");
        assert_eq!(note(|after| after.active = 2), "busy");
        assert_eq!(note(|after| after.active = 1), "quiet", "one may be a monitor");
    }

    #[test]
    fn what_is_hidden_or_odd_is_no_panic() {
        assert_eq!(note(|after| after.hidden = 3), "quiet_as_far_as_seen");
        assert_eq!(note(|after| after.at_s = 0.0), "quiet");
        assert_eq!(note(|after| *after = Look::default()), "quiet", "counters were reset");
    }
}
