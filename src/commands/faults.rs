//! `pgvalidate faults`

use super::run::options;
use super::sets::{carry_out, refuse};
use crate::cli::FaultsArgs;
use crate::engine::set::SetOptions;
use crate::engine::set::faults::{FaultsPlan, feasible, permitted};
use crate::engine::{EngineError, Work};
use crate::faults;
use crate::judge::{self, criteria};
use crate::message::Lang;
use crate::model::{Limit, Note};

/// Attempts at a batch: one that meets a fault of some seconds again and again
/// is to be stored after it, and not given up.
const ATTEMPTS: u32 = 1_000;

/// Injects faults, one a run, and lets the ledger judge.
///
/// # Errors
/// Where there was no set to show.
pub async fn run(args: &FaultsArgs, lang: Lang) -> Result<u8, EngineError> {
    let kind = "faults";
    refuse("--keep-data", args.load.keep_data, kind)?;
    refuse("--keep", args.load.keep, kind)?;
    let mut criteria = criteria::load(args.load.criteria.as_deref(), kind)?;
    if args.load.criteria.is_none() {
        for criterion in criteria.iter_mut().filter(|c| c.metric == "recovery.recovered_s") {
            criterion.limit = Limit::Number(args.recovery.as_secs_f64());
        }
    }
    // The work is each step's own.
    let mut base = options(&args.load, Work::burst(1), args.size, criteria);
    base.attempts_max = base.attempts_max.max(ATTEMPTS);
    let chosen = |name: &str| args.only.is_empty() || args.only.iter().any(|only| only == name);
    let kinds: Vec<_> = faults::ALL.iter().filter(|kind| chosen(kind.name)).copied().collect();
    let (kinds, not_permitted) = permitted(&kinds, base.url.is_none(), args.allow_disruption);
    let (kinds, not_feasible) = feasible(&kinds, &base).await;
    let not_run = not_permitted.into_iter().chain(not_feasible);
    let not_run: Vec<(&str, Note)> = not_run.map(|(kind, why)| (kind.name, why)).collect();
    let plan = FaultsPlan {
        base: base.clone(),
        kinds,
        load: args.into,
        writers: args.writers,
        batches: args.batches,
        recovery: args.recovery,
    };
    let options = SetOptions { kind, base, resume: args.set.resume.clone() };
    let of = plan.kinds.len();
    let judge = |set: &mut _, done: &[_]| judge::set::faults::judge(set, done, &not_run, of);
    carry_out(&options, &plan, judge, args.load.on.format, lang).await
}
