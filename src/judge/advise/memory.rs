//! Memory of sorts, hashes and vacuums: what doesn't fit goes to temporary
//! files, or makes a vacuum go over all indexes again.

use super::case::{Case, Change, Value};
use super::rule::Rule;
use super::seen::{Lack, Seen, unseen};
use crate::model::advice::{Advice, Applies, Confidence, Risk};
use crate::model::observed::Capacity;
use crate::model::size::Bytes;

pub(super) const WORK_MEM: Rule = Rule {
    id: "work_mem",
    settings: &["work_mem"],
    applies: Applies::Reload,
    risk: Risk::Memory,
    confidence: Confidence::Medium,
    source: "pgtune",
    weigh: work_mem,
};

pub(super) const MAINTENANCE: Rule = Rule {
    id: "maintenance_work_mem",
    settings: &["maintenance_work_mem", "autovacuum_work_mem"],
    applies: Applies::Reload,
    risk: Risk::Memory,
    confidence: Confidence::Medium,
    source: "pgtune",
    weigh: maintenance,
};

const MB: f64 = 1_048_576.0;

/// How many sorts or hashes a statement has at once.
const AT_ONCE: f64 = 3.0;

/// What work_mem is to be at least, and at most.
const WORK_MEM_RANGE: (f64, f64) = (4.0 * MB, 64.0 * MB);

fn work_mem(seen: &Seen<'_>, case: &mut Case<'_>) -> Result<Advice, Lack> {
    let transactions = seen.database()?.transactions.as_ref();
    let transactions = transactions.ok_or_else(|| unseen("database.transactions"))?;
    if !case.is_above("temp_bytes", transactions.temp_bytes as f64, 0.0) {
        return Ok(Advice::Settled);
    }
    let (ram, buffers) = (seen.ram()?, seen.size("shared_buffers")?);
    let backends = seen.number("max_connections")? + seen.number("max_worker_processes")?;
    case.goes_in("ram_bytes", ram);
    case.goes_in("backends", backends);
    let raw = (ram - buffers).max(0.0) / (backends * AT_ONCE);
    let (least, most) = WORK_MEM_RANGE;
    let bytes = whole_mb(raw).clamp(least, most);
    if bytes <= seen.size("work_mem")? {
        case.notes.push(Capacity::MemoryAllowsNoMore { most: Bytes(bytes as u64) }.into());
        return Ok(Advice::Report);
    }
    let capped_by = (raw > most).then(|| Capacity::CappedAtMost { most: most as u64 }.into());
    let value = Value::Bytes(bytes);
    case.change(Change { name: "work_mem", value, raw: Some(raw), capped_by })?;
    case.notes.push(Capacity::PerRoleFirst {}.into());
    Ok(Advice::Proposed)
}

/// The share of the memory that one maintenance command may take, the most
/// that it is ever given, and the share of all autovacuum workers together.
const OF_RAM: f64 = 1.0 / 16.0;
const MOST: f64 = 2_048.0 * MB;
const OF_WORKERS: f64 = 0.1;

fn maintenance(seen: &Seen<'_>, case: &mut Case<'_>) -> Result<Advice, Lack> {
    seen.database()?;
    let passes = seen.tuning()?.peaks.vacuum_index_passes;
    let passes = passes.ok_or_else(|| unseen("tuning.peaks.vacuum_index_passes"))?;
    if !case.is_above("vacuum_index_passes", f64::from(passes), 1.0) {
        return Ok(Advice::Settled);
    }
    let (ram, workers) = (seen.ram()?, seen.number("autovacuum_max_workers")?.max(1.0));
    case.goes_in("ram_bytes", ram);
    case.goes_in("autovacuum_max_workers", workers);
    let raw = (ram * OF_RAM).min(MOST);
    let share = ram * OF_WORKERS;
    let is_capped = raw > share / workers;
    let bytes = whole_mb(raw.min(share / workers)).max(MB);
    // -1: autovacuum takes what maintenance may take.
    let own = seen.number("autovacuum_work_mem").is_ok_and(|own| own >= 0.0);
    let name = if own { "autovacuum_work_mem" } else { "maintenance_work_mem" };
    if bytes <= seen.size(name)? {
        case.notes.push(Capacity::VacuumMemoryAllowsNoMore { most: Bytes(bytes as u64) }.into());
        return Ok(Advice::Report);
    }
    let share = Bytes(share as u64);
    let workers = workers as u64;
    let capped_by = is_capped.then(|| Capacity::CappedByWorkers { workers, share }.into());
    case.change(Change { name, value: Value::Bytes(bytes), raw: Some(raw), capped_by })?;
    Ok(Advice::Proposed)
}

