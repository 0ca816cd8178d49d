//! Autovacuum: whether its brake is too strong, and whether there are enough
//! workers.

use super::case::{Case, Change, Value};
use super::rule::Rule;
use super::seen::{Lack, Seen, unseen};
use crate::model::Note;
use crate::model::advice::{Advice, Applies, Confidence, Risk};
use crate::model::observed::Capacity;

pub(super) const COST: Rule = Rule {
    id: "autovacuum_vacuum_cost_limit",
    settings: &["autovacuum_vacuum_cost_limit"],
    applies: Applies::Reload,
    risk: Risk::Io,
    confidence: Confidence::Medium,
    source: "PostgreSQL manual, Cost-based Vacuum Delay",
    weigh: cost,
};

pub(super) const WORKERS: Rule = Rule {
    id: "autovacuum_max_workers",
    settings: &["autovacuum_max_workers", "autovacuum_naptime", "autovacuum_vacuum_cost_limit"],
    // From 18 on a reload will do, up to autovacuum_worker_slots.
    applies: Applies::Restart,
    risk: Risk::Io,
    confidence: Confidence::Medium,
    source: "PostgreSQL manual, Automatic Vacuuming; the shares are rules of thumb",
    weigh: workers,
};

/// The share of the workers' samples that may be spent waiting for the delay.
const DELAYED: f64 = 0.5;

/// Workers that are at work in a greater share of the seconds never get to the
/// end of what is due. Where they rest in between, the backlog is what the
/// thresholds let there be.
const NO_REST: f64 = 0.9;

/// The cost limit never goes beyond; in steps of so much, with a little room.
const COST_MOST: f64 = 2_000.0;
const COST_STEP: f64 = 100.0;
const MARGIN: f64 = 1.1;

fn cost(seen: &Seen<'_>, case: &mut Case<'_>) -> Result<Advice, Lack> {
    seen.database()?;
    let peaks = &seen.tuning()?.peaks;
    let delayed = peaks.vacuum_delay_share;
    let delayed = delayed.ok_or_else(|| unseen("tuning.peaks.vacuum_delay_share"))?;
    let grown = peaks.vacuum_backlog_grown;
    let grown = grown.ok_or_else(|| unseen("tuning.peaks.vacuum_backlog_grown"))?;
    let is_delayed = case.is_above("vacuum_delay_share", delayed, DELAYED);
    let is_growing = case.is_above("vacuum_backlog_grown", grown as f64, 0.0);
    if !is_delayed || !is_growing {
        return Ok(Advice::Settled);
    }
    if !case.is_above("vacuum_at_work_share", seen.vacuum_at_work()?, NO_REST) {
        return Ok(Advice::Settled);
    }
    let limit = cost_limit(seen)?;
    case.goes_in("vacuum_cost_limit", limit);
    if limit >= COST_MOST {
        case.notes.push(Capacity::CostLimitHighest { limit: limit as u64 }.into());
        return Ok(Advice::Report);
    }
    case.change(limited(eased(limit, delayed)))?;
    Ok(Advice::Proposed)
}

/// The limit with which workers would wait for half of the time. Between two
/// delays they work for as long as the limit lasts, so of the same work as much
/// more of it makes `delayed` that much less.
fn eased(limit: f64, delayed: f64) -> f64 {
    let delayed = delayed.min(0.99);
    (MARGIN * limit * delayed / (1.0 - delayed) / COST_STEP).ceil() * COST_STEP
}

/// A cost limit of so much, or as much as it ever gets.
fn limited(raw: f64) -> Change<'static> {
    let most = COST_MOST as u64;
    let capped_by = (raw > COST_MOST).then(|| Note::from(Capacity::CappedAtMost { most }));
    let value = Value::Number(raw.min(COST_MOST).round());
    Change { name: "autovacuum_vacuum_cost_limit", value, raw: Some(raw), capped_by }
}

/// The limit that autovacuum has: -1 stands for that of VACUUM.
fn cost_limit(seen: &Seen<'_>) -> Result<f64, Lack> {
    let own = seen.number("autovacuum_vacuum_cost_limit")?;
    if own > 0.0 { Ok(own) } else { seen.number("vacuum_cost_limit") }
}

/// The share of the samples in which all workers may be busy.
const FULL: f64 = 0.5;

