//! Backups, standbys, the way back, and the rollout.

use super::found::{Found, not_of_private, person, says_nothing, seen as sight};
use super::{Seen, faults};
use crate::model::facts::{ArchiverFacts, Facts, StandbyFacts};
use crate::model::figure::{CriterionIds, Figure};
use crate::model::observed::{Measured, Operated};
use crate::model::set::{Answer, Answered, Item};
use crate::model::size::Bytes;

const SECTION: &str = "operations";

/// A server whose WAL was just written to archives more often than this.
const ARCHIVED_WITHIN_S: f64 = 3600.0;

/// Further behind than this after the load is too far: as in the preflight.
const BEHIND_BYTES: u64 = 64 << 20;

/// The same in time.
const BEHIND_S: f64 = 10.0;

/// During the load more than this is worth a word.
const FELL_BEHIND_BYTES: u64 = 1 << 30;

/// The items.
pub(super) fn items(seen: &Seen<'_>) -> Vec<Item> {
    let read = |id: &str, found: fn(&Seen<'_>) -> Found| match seen.is_private {
        true => not_of_private(SECTION, id),
        false => found(seen).item(SECTION, id, Answered::Read),
    };
    vec![
        read("backups", backups),
        person(SECTION, "restore", Operated::RestoreForPerson {}),
        read("replication", replication),
        rollback(seen).item(SECTION, "rollback_plan", Answered::Read),
        person(SECTION, "rollback_tried", Operated::RollbackForPerson {}),
        rollout(seen).item(SECTION, "rollout", Answered::Measured),
        person(SECTION, "rollout_plan", Operated::RolloutForPerson {}),
        person(SECTION, "monitoring", Operated::MonitoringForPerson {}),
        person(SECTION, "alerts", Operated::AlertsForPerson {}),
        faults::found(seen).item(SECTION, "faults", Answered::Measured),
    ]
}

fn backups(seen: &Seen<'_>) -> Found {
    match sight(&seen.after.archiver) {
        Ok(archiver) => archived(archiver),
        Err(found) => found,
    }
}

fn archived(archiver: &ArchiverFacts) -> Found {
    if archiver.mode == "off" {
        return Found::one(Answer::Open, Operated::ArchiveOff {});
    }
    if archiver.no_command {
        return Found::one(Answer::No, Operated::ArchiveNoCommand {});
    }
    let failed = archiver
        .failed_ago_s
        .filter(|failed| archiver.archived_ago_s.is_none_or(|archived| *failed <= archived));
    match (failed, archiver.archived_ago_s) {
        (Some(ago), _) => {
            let (failures, ago_s) = (archiver.failed, Figure(ago.round()));
            Found::one(Answer::No, Operated::ArchiveFailing { failures, ago_s })
        }
        (None, None) => Found::one(Answer::Warning, Operated::ArchivedNever {}),
        (None, Some(ago)) if ago > ARCHIVED_WITHIN_S => {
            let (ago_s, limit_s) = (Figure(ago.round()), Figure(ARCHIVED_WITHIN_S));
            Found::one(Answer::Warning, Operated::ArchivedLongAgo { ago_s, limit_s })
        }
        (None, Some(ago)) => {
            let (archived, ago_s) = (archiver.archived, Figure(ago.round()));
            Found::one(Answer::Yes, Operated::Archived { archived, ago_s })
        }
    }
}

fn replication(seen: &Seen<'_>) -> Found {
    let facts: &Facts = seen.after;
    let standbys = match sight(&facts.standbys) {
        Ok(standbys) => standbys,
        Err(found) => return found,
    };
    let mut found = lag(standbys, &facts.session.role);
    for run in &seen.runs {
        let watched = run.record.database.iter().flat_map(|database| &database.replication);
        for standby in watched {
            let most = standby.replay_lag_bytes_max.filter(|most| *most > FELL_BEHIND_BYTES);
            if let Some(behind_bytes) = most.map(Bytes) {
                let (standby, member) = (standby.name.clone(), run.name.to_owned());
                let note = Operated::StandbyFellBehind { standby, member, behind_bytes };
                found.add(Answer::Warning, note);
            }
        }
    }
    found
}

