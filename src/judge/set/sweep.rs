//! What a sweep says: configurations in the order of a metric, which of them is
//! surely the best, and what each gives up for it.
//!
//! A criterion that a configuration broke is a property of its row, and keeps
//! it from being called the best; the set fails only where rows were lost or
//! the like. Failing to start, or to finish, is said in the server's words and
//! leaves the set inconclusive: the question was about all of them.

use super::sweep_row::{is_clients_mostly, rows};
use super::table::{breaks_integrity, broke};
use super::trials::OF_CHECKPOINTS;
use super::{Done, conditions};
use crate::judge::compare::{Metric, Roles, THRESHOLD, compare_one, metrics};
use crate::model::comparison::{Change, Compared};
use crate::model::criterion::CriterionKind;
use crate::model::observed::{SetNote, SweepNote};
use crate::model::set::{Row, Set};
use crate::model::{Note, RunRecord, Verdict};
use crate::stats::power::FEWEST;

/// A configuration that was named.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// What it is called: the role of its runs.
    pub name: String,
    /// Its file.
    pub config: String,
    /// Why it isn't measured.
    pub refused: Option<SweepNote>,
}

/// What a sweep was asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// The configurations in the order in which they were named.
    pub candidates: Vec<Candidate>,
    /// The configuration that the others are compared with.
    pub against: String,
    /// What they are ordered by.
    pub metric: Metric,
    /// How often each was to be measured.
    pub repeat: u32,
    /// Lets what gives durability up be the best.
    pub allow_unsafe: bool,
    /// Whether the load's rate is its own.
    pub has_own_rate: bool,
}

/// The runs of a configuration that could be carried through.
struct Group<'a> {
    name: &'a str,
    records: Vec<&'a RunRecord>,
}

/// Fills in what the runs of a sweep say together. In order: broken integrity
/// is a failure; runs on servers of different versions, or of one configuration
/// with different settings, make the set invalid; a configuration that wasn't
/// measured as often as the others, rows that couldn't be proved, a lead that is
/// the client's, or too few runs to tell, leave it inconclusive; it passes where
/// one is the best, or there is no difference.
pub fn judge(set: &mut Set, done: &[Done], asked: &Asked) {
    let differ = differ(done, asked);
    let mut rows = rows(done, asked);
    let mut open = Vec::new();
    if differ.is_empty() {
        let groups: Vec<Group<'_>> = asked
            .candidates
            .iter()
            .map(|c| Group { name: &c.name, records: whole(&c.name, done) })
            .collect();
        against(set, &groups, asked);
        open = best(set, &mut rows, &groups, asked);
        set.findings.extend(too_short(done));
    }
    if asked.has_own_rate && asked.metric.path == metrics::RATE {
        set.findings.push(SweepNote::RateFollows {}.into());
    }
    let (verdict, reasons) = verdict(done, &rows, differ, open);
    set.table = rows;
    set.verdict = Some(verdict);
    set.reasons.extend(reasons);
}

/// Why the runs are not to be compared.
fn differ(done: &[Done], asked: &Asked) -> Vec<Note> {
    let mut notes: Vec<Note> = conditions::servers_differ(done).into_iter().collect();
    if notes.is_empty() {
        for candidate in &asked.candidates {
            let of_it = done.iter().filter(|done| done.role == candidate.name);
            notes.extend(conditions::differ_among(of_it));
        }
    }
    notes
}

/// The records of a configuration's runs that could be carried through.
pub(super) fn whole<'a>(name: &str, done: &'a [Done]) -> Vec<&'a RunRecord> {
    let of_it = done.iter().filter(|done| done.role == name && !done.has_failed());
    of_it.map(|done| &done.record).collect()
}

fn compared(base: &Group<'_>, other: &Group<'_>, asked: &Asked) -> Compared {
    let roles = Roles { base: base.name, other: other.name };
    compare_one(&asked.metric, &base.records, &other.records, roles, THRESHOLD)
}

