//! Settings that decide whether what was acknowledged is kept. What loses data
//! is never proposed; what may be given up knowingly is an option.

use super::case::{Case, Value};
use super::rule::Rule;
use super::seen::{Lack, Seen};
use crate::model::advice::{Advice, Applies, Confidence, Risk};
use crate::model::observed::Advised;

pub(super) const KEPT: Rule = Rule {
    id: "fsync",
    settings: &["fsync", "full_page_writes"],
    applies: Applies::Reload,
    risk: Risk::Safe,
    confidence: Confidence::High,
    source: "PostgreSQL manual, fsync and full_page_writes",
    weigh: kept,
};

pub(super) const SYNCHRONOUS_COMMIT: Rule = Rule {
    id: "synchronous_commit",
    settings: &["synchronous_commit"],
    applies: Applies::Role,
    risk: Risk::Durability,
    confidence: Confidence::Medium,
    source: "PostgreSQL manual, Asynchronous Commit",
    weigh: synchronous_commit,
};

pub(super) const WAL_LEVEL: Rule = Rule {
    id: "wal_level",
    settings: &["wal_level"],
    applies: Applies::ReportOnly,
    risk: Risk::Durability,
    confidence: Confidence::High,
    source: "PostgreSQL manual, wal_level",
    weigh: wal_level,
};

fn kept(seen: &Seen<'_>, case: &mut Case<'_>) -> Result<Advice, Lack> {
    let mut off = Vec::new();
    for name in KEPT.settings {
        if !seen.is_on(name)? {
            off.push(*name);
            case.set(name, Value::Word("on"))?;
        }
    }
    if off.is_empty() {
        return Ok(Advice::Settled);
    }
    case.say(Advised::DataMayBeLost { settings: off.join(", ") });
    Ok(Advice::Critical)
}

/// Writers that wait for flushes in a greater share of the samples are bound by them.
const FLUSHES: f64 = 0.3;

/// What was acknowledged within so many times wal_writer_delay may be lost.
const ROUNDS: f64 = 3.0;

fn synchronous_commit(seen: &Seen<'_>, case: &mut Case<'_>) -> Result<Advice, Lack> {
    let window_ms = (ROUNDS * seen.size("wal_writer_delay")? * 1_000.0) as u64;
    if seen.word("synchronous_commit")? == "off" {
        case.say(Advised::CommitsMayBeLost { window_ms });
        return Ok(Advice::Report);
    }
    if !case.is_above("flush_wait_share", seen.waiting_for_flush()?, FLUSHES) {
        return Ok(Advice::Settled);
    }
    case.say(Advised::CommitsWait { window_ms });
    case.set("synchronous_commit", Value::Word("off"))?;
    Ok(Advice::Option)
}

fn wal_level(seen: &Seen<'_>, case: &mut Case<'_>) -> Result<Advice, Lack> {
    if seen.word("wal_level")? == "minimal" {
        case.say(Advised::NoArchiveNoStandby {});
        return Ok(Advice::Report);
    }
    // An archive or a standby needs what there is.
    let (archives, senders) =
        (seen.word("archive_mode")? != "off", seen.number("max_wal_senders")?);
    if archives || !seen.record.database.iter().all(|database| database.replication.is_empty()) {
        return Ok(Advice::Settled);
    }
    case.goes_in("max_wal_senders", senders);
    case.say(Advised::MinimalForLoads {});
    Ok(Advice::Report)
}

#[cfg(test)]
mod tests {
    use super::super::lab::{Lab, args, proposed};
    use super::*;
    use crate::model::database::Standby;

    fn settings(fsync: &str, full_page_writes: &str) -> Lab {
        Lab::new(16).value("fsync", fsync).value("full_page_writes", full_page_writes)
    }

    #[test]
    fn what_loses_data_is_critical_and_never_proposed() {
        let said = settings("off", "on").ask("fsync");
        assert_eq!((said.outcome, proposed(&said)), (Advice::Critical, vec!["fsync=on".into()]));
        let said = settings("off", "off").ask("fsync");
        assert_eq!(args(&said, "data_may_be_lost")["settings"], "fsync, full_page_writes");
        let said = settings("on", "on").ask("fsync");
        assert_eq!((said.outcome, proposed(&said)), (Advice::Settled, vec![]));
        let said = settings("on", "on").without("fsync").ask("fsync");
        assert_eq!(said.outcome, Advice::NotEnoughEvidence);
    }

    fn waiting(flushes: u64) -> Lab {
        let waits = [
            ("IO:WalSync", flushes / 2),
            ("LWLock:WALWrite", flushes / 2),
            ("CPU", 1_000 - flushes),
        ];
        let lab = Lab::new(17).waits(&waits).value("synchronous_commit", "on");
        lab.unit("wal_writer_delay", "200", "ms")
    }

    #[test]
    fn asynchronous_commit_is_an_option_that_says_what_it_loses() {
        let said = waiting(400).ask("synchronous_commit");
        assert_eq!((said.outcome, said.risk), (Advice::Option, Risk::Durability));
        assert_eq!(said.applies, Applies::Role);
        assert_eq!(proposed(&said), ["synchronous_commit=off"]);
        assert_eq!(args(&said, "commits_wait")["window_ms"], 600);
        assert_eq!(said.evidence[0].value, Some(0.4));
    }

    #[test]
    fn commits_that_do_not_wait_ask_for_nothing() {
        assert_eq!(waiting(300).ask("synchronous_commit").outcome, Advice::Settled);
        let off = waiting(400).value("synchronous_commit", "off").ask("synchronous_commit");
        assert_eq!((off.outcome, proposed(&off)), (Advice::Report, vec![]));
        let short = waiting(400).run_s(60).ask("synchronous_commit");
        assert_eq!(short.outcome, Advice::NotEnoughEvidence);
        let few = waiting(400).waits(&[("IO:WalSync", 50)]).ask("synchronous_commit");
        assert_eq!(few.outcome, Advice::NotEnoughEvidence);
    }

    #[test]
    fn the_level_of_wal_is_only_reported() {
        let of = |level: &str, archive: &str| {
            let lab = Lab::new(16).value("wal_level", level).value("archive_mode", archive);
            lab.value("max_wal_senders", "10")
        };
        let said = of("replica", "off").ask("wal_level");
        assert_eq!((said.outcome, proposed(&said)), (Advice::Report, vec![]));
        assert_eq!(of("replica", "on").ask("wal_level").outcome, Advice::Settled);
        assert_eq!(of("minimal", "off").ask("wal_level").outcome, Advice::Report);
        let mut copied = of("replica", "off");
        copied.database().replication = vec![Standby::default()];
        assert_eq!(copied.ask("wal_level").outcome, Advice::Settled);
        let unseen = of("replica", "off").without("archive_mode").ask("wal_level");
        assert_eq!(unseen.outcome, Advice::NotEnoughEvidence);
    }
}