fn lag(standbys: &[StandbyFacts], role: &str) -> Found {
    if standbys.is_empty() {
        return Found::one(Answer::Open, Operated::NoStandby {});
    }
    if standbys.iter().any(|standby| standby.state.is_none() || standby.behind_bytes.is_none()) {
        return Found::one(Answer::Open, Operated::StandbysUnseen { role: role.to_owned() });
    }
    let behind = |standby: &StandbyFacts| {
        (Bytes(standby.behind_bytes.unwrap_or(0)), standby.behind_s.unwrap_or(0.0))
    };
    let mut found = Found::new();
    for standby in standbys {
        let (behind_bytes, seconds) = behind(standby);
        if behind_bytes.0 > BEHIND_BYTES || seconds > BEHIND_S {
            let (standby, behind_s) = (standby.name.clone(), Figure(seconds));
            let note = Operated::StandbyBehindNow { standby, behind_bytes, behind_s };
            found.add(Answer::No, note);
        }
    }
    if found.is_empty() {
        let bytes = standbys.iter().map(|standby| behind(standby).0).max();
        let seconds = standbys.iter().map(|standby| behind(standby).1).fold(0.0, f64::max);
        let (standbys, behind_bytes) = (standbys.len(), bytes.unwrap_or(Bytes(0)));
        let behind_s = Figure(seconds);
        found.add(Answer::Yes, Operated::StandbysClose { standbys, behind_bytes, behind_s });
    }
    found
}

/// What the way back needs of the tool: the settings as they were, and what undoes ours.
fn rollback(seen: &Seen<'_>) -> Found {
    let facts = seen.before;
    if seen.snapshot.is_empty() {
        return Found::one(Answer::Open, Operated::RollbackForPerson {});
    }
    let (settings, files) = (facts.settings.len(), seen.snapshot.join(", "));
    let mut found = Found::one(Answer::Yes, Operated::SnapshotKept { settings, files });
    if !facts.session.reads_settings {
        let role = facts.session.role.clone();
        found.add(Answer::Warning, Operated::SnapshotPartial { role });
    }
    found
}

/// A run that was rolled out stage by stage.
fn rollout(seen: &Seen<'_>) -> Found {
    let mut found = Found::new();
    let staged = seen.runs.iter().filter(|run| !run.record.stages.is_empty());
    let (void, counted): (Vec<_>, Vec<_>) = staged.partition(|run| run.is_void());
    void.into_iter().for_each(|run| found.merge(says_nothing(run)));
    for stage in counted.into_iter().flat_map(|run| &run.record.stages) {
        let share = format!("{:.0}%", stage.share * 100.0);
        if stage.broken.is_empty() {
            let (tenants, rows_per_s) = (stage.tenants, Figure(stage.rows_per_s));
            found.add(Answer::Yes, Measured::StageHeld { share, tenants, rows_per_s });
        } else {
            let broken = CriterionIds::of(&stage.broken);
            found.add(Answer::No, Measured::StageFailed { share, broken });
        }
    }
    if found.is_empty() {
        found.add(Answer::NotRun, Measured::StagesNotRun {});
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archiver_is_good_only_where_it_worked_last_and_lately() {
        let archiver = |archived_ago_s, failed_ago_s| ArchiverFacts {
            mode: "on".into(),
            archived: 7,
            failed: 3,
            archived_ago_s,
            failed_ago_s,
            ..ArchiverFacts::default()
        };
        let answer = |archiver: &ArchiverFacts| archived(archiver).answer();
        assert_eq!(answer(&archiver(Some(12.0), None)), Answer::Yes);
        assert_eq!(answer(&archiver(Some(12.0), Some(90.0))), Answer::Yes, "it works again");
        assert_eq!(answer(&archiver(Some(90.0), Some(12.0))), Answer::No);
        assert_eq!(answer(&archiver(None, Some(12.0))), Answer::No);
        assert_eq!(answer(&archiver(None, None)), Answer::Warning);
        assert_eq!(answer(&archiver(Some(7200.0), None)), Answer::Warning);
        let off = ArchiverFacts { mode: "off".into(), ..archiver(Some(1.0), None) };
        assert_eq!(answer(&off), Answer::Open, "a person says how it is backed up");
        let none = ArchiverFacts { no_command: true, ..archiver(Some(1.0), None) };
        assert_eq!(answer(&none), Answer::No);
    }

    #[test]
    fn a_lag_that_is_not_seen_is_not_called_good() {
        let standby = |behind_bytes, behind_s| StandbyFacts {
            name: "s".into(),
            state: Some("streaming".into()),
            behind_bytes: Some(behind_bytes),
            behind_s: Some(behind_s),
            ..StandbyFacts::default()
        };
        let answer = |standbys: &[StandbyFacts]| lag(standbys, "u").answer();
        assert_eq!(answer(&[]), Answer::Open);
        assert_eq!(answer(&[standby(1 << 20, 0.1)]), Answer::Yes);
        assert_eq!(answer(&[standby(1 << 20, 11.0)]), Answer::No);
        assert_eq!(answer(&[standby(65 << 20, 0.1)]), Answer::No);
        let hidden = StandbyFacts { state: None, ..standby(0, 0.0) };
        assert_eq!(answer(&[standby(0, 0.0), hidden]), Answer::Open);
    }
}
