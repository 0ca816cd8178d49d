//! max_wal_size: where checkpoints begin since WAL ran out of room, and not by
//! their schedule, each one costs full-page images and a burst of writes again.

use super::case::{Case, Change, Value};
use super::rule::Rule;
use super::seen::{Lack, Seen};
use crate::judge::value::number;
use crate::model::Note;
use crate::model::advice::{Advice, Applies, Confidence, Risk};
use crate::model::observed::Advised;
use crate::model::size::Bytes;

pub(super) const RULE: Rule = Rule {
    id: "max_wal_size",
    settings: &["max_wal_size"],
    applies: Applies::Reload,
    risk: Risk::DiskAndRecovery,
    confidence: Confidence::High,
    source: "xlog.c, CalculateCheckpointSegments()",
    weigh,
};

/// From there on whole gigabytes are good enough.
const COARSE: f64 = 4.0 * GB;
const GB: f64 = 1_073_741_824.0;

/// Room for a load that is a little heavier than this one. Less than that is
/// worth no change, so that the next run of the same load asks for none.
const MARGIN: f64 = 1.1;

/// The least checkpoint_completion_target that is reckoned with: what is lower is to be raised.
const SPREAD: f64 = 0.9;

/// The share of the WAL's disk that max_wal_size may take: it is no hard limit.
const OF_DISK: f64 = 0.5;

fn weigh(seen: &Seen<'_>, case: &mut Case<'_>) -> Result<Advice, Lack> {
    let checkpoints = seen.checkpoints()?;
    let by_wal = seen.begun_by_wal()?;
    if !case.is_above("checkpoints_by_wal", by_wal as f64, checkpoints.timed as f64) {
        if checkpoints.requested > checkpoints.timed {
            case.say(Advised::RequestedByOthers { requested: checkpoints.requested, by_wal });
        }
        return Ok(Advice::Settled);
    }
    let timeout_s = seen.size("checkpoint_timeout")?;
    let every_s = seen.database()?.elapsed_s / by_wal as f64;
    case.say(Advised::CheckpointsByWal {
        every_s: every_s.round() as u64,
        timeout_s: timeout_s as u64,
    });
    let mut wanted = for_interval(seen, case, timeout_s)?;
    if let Some(budget_s) = seen.given.recovery_s {
        // Until its checkpoint is done, as much as max_wal_size has to be replayed.
        let most = seen.wal()?.bytes as f64 / seen.database()?.elapsed_s * budget_s;
        if wanted.bytes > most {
            wanted.bytes = rounded(most, seen.size("wal_segment_size")?, f64::floor);
            let why = Advised::CappedByRecovery { budget_s: budget_s as u64 };
            wanted.capped_by = Some(why.into());
        }
    }
    if wanted.bytes.min(wanted.raw) > MARGIN * seen.size("max_wal_size")? {
        case.change(wanted.change())?;
        return Ok(Advice::Proposed);
    }
    match wanted.capped_by {
        Some(why) => {
            case.notes.push(why);
            Ok(Advice::Report)
        }
        None => Ok(Advice::Settled),
    }
}

/// What max_wal_size would have to be.
pub(super) struct Wanted {
    /// Rounded, and bounded.
    pub bytes: f64,
    /// As the formula has it.
    pub raw: f64,
    /// What bounded it.
    pub capped_by: Option<Note>,
}

impl Wanted {
    /// The change.
    pub fn change(self) -> Change<'static> {
        let value = Value::Bytes(self.bytes);
        let (raw, capped_by) = (Some(self.raw), self.capped_by);
        Change { name: "max_wal_size", value, raw, capped_by }
    }
}

/// Whether it is to be changed.
pub(super) fn is_proposed(seen: &Seen<'_>) -> bool {
    RULE.ask(seen).outcome == Advice::Proposed
}

/// What it is to be, in bytes: as proposed, else as it is.
pub(super) fn planned(seen: &Seen<'_>) -> Result<f64, Lack> {
    let said = RULE.ask(seen);
    let proposed = said.settings.first().and_then(|proposal| proposal.proposed.as_deref());
    match proposed.and_then(|value| number(value, "B")) {
        Some(bytes) => Ok(bytes),
        None => seen.size("max_wal_size"),
    }
}

/// What max_wal_size has to be so that checkpoints come every `timeout_s`
/// seconds: the WAL of that time, until the checkpoint after it is done
/// (completion target), as the server reckons, with a margin.
pub(super) fn for_interval(
    seen: &Seen<'_>,
    case: &mut Case<'_>,
    timeout_s: f64,
) -> Result<Wanted, Lack> {
    let (rate, segment) = (seen.wal_rate()?, seen.size("wal_segment_size")?);
    let spread = 1.0 + seen.number("checkpoint_completion_target")?.max(SPREAD);
    case.goes_in("wal_rate_p95_bytes_per_s", rate);
    let raw = (rate * timeout_s * spread * MARGIN).round();
    let wanted = rounded(raw, segment, f64::ceil);
    let disk = seen.wal_disk()?;
    case.goes_in("wal_disk_bytes", disk);
    let half = OF_DISK * disk;
    let (bytes, capped_by) = if wanted > half {
        let why = Advised::CappedByDisk { half: Bytes(half as u64) };
        (rounded(half, segment, f64::floor), Some(Note::from(why)))
    } else {
        (wanted, None)
    };
    Ok(Wanted { bytes, raw, capped_by })
}

