//! How checkpoints are spread: how often they come, over what share of the
//! time they are written, and how much is left to be flushed at their end.

use super::case::{Case, Value};
use super::max_wal_size;
use super::rule::Rule;
use super::seen::{Lack, Seen, unseen};
use crate::model::advice::{Advice, Applies, Confidence, Risk};
use crate::model::criterion::Comparison;
use crate::model::observed::Advised;

pub(super) const TIMEOUT: Rule = Rule {
    id: "checkpoint_timeout",
    settings: &["checkpoint_timeout", "max_wal_size"],
    applies: Applies::Reload,
    risk: Risk::DiskAndRecovery,
    confidence: Confidence::Medium,
    source: "PostgreSQL manual, WAL Configuration",
    weigh: timeout,
};

pub(super) const COMPLETION_TARGET: Rule = Rule {
    id: "checkpoint_completion_target",
    settings: &["checkpoint_completion_target"],
    applies: Applies::Reload,
    risk: Risk::Safe,
    confidence: Confidence::High,
    source: "the default since PostgreSQL 14",
    weigh: completion_target,
};

pub(super) const FLUSH_AFTER: Rule = Rule {
    id: "checkpoint_flush_after",
    settings: &["checkpoint_flush_after"],
    applies: Applies::Reload,
    risk: Risk::Safe,
    confidence: Confidence::Medium,
    source: "PostgreSQL manual, checkpoint_flush_after",
    weigh: flush_after,
};

/// More full-page images than that share of the WAL are worth fewer checkpoints, or compression.
pub(super) const FULL_PAGES: f64 = 0.3;

/// How far apart checkpoints are to be.
const TIMEOUT_S: f64 = 900.0;

fn timeout(seen: &Seen<'_>, case: &mut Case<'_>) -> Result<Advice, Lack> {
    let current = seen.size("checkpoint_timeout")?;
    if !case.is("checkpoint_timeout_s", current, Comparison::Less, TIMEOUT_S) {
        return Ok(Advice::Settled);
    }
    let requested = seen.checkpoints()?.requested;
    let all_timed = case.is("checkpoints_requested", requested as f64, Comparison::Equal, 0.0);
    let share = seen.full_page_share()?;
    let has_many = case.is_above("full_page_share_at_most", share, FULL_PAGES);
    if !all_timed || !has_many {
        return Ok(Advice::Settled);
    }
    let spread = 1.0 + seen.number("checkpoint_completion_target")?;
    // WAL of as long a time as this is replayed at the worst, if as fast as it was written.
    let allowed = seen.given.recovery_s.map_or(f64::INFINITY, |budget_s| budget_s / spread);
    let timeout_s = TIMEOUT_S.min((allowed / 60.0).floor() * 60.0);
    if timeout_s <= current {
        let budget_s = seen.given.recovery_s.unwrap_or_default() as u64;
        case.say(Advised::CappedByRecovery { budget_s });
        return Ok(Advice::Report);
    }
    let wal = max_wal_size::for_interval(seen, case, timeout_s)?;
    if wal.capped_by.is_some() {
        // Checkpoints would then come because of max_wal_size.
        case.notes.extend(wal.capped_by);
        return Ok(Advice::Report);
    }
    case.say(Advised::FullPagesOfCheckpoints {});
    case.set("checkpoint_timeout", Value::Seconds(timeout_s))?;
    if wal.bytes > seen.size("max_wal_size")? {
        case.change(wal.change())?;
    }
    Ok(Advice::Proposed)
}

/// What the server does by default since 14.
const SPREAD: f64 = 0.9;

fn completion_target(seen: &Seen<'_>, case: &mut Case<'_>) -> Result<Advice, Lack> {
    let current = seen.number("checkpoint_completion_target")?;
    if !case.is("checkpoint_completion_target", current, Comparison::Less, SPREAD) {
        return Ok(Advice::Settled);
    }
    case.say(Advised::WrittenInLessTime {});
    case.set("checkpoint_completion_target", Value::Number(SPREAD))?;
    Ok(Advice::Proposed)
}

/// A greater share of a checkpoint's time than this in its flushes is a burst at its end.
const SYNCED: f64 = 0.2;

/// The default on Linux.
const FLUSH_AFTER_BYTES: f64 = 262_144.0;

fn flush_after(seen: &Seen<'_>, case: &mut Case<'_>) -> Result<Advice, Lack> {
    let current = seen.size("checkpoint_flush_after")?;
    if !case.is("checkpoint_flush_after_bytes", current, Comparison::Equal, 0.0) {
        return Ok(Advice::Settled);
    }
    let checkpoints = seen.checkpoints()?;
    let all_ms = checkpoints.write_ms + checkpoints.sync_ms;
    if all_ms <= 0.0 {
        return Err(unseen("database.checkpoints.write_ms"));
    }
    if !case.is_above("checkpoint_sync_share", checkpoints.sync_ms / all_ms, SYNCED) {
        return Ok(Advice::Settled);
    }
    case.say(Advised::FlushedAtTheEnd {});
    case.set("checkpoint_flush_after", Value::Bytes(FLUSH_AFTER_BYTES))?;
    Ok(Advice::Proposed)
}

