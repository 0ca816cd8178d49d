//! shared_buffers: index pages that are put out and read again. Only what
//! backends do outside of rings counts: a COPY puts its own pages out by design.

use super::case::{Case, Change, Value};
use super::rule::Rule;
use super::seen::{Lack, Seen, unseen};
use crate::model::Note;
use crate::model::advice::{Advice, Applies, Confidence, Risk};
use crate::model::criterion::Comparison;
use crate::model::observed::Advised;
use crate::model::size::Bytes;

pub(super) const RULE: Rule = Rule {
    id: "shared_buffers",
    settings: &["shared_buffers"],
    applies: Applies::Restart,
    risk: Risk::Memory,
    confidence: Confidence::Medium,
    source: "PostgreSQL manual, shared_buffers; pg_stat_io",
    weigh,
};

/// A lower share of blocks that were there is worth more memory.
const HITS: f64 = 0.95;

/// A quarter of the memory is usual, and the most that is proposed.
const OF_RAM: f64 = 0.25;

/// What is used, and a little more, so that a load that has grown a little
/// asks for no change.
const HOT: f64 = 1.2;

/// In steps of 128 MB.
const STEP: f64 = 134_217_728.0;

fn weigh(seen: &Seen<'_>, case: &mut Case<'_>) -> Result<Advice, Lack> {
    seen.shown_from(16)?;
    let io = seen.database()?.io.as_ref().ok_or_else(|| unseen("database.io"))?;
    let is_ours =
        |who: &str, on: &str, how: &str| (who, on, how) == ("client backend", "relation", "normal");
    let row = io.iter().find(|row| is_ours(&row.backend_type, &row.object, &row.context));
    let row = row.ok_or_else(|| unseen("database.io"))?;
    let (hits, reads) = (row.hits.unwrap_or(0) as f64, row.reads.unwrap_or(0) as f64);
    if hits + reads <= 0.0 {
        return Err(unseen("database.io"));
    }
    let evicts = case.is_above("evictions", row.evictions.unwrap_or(0) as f64, 0.0);
    let misses = case.is("hit_share", hits / (hits + reads), Comparison::Less, HITS);
    if !evicts || !misses {
        return Ok(Advice::Settled);
    }
    let storage = seen.record.storage.as_ref().ok_or_else(|| unseen("storage"))?;
    let hot = (storage.index_bytes + storage.table_bytes) as f64;
    case.goes_in("tables_and_indexes_bytes", hot);
    let ram = seen.ram()?;
    case.goes_in("ram_bytes", ram);
    let wanted = (HOT * hot / STEP).ceil() * STEP;
    let quarter = (OF_RAM * ram / STEP).floor() * STEP;
    let bytes = wanted.min(quarter);
    let capped_by = (wanted > quarter)
        .then(|| Note::from(Advised::QuarterOfMemory { quarter: Bytes(quarter as u64) }));
    let current = seen.size("shared_buffers")?;
    if current >= hot || bytes <= current {
        // As large as it goes: what is left is less to keep.
        case.notes.extend(capped_by);
        return Ok(if current < hot { Advice::Report } else { Advice::Settled });
    }
    case.say(Advised::PagesReadAgain {});
    let (name, value) = ("shared_buffers", Value::Bytes(bytes));
    case.change(Change { name, value, raw: Some(HOT * hot), capped_by })?;
    Ok(Advice::Proposed)
}

#[cfg(test)]
mod tests {
    use super::super::lab::{Lab, proposed};
    use super::super::seen::Given;
    use super::*;
    use crate::model::database::IoCount;

    const GB: u64 = 1 << 30;

    /// 90% hits, with so many bytes of tables and of indexes, on 32 GB of memory.
    fn misses(bytes: u64) -> Lab {
        let mut lab = Lab::new(16);
        lab.database().io = Some(vec![IoCount {
            backend_type: "client backend".into(),
            object: "relation".into(),
            context: "normal".into(),
            hits: Some(900),
            reads: Some(100),
            evictions: Some(80),
            ..IoCount::default()
        }]);
        let storage = lab.record.storage.as_mut().unwrap();
        (storage.table_bytes, storage.index_bytes) = (bytes / 2, bytes / 2);
        lab
    }

    fn row(lab: &mut Lab) -> &mut IoCount {
        &mut lab.database().io.as_mut().unwrap()[0]
    }

    #[test]
    fn pages_that_are_read_again_get_room() {
        let said = misses(2 * GB).ask("shared_buffers");
        assert_eq!((said.outcome, said.applies), (Advice::Proposed, Applies::Restart));
        // 1.2 x 2 GB, up to a step.
        assert_eq!(proposed(&said), ["shared_buffers=2560MB"]);
        assert_eq!(said.settings[0].raw, Some(1.2 * 2.0 * GB as f64 / 8_192.0));
    }

    #[test]
    fn a_quarter_of_the_memory_is_the_bound() {
        let said = misses(100 * GB).ask("shared_buffers");
        assert_eq!(proposed(&said), ["shared_buffers=8GB"]);
        assert_eq!(said.settings[0].capped_by.as_ref().unwrap().id, "quarter_of_memory");
        let given = Given { ram_bytes: Some(64 * GB), ..Given::default() };
        let said = misses(100 * GB).given(given).ask("shared_buffers");
        assert_eq!(proposed(&said), ["shared_buffers=16GB"]);
        let large = misses(100 * GB).unit("shared_buffers", "1048576", "8kB").ask("shared_buffers");
        assert_eq!((large.outcome, proposed(&large)), (Advice::Report, vec![]));
    }

    #[test]
    fn room_for_what_is_used_is_enough() {
        let set = |blocks| misses(2 * GB).unit("shared_buffers", blocks, "8kB");
        assert_eq!(set("262144").ask("shared_buffers").outcome, Advice::Settled);
        assert_eq!(proposed(&set("262143").ask("shared_buffers")), ["shared_buffers=2560MB"]);
    }

    #[test]
    fn hits_or_no_evictions_ask_for_nothing() {
        let mut lab = misses(2 * GB);
        row(&mut lab).hits = Some(1_900);
        assert_eq!(lab.ask("shared_buffers").outcome, Advice::Settled);
        let mut lab = misses(2 * GB);
        row(&mut lab).evictions = Some(0);
        assert_eq!(lab.ask("shared_buffers").outcome, Advice::Settled);
    }

    #[test]
    fn an_old_server_or_unknown_memory_is_no_evidence() {
        let mut old = misses(2 * GB);
        old.record.server.as_mut().unwrap().version_num = 150_004;
        assert_eq!(old.ask("shared_buffers").notes[0].id, "shown_from_major");
        let mut lab = misses(2 * GB);
        lab.tuning().machine.memory_bytes = None;
        let said = lab.ask("shared_buffers");
        assert_eq!(
            (said.outcome, &said.notes[0].id[..]),
            (Advice::NotEnoughEvidence, "needs_input")
        );
        let short = misses(2 * GB).run_s(60).ask("shared_buffers");
        assert_eq!(short.outcome, Advice::NotEnoughEvidence);
    }
}
