//! WAL's files: whether writers wait for new ones to be made, and whether it
//! is worth to write them full of zeros and use them again.

use super::case::{Case, Change, Value};
use super::max_wal_size;
use super::rule::Rule;
use super::seen::{Lack, Seen, unseen};
use crate::model::advice::{Advice, Applies, Confidence, Risk};
use crate::model::observed::Advised;

pub(super) const MIN_WAL_SIZE: Rule = Rule {
    id: "min_wal_size",
    settings: &["min_wal_size"],
    applies: Applies::Reload,
    risk: Risk::Disk,
    confidence: Confidence::Medium,
    source: "PostgreSQL manual, min_wal_size",
    weigh: min_wal_size,
};

pub(super) const REUSE: Rule = Rule {
    id: "wal_init_zero",
    settings: &["wal_init_zero", "wal_recycle"],
    applies: Applies::Reload,
    risk: Risk::Safe,
    confidence: Confidence::Medium,
    source: "PostgreSQL manual, wal_init_zero and wal_recycle",
    weigh: reuse,
};

/// A greater share of the writers' samples than this, waiting for a new file, is worth a change.
const WAITS: f64 = 0.01;

/// min_wal_size: a part of max_wal_size, and not more than that, at least so many segments.
const OF_MAX: f64 = 0.25;
const MOST: f64 = 8_589_934_592.0;
const SEGMENTS: f64 = 5.0;

/// Both spellings, up to 16 and from 17 on.
fn of_new_files(kind: &str, name: &str) -> bool {
    let names = ["WALInitWrite", "WALInitSync", "WalInitWrite", "WalInitSync"];
    kind == "IO" && names.contains(&name)
}

/// How many writes made new files: counted from 18 on.
fn files_made(seen: &Seen<'_>) -> Result<Option<f64>, Lack> {
    let io = seen.database()?.io.as_deref().unwrap_or_default();
    let init = io.iter().filter(|row| row.object == "wal" && row.context == "init");
    let made: Vec<u64> = init.filter_map(|row| row.writes).collect();
    let all = made.iter().copied().fold(0, u64::saturating_add);
    Ok((!made.is_empty()).then_some(all as f64))
}

/// Whether writers wait for new files: where that isn't seen, whether there were any.
fn waits_for_files(
    waits: Result<f64, Lack>,
    made: Option<f64>,
    case: &mut Case<'_>,
) -> Result<bool, Lack> {
    match (waits, made) {
        (Ok(waits), _) => Ok(case.is_above("wal_init_wait_share", waits, WAITS)),
        (Err(_), Some(made)) => Ok(case.is_above("wal_files_made", made, 0.0)),
        (Err(lack), None) => Err(lack),
    }
}

fn min_wal_size(seen: &Seen<'_>, case: &mut Case<'_>) -> Result<Advice, Lack> {
    seen.checkpoints()?;
    let waits = seen.waiting_when_grown(of_new_files);
    if !waits_for_files(waits, files_made(seen)?, case)? {
        return Ok(Advice::Settled);
    }
    let segment = seen.size("wal_segment_size")?;
    let most = max_wal_size::planned(seen)?;
    case.goes_in("max_wal_size_bytes", most);
    let raw = (most * OF_MAX).min(MOST).max(SEGMENTS * segment);
    let bytes = (raw / segment).floor() * segment;
    if bytes <= seen.size("min_wal_size")? {
        return Ok(Advice::Settled);
    }
    case.say(Advised::WalFilesMade {});
    let (name, value) = ("min_wal_size", Value::Bytes(bytes));
    case.change(Change { name, value, raw: Some(raw), capped_by: None })?;
    Ok(Advice::Proposed)
}

fn reuse(seen: &Seen<'_>, case: &mut Case<'_>) -> Result<Advice, Lack> {
    let copies = seen.machine()?.wal_copies_on_write;
    if !copies.ok_or_else(|| unseen("tuning.machine.wal_copies_on_write"))? {
        return Ok(Advice::Settled);
    }
    let waits = seen.waiting(of_new_files);
    if !waits_for_files(waits, files_made(seen)?, case)? {
        return Ok(Advice::Settled);
    }
    case.say(Advised::CopiesOnWrite {});
    for name in REUSE.settings {
        case.set(name, Value::Word("off"))?;
    }
    Ok(Advice::Proposed)
}

#[cfg(test)]
mod tests {
    use super::super::lab::{Lab, MB, proposed};
    use super::*;
    use crate::model::database::{Checkpoint, CheckpointKind, IoCount};