#[cfg(test)]
mod tests {
    use super::super::lab::{Lab, MB, proposed};
    use super::super::seen::Given;
    use super::*;

    /// Five checkpoints by schedule, half of the WAL full-page images.
    fn scheduled() -> Lab {
        Lab::new(16).run_s(1_500).checkpoints(5, 0).full_pages(0.5).wal_disk(200 << 30)
    }

    #[test]
    fn many_full_pages_ask_for_fewer_checkpoints_and_room_for_their_wal() {
        let said = scheduled().wal(4 * MB, 5 * MB).ask("checkpoint_timeout");
        assert_eq!(said.outcome, Advice::Proposed);
        // 5 MB/s x 900 s x 1.9 x 1.1 = 9,405 MB.
        assert_eq!(proposed(&said), ["checkpoint_timeout=15min", "max_wal_size=10GB"]);
    }

    #[test]
    fn few_full_pages_or_requested_checkpoints_ask_for_nothing() {
        assert_eq!(scheduled().full_pages(0.2).ask("checkpoint_timeout").outcome, Advice::Settled);
        let requested = scheduled().checkpoints(4, 1).ask("checkpoint_timeout");
        assert_eq!(requested.outcome, Advice::Settled);
        let long = scheduled().value("checkpoint_timeout", "900").ask("checkpoint_timeout");
        assert_eq!(long.outcome, Advice::Settled);
    }

    #[test]
    fn too_few_checkpoints_say_nothing_of_their_interval() {
        let said = scheduled().checkpoints(2, 0).ask("checkpoint_timeout");
        assert_eq!(said.outcome, Advice::NotEnoughEvidence);
        let said = scheduled().run_s(100).ask("checkpoint_timeout");
        assert_eq!(said.outcome, Advice::NotEnoughEvidence);
    }

    #[test]
    fn a_recovery_budget_or_a_small_disk_forbids_it() {
        let budget = |recovery_s| Given { recovery_s: Some(recovery_s), ..Given::default() };
        let said = scheduled().given(budget(300.0)).ask("checkpoint_timeout");
        assert_eq!((said.outcome, proposed(&said)), (Advice::Report, vec![]));
        let said = scheduled().given(budget(1_200.0)).ask("checkpoint_timeout");
        assert_eq!(proposed(&said)[0], "checkpoint_timeout=10min");
        let small = scheduled().wal(4 * MB, 5 * MB).wal_disk(10 << 30).ask("checkpoint_timeout");
        assert_eq!(small.outcome, Advice::Report);
    }

    #[test]
    fn a_completion_target_is_never_lowered() {
        let of = |value: &str| {
            let lab = Lab::new(16).value("checkpoint_completion_target", value);
            lab.ask("checkpoint_completion_target")
        };
        assert_eq!(proposed(&of("0.5")), ["checkpoint_completion_target=0.9"]);
        assert_eq!(of("0.9").outcome, Advice::Settled);
        assert_eq!(of("1").outcome, Advice::Settled);
        let unseen = Lab::new(16).without("checkpoint_completion_target");
        let said = unseen.ask("checkpoint_completion_target");
        assert_eq!(said.outcome, Advice::NotEnoughEvidence);
    }

    #[test]
    fn flushes_at_the_end_are_spread() {
        let with = |write_ms, sync_ms| {
            let mut lab = scheduled().unit("checkpoint_flush_after", "0", "8kB");
            let checkpoints = lab.database().checkpoints.as_mut().unwrap();
            (checkpoints.write_ms, checkpoints.sync_ms) = (write_ms, sync_ms);
            lab
        };
        let said = with(7_000.0, 3_000.0).ask("checkpoint_flush_after");
        assert_eq!(proposed(&said), ["checkpoint_flush_after=256kB"]);
        assert_eq!(said.evidence[1].value, Some(0.3));
        let few = with(9_000.0, 1_000.0).ask("checkpoint_flush_after");
        assert_eq!(few.outcome, Advice::Settled);
        let set = with(7_000.0, 3_000.0).unit("checkpoint_flush_after", "32", "8kB");
        assert_eq!(set.ask("checkpoint_flush_after").outcome, Advice::Settled);
        let none = with(0.0, 0.0).ask("checkpoint_flush_after");
        assert_eq!(none.outcome, Advice::NotEnoughEvidence);
        let short = with(7_000.0, 3_000.0).run_s(60).ask("checkpoint_flush_after");
        assert_eq!(short.outcome, Advice::NotEnoughEvidence);
    }
}
