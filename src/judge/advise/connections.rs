//! max_connections: near the limit the next session is refused. More of them
//! is the last thing to try, since those that are at work share processors.

use super::case::{Case, Change, Value};
use super::rule::Rule;
use super::seen::{Lack, Seen, unseen};
use crate::model::advice::{Advice, Applies, Confidence, Risk};
use crate::model::observed::Capacity;

pub(super) const RULE: Rule = Rule {
    id: "max_connections",
    settings: &["max_connections"],
    applies: Applies::Restart,
    risk: Risk::Memory,
    confidence: Confidence::Medium,
    source: "PostgreSQL manual, max_connections; the share is a rule of thumb",
    weigh,
};

/// too_many_connections.
const REFUSED: &str = "53300";

/// The share of the slots that may be in use.
const IN_USE: f64 = 0.8;

/// Above so many sessions at work for each processor more of them only wait.
const FOR_EACH_CPU: f64 = 4.0;

/// In steps of so many.
const STEP: f64 = 10.0;

fn weigh(seen: &Seen<'_>, case: &mut Case<'_>) -> Result<Advice, Lack> {
    seen.database()?;
    let errors = seen.record.load.as_ref().map_or(&[][..], |load| &load.errors);
    let refused: u64 =
        errors.iter().filter(|e| e.code == REFUSED).map(|e| e.count).fold(0, u64::saturating_add);
    let is_refused = case.is_above("connections_refused", refused as f64, 0.0);
    let most = seen.number("max_connections")?;
    // From 16 on there are two kinds.
    let reserved = seen.number("superuser_reserved_connections")?
        + seen.number("reserved_connections").unwrap_or(0.0);
    let peaks = &seen.tuning()?.peaks;
    let Some(peak) = peaks.connections else {
        if is_refused {
            case.notes.push(Capacity::PoolerFirst {}.into());
            return Ok(Advice::Report);
        }
        return Err(unseen("tuning.peaks.connections"));
    };
    let peak = f64::from(peak);
    case.goes_in("connections_peak", peak);
    let is_near = case.is_above("connections_share", peak / (most - reserved).max(1.0), IN_USE);
    if !is_near && !is_refused {
        return Ok(Advice::Settled);
    }
    case.notes.push(Capacity::PoolerFirst {}.into());
    if let Some((active, cpus)) = peaks.active.zip(seen.machine()?.cpus) {
        let for_each = f64::from(active) / f64::from(cpus);
        if case.is_above("active_for_each_cpu", for_each, FOR_EACH_CPU) {
            case.notes.push(Capacity::FewerWriters { active: u64::from(active), cpus }.into());
            return Ok(Advice::Report);
        }
    }
    let raw = peak / IN_USE + reserved;
    let value = Value::Number(((raw / STEP).ceil() * STEP).max(most));
    case.change(Change { name: "max_connections", value, raw: Some(raw), capped_by: None })?;
    Ok(Advice::Proposed)
}

#[cfg(test)]
mod tests {
    use super::super::lab::{Lab, proposed};
    use super::*;
    use crate::model::record::{ErrorCount, Load};

    fn lab(peak: Option<u32>, active: u32, refused: u64) -> Lab {
        let mut lab = Lab::new(17)
            .unit("max_connections", "100", "")
            .unit("superuser_reserved_connections", "3", "")
            .unit("reserved_connections", "0", "");
        let peaks = &mut lab.tuning().peaks;
        (peaks.connections, peaks.active) = (peak, Some(active));
        let (code, example) = (REFUSED.to_owned(), "sorry, too many clients already".to_owned());
        let errors = vec![ErrorCount { code, count: refused, example }];
        lab.record.load = Some(Load { errors, ..Load::default() });
        lab
    }

    #[test]
    fn near_the_limit_a_pooler_comes_first() {
        let said = lab(Some(90), 20, 0).ask("max_connections");
        // 90 / 0.8 + 3 = 115.5.
        assert_eq!(proposed(&said), ["max_connections=120"]);
        assert_eq!((said.outcome, said.settings[0].raw), (Advice::Proposed, Some(115.5)));
        assert_eq!(said.applies, Applies::Restart);
        assert_eq!(said.notes[0].id, "pooler_first");
        let share = said.evidence.iter().find(|e| e.id == "connections_share").unwrap();
        assert_eq!((share.value, share.threshold), (Some(90.0 / 97.0), Some(0.8)));
    }

    #[test]
    fn room_is_left_and_what_was_proposed_is_enough() {
        assert_eq!(lab(Some(70), 20, 0).ask("max_connections").outcome, Advice::Settled);
        let said = lab(Some(90), 20, 0).unit("max_connections", "120", "").ask("max_connections");
        assert_eq!((said.outcome, proposed(&said)), (Advice::Settled, vec![]));
    }

    #[test]
    fn a_refusal_is_evidence_by_itself() {
        let said = lab(Some(60), 20, 7).ask("max_connections");
        assert_eq!((said.outcome, said.evidence[0].value), (Advice::Settled, Some(7.0)));
        let said = lab(Some(97), 20, 7).ask("max_connections");
        assert_eq!(proposed(&said), ["max_connections=130"]);
        let said = lab(None, 20, 7).ask("max_connections");
        assert_eq!((said.outcome, said.notes[0].id.as_str()), (Advice::Report, "pooler_first"));
    }

    #[test]
    fn where_too_many_work_already_more_would_not_help() {
        let said = lab(Some(90), 33, 0).ask("max_connections");
        assert_eq!((said.outcome, proposed(&said)), (Advice::Report, vec![]));
        assert_eq!(said.notes[1].args["active"], 33);
    }

    #[test]
    fn unseen_connections_are_no_evidence() {
        let said = lab(None, 20, 0).ask("max_connections");
        assert_eq!(said.outcome, Advice::NotEnoughEvidence);
        assert_eq!(said.notes[0].args["path"], "tuning.peaks.connections");
        let said = lab(Some(99), 20, 0).run_s(60).ask("max_connections");
        assert_eq!(said.outcome, Advice::NotEnoughEvidence);
    }
}
