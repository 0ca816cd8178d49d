//! What is spent on processing statements and values: compilation just in
//! time, and the compression of long values.

use super::case::{Case, Value};
use super::rule::Rule;
use super::seen::{Lack, Seen, unseen};
use crate::model::advice::{Advice, Applies, Confidence, Risk};
use crate::model::observed::Capacity;

pub(super) const JIT: Rule = Rule {
    id: "jit",
    settings: &["jit"],
    applies: Applies::Role,
    risk: Risk::Safe,
    confidence: Confidence::Medium,
    source: "PostgreSQL manual, When to JIT?",
    weigh: jit,
};

pub(super) const TOAST: Rule = Rule {
    id: "default_toast_compression",
    settings: &["default_toast_compression"],
    applies: Applies::Reload,
    risk: Risk::Safe,
    confidence: Confidence::Medium,
    source: "timescaledb-tune",
    weigh: toast,
};

fn jit(seen: &Seen<'_>, case: &mut Case<'_>) -> Result<Advice, Lack> {
    seen.database()?;
    if !seen.is_on("jit")? {
        return Ok(Advice::Settled);
    }
    let functions = seen.tuning()?.peaks.jit_functions;
    let functions = functions.ok_or_else(|| unseen("tuning.peaks.jit_functions"))?;
    if !case.is_above("jit_functions", functions as f64, 0.0) {
        return Ok(Advice::Settled);
    }
    case.set("jit", Value::Word("off"))?;
    case.notes.push(Capacity::JitForRole {}.into());
    Ok(Advice::Proposed)
}

/// The share of the processors from which on the load is bound by them.
const CPU_BOUND: f64 = 0.7;

fn toast(seen: &Seen<'_>, case: &mut Case<'_>) -> Result<Advice, Lack> {
    seen.database()?;
    let blocks = seen.tuning()?.peaks.toast_blocks;
    let blocks = blocks.ok_or_else(|| unseen("tuning.peaks.toast_blocks"))?;
    if !case.is_above("toast_blocks", blocks as f64, 0.0)
        || !case.is_above("cpu_share", seen.cpu_share()?, CPU_BOUND)
        || seen.word("default_toast_compression")? == "lz4"
    {
        return Ok(Advice::Settled);
    }
    if !seen.may_be("default_toast_compression", "lz4")? {
        case.notes.push(Capacity::BuiltWithoutLz4 {}.into());
        return Ok(Advice::Report);
    }
    case.set("default_toast_compression", Value::Word("lz4"))?;
    case.notes.push(Capacity::NewValuesOnly {}.into());
    Ok(Advice::Proposed)
}

#[cfg(test)]
mod tests {
    use super::super::lab::{Lab, proposed};
    use super::*;

    fn compiled(is: &str, functions: Option<u64>) -> Lab {
        let mut lab = Lab::new(16).value("jit", is);
        lab.tuning().peaks.jit_functions = functions;
        lab
    }

    #[test]
    fn writes_are_not_worth_a_compilation() {
        let said = compiled("on", Some(12)).ask("jit");
        assert_eq!(proposed(&said), ["jit=off"]);
        assert_eq!(
            (said.outcome, said.applies, said.risk),
            (Advice::Proposed, Applies::Role, Risk::Safe)
        );
    }

    #[test]
    fn what_is_not_compiled_needs_no_change() {
        assert_eq!(compiled("on", Some(0)).ask("jit").outcome, Advice::Settled);
        assert_eq!(compiled("off", None).ask("jit").outcome, Advice::Settled);
    }

    #[test]
    fn without_statements_nothing_is_known() {
        let said = compiled("on", None).ask("jit");
        assert_eq!(said.outcome, Advice::NotEnoughEvidence);
        assert_eq!(said.notes[0].args["path"], "tuning.peaks.jit_functions");
    }

    fn toasted(blocks: Option<u64>, busy: f64, choices: &[&str]) -> Lab {
        let lab = Lab::new(17).value("default_toast_compression", "pglz").busy(busy);
        let mut lab = lab.choices("default_toast_compression", choices);
        lab.tuning().peaks.toast_blocks = blocks;
        lab
    }

    const TOAST: &str = "default_toast_compression";

    #[test]
    fn a_busy_server_compresses_long_values_with_lz4() {
        let said = toasted(Some(40), 0.9, &["pglz", "lz4"]).ask(TOAST);
        assert_eq!(proposed(&said), ["default_toast_compression=lz4"]);
        assert_eq!(said.outcome, Advice::Proposed);
        // A build without it is not assumed to have it.
        let said = toasted(Some(40), 0.9, &["pglz"]).ask(TOAST);
        assert_eq!((said.outcome, proposed(&said)), (Advice::Report, vec![]));
    }

    #[test]
    fn short_values_or_idle_processors_need_no_change() {
        assert_eq!(toasted(Some(0), 0.9, &["pglz", "lz4"]).ask(TOAST).outcome, Advice::Settled);
        assert_eq!(toasted(Some(40), 0.5, &["pglz", "lz4"]).ask(TOAST).outcome, Advice::Settled);
        let lz4 = toasted(Some(40), 0.9, &["pglz", "lz4"]).value(TOAST, "lz4");
        assert_eq!(lz4.ask(TOAST).outcome, Advice::Settled);
    }

    #[test]
    fn unseen_blocks_or_processors_are_no_evidence() {
        let said = toasted(None, 0.9, &["pglz", "lz4"]).ask(TOAST);
        assert_eq!(said.outcome, Advice::NotEnoughEvidence);
        let mut lab = toasted(Some(40), 0.9, &["pglz", "lz4"]);
        lab.tuning().machine.cpus = None;
        assert_eq!(lab.ask(TOAST).outcome, Advice::NotEnoughEvidence);
    }
}
