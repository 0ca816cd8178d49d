//! wal_compression: full-page images are what it compresses, so it pays where
//! they are many and a processor is free for it.

use super::case::{Case, Value};
use super::checkpoints::FULL_PAGES;
use super::max_wal_size;
use super::rule::Rule;
use super::seen::{Lack, Seen};
use crate::model::advice::{Advice, Applies, Confidence, Risk};
use crate::model::criterion::Comparison;
use crate::model::observed::Advised;

pub(super) const RULE: Rule = Rule {
    id: "wal_compression",
    settings: &["wal_compression"],
    applies: Applies::Reload,
    risk: Risk::Cpu,
    confidence: Confidence::High,
    source: "EDB and smalldatum, measurements of wal_compression",
    weigh,
};

/// Processors that are busier have no time for it.
const CPU: f64 = 0.7;

fn weigh(seen: &Seen<'_>, case: &mut Case<'_>) -> Result<Advice, Lack> {
    if seen.word("wal_compression")? != "off" {
        return Ok(Advice::Settled);
    }
    let share = seen.full_page_share()?;
    if !case.is_above("full_page_share_at_most", share, FULL_PAGES) {
        return Ok(Advice::Settled);
    }
    let outcome = match seen.cpu_share() {
        Ok(busy) if case.is("cpu_share", busy, Comparison::Less, CPU) => Advice::Proposed,
        Ok(_) => return Ok(Advice::Settled),
        Err(_) => {
            case.say(Advised::NeedsProcessors {});
            Advice::Trial
        }
    };
    let is_choice = |method: &&str| seen.may_be("wal_compression", method).unwrap_or(false);
    // 14 has pglz alone, and calls it on.
    let method = ["lz4", "zstd", "pglz"].into_iter().find(is_choice).unwrap_or("on");
    case.say(Advised::FullPagesCompress {});
    if max_wal_size::is_proposed(seen) {
        case.say(Advised::AfterMaxWalSize {});
    }
    case.set("wal_compression", Value::Word(method))?;
    Ok(outcome)
}

#[cfg(test)]
mod tests {
    use super::super::lab::{Lab, MB, args, proposed};
    use super::*;

    /// 3.1 million images in 38 GB, processors 45% busy.
    fn example(major: u32) -> Lab {
        let mut lab = Lab::new(major).run_s(576).busy(0.45).value("wal_compression", "off");
        let wal = lab.database().wal.as_mut().unwrap();
        (wal.full_page_images, wal.bytes) = (3_100_000, 38_000_000_000);
        wal.full_page_share_at_most = Some(3_100_000.0 * 8_192.0 / 38e9);
        lab.choices("wal_compression", &["pglz", "lz4", "on", "off"])
    }

    #[test]
    fn worked_example_4() {
        let lab = example(15).checkpoints(0, 48).wal_rate(48 * MB).wal_disk(200 << 30);
        let said = lab.ask("wal_compression");
        assert_eq!((said.outcome, said.risk), (Advice::Proposed, Risk::Cpu));
        assert_eq!(proposed(&said), ["wal_compression=lz4"]);
        assert_eq!((said.evidence[0].value.unwrap() * 100.0).round(), 67.0);
        assert_eq!((said.evidence[1].value.unwrap() * 100.0).round(), 45.0);
        assert!(args(&said, "after_max_wal_size").is_empty());
    }

    #[test]
    fn what_the_build_has_is_taken() {
        let of = |choices: &[&str]| {
            proposed(&example(16).choices("wal_compression", choices).ask("wal_compression"))
        };
        assert_eq!(of(&["pglz", "zstd", "on", "off"]), ["wal_compression=zstd"]);
        assert_eq!(of(&["pglz", "on", "off"]), ["wal_compression=pglz"]);
        let said = example(14).choices("wal_compression", &[]).ask("wal_compression");
        assert_eq!(proposed(&said), ["wal_compression=on"]);
    }

    #[test]
    fn few_images_busy_processors_or_compression_ask_for_nothing() {
        assert_eq!(example(15).full_pages(0.3).ask("wal_compression").outcome, Advice::Settled);
        assert_eq!(example(15).busy(0.8).ask("wal_compression").outcome, Advice::Settled);
        let on = example(15).value("wal_compression", "pglz").ask("wal_compression");
        assert_eq!(on.outcome, Advice::Settled);
    }

    #[test]
    fn processors_that_cannot_be_seen_make_it_a_trial() {
        let mut lab = example(15);
        lab.tuning().machine.cpus = None;
        assert_eq!(lab.ask("wal_compression").outcome, Advice::Trial);
    }

    #[test]
    fn a_short_run_is_no_evidence() {
        let said = example(15).run_s(60).ask("wal_compression");
        assert_eq!(said.outcome, Advice::NotEnoughEvidence);
        let said = example(15).without("wal_compression").ask("wal_compression");
        assert_eq!(said.outcome, Advice::NotEnoughEvidence);
    }
}