/// The most workers that are ever proposed, and the longest nap beside them, in seconds.
const WORKERS_MOST: f64 = 6.0;
const NAP_S: f64 = 30.0;

fn workers(seen: &Seen<'_>, case: &mut Case<'_>) -> Result<Advice, Lack> {
    seen.database()?;
    let full = seen.tuning()?.peaks.autovacuum_full_share;
    let full = full.ok_or_else(|| unseen("tuning.peaks.autovacuum_full_share"))?;
    if !case.is_above("autovacuum_full_share", full, FULL) {
        return Ok(Advice::Settled);
    }
    let cpus = seen.machine()?.cpus.ok_or_else(|| unseen("tuning.machine.cpus"))?;
    let current = seen.number("autovacuum_max_workers")?;
    case.goes_in("cpus", f64::from(cpus));
    let raw = f64::from(cpus) / 2.0;
    // Only from 18 on there are slots apart.
    let slots = seen.number("autovacuum_worker_slots").unwrap_or(WORKERS_MOST);
    let most = WORKERS_MOST.min(slots);
    let workers = raw.floor().min(most);
    if workers <= current {
        let workers = current as u64;
        case.notes.push(Capacity::WorkersHighest { workers, cpus }.into());
        return Ok(Advice::Report);
    }
    let capped_by = (raw > most).then(|| Capacity::CappedAtMost { most: most as u64 }.into());
    let (name, value) = ("autovacuum_max_workers", Value::Number(workers));
    if seen.setting(name)?.context != "postmaster" {
        case.applies = Some(Applies::Reload);
    }
    case.change(Change { name, value, raw: Some(raw), capped_by })?;
    if seen.size("autovacuum_naptime")? > NAP_S {
        case.set("autovacuum_naptime", Value::Seconds(NAP_S))?;
    }
    let limit = cost_limit(seen)?;
    if limit < COST_MOST {
        // On top of what the rule about the limit itself says, which comes before.
        let is_eased = cost(seen, &mut Case::new(seen)) == Ok(Advice::Proposed);
        let delayed = seen.tuning()?.peaks.vacuum_delay_share.filter(|_| is_eased);
        let limit = delayed.map_or(limit, |delayed| eased(limit, delayed));
        case.change(limited(limit * workers / current))?;
        case.notes.push(Capacity::SharedCostLimit {}.into());
    }
    Ok(Advice::Proposed)
}

#[cfg(test)]
mod tests {
    use super::super::lab::{Lab, proposed};
    use super::*;

    fn braked(delayed: Option<f64>, grown: i64, own: &str) -> Lab {
        let mut lab = Lab::new(17)
            .unit("autovacuum_vacuum_cost_limit", own, "")
            .unit("vacuum_cost_limit", "200", "")
            .unit("autovacuum_naptime", "60", "s")
            .unit("autovacuum_max_workers", "3", "")
            .each_second(|server| server.autovacuum_workers = Some(1));
        let peaks = &mut lab.tuning().peaks;
        (peaks.vacuum_delay_share, peaks.vacuum_backlog_grown) = (delayed, Some(grown));
        lab
    }

    const LIMIT: &str = "autovacuum_vacuum_cost_limit";

    #[test]
    fn a_brake_that_leaves_work_undone_is_eased() {
        let said = braked(Some(0.8), 100_000, "-1").ask(LIMIT);
        // It works for a fifth of the time: four times as long, and a little more.
        assert_eq!(proposed(&said), ["autovacuum_vacuum_cost_limit=900"]);
        assert_eq!(said.settings[0].raw, Some(900.0));
        let said = braked(Some(0.55), 100_000, "-1").ask(LIMIT);
        assert_eq!(proposed(&said), ["autovacuum_vacuum_cost_limit=300"]);
        let said = braked(Some(1.0), 100_000, "-1").ask(LIMIT);
        assert_eq!(proposed(&said), ["autovacuum_vacuum_cost_limit=2000"]);
        let said = braked(Some(0.8), 100_000, "1500").ask(LIMIT);
        assert_eq!(proposed(&said), ["autovacuum_vacuum_cost_limit=2000"]);
        assert_eq!(said.settings[0].capped_by.as_ref().unwrap().id, "capped_at_most");
        let said = braked(Some(0.8), 100_000, "2000").ask(LIMIT);
        assert_eq!((said.outcome, proposed(&said)), (Advice::Report, vec![]));
    }

