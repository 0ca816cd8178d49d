//! max_locks_per_transaction: the shared lock table is sized at the start, and
//! a transaction over many tables fills it for all.

use super::case::{Case, Change, Value};
use super::rule::Rule;
use super::seen::{Lack, Seen, unseen};
use crate::model::advice::{Advice, Applies, Confidence, Risk};
use crate::model::observed::Capacity;

pub(super) const RULE: Rule = Rule {
    id: "max_locks_per_transaction",
    settings: &["max_locks_per_transaction"],
    applies: Applies::Restart,
    risk: Risk::Memory,
    confidence: Confidence::High,
    source: "lock.c, NLOCKENTS(); postinit.c, InitializeMaxBackends()",
    weigh,
};

/// out_of_memory, which "out of shared memory" has, too.
const OUT_OF_MEMORY: &str = "53200";

/// The share of the lock table that may be in use.
const IN_USE: f64 = 0.5;

fn weigh(seen: &Seen<'_>, case: &mut Case<'_>) -> Result<Advice, Lack> {
    seen.database()?;
    let errors = seen.record.load.as_ref().map_or(&[][..], |load| &load.errors);
    let full = errors.iter().filter(|e| e.code == OUT_OF_MEMORY && e.example.contains("shared"));
    let is_full =
        case.is_above("out_of_shared_memory", full.map(|e| e.count).sum::<u64>() as f64, 0.0);
    let transactions = transactions(seen)?;
    let capacity = seen.number("max_locks_per_transaction")? * transactions;
    case.goes_in("lock_capacity", capacity);
    let peak = seen.tuning()?.peaks.shared_locks.map(f64::from);
    // Where it was full, once a second didn't see the most.
    let peak = if is_full { Some(peak.unwrap_or(0.0).max(capacity)) } else { peak };
    let peak = peak.ok_or_else(|| unseen("tuning.peaks.shared_locks"))?;
    case.goes_in("locks_peak", peak);
    if !case.is_above("lock_share", peak / capacity, IN_USE) {
        return Ok(Advice::Settled);
    }
    let (locks, capacity) = (peak as u64, capacity as u64);
    case.notes.push(Capacity::OneTenantATransaction { locks, capacity }.into());
    let raw = peak / IN_USE / transactions;
    let value = Value::Number(2_f64.powf(raw.log2().ceil()));
    let name = "max_locks_per_transaction";
    case.change(Change { name, value, raw: Some(raw), capped_by: None })?;
    Ok(Advice::Proposed)
}

/// How many transactions the lock table has room for: MaxBackends, with the
/// launcher of autovacuum (and from 18 on the worker that synchronizes slots),
/// and prepared ones.
fn transactions(seen: &Seen<'_>) -> Result<f64, Lack> {
    let (workers, special) = match seen.major()? {
        ..18 => ("autovacuum_max_workers", 1.0),
        _ => ("autovacuum_worker_slots", 2.0),
    };
    let of = |name| seen.number(name);
    let backends = of("max_connections")? + of(workers)? + of("max_worker_processes")?;
    Ok(backends + of("max_wal_senders")? + special + of("max_prepared_transactions")?)
}

#[cfg(test)]
mod tests {
    use super::super::lab::{Lab, proposed};
    use super::*;
    use crate::model::record::{ErrorCount, Load};

    fn lab(major: u32, peak: Option<u32>) -> Lab {
        let mut lab = [
            ("max_locks_per_transaction", "64"),
            ("max_connections", "100"),
            ("autovacuum_max_workers", "3"),
            ("autovacuum_worker_slots", "16"),
            ("max_worker_processes", "8"),
            ("max_wal_senders", "10"),
            ("max_prepared_transactions", "0"),
        ]
        .into_iter()
        .fold(Lab::new(major), |lab, (name, value)| lab.unit(name, value, ""));
        lab.tuning().peaks.shared_locks = peak;
        lab.record.load = None;
        lab
    }

    fn value(said: &crate::model::advice::Recommendation, id: &str) -> f64 {
        said.evidence.iter().find(|e| e.id == id).unwrap().value.unwrap()
    }

    #[test]
    fn worked_example_5() {
        // 20 tenants, 40 tables each, 7 relations a table: 5,600 locks in one transaction.
        let said = lab(17, Some(5_640)).ask("max_locks_per_transaction");
        assert_eq!(value(&said, "lock_capacity"), 7_808.0);
        assert_eq!((value(&said, "lock_share") * 100.0).round(), 72.0);
        assert_eq!(said.settings[0].raw.map(|raw| (raw * 10.0).round() / 10.0), Some(92.5));
        assert_eq!(proposed(&said), ["max_locks_per_transaction=128"]);
        assert_eq!((said.outcome, said.applies), (Advice::Proposed, Applies::Restart));
        assert_eq!(said.notes[0].id, "one_tenant_a_transaction");
        // 122 of 17; 18 counts slots for workers, and one more of its own.
        assert_eq!(lab(17, None).seen(|seen| transactions(seen).unwrap()), 122.0);
        assert_eq!(lab(18, None).seen(|seen| transactions(seen).unwrap()), 136.0);
    }

    #[test]
    fn half_a_table_is_room_enough() {
        let said = lab(17, Some(3_904)).ask("max_locks_per_transaction");
        assert_eq!((said.outcome, proposed(&said)), (Advice::Settled, vec![]));
    }

    #[test]
    fn a_table_that_was_full_is_doubled_whatever_was_seen() {
        for peak in [None, Some(900)] {
            let mut lab = lab(17, peak);
            let error = |code: &str, example: &str| ErrorCount {
                code: code.into(),
                count: 2,
                example: example.into(),
            };
            let errors = vec![error("53200", "out of shared memory")];
            lab.record.load = Some(Load { errors, ..Load::default() });
            assert_eq!(
                proposed(&lab.ask("max_locks_per_transaction")),
                ["max_locks_per_transaction=128"]
            );
            // Memory of the system is none of the lock table's.
            let errors = vec![error("53200", "out of memory"), error("40P01", "shared")];
            lab.record.load = Some(Load { errors, ..Load::default() });
            assert_eq!(proposed(&lab.ask("max_locks_per_transaction")), Vec::<String>::new());
        }
    }

    #[test]
    fn unseen_locks_are_no_evidence() {
        let said = lab(17, None).ask("max_locks_per_transaction");
        assert_eq!(said.outcome, Advice::NotEnoughEvidence);
        assert_eq!(said.notes[0].args["path"], "tuning.peaks.shared_locks");
    }
}
