//! The background writer: whether it has to stop before it has written enough,
//! so that backends write pages out themselves.

use super::case::{Case, Change, Value};
use super::rule::Rule;
use super::seen::{Lack, Seen, unseen};
use crate::model::advice::{Advice, Applies, Confidence, Risk};
use crate::model::database::IoCount;
use crate::model::observed::Advised;

pub(super) const RULE: Rule = Rule {
    id: "bgwriter",
    settings: &["bgwriter_lru_maxpages", "bgwriter_delay"],
    applies: Applies::Reload,
    risk: Risk::Safe,
    confidence: Confidence::Medium,
    source: "bufmgr.c, BgBufferSync(); our thresholds",
    weigh,
};

/// A greater share of rounds that ended at bgwriter_lru_maxpages is too many.
const STOPPED: f64 = 0.05;

/// A greater share of all writes by backends, outside of rings, is too many;
/// where rounds ended early, this much less says that it was felt.
const BY_BACKENDS: f64 = 0.2;
const FELT: f64 = 0.05;

/// What bgwriter_lru_maxpages is to be, in steps of the least.
const PAGES: (f64, f64) = (100.0, 1_000.0);

/// Room for a little more than what was allocated.
const MARGIN: f64 = 1.1;

/// bgwriter_delay isn't made shorter than this.
const LEAST_DELAY_S: f64 = 0.05;

fn weigh(seen: &Seen<'_>, case: &mut Case<'_>) -> Result<Advice, Lack> {
    let database = seen.database()?;
    let buffers = database.buffers.as_ref().ok_or_else(|| unseen("database.buffers"))?;
    let delay_s = seen.size("bgwriter_delay")?;
    let stopped = buffers.maxwritten_clean as f64 * delay_s / database.elapsed_s;
    let is_stopped = case.is_above("bgwriter_stopped_share", stopped, STOPPED);
    // Up to 15 what backends wrote can't be told from what a COPY did.
    let is_felt = match database.io.as_deref().and_then(share_of_backends) {
        Some(share) => {
            let most = if is_stopped { FELT } else { BY_BACKENDS };
            case.is_above("backend_write_share", share, most)
        }
        None => is_stopped,
    };
    if !is_felt {
        return Ok(Advice::Settled);
    }
    let allocated = buffers.allocated as f64 / database.elapsed_s;
    case.goes_in("buffers_allocated_per_s", allocated);
    let needed = allocated * seen.number("bgwriter_lru_multiplier")?;
    let pages = seen.number("bgwriter_lru_maxpages")?;
    let rounds = Rounds { pages, delay_s };
    let wanted = rounds.for_pages(MARGIN * needed);
    if rounds.pages_per_s() >= needed || wanted == rounds {
        case.say(Advised::BackgroundWriterEnough {});
        return Ok(Advice::Report);
    }
    case.say(Advised::BackendsWrite {});
    let (name, value) = ("bgwriter_lru_maxpages", Value::Number(wanted.pages));
    let raw = Some((MARGIN * needed * wanted.delay_s).round());
    case.change(Change { name, value, raw, capped_by: None })?;
    case.set("bgwriter_delay", Value::Seconds(wanted.delay_s))?;
    Ok(Advice::Proposed)
}

/// What the background writer may do: so many pages in a round, and a round
/// after each delay.
#[derive(Clone, Copy, PartialEq)]
struct Rounds {
    pages: f64,
    delay_s: f64,
}

impl Rounds {
    fn pages_per_s(self) -> f64 {
        self.pages / self.delay_s
    }

    /// As much as it takes to write `pages_per_s`, in one step: first more
    /// pages, then rounds twice as often; never less than now.
    fn for_pages(self, pages_per_s: f64) -> Rounds {
        let mut delay_s = self.delay_s;
        while pages_per_s * delay_s > PAGES.1 && delay_s > LEAST_DELAY_S {
            delay_s = (delay_s / 2.0).max(LEAST_DELAY_S);
        }
        let pages = (pages_per_s * delay_s / PAGES.0).ceil() * PAGES.0;
        Rounds { pages: pages.clamp(PAGES.0, PAGES.1).max(self.pages), delay_s }
    }
}