/// To whole segments, or whole gigabytes where there are many.
fn rounded(bytes: f64, segment: f64, to: fn(f64) -> f64) -> f64 {
    let step = if bytes >= COARSE { GB } else { segment };
    to(bytes / step) * step
}

#[cfg(test)]
mod tests {
    use super::super::lab::{Lab, MB, args};
    use super::super::seen::Given;
    use super::*;

    /// 16, 1 GB, five minutes: a checkpoint every 12 s at 42 MB/s.
    fn example() -> Lab {
        Lab::new(16).run_s(576).checkpoints(0, 48).wal(42 * MB, 48 * MB).wal_disk(200 << 30)
    }

    #[test]
    fn worked_example_1() {
        let said = example().ask("max_wal_size");
        assert_eq!(said.outcome, Advice::Proposed);
        let proposal = &said.settings[0];
        assert_eq!(proposal.current.as_deref(), Some("1GB"));
        assert_eq!(proposal.proposed.as_deref(), Some("30GB"));
        assert_eq!((proposal.raw, proposal.unit.as_str()), (Some(30_096.0), "MB"));
        assert_eq!(proposal.capped_by, None);
        assert_eq!((said.applies, said.risk), (Applies::Reload, Risk::DiskAndRecovery));
        let evidence = &said.evidence[0];
        assert_eq!((evidence.value, evidence.threshold), (Some(48.0), Some(0.0)));
        assert_eq!(args(&said, "checkpoints_by_wal")["every_s"], 12);
        // The trigger is near 512 to 528 MB.
        assert_eq!(example().seen(|seen| seen.trigger().unwrap()), 528.0 * MB as f64);
    }

    #[test]
    fn checkpoints_on_schedule_ask_for_nothing() {
        let said = example().checkpoints(4, 1).ask("max_wal_size");
        assert_eq!((said.outcome, said.settings[0].proposed.as_deref()), (Advice::Settled, None));
        assert_eq!(said.settings[0].current.as_deref(), Some("1GB"));
    }

    #[test]
    fn checkpoints_that_a_backup_asked_for_ask_for_nothing() {
        // 5 MB/s for 576 s fill 528 MB five times.
        let said = example().wal(5 * MB, 6 * MB).checkpoints(1, 48).ask("max_wal_size");
        assert_eq!(said.outcome, Advice::Proposed);
        let said = example().wal(MB, MB).checkpoints(1, 48).ask("max_wal_size");
        assert_eq!(said.outcome, Advice::Settled);
        assert_eq!(args(&said, "requested_by_others")["by_wal"], 1);
    }

    #[test]
    fn a_short_run_is_no_evidence() {
        let said = example().run_s(60).ask("max_wal_size");
        assert_eq!(said.outcome, Advice::NotEnoughEvidence);
        // At 42 MB/s three checkpoints take 38 s: the run of 120 s is what lacks.
        assert_eq!(args(&said, "few_checkpoints")["soak_for_s"], 180);
        let said = example().checkpoints(2, 0).wal(MB, MB).ask("max_wal_size");
        assert_eq!(said.outcome, Advice::NotEnoughEvidence);
        assert_eq!(args(&said, "few_checkpoints")["soak_for_s"], 960);
    }

    #[test]
    fn the_disk_and_the_recovery_are_bounds() {
        let said = example().wal_disk(20 << 30).ask("max_wal_size");
        assert_eq!(said.settings[0].proposed.as_deref(), Some("10GB"));
        assert_eq!(said.settings[0].capped_by.as_ref().unwrap().id, "capped_by_disk");
        let said = example().given(Given { recovery_s: Some(60.0), ..Given::default() });
        let said = said.ask("max_wal_size");
        // 60 s at 42 MB/s.
        assert_eq!(said.settings[0].proposed.as_deref(), Some("2512MB"));
        assert_eq!(said.settings[0].capped_by.as_ref().unwrap().id, "capped_by_recovery");
        let said = example().wal_disk(1 << 30).ask("max_wal_size");
        assert_eq!((said.outcome, said.settings[0].proposed.as_deref()), (Advice::Report, None));
        assert_eq!(said.notes[1].id, "capped_by_disk");
    }

    #[test]
    fn what_is_hardly_more_is_worth_no_change() {
        // 30,096 MB by the formula; a disk with a little more room than last time.
        for (set, disk, outcome) in [
            ("27648", 200 << 30, Advice::Settled),
            ("27136", 200 << 30, Advice::Proposed),
            ("13312", 28 << 30, Advice::Report),
            ("12288", 28 << 30, Advice::Proposed),
        ] {
            let said = example().value("max_wal_size", set).wal_disk(disk).ask("max_wal_size");
            assert_eq!(said.outcome, outcome, "{set}");
        }
    }

    #[test]
    fn an_unknown_disk_needs_input() {
        let mut lab = example();
        lab.tuning().machine.wal_free_bytes = None;
        let said = lab.ask("max_wal_size");
        assert_eq!(said.outcome, Advice::NotEnoughEvidence);
        assert_eq!(args(&said, "needs_input")["flag"], "--wal-disk");
        let given = Given { wal_disk_bytes: Some(200 << 30), ..Given::default() };
        assert_eq!(lab.given(given).ask("max_wal_size").outcome, Advice::Proposed);
    }

    #[test]
    fn a_command_line_beats_the_files() {
        let said = example().source("max_wal_size", "command line").ask("max_wal_size");
        assert_eq!(args(&said, "overridden")["source"], "command line");
    }
}
