//! wal_buffers: where they are full, whoever needs room writes WAL out, and
//! holds the lock meanwhile.

use super::case::{Case, Change, Value};
use super::rule::Rule;
use super::seen::{Lack, Seen, unseen};
use crate::model::advice::{Advice, Applies, Confidence, Risk};
use crate::model::observed::Advised;

pub(super) const RULE: Rule = Rule {
    id: "wal_buffers",
    settings: &["wal_buffers"],
    applies: Applies::Restart,
    risk: Risk::Memory,
    confidence: Confidence::High,
    source: "xlog.c, XLOGChooseNumBuffers() and AdvanceXLInsertBuffer()",
    weigh,
};

/// A greater share of the writes of WAL than this, for want of room, is too much.
const FULL: f64 = 0.05;

/// What -1 makes at most: a segment. Beyond it little is gained, as a rule; so
/// the most is a trial, and one step away, since each takes a restart.
const ENOUGH: f64 = 16.0 * MB;
const MOST: f64 = 64.0 * MB;
const MB: f64 = 1_048_576.0;

/// -1 is a 32nd of shared_buffers, from 64 kB to a segment.
const OF_SHARED_BUFFERS: f64 = 32.0;
const LEAST_AUTO: f64 = 65_536.0;

fn weigh(seen: &Seen<'_>, case: &mut Case<'_>) -> Result<Advice, Lack> {
    let wal = seen.wal()?;
    let writes = wal.writes.filter(|writes| *writes > 0);
    let writes = writes.ok_or_else(|| unseen("database.wal.writes"))?;
    case.goes_in("wal_buffers_full", wal.buffers_full as f64);
    case.goes_in("wal_writes", writes as f64);
    let share = wal.buffers_full as f64 / writes as f64;
    if !case.is_above("wal_buffers_full_share", share, FULL) {
        return Ok(Advice::Settled);
    }
    let current = current(seen)?;
    let (bytes, outcome) = if current < ENOUGH {
        (ENOUGH, Advice::Proposed)
    } else {
        let (event, share) = seen.leading_wait()?;
        case.goes_in("leading_wait_share", share);
        if event != "LWLock:WALWrite" || current >= MOST {
            case.say(Advised::WalBuffersEnough {});
            return Ok(Advice::Report);
        }
        (MOST, Advice::Trial)
    };
    case.say(Advised::WalBuffersFull {});
    let (name, value) = ("wal_buffers", Value::Bytes(bytes));
    case.change(Change { name, value, raw: Some(bytes), capped_by: None })?;
    Ok(outcome)
}

fn current(seen: &Seen<'_>) -> Result<f64, Lack> {
    let current = seen.size("wal_buffers")?;
    if current > 0.0 {
        return Ok(current);
    }
    let segment = seen.size("wal_segment_size")?;
    Ok((seen.size("shared_buffers")? / OF_SHARED_BUFFERS)
        .clamp(LEAST_AUTO, segment.max(LEAST_AUTO)))
}

#[cfg(test)]
mod tests {
    use super::super::lab::{Lab, proposed};
    use super::*;

    fn full(buffers_full: u64, writes: u64) -> Lab {
        let mut lab = Lab::new(16);
        let wal = lab.database().wal.as_mut().unwrap();
        (wal.buffers_full, wal.writes) = (buffers_full, Some(writes));
        lab
    }

    #[test]
    fn worked_example_2() {
        // shared_buffers of 128 MB make 4 MB, which the server shows as 512 blocks.
        for value in ["512", "-1"] {
            let said = full(18_400, 21_050).unit("wal_buffers", value, "8kB").ask("wal_buffers");
            assert_eq!((said.outcome, said.applies), (Advice::Proposed, Applies::Restart));
            assert_eq!(proposed(&said), ["wal_buffers=16MB"]);
            let share = said.evidence[2].value.unwrap();
            assert_eq!(((share * 100.0).round(), said.evidence[2].threshold), (87.0, Some(0.05)));
        }
        let lab = full(18_400, 21_050).unit("wal_buffers", "-1", "8kB");
        assert_eq!(lab.seen(|seen| current(seen).unwrap()), 4.0 * MB);
    }

    #[test]
    fn a_few_that_were_full_ask_for_nothing() {
        assert_eq!(full(1_000, 21_050).ask("wal_buffers").outcome, Advice::Settled);
    }

    #[test]
    fn more_than_a_segment_needs_the_lock_to_lead() {
        let lab = || full(18_400, 21_050).unit("wal_buffers", "2048", "8kB");
        let leads = lab().waits(&[("LWLock:WALWrite", 300), ("CPU", 100)]).ask("wal_buffers");
        assert_eq!(proposed(&leads), ["wal_buffers=64MB"]);
        assert_eq!(leads.outcome, Advice::Trial);
        let other = lab().waits(&[("IO:WALSync", 300), ("LWLock:WALWrite", 100)]);
        assert_eq!(other.ask("wal_buffers").outcome, Advice::Report);
        let most = lab().waits(&[("LWLock:WALWrite", 300)]).unit("wal_buffers", "8192", "8kB");
        assert_eq!(most.ask("wal_buffers").outcome, Advice::Report);
    }

    #[test]
    fn without_writes_or_time_there_is_no_evidence() {
        let mut lab = full(0, 0);
        assert_eq!(lab.ask("wal_buffers").outcome, Advice::NotEnoughEvidence);
        lab.database().wal.as_mut().unwrap().writes = None;
        assert_eq!(lab.ask("wal_buffers").outcome, Advice::NotEnoughEvidence);
        let short = full(18_400, 21_050).run_s(30).ask("wal_buffers");
        assert_eq!(short.outcome, Advice::NotEnoughEvidence);
    }
}