    #[test]
    fn a_brake_that_keeps_up_is_left_and_no_vacuum_is_no_evidence() {
        assert_eq!(braked(Some(0.8), -5, "-1").ask(LIMIT).outcome, Advice::Settled);
        assert_eq!(braked(Some(0.5), 9, "-1").ask(LIMIT).outcome, Advice::Settled);
        assert_eq!(braked(None, 9, "-1").ask(LIMIT).outcome, Advice::NotEnoughEvidence);
    }

    #[test]
    fn a_brake_on_workers_that_rest_in_between_does_no_harm() {
        let at_work = |from: usize, seconds: usize| {
            let mut lab = braked(Some(0.8), 100_000, "-1");
            for (second, point) in lab.record.series.iter_mut().enumerate() {
                let is_at_work = (from..from + seconds).contains(&second);
                point.server.as_mut().unwrap().autovacuum_workers = Some(is_at_work.into());
            }
            lab.ask(LIMIT)
        };
        assert_eq!(at_work(100, 500).outcome, Advice::Proposed);
        assert_eq!(at_work(100, 400).outcome, Advice::Settled);
        // The nap between two looks is a minute.
        let late = at_work(550, 50);
        assert_eq!(late.outcome, Advice::NotEnoughEvidence);
        assert_eq!(late.notes[0].args["path"], "series.server.autovacuum_workers");
    }

    fn busy(major: u32, full: Option<f64>) -> Lab {
        let mut lab = braked(None, 0, "-1");
        lab.record.server.as_mut().unwrap().version_num = major * 10_000;
        let context = if major < 18 { "postmaster" } else { "sighup" };
        let tuning = lab.tuning();
        tuning.peaks.autovacuum_full_share = full;
        let of = |s: &&mut crate::model::facts::SettingFact| s.name == "autovacuum_max_workers";
        tuning.settings.iter_mut().find(of).unwrap().context = context.to_owned();
        lab
    }

    #[test]
    fn workers_that_are_always_busy_get_company() {
        // Eight processors; the limit is shared, so 200 · 4/3.
        let said = busy(17, Some(0.6)).ask("autovacuum_max_workers");
        let expected = [
            "autovacuum_max_workers=4",
            "autovacuum_naptime=30s",
            "autovacuum_vacuum_cost_limit=267",
        ];
        assert_eq!(proposed(&said), expected);
        assert_eq!((said.outcome, said.applies), (Advice::Proposed, Applies::Restart));
        // Where the limit is to be raised anyway, it is shared by more on top.
        let mut lab = busy(17, Some(0.6));
        lab.tuning().peaks.vacuum_delay_share = Some(0.8);
        lab.tuning().peaks.vacuum_backlog_grown = Some(1);
        assert_eq!(proposed(&lab.ask(LIMIT)), ["autovacuum_vacuum_cost_limit=900"]);
        let said = lab.ask("autovacuum_max_workers");
        assert_eq!(proposed(&said)[2], "autovacuum_vacuum_cost_limit=1200");
        let lab = busy(18, Some(0.6)).unit("autovacuum_worker_slots", "16", "");
        assert_eq!(lab.ask("autovacuum_max_workers").applies, Applies::Reload);
        let mut lab = busy(17, Some(0.6));
        lab.tuning().machine.cpus = Some(64);
        let said = lab.ask("autovacuum_max_workers");
        assert_eq!(proposed(&said)[0], "autovacuum_max_workers=6");
        assert_eq!(said.settings[0].capped_by.as_ref().unwrap().args["most"], 6);
    }

    #[test]
    fn workers_with_time_to_spare_or_no_processors_are_left() {
        assert_eq!(busy(17, Some(0.5)).ask("autovacuum_max_workers").outcome, Advice::Settled);
        let mut lab = busy(17, Some(0.9));
        lab.tuning().machine.cpus = Some(4);
        let said = lab.ask("autovacuum_max_workers");
        assert_eq!((said.outcome, proposed(&said)), (Advice::Report, vec![]));
    }

    #[test]
    fn unseen_workers_are_no_evidence() {
        let said = busy(17, None).ask("autovacuum_max_workers");
        assert_eq!(said.outcome, Advice::NotEnoughEvidence);
        assert_eq!(said.notes[0].args["path"], "tuning.peaks.autovacuum_full_share");
    }
}