/// Compares each with the one that was asked for, or the first that has runs.
fn against(set: &mut Set, groups: &[Group<'_>], asked: &Asked) {
    let measured = || groups.iter().filter(|group| !group.records.is_empty());
    let named = measured().find(|group| group.name == asked.against);
    let Some(base) = named.or_else(|| measured().next()) else { return };
    let others = measured().filter(|group| group.name != base.name);
    set.comparisons = others.map(|other| compared(base, other, asked)).collect();
    if named.is_none() {
        let (asked, base) = (asked.against.clone(), base.name.to_owned());
        set.findings.push(SweepNote::OtherBase { asked, base }.into());
    }
}

/// Marks the best, of those that kept all criteria and give nothing up, where
/// it is surely better than each other of them. What keeps that from being known.
fn best(set: &mut Set, rows: &mut [Row], groups: &[Group<'_>], asked: &Asked) -> Vec<Note> {
    if asked.candidates.len() == 1 {
        set.findings.push(SweepNote::OneConfiguration {}.into());
        return Vec::new();
    }
    let able: Vec<&Group<'_>> = rows
        .iter()
        .filter(|row| is_able(row, asked))
        .filter_map(|row| groups.iter().find(|group| group.name == row.role))
        .collect();
    let Some((top, others)) = able.split_first() else {
        let is_any = groups.iter().any(|group| !group.records.is_empty());
        return if is_any { vec![SweepNote::AllBroke {}.into()] } else { Vec::new() };
    };
    let runs = able.iter().map(|group| group.records.len() as u32).min().unwrap_or_default();
    if runs < FEWEST {
        return vec![SweepNote::TooFewRepeats { runs, needed: FEWEST }.into()];
    }
    let (mut same, mut near, mut open) = (Vec::new(), Vec::new(), Vec::new());
    let mut could_see: Option<f64> = None;
    for other in others {
        let compared = compared(other, top, asked);
        match compared.outcome {
            Change::Better => {}
            Change::Same => same.push(other.name),
            _ if overlap(rows, top.name, other.name) => {
                could_see = [could_see, compared.could_see].into_iter().flatten().reduce(f64::max);
                near.push(other.name);
            }
            _ => {
                let (role, other) = (top.name.to_owned(), other.name.to_owned());
                open.push(SweepNote::MayDiffer { role, other }.into());
            }
        }
        // It, or the same turned round, is there already where it is with the base.
        let pair = [top.name, other.name];
        let is_it = |c: &Compared| {
            c.base != c.other && pair.contains(&c.base.as_str()) && pair.contains(&c.other.as_str())
        };
        if !set.comparisons.iter().any(is_it) {
            set.comparisons.push(compared);
        }
    }
    let roles = |names: &[&str]| [&[top.name][..], names].concat().join(", ");
    if !near.is_empty() {
        set.findings.push(SweepNote::NotToldApart { roles: roles(&near) }.into());
        set.findings.extend(could_see.map(|share| {
            let percent = format!("{:.0}%", (share * 100.0).ceil());
            Note::from(SweepNote::WouldHaveSeen { percent })
        }));
    }
    if !same.is_empty() {
        set.findings.push(SweepNote::NoDifferenceAtAll { roles: roles(&same) }.into());
    }
    if same.is_empty() && near.is_empty() && open.is_empty() {
        rows.iter_mut().filter(|row| row.role == top.name).for_each(|row| row.best = true);
    }
    open
}

/// Whether a configuration can be called the best.
fn is_able(row: &Row, asked: &Asked) -> bool {
    let Some(arm) = &row.arm else { return false };
    let is_whole = arm.median.is_some() && arm.failed_runs == 0 && row.broken.is_empty();
    is_whole && (asked.allow_unsafe || arm.gives_up.is_empty())
}

/// Whether the intervals of two medians overlap.
fn overlap(rows: &[Row], one: &str, other: &str) -> bool {
    let interval = |name: &str| {
        let arm = rows.iter().find(|row| row.role == name)?.arm.as_ref()?;
        Some((arm.low?, arm.high?))
    };
    match (interval(one), interval(other)) {
        (Some((a_low, a_high)), Some((b_low, b_high))) => a_low <= b_high && b_low <= a_high,
        _ => true,
    }
}

/// Settings about checkpoints that differ, where no run saw a checkpoint.
fn too_short(done: &[Done]) -> Option<Note> {
    let whole = || done.iter().filter(|done| !done.has_failed());
    let began = |done: &Done| {
        let seen = done.record.database.as_ref()?.checkpoints.as_ref()?;
        Some(seen.timed + seen.requested)
    };
    let differ: Vec<&str> = OF_CHECKPOINTS
        .into_iter()
        .filter(|name| conditions::setting_differs(whole(), name).is_some())
        .collect();
    let none = whole().all(|done| began(done) == Some(0));
    let settings = differ.join(", ");
    (none && !differ.is_empty()).then(|| SweepNote::NoCheckpointThere { settings }.into())
}

fn verdict(
    done: &[Done],
    rows: &[Row],
    differ: Vec<Note>,
    open: Vec<Note>,
) -> (Verdict, Vec<Note>) {
    let lost = done.iter().filter(|done| breaks_integrity(&done.record));
    let lost: Vec<Note> = lost.filter_map(broke).map(Into::into).collect();
    if !lost.is_empty() {
        return (Verdict::Fail, lost);
    }
    if !differ.is_empty() {
        return (Verdict::Invalid, differ);
    }
    let mut open = open;
    let is_short = |row: &&Row| {
        let arm = row.arm.clone().unwrap_or_default();
        arm.failed_runs + arm.left_out > 0 || arm.median.is_none()
    };
    let short: Vec<&str> = rows.iter().filter(is_short).map(|row| row.role.as_str()).collect();
    if !short.is_empty() {
        open.push(SweepNote::NotMeasured { roles: short.join(", ") }.into());
    }
    let unproved = done.iter().filter(|done| !done.has_failed() && !is_proved(done));
    open.extend(unproved.map(|d| SetNote::RunUndecided { label: d.label.clone() }.into()));
    let first = rows.iter().find(|row| row.arm.as_ref().is_some_and(|arm| arm.median.is_some()));
    if let Some(row) = first.filter(|row| is_clients_mostly(done, &row.role)) {
        open.push(SetNote::BestIsClients { role: row.role.clone() }.into());
    }
    match open.is_empty() && !done.is_empty() {
        true => (Verdict::Pass, Vec::new()),
        false => (Verdict::Inconclusive, open),
    }
}

/// Whether every criterion about the rows could be judged.
fn is_proved(done: &Done) -> bool {
    let mut integrity = done.record.criteria.iter().filter(|c| c.kind == CriterionKind::Integrity);
    integrity.all(|criterion| criterion.verdict != Verdict::Inconclusive)
}
