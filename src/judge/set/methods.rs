//! The table of methods: which is the fastest, and whether that can be told.

use super::table::{self, breaks_integrity, broke};
use super::{Done, conditions};
use crate::judge::validity;
use crate::model::observed::SetNote;
use crate::model::record::Setting;
use crate::model::set::{Row, Set};
use crate::model::{Note, Reason, Verdict};

/// The role of the baseline.
pub const BASELINE: &str = "autocommit";

/// Fills in what the runs of a set of methods say together. In order: broken
/// integrity is a failure; runs of different durability are not compared; a
/// server that isn't durable makes the set invalid; a run that broke a
/// criterion is a failure; what wasn't seen, or a lead that is the client's,
/// is inconclusive.
pub fn judge(set: &mut Set, done: &[Done]) {
    let differ = conditions::differ(done);
    if differ.is_empty() {
        set.table = table(done);
        set.findings.extend(compare(&mut set.table));
        set.findings.extend(conditions::changed(done));
    }
    let (verdict, reasons) = verdict(done, &set.table, differ);
    set.verdict = Some(verdict);
    set.reasons.extend(reasons);
}

fn table(done: &[Done]) -> Vec<Row> {
    let mut rows = table::rows(done);
    let rate = |row: &Row| row.rows_per_s.unwrap_or_default();
    rows.sort_by(|a, b| rate(b).total_cmp(&rate(a)));
    let baseline = rows.iter().find(|row| row.role == BASELINE).and_then(|row| row.rows_per_s);
    for row in &mut rows {
        let gain = row.rows_per_s.zip(baseline.filter(|rate| *rate > 0.0));
        row.gain = gain.map(|(rate, baseline)| rate / baseline);
    }
    rows
}

/// Marks the best where all its runs were faster than all of the others', and
/// says so where they weren't.
fn compare(rows: &mut [Row]) -> Option<Note> {
    let of = |row: &Row| Some((row.rows_per_s?, row.rows_per_s_min?, row.rows_per_s_max?));
    let counts = |row: &&Row| row.broken.is_empty() && of(row).is_some();
    if rows.iter().all(|row| row.runs < 2) {
        return (!rows.is_empty()).then(|| SetNote::OneRound {}.into());
    }
    let first = rows.iter().find(counts)?;
    let (role, (_, least, _)) = (first.role.clone(), of(first)?);
    let near = |row: &&Row| counts(row) && of(row).is_some_and(|(_, _, most)| most >= least);
    let roles: Vec<String> = rows.iter().filter(near).map(|row| row.role.clone()).collect();
    if roles.len() > 1 {
        return Some(SetNote::NoDifference { roles: roles.join(", ") }.into());
    }
    let best = rows.iter_mut().find(|row| row.role == role)?;
    best.best = best.runs > 1;
    None
}

fn verdict(done: &[Done], rows: &[Row], differ: Vec<Note>) -> (Verdict, Vec<Note>) {
    let notes = |of: fn(&Done) -> Option<SetNote>| -> Vec<Note> {
        done.iter().filter_map(of).map(Into::into).collect()
    };
    if done.iter().any(|done| breaks_integrity(&done.record)) {
        return (Verdict::Fail, notes(broke));
    }
    if !differ.is_empty() {
        return (Verdict::Invalid, differ);
    }
    let unsafe_settings = undurable(done);
    if !unsafe_settings.is_empty() {
        return (Verdict::Invalid, unsafe_settings);
    }
    let broken = notes(broke);
    if !broken.is_empty() {
        return (Verdict::Fail, broken);
    }
    let undecided = notes(|done| {
        let label = done.label.clone();
        let is_open = matches!(done.record.verdict, None | Some(Verdict::Inconclusive));
        is_open.then_some(SetNote::RunUndecided { label })
    });
    if !undecided.is_empty() || done.is_empty() {
        return (Verdict::Inconclusive, undecided);
    }
    match rows.first().filter(|row| is_clients(done, &row.role)) {
        Some(row) => {
            let role = row.role.clone();
            (Verdict::Inconclusive, vec![SetNote::BestIsClients { role }.into()])
        }
        None => (Verdict::Pass, Vec::new()),
    }
}

/// The settings that make the server of the first run undurable.
pub(super) fn undurable(done: &[Done]) -> Vec<Note> {
    let servers = done.iter().filter_map(|done| done.record.server.as_ref()).take(1);
    let settings = servers.flat_map(|server| &server.settings).filter(|s: &&Setting| s.is_unsafe());
    settings
        .map(|s| Reason::NotDurable { setting: s.name.clone(), value: s.value.clone() }.into())
        .collect()
}

/// Whether the client was the limit in most of the runs of a role.
fn is_clients(done: &[Done], role: &str) -> bool {
    let runs: Vec<_> = done.iter().filter(|done| done.role == role).collect();
    let limited = runs.iter().filter(|done| !validity::invalid(&done.record).is_empty()).count();
    2 * limited > runs.len()
}
