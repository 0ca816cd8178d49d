//! Isolation: what a tenant can get at of another's. A probe is a statement
//! and what is expected of it; each group of them is a file. Every tenant has a
//! role of its own and tries from a session of that role, while the other one
//! is connected too and holds what may be got at.
//!
//! Whatever a statement does is rolled back; the rows are counted and digested
//! before and after, so that it is proved.

mod definitions;
mod ground;
mod objects;
mod pair;
mod places;
mod pooled;
mod probe;
mod reading;
mod roles;
mod row_security;
mod shared;
mod statistics;
mod writing;

pub use ground::{
    Ground, Rights, Rows, RunRole, Tenant, remove_props, remove_roles, rights, roles,
    schemas_with_props,
};
pub use pair::try_all;

use crate::model::Tenancy;
use crate::model::isolation::{Group, Probe as Tried, ProbeOutcome, When};
use crate::model::note::Note;
use probe::{Expect, NO_RIGHT, Probe};

/// For want of a right.
const REFUSED: Expect = Expect::Refused(&[NO_RIGHT]);

/// Nothing is seen, or changed, or it is refused.
const NOTHING: Expect = Expect::Nothing(&[NO_RIGHT]);

/// The probe that says that the rows are what they were.
const UNCHANGED: &str = "rows_unchanged";

/// All probes for a tenancy, each with what is expected.
fn all(tenancy: Tenancy) -> impl Iterator<Item = (&'static Probe, Expect)> {
    [
        reading::PROBES,
        writing::PROBES,
        objects::PROBES,
        definitions::PROBES,
        roles::PROBES,
        row_security::PROBES,
        statistics::PROBES,
        shared::PROBES,
        pooled::PROBES,
    ]
    .into_iter()
    .flatten()
    .filter_map(move |probe| Some((probe, probe.expects(tenancy)?)))
}

/// Whether there is no answer without this one, which wasn't tried.
pub fn matters(tried: &Tried) -> bool {
    let named = [Tenancy::Schema, Tenancy::Rls].into_iter().flat_map(all);
    !named.into_iter().any(|(probe, _)| probe.name == tried.name && !probe.matters)
}

/// Everything that would have been tried, where nothing can be.
pub fn none_tried(
    tenancy: Tenancy,
    major: u32,
    when: When,
    (from, to): (i32, i32),
    why: &Note,
) -> Vec<Tried> {
    all(tenancy)
        .map(|(probe, expect)| Tried {
            name: probe.name.to_owned(),
            group: probe.group,
            when,
            from,
            to,
            expected: expect.answers(major),
            observed: None,
            outcome: ProbeOutcome::NotTried,
            note: Some(why.clone()),
        })
        .collect()
}

/// What became of a tenant's rows while others tried to get at them.
pub fn unchanged(tenant: &Tenant, before: &Rows, after: &Rows) -> Tried {
    use crate::model::isolation::Answer;
    use crate::model::observed::Isolated;
    let is_same = before == after;
    Tried {
        name: UNCHANGED.to_owned(),
        group: Group::Proof,
        when: When::AtRest,
        from: tenant.no,
        to: tenant.no,
        expected: vec![Answer::Count(before.count)],
        observed: Some(Answer::Count(after.count)),
        outcome: if is_same { ProbeOutcome::Denied } else { ProbeOutcome::Leak },
        note: (!is_same).then(|| Isolated::RowsChanged {}.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path;

    #[test]
    fn each_probe_has_a_name_of_its_own_and_is_its_file() {
        let mut seen = BTreeSet::new();
        for tenancy in Tenancy::ALL {
            let names: Vec<_> = all(tenancy).map(|(probe, _)| probe.name).collect();
            let unique: BTreeSet<_> = names.iter().copied().collect();
            assert_eq!(names.len(), unique.len());
            seen.extend(unique);
            for (probe, _) in all(tenancy) {
                let path = format!("sql/isolation/{}.sql", probe.name);
                let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
                assert_eq!(std::fs::read_to_string(path).unwrap(), probe.sql, "{}", probe.name);
            }
        }
        assert!(seen.len() > 90, "{}", seen.len());
    }

    #[test]
    fn rows_that_changed_are_a_leak() {
        let tenant = Tenant { no: 2, ..Tenant::default() };
        let rows = |count, digest: &str| Rows { count, digest: digest.into(), ..Rows::default() };
        let outcome = |after| unchanged(&tenant, &rows(3, "1"), &after).outcome;
        assert_eq!(outcome(rows(3, "1")), ProbeOutcome::Denied);
        assert_eq!(outcome(rows(3, "2")), ProbeOutcome::Leak);
        assert_eq!(outcome(rows(2, "1")), ProbeOutcome::Leak);
    }
}
