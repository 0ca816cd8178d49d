//! commit_delay: a commit waits so that others are flushed with it. It helps
//! only where flushes are slow, writers are many, and few commits share one.

use super::case::{Case, Change, Value};
use super::rule::Rule;
use super::seen::{Lack, Seen, unseen};
use crate::model::advice::{Advice, Applies, Confidence, Risk};
use crate::model::criterion::Comparison;
use crate::model::observed::Advised;

pub(super) const RULE: Rule = Rule {
    id: "commit_delay",
    settings: &["commit_delay"],
    applies: Applies::Reload,
    risk: Risk::Latency,
    confidence: Confidence::Medium,
    source: "PostgreSQL manual, WAL Configuration (commit_delay)",
    weigh,
};

/// A flush that is faster leaves nothing to wait for.
const SYNC_MS: f64 = 1.0;

/// As many commits in a flush as this, and they share it already.
const SHARED: f64 = 2.0;

/// What the delay may be, in microseconds.
const BOUNDS_US: (f64, f64) = (10.0, 10_000.0);

fn weigh(seen: &Seen<'_>, case: &mut Case<'_>) -> Result<Advice, Lack> {
    if seen.number("commit_delay")? > 0.0 {
        return Ok(Advice::Settled);
    }
    let wal = seen.wal()?;
    let syncs = wal.syncs.filter(|syncs| *syncs > 0);
    let syncs = syncs.ok_or_else(|| unseen("database.wal.syncs"))? as f64;
    let sync_ms = wal.sync_ms.ok_or_else(|| Lack::from(Advised::NeedsWalTiming {}))? / syncs;
    let commits = seen.database()?.transactions.as_ref();
    let commits = commits.ok_or_else(|| unseen("database.transactions"))?.commits as f64;
    let is_slow = case.is("wal_sync_ms", sync_ms, Comparison::AtLeast, SYNC_MS);
    let siblings = seen.number("commit_siblings")?;
    let are_many = case.is_above("writers_at_once", seen.writers_at_once()?, siblings);
    let are_apart = case.is("commits_per_sync", commits / syncs, Comparison::Less, SHARED);
    if !(is_slow && are_many && are_apart) {
        return Ok(Advice::Settled);
    }
    let raw = sync_ms * 1_000.0 / 2.0;
    let delay = Value::Number(raw.clamp(BOUNDS_US.0, BOUNDS_US.1).round());
    case.say(Advised::CommitsApart {});
    let name = "commit_delay";
    case.change(Change { name, value: delay, raw: Some(raw), capped_by: None })?;
    Ok(Advice::Trial)
}

#[cfg(test)]
mod tests {
    use super::super::lab::{Lab, proposed};
    use super::*;

    /// 16 writers, 52,000 flushes of 4 ms.
    fn example(commits: u64) -> Lab {
        let mut lab = Lab::new(17).writers(16.0).value("commit_delay", "0");
        let database = lab.database();
        database.transactions.as_mut().unwrap().commits = commits;
        let wal = database.wal.as_mut().unwrap();
        (wal.syncs, wal.sync_ms) = (Some(52_000), Some(208_000.0));
        lab.value("commit_siblings", "5")
    }

    #[test]
    fn worked_example_3() {
        let said = example(118_000).ask("commit_delay");
        assert_eq!((said.outcome, proposed(&said)), (Advice::Settled, vec![]));
        assert_eq!(said.evidence[0].value, Some(4.0));
        assert_eq!((said.evidence[2].value.unwrap() * 100.0).round(), 227.0);
        let said = example(62_400).ask("commit_delay");
        assert_eq!(said.outcome, Advice::Trial);
        assert_eq!(proposed(&said), ["commit_delay=2000"]);
    }

    #[test]
    fn fast_flushes_few_writers_or_a_delay_ask_for_nothing() {
        let mut fast = example(62_400);
        fast.database().wal.as_mut().unwrap().sync_ms = Some(40_000.0);
        assert_eq!(fast.ask("commit_delay").outcome, Advice::Settled);
        assert_eq!(example(62_400).writers(5.0).ask("commit_delay").outcome, Advice::Settled);
        let set = example(62_400).value("commit_delay", "100").ask("commit_delay");
        assert_eq!(set.outcome, Advice::Settled);
    }

    #[test]
    fn without_timing_there_is_no_evidence() {
        let mut lab = example(62_400);
        lab.database().wal.as_mut().unwrap().sync_ms = None;
        let said = lab.ask("commit_delay");
        assert_eq!(said.outcome, Advice::NotEnoughEvidence);
        assert_eq!(said.notes[0].id, "needs_wal_timing");
        assert_eq!(
            example(62_400).run_s(30).ask("commit_delay").outcome,
            Advice::NotEnoughEvidence
        );
    }
}
