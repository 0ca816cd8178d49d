//! What the seed's law and its tenants ask for.

use super::found::{Found, person, says_nothing};
use super::{Ran, Seen, by_criteria};
use crate::model::figure::Figure;
use crate::model::observed::{Configured, Measured, Operated};
use crate::model::set::{Answer, Answered, Item};

const SECTION: &str = "compliance";

/// How long the first checklist kept metrics.
const RETENTION_DAYS: u32 = 15;

/// The items.
pub(super) fn items(seen: &Seen<'_>) -> Vec<Item> {
    vec![
        regions(seen).item(SECTION, "regional_metrics", Answered::Measured),
        audit(seen).item(SECTION, "audit_trail", Answered::Read),
        sla(seen).item(SECTION, "tenant_sla", Answered::Measured),
        person(SECTION, "retention", Operated::RetentionForPerson { days: RETENTION_DAYS }),
        person(SECTION, "bilingual", Operated::BilingualForPerson {}),
    ]
}

/// Figures of all three regions.
fn regions(seen: &Seen<'_>) -> Found {
    let mut found = Found::new();
    let (void, counted) = with(seen, |run| run.record.regions.is_some());
    for run in counted {
        let Some(regions) = &run.record.regions else { continue };
        let all = (&regions.north, &regions.central, &regions.south);
        if let (Some(north), Some(central), Some(south)) = all {
            let member = run.name.to_owned();
            let [north_ms, central_ms, south_ms] =
                [north, central, south].map(|region| Figure(region.response_ms.p99));
            let note = Measured::RegionSeen { member, north_ms, central_ms, south_ms };
            found.add(Answer::Yes, note);
        }
    }
    if found.is_empty() {
        void.into_iter().for_each(|run| found.merge(says_nothing(run)));
    }
    if found.is_empty() {
        found.add(Answer::NotRun, Measured::RegionsUnseen {});
    }
    found
}

/// The runs that have a figure: those in which it says nothing, and the others.
fn with<'a>(
    seen: &'a Seen<'_>,
    has: impl Fn(&Ran<'_>) -> bool,
) -> (Vec<&'a Ran<'a>>, Vec<&'a Ran<'a>>) {
    seen.runs.iter().filter(|run| has(run)).partition(|run| run.is_void())
}

/// What was run is on record, and nothing else changed meanwhile.
fn audit(seen: &Seen<'_>) -> Found {
    let mut found = Found::one(Answer::Yes, Operated::RecordsKept { members: seen.all().count() });
    let (before, after) = (&seen.before.settings, &seen.after.settings);
    let changed: Vec<&str> = after
        .iter()
        .filter(|now| before.iter().any(|then| then.name == now.name && then.value != now.value))
        .map(|now| now.name.as_str())
        .collect();
    if (seen.before.session.started_s - seen.after.session.started_s).abs() > 1.0 {
        found.add(Answer::Warning, Configured::RestartedMeanwhile {});
    }
    match changed.is_empty() {
        true => found.add(Answer::Yes, Configured::SettingsSame { settings: after.len() }),
        false => {
            let names = changed.join(", ");
            found.add(Answer::Warning, Configured::SettingsChanged { names });
        }
    }
    found
}

/// A limit by tenant, where there is one; else what was measured, for a person to compare.
fn sla(seen: &Seen<'_>) -> Found {
    let is_judged = seen.runs.iter().flat_map(|run| &run.record.criteria);
    let is_judged = is_judged.filter(|c| c.metric.starts_with("tenants.")).count() > 0;
    let mut found = match is_judged {
        true => by_criteria::found(seen, &["tenants."], &[]),
        false => Found::new(),
    };
    let (void, counted) = with(seen, |run| run.record.tenants.is_some());
    for run in counted {
        if let Some(tenants) = &run.record.tenants {
            let (member, p99) = (run.name.to_owned(), &tenants.response_p99_ms);
            let (p50_ms, max_ms) = (Figure(p99.p50), Figure(p99.max));
            let note = Measured::TenantsSeen { member, tenants: tenants.count, p50_ms, max_ms };
            found.add(Answer::Yes, note);
        }
    }
    if found.is_empty() {
        void.into_iter().for_each(|run| found.merge(says_nothing(run)));
    }
    if found.is_empty() {
        return Found::one(Answer::NotRun, Measured::TenantsUnseen {});
    }
    if !is_judged {
        found.add(Answer::Open, Measured::SlaForPerson {});
    }
    found
}
