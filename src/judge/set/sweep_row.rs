//! A configuration's row: the medians of its runs, what it gives up, and why it
//! has none.

use super::sweep::{Asked, Candidate, whole};
use super::table::{is_clients, row};
use super::{Done, FAILURES_MOST};
use crate::judge::compare;
use crate::model::arm::Arm;
use crate::model::observed::SweepNote;
use crate::model::record::Setting;
use crate::model::set::Row;
use crate::model::{Note, RunRecord, Verdict};
use crate::stats::bootstrap::median_interval;
use crate::stats::spread::median;

/// The rows, the best median first, and last those that have none.
pub(super) fn rows(done: &[Done], asked: &Asked) -> Vec<Row> {
    let mut rows: Vec<Row> = asked.candidates.iter().map(|c| arm_row(c, done, asked)).collect();
    let sign = if asked.metric.more_is_better.unwrap_or(true) { -1.0 } else { 1.0 };
    let key = |row: &Row| {
        let median = row.arm.as_ref().and_then(|arm| arm.median);
        median.map_or(f64::INFINITY, |median| sign * median)
    };
    // Stable: those that are equal stay as they were named.
    rows.sort_by(|a, b| key(a).total_cmp(&key(b)));
    rows
}

fn arm_row(candidate: &Candidate, done: &[Done], asked: &Asked) -> Row {
    let of_it: Vec<&Done> = done.iter().filter(|done| done.role == candidate.name).collect();
    let whole = whole(&candidate.name, done);
    let failed: Vec<&Done> = of_it.iter().filter(|done| done.has_failed()).copied().collect();
    let values = compare::values(&asked.metric, &whole);
    let interval = median_interval(&values);
    let has_left_out = candidate.refused.is_some() || failed.len() >= FAILURES_MOST;
    let left_out = if has_left_out { asked.repeat.saturating_sub(of_it.len() as u32) } else { 0 };
    let (gives_up, gives_up_notes) = gives_up(whole.first().copied());
    let checkpoints = || whole.iter().filter_map(|r| r.database.as_ref()?.checkpoints.as_ref());
    let is_seen = checkpoints().next().is_some();
    let arm = Arm {
        config: candidate.config.clone(),
        metric: asked.metric.path.clone().into_owned(),
        median: median(&values),
        low: interval.map(|interval| interval.low),
        high: interval.map(|interval| interval.high),
        checkpoints_timed: is_seen.then(|| checkpoints().map(|c| c.timed).sum()),
        checkpoints_requested: is_seen.then(|| checkpoints().map(|c| c.requested).sum()),
        broke_runs: whole.iter().filter(|record| has(record, Verdict::Fail)).count() as u32,
        verdict: verdict(&whole),
        gives_up,
        failed_runs: failed.len() as u32,
        left_out,
    };
    let mut row = row(&candidate.name, &whole);
    row.notes.extend(candidate.refused.clone().map(Note::from));
    row.notes.extend(failures(&failed, of_it.len()));
    if left_out > 0 && candidate.refused.is_none() {
        row.notes.push(SweepNote::RunsLeftOut { runs: left_out }.into());
    }
    row.notes.extend(gives_up_notes);
    row.arm = Some(arm);
    row
}

/// How many runs couldn't be carried through, and why the last one couldn't:
/// in its server's words where there are any.
fn failures(failed: &[&Done], of: usize) -> Vec<Note> {
    let Some(last) = failed.last() else { return Vec::new() };
    let (failed, of) = (failed.len() as u32, of as u32);
    let said = last.record.findings.iter().find(|note| note.id == "server_said");
    let why = said.or_else(|| last.record.reasons.iter().find(|note| note.id == "run_failed"));
    let count = Note::from(SweepNote::RunsFailed { failed, of });
    std::iter::once(count).chain(why.cloned()).collect()
}

/// The settings with which a commit is worth less, and what to say of them.
fn gives_up(record: Option<&RunRecord>) -> (Vec<String>, Vec<Note>) {
    let settings = record.and_then(|record| record.server.as_ref());
    let settings = settings.map(|server| server.settings.as_slice()).unwrap_or_default();
    let said = |is: &dyn Fn(&Setting) -> bool| -> Vec<String> {
        settings.iter().filter(|s| is(s)).map(|s| format!("{} = {}", s.name, s.value)).collect()
    };
    let durability = said(&Setting::is_unsafe);
    let replication = said(&|s: &Setting| s.name == "wal_level" && s.value == "minimal");
    let mut notes: Vec<Note> = Vec::new();
    if !durability.is_empty() {
        notes.push(SweepNote::GivesUp { settings: durability.join(", ") }.into());
    }
    if !replication.is_empty() {
        notes.push(SweepNote::NoReplication { settings: replication.join(", ") }.into());
    }
    ([durability, replication].concat(), notes)
}

/// By the criteria: of a server that isn't durable too, which makes its runs
/// invalid as a sign-off, and not as a comparison.
fn verdict(records: &[&RunRecord]) -> Option<Verdict> {
    let any = |verdict| records.iter().any(|record| has(record, verdict));
    let limited = records.iter().filter(|record| is_clients(record)).count();
    Some(match records.len() {
        0 => return None,
        _ if any(Verdict::Fail) => Verdict::Fail,
        all if 2 * limited > all => Verdict::Invalid,
        _ if any(Verdict::Inconclusive) => Verdict::Inconclusive,
        _ => Verdict::Pass,
    })
}

fn has(record: &RunRecord, verdict: Verdict) -> bool {
    record.criteria.iter().any(|criterion| criterion.verdict == verdict)
}

/// Whether the client was the limit in most of the runs of a role.
pub(super) fn is_clients_mostly(done: &[Done], role: &str) -> bool {
    let whole = || done.iter().filter(|done| done.role == role && !done.has_failed());
    2 * whole().filter(|done| is_clients(&done.record)).count() > whole().count()
}