fn whole_mb(bytes: f64) -> f64 {
    (bytes / MB).floor() * MB
}

#[cfg(test)]
mod tests {
    use super::super::lab::{Lab, proposed};
    use super::*;

    /// 32 GB, 128 MB of buffers, the defaults, and a load that spills.
    fn spills(temp_bytes: u64) -> Lab {
        let mut lab = Lab::new(17)
            .unit("work_mem", "4096", "kB")
            .unit("max_connections", "100", "")
            .unit("max_worker_processes", "8", "");
        lab.database().transactions.as_mut().unwrap().temp_bytes = temp_bytes;
        lab
    }

    #[test]
    fn what_spills_gets_its_share_of_the_memory() {
        let mut lab = spills(5_000_000);
        lab.tuning().machine.memory_bytes = Some(8 << 30);
        let said = lab.ask("work_mem");
        // (8192 MB - 128 MB) / (108 · 3) = 24.9 MB.
        assert_eq!(
            (said.outcome, proposed(&said)),
            (Advice::Proposed, vec!["work_mem=24MB".into()])
        );
        assert_eq!(said.settings[0].raw.map(f64::round), Some(25_486.0));
        assert_eq!((said.risk, said.notes[0].id.as_str()), (Risk::Memory, "per_role_first"));
        // 32 GB would be 100 MB.
        let said = spills(5_000_000).ask("work_mem");
        assert_eq!(proposed(&said), ["work_mem=64MB"]);
        assert_eq!(said.settings[0].capped_by.as_ref().unwrap().id, "capped_at_most");
    }

    #[test]
    fn without_temporary_files_work_mem_is_enough() {
        let said = spills(0).ask("work_mem");
        assert_eq!((said.outcome, proposed(&said)), (Advice::Settled, vec![]));
        assert_eq!(said.evidence[0].value, Some(0.0));
    }

    #[test]
    fn what_the_memory_does_not_allow_is_not_proposed() {
        let mut lab = spills(1);
        lab.tuning().machine.memory_bytes = Some(1 << 30);
        let said = lab.ask("work_mem");
        assert_eq!((said.outcome, proposed(&said)), (Advice::Report, vec![]));
        assert_eq!(said.notes[0].id, "memory_allows_no_more");
    }

    #[test]
    fn unknown_memory_or_a_short_run_is_no_evidence() {
        let mut lab = spills(1);
        lab.tuning().machine.memory_bytes = None;
        let said = lab.ask("work_mem");
        assert_eq!(said.outcome, Advice::NotEnoughEvidence);
        assert_eq!(said.notes[0].args["flag"], "--ram");
        let said = spills(1).run_s(60).ask("work_mem");
        assert_eq!(said.outcome, Advice::NotEnoughEvidence);
    }

    /// Three workers, and a vacuum that went over the indexes so many times.
    fn passes(passes: Option<u32>) -> Lab {
        let mut lab = Lab::new(16)
            .unit("maintenance_work_mem", "65536", "kB")
            .unit("autovacuum_work_mem", "-1", "kB")
            .unit("autovacuum_max_workers", "3", "");
        lab.tuning().peaks.vacuum_index_passes = passes;
        lab
    }

    #[test]
    fn a_vacuum_that_goes_twice_gets_more_memory() {
        // 32 GB / 16 = 2 GB, and three workers may take 3.2 GB together.
        let said = passes(Some(2)).ask("maintenance_work_mem");
        assert_eq!(said.outcome, Advice::Proposed);
        assert_eq!(proposed(&said), ["maintenance_work_mem=1092MB"]);
        assert_eq!(said.settings[0].raw, Some(2_097_152.0));
        let cap = said.settings[0].capped_by.as_ref().unwrap();
        assert_eq!((cap.id.as_str(), cap.args["workers"].as_u64()), ("capped_by_workers", Some(3)));
        // One of its own is what autovacuum takes.
        let lab = passes(Some(2)).unit("autovacuum_work_mem", "131072", "kB");
        assert_eq!(proposed(&lab.ask("maintenance_work_mem")), ["autovacuum_work_mem=1092MB"]);
    }

    #[test]
    fn one_pass_is_as_it_should_be_and_no_vacuum_no_evidence() {
        assert_eq!(passes(Some(1)).ask("maintenance_work_mem").outcome, Advice::Settled);
        let said = passes(None).ask("maintenance_work_mem");
        assert_eq!(said.outcome, Advice::NotEnoughEvidence);
        assert_eq!(said.notes[0].args["path"], "tuning.peaks.vacuum_index_passes");
        let lab = passes(Some(5)).unit("maintenance_work_mem", "2097152", "kB");
        assert_eq!(lab.ask("maintenance_work_mem").outcome, Advice::Report);
    }
}
