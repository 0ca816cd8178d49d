//! Tables that are only inserted into: whether autovacuum comes to a large one
//! before there is too much to do at once.

use super::case::{Case, Value};
use super::rule::Rule;
use super::seen::{Lack, Seen, unseen};
use crate::model::advice::{Advice, Applies, Confidence, Risk};
use crate::model::observed::Capacity;

pub(super) const RULE: Rule = Rule {
    id: "autovacuum_vacuum_insert",
    settings: &["autovacuum_vacuum_insert_scale_factor"],
    applies: Applies::Table,
    risk: Risk::Io,
    confidence: Confidence::High,
    source: "autovacuum.c, relation_needs_vacanalyze(); commit c99436f4",
    weigh,
};

/// Tables with more rows are worth a scale factor of their own.
const LARGE: f64 = 10_000_000.0;

/// That scale factor.
const FOR_LARGE: f64 = 0.05;

fn weigh(seen: &Seen<'_>, case: &mut Case<'_>) -> Result<Advice, Lack> {
    seen.database()?;
    let most = seen.tuning()?.peaks.most_inserted.as_ref();
    let most = most.ok_or_else(|| unseen("tuning.peaks.most_inserted"))?;
    if !seen.is_on("autovacuum")? {
        case.notes.push(Capacity::AutovacuumOff {}.into());
        return Ok(Advice::Report);
    }
    let base = seen.number("autovacuum_vacuum_insert_threshold")?;
    if base < 0.0 {
        case.notes.push(Capacity::InsertVacuumOff {}.into());
        return Ok(Advice::Report);
    }
    let factor = seen.number("autovacuum_vacuum_insert_scale_factor")?;
    // What nobody has counted yet is empty to autovacuum.
    let counted = most.rows.unwrap_or(0) as f64;
    let threshold = base + factor * counted * most.unfrozen_share;
    let inserted = most.inserted_since_vacuum as f64;
    let is_due = case.is_above("inserted_since_vacuum", inserted, threshold);
    if !is_due || most.autovacuums > 0 {
        return Ok(Advice::Settled);
    }
    let table = most.table.clone();
    let rows = counted.max(inserted);
    if !case.is_above("table_rows", rows, LARGE) {
        let (inserted, threshold) = (most.inserted_since_vacuum, threshold as u64);
        case.notes.push(Capacity::InsertVacuumDue { table, inserted, threshold }.into());
        return Ok(Advice::Report);
    }
    if factor > FOR_LARGE {
        case.set("autovacuum_vacuum_insert_scale_factor", Value::Number(FOR_LARGE))?;
        case.notes.push(Capacity::InsertVacuumPerTable { table }.into());
    }
    Ok(Advice::Proposed)
}

#[cfg(test)]
mod tests {
    use super::super::lab::{Lab, proposed};
    use super::*;
    use crate::model::tuning::MostInserted;

    fn inserted(major: u32, rows: Option<u64>, inserted_since_vacuum: u64) -> Lab {
        let mut lab = Lab::new(major)
            .value("autovacuum", "on")
            .unit("autovacuum_vacuum_insert_threshold", "1000", "")
            .unit("autovacuum_vacuum_insert_scale_factor", "0.2", "");
        lab.tuning().peaks.most_inserted = Some(MostInserted {
            table: "pgv_tenant_00001.t".to_owned(),
            inserted_since_vacuum,
            rows,
            unfrozen_share: 1.0,
            autovacuums: 0,
        });
        lab
    }

    const INSERT: &str = "autovacuum_vacuum_insert";

    #[test]
    fn a_large_table_gets_a_scale_factor_of_its_own() {
        // 1,000 + 0.2 · 20 million.
        let said = inserted(16, Some(20_000_000), 5_000_000).ask(INSERT);
        assert_eq!(proposed(&said), ["autovacuum_vacuum_insert_scale_factor=0.05"]);
        assert_eq!((said.outcome, said.applies), (Advice::Proposed, Applies::Table));
        assert_eq!(said.evidence[0].threshold, Some(4_001_000.0));
        assert_eq!(said.notes[0].args["table"], "pgv_tenant_00001.t");
        // Nobody has counted it: the threshold is the base, and its rows are those inserted.
        let said = inserted(16, None, 11_000_000).ask(INSERT);
        assert_eq!(said.evidence[0].threshold, Some(1_000.0));
        assert_eq!(proposed(&said), ["autovacuum_vacuum_insert_scale_factor=0.05"]);
    }

    #[test]
    fn a_table_that_was_vacuumed_or_is_not_due_is_settled() {
        assert_eq!(inserted(16, Some(20_000_000), 4_000_000).ask(INSERT).outcome, Advice::Settled);
        let mut lab = inserted(16, Some(20_000_000), 5_000_000);
        lab.tuning().peaks.most_inserted.as_mut().unwrap().autovacuums = 1;
        assert_eq!(lab.ask(INSERT).outcome, Advice::Settled);
        // From 18 on what is frozen doesn't count: the threshold is lower.
        let mut lab = inserted(18, Some(20_000_000), 1_500_000);
        lab.tuning().peaks.most_inserted.as_mut().unwrap().unfrozen_share = 0.25;
        let said = lab.ask(INSERT);
        assert_eq!(
            (said.outcome, said.evidence[0].threshold),
            (Advice::Proposed, Some(1_001_000.0))
        );
    }

    #[test]
    fn a_small_table_that_waits_is_only_reported() {
        let said = inserted(16, Some(50_000), 40_000).ask(INSERT);
        assert_eq!((said.outcome, proposed(&said)), (Advice::Report, vec![]));
        assert_eq!(said.notes[0].args["threshold"], 11_000);
        let off = inserted(16, Some(1), 9_999).value("autovacuum", "off").ask(INSERT);
        assert_eq!((off.outcome, off.notes[0].id.as_str()), (Advice::Report, "autovacuum_off"));
        let never = inserted(16, Some(1), 9).unit("autovacuum_vacuum_insert_threshold", "-1", "");
        assert_eq!(never.ask(INSERT).notes[0].id, "insert_vacuum_off");
    }

    #[test]
    fn an_unseen_table_or_a_short_run_is_no_evidence() {
        let mut lab = inserted(16, None, 1);
        lab.tuning().peaks.most_inserted = None;
        assert_eq!(lab.ask(INSERT).outcome, Advice::NotEnoughEvidence);
        let short = inserted(16, Some(20_000_000), 5_000_000).run_s(60).ask(INSERT);
        assert_eq!((short.outcome, proposed(&short)), (Advice::NotEnoughEvidence, vec![]));
    }
}
