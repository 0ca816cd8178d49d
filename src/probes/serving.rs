//! Whether the server can take the run at all: version, role in a cluster,
//! privileges, connections, and what our DDL and statements would reach.

use super::facts::Facts;
use super::needs::Needs;
use crate::model::observed::{Serving, Surroundings};
use crate::model::record::Setting;
use crate::model::{Check, MAJORS};

/// Statements that a tenant leaves in pg_stat_statements: its DDL (8), its
/// COPY in and its COPY out.
const STATEMENTS_A_TENANT: u32 = 10;

/// Of the version.
pub(super) fn version(facts: &Facts) -> Check {
    let version = facts.server.version.clone();
    match MAJORS.contains(&(facts.server.version_num / 10_000)) {
        true => Check::ok("version", Serving::VersionSupported { version }),
        false => Check::blocking("version", Serving::VersionUnsupported { version }),
    }
}

/// Of everything that [`Facts`] tells, in the order in which it matters.
pub(super) fn checks(facts: &Facts, needs: &Needs) -> Vec<Check> {
    let mut checks = vec![
        recovery(facts),
        sync_standby(facts),
        read_only(facts),
        encoding(facts),
        create_privilege(facts),
        connections(facts, needs),
    ];
    // A private server has neither, and its statistics are nobody's.
    if !needs.private {
        checks.extend([
            publications(facts, needs),
            event_triggers(facts, needs),
            statements(facts, needs),
        ]);
    }
    checks.push(durability(facts, needs));
    checks
}

fn recovery(facts: &Facts) -> Check {
    match facts.in_recovery {
        true => Check::blocking("recovery", Serving::Standby {}),
        false => Check::ok("recovery", Serving::Primary {}),
    }
}

fn sync_standby(facts: &Facts) -> Check {
    let (id, names) = ("synchronous_standby", facts.standby_names.clone());
    match (facts.waits_in_vain, names.is_empty()) {
        (Some(true), _) => Check::blocking(id, Serving::SyncStandbyMissing {}),
        (None, _) => Check::unknown(id, Serving::SyncStandbyUnseen { names }),
        (Some(false), true) => Check::ok(id, Serving::SyncStandbyNone {}),
        (Some(false), false) => Check::ok(id, Serving::SyncStandbyThere { names }),
    }
}

fn read_only(facts: &Facts) -> Check {
    // A standby's transactions are read-only whatever the role's setting is.
    let role = facts.role.clone();
    match facts.read_only && !facts.in_recovery {
        true => Check::blocking("read_only", Serving::ReadOnly { role }),
        false => Check::ok("read_only", Serving::Writable { role }),
    }
}

fn encoding(facts: &Facts) -> Check {
    let encoding = facts.encoding.clone();
    match encoding == "UTF8" {
        true => Check::ok("encoding", Serving::EncodingFits {}),
        false => Check::blocking("encoding", Serving::EncodingUnfit { encoding }),
    }
}

fn create_privilege(facts: &Facts) -> Check {
    let (id, role, database) = ("create_privilege", facts.role.clone(), facts.database.clone());
    match facts.may_create {
        true => Check::ok(id, Serving::MayCreate { role, database }),
        false => Check::blocking(id, Serving::MayNotCreate { role, database }),
    }
}

fn connections(facts: &Facts, needs: &Needs) -> Check {
    let (free, needed) = (facts.free_connections, needs.connections);
    let (id, flag) = ("connections", needs.connections_flag.to_owned());
    match free {
        _ if free >= needed => Check::ok(id, Serving::ConnectionsFree { free, needed }),
        _ if free >= needs.connections_least => {
            Check::warning(id, Serving::ConnectionsTight { free, needed })
        }
        _ => Check::blocking(id, Serving::ConnectionsShort { free, needed, flag }),
    }
}

fn publications(facts: &Facts, needs: &Needs) -> Check {
    let id = "publications";
    match (facts.all_tables_publications.first().cloned(), needs.allow_publication) {
        (None, _) => Check::ok(id, Surroundings::NoPublication {}),
        (Some(publication), true) => {
            Check::warning(id, Surroundings::PublicationAllowed { publication })
        }
        (Some(publication), false) => {
            Check::blocking(id, Surroundings::PublicationOfAll { publication })
        }
    }
}

fn event_triggers(facts: &Facts, needs: &Needs) -> Check {
    let id = "event_triggers";
    match (facts.event_triggers.first().cloned(), needs.allow_event_triggers) {
        (None, _) => Check::ok(id, Surroundings::NoEventTrigger {}),
        (Some(trigger), true) => Check::warning(id, Surroundings::EventTriggerAllowed { trigger }),
        (Some(trigger), false) => Check::blocking(id, Surroundings::EventTriggerFires { trigger }),
    }
}

