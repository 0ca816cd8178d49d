//! How long a set will still take, from how long its runs took so far.

use super::Done;
use std::time::Duration;

/// The time for what is left of `total` runs, as long as those that are done
/// were in the middle; None where none is done, or none is left to tell of.
pub(super) fn time_left(done: &[Done], total: usize) -> Option<Duration> {
    let mut took: Vec<f64> = done.iter().filter(|done| !done.has_failed()).map(took_s).collect();
    let left = total.checked_sub(done.len()).filter(|left| *left > 0)?;
    took.sort_by(f64::total_cmp);
    let middle = *took.get(took.len() / 2)?;
    Some(Duration::from_secs_f64(middle * left as f64))
}

/// The phases of a run, from opening its server to leaving it.
fn took_s(done: &Done) -> f64 {
    done.record.phases.iter().map(|phase| phase.elapsed_s.max(0.0)).sum()
}