/// Of all writes of relations, those by backends outside of rings; None where there was none.
fn share_of_backends(io: &[IoCount]) -> Option<f64> {
    let relations = || io.iter().filter(|row| row.object == "relation");
    let all: u64 = relations().filter_map(|row| row.writes).fold(0, u64::saturating_add);
    let is_ours = |row: &&IoCount| row.backend_type == "client backend" && row.context == "normal";
    let ours: u64 =
        relations().filter(is_ours).filter_map(|row| row.writes).fold(0, u64::saturating_add);
    (all > 0).then(|| ours as f64 / all as f64)
}

#[cfg(test)]
mod tests {
    use super::super::lab::{Lab, proposed};
    use super::*;
    use crate::model::database::Buffers;

    /// 600 s: 3,000 rounds of 200 ms.
    fn rounds(stopped: u64, allocated: u64) -> Lab {
        let mut lab = Lab::new(16).unit("bgwriter_delay", "200", "ms");
        let maxwritten_clean = stopped;
        lab.database().buffers =
            Some(Buffers { maxwritten_clean, allocated, ..Buffers::default() });
        lab.value("bgwriter_lru_maxpages", "100").value("bgwriter_lru_multiplier", "2")
    }

    fn written(mut lab: Lab, backends: u64, checkpointer: u64) -> Lab {
        let row = |who: &str, writes| IoCount {
            backend_type: who.into(),
            object: "relation".into(),
            context: "normal".into(),
            writes: Some(writes),
            ..IoCount::default()
        };
        lab.database().io =
            Some(vec![row("client backend", backends), row("checkpointer", checkpointer)]);
        lab
    }

    #[test]
    fn rounds_that_stop_get_more_pages() {
        // 900 allocations a second x 0.2 s x 2 = 360.
        let said = rounds(300, 540_000).ask("bgwriter");
        assert_eq!(
            (said.outcome, proposed(&said)),
            (Advice::Proposed, vec!["bgwriter_lru_maxpages=400".into()])
        );
        assert_eq!((said.evidence[0].value, said.settings[0].raw), (Some(0.1), Some(396.0)));
    }

    #[test]
    fn then_rounds_come_more_often() {
        // 5,000 allocations a second x 2 = 10,000 pages a second.
        let said = rounds(300, 3_000_000).ask("bgwriter");
        assert_eq!(proposed(&said), ["bgwriter_lru_maxpages=600", "bgwriter_delay=50ms"]);
        let most = rounds(300, 54_000_000).ask("bgwriter");
        assert_eq!(proposed(&most), ["bgwriter_lru_maxpages=1000", "bgwriter_delay=50ms"]);
    }

    #[test]
    fn what_the_formula_asks_for_is_enough_whatever_is_seen() {
        let set = |allocated, pages, delay| {
            let lab = rounds(900, allocated).value("bgwriter_lru_maxpages", pages);
            lab.unit("bgwriter_delay", delay, "ms").ask("bgwriter")
        };
        for (allocated, pages, delay) in
            [(540_000, "400", "200"), (590_000, "400", "200"), (54_000_000, "1000", "50")]
        {
            let said = set(allocated, pages, delay);
            assert_eq!((said.outcome, proposed(&said)), (Advice::Report, vec![]), "{allocated}");
        }
        assert_eq!(set(610_000, "400", "200").outcome, Advice::Proposed);
    }

    #[test]
    fn rounds_that_stop_where_backends_hardly_write_are_not_felt() {
        assert_eq!(written(rounds(300, 540_000), 50, 950).ask("bgwriter").outcome, Advice::Settled);
        assert_eq!(
            written(rounds(300, 540_000), 60, 940).ask("bgwriter").outcome,
            Advice::Proposed
        );
    }

    #[test]
    fn backends_that_write_are_reason_enough() {
        assert_eq!(written(rounds(0, 540_000), 300, 700).ask("bgwriter").outcome, Advice::Proposed);
        assert_eq!(written(rounds(0, 540_000), 200, 800).ask("bgwriter").outcome, Advice::Settled);
        assert_eq!(rounds(150, 540_000).ask("bgwriter").outcome, Advice::Settled);
    }

    #[test]
    fn a_short_run_is_no_evidence() {
        assert_eq!(
            rounds(300, 540_000).run_s(60).ask("bgwriter").outcome,
            Advice::NotEnoughEvidence
        );
        let mut lab = rounds(300, 540_000);
        lab.database().buffers = None;
        assert_eq!(lab.ask("bgwriter").outcome, Advice::NotEnoughEvidence);
    }
}
