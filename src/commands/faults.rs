//! `pgvalidate faults`

use super::run::options;
use super::sets::{carry_out, refuse};
use crate::cli::FaultsArgs;
use crate::engine::set::SetOptions;
use crate::engine::set::faults::{FaultsPlan, feasible, permitted};
use crate::engine::{EngineError, RunOptions, Work};
use crate::faults::{self, Needs};
use crate::judge::{self, criteria};
use crate::message::Lang;
use crate::model::{Limit, Note};

/// Attempts at a batch: one that meets a fault of some seconds again and again
/// is to be stored after it, and not given up.
const ATTEMPTS: u32 = 1_000;

/// What the command is called.
const KIND: &str = "faults";

/// Faults that aren't injected, by name, and why.
pub(super) type LeftOut = Vec<(&'static str, Note)>;

/// Injects faults, one a run, and lets the ledger judge.
///
/// # Errors
/// Where there was no set to show.
pub async fn run(args: &FaultsArgs, lang: Lang) -> Result<u8, EngineError> {
    refuse("--keep-data", args.load.keep_data, KIND)?;
    refuse("--keep", args.load.keep, KIND)?;
    let most = if args.allow_disruption { Needs::Disruption } else { Needs::Locks };
    let (plan, not_run) = plan(args, most, |base| base).await?;
    let options =
        SetOptions { kind: KIND, base: plan.base.clone(), resume: args.set.resume.clone() };
    let of = plan.kinds.len();
    let judge = |set: &mut _, done: &[_]| judge::set::faults::judge(set, done, &not_run, of);
    carry_out(&options, &plan, judge, args.load.on.format, lang).await
}

/// A run for each fault that is chosen and may be injected where `on_place` puts
/// it: on a private server all, on a target as `most` allows.
///
/// # Errors
/// Where the criteria can't be used.
pub(super) async fn plan(
    args: &FaultsArgs,
    most: Needs,
    on_place: impl FnOnce(RunOptions) -> RunOptions,
) -> Result<(FaultsPlan, LeftOut), EngineError> {
    let mut criteria = criteria::load(args.load.criteria.as_deref(), KIND)?;
    if args.load.criteria.is_none() {
        for criterion in criteria.iter_mut().filter(|c| c.metric == "recovery.recovered_s") {
            criterion.limit = Limit::Number(args.recovery.as_secs_f64());
        }
    }
    // The work is each step's own.
    let mut base = on_place(options(&args.load, Work::burst(1), args.size, criteria));
    base.attempts_max = base.attempts_max.max(ATTEMPTS);
    let chosen = |name: &str| args.only.is_empty() || args.only.iter().any(|only| only == name);
    let kinds: Vec<_> = faults::ALL.iter().filter(|kind| chosen(kind.name)).copied().collect();
    let most = if base.url.is_none() { Needs::Private } else { most };
    let (kinds, not_permitted) = permitted(&kinds, most);
    let (kinds, not_feasible) = feasible(&kinds, &base).await;
    let not_run = not_permitted.into_iter().chain(not_feasible);
    let left_out: LeftOut = not_run.map(|(kind, why)| (kind.name, why)).collect();
    let (load, writers) = (args.into, args.writers);
    let (batches, recovery) = (args.batches, args.recovery);
    Ok((FaultsPlan { base, kinds, load, writers, batches, recovery }, left_out))
}
