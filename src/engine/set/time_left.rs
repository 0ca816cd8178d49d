//! How long a set will still take, from how long its runs took so far.

use super::Done;
use std::time::Duration;

/// The time for `left` more runs, as long as those of `done` that came to
/// their end were in the middle; None where none did, or none is left.
pub(super) fn time_left<'d>(
    done: impl IntoIterator<Item = &'d Done>,
    left: usize,
) -> Option<Duration> {
    let whole = done.into_iter().filter(|done| !done.has_failed());
    let mut took: Vec<f64> = whole.map(took_s).collect();
    if left == 0 {
        return None;
    }
    took.sort_by(f64::total_cmp);
    let middle = *took.get(took.len() / 2)?;
    Some(Duration::from_secs_f64(middle * left as f64))
}

/// The phases of a run, from opening its server to leaving it.
pub(in crate::engine) fn took_s(done: &Done) -> f64 {
    done.record.phases.iter().map(|phase| phase.elapsed_s.max(0.0)).sum()
}
