//! How long a sign-off takes: what its runs are asked to last at least, and what
//! those that are done took besides.

use crate::engine::RunOptions;
use crate::engine::set::{Done, took_s};
use crate::engine::workload::Work;
use crate::stats::spread::median;
use std::time::Duration;

/// The least time that a run of `options` takes: what it is asked to last. With
/// a fault it ends when all was seen.
pub(super) fn least(options: &RunOptions) -> Duration {
    let baseline = if options.baseline { options.baseline_time * 2 } else { Duration::ZERO };
    match (&options.work, options.fault) {
        (Work::Soak(soak), Some(fault)) => soak.warm_up + fault.before + fault.kind.hold,
        (_, Some(fault)) => fault.before + fault.kind.hold,
        // They end with the last probe.
        _ if options.isolation => Duration::ZERO,
        (Work::Soak(soak), None) => soak.warm_up + soak.duration,
        (Work::Mixed(mixed), None) => mixed.warm_up + mixed.duration,
        (Work::Scans(scans), None) => {
            // Those that come one after the other take as long as they take.
            let of_time = scans.concurrent.is_none();
            let arrivals_s = f64::from(options.tenants()) / scans.arrival;
            baseline + if of_time { seconds(arrivals_s) } else { Duration::ZERO }
        }
        (Work::Burst(_), None) => baseline,
    }
}

/// How long the `rest` will take, each its least and what the runs that are done
/// took beyond theirs, in the middle; None where none is done, or none is left.
pub(super) fn left<'d>(
    done: impl Iterator<Item = (Duration, &'d Done)>,
    rest: impl Iterator<Item = Duration>,
) -> Option<Duration> {
    let beyond = |(least, done): (Duration, &Done)| (took_s(done) - least.as_secs_f64()).max(0.0);
    let whole = done.filter(|(_, done)| !done.has_failed());
    let each = seconds(median(&whole.map(beyond).collect::<Vec<_>>())?);
    rest.map(|least| least + each).reduce(|sum, one| sum + one)
}

/// So many seconds; none where that is no time.
fn seconds(s: f64) -> Duration {
    Duration::try_from_secs_f64(s).unwrap_or_default()
}
