//! What the server tells of itself: without it the next cause stays unseen.

use super::case::{Case, Change, Value};
use super::rule::Rule;
use super::seen::{Lack, Seen, unseen};
use crate::model::advice::{Advice, Applies, Confidence, Risk};
use crate::model::observed::Advised;

pub(super) const TIMING: Rule = Rule {
    id: "track_io_timing",
    settings: &["track_io_timing", "track_wal_io_timing", "log_checkpoints", "log_lock_waits"],
    applies: Applies::Reload,
    risk: Risk::Safe,
    confidence: Confidence::High,
    source: "PostgreSQL manual, Run-time Statistics and Reporting and Logging",
    weigh: timing,
};

pub(super) const SLOW: Rule = Rule {
    id: "log_min_duration_statement",
    settings: &["log_min_duration_statement"],
    applies: Applies::Reload,
    risk: Risk::Safe,
    confidence: Confidence::High,
    source: "PostgreSQL manual, log_min_duration_statement",
    weigh: slow,
};

fn timing(seen: &Seen<'_>, case: &mut Case<'_>) -> Result<Advice, Lack> {
    let mut is_clock = false;
    for name in TIMING.settings {
        if !seen.is_on(name)? {
            is_clock |= name.starts_with("track_");
            case.set(name, Value::Word("on"))?;
        }
    }
    if is_clock {
        case.say(Advised::ClockFirst {});
    }
    Ok(Advice::Proposed)
}

/// A statement is slow beyond ten times what all but one in a hundred take, and a second.
const TIMES: f64 = 10.0;
const LEAST_S: f64 = 1.0;

fn slow(seen: &Seen<'_>, case: &mut Case<'_>) -> Result<Advice, Lack> {
    let current = seen.number("log_min_duration_statement")?;
    if current == 0.0 {
        case.say(Advised::EveryStatementLogged {});
        return Ok(Advice::Report);
    }
    if current > 0.0 {
        return Ok(Advice::Settled);
    }
    let batch = seen.record.latency.as_ref().and_then(|latency| latency.batch.as_ref());
    let p99 = &batch.ok_or_else(|| unseen("latency.batch.service_ms"))?.service_ms;
    case.goes_in("service_p99_ms", p99.p99);
    let raw = TIMES * p99.p99 / 1_000.0;
    let (name, value) = ("log_min_duration_statement", Value::Seconds(raw.max(LEAST_S).ceil()));
    case.change(Change { name, value, raw: Some(raw), capped_by: None })?;
    Ok(Advice::Proposed)
}

#[cfg(test)]
mod tests {
    use super::super::lab::{Lab, proposed};
    use super::*;

    #[test]
    fn what_is_off_is_switched_on() {
        let lab = |values: [&str; 4]| {
            let pairs = TIMING.settings.iter().zip(values);
            pairs.fold(Lab::new(16), |lab, (name, value)| lab.value(name, value))
        };
        let said = lab(["off", "off", "on", "on"]).ask("track_io_timing");
        assert_eq!(proposed(&said), ["track_io_timing=on", "track_wal_io_timing=on"]);
        assert_eq!(said.notes[0].id, "clock_first");
        let logs = lab(["on", "on", "off", "on"]).ask("track_io_timing");
        assert_eq!((proposed(&logs), logs.notes.len()), (vec!["log_checkpoints=on".into()], 0));
        assert_eq!(lab(["on"; 4]).ask("track_io_timing").outcome, Advice::Settled);
        let unseen = lab(["on"; 4]).without("log_lock_waits").ask("track_io_timing");
        assert_eq!(unseen.outcome, Advice::NotEnoughEvidence);
    }

    #[test]
    fn slow_statements_are_logged_and_never_all() {
        let lab = |value: &str, p99: f64| {
            let mut lab = Lab::new(16).unit("log_min_duration_statement", value, "ms");
            lab.record.latency.as_mut().unwrap().batch.as_mut().unwrap().service_ms.p99 = p99;
            lab
        };
        let said = |value, p99| lab(value, p99).ask("log_min_duration_statement");
        assert_eq!(proposed(&said("-1", 20.0)), ["log_min_duration_statement=1s"]);
        assert_eq!(proposed(&said("-1", 450.0)), ["log_min_duration_statement=5s"]);
        assert_eq!(said("1000", 20.0).outcome, Advice::Settled);
        assert_eq!(said("0", 20.0).outcome, Advice::Report);
        let mut none = lab("-1", 20.0);
        none.record.latency = None;
        assert_eq!(none.ask("log_min_duration_statement").outcome, Advice::NotEnoughEvidence);
    }
}
