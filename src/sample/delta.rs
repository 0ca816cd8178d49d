//! The difference between two readings of a view, and why there may be none.
//!
//! What isn't a count of something that happened in between is a case of its
//! own, never zero and never negative.

use crate::model::database::DropReason;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Counters by name. What the server gave as NULL isn't there. Times are in microseconds.
pub type Counters = BTreeMap<Arc<str>, u64>;

/// Counters of each row of a view by what identifies the row; a view of one
/// row has it under the empty key.
pub type Rows = BTreeMap<Vec<String>, Counters>;

/// A view as it was at a moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// When the server was started, in microseconds since 1970.
    pub started_us: i64,
    /// When its statistics were reset last, likewise; None where they never were.
    pub reset_us: Option<i64>,
    /// What it counts.
    pub rows: Rows,
}

/// What lies between two readings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delta<T> {
    /// That much happened.
    Counted(T),
    /// The statistics were reset: the difference means nothing.
    Reset,
    /// The server was restarted: likewise.
    Restarted,
    /// A counter is lower than before: likewise.
    Fell,
    /// It wasn't there before: there is nothing to subtract.
    Appeared,
    /// It isn't there.
    Absent,
}

impl<T> Delta<T> {
    /// Why the interval is to be named as left out; None where it counts, or
    /// where there was none.
    pub fn dropped(&self) -> Option<DropReason> {
        match self {
            Delta::Reset => Some(DropReason::Reset),
            Delta::Restarted => Some(DropReason::Restarted),
            Delta::Fell => Some(DropReason::Fell),
            Delta::Counted(_) | Delta::Appeared | Delta::Absent => None,
        }
    }
}

/// Of one counter, in statistics that nobody reset.
pub fn of_counter(before: Option<u64>, after: Option<u64>) -> Delta<u64> {
    match (before, after) {
        (_, None) => Delta::Absent,
        (None, Some(_)) => Delta::Appeared,
        (Some(before), Some(after)) => {
            after.checked_sub(before).map_or(Delta::Fell, Delta::Counted)
        }
    }
}

/// Of a view: all of its counters, or none of them. Rows and counters that
/// appeared count from the next reading on.
pub fn of_view(before: Option<&Reading>, after: Option<&Reading>) -> Delta<Rows> {
    let (before, after) = match (before, after) {
        (_, None) => return Delta::Absent,
        (None, Some(_)) => return Delta::Appeared,
        (Some(before), Some(after)) => (before, after),
    };
    if before.started_us != after.started_us {
        return Delta::Restarted;
    }
    if before.reset_us != after.reset_us {
        return Delta::Reset;
    }
    let mut rows = Rows::new();
    for (key, counters) in &after.rows {
        let Some(earlier) = before.rows.get(key) else { continue };
        let mut counted = Counters::new();
        for (name, value) in counters {
            match of_counter(earlier.get(name).copied(), Some(*value)) {
                Delta::Counted(difference) => {
                    counted.insert(name.clone(), difference);
                }
                Delta::Fell => return Delta::Fell,
                _ => {}
            }
        }
        rows.insert(key.clone(), counted);
    }
    Delta::Counted(rows)
}

/// The counters of a one-row view.
pub(super) fn single(rows: &Rows) -> Option<&Counters> {
    rows.get(&Vec::new())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn reading(reset_us: Option<i64>, counters: &[(&str, u64)]) -> Reading {
        let counters = counters.iter().map(|(name, value)| ((*name).into(), *value)).collect();
        Reading { started_us: 7, reset_us, rows: Rows::from([(Vec::new(), counters)]) }
    }

    #[test]
    fn a_counter_that_grew_counted_the_difference() {
        assert_eq!(of_counter(Some(5), Some(9)), Delta::Counted(4));
        assert_eq!(of_counter(Some(5), Some(5)), Delta::Counted(0));
        assert_eq!(of_counter(Some(5), Some(4)), Delta::Fell);
        assert_eq!(of_counter(None, Some(4)), Delta::Appeared);
        assert_eq!(of_counter(Some(4), None), Delta::Absent);
        assert_eq!(of_counter(None, None), Delta::Absent);
    }

    #[test]
    fn a_view_counts_wholly_or_not_at_all() {
        let before = reading(None, &[("a", 5), ("b", 2)]);
        let after = reading(None, &[("a", 9), ("b", 2)]);
        let Delta::Counted(rows) = of_view(Some(&before), Some(&after)) else { panic!() };
        let counters: Vec<_> = rows[&Vec::new()].iter().map(|(n, v)| (n.as_ref(), *v)).collect();
        assert_eq!(counters, [("a", 4), ("b", 0)]);
        let fell = reading(None, &[("a", 9), ("b", 1)]);
        assert_eq!(of_view(Some(&before), Some(&fell)), Delta::Fell);
        // Grown past the old value since the reset: only its time tells.
        let reset = reading(Some(8), &[("a", 900), ("b", 900)]);
        assert_eq!(of_view(Some(&before), Some(&reset)), Delta::Reset);
        let restarted = Reading { started_us: 8, ..reset.clone() };
        assert_eq!(of_view(Some(&before), Some(&restarted)), Delta::Restarted);
        assert_eq!(of_view(None, Some(&reset)), Delta::Appeared);
        assert_eq!(of_view(Some(&before), None), Delta::Absent);
    }

    #[test]
    fn what_appeared_is_not_taken_for_an_increase() {
        let before = reading(None, &[("a", 5)]);
        let mut after = reading(None, &[("a", 6), ("b", 1_000)]);
        after.rows.insert(vec!["new".into()], Counters::from([("a".into(), 1_000)]));
        let Delta::Counted(rows) = of_view(Some(&before), Some(&after)) else { panic!() };
        assert_eq!(rows, Rows::from([(Vec::new(), Counters::from([("a".into(), 1)]))]));
    }

    proptest! {
        #[test]
        fn no_difference_exceeds_what_was_read(before: Option<u64>, after: Option<u64>) {
            match of_counter(before, after) {
                Delta::Counted(n) => prop_assert_eq!(before.unwrap().checked_add(n), after),
                Delta::Fell => prop_assert!(before.unwrap() > after.unwrap()),
                Delta::Appeared => prop_assert!(before.is_none() && after.is_some()),
                Delta::Absent => prop_assert!(after.is_none()),
                Delta::Reset | Delta::Restarted => prop_assert!(false, "of a view alone"),
            }
        }
    }
}
