//! What is set for the machine's sake: how pages are read, and huge pages.

use super::case::{Case, Value};
use super::rule::Rule;
use super::seen::{Lack, Seen};
use crate::model::advice::{Advice, Applies, Confidence, Risk};
use crate::model::criterion::Comparison;
use crate::model::observed::Advised;

pub(super) const READS: Rule = Rule {
    id: "effective_io_concurrency",
    settings: &["effective_io_concurrency", "io_method", "io_workers"],
    applies: Applies::ReportOnly,
    risk: Risk::Io,
    confidence: Confidence::High,
    source: "PostgreSQL 18, release notes",
    weigh: reads,
};

pub(super) const HUGE_PAGES: Rule = Rule {
    id: "huge_pages",
    settings: &["huge_pages"],
    applies: Applies::OperatingSystem,
    risk: Risk::Memory,
    confidence: Confidence::Medium,
    source: "PostgreSQL manual, Linux Huge Pages",
    weigh: huge_pages,
};

/// Writers that wait for reads in a greater share of the samples read too much.
const READING: f64 = 0.1;

fn reads(seen: &Seen<'_>, case: &mut Case<'_>) -> Result<Advice, Lack> {
    let share = seen.waiting(|kind, name| (kind, name) == ("IO", "DataFileRead"))?;
    if !case.is_above("read_wait_share", share, READING) {
        return Ok(Advice::Settled);
    }
    let has_ring = seen.may_be("io_method", "io_uring").unwrap_or(false);
    case.say(if has_ring { Advised::ReadsWaitWithRing {} } else { Advised::ReadsWait {} });
    Ok(Advice::Report)
}

/// Less shared memory isn't worth a change in the operating system.
const WORTH_IT: f64 = 2_147_483_648.0;

fn huge_pages(seen: &Seen<'_>, case: &mut Case<'_>) -> Result<Advice, Lack> {
    let shared_buffers = seen.size("shared_buffers")?;
    let is_worth = case.is("shared_buffers_bytes", shared_buffers, Comparison::AtLeast, WORTH_IT);
    if !is_worth || seen.word("huge_pages")? == "on" {
        return Ok(Advice::Settled);
    }
    let asks = seen.word("huge_pages")? == "try";
    if asks {
        // Whether it got them is shown from 17 on.
        seen.shown_from(17)?;
        if seen.word("huge_pages_status")? == "on" {
            return Ok(Advice::Settled);
        }
    }
    match seen.number("shared_memory_size_in_huge_pages") {
        Ok(pages) if pages > 0.0 => case.say(Advised::HugePagesOf { pages: pages as u64 }),
        _ => case.say(Advised::HugePages {}),
    }
    if asks {
        return Ok(Advice::Report);
    }
    case.set("huge_pages", Value::Word("try"))?;
    Ok(Advice::Proposed)
}

#[cfg(test)]
mod tests {
    use super::super::lab::{Lab, args, proposed};
    use super::*;

    #[test]
    fn reads_are_only_reported() {
        let lab = |reads| Lab::new(18).waits(&[("IO:DataFileRead", reads), ("CPU", 1_000 - reads)]);
        let said = lab(200).ask("effective_io_concurrency");
        assert_eq!((said.outcome, proposed(&said)), (Advice::Report, vec![]));
        assert_eq!(said.notes[0].id, "reads_wait");
        let ring = lab(200).choices("io_method", &["sync", "worker", "io_uring"]);
        assert_eq!(ring.ask("effective_io_concurrency").notes[0].id, "reads_wait_with_ring");
        assert_eq!(lab(100).ask("effective_io_concurrency").outcome, Advice::Settled);
        let none = Lab::new(18).ask("effective_io_concurrency");
        assert_eq!(none.outcome, Advice::NotEnoughEvidence);
    }

    fn large(major: u32, asked: &str, status: &str) -> Lab {
        let lab =
            Lab::new(major).unit("shared_buffers", "524288", "8kB").value("huge_pages", asked);
        let lab = lab.value("huge_pages_status", status);
        lab.unit("shared_memory_size_in_huge_pages", "2120", "")
    }

    #[test]
    fn much_shared_memory_asks_for_huge_pages() {
        let said = large(17, "off", "off").ask("huge_pages");
        assert_eq!((said.outcome, said.applies), (Advice::Proposed, Applies::OperatingSystem));
        assert_eq!(proposed(&said), ["huge_pages=try"]);
        assert_eq!(args(&said, "huge_pages_of")["pages"], 2_120);
        // The setting is right, and the system has none.
        let said = large(17, "try", "off").ask("huge_pages");
        assert_eq!((said.outcome, proposed(&said)), (Advice::Report, vec![]));
        let old = large(14, "off", "off").without("shared_memory_size_in_huge_pages");
        assert_eq!(old.ask("huge_pages").outcome, Advice::Proposed);
    }

    #[test]
    fn little_memory_or_huge_pages_ask_for_nothing() {
        assert_eq!(
            Lab::new(17).value("huge_pages", "off").ask("huge_pages").outcome,
            Advice::Settled
        );
        assert_eq!(large(17, "try", "on").ask("huge_pages").outcome, Advice::Settled);
        assert_eq!(large(17, "on", "on").ask("huge_pages").outcome, Advice::Settled);
        assert_eq!(large(16, "try", "off").ask("huge_pages").outcome, Advice::NotEnoughEvidence);
    }
}