fn statements(facts: &Facts, needs: &Needs) -> Check {
    let (id, ours) = ("statements_kept", needs.tenants.saturating_mul(STATEMENTS_A_TENANT));
    match facts.statements_max {
        None => Check::ok(id, Surroundings::NoStatementsKept {}),
        Some(max) if ours <= max / 2 => Check::ok(id, Surroundings::StatementsRoom { ours, max }),
        Some(max) if needs.yes => Check::warning(id, Surroundings::StatementsAllowed { ours, max }),
        Some(max) => Check::blocking(id, Surroundings::StatementsCrowded { ours, max }),
    }
}

/// The id of [`durability`], whose end is a verdict and not an error.
pub(super) const DURABILITY: &str = "durability";

fn durability(facts: &Facts, needs: &Needs) -> Check {
    let named = |s: &Setting| format!("{} = {}", s.name, s.value);
    let off: Vec<_> = facts.server.settings.iter().filter(|s| s.is_unsafe()).map(named).collect();
    let settings = off.join(", ");
    match (off.is_empty(), needs.allow_unsafe) {
        (true, _) => Check::ok(DURABILITY, Serving::Durable {}),
        (false, true) => Check::warning(DURABILITY, Serving::UndurableAllowed { settings }),
        (false, false) => Check::blocking(DURABILITY, Serving::Undurable { settings }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Outcome;

    fn outcome(change: impl Fn(&mut Facts, &mut Needs), id: &str) -> (Outcome, String) {
        let (mut facts, mut needs) = (Facts::good(), Needs::small());
        change(&mut facts, &mut needs);
        let mut all = checks(&facts, &needs);
        all.push(version(&facts));
        let check = all.into_iter().find(|c| c.id == id).unwrap();
        (check.outcome, check.note.id)
    }

    #[test]
    fn a_good_server_blocks_nothing() {
        let all = checks(&Facts::good(), &Needs::small());
        assert!(all.iter().all(|c| c.outcome == Outcome::Ok), "{all:?}");
    }

    #[test]
    fn each_thing_that_forbids_the_run_is_seen() {
        type Change = fn(&mut Facts, &mut Needs);
        let changes: [(&str, Change); 11] = [
            ("version", |f, _| f.server.version_num = 130_010),
            ("version", |f, _| f.server.version_num = 190_000),
            ("recovery", |f, _| f.in_recovery = true),
            ("synchronous_standby", |f, _| f.waits_in_vain = Some(true)),
            ("read_only", |f, _| f.read_only = true),
            ("encoding", |f, _| f.encoding = "LATIN1".into()),
            ("create_privilege", |f, _| f.may_create = false),
            ("connections", |f, _| f.free_connections = 9),
            ("publications", |f, _| f.all_tables_publications = vec!["p".into()]),
            ("event_triggers", |f, _| f.event_triggers = vec!["t".into()]),
            ("statements_kept", |f, _| f.statements_max = Some(79)),
        ];
        for (id, change) in changes {
            assert_eq!(outcome(change, id).0, Outcome::Blocking, "{id}");
        }
    }

    #[test]
    fn what_the_user_allows_is_a_warning() {
        type Change = fn(&mut Facts, &mut Needs);
        let changes: [(&str, Change); 4] = [
            ("publications", |f, n| {
                f.all_tables_publications = vec!["p".into()];
                n.allow_publication = true;
            }),
            ("event_triggers", |f, n| {
                f.event_triggers = vec!["t".into()];
                n.allow_event_triggers = true;
            }),
            ("statements_kept", |f, n| {
                f.statements_max = Some(79);
                n.yes = true;
            }),
            (DURABILITY, |f, n| {
                let (name, value) = ("fsync".into(), "off".into());
                f.server.settings = vec![Setting { name, value, source: "default".into() }];
                n.allow_unsafe = true;
            }),
        ];
        for (id, change) in changes {
            assert_eq!(outcome(change, id).0, Outcome::Warning, "{id}");
        }
    }

    #[test]
    fn limits_are_kept_to_the_last_one() {
        assert_eq!(outcome(|f, _| f.free_connections = 10, "connections").0, Outcome::Ok);
        assert_eq!(outcome(|f, _| f.statements_max = Some(80), "statements_kept").0, Outcome::Ok);
        let there = outcome(|f, _| f.standby_names = "a".into(), "synchronous_standby");
        assert_eq!(there, (Outcome::Ok, "sync_standby_there".to_owned()));
    }
}