    fn waiting(samples: u64) -> Lab {
        let lab = Lab::new(16).value("wal_init_zero", "on").value("wal_recycle", "on");
        lab.waits(&[("IO:WALInitWrite", samples), ("CPU", 1_000 - samples)])
    }

    fn made(major: u32, writes: u64) -> Lab {
        let mut lab = Lab::new(major);
        lab.database().io = Some(vec![IoCount {
            backend_type: "client backend".into(),
            object: "wal".into(),
            context: "init".into(),
            writes: Some(writes),
            ..IoCount::default()
        }]);
        lab
    }

    #[test]
    fn waits_for_new_files_ask_for_more_that_are_kept() {
        let said = waiting(20).ask("min_wal_size");
        assert_eq!((said.outcome, said.risk), (Advice::Proposed, Risk::Disk));
        assert_eq!(proposed(&said), ["min_wal_size=256MB"]);
        // A quarter of what max_wal_size is to be, and 8 GB at most.
        let heavy = waiting(20).run_s(576).checkpoints(0, 48).wal(42 * MB, 48 * MB);
        assert_eq!(
            proposed(&heavy.wal_disk(200 << 30).ask("min_wal_size")),
            ["min_wal_size=7680MB"]
        );
        assert_eq!(proposed(&made(18, 12).ask("min_wal_size")), ["min_wal_size=256MB"]);
    }

    #[test]
    fn few_waits_or_enough_files_ask_for_nothing() {
        assert_eq!(waiting(10).ask("min_wal_size").outcome, Advice::Settled);
        assert_eq!(made(18, 0).ask("min_wal_size").outcome, Advice::Settled);
        // Files that nobody waited for.
        let calm = made(18, 12).waits(&[("CPU", 1_000)]).ask("min_wal_size");
        assert_eq!(calm.outcome, Advice::Settled);
        let kept = waiting(20).value("min_wal_size", "256").ask("min_wal_size");
        assert_eq!(kept.outcome, Advice::Settled);
    }

    #[test]
    fn until_the_second_checkpoint_pg_wal_grows_whatever_is_kept() {
        let waited_in = |seconds: std::ops::Range<u32>| {
            let mut lab = waiting(20);
            let began = |began_s| Checkpoint {
                began_s,
                sync_began_s: None,
                ended_s: None,
                kind: Some(CheckpointKind::Timed),
                buffers: None,
                wal_distance_bytes: None,
            };
            let checkpoints = lab.database().checkpoints.as_mut().unwrap();
            checkpoints.each = [-5.0, 20.0, 220.0, 420.0].map(began).into();
            for point in &mut lab.record.series {
                let waits = u32::from(seconds.contains(&point.second));
                let waits = [("IO:WALInitWrite".to_owned(), waits), ("CPU".to_owned(), 8)];
                point.server.as_mut().unwrap().waits = waits.into();
            }
            lab.ask("min_wal_size")
        };
        assert_eq!(waited_in(0..220).outcome, Advice::Settled);
        let said = waited_in(300..400);
        assert_eq!((said.outcome, said.evidence[0].threshold), (Advice::Proposed, Some(WAITS)));
        // 100 of 380 * 8 + 100 samples.
        assert!((said.evidence[0].value.unwrap() - 100.0 / 3_140.0).abs() < 1e-9);
    }

    #[test]
    fn without_samples_there_is_no_evidence() {
        let said = Lab::new(16).waits(&[("CPU", 20)]).ask("min_wal_size");
        assert_eq!(said.outcome, Advice::NotEnoughEvidence);
        let said = waiting(20).run_s(30).ask("min_wal_size");
        assert_eq!(said.outcome, Advice::NotEnoughEvidence);
    }

    #[test]
    fn only_where_a_filesystem_copies_files_are_not_reused() {
        let mut lab = waiting(20);
        assert_eq!(lab.ask("wal_init_zero").outcome, Advice::Settled);
        lab.tuning().machine.wal_copies_on_write = Some(true);
        let said = lab.ask("wal_init_zero");
        assert_eq!(proposed(&said), ["wal_init_zero=off", "wal_recycle=off"]);
        lab.tuning().machine.wal_copies_on_write = None;
        assert_eq!(lab.ask("wal_init_zero").outcome, Advice::NotEnoughEvidence);
        let mut calm = waiting(5);
        calm.tuning().machine.wal_copies_on_write = Some(true);
        assert_eq!(calm.ask("wal_init_zero").outcome, Advice::Settled);
    }
}
